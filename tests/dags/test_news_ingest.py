"""news_ingest as Airflow runs it, with the sample newsroom as publisher and a real Postgres."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from airflow.models.asset import AssetEvent, AssetModel
from airflow.utils.session import create_session
from sqlalchemy import select

from dateline.newsroom import Newsroom, sources
from dateline.store.ledger import last_runs, totals
from dateline.store.sources import apply_sources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from airflow.models.dagrun import DagRun

    from dateline.store import Database

SHARDS = 4


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(0) as running:
        yield running


@pytest.fixture
def ingest(
    bag: Any,
    warehouse: Database,
    newsroom: Newsroom,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    """The DAG, set up for the newsroom; failures are not tried again, which would take minutes."""
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DATELINE_SHARDS", str(SHARDS))
    apply_sources(warehouse, [(source, None) for source in sources(newsroom.port)])
    dag = bag.dags["news_ingest"]
    for task in dag.tasks:
        if task.is_mapped:
            monkeypatch.setitem(task.partial_kwargs, "retries", 0)
        else:
            monkeypatch.setattr(task, "retries", 0)
    return dag


def make_due(database: Database) -> None:
    """As if the feeds' interval and the URLs' waiting time had passed."""
    with database.transaction() as cursor:
        cursor.execute("update ops.feed set next_poll_at = now()")
        cursor.execute("update ops.frontier set due_at = now() where due_at is not null")
        cursor.execute("update ops.host set blocked_until = null, next_at = null")


def states(run: DagRun) -> dict[str, set[str]]:
    """The states of each task's instances."""
    found: dict[str, set[str]] = {}
    for ti in run.get_task_instances():
        found.setdefault(ti.task_id, set()).add(str(ti.state))
    return found


def events() -> list[dict[str, Any]]:
    """What the events of the asset news_articles carry, oldest first."""
    query = select(AssetEvent.extra).join(AssetModel, AssetModel.id == AssetEvent.asset_id)
    with create_session() as session:
        return list(
            session.scalars(query.where(AssetModel.name == "news_articles").order_by(AssetEvent.id))
        )


def held(database: Database) -> tuple[int, int]:
    """Articles and revisions in the warehouse."""
    found = totals(database)
    return found.articles, found.revisions


def test_first_run_loads_the_newsroom_then_nothing_then_one_revision(
    ingest: Any, database: Database, newsroom: Newsroom
) -> None:
    """New articles once, an edit as one revision, an event only for news; each run balances."""
    before = len(events())
    expected = [row for row in newsroom.expected() if row.state == "loaded"]

    first = ingest.test()
    assert first.state == "success"
    articles, revisions = held(database)
    assert articles == len(expected) > 0
    (event,) = events()[before:]
    assert event["new"] == articles
    assert event["discovered"] == len(newsroom.expected())

    make_due(database)
    assert ingest.test().state == "success"
    assert held(database) == (articles, revisions)
    assert len(events()) == before + 1

    make_due(database)
    newsroom.edit()
    assert ingest.test().state == "success"
    assert held(database) == (articles, revisions + 1)
    assert events()[-1]["revised"] == 1
    assert [run.balanced for run in last_runs(database, 5)] == [True, True, True]


def test_nothing_due_skips_the_shards_and_still_accounts(ingest: Any, database: Database) -> None:
    with database.transaction() as cursor:
        cursor.execute("update ops.feed set next_poll_at = now() + interval '1 hour'")
    run = ingest.test()
    assert run.state == "success"
    found = states(run)
    assert {task for task, state in found.items() if state == {"skipped"}} == {
        "discover",
        "fetch",
        "extract",
    }
    assert last_runs(database, 1)[0].balanced


def test_failed_shard_holds_up_nothing_else_and_is_made_up_for(
    ingest: Any, database: Database, newsroom: Newsroom
) -> None:
    """Postgres refuses one shard's pages: the run fails, the others' are loaded; then the rest."""
    expected = {row.url for row in newsroom.expected() if row.state == "loaded"}
    with database.transaction() as cursor:
        cursor.execute("select bucket %% %s from ops.feed order by 1 limit 1", (SHARDS,))
        refused = cursor.fetchone()[0]
        cursor.execute(
            "create function refuse() returns trigger language plpgsql as "
            "$$ begin raise exception 'disk full'; end $$"
        )
        cursor.execute(
            "create trigger refuse after update on ops.frontier for each row "
            f"when (new.state = 'fetched' and new.bucket %% {SHARDS} = %s) execute function refuse()",
            (refused,),
        )

    run = ingest.test()
    assert run.state == "failed"
    found = states(run)
    assert found["fetch"] == {"success", "failed"}
    assert found["complete"] == {"upstream_failed"}
    assert found["load"] == found["account"] == {"success"}
    articles, _ = held(database)
    assert 0 < articles < len(expected)
    assert last_runs(database, 1)[0].balanced

    with database.transaction() as cursor:
        cursor.execute("drop function refuse cascade")
    make_due(database)
    assert ingest.test().state == "success"
    assert held(database) == (len(expected), 0)


def test_missing_connection_fails_plan_alone(ingest: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One cause, one failed task: what follows does not run, instead of failing likewise."""
    monkeypatch.delenv("AIRFLOW_CONN_DATELINE_DB")
    run = ingest.test()
    assert run.state == "failed"
    assert {task for task, state in states(run).items() if state == {"failed"}} == {"plan"}


def test_xcom_holds_counts_and_names_only(ingest: Any) -> None:
    run = ingest.test()
    pulled = {ti.task_id: ti.xcom_pull(task_ids=ti.task_id) for ti in run.get_task_instances()}
    assert pulled["plan"] == list(range(SHARDS))
    assert all(name.endswith(".warc.gz") for name in pulled["pending"])
    assert set(pulled["load"]) == {"new", "revised", "unchanged", "duplicate", "quarantined"}
