"""The life of a WebSub subscription: every change of `ops.websub`, as a function. Pure.

    asked ─► pending ─► verified: active ─► asked again before the end ─► …
                └─► refused: failed (back-off to a week), denied (a week)

A request counts as failed until it is verified, so whatever becomes of it (the hub is silent, the
task is killed), the next one comes by itself, later each time.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

LEASE: Final = timedelta(days=10)
"""Asked for, and assumed of a hub that does not say how long."""
LONGEST: Final = timedelta(days=30)
"""A hub that promises more is asked again all the same."""
EARLY: Final = timedelta(days=1)
"""Renewed so long before the end, or for the last third of a short lease."""
FIRST_RETRY: Final = timedelta(hours=1)
LAST_RETRY: Final = timedelta(days=7)
WINDOW: Final = timedelta(days=1)
"""A hub may verify a request for so long; later it answers none of ours."""

_PASSING: Final = frozenset({408, 425, 429})
_PROBLEM: Final = 300


class State(StrEnum):
    """How a subscription stands (`ops.websub.state`)."""

    PENDING = "pending"
    ACTIVE = "active"
    """verified; worth nothing after `expires_at`"""
    DENIED = "denied"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Subscription:
    """A row of `ops.websub`.

    Attributes:
        hub, topic: whom was asked, and for what.
        token: the secret part of the callback's address.
        secret: key of the signatures.
        next_at: when the hub is asked (again).
        failures: requests since the last verification.
        wanted: its feed and source are on.
    """

    feed_id: int
    hub: str
    topic: str
    token: str = field(repr=False)
    secret: str = field(repr=False)
    state: State
    requested_at: datetime
    next_at: datetime
    failures: int = 0
    verified_at: datetime | None = None
    expires_at: datetime | None = None
    problem: str | None = None
    wanted: bool = True

    def live(self, now: datetime) -> bool:
        """Whether the hub tells us of news now."""
        running = self.expires_at is not None and self.expires_at > now
        return self.state is State.ACTIVE and running


def asked(
    old: Subscription | None,
    feed_id: int,
    hub: str,
    topic: str,
    now: datetime,
    new_token: Callable[[], str],
) -> Subscription:
    """A request goes out: the first of this feed at this hub, a further try, or a renewal.

    Args:
        old: how it stood; its token is kept while hub and topic are, for the hub knows a
            subscription by its callback.
        feed_id: the feed.
        hub: what the feed names now.
        topic: its address there.
        now: aware.
        new_token: gives what nobody can guess.
    """
    if old is None or (old.hub, old.topic) != (hub, topic):
        later = now + _pause(1)
        return Subscription(
            feed_id, hub, topic, new_token(), new_token(), State.PENDING, now, later, failures=1
        )
    live, failures = old.live(now), old.failures + 1
    return replace(
        old,
        state=State.ACTIVE if live else State.PENDING,
        expires_at=old.expires_at if live else None,
        requested_at=now,
        next_at=now + _pause(failures),
        failures=failures,
    )


def answered(
    row: Subscription, now: datetime, *, status: int | None, said: str = ""
) -> Subscription:
    """The hub answered our request.

    Args:
        row: as it stands now; a quick hub has verified it before it answers.
        now: aware.
        status: of the answer; None if there was none.
        said: the beginning of the answer's text, or why there is none.
    """
    if row.verified_at is not None and row.verified_at >= row.requested_at:
        return row
    if status is not None and 200 <= status < 300:  # noqa: PLR2004 (successes)
        return replace(row, problem=None)
    final = status is not None and 400 <= status < 500 and status not in _PASSING  # noqa: PLR2004
    state = State.DENIED if final else State.FAILED
    return replace(
        row,
        # The running subscription goes on to its end.
        state=State.ACTIVE if row.live(now) else state,
        next_at=now + LAST_RETRY if final else row.next_at,
        problem=_line(said if status is None else f"http_{status}: {said}"),
    )


def verified(
    row: Subscription, topic: str, lease_seconds: str | None, now: datetime
) -> Subscription | None:
    """The hub asks whether we want it; None if we do not, or have not asked.

    Args:
        row: as it stands.
        topic: what the hub says we asked for.
        lease_seconds: how long the hub will push, as it says.
        now: aware.
    """
    expected = row.state is not State.DENIED and now - row.requested_at <= WINDOW
    if topic != row.topic or not row.wanted or not expected:
        return None
    length = lease(lease_seconds)
    return replace(
        row,
        state=State.ACTIVE,
        verified_at=now,
        expires_at=now + length,
        next_at=now + length - min(EARLY, length / 3),
        failures=0,
        problem=None,
    )


def denied(row: Subscription, topic: str, reason: str, now: datetime) -> Subscription | None:
    """The hub refuses, or ends what it had accepted; None if it is not about our topic."""
    if topic != row.topic:
        return None
    return replace(
        row,
        state=State.DENIED,
        expires_at=None,
        next_at=now + LAST_RETRY,
        problem=_line(f"denied: {reason}"),
    )


def lease(seconds: str | None) -> timedelta:
    """What the hub says of the lease, at most LONGEST; LEASE where it says nothing sensible."""
    text = (seconds or "").strip()
    if not (text.isascii() and text.isdecimal()) or not int(text[:12]):
        return LEASE
    return min(timedelta(seconds=int(text[:9])), LONGEST) if len(text) <= 9 else LONGEST  # noqa: PLR2004


def _pause(failures: int) -> timedelta:
    return min(FIRST_RETRY * (1 << min(failures - 1, 16)), LAST_RETRY)


def _line(text: str) -> str:
    return " ".join(text.split())[:_PROBLEM].rstrip(" :")
