"""When a feed is polled next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dateline.discover import schedule
from dateline.discover.schedule import DEAD, after_failure, freshness, interval, rhythm, spread

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BOUNDS = (10 * MINUTE, DAY)


def ago(*hours: float) -> list[datetime]:
    return [NOW - timedelta(hours=number) for number in hours]


def wait(**changes: object) -> timedelta:
    """The interval of a feed with an entry every six hours, that changed just now."""
    given = {
        "rhythm": 6 * HOUR,
        "idle": timedelta(0),
        "asked": timedelta(0),
        "turnover": None,
        "bounds": BOUNDS,
        "pushed": False,
    }
    return interval(**(given | changes))  # type: ignore[arg-type]


def test_rhythm_is_the_mean_gap_of_the_last_week() -> None:
    """Older entries only show that the feed reaches back a week."""
    assert rhythm([*ago(1, 30, 100, 160), NOW - 40 * DAY], NOW) == timedelta(days=7) / 4


def test_rhythm_of_a_feed_that_holds_less_than_a_week() -> None:
    """Ten entries in two hours are one in twelve minutes, not ten in a week."""
    assert rhythm(ago(*(number / 5 for number in range(1, 11))), NOW) == 12 * MINUTE


def test_rhythm_of_a_feed_without_news_is_its_age() -> None:
    """So it is polled the more seldom, the longer it sleeps."""
    assert rhythm([NOW - 30 * DAY, NOW - 90 * DAY], NOW) == 30 * DAY


def test_no_dates_no_rhythm() -> None:
    """Entries of the future say nothing either."""
    assert rhythm([None, NOW + HOUR], NOW) is None


def test_polled_several_times_to_an_entry() -> None:
    """A third of the mean gap, within the bounds of the source."""
    assert wait() == 2 * HOUR
    assert wait(rhythm=MINUTE) == 10 * MINUTE
    assert wait(rhythm=90 * DAY) == DAY


def test_quiet_spells_slow_the_polls_down_by_an_hour_at_most() -> None:
    """A feed of many entries is polled less at night, and soon again in the morning."""
    busy = 6 * MINUTE
    assert wait(rhythm=busy, idle=4 * HOUR) == 30 * MINUTE
    assert wait(rhythm=busy, idle=20 * HOUR) == HOUR


def test_without_dates_the_time_since_the_last_change_decides() -> None:
    """The longer nothing changed, the longer the wait."""
    assert wait(rhythm=None) == 10 * MINUTE
    assert wait(rhythm=None, idle=8 * HOUR) == 2 * HOUR
    assert wait(rhythm=None, idle=400 * DAY) == DAY


def test_publishers_hints_are_kept_unless_entries_would_be_missed() -> None:
    """A ttl of a day on a feed that turns over in an hour is a mistake."""
    assert wait(asked=5 * HOUR) == 5 * HOUR
    assert wait(rhythm=6 * MINUTE, asked=DAY, turnover=HOUR) == 30 * MINUTE


def test_a_hub_makes_polls_rare() -> None:
    """They only notice when the hub falls silent."""
    assert wait(rhythm=6 * MINUTE, pushed=True) == schedule.PUSHED


def test_failures_double_the_wait_to_a_day_and_a_month_for_the_dead() -> None:
    """The first soft one is tried again at once; nothing is ever given up."""
    shortest = 10 * MINUTE
    assert after_failure(0.5, shortest) == shortest
    assert after_failure(1.5, shortest) == 2 * shortest
    assert after_failure(12, shortest) == DAY
    assert after_failure(DEAD - 0.25, shortest) == DAY
    assert after_failure(DEAD, shortest) == after_failure(1e9, shortest) == 30 * DAY


def test_spread_shortens_differently_but_repeatably() -> None:
    """A tenth to a quarter: late in one run, due in the next."""
    waits = [spread(HOUR, key, NOW) for key in range(500)]
    assert min(waits) >= 0.75 * HOUR
    assert max(waits) <= 0.9 * HOUR
    assert len({round(found / MINUTE) for found in waits}) == 10
    assert waits == [spread(HOUR, key, NOW) for key in range(500)]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([("Cache-Control", "public, max-age=600")], 10 * MINUTE),
        ([("cache-control", "max-age=600, s-maxage=1200")], 20 * MINUTE),
        ([("Cache-Control", "max-age=600"), ("Age", "540")], MINUTE),
        ([("Cache-Control", "max-age=600"), ("Age", "5400")], timedelta(0)),
        ([("Cache-Control", "no-cache, max-age=600")], timedelta(0)),
        ([("Cache-Control", "max-age=99999999")], DAY),
        (
            [
                ("Date", "Tue, 10 Mar 2026 12:00:00 GMT"),
                ("Expires", "Tue, 10 Mar 2026 12:30:00 GMT"),
            ],
            30 * MINUTE,
        ),
        ([("Expires", "Tue, 10 Mar 2026 12:30:00 GMT")], 30 * MINUTE),
        ([("Expires", "0")], timedelta(0)),
        ([("Expires", "Mon, 01 Jan 1990 00:00:00 GMT")], timedelta(0)),
        ([("Cache-Control", "max-age=, private"), ("Age", "many")], timedelta(0)),
        ([], timedelta(0)),
    ],
)
def test_freshness_by_cache_headers(headers: list[tuple[str, str]], expected: timedelta) -> None:
    """RFC 9111: s-maxage before max-age before Expires, less Age."""
    assert freshness(headers, NOW) == expected
