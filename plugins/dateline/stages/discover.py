"""Discover: polls the feeds that are due and puts what they list on the frontier."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dateline.discover.judge import Verdict, judge_answer, judge_failure
from dateline.fetch import Client, Crawl, Deferred, Failure, Fetched, Forbidden, Request, Response
from dateline.store.feeds import Poll, claim_feeds, release_feeds, save_poll
from dateline.store.hosts import load_hosts, save_hosts

if TYPE_CHECKING:
    from dateline.model import Feed
    from dateline.stages.context import Context

ACCEPT = (
    "application/rss+xml,application/atom+xml,application/feed+json,"
    "application/rdf+xml;q=0.9,application/xml;q=0.8,text/xml;q=0.8,*/*;q=0.3"
)


@dataclass(frozen=True, slots=True)
class Discovered:
    """What a discover task did: feeds polled (of them unmodified, failed), URLs new or changed."""

    polled: int = 0
    unmodified: int = 0
    failed: int = 0
    new: int = 0
    changed: int = 0


def discover(context: Context, shard: int, shards: int) -> Discovered:
    """Poll the shard's due feeds within the time budget; what is left waits for the next run."""
    lease = context.lease(shard, shards)
    feeds = {feed.id: feed for feed in claim_feeds(context.database, lease)}
    total = Discovered()
    if not feeds:
        return total
    deadline = time.monotonic() + context.settings.fetch_budget
    states = load_hosts(context.database, (feed.host for feed in feeds.values()))
    client = Client(context.settings)
    crawl = Crawl(client, context.settings, states)
    requests = [_request(context, feed) for feed in feeds.values()]
    try:
        with closing(crawl.run(requests, deadline)) as results:
            for fetched in results:
                total = _add(total, *_save(context, feeds[fetched.request.key], fetched))
                context.progress("discover", total.polled, len(feeds))
    finally:
        client.close()
        save_hosts(context.database, list(crawl.hosts.values()))
        release_feeds(context.database, lease.owner)
    return total


def _request(context: Context, feed: Feed) -> Request:
    return Request(
        key=feed.id,
        url=feed.url,
        host=feed.host,
        validators=feed.validators,
        politeness=feed.politeness,
        max_size=context.settings.max_feed_size,
        accept=ACCEPT,
        # A feed is published to be polled by programs, and a person named this one.
        obey_robots=False,
    )


def _save(context: Context, feed: Feed, fetched: Fetched) -> tuple[Verdict, int, int]:
    result = fetched.result
    at, verdict = context.clock(), _judge(context, feed, result)
    poll = Poll(
        feed=feed,
        at=at,
        ok=verdict.ok,
        changed=verdict.feed is not None,
        status=result.status if isinstance(result, Response | Failure) else None,
        problem=verdict.problem,
        failure=verdict.failure,
        wait=verdict.wait,
        validators=result.validators if isinstance(result, Response) else feed.validators,
        body_hash=verdict.body_hash,
        title=verdict.feed.title if verdict.feed else None,
        candidates=verdict.feed.candidates if verdict.feed else (),
        wire_bytes=len(result.wire) if isinstance(result, Response) else 0,
        elapsed=result.elapsed if isinstance(result, Response | Failure) else 0.0,
    )
    new, changed = save_poll(context.database, poll, context.run)
    return verdict, new, changed


def _judge(
    context: Context, feed: Feed, result: Response | Failure | Forbidden | Deferred
) -> Verdict:
    match result:
        case Response():
            return judge_answer(
                result.status,
                result.body,
                url=result.final_url,
                content_type=result.header("content-type"),
                last_hash=feed.body_hash,
                now=context.clock(),
            )
        case Failure():
            return judge_failure(result.reason)
        case Deferred():
            return Verdict(ok=False, problem=f"deferred: {result.reason}", wait=result.wait)
        case Forbidden():
            return Verdict(ok=False, problem="robots", failure=1.0)


def _add(total: Discovered, verdict: Verdict, new: int, changed: int) -> Discovered:
    return Discovered(
        polled=total.polled + 1,
        unmodified=total.unmodified + (verdict.ok and verdict.feed is None),
        failed=total.failed + (not verdict.ok),
        new=total.new + new,
        changed=total.changed + changed,
    )
