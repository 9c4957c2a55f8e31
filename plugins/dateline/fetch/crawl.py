"""Many requests, politely: the pace of each host, robots.txt, a deadline.

    requests ─► _Lane per host ─► heap by next start ─► threads ─► results ─► Fetched
                    ▲                                                │
                    └──────────── what the answer says of the host ──┘

All state is changed by the thread that consumes the iterator; the threads only fetch. So there is
nothing to lock, and a host that waits holds no thread.
"""

from __future__ import annotations

import heapq
import queue
import threading
import time
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from dateline.fetch.judge import retry_after
from dateline.fetch.rulebook import NO_RULES, Rulebook, Rules
from dateline.fetch.values import (
    Deferred,
    Failure,
    Fetched,
    Forbidden,
    Request,
    Response,
)
from dateline.model import HostState
from dateline.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

    from dateline.fetch.client import Client
    from dateline.settings import Settings

UNREACHABLE = frozenset({"refused", "dns", "timeout_connect"})
STRIKES = 2
SILENCE = timedelta(minutes=10)
"""For a host that could not be connected to `STRIKES` times in a row."""
BUSY = timedelta(minutes=1)
"""For a 429 that does not say how long."""
_TOO_MANY_REQUESTS, _UNAVAILABLE = 429, 503
_LATENCY_WEIGHT = 0.3


@dataclass(slots=True)
class _Lane:
    """A host in this crawl. `ready_at` is on the monotonic clock; `queued`: it is in the heap."""

    state: HostState
    waiting: deque[Request] = field(default_factory=deque)
    ready_at: float = 0.0
    running: int = 0
    queued: bool = False
    strikes: int = 0


@dataclass(frozen=True, slots=True)
class _Job:
    """For a thread. `rules` None: fetch the host's robots.txt, on behalf of the request."""

    request: Request
    rules: Rules | None


@dataclass(frozen=True, slots=True)
class _Done:
    job: _Job
    result: Response | Failure | Forbidden | Deferred | Rules | BaseException


class Crawl:
    """Fetches requests from many hosts at once; for one run.

    Args:
        client: fetches one.
        settings: number of threads.
        hosts: what is known of the hosts from earlier runs, by name.
        clock: the time of day, UTC.
        monotonic: seconds, for pace and deadline.
        sleep: waits so many seconds when nothing is under way.
    """

    def __init__(
        self,
        client: Client,
        settings: Settings,
        hosts: Mapping[str, HostState],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._threads = settings.threads
        self._clock = clock
        self._sleep = sleep
        self._monotonic = monotonic
        self._rulebook = Rulebook(client, clock)
        for state in hosts.values():
            self._rulebook.remember(state)
        self._lanes = {host: _Lane(state) for host, state in hosts.items()}
        self._heap: list[tuple[float, int, _Lane]] = []
        self._pushed = 0
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[_Done] = queue.SimpleQueue()
        self._running = 0

    @property
    def hosts(self) -> dict[str, HostState]:
        """The hosts' states now, to be stored."""
        return {host: self._with_rules(lane.state) for host, lane in self._lanes.items()}

    def run(self, requests: Sequence[Request], deadline: float) -> Generator[Fetched]:
        """Fetch, in the order given within each host.

        Args:
            requests: at most once each.
            deadline: on the monotonic clock. From then on nothing is started; what was started is
                still yielded. Requests that are not yielded were not started. Closing the iterator
                waits for what is under way, at most the time limit of a response.

        Raises:
            Exception: whatever a thread died of; the other threads are ended first.
        """
        ready = deque(self._enqueue(requests))
        wanted = min(self._threads, len(requests))
        threads = [
            threading.Thread(target=self._work, name=f"dateline-fetch-{n}", daemon=True)
            for n in range(wanted)
        ]
        for thread in threads:
            thread.start()
        try:
            while True:
                # Results that wait for the consumer are bounded: so is memory.
                if len(ready) < 2 * self._threads:
                    ready.extend(self._dispatch(deadline))
                ready.extend(self._collect(wait=not ready, deadline=deadline))
                if ready:
                    yield ready.popleft()
                elif not self._running and not self._next_start(deadline):
                    return
        finally:
            for _ in threads:
                self._jobs.put(None)
            for thread in threads:
                thread.join()

    def add(self, request: Request) -> bool:
        """Fetch one more, for whoever consumes `run`: at the host's pace, as its next.

        Returns:
            False: its host is to be left alone. It is not yielded if the deadline comes first.
        """
        lane = self._lanes.setdefault(request.host, _Lane(HostState(request.host)))
        if lane.state.blocked_until and lane.state.blocked_until > self._clock():
            return False
        lane.waiting.appendleft(request)
        self._push(lane)
        return True

    def _enqueue(self, requests: Sequence[Request]) -> Iterator[Fetched]:
        now, monotonic = self._clock(), self._monotonic()
        for request in requests:
            lane = self._lanes.setdefault(request.host, _Lane(HostState(request.host)))
            lane.waiting.append(request)
        for lane in list(self._lanes.values()):
            if not lane.waiting:
                continue
            if lane.state.blocked_until and lane.state.blocked_until > now:
                yield from self._defer(
                    lane, Deferred(lane.state.blocked_until, "host_blocked", now)
                )
            else:
                pause = lane.state.next_at - now if lane.state.next_at else timedelta(0)
                lane.ready_at = monotonic + pause.total_seconds()
                self._push(lane)

    def _dispatch(self, deadline: float) -> Iterator[Fetched]:
        """Give work to idle threads; yields what is answered without a request."""
        while self._heap and self._running < self._threads:
            now = self._monotonic()
            if now >= deadline or self._heap[0][0] > now:
                return
            lane = heapq.heappop(self._heap)[2]
            lane.queued = False
            if lane.waiting:
                yield from self._start(lane, now)

    def _start(self, lane: _Lane, now: float) -> Iterator[Fetched]:
        """Start the lane's next request that robots.txt allows, or ask for robots.txt."""
        request = lane.waiting[0]
        rules = self._rulebook.known(lane.state.host)
        if rules is None and not request.obey_robots:
            rules = NO_RULES
        if rules is None:
            if lane.running:  # robots.txt expired under way, and is being asked for
                return
            self._send(lane, _Job(request, None), request.politeness.delay, now)
            return
        while lane.waiting:
            request = lane.waiting.popleft()
            verdict = rules.check(request.url)
            if verdict.allowed or not request.obey_robots:
                delay = max(request.politeness.delay, rules.delay)
                self._send(lane, _Job(request, rules), delay, now)
                self._push(lane)
                return
            yield Fetched(request, Forbidden(verdict.rule), rules.hash, verdict.rule)

    def _send(self, lane: _Lane, job: _Job, delay: float, now: float) -> None:
        lane.running += 1
        self._running += 1
        lane.ready_at = now + delay
        lane.state = replace(lane.state, next_at=self._clock() + timedelta(seconds=delay))
        self._jobs.put(job)

    def _push(self, lane: _Lane) -> None:
        if lane.queued or not lane.waiting:
            return
        if lane.running < lane.waiting[0].politeness.connections:
            lane.queued = True
            self._pushed += 1
            heapq.heappush(self._heap, (lane.ready_at, self._pushed, lane))

    def _next_start(self, deadline: float) -> bool:
        """Sleep until a host may be asked again; False if none may before the deadline."""
        if not self._heap or self._heap[0][0] >= deadline:
            return False
        self._sleep(max(self._heap[0][0] - self._monotonic(), 0.0))
        return True

    def _collect(self, *, wait: bool, deadline: float) -> Iterator[Fetched]:
        """Take what the threads have done; if `wait`, for the first until a host gets ready."""
        timeout, now = None, self._monotonic()
        if self._heap and self._running < self._threads and now < deadline:
            timeout = max(min(self._heap[0][0], deadline) - now, 0.001)
        while self._running:
            try:
                done = self._done.get(block=wait, timeout=timeout)
            except queue.Empty:
                return
            wait = False
            yield from self._finish(done)

    def _finish(self, done: _Done) -> Iterator[Fetched]:
        request, result = done.job.request, done.result
        lane = self._lanes[request.host]
        lane.running -= 1
        self._running -= 1
        if isinstance(result, BaseException):
            raise result
        if done.job.rules is not None:
            assert not isinstance(result, Rules)
            rule = done.job.rules.check(request.url).rule
            yield Fetched(request, result, done.job.rules.hash, rule)
        if pause := self._pause(lane, result, robots=done.job.rules is None):
            lane.state = replace(lane.state, blocked_until=pause.until)
            yield from self._defer(lane, pause)
        if isinstance(result, Rules):
            lane.ready_at += max(result.delay - request.politeness.delay, 0.0)
        self._push(lane)

    def _pause(
        self,
        lane: _Lane,
        result: Response | Failure | Forbidden | Deferred | Rules,
        *,
        robots: bool,
    ) -> Deferred | None:
        """Whether the host has to be left alone after this result."""
        now = self._clock()
        if isinstance(result, Deferred):
            return result if robots else None
        if isinstance(result, Failure) and result.reason in UNREACHABLE and not result.redirects:
            lane.strikes += 1
            if lane.strikes < STRIKES:
                return None
            return Deferred(now + SILENCE, f"host_{result.reason}", now)
        lane.strikes = 0
        if not isinstance(result, Response):
            return None
        known = lane.state.latency
        latency = (
            result.elapsed if known is None else known + _LATENCY_WEIGHT * (result.elapsed - known)
        )
        lane.state = replace(lane.state, latency=latency)
        if result.status not in {_TOO_MANY_REQUESTS, _UNAVAILABLE}:
            return None
        wait = retry_after(result.headers, now)
        if wait is None and result.status == _TOO_MANY_REQUESTS:
            wait = BUSY
        return Deferred(now + wait, f"host_http_{result.status}", now) if wait else None

    def _defer(self, lane: _Lane, deferred: Deferred) -> Iterator[Fetched]:
        while lane.waiting:
            yield Fetched(lane.waiting.popleft(), deferred)

    def _with_rules(self, state: HostState) -> HostState:
        rules = self._rulebook.known(state.host)
        if rules is None:
            return state
        return replace(
            state,
            robots=rules.body,
            robots_status=rules.status,
            robots_expires_at=rules.expires_at,
        )

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                self._done.put(_Done(job, self._fetch(job)))
            except BaseException as error:  # noqa: BLE001 - raised again where it is consumed
                self._done.put(_Done(job, error))

    def _fetch(self, job: _Job) -> Response | Failure | Forbidden | Deferred | Rules:
        request = job.request
        if job.rules is None:
            return self._rulebook.fetch(request.host, request.url, request.politeness)
        refused: list[Forbidden | Deferred] = []

        def allow(url: str) -> bool:
            refused[:] = self._refusals(url, request)
            return not refused

        result = self._client.get(
            request.url,
            validators=request.validators,
            politeness=request.politeness,
            max_size=request.max_size,
            accept=request.accept,
            allow_redirect=allow,
        )
        return refused[0] if refused else result

    def _refusals(self, url: str, request: Request) -> list[Forbidden | Deferred]:
        """What the robots.txt of a redirect's target has against it."""
        if not request.obey_robots:
            return []
        host = host_of(url)
        rules = self._rulebook.known(host) or self._rulebook.fetch(host, url, request.politeness)
        if isinstance(rules, Deferred):
            return [rules]
        verdict = rules.check(url)
        return [] if verdict.allowed else [Forbidden(verdict.rule)]
