"""WebSub: asks the hubs that feeds name to tell us of news, so that these are polled more rarely.

    poll ─► ops.feed.hub ─► subscribe ─► hub ─► web/websub.py ─► ops.websub ─► wake ─► poll

Whatever the hub does (it is down, refuses, forgets us), the feed is polled as without one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from dateline.discover.subscription import LEASE, answered
from dateline.discover.websub import is_local
from dateline.fetch import Client, Response
from dateline.store import websub as store
from dateline.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from dateline.stages.context import Context
    from dateline.store.websub import Errand

MOST = 20
"""Requests a task sends at the most; the next run goes on."""
LEAST, LONGEST = 20.0, 60.0
"""Seconds in which a task sends them: the least also where polling has used up its time."""
PATIENCE = 20.0
"""Seconds for one answer: a hub only notes the request, it verifies later."""

_BUSY = frozenset({408, 425, 429})
_SERVER_ERROR = 500
_SAID = 200


@dataclass(frozen=True, slots=True)
class Subscribed:
    """What a task did: requests to hubs, and how many of them the hub did not accept."""

    asked: int = 0
    refused: int = 0

    @property
    def accepted(self) -> int:
        """Requests that the hub took on; it verifies them later."""
        return self.asked - self.refused


def wake(context: Context) -> None:
    """Make the feeds due that a hub has told of since the last run. Costs one statement."""
    store.make_due(context.database, context.clock())


def subscribe(
    context: Context,
    shard: int,
    shards: int,
    deadline: float,
    *,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Subscribed:
    """Ask the hubs of the shard's feeds for what is not subscribed to, or ends soon.

    At the pace of the feed's source, and no further at a hub that does not answer. Does nothing
    unless DATELINE_WEBSUB_URL says where hubs reach us.

    Args:
        context: of the run.
        shard: which feeds.
        shards: of so many.
        deadline: on the monotonic clock, of the task; overrun by LEAST and PATIENCE at the most.
        monotonic: the clock.
        sleep: waits so many seconds.
    """
    base = context.settings.websub_url
    if not base:
        return Subscribed()
    started = monotonic()
    end = started + min(max(deadline - started, LEAST), LONGEST)
    total, next_at, dead = Subscribed(), dict[str, float](), set[str]()
    patience = min(PATIENCE, context.settings.total_timeout)
    client = Client(replace(context.settings, total_timeout=patience))
    try:
        while total.asked < MOST and monotonic() < end:
            errand = store.claim_request(
                *(context.database, shard, shards, context.clock()),
                local=is_local(base),
                skipped=dead,
            )
            if errand is None:
                break
            hub = errand.subscription.hub
            sleep(max(next_at.get(host_of(hub), 0.0) - monotonic(), 0.0))
            accepted, alive = _ask(context, client, errand, base)
            next_at[host_of(hub)] = monotonic() + errand.politeness.delay
            dead |= set() if alive else {hub}
            total = Subscribed(total.asked + 1, total.refused + (not accepted))
    finally:
        client.close()
    return total


def _ask(context: Context, client: Client, errand: Errand, base: str) -> tuple[bool, bool]:
    """Send one request; whether the hub accepts it, and whether it may be asked for more."""
    row = errand.subscription
    form = {
        "hub.mode": "subscribe",
        "hub.topic": row.topic,
        "hub.callback": f"{base}/{row.token}",
        "hub.lease_seconds": str(round(LEASE.total_seconds())),
        # Also where the hub is not reached over TLS: a reader of the line could then forge pushes,
        # which would cost no more than a poll; without it, everybody could.
        "hub.secret": row.secret,
    }
    result = client.post_form(row.hub, form, politeness=errand.politeness)
    if isinstance(result, Response):
        status, said = result.status, result.body[:_SAID].decode("utf-8", "replace")
    else:
        status, said = None, result.reason
    now = context.clock()
    store.change(context.database, row.token, partial(answered, now=now, status=status, said=said))
    accepted = status is not None and 200 <= status < 300  # noqa: PLR2004 (successes)
    return accepted, status is not None and status < _SERVER_ERROR and status not in _BUSY
