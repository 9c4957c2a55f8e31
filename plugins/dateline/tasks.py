"""The stages as Airflow tasks, each for the run that its task belongs to.

A docstring here is the task's documentation in Airflow: what it does, and what to do if it fails.
"""

# ruff: noqa: PLC0415 (Airflow reads this every few seconds, and what the stages import is heavy)
from __future__ import annotations

from typing import TYPE_CHECKING

from dateline.airflow_glue import (
    Counts,
    announce,
    announce_stories,
    asked,
    report,
    running,
    skip_without,
)

if TYPE_CHECKING:
    from dateline.pipeline import Choice

MAX_FILES = 1000
"""Files or portions that one run takes; Airflow refuses to map a task over more than 1024."""


def plan(now: str) -> list[int]:
    """Opens the run and names the shards that have work; `now` = "True" makes every feed due.

    **Fails** when Postgres is out of reach or not migrated: the message says which and what to do.
    Nothing else runs then; the next run starts afresh.
    """
    from dateline import pipeline

    with running() as context:
        return pipeline.plan(context, poll_all=now == "True")


def discover(shard: int) -> Counts:
    """Polls the due feeds of a shard and queues what they list.

    A feed that does not answer or is broken is no failure: it is tried later, see *News*.
    **Fails** when Postgres does. Its feeds stay due; the other shards go on.
    """
    from dateline import pipeline

    with running() as context:
        return report(pipeline.discover(context, shard, context.settings.shards))


def fetch(shard: int) -> Counts:
    """Fetches the due pages of a shard into the archive, newest first, until its time is up.

    A page that cannot be had is no failure: it is tried again, then quarantined with its reason.
    **Fails** when the archive's disk (`DATELINE_ARCHIVE`) or Postgres does: mend it and clear the
    task, or leave it: what is not fetched waits for the next run.
    """
    from dateline import pipeline

    with running() as context:
        return report(pipeline.fetch(context, shard, context.settings.shards))


def pending(shards: list[int] | None) -> list[str]:
    """Names the archive files with pages to extract, those of failed runs too; large ones in parts.

    It runs even though a shard failed, but not if `plan` did.
    """
    from dateline import pipeline

    skip_without(shards, "plan")
    with running() as context:
        return pipeline.pending(context)[:MAX_FILES]


def extract(file: str) -> Counts:
    """Reads the articles of an archive file, or of a portion of it, and stages them.

    A page that cannot be read is no failure: it is quarantined, with its bytes in the archive.
    **Fails** when Postgres does, or where this worker cannot read `DATELINE_ARCHIVE` (all workers
    need the same folder): mend it and clear the task, or leave it to the next run.
    """
    from dateline import pipeline

    with running() as context:
        return report(pipeline.extract(context, file))


def load(files: list[str] | None) -> Counts:
    """Merges all that is staged into the tables of `news`, in one transaction.

    It runs even though the extraction of a file failed, but not if `pending` did.
    **Fails** when Postgres does; nothing is changed then. Clear it, or leave it to the next run.
    """
    from dateline import pipeline

    skip_without(files, "pending")
    with running() as context:
        return report(pipeline.load(context))


def account() -> Counts:
    """Closes the run's ledger and, if there is news, makes an event of the asset `news_articles`.

    **Fails** when the ledger does not balance: the message names each check with examples, which
    `dateline ledger` shows in full. That is a defect, or somebody else's change to the database.
    """
    from dateline import pipeline

    with running() as context:
        return announce(pipeline.account(context))


def stories() -> Counts:
    """Finds who carries the same text, and makes an event of `news_stories` if that changed.

    It compares what is new or was revised, by 500 articles; what it does not get to in ten minutes
    waits for the next run. **Fails** when Postgres does: clear it, it goes on where it stopped.
    """
    from dateline import pipeline

    with running() as context:
        return announce_stories(pipeline.find_stories(context))


def search() -> Counts:
    """Indexes what is new or was revised, for `news.search`.

    **Fails** when Postgres does: clear it, it goes on where it stopped.
    """
    from dateline import pipeline

    with running() as context:
        return report(pipeline.index_search(context))


def entities() -> Counts:
    """Finds people, organisations, places, dates and quantities in what is new or was revised.

    Names need the extra `entities`; without it the log says so, and dates and quantities are found
    all the same. What it does not get to in time waits for the next run. **Fails** when Postgres
    does, or where `DATELINE_ENTITIES_MODEL` names a model that this worker does not have.
    """
    from dateline import pipeline

    with running() as context:
        return report(pipeline.find_entities(context))


def keep_log() -> Counts:
    """Drops the days of the fetch log older than `DATELINE_FETCH_LOG_DAYS`, makes those to come.

    **Fails** when Postgres does, or somebody reads the log for long: clear it, or leave it to the
    next day.
    """
    from dateline import pipeline

    with running() as context:
        return report(pipeline.keep_log(context))


def sweep_orphans() -> Counts:
    """Removes entities that no text names, and story keys of articles that are no more.

    It looks at a million rows of each and goes on there the next day. **Fails** when Postgres does:
    clear it, or leave it to the next day.
    """
    from dateline import pipeline

    with running() as context:
        return report(pipeline.sweep_orphans(context))


def plan_backfill() -> list[int]:
    """Opens the run, checks what it is asked for, and names the shards.

    **Fails** when the form's dates or sources are wrong, or when Postgres is out of reach or not
    migrated: the message says which. Nothing else runs then; trigger it anew with other dates.
    """
    from dateline import pipeline

    with running() as context:
        return pipeline.start_backfill(context, asked().sources)


def walk(shard: int) -> Counts:
    """Reads the shard's sitemaps and queues what they list for the run's span of time.

    A sitemap that cannot be had is no failure: `ops.backfill` says why, the next backfill of the
    span tries it again. **Fails** when Postgres does. Clear it: it goes on where it stopped.
    """
    from dateline import pipeline

    span = asked().span
    with running() as context:
        if span is None:
            return report(pipeline.Walked())
        return report(pipeline.walk(context, span, shard, context.settings.shards, asked().sources))


def warc_files() -> list[str]:
    """Names the WARC files that the form's paths and patterns stand for.

    **Fails** where one stands for none: workers and the scheduler need the same folders.
    """
    from dateline import pipeline

    return pipeline.find_files(asked().warc)[:MAX_FILES]


def import_warc(file: str) -> Counts:
    """Takes a WARC file into the archive, and its pages of known publishers into the queue.

    The counts say what was left out and why. **Fails** when it is no WARC file or cannot be read
    here, or when the archive or Postgres fails. Clear it: what was taken is not taken twice.
    """
    from pathlib import Path

    from dateline import pipeline

    with running() as context:
        return report(pipeline.import_warc(context, Path(file), _choice()))


def import_urls() -> Counts:
    """Queues the URLs of the form's list, where it names one.

    Lines that are no URL are named in the counts. **Fails** when the list cannot be read here.
    """
    from pathlib import Path

    from dateline import pipeline

    urls = asked().urls
    with running() as context:
        if urls is None:
            return report(pipeline.Collected(""))
        return report(pipeline.import_urls(context, Path(urls), _choice()))


def fetch_backfill(shard: int) -> Counts:
    """Fetches what backfills have queued in a shard, until nothing is due or its time is up.

    A page that cannot be had is no failure: it is tried again, then quarantined with its reason.
    What is left when the time is up, `news_ingest` fetches behind the fresh news.
    **Fails** when the archive's disk or Postgres does: mend it and clear the task.
    """
    from dateline import pipeline

    with running() as context:
        return report(pipeline.fetch_backfill(context, shard, context.settings.shards))


def pending_backfill(shards: list[int] | None) -> list[str]:
    """Names the archive files with pages of this run to extract, large ones in portions.

    It runs even though a shard or a file failed, but not if `plan` did.
    """
    from dateline import pipeline

    skip_without(shards, "plan")
    with running() as context:
        return pipeline.pending(context, "backfill")[:MAX_FILES]


def _choice() -> Choice:
    from dateline.pipeline import Choice

    order = asked()
    only = order.sources[0] if len(order.sources) == 1 else None
    return Choice(source=only, create=order.create)
