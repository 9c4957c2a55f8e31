"""Hosts: robots.txt and pace, kept between runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dateline.model import HostState
from dateline.store.feeds import columns
from dateline.store.sqlfiles import queries

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dateline.store.database import Cursor, Database

_COLUMNS = (
    *("host", "robots", "robots_status", "robots_expires_at"),
    *("next_at", "blocked_until", "latency_s"),
)


def load_hosts(database: Database, hosts: Iterable[str]) -> dict[str, HostState]:
    """What is known of these hosts; a host never seen is left out."""
    names = sorted(set(hosts))

    def work(cursor: Cursor) -> dict[str, HostState]:
        cursor.execute(queries("hosts")["get_hosts"], {"hosts": names})
        return {
            row[0]: HostState(row[0], bytes(row[1]) if row[1] is not None else None, *row[2:])
            for row in cursor.fetchall()
        }

    return database.run(work)


def save_hosts(database: Database, states: Sequence[HostState]) -> None:
    """Keeps what a task learned of its hosts."""
    if not states:
        return
    values = [
        (
            *(item.host, item.robots, item.robots_status, item.robots_expires_at),
            *(item.next_at, item.blocked_until, item.latency),
        )
        for item in sorted(states, key=lambda item: item.host)
    ]

    def work(cursor: Cursor) -> None:
        cursor.execute(queries("hosts")["put_hosts"], columns(_COLUMNS, values))

    database.run(work)
