"""WebSub from the feed that names a hub to the article that a push brings; and every way it fails."""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from dateline.discover.subscription import LEASE
from dateline.newsroom.listener import Listener
from dateline.newsroom.site import Reply
from dateline.stages import websub as stage
from dateline.stages.context import Context
from dateline.store import Database
from dateline.store.sources import set_enabled
from dateline.web import websub as web

FAR = 1e9
"""A deadline that does not come."""
HUBBED = 3
"""Feeds of the newsroom that name its hub."""


@dataclass
class Reader:
    """A desk whose callback hubs can reach; its clock can be put forward."""

    desk: object
    room: object
    base: str
    ahead: timedelta = timedelta(0)

    def now(self):
        return datetime.now(UTC) + self.ahead

    @property
    def context(self):
        settings = replace(self.desk.settings, websub_url=self.base)
        return Context(settings, self.desk.database, "websub", clock=self.now)

    def poll(self):
        """A run of the pipeline; how many feeds it polled. Afterwards nothing is due for a day."""
        polled = self.desk.ingest(websub_url="").discovered.polled
        self.desk.query("update ops.feed set next_poll_at = now() + interval '1 day'")
        return polled

    def subscribe(self):
        """Ask the hubs, and let the newsroom's finish."""
        done = stage.subscribe(self.context, 0, 1, FAR, sleep=lambda _: None)
        self.settle()
        return done.asked, done.refused

    def settle(self):
        self.room.hub._thread.submit(lambda: None).result(timeout=30)

    def publish(self, slug="newsroom-ledger"):
        url = self.room.publish(slug)
        self.settle()
        return url

    def states(self):
        return [
            state for (state,) in self.desk.query("select state from ops.websub order by feed_id")
        ]

    def live(self):
        """Subscriptions that count: how the scheduler of polls asks for them."""
        return self.desk.query(
            "select count(*)::int from ops.websub where state = 'active' and expires_at > %s",
            self.now(),
        )[0][0]


@pytest.fixture
def reader(fed, room, serve):
    app = web.create_app(
        lambda: Database(fed.database.dsn, sleep=lambda _: None),
        lambda: fed.settings.max_feed_size,
        clock=lambda: made.now(),  # noqa: PLW0108 (made below),
    )
    made = Reader(fed, room, serve(app))
    assert made.poll() == 6
    yield made
    app.state.warehouse.close()


class Hub(Listener):
    """A hub of another mind."""

    def __init__(self, reply):
        super().__init__("127.0.0.1", 0, "one port")
        self.fault = lambda _: None
        self.app = lambda *_: reply
        self.url = f"http://127.0.0.1:{self.server_port}/"


@contextmanager
def hub(reply):
    running = Hub(reply)
    running.start()
    try:
        yield running
    finally:
        running.stop()


def test_push_brings_the_article_in_the_next_run(reader):
    """Subscribe, verified, publish, push, polled, loaded: of six feeds only the one that changed."""
    assert reader.subscribe() == (HUBBED, 0)
    assert reader.states() == ["active"] * HUBBED
    assert reader.poll() == 0
    url = reader.publish()
    assert reader.poll() == 1
    assert reader.desk.states()[url][0] == "loaded"
    assert reader.poll() == 0
    assert reader.desk.query("select pushes from ops.websub where pushed_at is not null") == [(1,)]
    assert reader.desk.balanced()


def test_run_that_finds_a_hub_subscribes_to_it(reader):
    """All by itself: poll, hub noted, asked, verified; then a push alone brings the article."""
    counts = reader.desk.ingest(websub_url=reader.base).discovered
    reader.settle()
    assert (counts.polled, counts.subscribed) == (0, HUBBED)
    assert reader.states() == ["active"] * HUBBED
    url = reader.publish("newsroom-standard")
    counts = reader.desk.ingest(websub_url=reader.base).discovered
    assert (counts.polled, counts.new, counts.subscribed) == (1, 1, 0)
    assert reader.desk.states()[url][0] == "loaded"


@pytest.mark.parametrize("slug", ["newsroom-courier", "newsroom-ledger", "newsroom-standard"])
def test_hub_in_rss_atom_or_header_serves_alike(reader, slug):
    reader.subscribe()
    url = reader.publish(slug)
    assert reader.poll() == 1
    assert reader.desk.states()[url][0] == "loaded"


def test_subscribing_again_asks_nothing(reader):
    reader.subscribe()
    assert reader.subscribe() == (0, 0)
    assert reader.poll() == 0
    assert reader.subscribe() == (0, 0)


def test_renewal_keeps_the_callback_and_its_pushes(reader):
    reader.subscribe()
    before = reader.desk.query("select token, secret from ops.websub order by feed_id")
    reader.ahead = LEASE - timedelta(hours=23)
    assert reader.subscribe() == (HUBBED, 0)
    assert reader.desk.query("select token, secret from ops.websub order by feed_id") == before
    assert len(reader.room.hub.subscribers) == HUBBED
    reader.ahead = LEASE + timedelta(hours=1)
    assert reader.live() == HUBBED


def test_nothing_is_asked_without_an_address_for_hubs(reader):
    reader.base = ""
    assert reader.subscribe() == (0, 0)
    assert reader.states() == []


def test_public_source_is_not_subscribed_to_from_loopback(reader):
    """No hub out there could call back."""
    reader.desk.query("update ops.source set allow_private = false")
    assert reader.subscribe() == (0, 0)


def test_hub_that_denies_leaves_the_feed_to_be_polled(reader):
    with hub(Reply(403, b"not for you", "text/plain")) as denying:
        reader.desk.query("update ops.feed set hub = %s where hub is not null", denying.url)
        assert reader.subscribe() == (HUBBED, HUBBED)
    assert set(
        reader.desk.query(
            "select state, problem, next_at - requested_at > '6 days' from ops.websub"
        )
    ) == {("denied", "http_403: not for you", True)}
    assert reader.live() == 0
    reader.desk.wait()
    assert reader.poll() == 6


@pytest.mark.parametrize("status", [500, 503, 429])
def test_hub_that_fails_is_left_alone_in_this_run(reader, status):
    """The first failure is enough: the other feeds' requests wait, and no feed is lost."""
    with hub(Reply(status)) as failing:
        reader.desk.query("update ops.feed set hub = %s where hub is not null", failing.url)
        assert reader.subscribe() == (1, 1)
        assert sum(count for _, count in failing.hits_so_far()) == 1
    assert reader.states() == ["failed"]
    reader.desk.wait()
    assert reader.poll() == 6


def test_hub_that_is_down_is_tried_again_with_growing_waits(reader):
    reader.desk.query("update ops.feed set hub = 'http://127.0.0.1:1/' where hub is not null")
    waits = []
    for _ in range(4):
        reader.subscribe()
        reader.desk.query(
            "update ops.feed set hub = null where id not in (select feed_id from ops.websub)"
        )
        ((wait, problem),) = reader.desk.query(
            "select next_at - requested_at, problem from ops.websub"
        )
        waits.append(round(wait / timedelta(hours=1)))
        assert problem == "refused"
        reader.ahead += wait + timedelta(seconds=1)
    assert waits == [1, 2, 4, 8]
    assert reader.live() == 0


def test_hub_that_never_verifies_stays_pending_and_is_asked_again(reader):
    with hub(Reply(202)) as silent:
        reader.desk.query("update ops.feed set hub = %s where hub is not null", silent.url)
        assert reader.subscribe() == (HUBBED, 0)
        assert reader.states() == ["pending"] * HUBBED
        assert reader.live() == 0
        assert reader.subscribe() == (0, 0)
        reader.ahead += timedelta(hours=1, seconds=1)
        assert reader.subscribe() == (HUBBED, 0)


def test_lease_that_runs_out_ends_the_trust(reader):
    """The hub forgets us; polling is as before, and a new request goes out."""
    reader.subscribe()
    reader.room.hub._subscribers.clear()
    reader.ahead = LEASE + timedelta(seconds=1)
    assert reader.live() == 0
    assert reader.subscribe() == (HUBBED, 0)
    assert reader.live() == HUBBED


def test_source_that_is_turned_off_is_forgotten_by_the_hub(reader):
    reader.subscribe()
    set_enabled(reader.desk.database, "newsroom-ledger", enabled=False)
    reader.publish()
    assert len(reader.room.hub.subscribers) == HUBBED - 1
    assert reader.poll() == 0


def test_forged_push_polls_nothing(reader):
    """Whoever knows the address but not the key."""
    reader.subscribe()
    reader.desk.query("update ops.websub set secret = 'another'")
    url = reader.publish()
    assert reader.poll() == 0
    assert url not in reader.desk.states()
    problems = reader.desk.query("select problem from ops.websub where problem is not null")
    assert problems == [("push with a wrong signature",)]


def test_requests_of_a_task_have_a_limit(reader, monkeypatch):
    monkeypatch.setattr(stage, "MOST", 2)
    assert reader.subscribe() == (2, 0)
    assert reader.subscribe() == (1, 0)


@pytest.mark.parametrize(("deadline", "asked"), [(FAR, 3), (50.0, 2), (0.0, 1), (-FAR, 1)])
def test_requests_of_a_task_end_with_its_time(reader, deadline, asked):
    """A minute at the most; a few seconds also where polling has used up all of it."""
    clock = iter(itertools.count(step=8.0))
    done = stage.subscribe(
        *(reader.context, 0, 1, deadline), monotonic=lambda: next(clock), sleep=lambda _: None
    )
    assert done.asked == asked
    reader.settle()


def test_one_hub_is_asked_at_the_pace_of_the_source(reader):
    reader.desk.query("update ops.source set delay_s = 7")
    slept = []
    stage.subscribe(reader.context, 0, 1, FAR, monotonic=lambda: 100.0, sleep=slept.append)
    assert slept == [0.0, 7.0, 7.0]
    reader.settle()
