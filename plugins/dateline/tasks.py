"""The stages as Airflow tasks, each for the run that its task belongs to.

A docstring here is the task's documentation in Airflow: what it does, and what to do if it fails.
"""

# ruff: noqa: PLC0415 (Airflow reads this every few seconds, and what the stages import is heavy)
from __future__ import annotations

from dateline.airflow_glue import Counts, announce, report, running, skip_without

MAX_FILES = 512
"""Archive files extracted in one run; Airflow refuses to map a task over more than 1024."""


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
    """Names the archive files with pages to extract, those of failed runs included.

    It runs even though a shard failed, but not if `plan` did.
    """
    from dateline import pipeline

    skip_without(shards, "plan")
    with running() as context:
        return pipeline.pending(context)[:MAX_FILES]


def extract(file: str) -> Counts:
    """Reads the articles of an archive file and stages them.

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
