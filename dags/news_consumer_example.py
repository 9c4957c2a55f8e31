"""An example to copy: writes every change of the articles to files of JSON lines, once.

It reads `news.changes_since` from where its last run stopped, and keeps that cursor in the Airflow
Variable `news_consumer_example`, which it moves **after** the work: a run that was killed does its
last page again. A file is named after the cursor it begins behind, so that page replaces its file
and no line is there twice. Set the Variable to 0 to begin anew.

The files are in `DATELINE_HOME/changes/`. Paused until you turn it on.
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime

from airflow.sdk import DAG, Variable, task

from dateline import airflow_glue as glue

CURSOR = "news_consumer_example"

with DAG(
    "news_consumer_example",
    description="An example: changes of articles as JSON lines",
    doc_md=__doc__,
    schedule=[glue.NEWS_ARTICLES],
    start_date=datetime(2025, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,  # two at once would move the cursor past each other
    is_paused_upon_creation=True,
    default_args=glue.DEFAULTS,
    tags=["dateline", "example"],
):

    @task(doc_md="Writes what changed. **Fails** when the disk or Postgres does: clear it.")
    def write_changes() -> int:
        """A file for each page of changes; how many changes there were."""
        from dateline.store.changes import changes_since  # noqa: PLC0415 (only when it runs)

        cursor, written = int(Variable.get(CURSOR, default="0")), 0
        with glue.running() as context:
            folder = context.settings.home / "changes"
            folder.mkdir(parents=True, exist_ok=True)
            while changes := changes_since(context.database, cursor):
                lines = [json.dumps(asdict(item), default=str) + "\n" for item in changes]
                part = folder / f"{cursor:012}.part"
                part.write_text("".join(lines), encoding="utf-8")
                part.replace(part.with_suffix(".jsonl"))
                cursor, written = changes[-1].cursor, written + len(changes)
                Variable.set(CURSOR, str(cursor))
        return written

    write_changes()
