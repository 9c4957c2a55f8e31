"""Mentions: which articles are due for reading, and what was found in them.

Found mentions replace the earlier ones of their articles, set-based, a batch a transaction. The
steps stand beside their SQL in sql/queries/entities.sql.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from dateline.dates import zone_named
from dateline.enrich.model import Subject
from dateline.store.database import dumps, one, rows
from dateline.store.sqlfiles import queries
from dateline.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from dateline.enrich.model import Mention
    from dateline.store.database import Cursor, Database

_SAVE = ("analyze_found", "put_places", "put_entities", "drop_mentions", "put_mentions", "settle")
_SUBJECT = ("title", "summary", "body", "language", "dateline_place", "dateline_country")


@dataclass(frozen=True, slots=True)
class Due:
    """An article to be read, as it stood when it was taken."""

    article_id: int
    due_since: datetime
    subject: Subject


@dataclass(frozen=True, slots=True)
class Read:
    """An article that was read; `problem` is the error where it could not be."""

    due: Due
    mentions: Sequence[Mention] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What a batch came to; articles that were edited meanwhile are not counted, and stay due."""

    articles: int
    mentions: int


def count_due(database: Database) -> int:
    """How many articles are due."""

    def work(cursor: Cursor) -> int:
        cursor.execute(queries("entities")["count_due"])
        return int(one(cursor)[0])

    return database.run(work)


def due(database: Database, limit: int, below: int | None = None) -> list[Due]:
    """The newest articles that are due.

    Args:
        database: the warehouse.
        limit: most articles.
        below: only articles with smaller ids: those behind a batch that was taken before.
    """

    def work(cursor: Cursor) -> list[Due]:
        cursor.execute(queries("entities")["due"], {"limit": limit, "below": below})
        return [Due(row["id"], row["due_since"], _subject(row)) for row in rows(cursor)]

    return database.run(work)


def want_again(database: Database, tagger: str) -> int:
    """Make due what others than `tagger` have read; gives how many articles."""

    def work(cursor: Cursor) -> int:
        cursor.execute(queries("entities")["want_again"], {"tagger": tagger})
        return cursor.rowcount

    return database.run(work)


def save(database: Database, batch: Sequence[Read], tagger: str) -> Saved:
    """Replace the mentions of these articles, and take them off the work list.

    Args:
        database: the warehouse.
        batch: articles that `due` gave.
        tagger: who read them.
    """
    read = [
        {
            "article_id": item.due.article_id,
            "due_since": item.due.due_since.isoformat(),
            "problem": item.problem,
        }
        for item in batch
    ]
    found = [_row(item.due.article_id, mention) for item in batch for mention in item.mentions]

    def work(cursor: Cursor) -> Saved:
        sql = queries("entities")
        cursor.execute(sql["one_writer"])
        cursor.execute(sql["take_settled"], {"read": dumps(read)})
        cursor.execute(sql["take_found"], {"found": dumps(found)})
        for name in _SAVE:
            cursor.execute(sql[name], {"tagger": tagger})
        cursor.execute(sql["settled"])
        return Saved(*one(cursor))

    return database.run(work)


def _subject(row: Mapping[str, Any]) -> Subject:
    given = {name: row[name] for name in _SUBJECT}
    return Subject(**given, source_country=row["source_country"], published=_published(row))


def _published(row: Mapping[str, Any]) -> date | None:
    """The day of publication where the publisher is; a bare day is kept at midnight in UTC."""
    at: datetime | None = row["published_at"]
    if at is None:
        return None
    zone = UTC if row["published_precision"] == "day" else zone_named(row["timezone"])
    return at.astimezone(zone).date()


def _row(article_id: int, mention: Mention) -> dict[str, Any]:
    place = mention.place
    row = {
        "article_id": article_id,
        "field": mention.field,
        "starts": mention.start,
        "ends": mention.end,
        "surface": mention.surface,
        "kind": mention.kind,
        "name": mention.name,
        "name_key": mention.name_key,
        "value": mention.value,
        "in_dateline": mention.in_dateline,
    }
    if place is None:
        return row
    given = asdict(place)
    return row | {
        "place_name": given.pop("name"),
        "place_key": fold(place.name),
        "place_kind": given.pop("kind"),
        **given,
    }
