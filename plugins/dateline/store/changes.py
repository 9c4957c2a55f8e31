"""The change feed `news.change`: writing to it, reading on from a cursor, and waiting for more.

Whoever has read up to a cursor never finds a smaller one later; why stands in
sql/migrations/0004_changes.sql.
"""

from __future__ import annotations

import select
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg2

from dateline.store.database import Cursor, Database, one, rows
from dateline.store.feeds import columns
from dateline.store.sqlfiles import queries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

PAGE = 1000
"""Changes read at a time."""
_LONGEST_WAIT = 60.0
"""Seconds until a follower looks without being told: a notification is lost with its connection."""

ChangeRow = tuple[int, int, str, int, int | None]
"""article_id, source_id, kind, revision, merged_into."""


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the change feed.

    Attributes:
        kind: new, revised, gone, back or merged.
        revision: of the article from then on.
        merged_into: of merged: the article that stays.
        source, url, title: of the article as it is now; None: it was deleted from the warehouse.
    """

    cursor: int
    kind: str
    article_id: int
    revision: int
    merged_into: int | None
    source: str | None
    url: str | None
    title: str | None
    at: datetime


def change_columns(changes: Sequence[ChangeRow]) -> dict[str, list[object]]:
    """As the queries `put_changes` take them."""
    return columns(("article_id", "source_id", "kind", "revision", "merged_into"), changes)


def put_changes(cursor: Cursor, changes: Sequence[ChangeRow]) -> None:
    """Writes lines; to be the last statement of its transaction."""
    if changes:
        cursor.execute(queries("changes")["put_changes"], change_columns(changes))


def changes_since(database: Database, after: int, limit: int = PAGE) -> list[Change]:
    """The changes after a cursor, oldest first."""

    def work(cursor: Cursor) -> list[Change]:
        cursor.execute(queries("changes")["changes_since"], {"after": after, "limit": limit})
        return [Change(**row) for row in rows(cursor)]

    return database.run(work)


def cursor_before(database: Database, at: datetime) -> int:
    """The cursor behind which the changes from that time on are."""
    return _cursor(database, "cursor_before", at=at)


def cursor_of_last(database: Database, limit: int) -> int:
    """The cursor behind which the last `limit` changes are."""
    return _cursor(database, "cursor_of_last", limit=limit)


def _cursor(database: Database, query: str, **values: object) -> int:
    def work(cursor: Cursor) -> int:
        cursor.execute(queries("changes")[query], values)
        return int(one(cursor)[0])

    return database.run(work)


def read(database: Database, after: int) -> Iterator[Change]:
    """All changes after a cursor that there are."""
    while found := changes_since(database, after):
        yield from found
        after = found[-1].cursor


def follow(
    database: Database, after: int, wait: Callable[[Database], None] | None = None
) -> Iterator[Change]:
    """All changes after a cursor, then those to come, without end.

    Args:
        database: of the follower's own: it listens.
        after: the cursor.
        wait: returns when there may be news; None: when Postgres says so.
    """
    while True:
        # Listening comes before reading: what is committed in between is announced.
        _listen(database)
        for change in read(database, after):
            yield change
            after = change.cursor
        (wait or wait_for_news)(database)


def _listen(database: Database) -> None:
    database.run(lambda cursor: cursor.execute(queries("changes")["listen"]))


def wait_for_news(database: Database) -> None:
    """Returns when a transaction has written changes, after a minute, or when Postgres is lost."""
    connection = database.connection()
    if not connection.notifies:
        select.select([connection], [], [], _LONGEST_WAIT)
    try:
        connection.poll()
    except psycopg2.OperationalError:
        database.close()
        return
    connection.notifies.clear()
