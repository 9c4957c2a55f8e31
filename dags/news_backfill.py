"""Fetches what was published before: by sitemaps for a day, from WARC files, from a list of URLs.

Every night it reads **yesterday's sitemaps** for what the feeds have missed. Older days: *Backfill*
in the Trigger dialog, or `airflow backfill create --dag-id news_backfill --from-date 2026-10-01
--to-date 2026-10-31 --max-active-runs 1`: a run a day (the DAG must not be paused: Airflow then
holds these runs back, too). By hand, the form takes another span, WARC files such as Common Crawl
News, or a file of URLs. What was read for a day is noted in `ops.backfill`, so a repeated run goes
on behind it, and **any task may be cleared at any time**. What is not fetched when its time is up,
`news_ingest` fetches behind the fresh news.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, CronDataIntervalTimetable, Param, TriggerRule, chain

from dateline import airflow_glue as glue
from dateline import tasks

SHARD: dict[str, Any] = {
    "map_index_template": "shard {{ task.op_kwargs.shard }}",
    "execution_timeout": glue.budget(backfill=True),
}
FILE: dict[str, Any] = {"map_index_template": "{{ task.op_kwargs.file }}"}
LONG: dict[str, Any] = {"execution_timeout": timedelta(hours=2)}
# A shard or file that fails leaves work of the others.
EVEN_SO: dict[str, Any] = {"trigger_rule": TriggerRule.ALL_DONE}

LIST: dict[str, Any] = {"type": ["null", "array"], "items": {"type": "string"}}
TEXT: dict[str, Any] = {"type": ["null", "string"]}
FORM = {
    "since": Param(None, description="Sitemaps: published from this date on (UTC)", **TEXT),
    "until": Param(None, description="Sitemaps: published before this date (UTC)", **TEXT),
    "sources": Param(
        None, description="Only these sources; one alone owns all pages of WARC and URLs", **LIST
    ),
    "warc": Param(None, description="WARC files, paths or patterns such as /data/*.gz", **LIST),
    "urls": Param(None, description="Path of a file of URLs, one a line", **TEXT),
    "create": Param(False, type="boolean", description="WARC: a source for unknown domains"),
}

with DAG(
    "news_backfill",
    description="Articles of days gone by, from sitemaps, WARC files and lists of URLs",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("0 0 * * *", timezone="UTC"),
    start_date=datetime(2000, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=20),
    default_args=glue.DEFAULTS,
    params=FORM,
    tags=["dateline", "news"],
):
    shards = glue.stage(tasks.plan_backfill, task_id="plan")()
    walk = glue.stage(tasks.walk, **SHARD).expand(shard=shards)
    found = glue.stage(tasks.warc_files)()
    warc = glue.stage(tasks.import_warc, **FILE, **LONG).expand(file=found)
    urls = glue.stage(tasks.import_urls, **LONG)()
    fetching = glue.stage(tasks.fetch_backfill, task_id="fetch", **SHARD, **EVEN_SO)
    fetch = fetching.expand(shard=shards)
    files = glue.stage(tasks.pending_backfill, task_id="pending", **EVEN_SO)(shards)
    extract = glue.stage(tasks.extract, **FILE).expand(file=files)
    load = glue.stage(tasks.load, **EVEN_SO)(files)
    account = glue.stage(tasks.account, outlets=[glue.NEWS_ARTICLES_IF_ANY])()

    chain(shards, [found, urls], fetch)
    chain([walk, warc], fetch, files, extract, load, account)

    # A run is as its last tasks are: without this one, `account` would hide what failed before it.
    complete = EmptyOperator(task_id="complete", trigger_rule=TriggerRule.NONE_FAILED)
    [shards, walk, found, warc, urls, fetch, files, extract, load] >> complete
