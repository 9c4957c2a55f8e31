"""Quantities in running text."""

from __future__ import annotations

import pytest

from dateline.enrich.amounts import find_amounts


def amounts(text: str, language: str | None = "en", country: str | None = None) -> list[tuple]:
    """(surface, value, unit)."""
    return [
        (text[item.start : item.end], item.value["value"], item.value["unit"])
        for item in find_amounts(text, language, country)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stretches 248 kilometers (155 miles)", [("248 kilometers", 248, "km"), ("155 miles", 155, "mi")]),
        ("a 12-foot wall", [("12-foot", 12, "ft")]),
        ("two hours and twelve minutes", [("two hours", 2, "h"), ("twelve minutes", 12, "min")]),
        ("1,200 square miles", [("1,200 square miles", 1200, "mi2")]),
        ("2.5 million people", [("2.5 million people", 2_500_000, "person")]),
        ("rose 5.2 percent, or 3%", [("5.2 percent", 5.2, "%"), ("3%", 3, "%")]),
        ("by two percentage points", [("two percentage points", 2, "pp")]),
        ("gusts of 100 mph", [("100 mph", 100, "mph")]),
    ],
)  # fmt: skip
def test_numbers_with_units_are_quantities(text, expected):
    assert sorted(amounts(text)) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$3.2 million", ("$3.2 million", 3_200_000, "USD")),
        ("£3m", ("£3m", 3_000_000, "GBP")),
        ("A$5", ("A$5", 5, "AUD")),
        ("€5bn", ("€5bn", 5_000_000_000, "EUR")),
        ("7 million euros", ("7 million euros", 7_000_000, "EUR")),
        ("40 dollars", ("40 dollars", 40, "USD")),
    ],
)
def test_money_has_its_currency(text, expected):
    assert amounts(f"It cost {text} then.") == [expected]


def test_dollars_are_those_of_the_publishers_country():
    assert amounts("$20 or 20 dollars", country="CA") == [
        ("$20", 20, "CAD"),
        ("20 dollars", 20, "CAD"),
    ]
    assert amounts("US$20", country="CA") == [("US$20", 20, "USD")]


@pytest.mark.parametrize(
    ("text", "si", "unit"),
    [
        ("248 kilometers", 248_000, "m"),
        ("20 degrees Celsius", 293.15, "K"),
        ("212 °F", 373.15, "K"),
        ("3 tonnes", 3000, "kg"),
        ("5 percent", 0.05, "1"),
        ("36 km/h", 10, "m/s"),
    ],
)
def test_measures_are_given_in_si_units(text, si, unit):
    (found,) = find_amounts(text, "en")
    assert (found.value["si"], found.value["si_unit"]) == (si, unit)


@pytest.mark.parametrize("text", ["40 barrels", "10 tons", "3 gallons", "6 months", "12 people"])
def test_only_units_worth_the_same_everywhere_have_si(text):
    (found,) = find_amounts(text, "en")
    assert ("si" in found.value) == (found.value["unit"] == "bbl")


@pytest.mark.parametrize(
    "text",
    [
        "a 39-year-old man, 24 years old",
        "COVID-19 people",
        "shot 40 times",
        "1.2.3 km",
        "someone miles away",
        "twenty-one days",
        "He won 3 m",
    ],
)
def test_ages_bare_numbers_and_odd_ones_are_left_out(text):
    assert amounts(text) == []


def test_separators_are_read_as_the_language_has_them():
    text = "3,2 km, 34.000 kg, 5,5 %, 1.000 €"
    assert [row[1:] for row in amounts(text, "de")] == [
        (3.2, "km"),
        (34_000, "kg"),
        (5.5, "%"),
        (1000, "EUR"),
    ]
    assert amounts("34.000 kg", "en") == [("34.000 kg", 34, "kg")]
    assert amounts("3,2 km", "es-MX") == []
