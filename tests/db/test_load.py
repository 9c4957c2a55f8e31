"""Loading: new, revised, unchanged, duplicate; again and again with the same result."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.db.conftest import NOW, SITE, Desk, article, candidate

from dateline.model import Author, Dateline, LoadResult, Outcome, State
from dateline.store import Database
from dateline.store.ledger import account
from dateline.store.load import load


def test_a_new_article_is_loaded_with_all_its_fields(desk: Desk) -> None:
    """What extraction found is what an analyst reads."""
    desk.discover(candidate("a"))
    full = article(
        "a",
        summary="What it is about",
        section="World",
        authors=(Author("Ana Díaz", "Correspondent"), Author("Bo Lind")),
        tags=("Seoul", "defence"),
        published_at=NOW,
        dateline=Dateline("SEOUL, South Korea (AP) – ", "SEOUL, South Korea", "KR", "AP"),
        agency="AP",
        provenance={"title": {"from": "h1"}},
    )
    desk.extract(desk.fetch(), lambda _: full)
    assert load(desk.database, "run-1") == LoadResult(new=1)
    row = desk.query(
        "select source, title, summary, body, section, authors, tags, published_at, dateline_place, "
        "dateline_country, agency, revision, word_count from news.article_flat"
    )
    assert row == [
        (
            *("example", "Title of a", "What it is about", "First of a.\n\nSecond.", "World"),
            *(["Ana Díaz", "Bo Lind"], ["Seoul", "defence"], NOW),
            *("SEOUL, South Korea", "KR", "AP", 1, 4),
        )
    ]
    assert desk.query("select role from news.article_author order by position") == [
        ("Correspondent",),
        (None,),
    ]
    assert desk.states() == {"a": ("loaded", "new")}


def test_the_same_content_again_changes_nothing_but_last_seen(desk: Desk) -> None:
    """A recheck that finds the same text makes no revision."""
    desk.discover(candidate("a"))
    desk.extract(desk.fetch())
    load(desk.database, "run-1")
    desk.age(1.1)
    desk.extract(desk.fetch("run-2"), run="run-2")
    assert load(desk.database, "run-2") == LoadResult(unchanged=1)
    assert desk.query("select count(*) from news.revision") == [(0,)]
    assert desk.query("select last_seen_at > first_seen_at, revision from news.article") == [
        (True, 1)
    ]
    assert desk.states() == {"a": ("unchanged", "same_content")}


def test_an_edit_keeps_the_text_it_replaces(desk: Desk) -> None:
    """The old text moves to news.revision, the article keeps its id."""
    desk.discover(candidate("a"))
    desk.extract(desk.fetch())
    load(desk.database, "run-1")
    before = desk.query("select id, revised_at from news.article")
    desk.age(1.1)
    file = desk.fetch("run-2")
    desk.extract(file, lambda _: article("a", body="First, corrected."), run="run-2")
    assert load(desk.database, "run-2") == LoadResult(revised=1)
    assert desk.query("select id, revision, body from news.article") == [
        (before[0][0], 2, "First, corrected.")
    ]
    assert desk.query(
        "select article_id, revision, body, changed, seen_at, replaced_at > seen_at from news.revision"
    ) == [(before[0][0], 1, "First of a.\n\nSecond.", ["body"], before[0][1], True)]
    assert desk.states() == {"a": ("loaded", "revised: body")}


Reader = Callable[[str], list[tuple]]
HTML = "<p>First of <strong>a</strong>.</p>\n<p>Second.</p>"
HTML_OF = "select body_html, confidence, revision from news.article order by url"


def test_html_and_confidence_are_kept_and_read_by_the_reader(desk: Desk, reader: Reader) -> None:
    """The HTML stands beside the text; the flat view has the confidence, and health its mean."""
    desk.discover(candidate("a"), candidate("b"))
    made = {
        f"{SITE}/a": article("a", body_html=HTML, confidence=0.75),
        f"{SITE}/b": article("b", confidence=0.25),
    }
    desk.extract(desk.fetch(), made.__getitem__)
    load(desk.database, "run-1")
    assert reader(HTML_OF) == [(HTML, 0.75, 1), (None, 0.25, 1)]
    assert desk.query("select confidence from news.article_flat order by url") == [(0.75,), (0.25,)]
    assert desk.query("select confidence_24h from news.source_health") == [(0.5,)]
    desk.age(25)
    assert desk.query("select confidence_24h from news.source_health") == [(None,)]


def test_html_is_revised_with_its_text_and_confidence_follows_every_visit(
    desk: Desk, reader: Reader
) -> None:
    """An edit replaces both; the same text again keeps its HTML and takes the new confidence."""
    desk.discover(candidate("a"))
    first = article("a", body_html=HTML, confidence=0.5)
    desk.extract(desk.fetch(), lambda _: first)
    load(desk.database, "run-1")
    desk.age(1.1)
    same = replace(first, body_html="<p>Other markup.</p>", confidence=0.75)
    desk.extract(desk.fetch("run-2"), lambda _: same, run="run-2")
    assert load(desk.database, "run-2") == LoadResult(unchanged=1)
    assert reader(HTML_OF) == [(HTML, 0.75, 1)]
    desk.age(25)
    edited = article("a", body="Corrected.", body_html="<p>Corrected.</p>", confidence=1.0)
    desk.extract(desk.fetch("run-3"), lambda _: edited, run="run-3")
    assert load(desk.database, "run-3") == LoadResult(revised=1)
    assert reader(HTML_OF) == [("<p>Corrected.</p>", 1.0, 2)]


def test_html_that_an_earlier_version_did_not_keep_is_filled(desk: Desk, reader: Reader) -> None:
    """A recheck completes a row from before, without making a revision."""
    desk.discover(candidate("a"))
    made = article("a", body_html=HTML, confidence=0.5)
    desk.extract(desk.fetch(), lambda _: made)
    load(desk.database, "run-1")
    desk.query("update news.article set body_html = null, confidence = null")
    desk.age(1.1)
    desk.extract(desk.fetch("run-2"), lambda _: made, run="run-2")
    assert load(desk.database, "run-2") == LoadResult(unchanged=1)
    assert reader(HTML_OF) == [(HTML, 0.5, 1)]


def test_bylines_and_tags_follow_the_page(desk: Desk) -> None:
    """A corrected byline replaces the old one without making a revision."""
    desk.discover(candidate("a"))
    first = article("a", authors=(Author("Ana"), Author("Bo")), tags=("x", "y"))
    desk.extract(desk.fetch(), lambda _: first)
    load(desk.database, "run-1")
    desk.age(1.1)
    second = replace(first, authors=(Author("Cy"),), tags=("y", "z"))
    desk.extract(desk.fetch("run-2"), lambda _: second, run="run-2")
    assert load(desk.database, "run-2") == LoadResult(unchanged=1)
    assert desk.query("select authors, tags from news.article_flat") == [(["Cy"], ["y", "z"])]


def test_two_urls_of_one_article_make_one_article(desk: Desk) -> None:
    """The second is a duplicate, whether it comes in the same batch or later."""
    desk.discover(candidate("a"), candidate("a-print"))
    desk.extract(desk.fetch(), lambda _: article("a"))
    assert load(desk.database, "run-1") == LoadResult(new=1, duplicate=1)
    desk.discover(candidate("a-mobile"), run="run-2")
    desk.extract(desk.fetch("run-2"), lambda _: article("a", body="Other."), run="run-2")
    assert load(desk.database, "run-2") == LoadResult(duplicate=1)
    assert desk.query("select count(*), max(body) from news.article") == [
        (1, "First of a.\n\nSecond.")
    ]
    assert sorted(desk.states().values()) == [
        ("duplicate", f"same_article_as: {SITE}/a"),
        ("duplicate", f"same_article_as: {SITE}/a"),
        ("loaded", "new"),
    ]
    assert account(desk.database, "run-2").duplicate == 1


def test_loading_twice_or_staging_twice_loads_once(desk: Desk) -> None:
    """Any task may run again."""
    desk.discover(candidate("a"), candidate("b"))
    file = desk.fetch()
    desk.extract(file)
    desk.extract(file)
    assert load(desk.database, "run-1") == LoadResult(new=2)
    assert load(desk.database, "run-1") == LoadResult()
    desk.extract(file)
    assert load(desk.database, "run-1") == LoadResult()


def test_two_loaders_at_once_double_nothing(desk: Desk) -> None:
    """Two workers that load the same staging share the work."""
    desk.discover(*(candidate(f"p{i}") for i in range(200)))
    desk.extract(desk.fetch(), lambda url: article(url[-4:].strip("/"), tags=("t",)))
    results: list[LoadResult] = []

    def work() -> None:
        with Database(desk.database.dsn) as mine:
            results.append(load(mine, "run-1"))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(results, LoadResult()).new == 200
    assert desk.query("select count(*) from news.article") == [(200,)]


def test_a_row_that_postgres_refuses_is_quarantined_and_the_others_are_loaded(desk: Desk) -> None:
    """One bad record does not stop the batch."""
    desk.discover(*(candidate(f"p{i}") for i in range(20)))
    file = desk.fetch()
    desk.extract(file)
    desk.query("update ops.staging set kind = 'no such kind' where url like '%/p7'")
    result = load(desk.database, "run-1")
    assert (result.new, result.quarantined) == (19, 1)
    ((stage, reason),) = desk.query("select stage, reason from ops.quarantine")
    assert stage == "load"
    assert reason.startswith("refused_by_postgres: ")
    assert desk.states()["p7"][0] == "quarantined"
    assert account(desk.database, "run-1").quarantined == 1


@pytest.mark.parametrize(
    "text", ["a\0b", "lone \ud800 surrogate", 'quote " back\\slash\ttab\r\nline', "{array}", "\\N"]
)
def test_any_text_survives_the_way_into_postgres(desk: Desk, text: str) -> None:
    """NUL and lone surrogates are dropped, everything else arrives as it was."""
    desk.discover(candidate("a"))
    made = article(
        "a",
        title=text,
        authors=(Author(text),),
        tags=(text,),
        body_html=text,
        provenance={"t": text},
    )
    desk.extract(desk.fetch(), lambda _: made)
    assert load(desk.database, "run-1").new == 1
    kept = text.replace("\0", "").replace("\ud800", "?")
    assert desk.query("select title, authors, tags from news.article_flat") == [
        (kept, [kept], [kept])
    ]
    assert desk.query("select body_html from news.article") == [(kept,)]


def test_long_values_are_loaded(desk: Desk) -> None:
    """A body of 5 MB, 500 authors, tags of 10,000 characters: clipped where they are indexed."""
    desk.discover(candidate("a"))
    made = article(
        "a",
        body="word " * 1_000_000,
        body_html="<p>" + "word " * 1_000_000 + "</p>",
        authors=tuple(Author(f"Author {i}") for i in range(500)),
        tags=tuple("x" * 10_000 + str(i) for i in range(3)),
    )
    desk.extract(desk.fetch(), lambda _: made)
    assert load(desk.database, "run-1").new == 1
    assert desk.query("select length(body), cardinality(authors), tags from news.article_flat") == [
        (5_000_000, 100, ["x" * 300])
    ]
    assert desk.query("select length(body_html) from news.article") == [(5_000_007,)]


def test_an_article_that_comes_back_is_no_longer_gone(desk: Desk) -> None:
    """Gone is noted, and taken back when the page answers again."""
    desk.discover(candidate("a"))
    desk.extract(desk.fetch())
    load(desk.database, "run-1")
    desk.age(1.1)
    desk.fetch("run-2", Outcome(State.GONE, "http_410"))
    assert desk.states() == {"a": ("gone", "http_410")}
    assert desk.query("select gone_at is not null from news.article") == [(True,)]
    desk.age(25)
    desk.extract(desk.fetch("run-3"), run="run-3")
    load(desk.database, "run-3")
    assert desk.query("select gone_at, revision from news.article") == [(None, 1)]
    assert account(desk.database, "run-3").unchanged == 1
