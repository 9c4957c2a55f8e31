"""Half a day of polling made-up feeds, with the real stage, parser and Postgres: see the benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.polling_day import poll_day

if TYPE_CHECKING:
    from dateline.store import Database


def test_a_day_of_polls_misses_nothing_and_asks_seldom(database: Database) -> None:
    """No entry is lost or found later than twice its feed's interval, at half the requests."""
    found = poll_day(database, 40, 8, seed=2)
    assert found["entries"] > 100
    assert found["never_found"] == 0
    assert found["found_later_than_twice_the_interval"] == 0
    assert found["requests_share_of_fixed"] <= 0.5
    assert found["busiest_run_to_mean"] <= 3
