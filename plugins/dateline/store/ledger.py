"""The ledger: what a run took up, what became of it, and whether everything agrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dateline.errors import LedgerError
from dateline.store.database import Cursor, Database, one, rows
from dateline.store.sqlfiles import checks, queries

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Ledger:
    """The account of a run, in URLs (new, revised: articles; polled, feeds_failed: feeds).

    discovered = loaded + unchanged + duplicate + skipped + gone + quarantined + waiting
    """

    discovered: int
    loaded: int
    unchanged: int
    duplicate: int
    skipped: int
    gone: int
    quarantined: int
    waiting: int
    new: int
    revised: int
    polled: int
    feeds_failed: int
    requests: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What the warehouse holds."""

    articles: int
    revisions: int
    urls: int
    sources: int


@dataclass(frozen=True, slots=True)
class Reason:
    """How many URLs ended in a state for a reason, with one of them."""

    state: str
    code: str
    urls: int
    example: str


@dataclass(frozen=True, slots=True)
class Headline:
    """A line of the newest articles."""

    source: str
    title: str
    language: str | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in the list of runs."""

    id: str
    kind: str
    started_at: datetime
    ended_at: datetime | None
    new: int | None
    revised: int | None
    waiting: int | None
    quarantined: int | None
    balanced: bool | None


def start_run(database: Database, run: str, kind: str) -> None:
    """Opens the run's row and the fetch log's partitions; once or again."""

    def work(cursor: Cursor) -> None:
        cursor.execute(queries("ledger")["start_run"], {"run_id": run, "kind": kind})
        cursor.execute(queries("ledger")["ensure_partitions"])

    database.run(work)


def due_shards(database: Database, shards: int, now: datetime) -> list[int]:
    """The shards with work. A due feed may list URLs of any domain: then all of them."""

    def work(cursor: Cursor) -> tuple[Any, ...]:
        cursor.execute(queries("ledger")["due"], {"shards": shards, "now": now})
        return one(cursor)

    feeds, found = database.run(work)
    return list(range(shards)) if feeds else sorted(found)


def account(database: Database, run: str) -> Ledger:
    """Closes the run: counts its URLs by state and runs every check.

    Raises:
        LedgerError: something does not agree; names the checks with examples.
    """

    def work(cursor: Cursor) -> tuple[Ledger, list[str]]:
        cursor.execute(queries("ledger")["account"], {"run_id": run})
        found = rows(cursor)
        if not found:
            raise LedgerError(f"run {run!r} was never started")
        ledger, wrong = Ledger(**found[0]), _disagreements(cursor, run)
        cursor.execute(queries("ledger")["set_balanced"], {"run_id": run, "balanced": not wrong})
        return ledger, wrong

    ledger, wrong = database.run(work)
    if wrong:
        raise LedgerError(f"run {run} does not balance: " + "; ".join(wrong))
    return ledger


def _disagreements(cursor: Cursor, run: str) -> list[str]:
    wrong = []
    for name, sql in checks().items():
        cursor.execute(sql, {"run_id": run})
        wrong += [f"{name}: {' '.join(map(str, row))}" for row in cursor.fetchall()]
    return wrong


def _fetch(database: Database, query: str, **parameters: Any) -> list[dict[str, Any]]:
    with database.transaction() as cursor:
        cursor.execute(queries("ledger")[query], parameters)
        return rows(cursor)


def reasons(database: Database, run: str | None = None) -> list[Reason]:
    """Where the URLs of a run, or of all time, ended and why."""
    return [Reason(**row) for row in _fetch(database, "reasons", run_id=run)]


def totals(database: Database) -> Totals:
    """How much the warehouse holds."""
    return Totals(**_fetch(database, "totals")[0])


def newest(database: Database, limit: int) -> list[Headline]:
    """The newest articles."""
    return [Headline(**row) for row in _fetch(database, "newest", limit=limit)]


def last_runs(database: Database, limit: int) -> list[RunLine]:
    """The last runs, newest first."""
    return [RunLine(**row) for row in _fetch(database, "last_runs", limit=limit)]
