"""Sources and their feeds in Postgres."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dateline.errors import SettingsError
from dateline.model import FeedKind, FeedSpec, Source
from dateline.store.database import Cursor, Database, json, rows
from dateline.store.sqlfiles import queries
from dateline.urls import domain_of, host_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


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
    sources = {source.slug: (source, file) for source, file in declared}

    def work(cursor: Cursor) -> Applied:
        done = _apply(cursor, sources)
        cursor.execute(
            queries("sources")["orphaned_sources"], {"files": list(files), "slugs": list(sources)}
        )
        orphaned = tuple(slug for (slug,) in cursor.fetchall())
        return replace(done, orphaned=orphaned)

    return database.run(work)


def _apply(cursor: Cursor, sources: Mapping[str, tuple[Source, str | None]]) -> Applied:
    """A statement for all of a kind: a list of ten thousand costs seconds, not minutes."""
    sql = queries("sources")
    cursor.execute(sql["source_ids"], {"slugs": list(sources)})
    old = {slug for slug, _ in cursor.fetchall()}
    publishers = [_publisher(n, source) for n, (source, _) in enumerate(sources.values())]
    cursor.execute(sql["upsert_sources"], {"sources": json(publishers)})
    changed = {source_id for (source_id,) in cursor.fetchall()}
    cursor.execute(sql["source_ids"], {"slugs": list(sources)})
    ids: dict[str, int] = dict(cursor.fetchall())
    created = {ids[slug] for slug in ids.keys() - old}
    settings = [_settings(ids[slug], *declared) for slug, declared in sources.items()]
    cursor.execute(sql["upsert_settings"], {"settings": json(settings)})
    changed |= {source_id for (source_id,) in cursor.fetchall()}
    feeds = json(_feeds([source for source, _ in sources.values()], ids))
    cursor.execute(sql["foreign_feeds"], {"feeds": feeds})
    if foreign := cursor.fetchone():
        source_id, url, owner = foreign
        slug = next(slug for slug, found in ids.items() if found == source_id)
        raise _taken(slug, url, owner)
    cursor.execute(sql["upsert_feeds"], {"feeds": feeds})
    changed |= {source_id for (source_id,) in cursor.fetchall()}
    cursor.execute(sql["retire_feeds"], {"source_ids": list(ids.values()), "feeds": feeds})
    changed |= {source_id for (source_id,) in cursor.fetchall()}
    return Applied(
        created=tuple(slug for slug in sources if ids[slug] in created),
        updated=tuple(slug for slug in sources if ids[slug] in changed - created),
        unchanged=tuple(slug for slug in sources if ids[slug] not in changed | created),
    )


def _publisher(n: int, source: Source) -> dict[str, Any]:
    return {
        "n": n,
        "slug": source.slug,
        "name": source.name,
        "home_url": source.home_url,
        "country": source.country,
        "language": source.language,
        "tags": list(source.tags),
    }


def _settings(source_id: int, source: Source, file: str | None) -> dict[str, Any]:
    return {
        "source_id": source_id,
        "enabled": source.enabled,
        "verified": source.verified,
        "timezone": source.timezone,
        "interval_s": int(source.interval.total_seconds()),
        "max_interval_s": int(source.max_interval.total_seconds()),
        "delay_s": source.delay,
        "connections": source.connections,
        "allow_private": source.allow_private,
        "cookies": source.cookies,
        "headers": dict(source.headers),
        "recipe": source.recipe,
        "declared_in": file,
    }


def _feeds(sources: Sequence[Source], ids: Mapping[str, int]) -> list[dict[str, Any]]:
    """A row for each address, in order; of two in one source, the last counts."""
    found: dict[str, tuple[Source, dict[str, Any]]] = {}
    for source in sources:
        for spec in source.feeds:
            other = found.get(spec.url, (source,))[0]
            if other is not source:
                raise _taken(source.slug, spec.url, other.slug)
            host = host_of(spec.url)
            row = {
                "n": len(found),
                "source_id": ids[source.slug],
                "url": spec.url,
                "host": host,
                "domain": domain_of(host),
                "kind": spec.kind.value,
                "interval_s": int(spec.interval.total_seconds()) if spec.interval else None,
            }
            found[spec.url] = source, row
    return [row for _, row in found.values()]


def _taken(slug: str, url: str, owner: str) -> SettingsError:
    return SettingsError(f"source {slug}: the feed {url} belongs to source {owner} already")


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
    feeds = zip(row["feed_urls"], row["feed_intervals"], row["feed_kinds"], strict=True)
    return Source(
        slug=row["slug"],
        name=row["name"],
        home_url=row["home_url"],
        feeds=tuple(
            FeedSpec(url, timedelta(seconds=interval) if interval else None, FeedKind(kind))
            for url, interval, kind in feeds
        ),
        country=row["country"],
        language=row["language"],
        timezone=row["timezone"],
        tags=tuple(row["tags"]),
        interval=timedelta(seconds=row["interval_s"]),
        max_interval=timedelta(seconds=row["max_interval_s"]),
        delay=row["delay_s"],
        connections=row["connections"],
        allow_private=row["allow_private"],
        cookies=row["cookies"],
        enabled=row["enabled"],
        verified=row["verified"],
        headers=tuple(row["headers"].items()),
        recipe=row["recipe"],
    )


def source_ids(database: Database, slugs: Sequence[str]) -> dict[str, int]:
    """Slug → id of these sources."""
    with database.transaction() as cursor:
        cursor.execute(queries("sources")["source_ids"], {"slugs": list(slugs)})
        return dict(cursor.fetchall())


def feed_owners(database: Database) -> dict[str, str]:
    """Address of every feed that was ever taken up → slug of its source."""
    with database.transaction() as cursor:
        cursor.execute(queries("sources")["feed_owners"])
        return dict(cursor.fetchall())


def set_enabled(database: Database, slug: str, *, enabled: bool) -> bool:
    """Turns a source on or off; on also makes its feeds due. False: no such source."""

    def work(cursor: Cursor) -> bool:
        cursor.execute(queries("sources")["set_enabled"], {"slug": slug, "enabled": enabled})
        found = cursor.fetchone() is not None
        if found and enabled:
            cursor.execute(queries("sources")["make_feeds_due"], {"slug": slug})
        return found

    return database.run(work)
