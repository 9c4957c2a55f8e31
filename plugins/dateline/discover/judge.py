"""What a poll's answer means for its feed. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dateline.discover import ParsedFeed, parse_feed, schedule
from dateline.discover.schedule import DNS, GONE, HARD, SOFT
from dateline.discover.selection import Listed, fingerprints, has_gap, select
from dateline.hashes import digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dateline.extract.recipes import ListingRules
    from dateline.model import Feed

MAX_ASKED = timedelta(days=1)

_OK, _NOT_MODIFIED, _GONE, _SERVER_ERROR = 200, 304, 410, 500
_SOFT_STATUS = frozenset({404, 408, 425, 429})


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a poll ended.

    Attributes:
        ok: a feed, or "not modified".
        feed: its content where the body is new, else None.
        body_hash: of the new body.
        problem: what was wrong; also set for a damaged but usable feed.
        failure: weight of a failed poll, 0 if ok.
        asked: shortest time to the next poll, as the publisher expects it.
        ordered: the same, as the server demands it (Retry-After): nothing shortens it.
    """

    ok: bool
    feed: ParsedFeed | None = None
    body_hash: bytes | None = None
    problem: str | None = None
    failure: float = 0.0
    asked: timedelta = timedelta(0)
    ordered: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a feed goes on after a poll.

    Attributes:
        next_at: when it is due.
        failures: in a row now.
        rhythm: mean time between its entries; None: not known.
        listed: the entries for the frontier.
        hashes: `selection.fingerprints` of all entries.
        gap: entries were missed since the last poll.
    """

    next_at: datetime
    failures: float = 0.0
    rhythm: timedelta | None = None
    listed: tuple[Listed, ...] = ()
    hashes: bytes = b""
    gap: bool = False


def judge_answer(
    feed: Feed,
    status: int,
    body: bytes,
    headers: Sequence[tuple[str, str]],
    *,
    url: str,
    now: datetime,
    listing: ListingRules | None = None,
) -> Verdict:
    """Judge an HTTP answer to a poll.

    Args:
        feed: that was polled. The bytes of its last body are "not modified" whatever ETag says.
        status: HTTP status.
        body: content-decoded.
        headers: of the answer.
        url: where it came from, after redirects.
        now: to tell impossible dates.
        listing: how a listing page is read.
    """
    fresh = schedule.freshness(headers, now)
    if status == _NOT_MODIFIED:
        return Verdict(ok=True, asked=fresh)
    if status != _OK:
        return Verdict(ok=False, problem=f"http_{status}", failure=_weight(status))
    found = digest(body)
    if found == feed.body_hash:
        return Verdict(ok=True, asked=fresh)
    content_type = next((value for name, value in headers if name.lower() == "content-type"), None)
    parsed = parse_feed(
        body,
        url=url,
        content_type=content_type,
        now=now,
        kind=feed.kind,
        home_url=feed.home_url,
        listing=listing,
    )
    if parsed.problem and not parsed.candidates and not parsed.children:
        return Verdict(ok=False, problem=parsed.problem, failure=HARD)
    asked = min(max(parsed.ttl or fresh, fresh), MAX_ASKED)
    return Verdict(ok=True, feed=parsed, body_hash=found, problem=parsed.problem, asked=asked)


def _weight(status: int) -> float:
    if status == _GONE:
        return GONE
    return SOFT if status in _SOFT_STATUS or status >= _SERVER_ERROR else HARD


def judge_failure(reason: str) -> Verdict:
    """Judge a poll that got no answer; `reason` is a `Failure.reason`."""
    return Verdict(ok=False, problem=reason, failure=DNS if reason == "dns" else SOFT)


def plan(feed: Feed, verdict: Verdict, now: datetime) -> Plan:
    """Decide how a feed goes on.

    Args:
        feed: as it was before the poll.
        verdict: how the poll ended.
        now: of the poll.
    """
    if not verdict.ok:
        failures = feed.failures + verdict.failure
        wait = schedule.after_failure(failures, feed.min_interval)
        return Plan(_next(feed, wait, verdict, now), failures, feed.rhythm)
    changed_at, entries = feed.changed_at or feed.last_ok_at or now, feed.entries
    made = Plan(now, rhythm=feed.rhythm)
    if verdict.feed is not None:
        found = verdict.feed.candidates
        hashes = fingerprints(found)
        made = Plan(
            now,
            rhythm=schedule.rhythm((item.published or item.updated for item in found), now),
            listed=select(feed, found, now),
            hashes=hashes,
            gap=has_gap(feed, found, hashes),
        )
        changed_at, entries = now, len(found)
    wait = schedule.interval(
        rhythm=made.rhythm,
        idle=now - changed_at,
        asked=verdict.asked,
        turnover=made.rhythm * entries if made.rhythm else None,
        bounds=(feed.min_interval, feed.max_interval),
        pushed=feed.pushed,
    )
    return replace(made, next_at=_next(feed, wait, verdict, now))


def _next(feed: Feed, wait: timedelta, verdict: Verdict, now: datetime) -> datetime:
    return now + max(schedule.spread(wait, feed.id, now), verdict.ordered)
