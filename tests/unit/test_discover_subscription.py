"""The life of a subscription: requests, back-off, verification, lease, refusal."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dateline.discover.subscription import (
    LEASE,
    LONGEST,
    State,
    Subscription,
    answered,
    asked,
    denied,
    lease,
    verified,
)

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
HUB, TOPIC = "https://hub.example/", "https://news.example/feed"
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)


def request(
    old: Subscription | None = None, now: datetime = NOW, hub: str = HUB, topic: str = TOPIC
) -> Subscription:
    tokens = map("token-{}".format, itertools.count())
    return asked(old, 7, hub, topic, now, lambda: next(tokens))


def active(lease_seconds: str | None = None) -> Subscription:
    row = verified(request(), TOPIC, lease_seconds, NOW)
    assert row is not None
    return row


def test_first_request_is_pending_with_a_token_and_a_key_of_its_own() -> None:
    row = request()
    assert (row.state, row.requested_at, row.expires_at) == (State.PENDING, NOW, None)
    assert row.token != row.secret
    assert not row.live(NOW)


def test_token_and_key_stay_out_of_logs() -> None:
    assert "token-0" not in repr(request())
    assert "token-1" not in repr(request())


def test_request_that_is_never_verified_is_repeated_later_each_time_to_a_week() -> None:
    row, waits = request(), []
    for _ in range(12):
        waits.append(row.next_at - row.requested_at)
        row = request(row, row.next_at)
    assert waits == [HOUR * 2**n for n in range(8)] + [WEEK] * 4


def test_another_hub_or_topic_is_a_new_subscription_with_a_new_token() -> None:
    """The old hub's pushes then meet an unknown token."""
    row = active()
    fresh = replace(row, token="mine", secret="key")
    assert request(fresh).token == "mine"
    for changed in (request(fresh, hub=HUB + "2"), request(fresh, topic=TOPIC + "2")):
        assert changed.token != "mine"
        assert changed.secret != "key"
        assert (changed.state, changed.failures) == (State.PENDING, 1)
        assert changed.expires_at is None


def test_verification_starts_the_lease_and_forgets_failures() -> None:
    tried = request(replace(request(), failures=5, problem="http_500"))
    row = verified(tried, TOPIC, "864000", NOW + HOUR)
    assert row is not None
    assert (row.state, row.failures, row.problem) == (State.ACTIVE, 0, None)
    assert row.expires_at == NOW + HOUR + LEASE
    assert row.next_at == row.expires_at - DAY
    assert row.live(row.expires_at - timedelta(seconds=1))
    assert not row.live(row.expires_at)


def test_short_lease_is_renewed_in_its_last_third() -> None:
    assert active("3600").next_at == NOW + timedelta(minutes=40)


@pytest.mark.parametrize(
    ("said", "length"),
    [
        ("864000", LEASE),
        (" 60 ", timedelta(minutes=1)),
        ("1", timedelta(seconds=1)),
        (None, LEASE),
        ("", LEASE),
        ("0", LEASE),
        ("-5", LEASE),
        ("1e9", LEASE),
        ("ten days", LEASE),
        ("٣٦٠٠", LEASE),
        ("99999999", LONGEST),
        ("9" * 5000, LONGEST),
        ("0" * 20 + "60", LEASE),
    ],
)
def test_lease_is_what_the_hub_says_within_reason(said: str | None, length: timedelta) -> None:
    assert lease(said) == length


def test_lease_runs_on_while_it_is_being_renewed() -> None:
    row = active()
    renewing = request(row, row.next_at)
    assert renewing.live(row.next_at)
    assert renewing.token == row.token
    failing = answered(renewing, row.next_at, status=503)
    assert failing.live(row.next_at)
    assert failing.problem == "http_503"
    assert failing.next_at == row.next_at + HOUR
    assert row.expires_at
    late = request(failing, row.expires_at)
    assert (late.state, late.expires_at) == (State.PENDING, None)


@pytest.mark.parametrize("status", [200, 202, 204])
def test_accepted_request_waits_for_the_verification(status: int) -> None:
    row = answered(replace(request(), problem="old"), NOW, status=status)
    assert (row.state, row.problem) == (State.PENDING, None)


@pytest.mark.parametrize(
    ("status", "said", "problem"),
    [
        (500, "out of order", "http_500: out of order"),
        (503, "", "http_503"),
        (429, "", "http_429"),
        (301, "", "http_301"),
        (None, "dns", "dns"),
    ],
)
def test_hub_that_fails_is_tried_again_soon(status: int | None, said: str, problem: str) -> None:
    row = answered(request(), NOW, status=status, said=said)
    assert (row.state, row.problem, row.next_at) == (State.FAILED, problem, NOW + HOUR)


def test_hub_that_says_no_is_asked_again_in_a_week() -> None:
    row = answered(request(), NOW, status=403, said="no\n such\ttopic " + "x" * 999)
    assert (row.state, row.next_at) == (State.DENIED, NOW + WEEK)
    assert row.problem
    assert row.problem.startswith("http_403: no such topic x")
    assert len(row.problem) <= 300


@pytest.mark.parametrize("status", [202, 403, 500, None])
def test_answer_that_comes_after_the_verification_changes_nothing(status: int | None) -> None:
    """A quick hub verifies first and answers then, or its answer is lost."""
    row = active()
    assert answered(row, NOW + HOUR, status=status) == row


@pytest.mark.parametrize(
    "row",
    [
        replace(request(), wanted=False),
        replace(request(), state=State.DENIED),
        request(now=NOW - DAY - HOUR),
        request(topic=TOPIC + "/"),
        request(topic=TOPIC.upper()),
    ],
    ids=["off", "denied", "long ago", "another topic", "another case"],
)
def test_hub_may_not_start_what_we_did_not_ask_for(row: Subscription) -> None:
    assert verified(row, TOPIC, "60", NOW) is None


def test_verification_may_be_repeated_and_may_follow_a_failed_request() -> None:
    """The hub did not hear our yes, or we not its answer."""
    assert verified(active(), TOPIC, "60", NOW + HOUR) is not None
    assert verified(answered(request(), NOW, status=None), TOPIC, "60", NOW) is not None


def test_denial_ends_a_running_subscription_for_a_week() -> None:
    row = denied(active(), TOPIC, "not\nfor you", NOW)
    assert row is not None
    assert (row.state, row.problem) == (State.DENIED, "denied: not for you")
    assert row.next_at == NOW + WEEK
    assert not row.live(NOW)
    silent = denied(request(), TOPIC, "", NOW)
    assert silent is not None
    assert silent.problem == "denied"


def test_denial_of_another_topic_is_none_of_ours() -> None:
    assert denied(active(), TOPIC + "2", "", NOW) is None
