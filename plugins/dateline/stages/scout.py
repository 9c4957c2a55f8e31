"""Asking a site a few questions at a person's request, politely."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from dateline.discover.autodiscover import feed_like
from dateline.errors import SettingsError
from dateline.fetch import Client, Deferred, Failure, Response
from dateline.fetch.rulebook import Rulebook, Rules
from dateline.stages.discover import ACCEPT
from dateline.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from dateline.model import Politeness
    from dateline.settings import Settings

MAX_REQUESTS = 20
"""Requests of one look at a site, robots.txt not counted."""
MAX_WAITING = 60.0
"""Seconds of pauses: a site that asks for long ones is asked fewer questions."""
_REFUSED = frozenset({"forbidden_address", "forbidden_port"})


@dataclass(frozen=True, slots=True)
class Tried:
    """An address that was asked for, or was not for a reason, and what came of it."""

    url: str
    said: str


class Scout:
    """Fetches by robots.txt, with a pause between two requests to a host, within limits.

    Args:
        settings: limits of a fetch.
        politeness: the pause, and whether private addresses may be reached.
        clock: the time of day, UTC.
        sleep: how to pause.

    Attributes:
        tried: every address so far.
    """

    def __init__(
        self,
        settings: Settings,
        politeness: Politeness,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = Client(settings, clock=clock)
        self._rulebook = Rulebook(self._client, clock)
        self._politeness = politeness
        self._max_size = settings.max_feed_size
        self._sleep = sleep
        self._asked: set[str] = set()
        self._requests = 0
        self._waited = 0.0
        self._tried: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    @property
    def tried(self) -> tuple[Tried, ...]:
        """What was asked for, in order."""
        return tuple(Tried(url, said) for url, said in self._tried.items())

    def note(self, url: str, said: str) -> None:
        """Say what an address turned out to be."""
        self._tried[url] = said

    def first(self, url: str) -> Response:
        """The address that a person gave.

        Raises:
            SettingsError: there is no answer, or none is allowed; says why.
        """
        rules = self.rules(url)
        if isinstance(rules, Rules) and not feed_like(url) and not rules.check(url).allowed:
            raise SettingsError(
                f"{url}: its robots.txt forbids it ({rules.check(url).rule}): give the address of a"
                " feed, which is there for programs"
            )
        answer = self._get(url)
        if isinstance(answer, Failure):
            hint = " (--allow-private allows it)" if answer.reason in _REFUSED else ""
            raise SettingsError(f"{url}: {answer.reason}: {answer.detail}{hint}")
        if answer.status != 200:  # noqa: PLR2004 (OK)
            raise SettingsError(f"{url}: HTTP {answer.status} {answer.reason}")
        return answer

    def ask(self, url: str, *, obey: bool = True) -> Response | None:
        """An address that was found or guessed; None if there is no good answer, noted why.

        Args:
            url: absolute.
            obey: heed robots.txt; feeds that the site names are there for programs.
        """
        if url in self._tried:
            return None
        if self._requests >= MAX_REQUESTS or self._waited >= MAX_WAITING:
            self.note(url, "not asked: these were questions enough")
            return None
        if refused := self._refusal(url, obey=obey):
            self.note(url, f"not asked: {refused}")
            return None
        answer = self._get(url)
        if isinstance(answer, Response) and answer.status == 200:  # noqa: PLR2004 (OK)
            return answer
        self.note(url, answer.reason if isinstance(answer, Failure) else f"HTTP {answer.status}")
        return None

    def _refusal(self, url: str, *, obey: bool) -> str | None:
        rules = self.rules(url)
        if isinstance(rules, Deferred):
            return rules.reason
        verdict = rules.check(url)
        return f"robots.txt forbids it ({verdict.rule})" if obey and not verdict.allowed else None

    def rules(self, url: str) -> Rules | Deferred:
        """The robots.txt that governs an address."""
        host = host_of(url)
        known = self._rulebook.known(host)
        if known is not None:
            return known
        self._pause(host, 0)
        return self._rulebook.fetch(host, url, self._politeness)

    def _get(self, url: str) -> Response | Failure:
        host = host_of(url)
        known = self._rulebook.known(host)
        self._pause(host, known.delay if known else 0)
        self._requests += 1
        return self._client.get(
            url,
            politeness=self._politeness,
            max_size=self._max_size,
            accept=f"{ACCEPT},text/html",
        )

    def _pause(self, host: str, asked_for: float) -> None:
        if host in self._asked:
            wait = max(self._politeness.delay, asked_for)
            self._waited += wait
            if wait:
                self._sleep(wait)
        self._asked.add(host)
