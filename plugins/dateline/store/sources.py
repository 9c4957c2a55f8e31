"""Sources and their feeds in Postgres."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dateline.errors import SettingsError
from dateline.model import FeedSpec, Source
from dateline.store.database import Cursor, Database, json, one, rows
from dateline.store.sqlfiles import queries
from dateline.urls import domain_of, host_of

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying sources did.

    Attributes:
        created, updated, unchanged: slugs.
        orphaned: declared before by these files and in none of them now; left as they are.
    """

    created: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    orphaned: tuple[str, ...] = ()


def apply_sources(
    database: Database, declared: Sequence[tuple[Source, str | None]], files: Sequence[str] = ()
) -> Applied:
    """Makes Postgres agree with the sources; running it again changes nothing.

    Args:
        database: the warehouse.
        declared: each source with the file that declares it (None: by hand).
        files: all files that were read, to name sources that are in none of them any more.

    Raises:
        SettingsError: a feed belongs to another source already.
    """

    def work(cursor: Cursor) -> Applied:
        done: dict[str, list[str]] = {"created": [], "updated": [], "unchanged": []}
        for source, file in declared:
            done[_apply(cursor, source, file)].append(source.slug)
        cursor.execute(
            queries("sources")["orphaned_sources"],
            {"files": list(files), "slugs": [source.slug for source, _ in declared]},
        )
        orphaned = tuple(slug for (slug,) in cursor.fetchall())
        return Applied(**{key: tuple(slugs) for key, slugs in done.items()}, orphaned=orphaned)

    return database.run(work)


def _apply(cursor: Cursor, source: Source, file: str | None) -> str:
    sql = queries("sources")
    cursor.execute(
        sql["upsert_source"],
        {
            "slug": source.slug,
            "name": source.name,
            "home_url": source.home_url,
            "country": source.country,
            "language": source.language,
            "tags": list(source.tags),
        },
    )
    source_id, created, changed = one(cursor)
    cursor.execute(
        sql["upsert_source_settings"],
        {
            "source_id": source_id,
            "enabled": source.enabled,
            "verified": source.verified,
            "timezone": source.timezone,
            "interval_s": int(source.interval.total_seconds()),
            "delay_s": source.delay,
            "connections": source.connections,
            "allow_private": source.allow_private,
            "headers": json(dict(source.headers)),
            "recipe": source.recipe,
            "declared_in": file,
        },
    )
    changed |= cursor.fetchone() is not None
    for spec in source.feeds:
        changed |= _apply_feed(cursor, source, source_id, spec)
    cursor.execute(
        sql["retire_feeds"],
        {"source_id": source_id, "urls": [spec.url for spec in source.feeds]},
    )
    changed |= cursor.fetchone() is not None
    return "created" if created else "updated" if changed else "unchanged"


def _apply_feed(cursor: Cursor, source: Source, source_id: int, spec: FeedSpec) -> bool:
    sql = queries("sources")
    cursor.execute(sql["feed_owner"], {"url": spec.url, "source_id": source_id})
    owner = cursor.fetchone()
    if owner is not None:
        raise SettingsError(
            f"source {source.slug}: the feed {spec.url} belongs to source {owner[0]} already"
        )
    host = host_of(spec.url)
    interval = int(spec.interval.total_seconds()) if spec.interval else None
    cursor.execute(
        sql["upsert_feed"],
        {
            "source_id": source_id,
            "url": spec.url,
            "host": host,
            "domain": domain_of(host),
            "interval_s": interval,
        },
    )
    return cursor.fetchone() is not None


@dataclass(frozen=True, slots=True)
class Health:
    """How a source does (view news.source_health)."""

    source: str
    enabled: bool
    feeds: int
    failing_feeds: int
    articles_24h: int
    articles_7d: int
    waiting: int
    quarantined: int
    health: str
    problem: str | None


def source_health(database: Database) -> list[Health]:
    """Every source and how it does, by slug."""
    with database.transaction() as cursor:
        cursor.execute(queries("sources")["health"])
        return [Health(**row) for row in rows(cursor)]


def list_sources(database: Database, slug: str | None = None) -> list[Source]:
    """All sources, or the one with that slug, as they stand in Postgres."""
    with database.transaction() as cursor:
        cursor.execute(queries("sources")["get_sources"], {"slug": slug})
        return [_source(row) for row in rows(cursor)]


def _source(row: dict[str, Any]) -> Source:
    feeds = zip(row["feed_urls"], row["feed_intervals"], strict=True)
    return Source(
        slug=row["slug"],
        name=row["name"],
        home_url=row["home_url"],
        feeds=tuple(
            FeedSpec(url, timedelta(seconds=interval) if interval else None)
            for url, interval in feeds
        ),
        country=row["country"],
        language=row["language"],
        timezone=row["timezone"],
        tags=tuple(row["tags"]),
        interval=timedelta(seconds=row["interval_s"]),
        delay=row["delay_s"],
        connections=row["connections"],
        allow_private=row["allow_private"],
        enabled=row["enabled"],
        verified=row["verified"],
        headers=tuple(row["headers"].items()),
        recipe=row["recipe"],
    )


def set_enabled(database: Database, slug: str, *, enabled: bool) -> bool:
    """Turns a source on or off; on also makes its feeds due. False: no such source."""

    def work(cursor: Cursor) -> bool:
        cursor.execute(queries("sources")["set_enabled"], {"slug": slug, "enabled": enabled})
        found = cursor.fetchone() is not None
        if found and enabled:
            cursor.execute(queries("sources")["make_feeds_due"], {"slug": slug})
        return found

    return database.run(work)
