"""news_enrich as Airflow runs it, on what the sample newsroom's publishers carry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from airflow.models.asset import AssetEvent, AssetModel
from airflow.utils.session import create_session
from sqlalchemy import select

from dateline import pipeline
from dateline.newsroom import Newsroom, sources
from dateline.pipeline import Context
from dateline.store.sources import apply_sources
from dateline.store.stories import waiting

if TYPE_CHECKING:
    from dateline.settings import Settings
    from dateline.store import Database


@pytest.fixture
def enrich(
    bag: Any,
    warehouse: Database,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    """The DAG over a warehouse with the newsroom's articles."""
    with Newsroom(0) as newsroom:
        apply_sources(warehouse, [(source, None) for source in sources(newsroom.port)])
        pipeline.ingest(Context(settings, warehouse, "run"))
    dag = bag.dags["news_enrich"]
    for task in dag.tasks:
        monkeypatch.setattr(task, "retries", 0)
    return dag


def events() -> list[dict[str, Any]]:
    """What the events of the asset news_stories carry, oldest first."""
    query = select(AssetEvent.extra).join(AssetModel, AssetModel.id == AssetEvent.asset_id)
    with create_session() as session:
        return list(
            session.scalars(query.where(AssetModel.name == "news_stories").order_by(AssetEvent.id))
        )


def test_the_wire_copies_of_two_publishers_are_a_story_and_an_event(
    enrich: Any, database: Database
) -> None:
    """Told once: a second run finds nothing to do, and makes no event."""
    before = len(events())
    compared = waiting(database)
    run = enrich.test()
    assert run.state == "success"
    with database.transaction() as cursor:
        cursor.execute(
            "select source, role, reason, agency, copies from news.story_spread order by place"
        )
        assert cursor.fetchall() == [
            ("newsroom-ledger", "wire_copy", "names AP", "AP", 1),
            ("newsroom-standard", "wire_copy", "names AP", "AP", 1),
        ]
    (event,) = events()[before:]
    assert (event["compared"], event["found"], event["joined"]) == (compared, 1, 2)

    assert enrich.test().state == "success"
    assert len(events()) == before + 1


def test_it_fails_where_postgres_does(enrich: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_DATELINE_DB", "postgresql://nobody@127.0.0.1:1/none")
    assert enrich.test().state == "failed"
