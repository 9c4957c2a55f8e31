"""Derives from the articles what they do not say themselves, whenever there is news.

`stories` finds who carries the text of whom, `search` indexes the texts, `entities` finds people,
places, dates and quantities; each task's documentation says what to do when it fails. What is left
to do is kept in Postgres, with the articles, so **any task may be cleared at any time**, and a run
that was missed is made up for by the next one.

The run makes an event of the asset `news_stories` if it changed a story. See `news.story_spread`,
`news.search`, `news.article_entities`.
"""

from datetime import UTC, datetime, timedelta

from airflow.sdk import DAG

from dateline import airflow_glue as glue
from dateline import tasks

with DAG(
    "news_enrich",
    description="From articles to stories, a search index and names",
    doc_md=__doc__,
    schedule=[glue.NEWS_ARTICLES],
    start_date=datetime(2025, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=1),
    default_args=glue.DEFAULTS,
    tags=["dateline", "news"],
):
    # Each knows by itself what is new to it: they neither wait for nor stop each other.
    glue.stage(tasks.stories, outlets=[glue.NEWS_STORIES_IF_ANY])()
    glue.stage(tasks.search)()
    glue.stage(tasks.entities)()
