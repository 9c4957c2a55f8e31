"""Housekeeping: the fetch log keeps its days, and rows that nothing needs any more go.

A run looks at a bounded number of rows and goes on there the next day, so it never costs more than
the first one did; what is stored is looked through in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dateline.store.housekeeping import keep_fetch_log, sweep

if TYPE_CHECKING:
    from dateline.stages.context import Context
    from dateline.store.housekeeping import Sweep

PORTION: Final = 2000
"""Rows a transaction looks at: it is short, and nobody waits for it."""
PORTIONS: Final = 500
"""Portions a run takes of each table: a million rows."""


@dataclass(frozen=True, slots=True)
class FetchLog:
    """Days of the fetch log whose partitions were made, and dropped."""

    made: int = 0
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class Swept:
    """Rows looked at, and what was removed of them: entities without a mention, keys of no text."""

    looked: int = 0
    entities: int = 0
    story_keys: int = 0


def keep_log(context: Context) -> FetchLog:
    """Keep DATELINE_FETCH_LOG_DAYS of the fetch log, and make partitions for the days to come."""
    return FetchLog(*keep_fetch_log(context.database, context.settings.fetch_log_days))


def sweep_orphans(context: Context) -> Swept:
    """Remove entities that no text names, and the story keys of articles that are no more."""
    entities, first = _sweep(context, "entities")
    keys, second = _sweep(context, "story_keys")
    return Swept(looked=first + second, entities=entities, story_keys=keys)


def _sweep(context: Context, what: Sweep) -> tuple[int, int]:
    """How many were removed, and looked at."""
    removed = looked = 0
    for _ in range(PORTIONS):
        done = sweep(context.database, what, PORTION)
        removed, looked = removed + done.removed, looked + done.looked
        if done.last:
            break
    return removed, looked
