"""Leases: which task works on a row, and until when.

A lease holds while the Postgres connection of its task lives, and at most `seconds`. A worker that
is killed loses its connection, so its rows are free for the next run at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dateline.model import Politeness

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Lease:
    """A task's claim.

    Attributes:
        run: the run's id.
        shard, shards: this task's part of the buckets.
        owner: unique to this try of the task.
        seconds: longest life.
        limit: most rows to take.
        budget: seconds that the task works on them.
    """

    run: str
    shard: int
    shards: int
    owner: str
    seconds: float
    limit: int
    budget: float = 300.0

    def parameters(self) -> dict[str, Any]:
        """As the queries name them."""
        return {
            "run_id": self.run,
            "shard": self.shard,
            "shards": self.shards,
            "owner": self.owner,
            "lease": f"{self.seconds} seconds",
            "limit": self.limit,
            "budget": self.budget,
        }


def politeness(row: Mapping[str, Any]) -> Politeness:
    """What the row's source allows towards its hosts."""
    return Politeness(
        delay=row["delay_s"],
        connections=row["connections"],
        allow_private=row["allow_private"],
        headers=tuple(row["headers"].items()),
        cookies=row["cookies"],
    )
