"""Dates as pages and feeds print them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dateline.dates import parse_date, plausible
from dateline.model import Precision

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-04T10:20:30Z", "2024-05-04T10:20:30+00:00"),
        ("2024-05-04T10:20:30.123+02:00", "2024-05-04T10:20:30+02:00"),
        ("2024-05-04 10:20:30 -0430", "2024-05-04T10:20:30-04:30"),
        ("Sat, 04 May 2024 10:20:30 GMT", "2024-05-04T10:20:30+00:00"),
        ("Sat, 4 May 24 10:20 PDT", "2024-05-04T10:20:00-07:00"),
        ("Sat May  4 10:20:30 UTC 2024", "2024-05-04T10:20:30+00:00"),
        ("May 4, 2024 at 6:20 p.m. ET", "2024-05-04T18:20:00-04:00"),
        ("4. Mai 2024, 18:20 Uhr MESZ", "2024-05-04T18:20:00+02:00"),
        ("Fri, 31 Mar 2023 20:19:00 America/Los_Angeles", "2023-03-31T20:19:00-07:00"),
        ("2024-05-04t10:20:30z", "2024-05-04T10:20:30+00:00"),
        ("2024-05-04T24:00:00Z", "2024-05-04T00:00:00+00:00"),
        ("Sat, 04 May 2024 10:20:60 +0000", "2024-05-04T10:20:59+00:00"),
        ("Sat, 04 May 2024 10:20:30 pDt", "2024-05-04T10:20:30-07:00"),
        ("04-May-24 10:20 -0330", "2024-05-04T10:20:00-03:30"),
        ("1714818030", "2024-05-04T10:20:30+00:00"),
        ("1714818030123", "2024-05-04T10:20:30+00:00"),
    ],
)
def test_an_instant_keeps_the_zone_that_was_given(text: str, expected: str):
    """ISO 8601, RFC 822, epoch and written forms give the same instant, in the printed zone."""
    found = parse_date(text)
    assert found is not None
    assert found.at.isoformat() == expected
    assert found.precision is Precision.INSTANT
    assert found.zone_known


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2024-05-04 10:20", "Europe/Madrid", "2024-05-04T10:20:00+02:00"),
        ("2024-12-04T10:20:30", "Europe/Madrid", "2024-12-04T10:20:30+01:00"),
        ("5 mai 2024 à 10h20", "Europe/Paris", "2024-05-05T10:20:00+02:00"),
        ("2024年5月4日 10:20", "Asia/Tokyo", "2024-05-04T10:20:00+09:00"),
        ("2024-05-04 10:20", None, "2024-05-04T10:20:00+00:00"),
        ("2024-05-04 10:20", "Nowhere/Land", "2024-05-04T10:20:00+00:00"),
    ],
)
def test_a_local_time_is_read_in_the_callers_zone_and_marked(
    text: str, zone: str | None, expected: str
):
    """Without a zone in the text the hint is used, else UTC, and `zone_known` says so."""
    found = parse_date(text, timezone=zone)
    assert found is not None
    assert found.at.isoformat() == expected
    assert not found.zone_known


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-04",
        "20240504",
        "2024/05/04",
        "May 4, 2024",
        "4 May 2024",
        "4. Mai 2024",
        "4 de mayo de 2024",
        "sábado, 4 de maio de 2024",
        "4 мая 2024",
        "4 Mayıs 2024",
        "04.05.2024",
        "2024年5月4日",
        "Published: May 4th, 2024",
    ],
)
def test_a_day_stays_a_day(text: str):
    """A date without a clock is its midnight in UTC with the precision of a day."""
    found = parse_date(text)
    assert found is not None
    assert found.at == datetime(2024, 5, 4, tzinfo=UTC)
    assert found.precision is Precision.DAY


def test_numbers_are_read_month_first_only_in_american_zones():
    """4/5/2024 is in April in New York and in May in London; 4/25 leaves no doubt."""
    months = [
        parse_date(text, timezone=zone)
        for text, zone in [
            ("4/5/2024", "America/New_York"),
            ("4/5/2024", "Europe/London"),
            ("4/25/2024", "Europe/London"),
        ]
    ]
    assert [found and found.at.month for found in months] == [4, 5, 4]


def test_a_weekday_that_looks_like_a_month_is_no_month():
    """French "mar." is a Tuesday where another month follows."""
    found = parse_date("mar. 9 avril 2024")
    assert found is not None
    assert (found.at.month, found.at.day) == (4, 9)


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "May 2024", "2024-13-45", "32 May 2024", "10:20", "x" * 10_000, "2024"],
)
def test_what_is_no_full_date_gives_nothing(text: str):
    """No guess is made from parts."""
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), False),
        (datetime(1990, 1, 1, tzinfo=UTC), True),
        (datetime(2026, 11, 2, 11, tzinfo=UTC), True),
        (datetime(2026, 11, 2, 13, tzinfo=UTC), False),
        (datetime(2090, 1, 1, tzinfo=UTC), False),
    ],
)
def test_plausible_is_from_1990_to_a_day_ahead(at: datetime, expected: bool):
    """Empty fields (1970) and typing errors (2090) are refused."""
    assert plausible(at, NOW) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("१७ अक्टूबर २०१८", "2018-10-17"),
        ("5 tháng 1, 2015", "2015-01-05"),
        ("5 tháng 1 năm 2015", "2015-01-05"),
        ("17 верес 2015", "2015-09-17"),
        ("15 tammi 2012", "2012-01-15"),
    ],
)
def test_a_day_is_read_in_any_digits_and_shortened_months(text: str, expected: str):
    """Devanagari digits, numbered months, and abbreviations that CLDR does not know."""
    found = parse_date(text)
    assert found is not None
    assert found.at.date().isoformat() == expected


@pytest.mark.parametrize("text", ["2024年5月4日下午3:20", "2024年5月4日 晚 3:20"])
def test_the_afternoon_is_told_by_its_word(text: str):
    """Chinese and Japanese write it before the hour."""
    found = parse_date(text)
    assert found is not None
    assert found.at.isoformat() == "2024-05-04T15:20:00+00:00"


@pytest.mark.parametrize(
    "text", ["", "yesterday", "4 May at noon", "Mon, 32 Jan 2024 10:00:00 GMT"]
)
def test_what_is_no_date_is_none(text: str):
    """Without digits, without a year, or on no day of the calendar."""
    assert parse_date(text) is None
