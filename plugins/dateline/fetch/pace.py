"""How often a host may be asked, and when it is left alone: rules only, no I/O."""

from __future__ import annotations

from datetime import datetime, timedelta

from dateline.fetch.judge import retry_after
from dateline.fetch.rulebook import Rules
from dateline.fetch.values import Deferred, Failure, Forbidden, Response

Result = Response | Failure | Forbidden | Deferred | Rules

UNREACHABLE = frozenset({"refused", "dns", "timeout_connect"})
SLOW = frozenset({"timeout_read", "timeout_total"})
STRIKES = 2
SILENCE = timedelta(minutes=10)
"""For a host that could not be connected to `STRIKES` times in a row."""
BUSY = timedelta(minutes=1)
"""For a 429 that does not say how long."""
LONGEST = 60.0
"""Seconds between two requests at the most, unless a longer delay is asked for."""
HEAVIEST = 16.0
"""The slow-down that bursts of refusals add up to at the most."""
_RELIEF = 0.9
_LIGHTEST = 1.05
_GENTLE = 0.25
"""Seconds: what a slow-down multiplies at least, where no delay is asked for."""
_LATENCY_WEIGHT = 0.3
_TOO_MANY_REQUESTS, _UNAVAILABLE = 429, 503


def interval(floor: float, latency: float | None, connections: int, slowdown: float) -> float:
    """Seconds between the starts of two requests to a host.

    Args:
        floor: what the source's settings and robots.txt ask for. 0 means: as soon as a connection
            is free, which follows the host's own speed.
        latency: smoothed response time: a slow host is asked less often.
        connections: requests that may be under way together.
        slowdown: see `slower`.
    """
    if not floor and slowdown <= 1.0:
        return 0.0
    spread = (latency or 0.0) / connections
    base = max(floor, spread, _GENTLE if slowdown > 1.0 else 0.0)
    return min(base * slowdown, max(floor, LONGEST))


def slower(slowdown: float) -> float:
    """After a burst of refusals."""
    return min(slowdown * 2.0, HEAVIEST)


def relieved(slowdown: float) -> float:
    """After a good answer: half of it is gone after seven."""
    lighter = slowdown * _RELIEF
    return lighter if lighter >= _LIGHTEST else 1.0


def smoothed(known: float | None, measured: float) -> float:
    """The response time with one more measured."""
    return measured if known is None else known + _LATENCY_WEIGHT * (measured - known)


def refuses(result: Result) -> bool:
    """Whether the host says that it is asked too often."""
    return isinstance(result, Response) and result.status in {_TOO_MANY_REQUESTS, _UNAVAILABLE}


def unreachable(result: Result) -> bool:
    """Whether the host itself could not be connected to (not one that it redirects to)."""
    if not isinstance(result, Failure) or result.redirects:
        return False
    return result.reason in UNREACHABLE


def response_time(result: Result) -> float | None:
    """Seconds that count as the host's response time."""
    if isinstance(result, Response) or (isinstance(result, Failure) and result.reason in SLOW):
        return result.elapsed
    return None


def pause(result: Result, strikes: int, now: datetime) -> Deferred | None:
    """Whether, and until when, the host has to be left alone after a page's result.

    Args:
        result: of the page.
        strikes: how often in a row it could not be connected to, this time included.
        now: UTC.
    """
    if isinstance(result, Failure) and strikes >= STRIKES:
        return Deferred(now + SILENCE, f"host_{result.reason}", now)
    if not isinstance(result, Response) or not refuses(result):
        return None
    wait = retry_after(result.headers, now)
    if wait is None and result.status == _TOO_MANY_REQUESTS:
        wait = BUSY
    return Deferred(now + wait, f"host_http_{result.status}", now) if wait else None
