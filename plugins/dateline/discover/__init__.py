"""Feeds in, candidates out. Pure: bytes and a clock come in, nothing is read or fetched.

    bytes ─┬► document.read ─► xmlfeed | jsonfeed ─┬► entries.candidates ─► ParsedFeed
           │  charset, kind,    a Draft of what    │  URLs resolved, text cleaned,
           │  damage, bombs     the feed says      │  dates checked, ads marked
           └► sitemap | listing ───────────────────┘

Which of them reads an answer is the source's word (`FeedKind`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dateline.discover import document, jsonfeed, sitemap, xmlfeed
from dateline.discover import listing as listings
from dateline.discover.autodiscover import find_feeds
from dateline.discover.document import Document, Kind, NotAFeedError
from dateline.discover.entries import Draft, candidates, language_tag, plain_text
from dateline.discover.foreign import mark_foreign
from dateline.model import FeedKind

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from dateline.extract.recipes import ListingRules
    from dateline.model import Candidate

__all__ = ["Child", "ParsedFeed", "find_feeds", "parse_feed"]

_READERS: Final[dict[Kind, Callable[[Document, str], Draft]]] = {
    Kind.XML: xmlfeed.read,
    Kind.JSON: jsonfeed.read,
}


@dataclass(frozen=True, slots=True)
class Child:
    """A sitemap that a sitemap index names. `modified`: its lastmod there, aware, or None."""

    url: str
    modified: datetime | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What a poll's answer holds.

    Attributes:
        candidates: in the feed's order, each URL once.
        problem: None if all is well. With no candidates the poll failed ("empty", "no_links",
            "not_a_feed: html"); else the feed is usable but damaged ("truncated", "malformed: …").
        title: the feed's own name.
        language: BCP 47.
        ttl: how long the publisher says an answer stays fresh.
        entries: entries read, whatever became of them: candidates, dropped and repeats.
        dropped: entries without a usable link.
        children: the sitemaps of a sitemap index (which has no candidates).
        hub, topic: the WebSub hub that the feed names, and its own address there.
    """

    candidates: tuple[Candidate, ...] = ()
    problem: str | None = None
    title: str | None = None
    language: str | None = None
    ttl: timedelta | None = None
    entries: int = 0
    dropped: int = 0
    children: tuple[Child, ...] = ()
    hub: str | None = None
    topic: str | None = None


def parse_feed(
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    now: datetime,
    kind: FeedKind = FeedKind.FEED,
    home_url: str | None = None,
    listing: ListingRules | None = None,
) -> ParsedFeed:
    """Read a feed, sitemap or listing page, whatever its shape; never raises on it.

    Args:
        body: content-decoded bytes of the answer.
        url: where it came from, after redirects; relative links are joined with it.
        content_type: of the answer; only its charset counts.
        now: aware; dates before 1990 or more than a day after it are dropped.
        kind: what the source declares it to be: a sitemap may also be a feed, a list of addresses
            or packed; a listing page is one only if it is declared.
        home_url: the source's home page: links to another registered domain are foreign.
        listing: the recipe of a listing page; None: links that look like an article's.
    """
    try:
        if kind is FeedKind.LISTING:
            draft = listings.read(body, content_type, url, listing, home_url or url)
        else:
            draft = _read(body, url, content_type, kind)
    except NotAFeedError as error:
        return ParsedFeed(problem=str(error))
    language = language_tag(draft.language)
    listed, dropped = candidates(draft, now=now, language=language)
    return ParsedFeed(
        candidates=() if draft.index else mark_foreign(listed, (home_url, url, draft.home)),
        problem=draft.problem or ("no_links" if dropped and not listed else None),
        title=plain_text(draft.title),
        language=language,
        ttl=draft.ttl,
        entries=len(draft.entries),
        dropped=dropped,
        children=tuple(Child(one.url, one.updated) for one in listed) if draft.index else (),
        hub=draft.hub,
        topic=draft.topic,
    )


def _read(body: bytes, url: str, content_type: str | None, kind: FeedKind) -> Draft:
    if kind is FeedKind.SITEMAP:
        body = sitemap.unpack(body)
        if draft := sitemap.read(body, content_type, url):
            return draft
    found = document.read(body, content_type)
    return _READERS[found.kind](found, url)
