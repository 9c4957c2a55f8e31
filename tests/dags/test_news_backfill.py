"""news_backfill as Airflow runs it: a day's interval, the form, and tasks that are cleared."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from airflow.dag_processing.dagbag import DagBag

from dateline.newsroom import Newsroom, sources
from dateline.store.ledger import last_runs, totals
from dateline.store.sources import apply_sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from airflow.models.dagrun import DagRun

    from dateline.store import Database

SHARDS = 2
ROOT = Path(__file__).parents[2]


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(0) as running:
        yield running


@pytest.fixture
def backfill(
    warehouse: Database,
    newsroom: Newsroom,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Any:
    """The DAG, set up for the newsroom; failures are not tried again, which would take minutes."""
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DATELINE_SHARDS", str(SHARDS))
    apply_sources(warehouse, [(source, None) for source in sources(newsroom.port)])
    # Read anew: in one process, a run's form is left in the DAG's parameters.
    dag = DagBag(str(ROOT / "dags" / "news_backfill.py")).dags["news_backfill"]
    for task in dag.tasks:
        if task.is_mapped:
            monkeypatch.setitem(task.partial_kwargs, "retries", 0)
        else:
            monkeypatch.setattr(task, "retries", 0)
    return dag


def states(run: DagRun) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for ti in run.get_task_instances():
        found.setdefault(ti.task_id, set()).add(str(ti.state))
    return found


def listed(newsroom: Newsroom, since: datetime, until: datetime) -> set[str]:
    """What the newsroom's sitemaps list for a span, and a correct run loads."""
    return {
        piece.url
        for site in newsroom.sites
        for piece in site.pieces
        if "Sitemap:" in (site.publisher.robots or "")
        and since <= piece.published_at < until
        and not piece.story.forbidden
    }


def loaded(database: Database) -> set[str]:
    with database.transaction() as cursor:
        cursor.execute("select url from ops.frontier where state = 'loaded'")
        return {url for (url,) in cursor.fetchall()}


def test_each_days_run_loads_that_days_articles_and_a_repeated_one_nothing(
    backfill: Any, database: Database, newsroom: Newsroom
) -> None:
    """The data interval is the span; the days together load what the sitemaps list, once."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    day = timedelta(days=1)
    found: set[str] = set()
    for start in (today - 2 * day, today - day):
        run = backfill.test(logical_date=start + day)  # a manual run has the last whole interval
        assert run.state == "success"
        assert (run.data_interval_start, run.data_interval_end) == (start, start + day)
        found |= listed(newsroom, start, start + day)
        assert loaded(database) == found
    assert found

    again = backfill.test(logical_date=today)
    assert again.state == "success"
    assert states(again)["extract"] == {"skipped"}
    assert loaded(database) == found
    assert [run.balanced for run in last_runs(database, 5)] == [True, True, True]


def test_the_form_names_another_span_and_its_sources(
    backfill: Any, database: Database, newsroom: Newsroom
) -> None:
    since, until = datetime(2020, 1, 1, tzinfo=UTC), datetime.now(UTC) + timedelta(days=1)
    site = newsroom.sites[0]
    run = backfill.test(
        run_conf={
            "since": since.isoformat(),
            "until": until.isoformat(),
            "sources": [site.publisher.slug],
        }
    )
    assert run.state == "success"
    assert loaded(database) == {
        url for url in listed(newsroom, since, until) if url.startswith(site.home)
    }


def test_warc_files_and_a_list_of_urls_by_the_form(
    backfill: Any, database: Database, newsroom: Newsroom, tmp_path: Path
) -> None:
    """Files are mapped, pages are loaded from them without a fetch; no sitemap is read."""
    site, other = newsroom.sites[:2]
    for number, piece in enumerate(site.pieces[:2]):
        page = "".join(f"<p>{'The council met on Tuesday evening. ' * 9}</p>" for _ in range(3))
        block = (
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><head>"
            f"<meta property='og:type' content='article'><title>{piece.story.title}</title></head>"
            f"<body><article><h1>{piece.story.title}</h1>{page}</article></body></html>"
        ).encode()
        head = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {piece.url}\r\n"
            f"WARC-Date: 2026-03-04T12:00:0{number}Z\r\nContent-Length: {len(block)}\r\n\r\n"
        )
        path = tmp_path / f"CC-{number}.warc.gz"
        path.write_bytes(gzip.compress(head.encode() + block + b"\r\n\r\n"))
    urls = tmp_path / "urls.txt"
    urls.write_text(f"{other.pieces[0].url}\n# {other.pieces[1].url}\n")

    run = backfill.test(run_conf={"warc": [f"{tmp_path}/*.warc.gz"], "urls": str(urls)})

    assert run.state == "success"
    expected = {piece.url for piece in (*site.pieces[:2], other.pieces[0])}
    assert loaded(database) == expected
    ledger = last_runs(database, 1)[0]
    assert (ledger.kind, ledger.new, ledger.balanced) == ("backfill", 3, True)
    counts = {ti.task_id: ti.xcom_pull(task_ids=ti.task_id) for ti in run.get_task_instances()}
    assert counts["import_urls"]["taken"] == 1


def test_a_wrong_form_fails_the_plan_alone(backfill: Any, database: Database) -> None:
    run = backfill.test(run_conf={"since": "2026-10-02", "until": "2026-10-01"})
    assert run.state == "failed"
    assert {task for task, state in states(run).items() if state == {"failed"}} == {"plan"}
    assert totals(database).urls == 0


def test_a_file_that_is_none_holds_the_others_up_in_nothing(
    backfill: Any, database: Database, newsroom: Newsroom, tmp_path: Path
) -> None:
    """The list is fetched and loaded; the run fails, and names the file's task."""
    (tmp_path / "bad.warc.gz").write_text("<html>")
    urls = tmp_path / "urls.txt"
    piece = newsroom.sites[0].pieces[0]
    urls.write_text(f"{piece.url}\n")
    run = backfill.test(run_conf={"warc": [str(tmp_path / "bad.warc.gz")], "urls": str(urls)})
    assert run.state == "failed"
    found = states(run)
    assert found["import_warc"] == {"failed"}
    assert found["account"] == {"success"}
    assert loaded(database) == {piece.url}
