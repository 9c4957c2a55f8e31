"""The order of the stages, for Airflow and for the command line alike.

    plan ─► discover (shards) ─► fetch (shards) ─► extract (WARC files) ─► load ─► account

Each stage takes a `Context` and gives counts; all state is in Postgres and in the archive. Any
stage may run again, in any order: it finds nothing left to do, or does what is left.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from dateline import archive
from dateline.errors import ArchiveError, DatelineError
from dateline.model import LoadResult
from dateline.stages.context import Context
from dateline.stages.discover import Discovered, discover
from dateline.stages.extract import Extracted, extract
from dateline.stages.fetch import FetchTotals, fetch
from dateline.stages.importing import Imported, import_texts
from dateline.store import feeds, frontier, ledger
from dateline.store.ledger import Ledger
from dateline.store.load import load as _load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

__all__ = [
    "Context",
    "Discovered",
    "Extracted",
    "FetchTotals",
    "Ingested",
    "Ledger",
    "LoadResult",
    "account",
    "discover",
    "extract",
    "fetch",
    "import_files",
    "ingest",
    "load",
    "pending",
    "plan",
]


def plan(context: Context, *, poll_all: bool = False) -> list[int]:
    """Open the run, mend what a killed one left in the archive, and name the shards with work.

    Args:
        context: of the run.
        poll_all: make every feed due.
    """
    ledger.start_run(context.database, context.run, "ingest")
    if poll_all:
        feeds.make_all_due(context.database)
    archive.recover(context.settings.archive_dir)
    return ledger.due_shards(context.database, context.settings.shards)


def pending(context: Context) -> list[str]:
    """The WARC files with pages to extract, those of a killed run included."""
    return frontier.pending_files(context.database)


def load(context: Context) -> LoadResult:
    """Merge all that is staged into the public tables."""
    return _load(context.database, context.run)


def account(context: Context) -> Ledger:
    """Close the run's ledger.

    Raises:
        LedgerError: it does not balance.
    """
    return ledger.account(context.database, context.run)


@dataclass(frozen=True, slots=True)
class Ingested:
    """What a whole run did."""

    discovered: Discovered
    fetched: FetchTotals
    extracted: Extracted
    loaded: LoadResult
    ledger: Ledger


def ingest(context: Context, *, poll_all: bool = False) -> Ingested:
    """One run of the whole path in this process; the same as the DAG, with one shard.

    Args:
        context: of the run.
        poll_all: poll every feed, due or not.

    Raises:
        ArchiveError: the archive cannot be written; what is in it is loaded all the same.
        LedgerError: the run does not balance.
    """
    plan(context, poll_all=poll_all)
    discovered = discover(context, 0, 1)
    try:
        fetched = fetch(context, 0, 1)
    except ArchiveError as full:
        try:
            _finish(context)
        except DatelineError as error:
            raise ArchiveError(f"{full}; {error}") from error
        raise
    return Ingested(discovered, fetched, *_finish(context))


def import_files(context: Context, files: Sequence[Path], source: str) -> tuple[Imported, Ledger]:
    """Archive plain wire texts, one article a file, then extract and load them.

    Raises:
        SettingsError: a file cannot be read, or there is no such source.
    """
    ledger.start_run(context.database, context.run, "import")
    imported = import_texts(context, files, source)
    return imported, _finish(context)[2]


def _finish(context: Context) -> tuple[Extracted, LoadResult, Ledger]:
    extracted = Extracted()
    for file in pending(context):
        extracted = _sum(extracted, extract(context, file))
    return extracted, load(context), account(context)


def _sum(one: Extracted, other: Extracted) -> Extracted:
    return Extracted(
        *(getattr(one, item.name) + getattr(other, item.name) for item in fields(Extracted))
    )
