"""Feeds in, candidates out. Pure: bytes and a clock come in, nothing is read or fetched.

    bytes ─► document.read ─► xmlfeed | jsonfeed ─► entries.candidates ─► ParsedFeed
             charset, kind,    a Draft of what        URLs resolved, text
             damage, bombs     the feed says          cleaned, dates checked

Sitemaps and listing pages are further kinds of document; they join where `_READERS` chooses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dateline.discover import document, jsonfeed, xmlfeed
from dateline.discover.autodiscover import find_feeds
from dateline.discover.document import Document, Kind, NotAFeedError
from dateline.discover.entries import Draft, candidates, language_tag, plain_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, timedelta

    from dateline.model import Candidate

__all__ = ["ParsedFeed", "find_feeds", "parse_feed"]

_READERS: Final[dict[Kind, Callable[[Document, str], Draft]]] = {
    Kind.XML: xmlfeed.read,
    Kind.JSON: jsonfeed.read,
}


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
        dropped: entries without a usable link.
    """

    candidates: tuple[Candidate, ...] = ()
    problem: str | None = None
    title: str | None = None
    language: str | None = None
    ttl: timedelta | None = None
    dropped: int = 0


def parse_feed(body: bytes, *, url: str, content_type: str | None, now: datetime) -> ParsedFeed:
    """Read an RSS (0.9x to 2.0), RDF, Atom or JSON feed, whatever its shape; never raises on it.

    Args:
        body: content-decoded bytes of the answer.
        url: where it came from, after redirects; relative links are joined with it.
        content_type: of the answer; only its charset counts.
        now: aware; dates before 1990 or more than a day after it are dropped.
    """
    try:
        found = document.read(body, content_type)
        draft = _READERS[found.kind](found, url)
    except NotAFeedError as error:
        return ParsedFeed(problem=str(error))
    language = language_tag(draft.language)
    listed, dropped = candidates(draft, now=now, language=language)
    return ParsedFeed(
        candidates=listed,
        problem=draft.problem or ("no_links" if dropped and not listed else None),
        title=plain_text(draft.title),
        language=language,
        ttl=draft.ttl,
        dropped=dropped,
    )
