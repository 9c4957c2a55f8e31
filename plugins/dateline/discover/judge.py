"""What a poll's answer means for its feed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dateline.discover import ParsedFeed, parse_feed
from dateline.hashes import digest

HARD, SOFT, DNS = 1.0, 0.5, 0.25
"""How much a failed poll counts: what may pass by itself counts less.

After Media Cloud's rss-fetcher.
"""

MAX_WAIT = timedelta(days=1)

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
        wait: shortest time to the next poll, as the publisher asks.
    """

    ok: bool
    feed: ParsedFeed | None = None
    body_hash: bytes | None = None
    problem: str | None = None
    failure: float = 0.0
    wait: timedelta = timedelta(0)


def judge_answer(
    status: int,
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    last_hash: bytes | None,
    now: datetime,
) -> Verdict:
    """Judge an HTTP answer to a poll.

    Args:
        status: HTTP status.
        body: content-decoded.
        url: where it came from, after redirects.
        content_type: as the header says.
        last_hash: of the last good body: the same bytes are "not modified" whatever the ETag says.
        now: to tell impossible dates.
    """
    if status == 304:  # noqa: PLR2004 (Not Modified)
        return Verdict(ok=True)
    if status != 200:  # noqa: PLR2004 (OK)
        soft = status in _SOFT_STATUS or status >= 500  # noqa: PLR2004 (server errors)
        return Verdict(ok=False, problem=f"http_{status}", failure=SOFT if soft else HARD)
    found = digest(body)
    if found == last_hash:
        return Verdict(ok=True)
    feed = parse_feed(body, url=url, content_type=content_type, now=now)
    if feed.problem and not feed.candidates:
        return Verdict(ok=False, problem=feed.problem, failure=HARD)
    wait = min(feed.ttl or timedelta(0), MAX_WAIT)
    return Verdict(ok=True, feed=feed, body_hash=found, problem=feed.problem, wait=wait)


def judge_failure(reason: str) -> Verdict:
    """Judge a poll that got no answer; `reason` is a `Failure.reason`."""
    return Verdict(ok=False, problem=reason, failure=DNS if reason == "dns" else SOFT)
