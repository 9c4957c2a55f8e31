"""Sources in Postgres: what is declared comes back, and nothing else is touched."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from dateline.errors import SettingsError
from dateline.model import FeedKind, FeedSpec, Source
from dateline.store.sources import apply_sources, feed_owners, list_sources

if TYPE_CHECKING:
    from dateline.store import Database

HOME = "https://post.example.org"
INDEX = FeedSpec(f"{HOME}/sitemap.xml", kind=FeedKind.SITEMAP)
POST = Source(
    "post",
    "The Post",
    f"{HOME}/",
    (
        FeedSpec(f"{HOME}/rss", timedelta(minutes=2)),
        INDEX,
        FeedSpec(f"{HOME}/latest", timedelta(hours=1), FeedKind.LISTING),
    ),
    country="GB",
    tags=("regional", "port"),
    max_interval=timedelta(days=3),
    delay=0.1,
    cookies=True,
    headers=(("X-A", "1"),),
)


def applied(database: Database, *sources: Source) -> dict[str, tuple[str, ...]]:
    done = apply_sources(database, [(source, None) for source in sources])
    return {"created": done.created, "updated": done.updated, "unchanged": done.unchanged}


def put(database: Database, statement: str) -> None:
    with database.transaction() as cursor:
        cursor.execute(statement)


def enabled(database: Database) -> set[str]:
    with database.transaction() as cursor:
        cursor.execute("select url from ops.feed where enabled")
        return {url.removeprefix(HOME) for (url,) in cursor.fetchall()}


CHILD = """insert into ops.feed (source_id, url, host, domain, kind, origin, parent_id)
select f.source_id, '{url}', f.host, f.domain, 'sitemap', '{origin}', {parent}
from ops.feed f where f.url = '{of}'"""


def test_every_setting_comes_back_and_again_changes_nothing(database):
    """Kinds, intervals, cookies and all."""
    assert applied(database, POST)["created"] == ("post",)
    (found,) = list_sources(database)
    assert replace(found, delay=round(found.delay, 6)) == POST
    assert applied(database, POST) == {"created": (), "updated": (), "unchanged": ("post",)}


@pytest.mark.parametrize(
    "change",
    [
        {"cookies": False},
        {"max_interval": timedelta(days=1)},
        {"name": "Post"},
        {"feeds": POST.feeds[:2]},
        {"feeds": (*POST.feeds[:2], replace(POST.feeds[2], kind=FeedKind.FEED))},
        {"feeds": (replace(POST.feeds[0], interval=None), *POST.feeds[1:])},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_change_is_an_update_of_that_source_alone(database, change):
    """And is stored."""
    other = replace(POST, slug="other", feeds=(FeedSpec("https://other.example.org/rss"),))
    applied(database, POST, other)
    changed = replace(POST, **change)
    assert applied(database, changed, other) == {
        "created": (),
        "updated": ("post",),
        "unchanged": ("other",),
    }
    (found,) = list_sources(database, "post")
    assert replace(found, delay=round(found.delay, 6)) == changed


def test_what_an_index_or_a_gap_brought_in_is_not_the_sources_to_list_or_retire(database):
    """A child of an index stays while the index does."""
    applied(database, POST)
    parent = f"(select id from ops.feed where url = '{INDEX.url}')"
    put(database, CHILD.format(url=f"{HOME}/1.xml", origin="index", parent=parent, of=INDEX.url))
    put(database, CHILD.format(url=f"{HOME}/gap", origin="catch_up", parent="null", of=INDEX.url))
    assert applied(database, POST)["unchanged"] == ("post",)
    assert enabled(database) == {"/rss", "/sitemap.xml", "/latest", "/1.xml", "/gap"}
    assert [len(source.feeds) for source in list_sources(database)] == [3]
    without = replace(POST, feeds=POST.feeds[:1])
    assert applied(database, without)["updated"] == ("post",)
    assert enabled(database) == {"/rss", "/gap"}


def test_a_declared_child_is_the_sources_own(database):
    """It outlives the index that named it first."""
    applied(database, POST)
    parent = f"(select id from ops.feed where url = '{INDEX.url}')"
    child = FeedSpec(f"{HOME}/1.xml", kind=FeedKind.SITEMAP)
    put(database, CHILD.format(url=child.url, origin="index", parent=parent, of=INDEX.url))
    declared = replace(POST, feeds=(POST.feeds[0], child))
    assert applied(database, declared)["updated"] == ("post",)
    assert enabled(database) == {"/rss", "/1.xml"}
    assert applied(database, declared)["unchanged"] == ("post",)


def test_a_feed_of_another_source_is_refused_and_nothing_is_stored(database):
    """Whether that one is stored already or in the same call; also if it was retired."""
    applied(database, POST)
    thief = replace(POST, slug="thief", feeds=(POST.feeds[0],))
    reason = f"source thief: the feed {HOME}/rss belongs to source post already"
    with pytest.raises(SettingsError, match=reason):
        applied(database, replace(POST, name="New"), thief)
    with pytest.raises(SettingsError, match=reason):
        applied(database, thief)
    applied(database, replace(POST, feeds=POST.feeds[1:]))
    with pytest.raises(SettingsError, match=reason):
        applied(database, thief)
    assert [source.name for source in list_sources(database)] == ["The Post"]
    assert feed_owners(database)[f"{HOME}/rss"] == "post"


def test_a_feed_that_stands_twice_in_a_source_is_one(database):
    """The last one's interval counts."""
    twice = replace(POST, feeds=(FeedSpec(f"{HOME}/rss"), POST.feeds[0]))
    applied(database, twice)
    assert list_sources(database)[0].feeds == POST.feeds[:1]


def test_text_that_json_cannot_hold_as_it_is_comes_back(database):
    """Quotes, newlines, other scripts; NUL goes."""
    odd = replace(POST, name='Die "Häfen"\\ 港\u2028', headers=(("X", "a\0b"),))
    applied(database, odd)
    (found,) = list_sources(database)
    assert (found.name, found.headers) == (odd.name, (("X", "ab"),))
