"""The search index: filled from the list of work, asked in every language."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from tests.db.conftest import NOW, Desk, article, candidate

from dateline.model import Author
from dateline.stages.context import Context
from dateline.stages.search import Indexed, index_search
from dateline.store import Cursor, Database
from dateline.store.load import load
from dateline.store.migrate import migrate
from dateline.store.search import Query, index_batch, search, waiting
from dateline.store.sqlfiles import sql_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from dateline.local.postgres import Cluster
    from dateline.model import Article
    from dateline.settings import Settings

TEXTS = {
    "en": ("Harbour pilots end their strike", "The pilots went back to the ships after nine days."),
    "de": (
        "Freibad bekommt Wärmepumpe",
        "Die Pumpen stehen neben dem Becken, sagte der Bürgermeister.",
    ),
    "fr": (
        "La grève des éboueurs",
        "Le maire de São Paulo a « salué » les élus, réunis à l’hôtel.",
    ),
    "pt-BR": ("Chuva em São Paulo", "As eleições não foram adiadas, disse o governador."),
    "ru": ("Новый мост открыт", "Мост через реку открыли утром, движение началось."),
    "ja": (
        "東京都が新しい計画を発表",
        "昨日、東京都は2026年の計画を発表した。京都市は参加しない。",
    ),
    "th": ("กรุงเทพมหานครน้ำท่วม", "ฝนตกหนักในกรุงเทพมหานครเมื่อวานนี้"),
    "ko": ("서울에서 열린 회의", "대통령은 서울에서 회의를 열었다."),
    "xx": ("Kuku lipo", "Neno lisilojulikana hapa."),
}

FOUND = {
    "strikes pilot": ["en"],  # stems
    "harbour -strike": [],
    "harbour or wärmepumpen": ["de", "en"],
    '"end their strike"': ["en"],
    '"their end strike"': [],
    "Warmepumpe": ["de"],  # accents do not matter, however they are typed
    "sao paulo": ["fr", "pt-BR"],
    "São Paulo": ["fr", "pt-BR"],
    "Sa\u0303o governadores": ["pt-BR"],
    "greves": ["fr"],
    "новая": ["ru"],
    "мостов": ["ru"],
    "東京": ["ja"],
    "東京都 計画": ["ja"],
    "都京": [],  # a pair that is nowhere
    "東": ["ja"],
    "東京 -京都市": [],
    "2026": ["ja"],
    "กรุงเทพ": ["th"],
    "서울": ["ko"],
    "kuku": ["xx"],
    "": [],
    "the and of": [],
    '"" - or (': [],
    "nowhere": [],
    "-strike": [],  # that would be everything else
}  # fmt: skip
PASSAGES = {
    "sao elus": "Le maire de «São» Paulo a « salué » les «élus», réunis à l’hôtel.",
    "参加": "画を発表した。京都市は«参加»しない。",
    "ships": "The pilots went back to the «ships» after nine days.",
}


@pytest.fixture
def context(desk: Desk, settings: Settings) -> Context:
    return Context(settings, desk.database, "run-1")


def put(desk: Desk, *articles: Article, run: str = "run-1") -> None:
    """Load articles as a run does."""
    made = {item.url: item for item in articles}
    desk.discover(*(candidate(url.rsplit("/", 1)[1]) for url in made), run=run)
    desk.extract(desk.fetch(run), made.__getitem__, run=run)
    load(desk.database, run)


def revise(desk: Desk, path: str, **changes: object) -> None:
    """Recheck the article and find it changed."""
    desk.age(1.1)
    desk.extract(desk.fetch("run-2"), lambda _: article(path, **changes), run="run-2")
    load(desk.database, "run-2")


def found(desk: Desk, words: str, **limits: object) -> list[str]:
    """The paths of what a search finds, best first."""
    hits = search(desk.database, Query(words, **limits))
    return [hit.url.rsplit("/", 1)[1] for hit in hits]


@pytest.fixture
def world(desk: Desk, context: Context) -> Desk:
    """An article in each language, indexed."""
    put(
        desk,
        *(
            article(lang, title=title, body=body, language=lang, published_at=NOW)
            for lang, (title, body) in TEXTS.items()
        ),
    )
    assert index_search(context) == Indexed(indexed=len(TEXTS))
    return desk


def test_words_are_found_in_their_language(world: Desk) -> None:
    """Inflected, accented or not, in phrases, and in scripts without spaces."""
    assert {words: sorted(found(world, words)) for words in FOUND} == FOUND


def test_the_passage_is_the_text_as_published(world: Desk) -> None:
    """With its accents, and the words found in « »."""
    passages = {words: search(world.database, Query(words))[0].headline for words in PASSAGES}
    assert passages == PASSAGES


def test_a_title_counts_more_than_a_body(desk: Desk, context: Context) -> None:
    put(
        desk,
        article("body", body="Of harbours and other things."),
        article("title", title="Harbours", body="Of other things altogether."),
        article("summary", summary="Harbours", body="Of other things altogether."),
    )
    index_search(context)
    assert found(desk, "harbours") == ["title", "summary", "body"]
    assert found(desk, "harbours", max=1) == ["title"]


def test_limits_narrow_a_search(world: Desk) -> None:
    """Time (from since on, before until), source, language with its regions."""
    both = "paulo"
    assert len(found(world, both, since=NOW)) == 2
    assert found(world, both, since=NOW + timedelta(seconds=1)) == []
    assert found(world, both, until=NOW) == []
    assert found(world, both, language="pt") == ["pt-BR"]
    assert found(world, both, language="p") == []
    assert len(found(world, both, source="example")) == 2
    assert found(world, both, source="nobody") == []


def test_matches_are_all_or_the_newest_of_each_language(desk: Desk, context: Context) -> None:
    """So many of the newest, by time and not by relevance: what a search then ranks."""
    days = [("a", "en", 3), ("b", "en", 1), ("c", "en", 2), ("d", "de", 9)]
    put(
        desk,
        *(
            article(name, title="Berlin", language=language, published_at=NOW - timedelta(days=age))
            for name, language, age in days
        ),
    )
    index_search(context)

    def names(arguments: str) -> list[str]:
        ask = "select a.url from news.matches({}) m join news.article a on a.id = m.article_id"
        return sorted(url[-1] for (url,) in desk.query(ask.format(arguments)))

    assert names("'berlin'") == ["a", "b", "c", "d"]
    assert names("'berlin', newest => 2") == ["b", "c", "d"]


def test_only_what_changed_is_indexed_again(desk: Desk, context: Context) -> None:
    """A revision is found by its new words only; what was rechecked unchanged is not touched."""
    put(desk, article("a", body="About otters."), article("b"))
    assert index_search(context) == Indexed(indexed=2)
    assert index_search(context) == Indexed()
    desk.age(1.1)
    desk.extract(
        desk.fetch("run-2"),
        lambda url: article("a", body="About badgers.") if url.endswith("/a") else article("b"),
        run="run-2",
    )
    load(desk.database, "run-2")
    assert index_search(context) == Indexed(indexed=1)
    assert (found(desk, "otters"), found(desk, "badgers")) == ([], ["a"])


def test_a_new_time_or_language_reaches_the_index(desk: Desk, context: Context) -> None:
    """They make no revision; a time only moves the row, a language means other stems."""
    put(desk, article("a", body="Die Pumpen laufen."))
    index_search(context)
    revise(desk, "a", body="Die Pumpen laufen.", published_at=NOW)
    assert index_search(context) == Indexed(moved=1)
    assert found(desk, "pumpen", until=NOW + timedelta(seconds=1)) == ["a"]
    assert found(desk, "pumpe") == []
    desk.query("update news.article set language = 'de'")
    assert index_search(context) == Indexed(indexed=1)
    assert found(desk, "pumpe") == ["a"]


def test_a_deleted_article_leaves_the_index(desk: Desk, context: Context) -> None:
    """By cascade; work for one that is gone is done with."""
    put(desk, article("a"), article("b"))
    index_search(context)
    desk.query("insert into ops.search_work (article_id) select id from news.article")
    desk.query("update ops.frontier set article_id = null")
    desk.query("delete from news.article where url like '%/a'")
    assert desk.query("select count(*) from news.article_search") == [(1,)]
    assert index_search(context) == Indexed()
    assert waiting(desk.database) == 0


def test_a_change_that_commits_late_is_not_missed(desk: Desk, context: Context) -> None:
    """A transaction that began before the indexer ran and ends after it is indexed by the next run."""
    put(desk, article("a", body="About otters."))
    index_search(context)
    desk.query("insert into ops.search_work (article_id) select id from news.article")
    with Database(desk.database.dsn) as other, other.transaction() as cursor:
        cursor.execute("update news.article set body = 'About badgers.', content_hash = 'new'")
        assert index_search(context) == Indexed()
    assert index_search(context) == Indexed(indexed=1)
    assert found(desk, "badgers") == ["a"]


def test_a_crash_leaves_the_work_on_its_list(desk: Desk, context: Context) -> None:
    """An indexer that dies within its batch has done nothing; the next one does it."""
    put(desk, article("a"))

    class KilledError(Exception):
        pass

    original = desk.database.run

    def dies(work: Callable) -> None:
        def then_die(cursor: Cursor) -> None:
            work(cursor)
            raise KilledError

        original(then_die)

    desk.database.run = dies
    with pytest.raises(KilledError):
        index_batch(desk.database)
    del desk.database.run
    assert waiting(desk.database) == 1
    assert index_search(context) == Indexed(indexed=1)


def test_two_indexers_share_the_work(desk: Desk) -> None:
    """Each article is indexed by one of them."""
    put(desk, *(article(f"a{n}") for n in range(30)))
    results: list[int] = []

    def work() -> None:
        with Database(desk.database.dsn) as mine:
            while (batch := index_batch(mine, 4)).taken:
                results.append(batch.indexed)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(results) == 30
    assert len(found(desk, "first", max=100)) == 30


def test_texts_without_measure_are_indexed(desk: Desk, context: Context) -> None:
    """A long body is cut, a word of 3,000 letters is left out, odd characters do no harm."""
    many = " ".join(f"word{n}" for n in range(40_000))
    put(
        desk,
        article("long", body=many),
        article("kanji", body="".join(chr(0x4E00 + n % 20_000) for n in range(60_000)), language="zh"),
        article("word", body=f"{'x' * 3000} ends 'quoted\\ :1A & | ! <-> \ue000 \ufffd"),
    )  # fmt: skip
    assert index_search(context) == Indexed(indexed=3)
    assert found(desk, "word17") == ["long"]
    assert found(desk, "ends quoted") == ["word"]


def test_misspelt_titles_and_names_are_found(world: Desk) -> None:
    """The nearest first, with or without accents."""
    put(world, article("w", authors=(Author("Íñigo Larrañaga"), Author("Kari Moe"))), run="run-3")
    titles = world.query("select title from news.find_title('harbor pilotts')")
    assert titles == [("Harbour pilots end their strike",)]
    assert world.query("select title from news.find_title('chuva sao paolo')") == [
        ("Chuva em São Paulo",)
    ]
    names = "select author, articles from news.find_author('inigo laranaga')"
    assert world.query(names) == [("Íñigo Larrañaga", 1)]


def test_without_pg_trgm_the_text_is_found_as_it_stands(world: Desk) -> None:
    """Fuzzy lookup needs the extension; without it the functions still answer."""
    put(world, article("w", authors=(Author("Íñigo Larrañaga"),)), run="run-3")
    world.query("drop extension pg_trgm cascade")
    assert world.query("select title from news.find_title('Harbour Pilots')") == [
        ("Harbour pilots end their strike",)
    ]
    assert world.query("select title from news.find_title('harbor')") == []
    assert world.query("select author from news.find_author('larranaga')") == [("Íñigo Larrañaga",)]
    assert found(world, "harbour") == ["en"]


def test_a_role_that_may_not_create_extensions_is_told(cluster: Cluster, empty_dsn: str) -> None:
    """The migration goes through and says what to run; run again after it, it adds the indexes."""
    name = empty_dsn.rsplit("/", 1)[1]
    cluster.execute("create role tenant login password 'tenant'")
    trigram = (sql_folder() / "trigram.sql").read_text()
    with Database(empty_dsn) as owner:
        migrate(owner)
        with owner.transaction() as cursor:
            cursor.execute("drop extension pg_trgm cascade")
    with Database(f"postgresql://tenant:tenant@127.0.0.1:{cluster.port}/{name}") as tenant:
        with tenant.transaction() as cursor:
            cursor.execute(trigram)
        (said,) = tenant.connection().notices
        assert "create extension pg_trgm" in said
    cluster.execute("create extension pg_trgm", database=name)
    with Database(empty_dsn) as owner:
        migrate(owner)
        with owner.transaction() as cursor:
            cursor.execute(
                "select to_regclass('news.article_search_title') is not null, to_regclass('news.author_name') is not null"
            )
            assert cursor.fetchone() == (True, True)


def test_the_words_of_a_query_use_the_index(world: Desk) -> None:
    """A search never reads the whole table."""
    world.query("set enable_seqscan = off")
    with world.database.transaction() as cursor:
        cursor.execute(
            "explain select * from news.article_search where vector @@ news.search_query('otters', 'english')"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "article_search_vector" in plan
