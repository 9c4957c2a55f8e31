"""The robots.txt of the hosts of a crawl: what is remembered, and asking for it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from dateline.fetch.judge import retry_after
from dateline.fetch.values import Deferred, Failure, Response
from dateline.robots import MAX_BYTES, Robots, Verdict, parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from dateline.fetch.client import Client
    from dateline.model import HostState, Politeness

AGENT = "Dateline"
"""Our product token in robots.txt."""
MAX_DELAY = 60.0
"""Seconds: a longer crawl-delay is meant for nobody, or to keep everybody out."""
_SHORTEST, _LONGEST = timedelta(hours=1), timedelta(hours=24)
_WAIT = timedelta(minutes=10)
_MAX_SIZE = 5 * 1024**2
"""Only the first 500 KiB are read as rules; a larger file than this is taken for an attack."""
_UNAVAILABLE = frozenset(
    {
        "redirect_loop",
        "bad_redirect",
        "bad_url",
        "forbidden_address",
        "forbidden_scheme",
        "forbidden_port",
    }
)
"""Failures that count as having no robots.txt: what is refused to it is refused to the page too."""
_TOO_MANY_REQUESTS = 429
_ERROR, _SERVER_ERROR = 400, 500


@dataclass(frozen=True, slots=True)
class Rules:
    """A host's robots.txt as it counts now. `hash`: 16 bytes, None if the host has no file."""

    robots: Robots
    body: bytes | None
    status: int
    expires_at: datetime
    hash: bytes | None

    def check(self, url: str) -> Verdict:
        """Whether we may fetch a URL."""
        return self.robots.check(AGENT, url)

    @property
    def delay(self) -> float:
        """Seconds between two requests; 0: nothing asked for."""
        return min(self.robots.crawl_delay(AGENT) or 0.0, MAX_DELAY)


class Rulebook:
    """robots.txt by host; safe to share between threads.

    Args:
        client: fetches what is missing.
        clock: the time of day, UTC.
    """

    def __init__(self, client: Client, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._clock = clock
        self._rules: dict[str, Rules] = {}
        self._stored: dict[str, HostState] = {}

    def remember(self, state: HostState) -> None:
        """Take over what an earlier run stored, if it has not expired."""
        self._stored[state.host] = state  # parsed when it is needed: there may be ten thousand

    def known(self, host: str) -> Rules | None:
        """The host's rules, or None if they have to be fetched."""
        rules = self._rules.get(host) or self._recall(host)
        return rules if rules and rules.expires_at > self._clock() else None

    def _recall(self, host: str) -> Rules | None:
        state = self._stored.get(host)
        if state is None or state.robots_status is None or state.robots_expires_at is None:
            return None
        return self._rules.setdefault(
            host, _rules(state.robots, state.robots_status, state.robots_expires_at)
        )

    def asked(self, host: str) -> Rules | None:
        """The host's rules if this crawl has come to need them."""
        return self._rules.get(host)

    def fetch(self, host: str, url: str, politeness: Politeness) -> Rules | Deferred:
        """Ask for the robots.txt that governs a URL.

        RFC 9309, section 2.3.1: no file (4xx, too many redirects) allows all; no answer (5xx, out
        of reach) forbids all, so we wait.
        """
        target = f"{url.partition(':')[0]}://{host}/robots.txt"
        result = self._client.get(target, politeness=politeness, max_size=_MAX_SIZE, accept="*/*")
        now = self._clock()
        if isinstance(result, Failure):
            if result.reason not in _UNAVAILABLE:
                return Deferred(now + _WAIT, f"robots_{result.reason}", now)
            rules = _rules(None, _ERROR, now + _SHORTEST)
        elif result.status == _TOO_MANY_REQUESTS or result.status >= _SERVER_ERROR:
            wait = retry_after(result.headers, now)
            return Deferred(now + max(wait or _WAIT, _WAIT), f"robots_http_{result.status}", now)
        else:
            body = result.body[:MAX_BYTES] if result.status < _ERROR else None
            rules = _rules(body, result.status, now + _lifetime(result))
        self._rules[host] = rules
        return rules


def _rules(body: bytes | None, status: int, expires_at: datetime) -> Rules:
    digest = None if body is None else hashlib.sha256(body).digest()[:16]
    return Rules(parse(body or b""), body, status, expires_at, digest)


NO_RULES = _rules(None, _ERROR, datetime.max.replace(tzinfo=UTC))
"""For a request that does not ask for robots.txt."""


def _lifetime(response: Response) -> timedelta:
    match = re.search(r"max-age=(\d{1,9})", response.header("cache-control") or "")
    age = timedelta(seconds=int(match[1])) if match else _LONGEST
    return min(max(age, _SHORTEST), _LONGEST)
