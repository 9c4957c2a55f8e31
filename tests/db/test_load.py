"""Loading: new, revised, unchanged, duplicate; again and again with the same result."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.db.conftest import NOW, SITE, Desk, article, candidate

from dateline.errors import StoreError
from dateline.model import Article, Author, Dateline, LoadResult, Outcome, State
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


GONE = Outcome(State.GONE, "http_410")
KINDS = "select kind, revision from news.change order by id"


def loaded(desk: Desk, *paths: str) -> None:
    """Articles of these paths."""
    desk.discover(*map(candidate, paths))
    desk.extract(desk.fetch())
    load(desk.database, "run-1")


def test_one_answer_that_it_is_deleted_does_not_make_an_article_gone(desk: Desk) -> None:
    """Servers err for an hour; a second look at once does not count either."""
    loaded(desk, "a")
    desk.age(1.1)
    desk.fetch("run-2", GONE)
    assert desk.states() == {"a": ("gone", "http_410")}
    desk.age(1)
    desk.query("update ops.frontier set due_at = now()")
    desk.fetch("run-3", GONE)
    assert desk.query("select gone_at from news.article") == [(None,)]
    desk.query("update ops.frontier set due_at = now()")
    desk.extract(desk.fetch("run-4"), run="run-4")
    load(desk.database, "run-4")
    assert desk.query("select gone_since from ops.frontier") == [(None,)]
    assert desk.query(KINDS) == [("new", 1)]


def test_an_article_is_gone_at_the_second_look_and_may_come_back(desk: Desk) -> None:
    """Gone and back are changes; it is looked at again for a month, ever more rarely."""
    loaded(desk, "a")
    desk.age(1.1)
    desk.fetch("run-2", GONE)
    desk.age(6)
    desk.fetch("run-3", GONE)
    assert desk.query("select gone_at is not null from news.article") == [(True,)]
    assert desk.query(
        "select round(extract(epoch from due_at - now()) / 3600) from ops.frontier"
    ) == [(6,)]
    desk.age(6.2)
    desk.fetch("run-4", GONE)
    assert desk.query(
        "select round(extract(epoch from due_at - now()) / 3600) from ops.frontier"
    ) == [(12,)]
    desk.age(13)
    desk.extract(desk.fetch("run-5"), run="run-5")
    load(desk.database, "run-5")
    assert desk.query("select gone_at, revision from news.article") == [(None, 1)]
    assert desk.query(KINDS) == [("new", 1), ("gone", 1), ("back", 1)]
    assert account(desk.database, "run-5").unchanged == 1


def test_an_article_is_back_when_its_server_says_not_modified(desk: Desk) -> None:
    """That is an answer, too. After a month nobody asks any more."""
    loaded(desk, "a", "b")
    desk.query("update ops.frontier set due_at = now()")
    desk.fetch("run-2", GONE)
    desk.age(7)
    desk.fetch("run-3", GONE)
    desk.query("update ops.frontier set due_at = null where url like '%/b'")
    desk.query("update ops.frontier set due_at = now() where url like '%/a'")
    desk.fetch("run-4", Outcome(State.UNCHANGED, "not_modified"))
    assert desk.query("select gone_at is null from news.article order by url") == [
        (True,),
        (False,),
    ]
    desk.age(24 * 31)
    desk.query("update ops.frontier set due_at = now() where url like '%/b'")
    desk.fetch("run-5", GONE)
    assert desk.query("select due_at from ops.frontier where url like '%/b'") == [(None,)]
    kinds = [kind for kind, _ in desk.query(KINDS)]
    assert kinds == ["new", "new", "gone", "gone", "back"]


def test_typography_and_template_noise_make_no_revision(desk: Desk) -> None:
    """Even if the hash differs, as it does after a change of its rules."""
    loaded(desk, "a")
    desk.age(1.1)
    noisy = article(
        "a", body="First  of a.\n\nUpdated 5 minutes ago\n\nSecond.\n\nShare this article"
    )
    desk.extract(desk.fetch("run-2"), lambda _: noisy, run="run-2")
    assert load(desk.database, "run-2") == LoadResult(unchanged=1)
    assert desk.query("select count(*) from news.revision") == [(0,)]


def test_a_revision_says_what_changed_and_how_much(desk: Desk, reader: Reader) -> None:
    """Words added and removed, the sentences before and after, and a text to read."""
    loaded(desk, "a")
    desk.age(1.1)
    after = article("a", title="A new title", body="First of a.\n\nSecond, and more.\n\nThird.")
    desk.extract(desk.fetch("run-2"), lambda _: after, run="run-2")
    load(desk.database, "run-2")
    assert reader("select changed, words_added, words_removed, diff from news.revision_diff") == [
        (
            *(["title", "body"], 6, 3),
            "title\n- Title of a\n+ A new title\nbody\n- Second.\n+ Second, and more.\nbody\n+ Third.",
        )
    ]
    assert desk.query(KINDS) == [("new", 1), ("revised", 2)]


def test_an_edit_far_inside_a_very_long_text_is_a_revision(desk: Desk) -> None:
    """What is behind the part that is compared is not looked at, but kept."""
    long = "word " * 100_000
    desk.discover(candidate("a"))
    desk.extract(desk.fetch(), lambda _: article("a", body=long + "old"))
    load(desk.database, "run-1")
    desk.age(1.1)
    desk.extract(desk.fetch("run-2"), lambda _: article("a", body=long + "new"), run="run-2")
    assert load(desk.database, "run-2").revised == 1
    assert desk.query("select changed, words_added, edits from news.revision") == [
        (["body"], None, None)
    ]


def test_as_of_gives_the_articles_as_they_stood(desk: Desk, reader: Reader) -> None:
    """Each in its revision of the time; not yet seen and gone ones are not there."""
    loaded(desk, "a", "b")
    desk.query("update ops.frontier set due_at = now() where url like '%/a'")
    for edition in (2, 3):
        text = article("a", body=f"Edition {edition}.")
        desk.extract(desk.fetch(f"run-{edition}"), lambda _, text=text: text, run=f"run-{edition}")
        load(desk.database, f"run-{edition}")
        desk.query("update ops.frontier set due_at = now() where url like '%/a'")
    day = "'2026-05-0{} 00:00Z'"
    desk.query(
        f"update news.article set first_seen_at = {day.format(1)}, revised_at = {day.format(5)} where url like '%/a';"
        f"update news.revision set seen_at = {day.format(1)}, replaced_at = {day.format(3)} where revision = 1;"
        f"update news.revision set seen_at = {day.format(3)}, replaced_at = {day.format(5)} where revision = 2;"
        f"update news.article set first_seen_at = {day.format(2)}, revised_at = {day.format(2)}, "
        f"absences = tstzmultirange(tstzrange({day.format(3)}, {day.format(4)}), tstzrange({day.format(6)}, null)) "
        "where url like '%/b'"
    )
    ask = "select right(url, 1), revision, left(body, 9) from news.as_of({}::timestamptz - interval '1 hour') order by url"
    a1, a2, a3 = ("a", 1, "First of "), ("a", 2, "Edition 2"), ("a", 3, "Edition 3")
    b = ("b", 1, "First of ")
    seen = {n: reader(ask.format(day.format(n))) for n in range(1, 8)}
    assert seen == {1: [], 2: [a1], 3: [a1, b], 4: [a2], 5: [a2, b], 6: [a3, b], 7: [a3]}


def test_a_moved_article_keeps_its_id_and_its_new_address_finds_it(desk: Desk) -> None:
    """A redirect or a new canonical address is no new article."""
    loaded(desk, "a")
    before = desk.query("select id from news.article")
    desk.discover(candidate("moved"), run="run-2")
    desk.query("update ops.frontier set due_at = now()")
    desk.extract(desk.fetch("run-2"), lambda _: article("moved", title="Title of a"), run="run-2")
    assert load(desk.database, "run-2") == LoadResult(revised=1, duplicate=1)
    assert desk.query("select id, url, url_key from news.article") == [
        (*before[0], f"{SITE}/moved", "example.org/moved")
    ]
    assert desk.states()["moved"] == ("duplicate", f"same_article_as: {SITE}/moved")
    assert account(desk.database, "run-2").duplicate == 1


def test_two_articles_that_turn_out_to_be_one_are_merged_into_the_older(desk: Desk) -> None:
    """Whichever's page shows it; the younger stays as a row that says so."""
    loaded(desk, "a", "b", "c")
    ids = [id_ for (id_,) in desk.query("select id from news.article order by url")]
    desk.query("update ops.frontier set due_at = now() where url like '%/c'")
    # c moved to a: the older one stays.
    desk.extract(desk.fetch("run-2"), lambda _: article("a"), run="run-2")
    assert load(desk.database, "run-2") == LoadResult(duplicate=1)
    desk.query("update ops.frontier set due_at = now() where url like '%/a'")
    # a moved to b, which is younger.
    desk.extract(desk.fetch("run-3"), lambda _: article("b"), run="run-3")
    desk.query("update news.article set title = 'Title of b' where url like '%/b'")
    assert load(desk.database, "run-3") == LoadResult(revised=1)
    assert desk.query("select merged_into, gone_at is null from news.article order by id") == [
        (None, True),
        (ids[0], False),
        (ids[0], False),
    ]
    assert desk.query("select url from news.article_flat") == [(f"{SITE}/b",)]
    assert desk.query("select article_id, merged_into from news.change where kind = 'merged'") == [
        (ids[2], ids[0]),
        (ids[1], ids[0]),
    ]
    assert desk.query("select distinct article_id from ops.frontier") == [(ids[0],)]
    assert {path: state for path, (state, _) in desk.states().items()} == {
        "a": "loaded",
        "b": "duplicate",
        "c": "duplicate",
    }
    # What still says the address of a merged one is a duplicate of the one that stays.
    desk.discover(candidate("b-print"), run="run-4")
    desk.extract(desk.fetch("run-4"), lambda _: article("b"), run="run-4")
    assert load(desk.database, "run-4") == LoadResult(duplicate=1)
    account(desk.database, "run-4")


@pytest.mark.parametrize("batches", [("ab", "c"), ("ba", "c"), ("b", "a", "c"), ("bc", "a")])
def test_pages_whose_canonical_link_lies_are_articles_of_their_own(
    desk: Desk, batches: tuple[str, ...]
) -> None:
    """In one batch and later, whoever comes first: each is found at its own address, none is lost."""
    titles = {"a": "River floods town", "b": "Mayor opens bridge", "c": "Museum shows paintings"}

    def page(url: str) -> Article:
        name = url[-1]
        return replace(article("a", title=titles[name], body=f"Text of {name}."), url=url)

    seen = 0
    for number, batch in enumerate([*batches, ""]):
        run = f"run-{number}"
        desk.discover(*map(candidate, batch), run=run)
        desk.query("update ops.frontier set due_at = now()")
        desk.extract(desk.fetch(run), page, run=run)
        assert load(desk.database, run) == LoadResult(new=len(batch), unchanged=seen)
        seen += len(batch)
    assert desk.query("select url_key, canonical_url, title from news.article order by url") == [
        (f"example.org/{name}", f"{SITE}/{name}", title) for name, title in titles.items()
    ]


def test_an_address_whose_headline_was_rewritten_stays_a_duplicate(desk: Desk) -> None:
    """One word in common is enough: a headline is rewritten, but not to speak of something else."""
    loaded(desk, "a")
    desk.discover(candidate("a-mobile"), run="run-2")
    edited = article("a", title="What we know: Title changed", body="All new.")
    desk.extract(desk.fetch("run-2"), lambda _: edited, run="run-2")
    assert load(desk.database, "run-2") == LoadResult(duplicate=1)


def test_a_page_that_names_another_articles_address_is_not_merged_for_that_alone(
    desk: Desk,
) -> None:
    """A template that gives every page one canonical address must not make one article of them."""
    loaded(desk, "a", "b")
    desk.query("update ops.frontier set due_at = now() where url like '%/b'")
    wrong = article("a", title="Title of b", body="First of b.\n\nSecond.")
    desk.extract(desk.fetch("run-2"), lambda _: wrong, run="run-2")
    assert load(desk.database, "run-2") == LoadResult(unchanged=1)
    assert desk.query("select title, url_key from news.article order by id") == [
        ("Title of a", "example.org/a"),
        ("Title of b", "example.org/b"),
    ]


def test_a_source_that_edits_much_is_looked_at_sooner(desk: Desk) -> None:
    """Its share of rechecks that found an edit sets the pace, between half and double."""
    loaded(desk, "a")
    desk.query("update ops.frontier set due_at = now()")
    desk.extract(desk.fetch("run-2"), lambda _: article("a", body="Other."), run="run-2")
    load(desk.database, "run-2")
    desk.query("update ops.frontier set due_at = now()")
    desk.fetch("run-3", Outcome(State.UNCHANGED, "not_modified"))
    assert desk.query("select rechecks, edits from ops.source") == [(2, 1)]
    pace = "select round(ops.recheck_pace(%s, %s)::numeric, 2)"
    assert [float(desk.query(pace, *given)[0][0]) for given in ((0, 0), (300, 480), (0, 500))] == [
        1,
        0.5,
        2,
    ]
    due = "select round(extract(epoch from ops.next_recheck(now(), now(), ops.recheck_pace(%s, %s)) - now()) / 60)"
    assert [int(desk.query(due, *given)[0][0]) for given in ((300, 480), (0, 500))] == [30, 120]
    desk.query("update ops.source set rechecks = 499, edits = 100")
    desk.query("update ops.frontier set due_at = now()")
    desk.fetch("run-4", Outcome(State.UNCHANGED, "not_modified"))
    desk.query("update ops.frontier set due_at = now()")
    desk.fetch("run-5", Outcome(State.UNCHANGED, "not_modified"))
    assert desk.query("select rechecks, edits from ops.source") == [(250.5, 50)]


def test_old_days_of_the_fetch_log_are_dropped(desk: Desk) -> None:
    """Whole days as tables; what lies in the default partition row by row."""
    desk.discover(candidate("a"))
    desk.fetch()
    desk.query("select ops.ensure_fetch_partitions('2026-01-01')")
    for at in ("2026-01-02T12:00Z", "2025-12-01T12:00Z"):
        desk.query(
            "insert into ops.fetch (at, run_id, frontier_id, url, host, outcome, bytes, elapsed_ms) "
            "values (%s, 'old', 1, 'u', 'h', 'x', 0, 0)",
            at,
        )
    held = "select count(*) filter (where run_id = 'old'), count(*) filter (where run_id <> 'old') from ops.fetch"
    ((_, fresh),) = desk.query(held)
    assert fresh > 0
    assert desk.query("select ops.drop_old_partitions(now() - '2025-12-01')") == [(0,)]
    assert desk.query("select ops.drop_old_partitions('7 days')") == [(4,)]
    assert desk.query(held) == [(0, fresh)]
    with pytest.raises(StoreError, match="negative"):
        desk.query("select ops.drop_old_partitions('-1 day')")
