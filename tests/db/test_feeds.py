"""Feeds in Postgres: claims, sitemap indexes, gaps, and what one feed leaves to another."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.db.conftest import SITE, candidate, lease, source

from dateline.discover import Child, ParsedFeed
from dateline.discover.judge import Verdict, judge_failure, plan
from dateline.discover.schedule import DEAD
from dateline.hashes import digest
from dateline.model import FeedKind, FeedSpec
from dateline.store.feeds import (
    Poll,
    catch_up,
    claim_feeds,
    make_all_due,
    release_feeds,
    save_polls,
)
from dateline.store.load import load

if TYPE_CHECKING:
    from tests.db.conftest import Desk

    from dateline.model import Candidate, Feed
    from dateline.store import Database


def now() -> datetime:
    return datetime.now(UTC)


def specs(*names: str, kind: FeedKind = FeedKind.FEED) -> tuple[FeedSpec, ...]:
    return tuple(FeedSpec(f"{SITE}/{name}.xml", kind=kind) for name in names)


def poll(feed: Feed, *candidates: Candidate, children: tuple[Child, ...] | None = None) -> Poll:
    body_hash = digest(repr((candidates, children)).encode())
    parsed = ParsedFeed(candidates, entries=len(candidates), children=children or ())
    verdict = Verdict(ok=True, feed=parsed, body_hash=body_hash)
    return Poll(feed, now(), verdict, plan(feed, verdict, now()), 200, children=children)


def save(database: Database, *polls: Poll) -> tuple[int, int]:
    return save_polls(database, polls, "run-1")


def claim(database: Database, limit: int = 1000, at: datetime | None = None) -> list[Feed]:
    """What is due, free again at once."""
    claimed = claim_feeds(database, lease(limit=limit), at or now())
    release_feeds(database, "run-1/0")
    return claimed


def test_a_claim_is_fair_by_source(desk: Desk) -> None:
    """A source with many overdue feeds leaves room for one with few."""
    desk.apply(
        source("big", feeds=specs(*(f"big{n}" for n in range(9)))),
        source("small", feeds=specs("small1", "small2")),
    )
    desk.query("update ops.feed set next_poll_at = now() - interval '1 hour'")
    desk.query(
        "update ops.feed set next_poll_at = now() - interval '1 day' where url like '%%big%%'"
    )
    taken = [feed.source for feed in claim(desk.database, limit=5) if feed.source != "example"]
    assert taken.count("small") == 2


def test_a_claim_goes_by_the_clock_it_is_given(desk: Desk) -> None:
    """So a simulated day needs no waiting."""
    (feed,) = claim(desk.database)
    save(desk.database, poll(feed, candidate("a")))
    assert claim(desk.database) == []
    assert len(claim(desk.database, at=now() + timedelta(days=2))) == 1


def test_what_a_poll_learned_comes_back_with_the_next_claim(desk: Desk) -> None:
    """Rhythm, failures, entries and hashes."""
    (feed,) = claim(desk.database)
    first = poll(
        feed, *(candidate(f"{n}", published=now() - timedelta(hours=n)) for n in range(1, 5))
    )
    save(desk.database, first)
    (again,) = claim(desk.database, at=now() + timedelta(days=2))
    assert again.entries == 4
    assert again.listed == first.plan.hashes
    assert again.rhythm is not None
    assert first.plan.rhythm is not None
    assert abs(again.rhythm - first.plan.rhythm) < timedelta(seconds=1)
    failed = judge_failure("reset")
    save(desk.database, Poll(again, now(), failed, plan(again, failed, now())))
    (third,) = claim(desk.database, at=now() + timedelta(days=2))
    assert third.failures == 0.5
    assert third.entries == 4


def test_a_dead_feed_is_polled_a_month_later(desk: Desk) -> None:
    """It is never dropped, and its source's health says why it is silent."""
    (feed,) = claim(desk.database)
    dying = replace(feed, failures=DEAD)
    failed = judge_failure("dns")
    save(desk.database, Poll(dying, now(), failed, plan(dying, failed, now())))
    assert claim(desk.database, at=now() + timedelta(days=20)) == []
    assert len(claim(desk.database, at=now() + timedelta(days=31))) == 1
    health = desk.query("select health, problem from news.source_health where source = 'example'")
    assert health == [("failing", "dns")]


def test_an_indexs_sitemaps_are_polled_and_retired(desk: Desk) -> None:
    """Due at once, then when the index says that they changed; off when it drops them."""
    desk.apply(source(feeds=specs("index", kind=FeedKind.SITEMAP)))
    (index,) = claim(desk.database)
    morning = now() - timedelta(hours=5)
    children = (Child(f"{SITE}/1.xml", morning), Child(f"{SITE}/2.xml", morning))
    save(desk.database, poll(index, children=children))
    found = {feed.url: feed for feed in claim(desk.database)}
    assert set(found) == {f"{SITE}/1.xml", f"{SITE}/2.xml"}
    assert {feed.kind for feed in found.values()} == {FeedKind.SITEMAP}
    save(desk.database, *(poll(feed, candidate(feed.url[-5:])) for feed in found.values()))
    changed = (Child(f"{SITE}/1.xml", now()), Child(f"{SITE}/3.xml", now()))
    save(desk.database, poll(index, children=changed))
    assert {feed.url for feed in claim(desk.database)} == {f"{SITE}/1.xml", f"{SITE}/3.xml"}
    assert desk.query("select url from ops.feed where not enabled and parent_id is not null") == [
        (f"{SITE}/2.xml",)
    ]


def test_applying_a_source_again_leaves_its_indexs_sitemaps(desk: Desk) -> None:
    """They are not declared, and not to be retired for it."""
    desk.apply(source(feeds=specs("index", kind=FeedKind.SITEMAP)))
    (index,) = claim(desk.database)
    save(desk.database, poll(index, children=(Child(f"{SITE}/1.xml"),)))
    desk.apply(source(feeds=specs("index", kind=FeedKind.SITEMAP)))
    assert desk.query("select enabled from ops.feed where parent_id is not null") == [(True,)]


def entries(*numbers: int) -> list[Candidate]:
    return [candidate(f"{n}", published=None) for n in numbers]


def test_a_gap_is_noticed_and_its_sitemap_read_once(desk: Desk) -> None:
    """From the last poll before it on; afterwards the sitemap rests."""
    (feed,) = claim(desk.database)
    save(desk.database, poll(feed, *entries(1, 2, 3)))
    (again,) = claim(desk.database, at=now() + timedelta(days=2))
    missed = poll(again, *entries(7, 8, 9))
    assert missed.plan.gap
    save(desk.database, missed)
    catch_up(desk.database, again, [f"{SITE}/news-sitemap.xml"])
    assert desk.query("select gaps, gap_at is not null from ops.feed where kind = 'feed'") == [
        (1, True)
    ]
    (sitemap,) = claim(desk.database)
    assert sitemap.url == f"{SITE}/news-sitemap.xml"
    assert sitemap.since == again.last_ok_at
    save(desk.database, poll(sitemap, candidate("5")))
    later = claim(desk.database, at=now() + timedelta(days=30))
    assert [item.url for item in later] == [feed.url]
    assert desk.query("select gap_at is not null from news.source_health") == [(True,)]


def test_after_a_gap_the_declared_sitemaps_are_read(desk: Desk) -> None:
    """Nothing is looked for elsewhere."""
    feeds = (*specs("rss"), *specs("news", kind=FeedKind.SITEMAP))
    desk.apply(source(feeds=feeds))
    feed, sitemap = claim(desk.database)
    save(desk.database, poll(feed, *entries(1, 2, 3)), poll(sitemap, candidate("1")))
    assert claim(desk.database) == []
    catch_up(desk.database, replace(feed, last_ok_at=now()), [f"{SITE}/guess.xml"])
    assert [feed.url for feed in claim(desk.database)] == [f"{SITE}/news.xml"]


def test_a_foreign_link_is_known_and_skipped(desk: Desk) -> None:
    """Until the feed of its own publisher lists it."""
    advert = replace(candidate("story"), url="https://shop.example/story", foreign="shop.example")
    assert desk.discover(candidate("own"), advert) == (1, 0)
    assert desk.query(
        "select state, reason, due_at from ops.frontier where url = %s", advert.url
    ) == [("skipped", "foreign_domain: shop.example", None)]
    desk.apply(source("shop", feeds=specs("shop")))
    feed = next(feed for feed in claim(desk.database) if feed.source == "shop")
    assert save(desk.database, poll(feed, replace(advert, foreign=None))) == (1, 0)
    assert desk.query(
        "select f.state, f.reason, s.slug from ops.frontier f join news.source s on s.id = f.source_id"
        " where f.url = %s",
        advert.url,
    ) == [("waiting", "discovered", "shop")]


def test_a_foreign_link_never_takes_a_url_from_its_publisher(desk: Desk) -> None:
    """An advertisement for what is loaded changes nothing."""
    desk.discover(candidate("story"))
    advert = replace(candidate("story"), foreign="www.example.org")
    desk.discover(candidate("own"), advert)
    assert desk.query("select state from ops.frontier where url = %s", advert.url) == [("waiting",)]


def test_the_feeds_full_text_waits_with_the_url_and_goes_with_the_article(desk: Desk) -> None:
    """It is kept only as long as it may be needed."""
    desk.discover(replace(candidate("a"), content="<p>All of it.</p>"))
    assert desk.query("select content from ops.frontier") == [("<p>All of it.</p>",)]
    desk.extract(desk.fetch())
    load(desk.database, "run-1")
    assert desk.query("select state, content from ops.frontier") == [("loaded", None)]


def test_making_all_due_means_what_is_declared(desk: Desk) -> None:
    """A sitemap that rests after a gap is left alone."""
    (feed,) = claim(desk.database)
    save(desk.database, poll(feed, candidate("a")))
    make_all_due(desk.database)
    assert [item.url for item in claim(desk.database)] == [feed.url]


def test_thousands_of_entries_in_one_feed(desk: Desk) -> None:
    """All are taken up, once."""
    (feed,) = claim(desk.database)
    many = poll(feed, *(candidate(f"{n}") for n in range(5000)))
    assert save(desk.database, many) == (5000, 0)
    assert save(desk.database, many) == (0, 0)
