"""One connection to the warehouse, and transactions that outlive a restart of Postgres."""

from __future__ import annotations

import json as _json
import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self, TypeVar

import psycopg2
import psycopg2.errors
import psycopg2.extensions
import psycopg2.extras

from dateline.errors import MigrationError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

Cursor = psycopg2.extensions.cursor
Connection = psycopg2.extensions.connection
T = TypeVar("T")

_LOST = (psycopg2.OperationalError, psycopg2.InterfaceError)
_UNMIGRATED = (
    psycopg2.errors.InvalidSchemaName,
    psycopg2.errors.UndefinedColumn,
    psycopg2.errors.UndefinedTable,
)
_PASSWORD = re.compile(r"(?<=:)[^:@/]+(?=@)")
_STATEMENT = re.compile(r"^LINE \d+:.*\n.*\^$", re.MULTILINE)
"""Where libpq shows a piece of the statement, with a caret under the mistake."""
RETRY_WAITS = (0.2, 1.0, 2.0, 5.0, 10.0)
"""Seconds between tries when Postgres is lost; a restart takes less than their sum."""


def redact(dsn: str) -> str:
    """The DSN without its password, for messages."""
    return re.sub(r"password=\S+", "password=…", _PASSWORD.sub("…", dsn))


class Database:
    """The warehouse. Connects when first used; not shared between threads.

    Args:
        dsn: libpq connection string or URL.
        sleep: how to wait between tries.
    """

    def __init__(self, dsn: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.dsn = dsn
        self._sleep = sleep
        self._connection: Connection | None = None
        self._reached = False

    def connection(self) -> Connection:
        """The open connection.

        Raises:
            StoreError: Postgres is out of reach or refuses; says where and what to do.
        """
        if self._connection is None or self._connection.closed:
            try:
                self._connection = psycopg2.connect(
                    self.dsn, application_name="dateline", connect_timeout=10
                )
                _settle(self._connection)
            except psycopg2.OperationalError as error:
                raise StoreError(
                    f"cannot connect to {redact(self.dsn)}: {_first_line(error)} "
                    "(is it running? `make up` starts the local one, DATELINE_DSN names another)"
                ) from error
            self._reached = True
        return self._connection

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        """A cursor in one transaction: committed at the end, rolled back on an error.

        Raises:
            MigrationError: a table or column is not there.
            StoreError: Postgres refuses a statement or is lost.
        """
        connection = self.connection()
        try:
            with connection, connection.cursor() as cursor:
                yield cursor
        except _UNMIGRATED as error:
            raise MigrationError(
                f"the database is not at this version: `dateline db migrate` ({_one_line(error)})"
            ) from error
        except psycopg2.Error as error:
            raise StoreError(_one_line(error)) from error

    def run(self, work: Callable[[Cursor], T]) -> T:
        """Runs `work` in a transaction, again if the connection is lost: all our writes may repeat.

        Raises:
            StoreError: Postgres refuses a statement, stays out of reach, or was never reached.
        """
        for wait in (*RETRY_WAITS, None):
            try:
                with self.transaction() as cursor:
                    return work(cursor)
            except StoreError as error:
                lost = self._reached and isinstance(error.__cause__, _LOST)
                if wait is None or not lost:
                    raise
                self.close()
                self._sleep(wait)
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Closes the connection; using the database again opens a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _settle(connection: Connection) -> None:
    """Compile no statement: ours are short, and where their cost is overrated it takes seconds."""
    with connection, connection.cursor() as cursor:
        cursor.execute("set jit = off")


def _one_line(error: psycopg2.Error) -> str:
    text = _STATEMENT.sub(" ", str(error))
    return " ".join(text.split()) or type(error).__name__


def _first_line(error: psycopg2.Error) -> str:
    return str(error).strip().partition("\n")[0]


def rows(cursor: Cursor) -> list[dict[str, Any]]:
    """What the last statement returned, as dicts by column name."""
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def one(cursor: Cursor) -> tuple[Any, ...]:
    """The only row of the last statement."""
    row = cursor.fetchone()
    assert row is not None
    return row


def json(value: Any) -> Any:
    """A value as Postgres json, NUL removed."""
    return psycopg2.extras.Json(value, dumps=dumps)


def dumps(value: Any) -> str:
    """JSON that Postgres takes: no NUL, no lone surrogates."""
    text = _json.dumps(value, ensure_ascii=False, default=str, separators=(",", ":"))
    return clean(text.replace("\\u0000", ""))


def clean(text: str) -> str:
    """The text as UTF-8 can hold it and Postgres takes it: no NUL, no lone surrogates."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
