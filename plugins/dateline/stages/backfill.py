"""Backfill by sitemaps: what the publishers listed in a span of time goes onto the frontier.

    source ─► its sitemaps, else robots.txt, else the usual places ─► indexes ─► entries in the span

Each sitemap that was read is noted in `ops.backfill`: a run that was killed, or is repeated, goes
on behind it. Indexes are read again, they only lead to what is left.
"""

from __future__ import annotations

import logging
import time
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dateline.discover import parse_feed
from dateline.discover.autodiscover import named_sitemaps
from dateline.discover.backfill import MAX_DEPTH, MAX_FILES, Span, is_in, well_known, worth_reading
from dateline.fetch import Client, Crawl, Fetched, Request, Response
from dateline.model import FeedKind
from dateline.robots import parse
from dateline.store.backfill import Publisher, Reading, finished, publishers, save_reading
from dateline.store.hosts import SharedPace, load_hosts, save_hosts
from dateline.urls import canonicalise, host_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dateline.model import Candidate, HostState
    from dateline.stages.context import Context

log = logging.getLogger(__name__)

ACCEPT = "application/xml,text/xml;q=0.9,application/gzip;q=0.9,text/plain;q=0.5,*/*;q=0.3"
_OK = 200
_ROBOTS = -1
"""The depth of a robots.txt that is read for its Sitemap lines."""


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk through sitemaps did.

    Attributes:
        sources: whose sitemaps were asked for.
        files: sitemaps and indexes read.
        failed: that could not be read; the next backfill of the span tries them again.
        finished: left out: read for this span before.
        left: not reached in time or beyond the most files of a source; the next run goes on there.
        listed: URLs that fall into the span.
        new: of these, put on the frontier.
        undated: entries that nothing dates, left out.
        foreign: entries of other publishers, left out.
    """

    sources: int = 0
    files: int = 0
    failed: int = 0
    finished: int = 0
    left: int = 0
    listed: int = 0
    new: int = 0
    undated: int = 0
    foreign: int = 0


def walk(
    context: Context, span: Span, shard: int, shards: int, slugs: Sequence[str] = ()
) -> Walked:
    """Read the sitemaps of the shard's enabled sources, within the time budget.

    Args:
        context: of the run.
        span: what was published in it is taken.
        shard: by the domains of the sources' home pages.
        shards: how many there are.
        slugs: only these sources.
    """
    found = publishers(context.database, slugs, shard, shards)
    if not found:
        return Walked()
    hosts = {host_of(url) for item in found for url in (item.home_url, *item.sitemaps)}
    states = load_hosts(context.database, hosts)
    client = Client(context.settings)
    crawl = Crawl(client, context.settings, states, shared=SharedPace(context.database))
    tour = _Tour(context, span, crawl)
    for item in found:
        tour.begin(item, states.get(host_of(item.home_url)))
    deadline = time.monotonic() + context.settings.backfill_budget
    try:
        with closing(crawl.run(tour.take_requests(), deadline)) as results:
            for fetched in results:
                tour.take(fetched)
                for request in reversed(tour.take_requests()):  # each is put before the others
                    crawl.add(request)
    finally:
        client.close()
        save_hosts(context.database, list(crawl.hosts.values()))
    return tour.walked()


@dataclass(slots=True)
class _Walk:
    """One source: what was seen of it, and where a sitemap may yet be looked for."""

    publisher: Publisher
    finished: set[str]
    seen: set[str] = field(default_factory=set)
    files: int = 0
    guesses: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Visit:
    """A file to be read. `guess`: nobody names it, it need not be there."""

    walk: _Walk
    url: str
    depth: int
    guess: bool = False


class _Tour:
    """All sources of a walk: what is to be asked for, and what became of it."""

    def __init__(self, context: Context, span: Span, crawl: Crawl) -> None:
        self._context, self._span, self._crawl = context, span, crawl
        self._visits: dict[int, _Visit] = {}
        self._asked = 0
        self._requests: list[Request] = []
        self._total = Walked()

    def begin(self, publisher: Publisher, state: HostState | None) -> None:
        """Ask for a source's sitemaps, or first for the robots.txt that may name them."""
        done = finished(self._context.database, self._context.run, publisher.id, self._span)
        walk = _Walk(publisher, done)
        self._count(sources=1)
        if publisher.sitemaps:
            self._ask(walk, publisher.sitemaps, 0)
        elif state and state.robots_expires_at and state.robots_expires_at > self._context.clock():
            self._ask_named(walk, state.robots or b"", publisher.home_url)
        elif url := canonicalise("/robots.txt", publisher.home_url):
            self._request(_Visit(walk, url, _ROBOTS))

    def take_requests(self) -> list[Request]:
        """What is to be asked for next."""
        requests, self._requests = self._requests, []
        return requests

    def take(self, fetched: Fetched) -> None:
        """What a request brought."""
        visit, result = self._visits.pop(fetched.request.key), fetched.result
        if isinstance(result, Response) and result.status == _OK:
            if visit.depth == _ROBOTS:
                self._ask_named(visit.walk, result.body, result.final_url)
            else:
                self._read(visit, result)
            return
        reason = f"http_{result.status}" if isinstance(result, Response) else result.reason
        if visit.depth == _ROBOTS:
            self._ask_named(visit.walk, b"", visit.walk.publisher.home_url)
        else:
            self._fail(visit, reason)

    def walked(self) -> Walked:
        """What was done; what is still asked for was not reached."""
        return replace(self._total, left=self._total.left + len(self._visits))

    def _ask_named(self, walk: _Walk, robots: bytes, base: str) -> None:
        if named := named_sitemaps(parse(robots).sitemaps, base):
            self._ask(walk, named, 0)
        else:
            walk.guesses = well_known(walk.publisher.home_url)
            self._guess(walk)

    def _guess(self, walk: _Walk) -> None:
        if walk.guesses:
            self._ask(walk, [walk.guesses.pop(0)], 0, guess=True)

    def _ask(self, walk: _Walk, urls: Iterable[str], depth: int, *, guess: bool = False) -> None:
        for url in urls:
            if url in walk.seen:
                continue
            walk.seen.add(url)
            if url in walk.finished:
                self._count(finished=1)
            elif walk.files >= MAX_FILES:
                self._count(left=1)
            else:
                walk.files += 1
                self._request(_Visit(walk, url, depth, guess))

    def _request(self, visit: _Visit) -> None:
        self._asked += 1
        self._visits[self._asked] = visit
        self._requests.append(
            Request(
                key=self._asked,
                url=visit.url,
                host=host_of(visit.url),
                politeness=visit.walk.publisher.politeness,
                max_size=self._context.settings.max_feed_size,
                accept=ACCEPT,
                obey_robots=visit.depth != _ROBOTS,
            )
        )

    def _read(self, visit: _Visit, response: Response) -> None:
        parsed = parse_feed(
            response.body,
            url=response.final_url,
            content_type=response.header("content-type"),
            now=self._context.clock(),
            kind=FeedKind.SITEMAP,
            home_url=visit.walk.publisher.home_url,
        )
        if parsed.problem and not (parsed.candidates or parsed.children):
            self._fail(visit, parsed.problem)
            return
        self._count(files=1)
        if parsed.children:
            if visit.depth < MAX_DEPTH:
                children = worth_reading(parsed.children, self._span)
                self._ask(visit.walk, (child.url for child in children), visit.depth + 1)
        else:
            self._save(visit, self._kept(parsed.candidates))

    def _kept(self, entries: Iterable[Candidate]) -> list[Candidate]:
        kept = []
        for entry in entries:
            inside = is_in(entry, self._span)
            if entry.foreign:
                self._count(foreign=1)
            elif inside is None:
                self._count(undated=1)
            elif inside:
                kept.append(entry)
        return kept

    def _save(self, visit: _Visit, kept: list[Candidate]) -> None:
        reading = Reading(visit.walk.publisher.id, visit.url, self._span, candidates=kept)
        new = save_reading(self._context.database, self._context.run, reading)
        self._count(listed=len(kept), new=new)
        self._context.progress("sitemaps", self._total.files, self._total.files + len(self._visits))

    def _fail(self, visit: _Visit, problem: str) -> None:
        if visit.guess:
            self._guess(visit.walk)
            return
        log.info("sitemap_failed", extra={"url": visit.url, "problem": problem})
        reading = Reading(visit.walk.publisher.id, visit.url, self._span, problem)
        save_reading(self._context.database, self._context.run, reading)
        self._count(failed=1)

    def _count(self, **more: int) -> None:
        self._total = replace(
            self._total, **{name: getattr(self._total, name) + n for name, n in more.items()}
        )
