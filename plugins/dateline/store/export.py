"""Reads any amount of rows in constant memory: a cursor on the server that cannot write."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import psycopg2

from dateline.errors import SettingsError, StoreError
from dateline.store.sqlfiles import queries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from dateline.store.database import Cursor, Database


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a result: its name and the oid of its type in pg_type."""

    name: str
    oid: int


@dataclass(frozen=True, slots=True)
class Selection:
    """Which articles: published (or else first seen) from `since`, before `until`, of a source."""

    since: datetime | None = None
    until: datetime | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """A result that is read once, a thousand rows at a time; times are in UTC."""

    columns: tuple[Column, ...]
    chunks: Iterator[list[tuple[Any, ...]]]


@contextmanager
def read(database: Database, what: str | Selection) -> Iterator[Rows]:
    """Opens a result; it is gone at the end of the block.

    Args:
        database: the warehouse; its connection is in a transaction meanwhile.
        what: one statement that gives rows, or a choice of articles (`news.article_flat`).

    Raises:
        SettingsError: the statement is wrong, is several, gives no rows, or would write.
        StoreError: Postgres is out of reach or lost.
    """
    try:
        with database.transaction() as cursor:
            yield _open(cursor, what)
    except StoreError as error:
        lost = isinstance(error.__cause__, psycopg2.OperationalError)
        if lost or isinstance(what, Selection):
            raise
        raise SettingsError(f"the query: {str(error.__cause__).partition(chr(10))[0]}") from error


def _open(cursor: Cursor, what: str | Selection) -> Rows:
    """The statement as a cursor of plpgsql, which takes exactly one.

    Sent as it is, `select 1; commit; drop …` would leave the transaction that only reads.
    """
    sql = queries("export")
    text = what
    if isinstance(what, Selection):
        text = cursor.mogrify(sql["articles"], asdict(what)).decode()
    cursor.execute(sql["begin"], {"text": text})
    cursor.execute(sql["open"])
    cursor.execute(sql["fetch"])
    columns = tuple(Column(item.name, item.type_code) for item in cursor.description or ())
    return Rows(columns, _chunks(cursor))


def _chunks(cursor: Cursor) -> Iterator[list[tuple[Any, ...]]]:
    while rows := cursor.fetchall():
        yield rows
        cursor.execute(queries("export")["fetch"])
