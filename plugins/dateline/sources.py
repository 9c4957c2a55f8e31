"""Source files: `dags/sources/*.toml`, read with every mistake named, and written back.

    [[source]]
    slug = "harbour-post"
    name = "The Harbour Post"
    home = "https://post.example/"
    feeds = ["https://post.example/rss", { url = "https://post.example/live.xml", interval = "2m" }]
    sitemaps = ["https://post.example/news-sitemap.xml"]
    listings = ["https://post.example/latest"]
    country = "GB"
    language = "en-GB"
    timezone = "Europe/London"
    tags = ["regional"]
    interval = "15m"
    max_interval = "12h"
    politeness = { delay = 2.0, connections = 1, allow_private = false, cookies = false }
    headers = { "Accept-Language" = "en" }
    recipe = "harbour-post"
    enabled = true
    verified = false

Only slug, name, home and one of feeds, sitemaps and listings are required; `Source` tells what the
others mean. A listing without a recipe gives the links that look like an article's.
"""

from __future__ import annotations

import json
import re
import tomllib
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from dateline import source_values as check
from dateline.errors import SettingsError
from dateline.model import FeedKind, FeedSpec, Politeness, Source
from dateline.urls import canonicalise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import timedelta
    from pathlib import Path

_T = TypeVar("_T")

_LISTS: Final = {
    "feeds": FeedKind.FEED,
    "sitemaps": FeedKind.SITEMAP,
    "listings": FeedKind.LISTING,
}
_KEY_OF: Final = {kind: key for key, kind in _LISTS.items()}
_POLITENESS: Final = ("delay", "connections", "allow_private", "cookies")


def load_file(path: Path) -> tuple[Source, ...]:
    """Read one source file.

    Raises:
        SettingsError: names the file and, for every mistake in it, source, key and reason.
    """
    return tuple(source for _, source in _load([path]))


def load_folder(path: Path) -> tuple[Source, ...]:
    """Read all source files of a folder, by name; no slug and no feed may stand in two of them.

    Raises:
        SettingsError: as `load_file`, for all files at once.
    """
    return tuple(source for _, source in load_paths([path]))


def load_paths(paths: Iterable[Path]) -> tuple[tuple[Path, Source], ...]:
    """Read files and folders of files together; each source comes with its file.

    Raises:
        SettingsError: as `load_file`, for all files at once.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(path.glob("*.toml"))
        elif path.suffix == ".toml":
            files.append(path)
        else:
            raise SettingsError(f"{path}: no such folder, and no source file (*.toml)")
    return tuple(_load(list(dict.fromkeys(files))))


def dump(sources: Iterable[Source]) -> str:
    """Source files' text for these sources: what `load_file` reads back as the same check."""
    return "\n".join(_written(source) for source in sources)


def _load(paths: Iterable[Path]) -> list[tuple[Path, Source]]:
    found: list[tuple[Path, Source]] = []
    complaints: list[str] = []
    for path in paths:
        sources, problems = _read(path)
        found += [(path, source) for source in sources]
        complaints += [f"{path}: {problem}" for problem in problems]
    complaints += _clashes(found)
    if complaints:
        raise SettingsError("\n".join(complaints))
    return found


def _read(path: Path) -> tuple[list[Source], list[str]]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        return [], [f"not valid TOML: {error}"]
    except UnicodeDecodeError:
        return [], ["not UTF-8 text"]
    except OSError as error:
        return [], [f"cannot be read: {error.strerror}"]
    problems: list[str] = []
    tables = document.pop("source", [])
    problems += [_unknown(key, ["source"]) for key in document]
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        return [], [*problems, "source: write each source as a [[source]] table"]
    sources = []
    for number, raw in enumerate(tables, start=1):
        slug = raw.get("slug")
        where = f'source "{slug}"' if isinstance(slug, str) and slug else f"source number {number}"
        table = Table(raw, where)
        source = _source(table)
        problems += table.problems
        sources += [source] if not table.problems else []
    return sources, problems


def _clashes(found: Iterable[tuple[Path, Source]]) -> list[str]:
    slugs: dict[str, Path] = {}
    feeds: dict[str, tuple[Path, str]] = {}
    complaints = []
    for path, source in found:
        if source.slug in slugs:
            first = slugs[source.slug]
            complaints.append(f'{path}: source "{source.slug}": slug: also used in {first}')
        slugs.setdefault(source.slug, path)
        for feed in source.feeds:
            key = feed_key(feed.url)
            if key in feeds:
                first, other = feeds[key]
                complaints.append(
                    f'{path}: source "{source.slug}": {_KEY_OF[feed.kind]}: {feed.url} is also a'
                    f' feed of source "{other}" in {first}'
                )
            feeds.setdefault(key, (path, source.slug))
    return complaints


def feed_key(url: str) -> str:
    """What tells a feed from others: its address, by http or https."""
    return (canonicalise(url) or url).partition("://")[2]


class Table:
    """A TOML table while it is read: values are taken out of it, mistakes are noted.

    Attributes:
        problems: one line a mistake, "where: key: reason".
    """

    def __init__(self, raw: dict[str, Any], where: str) -> None:
        self._raw = dict(raw)
        self._known: list[str] = []
        self._where = where
        self.problems: list[str] = []

    def take(self, key: str, read: Callable[[Any], _T], default: _T) -> _T:
        """The value of a key, checked by a function that raises ValueError with the reason."""
        self._known.append(key)
        if key not in self._raw:
            return default
        value = self._raw.pop(key)
        try:
            return read(value)
        except ValueError as error:
            shown = f" ({json.dumps(value, ensure_ascii=False)})" if _is_scalar(value) else ""
            self.problem(f"{key}: {error}{shown}")
            return default

    def need(self, key: str, read: Callable[[Any], _T], default: _T) -> _T:
        """As `take`, for a key that must be there."""
        if key not in self._raw:
            self.problem(f"{key}: is missing")
        return self.take(key, read, default)

    def finish(self) -> None:
        """Note the keys that nobody took."""
        for key in self._raw:
            self.problem(_unknown(key, self._known))

    def problem(self, text: str) -> None:
        """Note a mistake."""
        self.problems.append(f"{self._where}: {text}")

    def close(self) -> None:
        """Finish an inner table: hand its mistakes on to the outer one, as a ValueError."""
        self.finish()
        if self.problems:
            raise ValueError("; ".join(problem.removeprefix(": ") for problem in self.problems))


def _source(table: Table) -> Source:
    default = Source(slug="", name="", home_url="", feeds=())
    politeness = table.take("politeness", _politeness, Politeness())
    source = Source(
        slug=table.need("slug", check.slug, ""),
        name=table.need("name", check.line, ""),
        home_url=table.need("home", check.address, ""),
        feeds=_all_feeds(table),
        country=table.take("country", check.country, None),
        language=table.take("language", check.language, None),
        timezone=table.take("timezone", check.timezone, None),
        tags=table.take("tags", check.lines, ()),
        interval=table.take("interval", check.interval, default.interval),
        max_interval=table.take("max_interval", check.max_interval, default.max_interval),
        delay=politeness.delay,
        connections=politeness.connections,
        allow_private=politeness.allow_private,
        cookies=politeness.cookies,
        headers=table.take("headers", check.headers, ()),
        recipe=table.take("recipe", check.slug, None),
        enabled=table.take("enabled", check.flag, default.enabled),
        verified=table.take("verified", check.flag, default.verified),
    )
    if source.max_interval < source.interval:
        table.problem(
            f"max_interval: {_duration(source.max_interval)} is shorter than interval,"
            f" {_duration(source.interval)}"
        )
    if not source.allow_private:
        _note_private(table, source)
    table.finish()
    return source


def _note_private(table: Table, source: Source) -> None:
    addresses = [("home", source.home_url)]
    addresses += [(_KEY_OF[feed.kind], feed.url) for feed in source.feeds]
    for key, url in addresses:
        if check.is_private(url):
            table.problem(
                f"{key}: {url} is a private address; if that is meant, add"
                " politeness = { allow_private = true }"
            )


def _politeness(value: Any) -> Politeness:
    table = Table(check.table(value), "")
    default = Politeness()
    politeness = Politeness(
        delay=table.take("delay", check.delay, default.delay),
        connections=table.take("connections", check.connections, default.connections),
        allow_private=table.take("allow_private", check.flag, default.allow_private),
        cookies=table.take("cookies", check.flag, default.cookies),
    )
    table.close()
    return politeness


def _all_feeds(table: Table) -> tuple[FeedSpec, ...]:
    """What is polled, of all three lists; one of them must be there."""
    nothing: tuple[FeedSpec, ...] = ()
    before = len(table.problems)
    found = [
        feed
        for key, kind in _LISTS.items()
        for feed in table.take(key, partial(_feeds, kind=kind), nothing)
    ]
    if not found and len(table.problems) == before:
        table.problem("feeds: is missing, and so are sitemaps and listings: give one of them")
    return tuple(found)


def _feeds(value: Any, kind: FeedKind) -> tuple[FeedSpec, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError("must be a list with at least one address")
    return tuple(_feed(item, kind) for item in value)


def _feed(value: Any, kind: FeedKind) -> FeedSpec:
    if isinstance(value, str):
        return FeedSpec(check.address(value), kind=kind)
    table = Table(check.table(value), "")
    url = table.need("url", check.address, "")
    interval = table.take("interval", check.interval, None)
    table.close()
    return FeedSpec(url, interval, kind)


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _unknown(key: str, known: Iterable[str]) -> str:
    return f"{key}: unknown key{check.closest(key, known)}"


def _written(source: Source) -> str:
    default = Source(slug="", name="", home_url="", feeds=())
    politeness = {
        name: getattr(source, name)
        for name in _POLITENESS
        if getattr(source, name) != getattr(default, name)
    }
    feeds = {
        key: [_written_feed(feed) for feed in source.feeds if feed.kind is kind]
        for key, kind in _LISTS.items()
    }
    interval, longest = source.interval, source.max_interval
    values = {
        "slug": source.slug,
        "name": source.name,
        "home": source.home_url,
        **feeds,
        "country": source.country,
        "language": source.language,
        "timezone": source.timezone,
        "tags": list(source.tags),
        "interval": _duration(interval) if interval != default.interval else None,
        "max_interval": _duration(longest) if longest != default.max_interval else None,
        "politeness": politeness,
        "headers": dict(source.headers),
        "recipe": source.recipe,
        "enabled": source.enabled,
        "verified": source.verified,
    }
    lines = [
        f"{key} = {_toml(value)}" for key, value in values.items() if value not in (None, [], {})
    ]
    return "\n".join(["[[source]]", *lines, ""])


def _written_feed(feed: FeedSpec) -> str | dict[str, str]:
    return {"url": feed.url, "interval": _duration(feed.interval)} if feed.interval else feed.url


def _duration(interval: timedelta) -> str:
    seconds = int(interval.total_seconds())
    unit = next(unit for unit in "dhms" if seconds % check.UNITS[unit] == 0)
    return f"{seconds // check.UNITS[unit]}{unit}"


def _toml(value: Any) -> str:
    """A TOML value on one line. Its strings are JSON's, but that DEL must be escaped."""
    if isinstance(value, dict):
        pairs = (f"{_key(key)} = {_toml(item)}" for key, item in value.items())
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _toml(key)
