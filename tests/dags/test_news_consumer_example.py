"""news_consumer_example as Airflow runs it: every change is in its files, once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from airflow.models.variable import Variable

from dateline.store import changes as store

if TYPE_CHECKING:
    from pathlib import Path

    from dateline.store import Database

NAME = "news_consumer_example"


@pytest.fixture
def consumer(
    bag: Any,
    warehouse: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    """The DAG over a warehouse with five changes, read two at a time."""
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path))
    monkeypatch.setattr(store.changes_since, "__defaults__", (2,))
    add(warehouse, 5)
    dag = bag.dags[NAME]
    for task in dag.tasks:
        monkeypatch.setattr(task, "retries", 0)
    Variable.set(NAME, "0")
    return dag


def add(database: Database, count: int) -> None:
    database.run(lambda cursor: store.put_changes(cursor, [(7, 1, "new", 1, None)] * count))


def written(folder: Path) -> list[int]:
    """The cursors of all lines in the order of the files."""
    files = sorted((folder / "changes").iterdir())
    return [
        json.loads(line)["cursor"]
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
    ]


def test_it_goes_on_where_it_stopped(consumer: Any, database: Database, tmp_path: Path) -> None:
    assert consumer.test().state == "success"
    assert written(tmp_path) == [1, 2, 3, 4, 5]
    add(database, 2)
    assert consumer.test().state == "success"
    assert written(tmp_path) == [1, 2, 3, 4, 5, 6, 7]
    assert Variable.get(NAME) == "7"
    assert consumer.test().state == "success"
    assert written(tmp_path) == [1, 2, 3, 4, 5, 6, 7]


def test_a_page_whose_cursor_was_not_kept_is_written_again_not_twice(
    consumer: Any, database: Database, tmp_path: Path
) -> None:
    """As after a kill between the file and the cursor; the page has grown meanwhile."""
    assert consumer.test().state == "success"
    Variable.set(NAME, "4")
    add(database, 1)
    assert consumer.test().state == "success"
    assert written(tmp_path) == [1, 2, 3, 4, 5, 6]


def test_it_is_an_example_that_nobody_runs_unasked(bag: Any) -> None:
    """It follows the articles, one run a time, once somebody turns it on."""
    dag = bag.dags[NAME]
    assert dag.is_paused_upon_creation
    assert dag.max_active_runs == 1
    assert [asset.name for asset in dag.timetable.asset_condition.objects] == ["news_articles"]
