"""Many requests, politely: the pace of each host, robots.txt, a deadline.

    requests ─► Lane per host ─► heap by next start ─► threads ─► results ─► Fetched
                    ▲                                                │
                    └──────────── what the answer says of the host ──┘

All state is changed by the thread that consumes the iterator; the threads only fetch. So there is
nothing to lock, and a host that waits holds no thread.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from dateline.fetch import pace
from dateline.fetch.lanes import Lane, Lanes
from dateline.fetch.rulebook import NO_RULES, Rulebook, Rules
from dateline.fetch.values import (
    Deferred,
    Fetched,
    Forbidden,
    Request,
    Response,
)
from dateline.model import Booking
from dateline.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping, Sequence

    from dateline.fetch.client import Client
    from dateline.model import HostState, Slot
    from dateline.settings import Settings

BLOCK_SECONDS = 10.0
"""So much time is reserved at once, so that crawls of the same host take turns."""
_AHEAD = 1.0
"""Seconds: hosts that get ready so soon are reserved together."""
_BATCH = 64
_LOOKED_AT = 4 * _BATCH


class SharedPace(Protocol):
    """Where crawls that run at the same time keep their hosts' pace together."""

    def reserve(self, bookings: Sequence[Booking]) -> Mapping[str, Slot]:
        """Reserve a block of slots at each host; by host."""

    def block(self, state: HostState) -> None:
        """Tell the others at once that a host wants to be left alone."""


@dataclass(frozen=True, slots=True)
class _Job:
    """For a thread. `rules` None: fetch the host's robots.txt, on behalf of the request.

    `started` is on the monotonic clock; `rule` is the line of robots.txt that lets it pass.
    """

    request: Request
    rules: Rules | None
    started: float
    rule: str | None = None


@dataclass(frozen=True, slots=True)
class _Done:
    job: _Job
    result: pace.Result | BaseException


class Crawl:
    """Fetches requests from many hosts at once; for one run.

    Args:
        client: fetches one.
        settings: number of threads.
        hosts: what is known of the hosts from earlier runs, by name.
        clock: the time of day, UTC.
        monotonic: seconds, for pace and deadline.
        sleep: waits so many seconds when nothing is under way.
        shared: keeps the pace together with other crawls; None: this one is alone.
    """

    def __init__(
        self,
        client: Client,
        settings: Settings,
        hosts: Mapping[str, HostState],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        shared: SharedPace | None = None,
    ) -> None:
        self._client = client
        self._threads = settings.threads
        self._clock = clock
        self._sleep = sleep
        self._monotonic = monotonic
        self._shared = shared
        self._rulebook = Rulebook(client, clock)
        for state in hosts.values():
            self._rulebook.remember(state)
        self._lanes = Lanes(hosts, settings.threads)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[_Done] = queue.SimpleQueue()

    @property
    def hosts(self) -> dict[str, HostState]:
        """The hosts' states now, to be stored."""
        return {lane.state.host: self._with_rules(lane.state) for lane in self._lanes}

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
                elif not self._lanes.running and not self._next_start(deadline):
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
        blocked_until = self._lanes.of(request.host).state.blocked_until
        if blocked_until and blocked_until > self._clock():
            return False
        self._lanes.push(self._lanes.put(request, first=True))
        return True

    def _enqueue(self, requests: Sequence[Request]) -> Iterator[Fetched]:
        now, monotonic = self._clock(), self._monotonic()
        for request in requests:
            self._lanes.put(request)
        for lane in self._lanes:
            blocked_until, next_at = lane.state.blocked_until, lane.state.next_at
            if blocked_until and blocked_until > now:
                yield from self._defer(lane, Deferred(blocked_until, "host_blocked", now))
            else:
                pause = next_at - now if next_at else timedelta(0)
                lane.ready_at = monotonic + pause.total_seconds()
                self._lanes.push(lane)

    def _dispatch(self, deadline: float) -> Iterator[Fetched]:
        """Give work to idle threads; yields what is answered without a request."""
        while self._lanes.running < self._threads:
            now = self._monotonic()
            lane = self._lanes.pop_startable(now) if now < deadline else None
            if lane is None:
                return
            if self._shared and self._unreserved(lane, now):
                yield from self._reserve(self._shared, lane, now)
            else:
                yield from self._start(lane, now)

    def _interval(self, lane: Lane, request: Request) -> float:
        """Seconds between two requests to the lane's host, as things are."""
        rules, polite = self._rulebook.known(lane.state.host), request.politeness
        floor = max(polite.delay, rules.delay) if rules else polite.delay
        return pace.interval(floor, lane.state.latency, polite.connections, lane.state.slowdown)

    def _unreserved(self, lane: Lane, now: float) -> bool:
        """Whether the lane's next start lies behind the slots that were reserved."""
        late = max(lane.ready_at, now) >= lane.reserved_until
        return late and self._interval(lane, lane.waiting[0]) > 0

    def _reserve(self, shared: SharedPace, first: Lane, now: float) -> Iterator[Fetched]:
        """Reserve slots for this lane and for those that soon need some."""
        lanes: list[Lane] = [first]
        others: list[Lane] = []
        for _ in range(_LOOKED_AT):
            lane = self._lanes.pop(now + _AHEAD) if len(lanes) < _BATCH else None
            if lane is None:
                break
            (lanes if self._unreserved(lane, now) else others).append(lane)
        bookings = [self._booking(lane) for lane in lanes]
        slots = shared.reserve(bookings)
        now = self._monotonic()
        for lane, booking in zip(lanes, bookings, strict=True):
            yield from self._place(lane, booking, slots[booking.host], now)
        for lane in (*lanes, *others):
            self._lanes.push(lane)

    def _booking(self, lane: Lane) -> Booking:
        seconds = self._interval(lane, lane.waiting[0])
        asks_rules = self._rulebook.known(lane.state.host) is None
        count = min(int(BLOCK_SECONDS / seconds), len(lane.waiting) + asks_rules)
        return Booking(lane.state.host, max(count, 1), seconds)

    def _place(self, lane: Lane, booking: Booking, slot: Slot, now: float) -> Iterator[Fetched]:
        """Take over what was reserved, and what the other crawls know of the host."""
        if slot.slowdown > lane.slowdown_seen:
            lane.note(slowdown=max(slot.slowdown, lane.state.slowdown))
        lane.slowdown_seen = slot.slowdown
        if slot.blocked_until:
            lane.note(blocked_until=slot.blocked_until)
            deferred = Deferred(slot.blocked_until, "host_blocked", self._clock())
            yield from self._defer(lane, deferred)
            return
        start = now + slot.wait
        lane.ready_at = max(lane.ready_at, start)
        lane.reserved_until = start + booking.count * booking.interval

    def _start(self, lane: Lane, now: float) -> Iterator[Fetched]:
        """Start the lane's next request that robots.txt allows, or ask for robots.txt."""
        request = lane.waiting[0]
        rules = self._rulebook.known(lane.state.host)
        if rules is None and not request.obey_robots:
            rules = NO_RULES
        if rules is None:
            if not lane.running:  # else it expired under way, and is being asked for
                self._send(lane, _Job(request, None, now))
            return
        while lane.waiting:
            request = self._lanes.take(lane)
            verdict = rules.check(request.url)
            if verdict.allowed or not request.obey_robots:
                self._send(lane, _Job(request, rules, now, verdict.rule))
                self._lanes.push(lane)
                return
            yield Fetched(request, Forbidden(verdict.rule), rules.hash, verdict.rule)

    def _send(self, lane: Lane, job: _Job) -> None:
        seconds = self._interval(lane, job.request)
        self._lanes.began(lane)
        lane.ready_at = job.started + seconds
        lane.note(next_at=self._clock() + timedelta(seconds=seconds))
        self._jobs.put(job)

    def _next_start(self, deadline: float) -> bool:
        """Sleep until a host may be asked again; False if none may before the deadline."""
        at, now = self._lanes.next_at, self._monotonic()
        if at is None or max(at, now) >= deadline:
            return False
        self._sleep(max(at - now, 0.0))
        return True

    def _collect(self, *, wait: bool, deadline: float) -> Iterator[Fetched]:
        """Take what the threads have done; if `wait`, for the first until a host gets ready."""
        timeout, now, next_at = None, self._monotonic(), self._lanes.next_at
        if next_at is not None and self._lanes.running < self._threads and now < deadline:
            timeout = max(min(next_at, deadline) - now, 0.001)
        while self._lanes.running:
            try:
                done = self._done.get(block=wait, timeout=timeout)
            except queue.Empty:
                return
            wait = False
            yield from self._finish(done)

    def _finish(self, done: _Done) -> Iterator[Fetched]:
        job, result = done.job, done.result
        lane = self._lanes.of(job.request.host)
        self._lanes.ended(lane)
        if isinstance(result, BaseException):
            raise result
        if job.rules is not None:
            assert not isinstance(result, Rules)
            yield Fetched(job.request, result, job.rules.hash, job.rule)
        if pause := self._learn(lane, job, result):
            lane.note(blocked_until=pause.until)
            if self._shared:
                self._shared.block(self._with_rules(lane.state))
            yield from self._defer(lane, pause)
        if isinstance(result, Rules):
            lane.ready_at = max(lane.ready_at, job.started + self._interval(lane, job.request))
        self._lanes.push(lane)

    def _learn(self, lane: Lane, job: _Job, result: pace.Result) -> Deferred | None:
        """What a result says of its host; whether it has to be left alone."""
        if isinstance(result, Deferred):
            return result if job.rules is None else None
        lane.strikes = lane.strikes + 1 if pace.unreachable(result) else 0
        if (seconds := pace.response_time(result)) is not None:
            lane.note(latency=pace.smoothed(lane.state.latency, seconds))
        # What was under way when the host was last slowed down knows nothing of it.
        if job.started > lane.slowed_at:
            if pace.refuses(result):
                lane.note(slowdown=pace.slower(lane.state.slowdown))
                lane.slowed_at = self._monotonic()
            elif isinstance(result, Response) and lane.state.slowdown > 1.0:
                lane.note(slowdown=pace.relieved(lane.state.slowdown))
        interval = self._interval(lane, job.request)
        lane.ready_at = max(lane.ready_at, job.started + interval)
        return pace.pause(result, lane.strikes, self._clock())

    def _defer(self, lane: Lane, deferred: Deferred) -> Iterator[Fetched]:
        while lane.waiting:
            yield Fetched(self._lanes.take(lane), deferred)

    def _with_rules(self, state: HostState) -> HostState:
        rules = self._rulebook.asked(state.host)
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

    def _fetch(self, job: _Job) -> pace.Result:
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
            unwanted=request.unwanted,
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
