"""news_housekeeping as Airflow runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

    from dateline.store import Database


def test_it_drops_the_old_days_and_removes_orphans(
    bag: Any, warehouse: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the setting; its two tasks do not wait for each other."""
    monkeypatch.setenv("DATELINE_FETCH_LOG_DAYS", "5")
    with warehouse.transaction() as cursor:
        cursor.execute("select ops.ensure_fetch_partitions((now() - interval '9 days')::date)")
        cursor.execute("insert into ops.story_key values (1, 1)")
    dag = bag.dags["news_housekeeping"]
    assert not any(task.upstream_task_ids for task in dag.tasks)
    assert dag.test().state == "success"
    with warehouse.transaction() as cursor:
        cursor.execute(
            "select count(*) from pg_inherits where inhparent = 'ops.fetch'::regclass"
            " and inhrelid::regclass::text ~ '\\d{8}$'"
        )
        assert cursor.fetchone() == (4,), "today and three to come"
        cursor.execute("select count(*) from ops.story_key")
        assert cursor.fetchone() == (0,)
