"""Fetches what the sources have published into Postgres, every ten minutes.

`plan → discover → fetch → pending → extract → load → account`; the documentation of each task says
what it does and what to do when it fails. All state is in Postgres and in the archive, so **any
task may be cleared at any time**: it does what is left, and nothing twice.

A shard or a file that fails holds nothing else up: the others are loaded and accounted for, then
`complete` fails the run; what was not done waits for the next one. *News* in the menu shows how
sources and runs fare. A task needs the connection `dateline_db` (or `DATELINE_DSN`) and, on all
workers, the same folder `DATELINE_ARCHIVE`.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, CronTriggerTimetable, Param, TriggerRule, chain

from dateline import airflow_glue as glue
from dateline import tasks

SHARD: dict[str, Any] = {
    "map_index_template": "shard {{ task.op_kwargs.shard }}",
    "execution_timeout": glue.budget(),
}
# A shard that fails leaves work of the others, and of earlier runs.
EVEN_SO: dict[str, Any] = {"trigger_rule": TriggerRule.ALL_DONE}
FILE: dict[str, Any] = {"map_index_template": "{{ task.op_kwargs.file }}"}

with DAG(
    "news_ingest",
    description="From the list of sources to articles in Postgres",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("*/10 * * * *", timezone="UTC"),
    start_date=datetime(2025, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=2),
    default_args=glue.DEFAULTS,
    params={"now": Param(default=False, type="boolean", description="Poll every feed, due or not")},
    tags=["dateline", "news"],
):
    shards = glue.stage(tasks.plan)("{{ params.now }}")
    discover = glue.stage(tasks.discover, **SHARD).expand(shard=shards)
    fetch = glue.stage(tasks.fetch, **SHARD, **EVEN_SO).expand(shard=shards)
    files = glue.stage(tasks.pending, **EVEN_SO)(shards)
    extract = glue.stage(tasks.extract, **FILE).expand(file=files)
    load = glue.stage(tasks.load, **EVEN_SO)(files)
    account = glue.stage(tasks.account, outlets=[glue.NEWS_ARTICLES_IF_ANY])()

    chain(discover, fetch, files, extract, load, account)

    # A run is as its last tasks are: without this one, `account` would hide what failed before it.
    complete = EmptyOperator(task_id="complete", trigger_rule=TriggerRule.NONE_FAILED)
    [shards, discover, fetch, files, extract, load] >> complete
