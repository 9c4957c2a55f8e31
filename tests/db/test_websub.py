"""Subscriptions in Postgres: which is asked for next, who changes it, what wakes a feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from dateline.discover.subscription import denied, verified
from dateline.model import FeedSpec, Source
from dateline.store import websub as store
from dateline.store.sources import set_enabled

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
HUB = "https://hub.example/"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def names_hub(desk, hub=HUB, **where):
    """Every feed (or the one of that `slug`) was found to name the hub, itself as topic."""
    desk.query(
        "update ops.feed f set hub = %s, topic = f.url from news.source s "
        "where s.id = f.source_id and s.slug like %s",
        *(hub, where.get("slug", "%")),
    )


def claim(desk, now=NOW, shard=0, shards=1, *, local=False, skipped=()):
    return store.claim_request(desk.database, shard, shards, now, local=local, skipped=skipped)


def activate(desk, now=NOW, lease="864000"):
    """Ask for the next and verify it; its token."""
    row = claim(desk, now).subscription
    store.change(
        desk.database,
        row.token,
        partial(verified, topic=row.topic, lease_seconds=lease, now=now),
    )
    return row.token


def state(desk):
    return desk.query("select state from ops.websub")[0][0]


@pytest.fixture
def hubbed(desk):
    names_hub(desk)
    return desk


def test_feed_without_a_hub_is_never_asked_for(desk):
    assert claim(desk) is None


def test_feed_is_asked_for_once_and_then_left_to_its_hub(hubbed):
    errand = claim(hubbed)
    assert errand.subscription.hub == HUB
    assert len(errand.subscription.token) == store.TOKEN_LENGTH
    assert claim(hubbed) is None
    assert claim(hubbed, NOW + MINUTE * 59) is None
    again = claim(hubbed, NOW + HOUR).subscription
    assert (again.token, again.failures) == (errand.subscription.token, 2)


def test_politeness_is_the_source_s_without_its_headers(desk):
    """They may hold a key of the publisher's: the hub has no business with it."""
    feed = FeedSpec("https://keyed.example/feed")
    headers = (("Authorization", "Bearer geheim"),)
    desk.apply(Source("keyed", "K", "https://keyed.example/", (feed,), delay=2.5, headers=headers))
    names_hub(desk, slug="keyed")
    allowed = claim(desk).politeness
    assert (allowed.delay, allowed.allow_private, allowed.headers) == (2.5, False, ())


@pytest.mark.parametrize(
    "off",
    [
        "update ops.feed set enabled = false",
        "update ops.source set enabled = false",
        "update ops.feed set hub = null",
        "update ops.feed set topic = null",
    ],
)
def test_feed_that_is_off_or_names_none_is_not_asked_for(hubbed, off):
    hubbed.query(off)
    assert claim(hubbed) is None


def test_shards_share_the_feeds(hubbed):
    found = [claim(hubbed, shard=shard, shards=4) for shard in range(4)]
    assert sum(errand is not None for errand in found) == 1


def test_hub_that_cannot_reach_us_is_not_asked(hubbed):
    """With a callback on loopback only private sources are subscribed to."""
    assert claim(hubbed, local=True) is None
    hubbed.query("update ops.source set allow_private = true")
    assert claim(hubbed, local=True).politeness.allow_private


def test_dead_hub_holds_up_no_other(desk):
    feed = FeedSpec("https://other.example/feed")
    desk.apply(Source("other", "Other", "https://other.example/", (feed,)))
    names_hub(desk, slug="example")
    names_hub(desk, "https://live.example/", slug="other")
    assert claim(desk, skipped={HUB}).subscription.hub == "https://live.example/"
    assert claim(desk, skipped={HUB, "https://live.example/"}) is None


def test_renewals_go_before_new_ones_and_these_before_vain_ones(desk):
    for slug in ("fails", "fresh"):
        feed = FeedSpec(f"https://{slug}.example/feed")
        desk.apply(Source(slug, slug.title(), f"https://{slug}.example/", (feed,)))
    names_hub(desk, slug="example")
    activate(desk)
    names_hub(desk, slug="fails")
    claim(desk)
    names_hub(desk, slug="fresh")
    later = NOW + timedelta(days=9, hours=1)
    order = [claim(desk, later).subscription.topic for _ in range(3)]
    assert [topic.split("/")[2].split(".")[0] for topic in order] == ["www", "fresh", "fails"]


def test_active_one_is_renewed_a_day_early_under_its_token_and_stays_active(hubbed):
    token = activate(hubbed)
    assert claim(hubbed, NOW + DAY * 9 - MINUTE) is None
    row = claim(hubbed, NOW + DAY * 9).subscription
    assert row.token == token
    assert state(hubbed) == "active"


def test_feed_that_changes_its_hub_is_subscribed_to_anew_after_an_hour(hubbed):
    """Not at once: a feed may name a hub today and another tomorrow, and so back and forth."""
    token = activate(hubbed)
    names_hub(hubbed, "https://new.example/")
    assert claim(hubbed, NOW + MINUTE * 59) is None
    row = claim(hubbed, NOW + HOUR + MINUTE).subscription
    assert row.hub == "https://new.example/"
    assert row.token != token
    assert store.key_of(hubbed.database, token) is None


def test_change_stores_what_is_decided_and_shows_what_was(hubbed):
    row = claim(hubbed).subscription
    assert store.change(hubbed.database, row.token, lambda old: replace(old, problem="x\0")) == row
    assert hubbed.query("select problem, state from ops.websub") == [("x", "pending")]
    assert store.change(hubbed.database, row.token, lambda _: None).problem == "x"
    store.change(hubbed.database, row.token, partial(denied, topic=row.topic, reason="no", now=NOW))
    assert hubbed.query("select problem, state from ops.websub") == [("denied: no", "denied")]


def test_unknown_token_changes_nothing(hubbed):
    claim(hubbed)
    assert store.change(hubbed.database, "x" * 43, lambda _: pytest.fail("asked")) is None
    assert store.key_of(hubbed.database, "x" * 43) is None
    store.save_push(hubbed.database, "x" * 43, NOW)
    assert hubbed.query("select pushes from ops.websub") == [(0,)]


def test_key_says_whether_the_feed_is_wanted(hubbed):
    row = claim(hubbed).subscription
    assert store.key_of(hubbed.database, row.token) == (row.secret, True)
    set_enabled(hubbed.database, "example", enabled=False)
    assert store.key_of(hubbed.database, row.token) == (row.secret, False)


def due(desk, now):
    """Whether the feed is due after `make_due`."""
    store.make_due(desk.database, now)
    return desk.query("select next_poll_at <= %s from ops.feed", now) == [(True,)]


def polled(desk, at):
    """A poll was saved then, and the next is far away."""
    desk.query("update ops.feed set last_polled_at = %s, next_poll_at = %s", at, at + DAY * 30)


def test_push_makes_its_feed_due_once(hubbed):
    token = activate(hubbed)
    polled(hubbed, NOW)
    assert not due(hubbed, NOW + HOUR)
    store.save_push(hubbed.database, token, NOW + HOUR)
    store.save_push(hubbed.database, token, NOW + HOUR)
    assert due(hubbed, NOW + HOUR)
    polled(hubbed, NOW + HOUR + MINUTE * 2)
    assert not due(hubbed, NOW + HOUR + MINUTE * 3)
    assert hubbed.query("select pushes, pushed_at from ops.websub") == [(2, NOW + HOUR)]


def test_push_that_meets_a_poll_under_way_is_not_lost(hubbed):
    """The poll read the feed before the push, and was saved after it."""
    token = activate(hubbed)
    store.save_push(hubbed.database, token, NOW)
    assert due(hubbed, NOW)
    store.save_push(hubbed.database, token, NOW + MINUTE)
    polled(hubbed, NOW + MINUTE * 2)
    assert due(hubbed, NOW + MINUTE * 10)


def test_clock_of_the_api_server_does_not_matter(hubbed):
    """Its pushes may seem to have come before the poll that did not see them."""
    token = activate(hubbed)
    polled(hubbed, NOW)
    store.save_push(hubbed.database, token, NOW - DAY)
    assert due(hubbed, NOW + MINUTE)


def test_feed_is_polled_before_its_renewal_once(hubbed):
    """So that the hub is asked that it names now."""
    activate(hubbed)
    polled(hubbed, NOW)
    assert not due(hubbed, NOW + DAY * 9 - MINUTE)
    assert due(hubbed, NOW + DAY * 9)
    polled(hubbed, NOW + DAY * 9)
    assert not due(hubbed, NOW + DAY * 9 + HOUR)


def test_feed_that_is_off_is_not_woken(hubbed):
    token = activate(hubbed)
    polled(hubbed, NOW)
    store.save_push(hubbed.database, token, NOW + HOUR)
    hubbed.query("update ops.feed set enabled = false")
    assert not due(hubbed, NOW + HOUR)


def test_right_push_clears_what_a_wrong_one_left(hubbed):
    token = activate(hubbed)
    store.save_bad_push(hubbed.database, token, "push without a signature")
    (line,) = store.subscriptions(hubbed.database)
    assert (line.source, line.pushes, line.problem) == ("example", 0, "push without a signature")
    store.save_push(hubbed.database, token, NOW)
    (line,) = store.subscriptions(hubbed.database)
    assert (line.pushes, line.problem) == (1, None)


def test_list_tells_an_ended_lease(hubbed):
    activate(hubbed, datetime.now(UTC) - DAY, lease="60")
    (line,) = store.subscriptions(hubbed.database)
    assert line.state == "expired"
