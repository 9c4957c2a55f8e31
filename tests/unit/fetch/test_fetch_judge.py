"""What a fetch means for its URL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dateline.fetch import (
    Deferred,
    Failure,
    Forbidden,
    Response,
    backoff,
    judge_page,
    judge_parts,
    retry_after,
)
from dateline.model import Outcome, Politeness, State, Target, Validators

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def target(attempts=0, *, known=False):
    url = "https://example.org/a"
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Target(1, 1, url, "example.org", at, attempts, known, Validators(), None, Politeness())


def response(status, **headers):
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response("u", "u", status, "", pairs, b"", b"", NOW, 0.1)


def judge(result, attempts=0, *, known=False):
    return judge_page(result, target(attempts, known=known), max_attempts=3)


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        (response(200), Outcome(State.FETCHED, "ok")),
        (response(404), Outcome(State.GONE, "http_404")),
        (response(410), Outcome(State.GONE, "http_410")),
        (response(204), Outcome(State.QUARANTINED, "http_204")),
        (response(302), Outcome(State.QUARANTINED, "http_302")),
        (Failure("truncated", "", permanent=False, status=404), Outcome(State.GONE, "http_404")),
        (Failure("too_large", "", permanent=True), Outcome(State.QUARANTINED, "too_large")),
        (Failure("redirect_loop", "", permanent=True), Outcome(State.QUARANTINED, "redirect_loop")),
        (
            Failure("not_html", "video/mp4", permanent=True),
            Outcome(State.SKIPPED, "not_html: video/mp4"),
        ),
        (Forbidden("Disallow: /x"), Outcome(State.SKIPPED, "robots: Disallow: /x")),
        (
            Deferred(NOW + timedelta(minutes=5), "host_http_429", NOW),
            Outcome(State.WAITING, "host_http_429", timedelta(minutes=5)),
        ),
    ],
)
def test_what_is_decided_at_once(result, outcome):
    assert judge(result) == outcome


def test_304_is_unchanged_only_for_a_known_page():
    assert judge(response(304), known=True) == Outcome(State.UNCHANGED, "not_modified")
    assert judge(response(304)).state is State.WAITING


@pytest.mark.parametrize(
    ("result", "reason", "at_last"),
    [
        (response(503), "http_503", "gave_up: http_503"),
        (response(500), "http_500", "gave_up: http_500"),
        (response(429), "http_429", "gave_up: http_429"),
        (Failure("timeout_read", "", permanent=False), "timeout_read", "gave_up: timeout_read"),
        (response(403), "http_403", "http_403"),
        (response(401), "http_401", "http_401"),
        (response(451), "http_451", "http_451"),
    ],
)
def test_what_is_tried_again_until_it_is_given_up(result, reason, at_last):
    """The third failure of three ends it."""
    for attempts in (0, 1):
        outcome = judge(result, attempts)
        assert (outcome.state, outcome.reason) == (State.WAITING, reason)
        assert outcome.retry_after is not None
        assert outcome.retry_after > timedelta(0)
    assert judge(result, 2) == Outcome(State.QUARANTINED, at_last)


def test_waiting_is_never_given_up():
    deferred = Deferred(NOW, "host_blocked", NOW + timedelta(seconds=1))
    assert judge(deferred, 99) == Outcome(State.WAITING, "host_blocked", timedelta(0))


def test_retry_after_counts_if_it_is_longer():
    assert judge(response(503, Retry_After="7200")).retry_after == timedelta(hours=2)
    assert judge(response(503, Retry_After="1")).retry_after > timedelta(seconds=40)


def test_backoff_doubles_up_to_a_day_and_spreads():
    waits = [backoff(n, key="a") for n in range(1, 40)]
    for n, wait in enumerate(waits[:10]):
        assert 0.8 * 60 * 2**n <= wait.total_seconds() <= 1.2 * 60 * 2**n
    assert max(waits) <= timedelta(days=1)
    assert waits == [backoff(n, key="a") for n in range(1, 40)]
    assert len({backoff(1, key=str(n)) for n in range(100)}) > 90
    assert backoff(1, first=timedelta(seconds=1)) < timedelta(seconds=2)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", timedelta(seconds=120)),
        ("Sun, 01 Mar 2026 12:01:00 GMT", timedelta(minutes=1)),
        ("Sun, 01 Mar 2026 11:00:00 GMT", timedelta(0)),
        ("99999999999999999999", timedelta(days=1)),
        ("Sun, 01 Mar 2099 12:00:00 GMT", timedelta(days=1)),
        ("-5", None),
        ("soon", None),
        ("²", None),
        ("", None),
    ],
)
def test_retry_after_in_seconds_and_dates(value, expected):
    assert retry_after([("retry-AFTER", value)], NOW) == expected


class TestParts:
    """An article of which page 2 did not come."""

    FAILED = Failure("timeout_read", "", permanent=False)
    MISSING = "parts_missing: from page 2, "

    def judge(self, result, attempts=0, *, known=False, most=8):
        return judge_parts(result, 2, target(attempts, known=known), max_attempts=most)

    @pytest.mark.parametrize("known", [True, False])
    @pytest.mark.parametrize(
        ("result", "reason"),
        [
            (Forbidden("Disallow: /x"), "robots"),
            ("seen_before", "seen_before"),
            (Failure("not_html", "image/png", permanent=True), "not_html"),
        ],
    )
    def test_what_the_publisher_does_not_mean_to_give_is_no_loss(self, result, reason, known):
        assert self.judge(result, known=known) == Outcome(State.FETCHED, self.MISSING + reason)

    @pytest.mark.parametrize("known", [True, False])
    @pytest.mark.parametrize("result", [FAILED, response(503), "out_of_time", "host_blocked"])
    def test_what_may_pass_is_waited_for(self, result, known):
        outcome = self.judge(result, known=known)
        assert outcome.state is State.WAITING
        assert outcome.reason.startswith(self.MISSING)
        assert outcome.retry_after > timedelta(0)

    def test_a_host_that_names_a_time_is_given_it(self):
        deferred = Deferred(NOW + timedelta(hours=5), "host_http_429", NOW)
        assert self.judge(deferred).retry_after == timedelta(hours=5)

    def test_a_new_article_is_taken_in_the_end(self):
        assert self.judge(self.FAILED, 3).state is State.WAITING
        assert self.judge(self.FAILED, 4) == Outcome(State.FETCHED, self.MISSING + "timeout_read")
        assert self.judge(self.FAILED, 1, most=2).state is State.FETCHED

    def test_a_loaded_one_stays_as_it_is_in_the_end(self):
        assert self.judge(self.FAILED, 6, known=True).state is State.WAITING
        outcome = self.judge(self.FAILED, 7, known=True)
        assert outcome == Outcome(State.QUARANTINED, "gave_up: " + self.MISSING + "timeout_read")

    def test_a_part_that_is_gone(self):
        """A new article never had it; a loaded one may have: that is looked at more than once."""
        assert self.judge(response(404)).state is State.FETCHED
        assert self.judge(response(404), known=True).state is State.WAITING
        assert self.judge(response(410), 7, known=True).state is State.FETCHED
