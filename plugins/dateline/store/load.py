"""Load: one set-based merge from ops.staging into news.*, a batch a transaction.

The steps of a merge and why they are safe to repeat stand beside their SQL in
sql/queries/load.sql. A row that Postgres refuses is found by halving its batch and quarantined;
the rest of the batch is loaded. Only texts whose hash changed come back to Python, where
`extract.edits` decides whether they are revisions.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import psycopg2

from dateline.errors import StoreError
from dateline.extract.edits import LONGEST_TEXT, Text, compare
from dateline.model import ArchiveRef, LoadResult
from dateline.store.changes import ChangeRow, change_columns
from dateline.store.database import Cursor, Database, dumps, one
from dateline.store.feeds import columns
from dateline.store.frontier import Quarantined, count_rechecks, quarantine
from dateline.store.sqlfiles import queries

BATCH = 5000
"""Articles a transaction: large enough for set-based speed, some 20 MB of text."""

PORTION = 500
"""Articles whose old and new text are in memory at a time."""

_PLACE = (
    "mark_duplicates",
    "move_articles",
    "insert_articles",
    "adopt_duplicates",
    "bring_back",
)
"""Which article a page is."""

_FILL = (
    "revise_articles",
    "refresh_articles",
    "mark_unchanged",
    "analyze_verdicts",
    "queue_stories",
    "list_search_work",
    "list_entity_work",
    "put_authors",
    "put_bylines",
    "put_tags",
    "want_tags",
    "drop_article_tags",
    "put_article_tags",
    "settle_frontier",
    "clear_quarantine",
)
"""What it says."""


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
    cursor.execute(sql["lock_batch"], {"limit": limit})
    ids = [id_ for (id_,) in cursor.fetchall()]
    if not ids:
        return None
    cursor.execute(sql["have_room"])
    cursor.execute(sql["make_batch"], {"ids": ids})
    cursor.execute(sql["distrust_links"])
    cursor.execute(sql["give_keys_back"])
    cursor.execute(sql["analyze_batch"])
    merged = _merge_moved(cursor)
    for name in _PLACE:
        cursor.execute(sql[name])
    _keep_revisions(cursor)
    for name in _FILL:
        cursor.execute(sql[name], {"run_id": run})
    cursor.execute(sql["clear_batch"], {"ids": ids})
    cursor.execute(sql["verdicts"])
    result = LoadResult(**dict(cursor.fetchall()))
    cursor.execute(sql["rechecked"])
    count_rechecks(cursor, cursor.fetchall())
    cursor.execute(sql["is_change"])
    if merged or one(cursor)[0]:
        cursor.execute(sql["put_changes"], change_columns(merged))
    return result


def _merge_moved(cursor: Cursor) -> list[ChangeRow]:
    """Makes one of two articles where a page turned out to be both; the older id stays."""
    sql = queries("load")
    cursor.execute(sql["moved_onto"])
    into: dict[int, int] = {}
    changes: list[ChangeRow] = []
    for pair in cursor.fetchall():
        older, younger = sorted(_kept(into, article) for article in pair)
        if older != younger:
            into[younger] = older
            cursor.execute(sql["merge_articles"], {"older": older, "younger": younger})
            changes += cursor.fetchall()
    return changes


def _kept(into: dict[int, int], article: int) -> int:
    while article in into:
        article = into[article]
    return article


def _keep_revisions(cursor: Cursor) -> None:
    """Puts the old text of every page with a real edit aside, and marks the page as revised."""
    sql = queries("load")
    cursor.execute(sql["that_differ"])
    ids = [id_ for (id_,) in cursor.fetchall()]
    for first in range(0, len(ids), PORTION):
        portion = {"longest": LONGEST_TEXT, "ids": ids[first : first + PORTION]}
        cursor.execute(sql["texts"], portion)
        edits = [row for text in cursor.fetchall() if (row := _edit(*text)) is not None]
        if edits:
            cursor.execute(sql["keep_revisions"], columns(_EDIT, edits))


_EDIT = ("frontier_id", "changed", "words_added", "words_removed", "edits")


def _edit(frontier_id: int, *given: Any) -> tuple[int, str, int | None, int | None, Any] | None:
    """A row for `keep_revisions`; None: nothing that a reader would call an edit."""
    *texts, too_long = given
    edit = compare(Text(*texts[:3]), Text(*texts[3:]))
    if edit is None:
        # Behind what was compared of a very long text something did change.
        return (frontier_id, "body", None, None, None) if too_long else None
    sentences = dumps([asdict(item) for item in edit.sentences])
    return frontier_id, " ".join(edit.changed), edit.words_added, edit.words_removed, sentences


def _refuse(cursor: Cursor, run: str, reason: str) -> None:
    """Takes the first staged row out and quarantines its URL."""
    cursor.execute(queries("load")["refuse_first"], {"run_id": run, "reason": reason})
    for frontier_id, file, offset in cursor.fetchall():
        quarantine(
            cursor,
            [Quarantined(frontier_id, "load", reason, None, ArchiveRef(file, offset))],
        )
