"""The values that travel through the pipeline: one frozen type a stage.

    Source, Feed ─► Candidate ─► Target ─► Page ─► Article ─► LoadResult
    (settings)      discover     claim     fetch   extract    load

Every URL's step ends in an `Outcome`: the state it is in and the reason why.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """Where a discovered URL stands (`ops.frontier.state`)."""

    WAITING = "waiting"
    """to be fetched at its `due_at`; also after a failure that is tried again"""
    FETCHED = "fetched"
    """archived; extraction and loading are still to come (the ledger counts it as waiting)"""
    LOADED = "loaded"
    """its article is in the database, new or revised by the last fetch"""
    UNCHANGED = "unchanged"
    """its article is in the database and the last recheck found nothing new"""
    DUPLICATE = "duplicate"
    """another URL of the same article is loaded"""
    SKIPPED = "skipped"
    """left out on purpose: robots.txt, not an article, a foreign type"""
    GONE = "gone"
    """404, 410 or the like"""
    QUARANTINED = "quarantined"
    """failed for good; `ops.quarantine` has the reason and the archived bytes"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step ended for one URL.

    Attributes:
        state: the URL's new state.
        reason: a short stable code, `snake_case`, optionally `code: detail`.
        retry_after: for WAITING, how long to wait at least; None leaves it to the back-off.
    """

    state: State
    reason: str
    retry_after: timedelta | None = None


class FeedKind(StrEnum):
    """What is polled (`ops.feed.kind`)."""

    FEED = "feed"
    """RSS, RDF, Atom or JSON Feed"""
    SITEMAP = "sitemap"
    """a sitemap, its index, news and text forms too"""
    LISTING = "listing"
    """a page of links, read by the source's recipe"""


@dataclass(frozen=True, slots=True)
class FeedSpec:
    """A feed as a source declares it. `interval` is the shortest time between two polls."""

    url: str
    interval: timedelta | None = None
    kind: FeedKind = FeedKind.FEED


@dataclass(frozen=True, slots=True)
class Source:
    """A publisher, as `dags/sources/*.toml` or the command line describes it.

    Attributes:
        slug: the natural key: lower-case letters, digits and hyphens.
        home_url: the publisher's front page.
        country: ISO 3166-1 alpha-2, or None.
        language: BCP 47, or None.
        timezone: IANA name; dates without a zone are read in it (default UTC).
        feeds: what is polled: feeds, sitemaps and listing pages.
        interval: shortest time between two polls of a feed.
        max_interval: longest time between two polls of a feed that answers.
        delay: seconds between two requests to one host.
        connections: requests to one host at the same time.
        allow_private: loopback and private addresses may be fetched (off: they are refused).
        verified: a person has seen the feeds work.
        cookies: keep cookies between the requests of one fetch task.
        headers: extra request headers.
        recipe: name of a recipe file, or None; listing pages need one.
    """

    slug: str
    name: str
    home_url: str
    feeds: tuple[FeedSpec, ...]
    country: str | None = None
    language: str | None = None
    timezone: str | None = None
    tags: tuple[str, ...] = ()
    interval: timedelta = timedelta(minutes=10)
    max_interval: timedelta = timedelta(days=1)
    delay: float = 1.0
    connections: int = 1
    allow_private: bool = False
    cookies: bool = False
    enabled: bool = True
    verified: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    recipe: str | None = None


@dataclass(frozen=True, slots=True)
class Politeness:
    """What a source allows us towards its hosts (see `Source`)."""

    delay: float = 1.0
    connections: int = 1
    allow_private: bool = False
    headers: tuple[tuple[str, str], ...] = ()
    cookies: bool = False


@dataclass(frozen=True, slots=True)
class Validators:
    """What a conditional GET sends: the last ETag and Last-Modified, as the server gave them."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that is due, claimed for polling (`ops.feed`).

    Attributes:
        home_url: the source's; links to other domains are kept apart.
        recipe: the source's, for a listing page.
        min_interval, max_interval: bounds of the time between two polls.
        rhythm: mean time between its entries of the last week, by the last new body.
        failures: failed polls in a row, the soft ones as fractions.
        last_ok_at: last poll that gave a feed or "not modified"; None: this is the first.
        changed_at: last poll whose body was new.
        entries: in the last new body.
        listed: these entries, 8 bytes of hash each.
        since: after a gap, entries from then on are taken up.
        pushed: a WebSub hub tells of new entries.
    """

    id: int
    source_id: int
    source: str
    url: str
    host: str
    validators: Validators
    body_hash: bytes | None
    politeness: Politeness
    kind: FeedKind = FeedKind.FEED
    home_url: str = ""
    recipe: str | None = None
    min_interval: timedelta = timedelta(minutes=10)
    max_interval: timedelta = timedelta(days=1)
    rhythm: timedelta | None = None
    failures: float = 0.0
    last_ok_at: datetime | None = None
    changed_at: datetime | None = None
    entries: int = 0
    listed: bytes = b""
    since: datetime | None = None
    pushed: bool = False


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that a feed entry brings along. `length` in bytes, as the feed says."""

    url: str
    type: str | None = None
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A URL that a feed lists, and what the feed says of it.

    Attributes:
        url: canonicalised (`urls.canonicalise`), absolute.
        guid: the entry's own id, if any.
        fingerprint: 16 bytes over title, summary, published and updated: it changes when the
            publisher touches the entry.
        published: aware datetime, or None.
        content: the full text in the feed, as HTML.
        enclosures: media files.
        foreign: its registered domain, if it is neither the source's nor one that the feed mostly
            links to: an advertisement, as a rule.
    """

    url: str
    fingerprint: bytes
    guid: str | None = None
    title: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None
    image_url: str | None = None
    content: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    foreign: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A URL claimed for fetching (`ops.frontier`); `known` if its article is already loaded."""

    id: int
    source_id: int
    url: str
    host: str
    discovered_at: datetime
    attempts: int
    known: bool
    validators: Validators
    body_hash: bytes | None
    politeness: Politeness


@dataclass(frozen=True, slots=True)
class HostState:
    """What is known of a host between runs (`ops.host`).

    Attributes:
        host: "host" or "host:port".
        robots: robots.txt as fetched; None if there is none.
        robots_status: HTTP status of robots.txt; None if it was never reached.
        next_at: earliest request that no task has reserved yet.
        blocked_until: the host asked to wait, or failed, until then.
        latency: smoothed response time, seconds.
        slowdown: factor on the time between requests, 1 or more.
    """

    host: str
    robots: bytes | None = None
    robots_status: int | None = None
    robots_expires_at: datetime | None = None
    next_at: datetime | None = None
    blocked_until: datetime | None = None
    latency: float | None = None
    slowdown: float = 1.0


@dataclass(frozen=True, slots=True)
class Booking:
    """So many requests to a host, so many seconds apart, that a crawl wants to reserve."""

    host: str
    count: int
    interval: float


@dataclass(frozen=True, slots=True)
class Slot:
    """What was reserved for a `Booking`, and what other crawls know of the host.

    Attributes:
        wait: seconds from now to the first request.
        blocked_until: if it is still to come; nothing was reserved then.
        slowdown: see `HostState`.
    """

    wait: float
    blocked_until: datetime | None = None
    slowdown: float = 1.0


@dataclass(frozen=True, slots=True)
class ArchiveRef:
    """Where a page's raw bytes are: a WARC file of the archive, and the record's byte offset."""

    file: str
    offset: int


@dataclass(frozen=True, slots=True)
class Page:
    """A fetched page.

    Attributes:
        url: as requested.
        final_url: after redirects.
        headers: as received, in order; names keep their case.
        body: content-decoded bytes (still in the page's charset).
        fetched_at: aware, UTC.
        ref: where the raw bytes are archived.
        parts: the further pages of an article that is split over several, in order.
    """

    url: str
    final_url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    ref: ArchiveRef | None = None
    parts: tuple[Page, ...] = ()

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), None)


@dataclass(frozen=True, slots=True)
class Hints:
    """What is known of a page before it is read: from its source and from the feed entry.

    Attributes:
        content: the full text in the feed, as HTML: the body where the page gives none.
    """

    language: str | None = None
    timezone: str | None = None
    title: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    published: datetime | None = None
    image_url: str | None = None
    content: str | None = None


class Kind(StrEnum):
    """What a page is (`news.article.kind`)."""

    ARTICLE = "article"
    LIVE = "live"
    VIDEO = "video"
    GALLERY = "gallery"
    OTHER = "other"


class Precision(StrEnum):
    """How exactly a publication time is known (`news.article.published_precision`)."""

    INSTANT = "instant"
    DAY = "day"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Author:
    """A byline position. `role` is as printed ("Correspondent", "Reuters"), or None."""

    name: str
    role: str | None = None


@dataclass(frozen=True, slots=True)
class Dateline:
    """The head of a wire story: "SEOUL, South Korea (AP) – ".

    Attributes:
        text: exactly as printed, with the dash.
        place: "SEOUL, South Korea", as printed, or None for "(Reuters) - ".
        country: ISO 3166-1 alpha-2 where the place tells it.
        agency: canonical short name ("AP", "Reuters", "AFP"), or None.
        date_text: "Oct 5", as printed, or None.
    """

    text: str
    place: str | None = None
    country: str | None = None
    agency: str | None = None
    date_text: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """The normalised record of one page.

    Text carries no NUL, no lone surrogates, NFC. `body` has one blank line between paragraphs.

    Attributes:
        url: where it was found, after redirects, canonicalised.
        canonical_url: the page's own canonical link where it can be trusted, else `url`.
        provenance: field name → {"from": signal, ...}: where each field's value came from.
        published_from: the signal `published_at` was read from, e.g. "jsonld.datePublished".
        agency: wire agency by dateline or byline, canonical short name.
        body_html: the body for readers, in a small clean set of tags (`extract/markup.py`).
        confidence: 0 to 1; how sure the extractor is that `body` is the body and all of it.
    """

    url: str
    canonical_url: str
    title: str
    body: str
    kind: Kind = Kind.ARTICLE
    summary: str | None = None
    language: str | None = None
    section: str | None = None
    authors: tuple[Author, ...] = ()
    tags: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_precision: Precision = Precision.NONE
    published_from: str | None = None
    modified_at: datetime | None = None
    image_url: str | None = None
    is_paywalled: bool | None = None
    dateline: Dateline | None = None
    agency: str | None = None
    body_html: str | None = None
    confidence: float | None = None
    provenance: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What loading did, in articles (duplicates and quarantined: in URLs)."""

    new: int = 0
    revised: int = 0
    unchanged: int = 0
    duplicate: int = 0
    quarantined: int = 0

    def __add__(self, other: LoadResult) -> LoadResult:
        return LoadResult(
            self.new + other.new,
            self.revised + other.revised,
            self.unchanged + other.unchanged,
            self.duplicate + other.duplicate,
            self.quarantined + other.quarantined,
        )
