"""How often a host may be asked: the rules alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dateline.fetch import Deferred, Failure, Response, pace

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def response(status, *headers):
    return Response("u", "u", status, "", headers, b"", b"", NOW, 1.5)


def failure(reason, redirects=()):
    return Failure(reason, "", permanent=False, elapsed=9.0, redirects=redirects)


@pytest.mark.parametrize(
    ("floor", "latency", "connections", "slowdown", "seconds"),
    [
        (0.0, None, 1, 1.0, 0.0),
        (0.0, 9.0, 1, 1.0, 0.0),
        (1.0, None, 1, 1.0, 1.0),
        (1.0, 0.2, 1, 1.0, 1.0),
        (1.0, 4.0, 1, 1.0, 4.0),
        (1.0, 4.0, 2, 1.0, 2.0),
        (1.0, 4.0, 2, 4.0, 8.0),
        (0.0, None, 1, 2.0, 0.5),
        (0.0, 4.0, 1, 2.0, 8.0),
        (10.0, 0.0, 1, 16.0, 60.0),
        (90.0, 0.0, 1, 2.0, 90.0),
        (1.0, 1000.0, 1, 1.0, 60.0),
    ],
)
def test_the_distance_between_two_requests(floor, latency, connections, slowdown, seconds):
    """The floor, or a connection's share of a slow host; times the slow-down, within bounds."""
    assert pace.interval(floor, latency, connections, slowdown) == seconds


def test_a_slow_down_is_bounded_and_fades_to_nothing():
    slowdown = 1.0
    for _ in range(9):
        slowdown = pace.slower(slowdown)
    assert slowdown == pace.HEAVIEST
    for _ in range(27):
        slowdown = pace.relieved(slowdown)
    assert slowdown == 1.0


def test_the_response_time_follows_slowly():
    assert pace.smoothed(None, 2.0) == 2.0
    assert pace.smoothed(1.0, 2.0) == pytest.approx(1.3)


@pytest.mark.parametrize(
    ("result", "seconds"),
    [
        (response(200), 1.5),
        (response(503), 1.5),
        (failure("timeout_read"), 9.0),
        (failure("refused"), None),
        (Deferred(NOW, "host_blocked", NOW), None),
    ],
)
def test_what_counts_as_response_time(result, seconds):
    """A host that lets us run into a time limit is slow; one that refuses is not quick."""
    assert pace.response_time(result) == seconds


@pytest.mark.parametrize(
    ("result", "strikes", "wait"),
    [
        (response(200), 0, None),
        (response(503), 0, None),
        (response(503, ("Retry-After", "90")), 0, timedelta(seconds=90)),
        (response(429), 0, pace.BUSY),
        (response(429, ("Retry-After", "0")), 0, None),
        (failure("refused"), 1, None),
        (failure("refused"), 2, pace.SILENCE),
    ],
)
def test_when_a_host_is_left_alone(result, strikes, wait):
    pause = pace.pause(result, strikes, NOW)
    assert (pause and pause.wait) == wait


def test_only_the_hosts_own_connection_counts_against_it():
    assert pace.unreachable(failure("dns"))
    assert not pace.unreachable(failure("dns", ("http://elsewhere.example/",)))
    assert not pace.unreachable(failure("proxy"))
