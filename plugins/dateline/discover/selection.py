"""Which entries of a poll's answer are taken up, and what an answer leaves out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from dateline.dates import parse_date
from dateline.extract.published import url_date
from dateline.model import Candidate, Feed, FeedKind
from dateline.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dateline.discover import Child

WINDOW: Final = timedelta(days=3)
"""A sitemap lists years: what is older than this is for a backfill."""
MAX_CHILDREN: Final = 20
"""Sitemaps of one index that are polled."""
_ENDS: Final = 2
MIN_GAP: Final = 3
"""Entries of the smallest feed whose gaps show: one that lists only the newest is all gap."""
_HASH: Final = 8
_MAX_HASHES: Final = 1000


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry for the frontier. `skip`: why its URL is not fetched, None if it is."""

    candidate: Candidate
    skip: str | None = None


def select(feed: Feed, candidates: Sequence[Candidate], now: datetime) -> tuple[Listed, ...]:
    """The entries for the frontier; those of a sitemap that are too old are left out.

    Links to other domains are kept apart, as is what a sitemap without dates held before it was
    first polled: both are known from then on, and not fetched. A feed that mostly links elsewhere
    is a digest of others: its links are what it is for.
    """
    digest = 2 * sum(item.foreign is not None for item in candidates) > len(candidates)
    since, found = _since(feed, now), []
    for item in candidates:
        skip = f"foreign_domain: {item.foreign}" if item.foreign and not digest else None
        if feed.kind is FeedKind.SITEMAP:
            day = _published(item)
            if day is not None and day <= since:
                continue
            if day is None and feed.last_ok_at is None:
                skip = "undated: listed before the first poll"
        found.append(Listed(item, skip))
    return tuple(found)


def _since(feed: Feed, now: datetime) -> datetime:
    return min(now - WINDOW, feed.since) if feed.since else now - WINDOW


def _published(item: Candidate) -> datetime | None:
    """When an entry was published at the latest: lastmod alone also says when a footer changed."""
    if item.published:
        return item.published
    day = parse_date(url_date(item.url) or "")
    return day.at + timedelta(days=1) if day else item.updated


def wanted_children(feed: Feed, children: Sequence[Child], now: datetime) -> tuple[Child, ...]:
    """The sitemaps of an index that may list something new, those changed last first.

    Without lastmod, those for news or of these days by their address; if there are none such, the
    first and the last, where publishers put the newest.
    """
    since = _since(feed, now)
    dated = [child for child in children if child.modified and child.modified > since]
    dated.sort(key=lambda child: child.modified or since, reverse=True)
    undated = [child for child in children if child.modified is None]
    months = {f"{day:%Y-%m}" for day in (since, now)}
    telling = [child for child in undated if "news" in child.url or _of(child.url, months)]
    rest = telling or undated[:_ENDS] + undated[_ENDS:][-_ENDS:]
    return tuple({child.url: child for child in [*dated, *rest]}.values())[:MAX_CHILDREN]


def _of(url: str, months: Iterable[str]) -> bool:
    return any(form in url for month in months for form in (month, month.replace("-", "")))


def fingerprints(candidates: Iterable[Candidate]) -> bytes:
    """The entries of a feed, 8 bytes each, to compare the next poll with."""
    keys = (url_key(item.url) for item in candidates)
    return b"".join(
        blake2b(key.encode(), digest_size=_HASH).digest()
        for key, _ in zip(keys, range(_MAX_HASHES), strict=False)
    )


def has_gap(feed: Feed, candidates: Sequence[Candidate], listed: bytes) -> bool:
    """Whether entries came and went between two polls: nothing of the last one is left.

    Not if the feed reaches back behind the last poll all the same (its addresses were changed).

    Args:
        feed: as it was before this poll.
        candidates: its entries now.
        listed: their `fingerprints`.
    """
    if feed.kind is not FeedKind.FEED or not feed.listed or len(candidates) < MIN_GAP:
        return False
    if not _split(feed.listed).isdisjoint(_split(listed)):
        return False
    dates = [item.published for item in candidates if item.published]
    return not (dates and feed.last_ok_at and min(dates) <= feed.last_ok_at)


def _split(hashes: bytes) -> set[bytes]:
    return {hashes[start : start + _HASH] for start in range(0, len(hashes), _HASH)}
