"""What every stage is given."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dateline.store.lease import Lease

if TYPE_CHECKING:
    from dateline.settings import Settings
    from dateline.store import Database

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, the items done and the items known so far."""

LEASE_GRACE = 300.0
"""Seconds a lease outlives the time budget of its task."""


def now() -> datetime:
    """The time, UTC."""
    return datetime.now(UTC)


def _quiet(stage: str, done: int, total: int) -> None:
    """No progress display."""


@dataclass(frozen=True, slots=True)
class Context:
    """A run's settings, database, id, clock and progress display."""

    settings: Settings
    database: Database
    run: str
    clock: Callable[[], datetime] = now
    progress: Progress = _quiet

    def lease(self, shard: int, shards: int) -> Lease:
        """A claim on a shard's due rows, unique to this call."""
        return Lease(
            run=self.run,
            shard=shard,
            shards=shards,
            owner=f"{self.run}/{shard}/{secrets.token_hex(4)}",
            seconds=self.settings.fetch_budget + LEASE_GRACE,
            limit=self.settings.fetch_limit,
            budget=self.settings.fetch_budget,
        )
