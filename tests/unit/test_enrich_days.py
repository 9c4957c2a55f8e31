"""Dates in running text, read against the day of publication."""

from __future__ import annotations

from datetime import date

import pytest

from dateline.enrich.days import find_days

MONDAY = date(2026, 3, 2)


def days(text: str, language: str | None = "en", published: date | None = MONDAY) -> list[tuple]:
    """(surface, day, precision), in the order of the text."""
    found = sorted(find_days(text, language, published), key=lambda item: item.start)
    return [
        (text[item.start : item.end], item.value["day"], item.value["precision"]) for item in found
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Divers found the wreck on Sunday.", ("Sunday", "2026-03-01", "day")),
        ("The council met Monday.", ("Monday", "2026-03-02", "day")),
        ("The council met last Monday.", ("last Monday", "2026-02-23", "day")),
        ("It fell on Tuesday.", ("Tuesday", "2026-02-24", "day")),
        ("The court will rule on Tuesday.", ("Tuesday", "2026-03-03", "day")),
        ("It reopens next Friday.", ("next Friday", "2026-03-06", "day")),
        ("She said on Tuesday that it will open.", ("Tuesday", "2026-02-24", "day")),
        ("It would open, he said on Thursday.", ("Thursday", "2026-02-26", "day")),
    ],
)
def test_a_weekday_is_the_last_one_unless_the_clause_looks_ahead(text, expected):
    assert days(text) == [expected]


@pytest.mark.parametrize(
    "text", ["It opens every Sunday.", "On Good Friday,", "The Sunday Times said", "on Sundays"]
)
def test_a_weekday_that_is_no_day_of_the_calendar_is_left_out(text):
    assert days(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("since August 2024 that", ("August 2024", "2024-08-01", "month")),
        ("on Aug. 18, 2024, when", ("Aug. 18, 2024", "2024-08-18", "day")),
        ("on 18 August 2024", ("18 August 2024", "2024-08-18", "day")),
        ("the 5th of May 2025", ("5th of May 2025", "2025-05-05", "day")),
        ("in March 2025", ("March 2025", "2025-03-01", "month")),
        ("on 2024-02-29.", ("2024-02-29", "2024-02-29", "day")),
        ("in 1953.", ("1953", "1953-01-01", "year")),
        ("the summer of 2019", ("2019", "2019-01-01", "year")),
    ],
)
def test_dates_with_a_year_need_no_publication(text, expected):
    assert days(text, published=None) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It sank on Dec. 20.", ("Dec. 20", "2025-12-20", "day")),
        ("The fair starts April 7.", ("April 7", "2026-04-07", "day")),
        ("It closed in October.", ("October", "2025-10-01", "month")),
        ("It closed in January.", ("January", "2026-01-01", "month")),
        ("It is due in June.", ("June", "2026-06-01", "month")),
        ("last March", ("March", "2025-03-01", "month")),
        ("the vote of last year", ("last year", "2025-01-01", "year")),
        ("Yesterday it rained", ("Yesterday", "2026-03-01", "day")),
        ("later this week", ("this week", "2026-03-02", "week")),
        ("last month", ("last month", "2026-02-01", "month")),
        ("three days ago", ("three days ago", "2026-02-27", "day")),
        ("two weeks ago", ("two weeks ago", "2026-02-16", "week")),
        ("a year ago", ("a year ago", "2025-01-01", "year")),
        ("14 months ago", ("14 months ago", "2025-01-01", "month")),
    ],
)
def test_the_rest_counts_from_the_publication(text, expected):
    assert days(text) == [expected]
    assert days(text, published=None) == []


@pytest.mark.parametrize(
    "text",
    [
        "They may march by May Hill.",
        "a proposal by May",
        "the programme USA Today ran",
        "Rooms 101 to 2019 are shut",
        "on Feb. 30, 2024",
        "for $2024 in",
        "in 2000-year-old ruins",
    ],
)
def test_what_only_looks_like_a_date_is_left_out(text):
    assert days(text) == []


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("am 5. Oktober 2024 in", "de", ("5. Oktober 2024", "2024-10-05", "day")),
        ("am 20. Dezember", "de-AT", ("20. Dezember", "2025-12-20", "day")),
        ("am 05.10.2024", "de", ("05.10.2024", "2024-10-05", "day")),
        ("le 1er mai", "fr", ("1er mai", "2026-05-01", "day")),
        ("el 5 de octubre de 2024", "es", ("5 de octubre de 2024", "2024-10-05", "day")),
        ("2024年8月5日に", "ja", ("2024年8月5日", "2024-08-05", "day")),
    ],
)
def test_months_of_other_languages_are_read(text, language, expected):
    assert expected in days(text, language)


def test_english_words_are_no_dates_in_another_language():
    assert days("Sunday will Marsch in May und last year", "de") == []
