"""Hosts: robots.txt and pace, kept between runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dateline.model import HostState, Slot
from dateline.store.feeds import columns
from dateline.store.sqlfiles import queries

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dateline.model import Booking
    from dateline.store.database import Cursor, Database

_COLUMNS = (
    *("host", "robots", "robots_status", "robots_expires_at"),
    *("next_at", "blocked_until", "latency_s", "slowdown"),
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
    """Keeps what a task learned of its hosts; what others reserved or blocked stays."""
    if not states:
        return
    values = [
        (
            *(item.host, item.robots, item.robots_status, item.robots_expires_at),
            *(item.next_at, item.blocked_until, item.latency, item.slowdown),
        )
        for item in sorted(states, key=lambda item: item.host)
    ]

    def work(cursor: Cursor) -> None:
        cursor.execute(queries("hosts")["put_hosts"], columns(_COLUMNS, values))

    database.run(work)


class SharedPace:
    """The pace of hosts that several tasks ask at once: slots are reserved in the database.

    The database's clock alone counts, so workers need not agree on the time.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def reserve(self, bookings: Sequence[Booking]) -> dict[str, Slot]:
        """Reserve a block of slots at each host, behind all that is reserved already; by host.

        At a host that is to be left alone nothing is reserved.
        """
        ordered = sorted(bookings, key=lambda item: item.host)  # tasks lock hosts in this order
        lengths = {item.host: item.count * item.interval for item in ordered}
        values = columns(("host", "seconds"), list(lengths.items()))

        def work(cursor: Cursor) -> dict[str, Slot]:
            # A reservation that a crash forgets does no harm: nobody waits for the disk.
            cursor.execute("set local synchronous_commit = off")
            cursor.execute(queries("hosts")["reserve_slots"], values)
            return {
                host: Slot(max(float(end) - lengths[host], 0.0), blocked_until, slowdown)
                for host, end, blocked_until, slowdown in cursor.fetchall()
            }

        return self._database.run(work)

    def block(self, state: HostState) -> None:
        """Tell the other tasks that a host wants to be left alone."""
        save_hosts(self._database, [state])
