"""Backfills: which sources, what was read already, and what is put on the frontier."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dateline.store.database import Cursor, Database, clean, dumps, one, rows
from dateline.store.feeds import columns, hint
from dateline.store.lease import politeness
from dateline.store.sqlfiles import queries
from dateline.urls import domain_of, host_of, url_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from dateline.discover.backfill import Span
    from dateline.model import Candidate, Politeness


@dataclass(frozen=True, slots=True)
class Publisher:
    """A source whose sitemaps are read. `sitemaps`: those it declares or has after a gap."""

    id: int
    slug: str
    home_url: str
    politeness: Politeness
    sitemaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A sitemap that was read, or could not be, for a span.

    Attributes:
        problem: why it could not be read; None: it was.
        candidates: its entries that fall into the span.
    """

    source_id: int
    url: str
    span: Span
    problem: str | None = None
    candidates: Sequence[Candidate] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """A page of a WARC file, for the frontier; `source_id`: whose it is."""

    source_id: int
    url: str
    fetched_at: datetime
    offset: int
    body_hash: bytes


@dataclass(frozen=True, slots=True)
class FileRead:
    """What a file of others gave, by source id: URLs in it, and of these taken up."""

    url: str
    listed: Mapping[int, int]
    new: Mapping[int, int] = field(default_factory=dict)


def publishers(
    database: Database, slugs: Sequence[str], shard: int, shards: int
) -> list[Publisher]:
    """The shard's enabled sources, or of the named ones those that are; by slug."""

    def work(cursor: Cursor) -> list[Publisher]:
        cursor.execute(queries("backfill")["sources"], {"slugs": list(slugs)})
        found = [
            Publisher(
                row["source_id"],
                row["slug"],
                row["home_url"],
                politeness(row),
                tuple(row["sitemaps"]),
            )
            for row in rows(cursor)
        ]
        domains = {item.id: domain_of(host_of(item.home_url)) for item in found}
        cursor.execute(
            queries("backfill")["shards"],
            {"domains": sorted(set(domains.values())), "shards": shards},
        )
        place = dict(cursor.fetchall())
        return [item for item in found if place[domains[item.id]] == shard]

    return database.run(work)


def finished(database: Database, run: str, source_id: int, span: Span) -> set[str]:
    """The source's sitemaps that need not be read again for the span."""

    def work(cursor: Cursor) -> set[str]:
        cursor.execute(
            queries("backfill")["finished"],
            {
                "source_id": source_id,
                "since": span.since,
                "until": span.until,
                "run_id": run,
            },
        )
        return {url for (url,) in cursor.fetchall()}

    return database.run(work)


def save_reading(database: Database, run: str, reading: Reading) -> int:
    """Puts a sitemap's entries on the frontier and notes it as read, in one transaction.

    Returns:
        How many URLs are new.
    """

    def work(cursor: Cursor) -> int:
        new = _put_urls(cursor, run, reading.source_id, reading.candidates)
        done = FileRead(
            reading.url, {reading.source_id: len(reading.candidates)}, {reading.source_id: new}
        )
        _save(cursor, run, done, reading.span.since, reading.span.until, reading.problem)
        return new

    return database.run(work)


def put_urls(database: Database, run: str, source_id: int, candidates: Sequence[Candidate]) -> int:
    """Puts URLs on the frontier to be fetched behind what is fresh; gives how many are new."""
    return database.run(lambda cursor: _put_urls(cursor, run, source_id, candidates))


def _put_urls(cursor: Cursor, run: str, source_id: int, candidates: Sequence[Candidate]) -> int:
    if not candidates:
        return 0
    hosts = [host_of(item.url) for item in candidates]
    cursor.execute(
        queries("backfill")["put_urls"],
        {
            "source_id": source_id,
            "run_id": run,
            "urls": [clean(item.url) for item in candidates],
            "keys": [clean(url_key(item.url)) for item in candidates],
            "hosts": hosts,
            "domains": [domain_of(host) for host in hosts],
            "fingerprints": [item.fingerprint for item in candidates],
            "published": [item.published for item in candidates],
            "hints": [dumps(hint(item)) for item in candidates],
        },
    )
    return int(one(cursor)[0])


def put_pages(database: Database, run: str, file: str, pages: Sequence[Imported]) -> dict[int, int]:
    """Puts pages of a WARC file on the frontier, to be extracted.

    Returns:
        Source id → pages that were taken; the rest is older than what is there, or the same.
    """
    if not pages:
        return {}
    names = (
        *("source_id", "url", "url_key", "host", "domain"),
        *("fetched_at", "archive_offset", "body_hash"),
    )
    values = [
        (
            *(item.source_id, item.url, url_key(item.url), host := host_of(item.url)),
            *(domain_of(host), item.fetched_at, item.offset, item.body_hash),
        )
        for item in pages
    ]

    def work(cursor: Cursor) -> dict[int, int]:
        cursor.execute(
            queries("backfill")["put_pages"],
            {**columns(names, values), "run_id": run, "archive_file": file},
        )
        return dict(cursor.fetchall())

    return database.run(work)


def is_read(database: Database, url: str, source: str | None, *, known: bool) -> bool:
    """Whether a file was read to its end: for that source, or, if `known`, for all of today's."""

    def work(cursor: Cursor) -> bool:
        cursor.execute(
            queries("backfill")["is_read"], {"url": url, "source": source, "known": known}
        )
        return bool(one(cursor)[0])

    return database.run(work)


def save_file(database: Database, run: str, done: FileRead) -> None:
    """Notes that a file was read to its end; it has no span of its own."""
    database.run(lambda cursor: _save(cursor, run, done, "-infinity", "infinity", None))


def _save(
    cursor: Cursor, run: str, done: FileRead, since: Any, until: Any, problem: str | None
) -> None:
    values = [(id_, listed, done.new.get(id_, 0)) for id_, listed in done.listed.items()]
    cursor.execute(
        queries("backfill")["save_files"],
        {
            **columns(("source_id", "listed", "new"), values),
            "url": clean(done.url),
            "since": since,
            "until": until,
            "state": "failed" if problem else "done",
            "problem": clean(problem) if problem else None,
            "run_id": run,
        },
    )
