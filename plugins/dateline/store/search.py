"""The search index: building it from the list of work, and asking it.

How texts become vectors and queries stands in sql/migrations/*_search.sql, how a batch is taken
and why nothing is missed in sql/queries/search.sql.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from dateline.store.database import Cursor, Database, one
from dateline.store.sqlfiles import queries

if TYPE_CHECKING:
    from datetime import datetime

BATCH = 1000
"""Articles a transaction: a second or two, so that what waits behind it does not wait long."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What a batch did.

    Attributes:
        taken: rows of work; 0: nothing is left.
        indexed: articles whose text was indexed, for the first time or anew.
        moved: articles whose text stood and whose time, source or language did not.
    """

    taken: int
    indexed: int
    moved: int


@dataclass(frozen=True, slots=True)
class Query:
    """A search.

    Attributes:
        words: words, "a phrase", or, -without.
        since, until: published from, and before; None: any time.
        source: slug; None: all.
        language: BCP 47; "pt" takes "pt-BR", too. None: all.
        max: how many at most.
    """

    words: str
    since: datetime | None = None
    until: datetime | None = None
    source: str | None = None
    language: str | None = None
    max: int = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that a search found; `headline` is a passage with the words in « »."""

    article_id: int
    url: str
    title: str
    source: str
    published_at: datetime
    rank: float
    headline: str


def index_batch(database: Database, limit: int = BATCH) -> Batch:
    """Index the articles that have waited longest, in one transaction.

    Raises:
        StoreError: Postgres is out of reach; the batch stays on the list.
    """
    return database.run(lambda cursor: _index(cursor, limit))


def _index(cursor: Cursor, limit: int) -> Batch:
    sql = queries("search")
    cursor.execute(sql["one_indexer"])
    cursor.execute(sql["collect"])
    cursor.execute(sql["index_batch"], {"limit": limit})
    return Batch(*one(cursor))


def merge(database: Database) -> None:
    """Bring the index into the form that is quick to search; after the last batch.

    Raises:
        StoreError: Postgres is out of reach; searches are slower until the next call.
    """
    database.run(lambda cursor: cursor.execute(queries("search")["merge"]))


def waiting(database: Database) -> int:
    """Rows on the list of work, counted up to 100,000."""
    with database.transaction() as cursor:
        cursor.execute(queries("search")["waiting"])
        return int(one(cursor)[0])


def search(database: Database, query: Query) -> list[Hit]:
    """Articles for a query, best first (`news.search`).

    Raises:
        StoreError: Postgres is out of reach.
    """
    with database.transaction() as cursor:
        cursor.execute(queries("search")["search"], asdict(query))
        return [Hit(*row) for row in cursor.fetchall()]
