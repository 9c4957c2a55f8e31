"""Search: new and changed articles enter the full-text index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dateline.store.search import index_batch, merge, waiting

if TYPE_CHECKING:
    from dateline.stages.context import Context


@dataclass(frozen=True, slots=True)
class Indexed:
    """What indexing did, in articles; see `dateline.store.search.Batch`."""

    indexed: int = 0
    moved: int = 0


def index_search(context: Context) -> Indexed:
    """Index everything that waits, a batch a transaction; what one call leaves the next one takes.

    Raises:
        StoreError: Postgres is out of reach; what was indexed before stays.
    """
    total, done, known = Indexed(), 0, waiting(context.database)
    while (batch := index_batch(context.database)).taken:
        done += batch.taken
        total = Indexed(total.indexed + batch.indexed, total.moved + batch.moved)
        context.progress("index", done, max(done, known))
    if total.indexed:
        merge(context.database)
    return total
