"""`dateline search`, `dateline export` and every query of the cookbook, on the newsroom's articles."""

from __future__ import annotations

import csv
import json
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest

from dateline.settings import Settings
from dateline.stages.context import Context
from dateline.stages.search import index_search
from dateline.store.cookbook import cook, recipes

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from dateline.store import Database

    Dateline = Callable[..., subprocess.CompletedProcess[str]]


def index(database: Database) -> None:
    index_search(Context(Settings.load({}), database, "test"))


@pytest.fixture
def filled(dateline: Dateline, database: Database) -> Dateline:
    """A warehouse with the newsroom's articles, indexed."""
    dateline("newsroom", "add")
    dateline("ingest")
    index(database)
    return dateline


def test_search_prints_the_best_first(filled: Dateline, database: Database) -> None:
    """With passages; limits narrow it; what is not indexed yet is told."""
    said = filled("search", "otter").stdout
    assert "Otters rally from two sets down" in said
    assert "«" in said
    assert re.search(r"\(\d+ articles?\)", said)
    assert "(1 article)" in filled("search", "wärmepumpe", "--language", "de").stdout
    assert "(0 articles)" in filled("search", "wärmepumpe", "--language", "es").stdout
    assert "(0 articles)" in filled("search", "wärmepumpe", "--source", "newsroom-courier").stdout
    assert "(0 articles)" in filled("search", "wärmepumpe", "--until", "1990-01-01").stdout
    assert "2026-13-45" in filled("search", "x", "--since", "2026-13-45", fails=True).stderr
    assert "not yet in the index" not in filled("search", "otter").stderr
    filled("newsroom", "publish")
    filled("ingest", "--now")
    with database.transaction() as cursor:
        cursor.execute("select count(*) from ops.search_work")
        (left,) = cursor.fetchone()
    if left:  # an ingest that indexes leaves none
        assert "1 article new or changed and not yet in the index" in filled("search", "x").stderr


def test_export_writes_what_is_in_the_warehouse(
    filled: Dateline, database: Database, tmp_path: Path
) -> None:
    """All articles or a choice, CSV and JSON Lines, to a file or to stdout."""
    file = tmp_path / "articles.csv"
    with database.transaction() as cursor:
        cursor.execute("select id, body, authors, published_at from news.article_flat order by id")
        stored = cursor.fetchall()
    assert f"{len(stored)} rows written" in filled("export", "--out", str(file)).stderr
    with file.open(encoding="utf-8", newline="") as opened:
        read = list(csv.DictReader(opened))
    assert [(int(row["id"]), row["body"], json.loads(row["authors"])) for row in read] == [
        (id_, body, authors) for id_, body, authors, _ in stored
    ]
    assert [row["published_at"] for row in read] == [
        at.isoformat().replace("+00:00", "Z") if at else "" for *_, at in stored
    ]
    lines = filled("export", "--format", "jsonl", "--source", "newsroom-courier").stdout
    assert {json.loads(line)["source"] for line in lines.splitlines()} == {"newsroom-courier"}
    assert filled("export", "--since", "2100-01-01").stdout.count("\n") == 1
    counted = filled(
        "export", "--query", "select count(*) as n, null as x from news.article"
    ).stdout
    assert counted.splitlines() == ["n,x", f"{len(stored)},"]
    assert sorted(tmp_path.glob("articles*")) == [file]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--query", "delete from news.article"), "the query: cannot open DELETE"),
        (("--query", "select 1", "--source", "x"), "leave out --since"),
        (("--format", "parquet"), "--out FILE"),
        (("--out", "/nowhere/a.csv"), "/nowhere/a.csv: cannot be written"),
        (("--since", "yesterday"), "write it as 2026-10-01"),
    ],
)
def test_a_wrong_export_is_explained(
    dateline: Dateline, arguments: tuple[str, ...], words: str
) -> None:
    """One line that says what to do."""
    assert words in dateline("export", *arguments, fails=True).stderr


def test_a_failed_export_leaves_the_old_file(
    dateline: Dateline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither half a file nor a part beside it; without pyarrow Parquet says what to install."""
    file = tmp_path / "a.csv"
    file.write_text("old")
    late = "select 1 / (1500 - n) from generate_series(1, 2000) n"
    assert (
        "division by zero"
        in dateline("export", "--query", late, "--out", str(file), fails=True).stderr
    )
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    said = dateline("export", "--format", "parquet", "--out", str(file), fails=True).stderr
    assert "dateline[parquet]" in said
    assert file.read_text() == "old"
    assert list(tmp_path.glob("a.csv*")) == [file]


Rows = list[dict[str, Any]]
WANTED: dict[str, tuple[dict[str, str], Callable[[Rows], object]]] = {
    "author": ({"name": "lucia ferer"}, lambda rows: (rows[0]["author"], rows[0]["source"]) == ("Lucía Ferrer", "newsroom-diario")),
    "bylines": ({}, lambda rows: rows[0]["articles"] >= rows[-1]["articles"] >= 1),
    "coverage": ({}, lambda rows: len({row["source"] for row in rows}) == 6 and all(0 <= row["summary"] <= 100 for row in rows)),
    "dates": ({}, lambda rows: "instant" in {row["precision"] for row in rows} and all(row["for_example"].startswith("http") for row in rows)),
    "edits": ({}, lambda rows: sorted(row["changed"] for row in rows) == ["body", "title"]),
    "first": ({"words": "shipyard welders", "days": "3650"}, lambda rows: not rows[0]["after_the_first"] and len({row["source"] for row in rows}) == len(rows) == 2),
    "gone": ({}, lambda rows: len(rows) == 1 and rows[0]["archive_file"].endswith(".warc.gz") and rows[0]["was_up"].total_seconds() > 0),
    "headlines": ({}, lambda rows: [row["before"] for row in rows] == ["An old headline"] and rows[0]["after"] != "An old headline" and rows[0]["stood_minutes"] == 5),
    "hours": ({"days": "3650"}, lambda rows: max(len(row["bar"]) for row in rows) == 40 and all(0 <= row["hour"] <= 23 for row in rows)),
    "languages": ({}, lambda rows: {"english", "german", "spanish", "simple"} <= {row["searched_as"] for row in rows}),
    "latency": ({}, lambda rows: rows[0]["half_within"] <= rows[0]["nine_tenths_within"]),
    "newest": ({}, lambda rows: len(rows) == 20 and rows == sorted(rows, key=lambda row: row["published_at"], reverse=True)),
    "pairs": ({"limit": "1000"}, lambda rows: {"comercio", "mercado"} in [{row["tag"], row["with_tag"]} for row in rows]),
    "search": ({"words": "desaladora membranas", "days": "3650"}, lambda rows: rows[0]["title"].startswith("La desaladora de Puertalba") and "«" in rows[0]["headline"]),
    "sections": ({}, lambda rows: ("newsroom-courier", "Community") in [(row["source"], row["section"]) for row in rows]),
    "spread": ({"days": "3650"}, lambda rows: [(row["agency"], row["sources"]) for row in rows] == [("AP", 2)] and rows[0]["followed"] == "newsroom-standard +0:50" and rows[0]["first_source"] == "newsroom-ledger"),
    "title": ({"words": "warmepumpe klaranlage"}, lambda rows: rows[0]["title"] == "Freibad bekommt Wärmepumpe aus der Kläranlage"),
    "topics": ({}, lambda rows: rows[0]["articles"] >= 2),
    "trend": ({"words": "shipyard", "days": "3650"}, lambda rows: sum(row["articles"] for row in rows) >= 2 and all(0 < row["percent_of_all"] <= 100 for row in rows)),
    "volume": ({}, lambda rows: sum(row["articles"] for row in rows) >= 35 and {row["source"] for row in rows} >= {"newsroom-courier"}),
    "where": ({}, lambda rows: "KR" in {row["country"] for row in rows} and all(row["articles"] >= 1 for row in rows)),
    "who": ({"kind": "place"}, lambda rows: "KR" in {row["country"] for row in rows}),
    "wire": ({}, lambda rows: {"AP", "dpa"} <= {row["agency"] for row in rows} and next(row for row in rows if row["country"] == "KR")["carried_by"].count("newsroom-") == 2),
}  # fmt: skip
"""Query → parameters, and what its rows must hold on the newsroom."""
OLD_HEADLINE = """
with edited as (
    update news.article set revision = 2
    where id = (select max(id) from news.article where revision = 1 and gone_at is null) returning *
)
insert into news.revision (article_id, revision, title, body, seen_at, replaced_at, changed, words_before, words_after,
    content_hash, archive_file, archive_offset)
select id, 1, 'An old headline', body, now() - interval '5 minutes', now(), array['title'], 1, 1, 'x', archive_file, 0
from edited
"""

SEVEN_HOURS_LATER = """
update ops.frontier set gone_since = gone_since - interval '7 hours', due_at = now() where gone_since is not null
"""
"""An article is gone when it is missing twice, some hours apart."""


def test_every_query_of_the_cookbook_says_what_it_promises(
    filled: Dateline, database: Database
) -> None:
    """Each runs as it stands; with its parameters here it holds what the newsroom has."""
    filled("newsroom", "edit")
    filled("newsroom", "publish")
    filled("newsroom", "remove")
    filled("recheck")
    filled("ingest", "--now")
    with database.transaction() as cursor:
        cursor.execute(SEVEN_HOURS_LATER)
    filled("ingest", "--now")
    filled("enrich")
    with database.transaction() as cursor:
        cursor.execute(OLD_HEADLINE)
        cursor.execute("update news.source set created_at = created_at - interval '1 day'")
    assert set(WANTED) == set(recipes())
    wrong = {}
    for name, (parameters, holds) in WANTED.items():
        cook(database, name, {})
        columns, found = cook(database, name, parameters)
        rows = [dict(zip(columns, row, strict=True)) for row in found]
        if not holds(rows):
            wrong[name] = rows[:3]
    assert wrong == {}
    columns, volume = cook(database, "volume", {})
    with database.transaction() as cursor:
        cursor.execute("select count(*) from news.article where merged_into is null")
        assert cursor.fetchone() == (sum(row[columns.index("articles")] for row in volume),)
    listed = filled("sql").stdout
    assert [name for name in recipes() if name not in listed] == []


def test_a_trend_counts_what_a_search_finds(filled: Dateline, database: Database) -> None:
    """Every article once, on its day."""
    assert filled
    columns, rows = cook(database, "trend", {"words": "shipyard", "days": "3650"})
    with database.transaction() as cursor:
        cursor.execute("select count(*) from news.search('shipyard', max => 1000)")
        (found,) = cursor.fetchone()
    assert sum(row[columns.index("articles")] for row in rows) == found >= 2
