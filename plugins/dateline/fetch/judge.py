"""What a fetch means for its URL: rules only, no I/O."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from dateline.fetch.values import Deferred, Failure, Forbidden, Response
from dateline.model import Outcome, State, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_RETRY = timedelta(minutes=1)
LAST_RETRY = timedelta(days=1)
PART_ATTEMPTS = 5
"""So often a new article is tried for all of its pages before it is taken as far as it came."""
_LASTING = frozenset({"seen_before", "not_html", "redirect_loop"})
_OK = 200
_NOT_MODIFIED = 304
_GONE = frozenset({404, 410})
_ERROR = 400
_SERVER_ERROR = 500
_PASSING = frozenset({408, 425, 429})


def judge_page(
    result: Response | Failure | Forbidden | Deferred, target: Target, *, max_attempts: int
) -> Outcome:
    """Decide what becomes of a URL.

    Args:
        result: how its fetch ended.
        target: `attempts` counts the failed fetches before this one. A `Deferred` was none: it
            must not be counted.
        max_attempts: failed fetches before it is given up.
    """
    if isinstance(result, Forbidden):
        return Outcome(State.SKIPPED, f"robots: {result.rule}" if result.rule else "robots")
    if isinstance(result, Deferred):
        return Outcome(State.WAITING, result.reason, result.wait)
    if result.status in _GONE:
        return Outcome(State.GONE, f"http_{result.status}")
    if isinstance(result, Failure):
        return _judge_failure(result, target, max_attempts)
    return _judge_status(result, target, max_attempts)


def _judge_failure(failure: Failure, target: Target, max_attempts: int) -> Outcome:
    reason = failure.reason
    if reason == "not_html":
        return Outcome(State.SKIPPED, f"not_html: {failure.detail}")
    if failure.permanent:
        return Outcome(State.QUARANTINED, reason)
    return _again(reason, target, max_attempts, gave_up=f"gave_up: {reason}")


def judge_parts(
    result: Response | Failure | Forbidden | Deferred | str,
    page: int,
    target: Target,
    *,
    max_attempts: int,
) -> Outcome:
    """Decide what becomes of an article of which a further page did not come.

    A part that never will come (robots.txt forbids it, it was seen before) costs only itself, and
    so does one that a new article's pager names in error. Anything else may pass: the whole article
    is tried again. In the end a new one is taken as far as it came, while one that is loaded stays
    as it is, unless the part is really gone.

    Args:
        result: how the part's fetch ended, or why it was not asked for (`seen_before`, or something
            that passes).
        page: the part's number.
        target: the article's URL.
        max_attempts: failed fetches before it is given up.
    """
    reason = result if isinstance(result, str) else _reason(result)
    gone = isinstance(result, Response | Failure) and result.status in _GONE
    missing = f"parts_missing: from page {page}, {reason}"
    if isinstance(result, Forbidden) or reason in _LASTING or (gone and not target.known):
        return Outcome(State.FETCHED, missing)
    tries = max_attempts if target.known else min(max_attempts, PART_ATTEMPTS)
    if target.attempts + 1 < tries:
        wait = result.wait if isinstance(result, Deferred) else timedelta(0)
        return Outcome(
            State.WAITING, missing, max(backoff(target.attempts + 1, key=target.url), wait)
        )
    if target.known and not gone:
        return Outcome(State.QUARANTINED, f"gave_up: {missing}")
    return Outcome(State.FETCHED, missing)


def _reason(result: Response | Failure | Forbidden | Deferred) -> str:
    return f"http_{result.status}" if isinstance(result, Response) else result.reason


def _judge_status(response: Response, target: Target, max_attempts: int) -> Outcome:
    status, reason = response.status, f"http_{response.status}"
    if status == _OK:
        return Outcome(State.FETCHED, "ok")
    if status == _NOT_MODIFIED and target.known:
        return Outcome(State.UNCHANGED, "not_modified")
    if status in _PASSING or status >= _SERVER_ERROR or status == _NOT_MODIFIED:
        wait = retry_after(response.headers, response.fetched_at)
        return _again(reason, target, max_attempts, gave_up=f"gave_up: {reason}", wait=wait)
    if status >= _ERROR:  # 401, 403, 451 …: often a mood of the publisher's firewall
        return _again(reason, target, max_attempts, gave_up=reason)
    return Outcome(State.QUARANTINED, reason)


def _again(
    reason: str,
    target: Target,
    max_attempts: int,
    *,
    gave_up: str,
    wait: timedelta | None = None,
) -> Outcome:
    if target.attempts + 1 >= max_attempts:
        return Outcome(State.QUARANTINED, gave_up)
    pause = backoff(target.attempts + 1, key=target.url)
    return Outcome(State.WAITING, reason, max(pause, wait or pause))


def backoff(attempts: int, *, key: str = "", first: timedelta = FIRST_RETRY) -> timedelta:
    """How long to wait after a failed attempt: doubling from `first`, at most a day.

    Args:
        attempts: failed attempts so far, this one included (1 or more).
        key: spreads the retries of URLs that failed together: ± 20 %, the same for the same key
            and attempt.
        first: the wait after the first.
    """
    pause = min(first * (1 << min(attempts - 1, 32)), LAST_RETRY)
    spread = zlib.crc32(f"{attempts}:{key}".encode()) / 0xFFFFFFFF
    return min(pause * (0.8 + 0.4 * spread), LAST_RETRY)


def retry_after(headers: Sequence[tuple[str, str]], now: datetime) -> timedelta | None:
    """What a Retry-After header asks for: seconds or a date; 0 to a day; None if there is none."""
    value = next((v.strip() for k, v in headers if k.lower() == "retry-after"), "")
    if value.isascii() and value.isdigit():
        pause = timedelta(seconds=min(int(value[:10]), LAST_RETRY.total_seconds()))
    else:
        try:
            date = parsedate_to_datetime(value)
        except ValueError:
            return None
        pause = (date if date.tzinfo else date.replace(tzinfo=UTC)) - now
    return min(max(pause, timedelta(0)), LAST_RETRY)
