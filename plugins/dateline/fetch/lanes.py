"""The hosts of a crawl, each with its queue: who may be asked next.

No domain holds more than its share of the threads while another one has work, so that a publisher
that answers slowly on many hosts does not stop the rest. Nothing here costs by the number of hosts
but for the heap's logarithm.
"""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dateline.model import HostState
from dateline.urls import domain_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dateline.fetch.values import Request

SHARE = 4
"""A domain may hold one in so many threads."""
_NEVER = float("-inf")


@dataclass(slots=True)
class Domain:
    """A registered domain: requests that wait and run; lanes that were ready beyond its share."""

    waiting: int = 0
    running: int = 0
    parked: deque[Lane] = field(default_factory=deque)


@dataclass(slots=True)
class Lane:
    """A host in this crawl. Times are of the monotonic clock.

    Attributes:
        ready_at: when the next request may start.
        reserved_until: end of the block of slots that was reserved with the other crawls.
        slowed_at: last slow-down.
        slowdown_seen: what the other crawls told of it last.
        queued: it is in the heap, or parked.
        strikes: how often in a row it could not be connected to.
    """

    state: HostState
    domain: Domain
    waiting: deque[Request] = field(default_factory=deque)
    ready_at: float = 0.0
    reserved_until: float = _NEVER
    slowed_at: float = _NEVER
    slowdown_seen: float = 1.0
    running: int = 0
    queued: bool = False
    strikes: int = 0

    def note(self, **changes: object) -> None:
        """Change what is known of the host."""
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]


class Lanes:
    """All lanes: by host, and by when they are ready.

    Args:
        hosts: what is known of hosts from earlier runs, by name.
        threads: how many requests may be under way.
    """

    def __init__(self, hosts: Mapping[str, HostState], threads: int) -> None:
        self.running = 0
        self._threads = threads
        self._domains: dict[str, Domain] = {}
        self._busy = 0
        self._lanes: dict[str, Lane] = {}
        self._heap: list[tuple[float, int, Lane]] = []
        self._pushed = 0
        for state in hosts.values():
            self._open(state)

    def __iter__(self) -> Iterator[Lane]:
        return iter(list(self._lanes.values()))

    def of(self, host: str) -> Lane:
        """The host's lane."""
        return self._lanes.get(host) or self._open(HostState(host))

    def _open(self, state: HostState) -> Lane:
        domain = self._domains.setdefault(domain_of(state.host), Domain())
        lane = Lane(state, domain, slowdown_seen=state.slowdown)
        self._lanes[state.host] = lane
        return lane

    def put(self, request: Request, *, first: bool = False) -> Lane:
        """Let a request wait in its host's lane."""
        lane = self.of(request.host)
        (lane.waiting.appendleft if first else lane.waiting.append)(request)
        self._busy += lane.domain.waiting == 0
        lane.domain.waiting += 1
        return lane

    def take(self, lane: Lane) -> Request:
        """The lane's next request, which does not wait any longer."""
        lane.domain.waiting -= 1
        self._busy -= lane.domain.waiting == 0
        return lane.waiting.popleft()

    def push(self, lane: Lane) -> None:
        """Queue a lane that has work and a connection left."""
        if lane.queued or not lane.waiting:
            return
        if lane.running < lane.waiting[0].politeness.connections:
            lane.queued = True
            self._pushed += 1
            heapq.heappush(self._heap, (lane.ready_at, self._pushed, lane))

    def pop(self, until: float) -> Lane | None:
        """The lane that is ready first, if it is by then; it has work."""
        while self._heap and self._heap[0][0] <= until:
            lane = heapq.heappop(self._heap)[2]
            lane.queued = False
            if lane.waiting:
                return lane
        return None

    def pop_startable(self, now: float) -> Lane | None:
        """The same, of a domain that does not hold its share; others are set aside meanwhile."""
        while lane := self.pop(now):
            if lane.domain.running < self._share(lane.domain):
                return lane
            lane.queued = True
            lane.domain.parked.append(lane)
        return None

    def _share(self, domain: Domain) -> int:
        alone = self._busy - (domain.waiting > 0) == 0
        return self._threads if alone else max(self._threads // SHARE, 1)

    @property
    def next_at(self) -> float | None:
        """When the first lane is ready."""
        return self._heap[0][0] if self._heap else None

    def began(self, lane: Lane) -> None:
        """A request of the lane is under way."""
        lane.running += 1
        lane.domain.running += 1
        self.running += 1

    def ended(self, lane: Lane) -> None:
        """It has ended: its domain's parked lanes may go on."""
        lane.running -= 1
        lane.domain.running -= 1
        self.running -= 1
        domain = lane.domain
        for _ in range(min(len(domain.parked), self._share(domain) - domain.running)):
            parked = domain.parked.popleft()
            parked.queued = False
            self.push(parked)
