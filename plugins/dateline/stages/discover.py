"""Discover: polls the feeds that are due and puts what they list on the frontier."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from dateline import robots
from dateline.discover.autodiscover import named_sitemaps
from dateline.discover.backfill import well_known
from dateline.discover.judge import Verdict, judge_answer, judge_failure, plan
from dateline.discover.selection import wanted_children
from dateline.discover.websub import advertised
from dateline.fetch import (
    Client,
    Crawl,
    Deferred,
    Failure,
    Fetched,
    Forbidden,
    Request,
    Response,
    retry_after,
)
from dateline.model import FeedKind
from dateline.stages.recipes import Recipes
from dateline.stages.websub import subscribe
from dateline.store.feeds import Poll, catch_up, claim_feeds, release_feeds, save_polls
from dateline.store.hosts import SharedPace, load_hosts, save_hosts
from dateline.urls import host_of

if TYPE_CHECKING:
    from dateline.model import Feed
    from dateline.stages.context import Context

ACCEPT = (
    "application/rss+xml,application/atom+xml,application/feed+json,"
    "application/rdf+xml;q=0.9,application/xml;q=0.8,text/xml;q=0.8,*/*;q=0.3"
)
ROUNDS: Final = 4
"""A sitemap index makes its sitemaps due, a gap those of its source: they are polled at once."""
BATCH: Final = 64
BATCH_SECONDS: Final = 5.0
"""Polls are stored after so many or seconds: what a killed worker loses at the most."""


@dataclass(frozen=True, slots=True)
class Discovered:
    """What a discover task did.

    Attributes:
        polled: feeds, sitemaps and listing pages.
        unmodified, failed: of these.
        new: URLs to fetch.
        changed: known URLs whose entry changed.
        subscribed: WebSub hubs that accepted a request.
        gaps: feeds that lost entries since the last poll; their sources' sitemaps are read for it.
    """

    polled: int = 0
    unmodified: int = 0
    failed: int = 0
    new: int = 0
    changed: int = 0
    subscribed: int = 0
    gaps: int = 0


def discover(context: Context, shard: int, shards: int, client: Client | None = None) -> Discovered:
    """Poll the shard's due feeds within the time budget; what is left waits for the next run.

    Args:
        context: of the run.
        shard: this task's part …
        shards: … of so many.
        client: to fetch with; closed in the end.
    """
    lease = context.lease(shard, shards)
    counts: Counter[str] = Counter()
    deadline = time.monotonic() + context.settings.fetch_budget
    client = client or Client(context.settings)
    try:
        for _ in range(ROUNDS):
            feeds = claim_feeds(context.database, lease, context.clock())
            if not feeds or time.monotonic() >= deadline:
                break
            _Round(context, client, feeds, counts).poll(deadline)
        counts["subscribed"] = subscribe(context, shard, shards, deadline).accepted
    finally:
        client.close()
        release_feeds(context.database, lease.owner)
    return Discovered(**counts)


class _Round:
    """The polls of one claim."""

    def __init__(
        self, context: Context, client: Client, feeds: list[Feed], counts: Counter[str]
    ) -> None:
        self._context, self._counts = context, counts
        self._feeds = {feed.id: feed for feed in feeds}
        states = load_hosts(context.database, (feed.host for feed in feeds))
        self._crawl = Crawl(client, context.settings, states, shared=SharedPace(context.database))
        self._recipes = Recipes(context.settings.recipes_dir)
        self._polls: list[Poll] = []

    def poll(self, deadline: float) -> None:
        """Poll all, and store what they gave in batches."""
        context, requests = self._context, map(self._request, self._feeds.values())
        since = time.monotonic()
        try:
            with closing(self._crawl.run(list(requests), deadline)) as results:
                for fetched in results:
                    self._polls.append(self._judged(fetched))
                    if len(self._polls) >= BATCH or time.monotonic() - since > BATCH_SECONDS:
                        self._store()
                        since = time.monotonic()
        finally:
            self._store()
            save_hosts(context.database, list(self._crawl.hosts.values()))

    def _request(self, feed: Feed) -> Request:
        return Request(
            key=feed.id,
            url=feed.url,
            host=feed.host,
            validators=feed.validators,
            politeness=feed.politeness,
            max_size=self._context.settings.max_feed_size,
            accept=ACCEPT,
            # A feed is published to be polled by programs, and a person named this one.
            obey_robots=feed.kind is not FeedKind.FEED,
        )

    def _judged(self, fetched: Fetched) -> Poll:
        feed, result, now = self._feeds[fetched.request.key], fetched.result, self._context.clock()
        verdict = self._verdict(feed, result)
        answer = result if isinstance(result, Response) else None
        children = None
        if verdict.feed is not None and verdict.feed.children:
            children = wanted_children(feed, verdict.feed.children, now)
        hub = topic = None
        if answer and (found := verdict.feed):
            named = advertised(answer.headers, found.hub, found.topic, answer.final_url)
            hub, topic = named or (None, None)
        return Poll(
            feed=feed,
            at=now,
            verdict=verdict,
            plan=plan(feed, verdict, now),
            status=result.status if isinstance(result, Response | Failure) else None,
            validators=answer.validators if answer else feed.validators,
            children=children,
            hub=hub,
            topic=topic,
            wire_bytes=len(answer.wire) if answer else 0,
            elapsed=result.elapsed if isinstance(result, Response | Failure) else 0.0,
            robots_rule=fetched.robots_rule,
            robots_hash=fetched.robots_hash,
        )

    def _verdict(self, feed: Feed, result: Response | Failure | Forbidden | Deferred) -> Verdict:
        now = self._context.clock()
        match result:
            case Response():
                rules = None
                if feed.kind is FeedKind.LISTING and (recipe := self._recipes.of(feed.recipe)[0]):
                    rules = recipe.listing
                verdict = judge_answer(
                    feed,
                    result.status,
                    result.body,
                    result.headers,
                    url=result.final_url,
                    now=now,
                    listing=rules,
                )
                if verdict.ok and result.moved:
                    moved = f"moved: {result.final_url}"
                    return replace(verdict, problem=verdict.problem or moved)
                wait = None if verdict.ok else retry_after(result.headers, now)
                return replace(verdict, ordered=wait) if wait else verdict
            case Failure():
                return judge_failure(result.reason)
            case Deferred():
                return Verdict(ok=False, problem=f"deferred: {result.reason}", ordered=result.wait)
            case Forbidden():
                return Verdict(ok=False, problem="robots", failure=1.0)

    def _store(self) -> None:
        polls, self._polls = self._polls, []
        new, changed = save_polls(self._context.database, polls, self._context.run)
        gaps = [poll.feed for poll in polls if poll.plan.gap]
        for feed in gaps:
            catch_up(self._context.database, feed, self._sitemaps(feed))
        self._counts.update(
            polled=len(polls),
            unmodified=sum(poll.verdict.ok and poll.verdict.feed is None for poll in polls),
            failed=sum(not poll.verdict.ok for poll in polls),
            new=new,
            changed=changed,
            gaps=len(gaps),
        )
        self._context.progress("discover", self._counts["polled"], len(self._feeds))

    def _sitemaps(self, feed: Feed) -> list[str]:
        """Where a source's sitemaps are, by the robots.txt of its site or else by custom."""
        host = host_of(feed.home_url)
        state = load_hosts(self._context.database, [host]).get(host)
        lines = robots.parse(state.robots).sitemaps if state and state.robots else ()
        return list(named_sitemaps(lines, feed.home_url)) or well_known(feed.home_url)
