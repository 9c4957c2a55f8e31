"""Stories: who carries whose text, kept up as articles come, are edited and turn out to be one."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.db.conftest import Desk, article, candidate

from dateline.hashes import digest
from dateline.stages import enrich
from dateline.stages.context import Context
from dateline.stages.enrich import Stories, find_stories
from dateline.store import stories as store
from dateline.store.load import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from dateline.settings import Settings
    from dateline.store import Database

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


def prose(seed: int, count: int = 120) -> list[str]:
    """So many words that no other seed has in this order."""
    rng = random.Random(seed)
    return [
        f"{rng.choice('bcdfghklmnprst')}{rng.choice('aeiou')}{rng.randrange(9999)}"
        for _ in range(count)
    ]


def text(words: list[str]) -> str:
    return " ".join(words)


@dataclass
class Press:
    """Publishers whose articles are put into the database as `load` does, with a text of choice."""

    database: Database
    settings: Settings

    def query(self, sql: str, *values: object) -> list[tuple]:
        with self.database.transaction() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []

    def publish(self, slug: str, body: str, minute: int = 0, **more: object) -> int:
        """A new article of that source, `minute` after noon; its id."""
        at = NOON + timedelta(minutes=minute)
        title = str(more.get("title", f"A headline at {minute} by {slug}"))
        known = self.query("select id from news.source where slug = %s", slug)
        (number,) = known[0] if known else self._found(slug, str(more.get("name", slug.title())))
        ((id_,),) = self.query(
            "insert into news.article (source_id, url, canonical_url, url_key, kind, title, body, published_at, "
            "published_precision, first_seen_at, last_seen_at, revised_at, word_count, content_hash, agency, "
            "extractor_version, archive_file, archive_offset, provenance) "
            "select %s, u, u, u, 'article', %s, %s, %s, 'instant', %s, %s, %s, 1, %s, %s, 'test', 'f', 0, '{}' "
            "from (select 'example.org/' || gen_random_uuid() as u) x returning id",
            *(number, title, body, at, at + timedelta(hours=1), at, at),
            *(digest(body.encode()), more.get("agency")),
        )
        self._queue(id_)
        return id_

    def revise(self, article: int, body: str) -> None:
        self.query(
            "update news.article set body = %s, content_hash = %s where id = %s",
            *(body, digest(body.encode()), article),
        )
        self._queue(article)

    def enrich(self) -> Stories:
        return find_stories(Context(self.settings, self.database, "run"))

    def members(self) -> dict[int, set[int]]:
        """Story → its articles; and the three places that say so agree."""
        found: dict[int, set[int]] = {}
        for story, article_id in self.query("select story_id, article_id from news.story_article"):
            found.setdefault(story, set()).add(article_id)
        marked = self.query("select story_id, id from news.article where story_id is not null")
        assert sorted(marked) == sorted((s, a) for s, its in found.items() for a in its)
        sizes = dict(self.query("select id, size from news.story where size > 0"))
        assert sizes == {story: len(its) for story, its in found.items()}
        return found

    def roles(self) -> dict[int, tuple[str, str]]:
        return {
            id_: (role, reason)
            for id_, role, reason in self.query(
                "select article_id, role, reason from news.story_article"
            )
        }

    def _found(self, slug: str, name: str) -> tuple[int]:
        sql = "insert into news.source (slug, name, home_url) values (%s, %s, '') returning id"
        return self.query(sql, slug, name)[0]

    def _queue(self, article: int) -> None:
        self.query("insert into ops.story_queue values (%s) on conflict do nothing", article)


@pytest.fixture
def press(database: Database, settings: Settings) -> Press:
    return Press(database, settings)


def test_copies_make_a_story_and_others_do_not(press: Press) -> None:
    """Two of three texts are one, but for a sentence; the earlier is the original."""
    words = prose(1)
    late = press.publish("b", text([*words, *prose(2, 15)]), minute=30)
    early = press.publish("a", text(words))
    alone = press.publish("c", text(prose(3)))
    done = press.enrich()
    assert (done.compared, done.joined, done.found, done.waiting) == (3, 2, 1, 0)
    ((story, members),) = press.members().items()
    assert members == {early, late}
    assert press.roles() == {
        early: ("original", "earliest publication"),
        late: ("near_copy", "after a, 30 min later"),
    }
    assert press.query("select first_article, title, size, sources from news.story") == [
        (early, "A headline at 0 by a", 2, 2)
    ]
    ((similarity, near),) = press.query(
        "select similarity, similar_to from news.story_article where article_id = %s", late
    )
    assert near == early
    assert similarity == pytest.approx(116 / 131, abs=0.001)
    assert press.query("select id, story_id, story_size from news.article_flat order by id") == [
        (late, story, 2),
        (early, story, 2),
        (alone, None, None),
    ]


def test_enriching_again_changes_nothing(press: Press) -> None:
    press.publish("a", text(prose(1)))
    press.publish("b", text(prose(1)), minute=5)
    press.enrich()
    before = press.query("select * from news.story, news.story_article")
    assert press.enrich() == Stories()
    press.query("insert into ops.story_queue select id from news.article")
    assert press.enrich() == Stories(compared=2)
    assert press.query("select * from news.story, news.story_article") == before


def test_a_later_batch_joins_the_story_that_is_there(press: Press) -> None:
    """And an earlier publication found late becomes its original; the story's id stays."""
    press.publish("a", text(prose(1)), minute=10)
    press.publish("b", text(prose(1)), minute=20)
    press.enrich()
    (story,) = press.members()
    third = press.publish("c", text(prose(1)), minute=5)
    done = press.enrich()
    assert (done.joined, done.found, done.changed) == (1, 0, 1)
    assert list(press.members()) == [story]
    assert press.roles()[third] == ("original", "earliest publication")
    assert press.query("select first_article, size from news.story") == [(third, 3)]


def test_a_named_agency_owns_the_text_whoever_was_first(press: Press) -> None:
    """Its own article is the original; who does not name it carries its text all the same."""
    body = text(prose(1))
    silent = press.publish("early", body)
    credited = press.publish("b", body, minute=10, agency="AP")
    agency = press.publish("ap", body, minute=20, agency="AP", name="The Associated Press")
    press.enrich()
    assert press.roles() == {
        silent: ("wire_copy", "names no agency; b has it from AP"),
        credited: ("wire_copy", "names AP"),
        agency: ("original", "AP's own article"),
    }
    assert press.query("select agency, first_article from news.story") == [("AP", agency)]


def test_stories_that_turn_out_to_be_one_keep_the_older_id(press: Press) -> None:
    """A text that holds both joins them; the younger says where it went."""
    one, two = prose(1, 100), prose(2, 100)
    for slug, body in (("a", one), ("b", one), ("c", two), ("d", two)):
        press.publish(slug, text(body))
    press.enrich()
    older, younger = sorted(press.members())
    press.publish("e", text([*one, *two]))
    done = press.enrich()
    assert (done.joined, done.merged) == (1, 1)
    assert {story: len(its) for story, its in press.members().items()} == {older: 5}
    assert press.query("select size, merged_into from news.story where id = %s", younger) == [
        (0, older)
    ]


def test_a_revised_article_leaves_and_comes_back(press: Press) -> None:
    """A story of one is none, but its row stays, and the copies are found again as a story."""
    a = press.publish("a", text(prose(1)))
    b = press.publish("b", text(prose(1)))
    press.enrich()
    press.revise(b, text(prose(9)))
    assert press.enrich().left == 1
    assert press.members() == {}
    assert press.query("select size, merged_into from news.story") == [(0, None)]
    press.revise(b, text(prose(1)))
    press.enrich()
    assert list(press.members().values()) == [{a, b}]


def test_members_that_hung_on_a_leaving_one_are_compared_again(press: Press) -> None:
    """B holds a and c together: when it is rewritten, nothing is left of the story."""
    one, two = prose(1, 100), prose(2, 100)
    press.publish("a", text(one))
    b = press.publish("b", text([*one, *two]))
    press.publish("c", text(two))
    press.enrich()
    assert [len(its) for its in press.members().values()] == [3]
    press.revise(b, text(prose(9)))
    press.enrich()
    assert press.members() == {}


def test_a_slight_edit_stays_in_its_story(press: Press) -> None:
    """Also where so much has changed that no key is the same: its story's members are compared."""
    words = prose(1, 200)
    press.publish("a", text(words))
    b = press.publish("b", text(words))
    press.enrich()
    (story,) = press.members()
    press.query("delete from ops.story_key")
    press.revise(b, text([*words[:120], *prose(5, 30)]))
    press.enrich()
    assert list(press.members()) == [story]


def test_short_texts_only_when_wholly_equal(press: Press) -> None:
    """Title included, but not its punctuation."""
    same = [
        press.publish("a", "Read it there.", title="Ferry returns"),
        press.publish("b", "Read it there", title="“Ferry returns”"),
    ]
    press.publish("c", "Read it there.", title="Ferry leaves")
    press.publish("d", "", title="Ferry returns")
    press.enrich()
    assert list(press.members().values()) == [set(same)]


def test_what_a_source_prints_everywhere_makes_no_story(press: Press) -> None:
    """Short news with a long company notice: three quarters of each text, and none is a copy."""
    notice = prose(1, 120)
    for seed in range(10, 18):
        press.publish("a", text([*prose(seed, 40), *notice]))
    copied = press.publish("a", text([*prose(30, 150), *notice]))
    copy = press.publish("b", text(prose(30, 150)))
    press.enrich()
    assert list(press.members().values()) == [{copied, copy}]
    ((similarity,),) = press.query(
        "select similarity from news.story_article where article_id = %s", copy
    )
    assert similarity > 0.95, "the notice does not count"


def test_one_article_under_many_addresses_is_a_story_not_boilerplate(press: Press) -> None:
    for minute in range(8):
        press.publish("a", text(prose(1)), minute=minute)
    press.enrich()
    assert [len(its) for its in press.members().values()] == [8]


def test_a_key_holds_a_bounded_number_of_articles(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And a story with more copies than that is still one."""
    monkeypatch.setattr(store, "BUCKET", 4)
    monkeypatch.setattr(enrich, "BATCH", 3)
    for minute in range(20):
        press.publish(f"s{minute}", text(prose(1)), minute=minute)
    press.enrich()
    assert [len(its) for its in press.members().values()] == [20]
    ((most,),) = press.query(
        "select max(n) from (select count(*) n from ops.story_key group by key) x"
    )
    assert most <= 4 + 3


def test_an_article_revised_while_it_is_compared_stays_queued(press: Press) -> None:
    a = press.publish("a", text(prose(1)))
    b = press.publish("b", text(prose(1)))
    stale = {a: digest(text(prose(1)).encode()), b: digest(b"as it was")}
    with press.database.transaction() as cursor:
        store.settle(cursor, stale, (), [store.Link(a, b, 1.0, 1.0)])
    assert press.members() == {}
    assert press.query("select article_id from ops.story_queue") == [(b,)]


def test_time_that_is_up_leaves_the_rest_for_the_next_task(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrich, "BATCH", 2)
    for seed in range(5):
        press.publish("a", text(prose(seed)))
    context = Context(press.settings, press.database, "run")
    ticks = iter(range(100))
    done = find_stories(context, budget=2, monotonic=lambda: float(next(ticks)))
    assert (done.compared, done.waiting) == (2, 3)
    assert press.enrich() == Stories(compared=3)


def test_a_task_that_is_killed_midway_is_made_up_for(
    press: Press, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keys of its batch are stored, its stories are not: the next task finds them."""
    members = {press.publish(slug, text(prose(1))) for slug in "ab"}

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(store, "settle", killed)
        with pytest.raises(KeyboardInterrupt):
            press.enrich()
    assert press.query("select count(*) > 0 from ops.story_key") == [(True,)]
    assert press.enrich().compared == 2
    assert list(press.members().values()) == [members]


def test_a_deleted_article_leaves_the_queue(press: Press) -> None:
    a = press.publish("a", text(prose(1)))
    press.query("delete from news.article where id = %s", a)
    assert press.enrich() == Stories(compared=1)


def test_load_queues_what_is_new_or_revised(desk: Desk) -> None:
    """Not what is unchanged."""
    desk.discover(candidate("a"), candidate("b"))
    desk.extract(desk.fetch())
    load(desk.database, "run-1")
    queued = (
        "select url from ops.story_queue q join news.article a on a.id = q.article_id order by url"
    )
    assert len(desk.query(queued)) == 2
    desk.query("delete from ops.story_queue")
    desk.age(1.1)
    desk.extract(
        desk.fetch("run-2"),
        lambda url: article(
            url.rpartition("/")[2], **({"body": "Other."} if url.endswith("b") else {})
        ),
        run="run-2",
    )
    load(desk.database, "run-2")
    assert [url.rpartition("/")[2] for (url,) in desk.query(queued)] == ["b"]


def test_the_view_tells_how_a_story_spread(
    press: Press, reader: Callable[[str], list[tuple]]
) -> None:
    """In order, with the delay after the first, for a reader's role."""
    body = text(prose(1))
    press.publish("b", body, minute=90, agency="dpa")
    press.publish("a", body, minute=30)
    press.enrich()
    assert reader(
        "select place, source, role, delay, first_source, first_at, copies, sources "
        "from news.story_spread order by place"
    ) == [
        (1, "a", "wire_copy", timedelta(0), "a", NOON + timedelta(minutes=30), 1, 2),
        (2, "b", "wire_copy", timedelta(hours=1), "a", NOON + timedelta(minutes=30), 1, 2),
    ]
