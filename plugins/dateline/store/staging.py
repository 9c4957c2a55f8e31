"""Staging: extracted articles go into ops.staging by COPY, a batch of a file a transaction."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dateline.model import ArchiveRef, Article, Author
from dateline.store.database import Cursor, Database, clean, dumps
from dateline.store.feeds import columns
from dateline.store.frontier import Quarantined, quarantine
from dateline.store.sqlfiles import queries
from dateline.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

MAX_AUTHORS = 100
MAX_TAGS = 200
MAX_NAME = 300
"""Characters of an author's name, a role or a tag: they are indexed, longer ones are no names."""

_COLUMNS = (
    *("archive_file", "archive_offset", "frontier_id", "source_id", "fetched_at"),
    *("url", "canonical_url", "url_key", "kind", "title", "summary", "body", "language", "section"),
    *("published_at", "published_precision", "published_from", "modified_at", "word_count"),
    *("image_url", "is_paywalled", "dateline_place", "dateline_country", "agency"),
    *("content_hash", "extractor_version", "provenance", "authors", "roles", "tags"),
    *("body_html", "confidence"),
)


@dataclass(frozen=True, slots=True)
class Staged:
    """An extracted article with what loading needs to know of it."""

    frontier_id: int
    source_id: int
    fetched_at: datetime
    ref: ArchiveRef
    article: Article
    word_count: int
    content_hash: bytes
    extractor_version: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A page that gave no article."""

    frontier_id: int
    ref: ArchiveRef
    state: str
    reason: str
    detail: str | None = None


def stage(
    database: Database, run: str, file: str, staged: Sequence[Staged], refused: Sequence[Refused]
) -> None:
    """Replaces what is staged of these pages of a file, and settles those that gave no article."""
    lines = "".join(map(_line, staged))
    offsets = [item.ref.offset for item in staged] + [item.ref.offset for item in refused]

    def work(cursor: Cursor) -> None:
        cursor.execute(queries("load")["clear_staging"], {"file": file, "offsets": offsets})
        cursor.copy_expert(
            f"copy ops.staging ({', '.join(_COLUMNS)}) from stdin", io.StringIO(lines)
        )
        _settle(cursor, run, file, refused)

    database.run(work)


def _settle(cursor: Cursor, run: str, file: str, refused: Sequence[Refused]) -> None:
    if not refused:
        return
    values = [(item.frontier_id, item.state, clean(item.reason)) for item in refused]
    cursor.execute(
        queries("frontier")["save_extractions"],
        {**columns(("id", "state", "reason"), values), "run_id": run, "file": file},
    )
    settled = dict(cursor.fetchall())
    quarantine(
        cursor,
        [
            Quarantined(item.frontier_id, "extract", item.reason, item.detail, item.ref)
            for item in refused
            if settled.get(item.frontier_id) == "quarantined"
        ],
    )


def _line(item: Staged) -> str:
    article, dateline = item.article, item.article.dateline
    authors = _authors(article.authors)
    values = (
        *(item.ref.file, item.ref.offset, item.frontier_id, item.source_id, item.fetched_at),
        *(article.url, article.canonical_url, url_key(article.canonical_url), article.kind),
        *(article.title, article.summary, article.body, article.language, article.section),
        *(article.published_at, article.published_precision, article.published_from),
        *(article.modified_at, item.word_count, article.image_url, article.is_paywalled),
        dateline.place if dateline else None,
        dateline.country if dateline else None,
        *(article.agency, f"\\x{item.content_hash.hex()}", item.extractor_version),
        dumps(article.provenance),
        _array([author.name for author in authors]),
        _array([(author.role or "")[:MAX_NAME] for author in authors]),
        _array(list(dict.fromkeys(tag[:MAX_NAME] for tag in article.tags if tag))[:MAX_TAGS]),
        *(article.body_html, article.confidence),
    )
    return "\t".join(map(_field, values)) + "\n"


def _authors(authors: Sequence[Author]) -> list[Author]:
    return [Author(a.name[:MAX_NAME], a.role) for a in authors if a.name][:MAX_AUTHORS]


def _field(value: Any) -> str:
    """A value in the text format of COPY."""
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    text = clean(str(value))
    # Four replaces take a tenth of the time of one translate.
    for plain, escaped in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        text = text.replace(plain, escaped)
    return text


def _array(values: Sequence[str]) -> str:
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}"
