"""What of a publisher's sitemaps a backfill reads and keeps. Pure.

sitemap index ─► children that may hold the span ─► entries whose date falls into it
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from dateline.urls import canonicalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dateline.discover import Child
    from dateline.model import Candidate

MAX_DEPTH: Final = 3
"""Indexes of indexes of indexes are read; what is deeper is a trap."""
MAX_FILES: Final = 500
"""Sitemaps read for one source in one run; the next run goes on behind them."""
WELL_KNOWN: Final = ("sitemap.xml", "sitemap_index.xml", "news-sitemap.xml")
"""Where a sitemap is looked for that neither the source nor robots.txt names."""

_DAY = timedelta(days=1)
_EAST, _WEST = timedelta(hours=14), timedelta(hours=12)
"""How far a publisher's day may begin before, and end after, the day in UTC."""
_FIRST_YEAR = 1995
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_MONTH = r"(?P<month>0[1-9]|1[0-2])"
_DATE: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<!\d){_YEAR}(?P<gap>[-/_.]?){_MONTH}(?P=gap)(?P<day>0[1-9]|[12]\d|3[01])(?!\d)",
        rf"\byyyy={_YEAR}&(?:amp;)?mm={_MONTH}(?:&(?:amp;)?dd=(?P<day>\d\d))?",
        rf"(?<!\d){_YEAR}[-/_.]{_MONTH}(?!\d)",
    )
)
_BARE_MONTH: Final = re.compile(rf"(?<!\d){_YEAR}{_MONTH}(?!\d)")
_BARE_YEAR: Final = re.compile(rf"(?<!\d){_YEAR}(?!\d)")
_NUMBER: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Span:
    """The time that a backfill is for: from `since` on, up to and without `until`; both aware."""

    since: datetime
    until: datetime

    def has(self, at: datetime) -> bool:
        """Whether the instant is in it."""
        return self.since <= at < self.until

    def meets(self, other: Span) -> bool:
        """Whether they have an instant in common."""
        return self.since < other.until and other.since < self.until


def dated(url: str) -> Span | None:
    """The day, in UTC, or the month that stands in an address; None if none does."""
    path = url.partition("://")[2].partition("/")[2]
    return next((span for pattern in _DATE if (span := _span(pattern.search(path)))), None)


def is_in(entry: Candidate, span: Span) -> bool | None:
    """Whether an entry was published in the span; None if nothing tells.

    The publication date decides; else the day in the address; else the last change, and for the
    month in an address both.
    """
    if entry.published:
        return span.has(entry.published)
    day = dated(entry.url)
    if day is not None and not day.meets(span):
        return False
    if day is not None and (day.until - day.since <= _DAY or entry.updated is None):
        return True
    return span.has(entry.updated) if entry.updated else None


def worth_reading(children: Sequence[Child], span: Span) -> list[Child]:
    """The children of an index that may list what was published in the span.

    Left out are those that did not change since, and those whose address names a time outside.
    """
    years = _name_years(children)
    return [
        child
        for child in children
        if not (child.modified and child.modified + _DAY < span.since)
        and ((named := _named(child.url, years=years)) is None or _locally(named).meets(span))
    ]


def well_known(home_url: str) -> list[str]:
    """Where a publisher's sitemaps usually are."""
    found = (canonicalise(f"/{name}", home_url) for name in WELL_KNOWN)
    return [url for url in found if url]


def _named(url: str, *, years: bool) -> Span | None:
    """As `dated`; a file is also named by a month without a gap, or by a year."""
    name = url.partition("://")[2].partition("/")[2]
    return (
        dated(url)
        or _span(_BARE_MONTH.search(name))
        or (_span(_BARE_YEAR.search(name)) if years else None)
    )


def _name_years(children: Iterable[Child]) -> bool:
    """Whether numbers in the children's names are years: one that is none makes all pages."""
    numbers = [
        int(text) for child in children for text in _NUMBER.findall(child.url.rpartition("/")[2])
    ]
    return all(_FIRST_YEAR <= number < _FIRST_YEAR + 100 for number in numbers)


def _locally(span: Span) -> Span:
    """All instants that some time zone has in it."""
    return Span(span.since - _EAST, span.until + _WEST)


def _span(match: re.Match[str] | None) -> Span | None:
    if match is None:
        return None
    found = match.groupdict()
    year, month, day = int(found["year"]), found.get("month"), found.get("day")
    try:
        start = datetime(year, int(month or 1), int(day or 1), tzinfo=UTC)
    except ValueError:
        return None
    if day:
        return Span(start, start + _DAY)
    if month:
        return Span(start, (start.replace(day=28) + 4 * _DAY).replace(day=1))
    return Span(start, start.replace(year=year + 1))
