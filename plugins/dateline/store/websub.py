"""WebSub subscriptions: `ops.websub`. What becomes of one is decided in `discover.subscription`."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from dateline.discover.subscription import State, Subscription, asked
from dateline.model import Politeness
from dateline.store.database import clean, rows
from dateline.store.sqlfiles import queries

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from dateline.store.database import Cursor, Database

_TOKEN_BYTES = 32
TOKEN_LENGTH = 43
"""Of `_TOKEN_BYTES` in URL-safe base64."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A subscription that its hub is to be asked for, and what its source allows us there."""

    subscription: Subscription
    politeness: Politeness


def claim_request(
    database: Database,
    shard: int,
    shards: int,
    now: datetime,
    *,
    local: bool,
    skipped: Collection[str],
) -> Errand | None:
    """The next subscription of the shard to be asked for, stored as asked; None if none is due.

    Args:
        database: the warehouse.
        shard: which feeds.
        shards: of so many.
        now: aware.
        local: only of sources on private addresses, for no other hub could reach us.
        skipped: hubs to be left alone.
    """

    def work(cursor: Cursor) -> Errand | None:
        cursor.execute(
            queries("websub")["due_request"],
            {"shard": shard, "shards": shards, "now": now, "local": local}
            | {"skipped": sorted(skipped)},
        )
        for row in rows(cursor):
            old = _subscription(row) if row["token"] is not None else None
            names = row["feed_id"], row["new_hub"], row["new_topic"]
            new = asked(old, *names, now, lambda: secrets.token_urlsafe(_TOKEN_BYTES))
            _put(cursor, new)
            # Not the source's headers: they may hold a key that the hub has no business with.
            return Errand(new, Politeness(delay=row["delay_s"], allow_private=row["allow_private"]))
        return None

    return database.run(work)


def change(
    database: Database, token: str, decide: Callable[[Subscription], Subscription | None]
) -> Subscription | None:
    """Let `decide` say what becomes of a subscription, while nobody else changes it.

    Args:
        database: the warehouse.
        token: of its callback.
        decide: gives its new state; None leaves it.

    Returns:
        The subscription as it was; None if nobody has that token.
    """

    def work(cursor: Cursor) -> Subscription | None:
        cursor.execute(queries("websub")["lock_subscription"], {"token": token})
        found = [_subscription(row, wanted=row["wanted"]) for row in rows(cursor)]
        if not found:
            return None
        new = decide(found[0])
        if new is not None and new != found[0]:
            _put(cursor, new)
        return found[0]

    return database.run(work)


def key_of(database: Database, token: str) -> tuple[str, bool] | None:
    """The key of a subscription's signatures, and whether its feed is on; None: no such token."""

    def work(cursor: Cursor) -> tuple[str, bool] | None:
        cursor.execute(queries("websub")["subscription_key"], {"token": token})
        return next(((row["secret"], row["wanted"]) for row in rows(cursor)), None)

    return database.run(work)


def save_push(database: Database, token: str, now: datetime) -> None:
    """The hub sent something that it had signed: the feed is polled by the next run."""
    _execute(database, "save_push", {"token": token, "now": now})


def save_bad_push(database: Database, token: str, problem: str) -> None:
    """Somebody sent something that the hub had not signed; says so beside the subscription."""
    _execute(database, "save_bad_push", {"token": token, "problem": problem})


def make_due(database: Database, now: datetime) -> None:
    """Make the feeds due that were pushed since this was last called, or are to be renewed."""
    _execute(database, "make_due", {"now": now})


@dataclass(frozen=True, slots=True)
class SubscriptionLine:
    """A subscription for people. `state` may also be "expired"."""

    source: str
    feed: str
    hub: str
    state: str
    expires_at: datetime | None
    pushed_at: datetime | None
    pushes: int
    problem: str | None


def subscriptions(database: Database) -> list[SubscriptionLine]:
    """All of them, by source."""

    def work(cursor: Cursor) -> list[SubscriptionLine]:
        cursor.execute(queries("websub")["subscriptions"])
        return [SubscriptionLine(*row) for row in cursor.fetchall()]

    return database.run(work)


def _execute(database: Database, query: str, values: Mapping[str, Any]) -> None:
    def work(cursor: Cursor) -> None:
        cursor.execute(queries("websub")[query], values)

    database.run(work)


_STORED = (
    *("feed_id", "hub", "topic", "token", "secret", "state", "requested_at", "next_at"),
    *("failures", "verified_at", "expires_at", "problem"),
)


def _subscription(row: Mapping[str, Any], *, wanted: bool = True) -> Subscription:
    return Subscription(
        **{name: row[name] for name in _STORED} | {"state": State(row["state"]), "wanted": wanted}
    )


def _put(cursor: Cursor, row: Subscription) -> None:
    values = asdict(row) | {"problem": clean(row.problem) if row.problem else None}
    cursor.execute(queries("websub")["put_subscription"], values)
