"""The order of the stages, for Airflow and for the command line alike.

    plan ─► discover (shards) ─► fetch (shards) ─► extract (WARC files) ─► load ─► account

    enrich: stories, search, entities

    housekeeping: keep_log, sweep_orphans

    backfill: walk (shards), import_warc (files), import_urls ─► fetch_backfill ─► extract …

Each stage takes a `Context` and gives counts; all state is in Postgres and in the archive. Any
stage may run again, in any order: it finds nothing left to do, or does what is left.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Final

from dateline import archive
from dateline.errors import ArchiveError, DatelineError, SettingsError
from dateline.model import LoadResult
from dateline.stages.backfill import Walked, walk
from dateline.stages.collecting import (
    Choice,
    Collected,
    find_files,
    import_urls,
    import_warc,
)
from dateline.stages.context import Context
from dateline.stages.discover import Discovered, discover
from dateline.stages.enrich import Stories, find_stories
from dateline.stages.entities import Found, find_entities
from dateline.stages.extract import Extracted
from dateline.stages.extract import extract as _extract
from dateline.stages.fetch import FetchTotals, fetch
from dateline.stages.housekeeping import FetchLog, Swept, keep_log, sweep_orphans
from dateline.stages.importing import Imported, import_texts
from dateline.stages.search import Indexed, index_search
from dateline.stages.websub import wake
from dateline.store import feeds, frontier, ledger
from dateline.store.ledger import Ledger
from dateline.store.load import load as _load
from dateline.store.sources import list_sources

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dateline.discover.backfill import Span
    from dateline.store.frontier import Whose

__all__ = [
    "Choice",
    "Collected",
    "Context",
    "Discovered",
    "Enriched",
    "Extracted",
    "FetchTotals",
    "Ingested",
    "Ledger",
    "LoadResult",
    "Stories",
    "Walked",
    "account",
    "backfill_sitemaps",
    "backfill_urls",
    "backfill_warc",
    "discover",
    "enrich",
    "extract",
    "fetch",
    "fetch_backfill",
    "find_entities",
    "find_files",
    "find_stories",
    "housekeeping",
    "import_files",
    "import_urls",
    "import_warc",
    "index_search",
    "ingest",
    "keep_log",
    "load",
    "pending",
    "plan",
    "start_backfill",
    "sweep_orphans",
    "walk",
]

PORTION: Final = 5000
"""Pages one extract task takes: under a minute of work, so that files of any size fit its limit."""
MAX_PORTIONS: Final = 512
"""Extract tasks of a run; Airflow refuses to map a task over more than 1024."""


def plan(context: Context, *, poll_all: bool = False) -> list[int]:
    """Open the run, mend what a killed one left in the archive, and name the shards with work.

    Args:
        context: of the run.
        poll_all: make every feed due.
    """
    ledger.start_run(context.database, context.run, "ingest")
    if poll_all:
        feeds.make_all_due(context.database)
    wake(context)
    archive.recover(context.settings.archive_dir)
    return ledger.due_shards(context.database, context.settings.shards, context.clock())


def pending(context: Context, whose: Whose = "ingest") -> list[str]:
    """The portions of WARC files with pages to extract, those of a killed run included.

    Args:
        context: of the run.
        whose: see `store.frontier.pending_portions`.

    Returns:
        Names of files; with "#FIRST-LAST" behind it, a range of offsets in one.
    """
    found = frontier.pending_portions(
        context.database, context.run, whose, size=PORTION, most=MAX_PORTIONS
    )
    return [str(portion) for portion in found]


def extract(context: Context, portion: str) -> Extracted:
    """Extract what waits in a portion that `pending` named, and stage it.

    Raises:
        DatelineError: this machine cannot extract; no page is blamed for it.
    """
    return _extract(context, frontier.Portion.parse(portion))


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


@dataclass(frozen=True, slots=True)
class Enriched:
    """What each stage of enriching did."""

    stories: Stories
    search: Indexed
    entities: Found


def enrich(context: Context) -> Enriched:
    """Everything that is derived from the articles, in its order; the same as the DAG.

    Each stage has a queue of its own in Postgres, so it takes up what is new to it.
    """
    return Enriched(
        stories=find_stories(context),
        search=index_search(context),
        entities=find_entities(context),
    )


def housekeeping(context: Context) -> tuple[FetchLog, Swept]:
    """Keep the fetch log's days and remove what nothing needs; the same as the DAG."""
    return keep_log(context), sweep_orphans(context)


def import_files(context: Context, files: Sequence[Path], source: str) -> tuple[Imported, Ledger]:
    """Archive plain wire texts, one article a file, then extract and load them.

    Raises:
        SettingsError: a file cannot be read, or there is no such source.
    """
    ledger.start_run(context.database, context.run, "import")
    imported = import_texts(context, files, source)
    return imported, _finish(context)[2]


def start_backfill(context: Context, sources: Sequence[str] = ()) -> list[int]:
    """Open a backfill's run, mend what a killed one left in the archive, and name the shards.

    Raises:
        SettingsError: one of the sources is unknown, or disabled.
    """
    enabled = {item.slug for item in list_sources(context.database) if item.enabled}
    if missing := sorted(set(sources) - enabled):
        raise SettingsError(f"no such source, or disabled: {', '.join(missing)}")
    ledger.start_run(context.database, context.run, "backfill")
    archive.recover(context.settings.archive_dir)
    return list(range(context.settings.shards))


def fetch_backfill(context: Context, shard: int, shards: int) -> FetchTotals:
    """Fetch what backfills have put on the frontier, until nothing is due or the time is up.

    Raises:
        ArchiveError: the archive cannot be written; what is in it is kept.
    """
    deadline = time.monotonic() + context.settings.backfill_budget
    total = FetchTotals()
    while time.monotonic() < deadline:
        done = fetch(context, shard, shards, backfill=True)
        counts = {
            name: getattr(total, name) + getattr(done, name)
            for name in ("claimed", "fetched", "unchanged", "waiting", "skipped", "gone")
        }
        quarantined = total.quarantined + done.quarantined
        total = replace(total, **counts, quarantined=quarantined, left=done.left)
        if done.claimed == done.left:  # all that is due has to wait for its host, or nothing is
            break
    return total


@dataclass(frozen=True, slots=True)
class Backfilled:
    """What a whole backfill did."""

    fetched: FetchTotals
    extracted: Extracted
    loaded: LoadResult
    ledger: Ledger


def backfill_warc(
    context: Context, files: Sequence[Path], choice: Choice
) -> Iterator[Collected | Backfilled]:
    """Import WARC files, each to its end before the next; the account comes last.

    Raises:
        ArchiveError: a file is no WARC file, or cannot be read; those before it are loaded.
        LedgerError: the run does not balance.
    """
    start_backfill(context)
    extracted, loaded = Extracted(), LoadResult()
    for file in files:
        yield import_warc(context, file, choice)
        extracted = _sum(extracted, _extract_all(context, "all"))
        loaded += load(context)
    yield Backfilled(FetchTotals(), extracted, loaded, account(context))


def backfill_urls(context: Context, file: Path, choice: Choice) -> Iterator[Collected | Backfilled]:
    """Fetch and load a list of URLs; raises as `import_urls` and `ingest` do."""
    start_backfill(context)
    yield import_urls(context, file, choice)
    yield _fetched(context)


def backfill_sitemaps(
    context: Context, span: Span, sources: Sequence[str]
) -> Iterator[Walked | Backfilled]:
    """Fetch and load what the sources' sitemaps list in the span; raises as `ingest` does."""
    start_backfill(context, sources)
    yield walk(context, span, 0, 1, sources)
    yield _fetched(context)


def _fetched(context: Context) -> Backfilled:
    fetched = fetch_backfill(context, 0, 1)
    return Backfilled(fetched, _extract_all(context, "all"), load(context), account(context))


def _finish(context: Context) -> tuple[Extracted, LoadResult, Ledger]:
    return _extract_all(context, "ingest"), load(context), account(context)


def _extract_all(context: Context, whose: Whose) -> Extracted:
    extracted = Extracted()
    for portion in pending(context, whose):
        extracted = _sum(extracted, extract(context, portion))
    return extracted


def _sum(one: Extracted, other: Extracted) -> Extracted:
    return Extracted(
        *(getattr(one, item.name) + getattr(other, item.name) for item in fields(Extracted))
    )
