"""Removes what nothing needs any more, by small transactions whose cost does not grow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dateline.store.database import one
from dateline.store.sqlfiles import queries

if TYPE_CHECKING:
    from dateline.store.database import Cursor, Database

Sweep = Literal["entities", "story_keys"]
"""What is looked through; see sql/queries/housekeeping.sql."""


@dataclass(frozen=True, slots=True)
class Portion:
    """Rows looked at and removed; `last`: the table's end was reached, the next begins anew."""

    looked: int
    removed: int
    last: bool


def keep_fetch_log(database: Database, days: int) -> tuple[int, int]:
    """Make the fetch log's partitions of the days to come, and drop those older than `days`.

    Returns:
        How many were made, and how many dropped.

    Raises:
        StoreError: Postgres is out of reach, or somebody has been reading the log for ten seconds.
    """

    def work(cursor: Cursor) -> tuple[int, int]:
        cursor.execute(queries("housekeeping")["patience"])
        cursor.execute(queries("ledger")["ensure_partitions"])
        (made,) = one(cursor)
        cursor.execute(queries("housekeeping")["drop_old_days"], {"days": days})
        (dropped,) = one(cursor)
        return made, dropped

    return database.run(work)


def sweep(database: Database, what: Sweep, limit: int) -> Portion:
    """Look at the next rows, remove those that nothing needs, and keep the place.

    Args:
        database: the warehouse.
        what: the rows.
        limit: how many are looked at.

    Raises:
        StoreError: Postgres is out of reach; the place is that of the last portion.
    """
    sql = queries("housekeeping")

    def work(cursor: Cursor) -> Portion:
        if what == "entities":
            cursor.execute(queries("entities")["one_writer"])
        cursor.execute(sql["reached"], {"task": what})
        after = next((reached for (reached,) in cursor.fetchall()), None)
        cursor.execute(sql[what], {"after": after, "limit": limit})
        reached, looked, removed = one(cursor)
        last = looked < limit
        cursor.execute(sql["set_reached"], {"task": what, "reached": None if last else reached})
        return Portion(looked, removed, last)

    return database.run(work)
