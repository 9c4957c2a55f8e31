"""Load: one set-based merge from ops.staging into news.*, a batch a transaction.

The steps of a merge and why they are safe to repeat stand beside their SQL in
sql/queries/load.sql. A row that Postgres refuses is found by halving its batch and quarantined;
the rest of the batch is loaded.
"""

from __future__ import annotations

import psycopg2

from dateline.errors import StoreError
from dateline.model import ArchiveRef, LoadResult
from dateline.store.database import Cursor, Database, one
from dateline.store.frontier import Quarantined, quarantine
from dateline.store.sqlfiles import queries

BATCH = 5000
"""Articles a transaction: large enough for set-based speed, some 20 MB of text."""

_MERGE = (
    "mark_duplicates",
    "insert_articles",
    "adopt_duplicates",
    "keep_revisions",
    "revise_articles",
    "refresh_articles",
    "mark_unchanged",
    "analyze_verdicts",
    "put_authors",
    "put_bylines",
    "put_tags",
    "want_tags",
    "drop_article_tags",
    "put_article_tags",
    "settle_frontier",
    "clear_quarantine",
    "verdicts",
)


def load(database: Database, run: str) -> LoadResult:
    """Merges everything that is staged.

    Returns:
        What became of the staged pages, in total.

    Raises:
        StoreError: Postgres is out of reach; what was merged before stays, the rest stays staged.
    """
    total, limit = LoadResult(), BATCH
    while True:
        try:
            result = database.run(lambda cursor, limit=limit: _merge(cursor, run, limit))  # type: ignore[misc]
        except StoreError as error:
            if not isinstance(
                error.__cause__,
                psycopg2.DataError | psycopg2.IntegrityError | psycopg2.ProgrammingError,
            ):
                raise
            if limit > 1:
                limit = max(1, limit // 8)
                continue
            reason = f"refused_by_postgres: {error}"
            database.run(lambda cursor, reason=reason: _refuse(cursor, run, reason))  # type: ignore[misc]
            result = LoadResult(quarantined=1)
        if result is None:
            return total
        total, limit = total + result, min(BATCH, limit * 2)


def _merge(cursor: Cursor, run: str, limit: int) -> LoadResult | None:
    sql = queries("load")
    cursor.execute(sql["one_loader"])
    cursor.execute(sql["staged"])
    if not one(cursor)[0]:
        return None
    cursor.execute(sql["take_batch"], {"limit": limit})
    cursor.execute(sql["analyze_batch"])
    for name in _MERGE:
        cursor.execute(sql[name], {"run_id": run})
    return LoadResult(**dict(cursor.fetchall()))


def _refuse(cursor: Cursor, run: str, reason: str) -> None:
    """Takes the first staged row out and quarantines its URL."""
    cursor.execute(queries("load")["refuse_first"], {"run_id": run, "reason": reason})
    for frontier_id, file, offset in cursor.fetchall():
        quarantine(
            cursor,
            [Quarantined(frontier_id, "load", reason, None, ArchiveRef(file, offset))],
        )
