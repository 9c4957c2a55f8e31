"""Every DAG file: it is read without error or warning, quickly, and is wired as its design says."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dateline.settings import Settings
from dateline.stages.enrich import BUDGET

ROOT = Path(__file__).parents[2]
FILES = sorted(path.name for path in (ROOT / "dags").glob("*.py"))

HEAVY = {"psycopg2", "requests", "trafilatura", "feedparser", "lxml", "selectolax", "fastapi"}

_PARSE = """
import json, runpy, sys
import airflow.sdk, airflow.plugins_manager, airflow.providers.standard.operators.empty
before = set(sys.modules)
runpy.run_path(sys.argv[1])
print(json.dumps(sorted({name for name in set(sys.modules) - before})))
"""


def test_all_files_are_read_without_error_or_warning(bag: Any) -> None:
    assert FILES
    assert bag.import_errors == {}
    assert {Path(stat.file).name for stat in bag.dagbag_stats} >= set(FILES)
    assert [stat.file for stat in bag.dagbag_stats if stat.warning_num] == []
    assert bag.dags


@pytest.mark.parametrize("file", FILES)
def test_file_is_short_and_gives_the_dag_of_its_name(bag: Any, file: str) -> None:
    assert Path(file).stem in bag.dags
    assert len((ROOT / "dags" / file).read_text(encoding="utf-8").splitlines()) <= 80


@pytest.mark.parametrize("file", FILES)
def test_reading_a_file_imports_nothing_heavy(file: str) -> None:
    """Airflow reads each file every few seconds."""
    path = ROOT / "dags" / file
    done = subprocess.run(
        [sys.executable, "-c", _PARSE, str(path)], capture_output=True, text=True, check=True
    )
    imported = set(json.loads(done.stdout.splitlines()[-1]))
    assert "dateline.airflow_glue" in imported
    assert {name.split(".")[0] for name in imported} & HEAVY == set()
    assert {
        name for name in imported if name.startswith(("dateline.store", "dateline.pipe"))
    } == set()


def test_every_dag_says_whose_it_is_and_every_task_what_it_does(bag: Any) -> None:
    for dag in bag.dags.values():
        assert dag.doc_md
        assert dag.tags
        assert not dag.catchup
        for task in dag.tasks:
            assert task.owner == "dateline"
            assert task.doc_md or task.inherits_from_empty_operator, task.task_id


def test_news_ingest_is_wired_as_designed(bag: Any) -> None:
    dag = bag.dags["news_ingest"]
    before = ["plan", "discover", "fetch", "pending", "extract", "load"]
    wiring = {task.task_id: (task.trigger_rule, task.upstream_task_ids) for task in dag.tasks}
    assert wiring == {
        "plan": ("all_success", set()),
        "discover": ("all_success", {"plan"}),
        "fetch": ("all_done", {"plan", "discover"}),
        "pending": ("all_done", {"plan", "fetch"}),
        "extract": ("all_success", {"pending"}),
        "load": ("all_done", {"pending", "extract"}),
        "account": ("all_success", {"load"}),
        "complete": ("none_failed", set(before)),
    }
    assert {task.task_id for task in dag.tasks if task.is_mapped} == {
        "discover",
        "fetch",
        "extract",
    }
    assert dag.max_active_runs == 1
    assert [asset.name for asset in dag.get_task("account").outlets] == ["news_articles"]


def test_news_enrich_follows_news_and_tells_of_stories(bag: Any) -> None:
    """Its asset is the one that `account` makes an event of."""
    dag = bag.dags["news_enrich"]
    assert [asset.name for asset in dag.timetable.asset_condition.objects] == ["news_articles"]
    assert [asset.name for asset in dag.get_task("stories").outlets] == ["news_stories"]
    assert dag.max_active_runs == 1
    assert dag.get_task("stories").execution_timeout > timedelta(seconds=BUDGET)


def test_tasks_try_again_but_never_for_ever(bag: Any) -> None:
    for task in bag.dags["news_ingest"].tasks:
        assert task.retries == 3
        assert task.retry_exponential_backoff == 2
        assert task.execution_timeout


def test_budget_bounds_the_tasks_that_wait_for_publishers(bag: Any) -> None:
    for name in ("discover", "fetch"):
        limit = bag.dags["news_ingest"].get_task(name).execution_timeout
        grace = limit - timedelta(seconds=Settings.load().fetch_budget)
        assert timedelta(minutes=1) < grace < timedelta(minutes=5)
