"""Mentions in the database: found once, replaced with their text, readable by analysts."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.db.conftest import article, candidate, source

from dateline.enrich import tagger as taggers
from dateline.enrich.model import Span
from dateline.model import Dateline, Precision
from dateline.stages import entities as stage
from dateline.stages.context import Context
from dateline.stages.entities import RULES, find_entities
from dateline.store import entities as store
from dateline.store.load import load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dateline.settings import Settings

BODY = "OSLO, Norway (AP) – Liv Dahl sailed 3 miles on Friday. Dahl sank in August 2019."
PLACE = Dateline("OSLO, Norway (AP) –", "OSLO, Norway", "NO", "AP")
AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


class Fake:
    """A tagger that knows Liv Dahl and Oslo's harbour, in English."""

    name = "fake 1"

    def reads(self, language: str | None) -> bool:
        return language in {None, "en"}

    def tag(self, texts: Iterable[str]) -> Iterator[list[Span]]:
        for text in texts:
            found = [(text.find(p), len(p)) for p in ("Liv Dahl", "Norway") if p in text]
            yield [
                Span(at, at + length, "person" if length > 6 else "place") for at, length in found
            ]


@pytest.fixture
def fake(monkeypatch):
    monkeypatch.setattr(taggers, "load", lambda _model: Fake())


@pytest.fixture
def no_extra(monkeypatch):
    monkeypatch.setattr(taggers, "load", lambda _model: None)


@pytest.fixture
def context(settings: Settings, database) -> Context:
    return Context(settings, database, "run-1")


def put(desk, *paths: str, run: str = "run-1", **changes: object) -> None:
    """Load articles, or new versions of them."""
    given = {
        "body": BODY,
        "dateline": PLACE,
        "published_at": AT,
        "published_precision": Precision.INSTANT,
    }
    desk.discover(*(candidate(path, title=run) for path in paths), run=run)
    file = desk.fetch(run=run)
    desk.extract(
        file,
        lambda url: article(url.rpartition("/")[2], **(given | changes)),
        run=run,
    )
    load(desk.database, run)


MENTIONS = """
select m.kind, m.surface, e.name, p.country, m.value->>'day', m.value->>'si', m.in_dateline
from news.mention m left join news.entity e on e.id = m.entity_id left join news.place p on p.id = m.place_id
where m.field = 'body' order by m.article_id, m.starts
"""


@pytest.mark.usefixtures("no_extra")
def test_rules_need_no_extra_and_the_stage_says_what_is_missing(desk, context, caplog):
    put(desk, "a")
    with caplog.at_level(logging.WARNING):
        found = find_entities(context)
    assert (found.articles, found.left, found.tagger) == (1, 0, RULES)
    assert "dateline[entities]" in found.note
    assert len([r for r in caplog.records if r.name == stage.__name__]) == 1
    assert desk.query(MENTIONS) == [
        ("place", "OSLO", "Oslo", "NO", None, None, True),
        ("quantity", "3 miles", None, None, None, "4828.032", False),
        ("date", "Friday", None, None, "2026-02-27", None, False),
        ("date", "August 2019", None, None, "2019-08-01", None, False),
    ]


@pytest.mark.usefixtures("fake")
def test_names_are_entities_once_however_many_articles_name_them(desk, context):
    put(desk, "a", "b")
    assert find_entities(context).articles == 2
    assert desk.query("select kind, name from news.entity order by 2") == [
        ("person", "Liv Dahl"),
        ("place", "Norway"),
        ("place", "Oslo"),
    ]
    assert desk.query("select count(*) from news.mention m join news.entity e on e.id = m.entity_id "
                      "where e.name = 'Liv Dahl'") == [(2,)]  # fmt: skip


@pytest.mark.usefixtures("fake")
def test_offsets_count_the_characters_of_the_field_as_stored(desk, context):
    put(desk, "a", body="„Größe“ 🚢 — " + BODY.partition("– ")[2], dateline=None)
    find_entities(context)
    rows = desk.query("select substr(a.body, m.starts + 1, m.ends - m.starts), m.surface from news.mention m "
                      "join news.article a on a.id = m.article_id where m.field = 'body'")  # fmt: skip
    assert len(rows) == 4
    assert all(there == surface for there, surface in rows)


@pytest.mark.usefixtures("fake")
def test_running_again_changes_nothing(desk, context):
    put(desk, "a")
    find_entities(context)
    before = desk.query("select xmin::text, * from news.mention order by starts")
    again = find_entities(context)
    assert (again.articles, again.mentions) == (0, 0)
    assert desk.query("select xmin::text, * from news.mention order by starts") == before


@pytest.mark.usefixtures("fake")
def test_a_revised_article_has_the_mentions_of_its_new_text_only(desk, context):
    put(desk, "a")
    find_entities(context)
    put(desk, "a", run="run-2", body="Liv Dahl slept for 9 hours.", dateline=None)
    assert find_entities(context).articles == 1
    assert [row[:2] for row in desk.query(MENTIONS)] == [
        ("person", "Liv Dahl"),
        ("quantity", "9 hours"),
    ]


@pytest.mark.usefixtures("fake")
def test_a_page_that_was_only_seen_again_is_not_read_again(desk, context):
    put(desk, "a")
    find_entities(context)
    put(desk, "a", run="run-2")
    assert desk.query("select last_seen_at > first_seen_at from news.article") == [(True,)]
    assert store.count_due(desk.database) == 0


@pytest.mark.usefixtures("fake")
def test_a_corrected_day_of_publication_makes_its_dates_due(desk, context):
    put(desk, "a")
    find_entities(context)
    put(desk, "a", run="run-2", published_at=AT + timedelta(days=7))
    find_entities(context)
    assert ("2026-03-06",) in desk.query(
        "select value->>'day' from news.mention where kind = 'date'"
    )


@pytest.mark.usefixtures("no_extra")
def test_relative_dates_count_from_the_day_at_the_publisher(desk, context):
    """03:00 in London is still the evening before in New York."""
    desk.apply(replace(source(), timezone="America/New_York"))
    put(desk, "a", body="It rained today.", dateline=None)
    find_entities(context)
    assert desk.query("select value->>'day' from news.mention") == [("2026-03-01",)]


@pytest.mark.usefixtures("no_extra")
def test_a_bare_day_of_publication_is_that_day_in_every_zone(desk, context):
    desk.apply(replace(source(), timezone="America/New_York"))
    midnight = AT.replace(hour=0)
    put(desk, "a", body="It rained today.", dateline=None, published_at=midnight,
        published_precision=Precision.DAY)  # fmt: skip
    find_entities(context)
    assert desk.query("select value->>'day' from news.mention") == [("2026-03-02",)]


@pytest.mark.usefixtures("fake")
def test_an_article_in_another_language_is_read_by_rules_and_counted(desk, context):
    put(desk, "a", body="Liv Dahl kam am 5. Oktober 2024.", language="de", dateline=None)
    assert find_entities(context).by_rules == 1
    assert [row[0] for row in desk.query(MENTIONS)] == ["date"]


@pytest.mark.usefixtures("fake")
def test_an_edit_while_the_article_is_read_leaves_it_due(desk):
    put(desk, "a")
    batch = store.due(desk.database, 10)
    put(desk, "a", run="run-2", body="Liv Dahl slept.", dateline=None)
    assert store.save(desk.database, [store.Read(item) for item in batch], "x").articles == 0
    assert store.count_due(desk.database) == 1


@pytest.mark.usefixtures("fake")
def test_an_article_that_cannot_be_read_is_named_and_holds_up_nobody(desk, context, monkeypatch):
    put(desk, "a", "b")
    real = stage.find

    def fail(subject, *rest):
        if subject.title.endswith(" a"):
            raise ZeroDivisionError
        return real(subject, *rest)

    monkeypatch.setattr(stage, "find", fail)
    found = find_entities(context)
    assert (found.articles, found.failed, found.left) == (2, 1, 0)
    ((problem,),) = desk.query("select problem from ops.entity_work where problem is not null")
    assert "ZeroDivisionError" in problem


@pytest.mark.usefixtures("fake")
def test_the_time_ends_it_and_what_is_left_waits(desk, context, monkeypatch):
    put(desk, "a", "b", "c")
    monkeypatch.setattr(stage, "BATCH", 1)
    ticks = iter(AT + timedelta(seconds=1000 * n) for n in range(100))
    found = find_entities(replace(context, clock=lambda: next(ticks)))
    assert (found.articles, found.left) == (1, 2)
    assert find_entities(context).articles == 2


def test_another_tagger_reads_again_only_when_asked(desk, context, monkeypatch):
    monkeypatch.setattr(taggers, "load", lambda _model: None)
    put(desk, "a")
    find_entities(context)
    monkeypatch.setattr(taggers, "load", lambda _model: Fake())
    assert find_entities(context).articles == 0
    assert find_entities(context, again=True).articles == 1
    assert find_entities(context, again=True).articles == 0


@pytest.mark.usefixtures("fake")
def test_coordinates_that_are_learnt_later_are_added(desk, context):
    put(desk, "a")
    find_entities(context)
    with desk.database.transaction() as cursor:
        cursor.execute("update news.place set latitude = null, longitude = null, population = null")
    put(desk, "b", run="run-2")
    find_entities(context)
    assert desk.query(
        "select count(*) from news.place where kind = 'city' and latitude is null"
    ) == [(0,)]


@pytest.mark.usefixtures("fake")
def test_views_give_the_entities_of_an_article_and_of_a_day(desk, context, reader):
    put(desk, "a", "b")
    find_entities(context)
    assert reader("select kind, name, mentions, in_dateline, country from news.article_entities "
                  "where name in ('Oslo', 'Liv Dahl') and article_id = 1 order by name") == [
        ("person", "Liv Dahl", 1, False, None),
        ("place", "Oslo", 1, True, "NO"),
    ]  # fmt: skip
    assert reader(
        "select day::text, articles, sources from news.entity_daily where name = 'Oslo'"
    ) == [("2026-03-02", 2, 1)]
    assert reader("select count(*) from news.place where latitude is not null") == [(1,)]
