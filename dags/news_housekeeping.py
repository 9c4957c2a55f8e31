"""Keeps the warehouse tidy, once a day: the fetch log's days, and rows that nothing needs any more.

`keep_log` drops the days of `ops.fetch` older than `DATELINE_FETCH_LOG_DAYS`, as whole partitions;
`sweep_orphans` looks through a bounded piece of some tables and goes on there the next day. No
article is ever removed. **Any task may be cleared at any time**; a missed day does no harm.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG

from dateline import airflow_glue as glue
from dateline import tasks

with DAG(
    "news_housekeeping",
    description="Old days of the fetch log, and rows that nothing needs",
    doc_md=__doc__,
    schedule="20 3 * * *",
    start_date=datetime(2025, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=1),
    default_args=glue.DEFAULTS,
    tags=["dateline", "news"],
):
    # Neither waits for the other.
    glue.stage(tasks.keep_log)()
    glue.stage(tasks.sweep_orphans)()
