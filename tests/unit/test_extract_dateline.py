"""Datelines: what is one, what only looks like one, and where it is."""

from __future__ import annotations

import pytest

from dateline.extract.agencies import agency_of
from dateline.extract.dateline import parse_dateline
from dateline.extract.page import dateline_of
from dateline.extract.places import country_of
from dateline.model import Dateline

LEAD = "The harvest was better than feared, officials said."


@pytest.mark.parametrize(
    ("head", "place", "country", "agency", "date_text"),
    [
        ("SEOUL, South Korea (AP) –", "SEOUL, South Korea", "KR", "AP", None),
        ("LONDON, Oct 5 (Reuters) -", "LONDON", "GB", "Reuters", "Oct 5"),
        ("(Reuters) —", None, None, "Reuters", None),
        ("BERLIN (dpa) –", "BERLIN", "DE", "dpa", None),
        ("Berlin (dpa/bb) -", "Berlin", "DE", "dpa", None),
        ("WASHINGTON —", "WASHINGTON", "US", None, None),
        ("WASHINGTON--", "WASHINGTON", "US", None, None),
        ("PARIS (AFP) -", "PARIS", "FR", "AFP", None),
        ("PARÍS (AFP) —", "PARÍS", "FR", "AFP", None),
        ("NEW YORK/LONDON, Oct 5 (Reuters) -", "NEW YORK/LONDON", None, "Reuters", "Oct 5"),
        ("BERLIN/MUNICH (dpa) -", "BERLIN/MUNICH", "DE", "dpa", None),
        ("MADRID, 5 oct (EFE).-", "MADRID", "ES", "EFE", "5 oct"),
        ("SANTA FE, N.M. (AP) —", "SANTA FE, N.M.", "US", "AP", None),
        ("PARIS, Texas (AP) —", "PARIS, Texas", "US", "AP", None),
        ("BEIJING, Oct. 5 (Xinhua) --", "BEIJING", "CN", "Xinhua", "Oct. 5"),
        ("MOSCOW, October 5. /TASS/.", "MOSCOW", "RU", "TASS", "October 5"),
        ("(ANSA) - ROMA, 05 OTT -", "ROMA", "IT", "ANSA", "05 OTT"),
        ("UNITED NATIONS (AP) —", "UNITED NATIONS", None, "AP", None),
        ("KUALA LUMPUR, Nov 22 —", "KUALA LUMPUR", "MY", None, "Nov 22"),
        ("LITTLE WHINGING —", "LITTLE WHINGING", None, None, None),
        ("TBILISI, Georgia (AP) —", "TBILISI, Georgia", "GE", "AP", None),
        ("VALDOSTA, Georgia (AP) —", "VALDOSTA, Georgia", None, "AP", None),
        ("(CNN)", None, None, "CNN", None),
        ("HILO, Hawaii (BigIslandNews) -", "HILO, Hawaii", "US", "BigIslandNews", None),
    ],
)
def test_a_dateline_is_taken_as_printed(
    head: str, place: str | None, country: str | None, agency: str | None, date_text: str | None
):
    """Place, date and agency are found, the text of the dateline is what stands there."""
    assert parse_dateline(f"{head} {LEAD}") == Dateline(head, place, country, agency, date_text)


@pytest.mark.parametrize(
    "text",
    [
        "TOKYO Electron said on Monday that it would build a plant.",
        "NASA — the agency that went to the moon — has a new chief.",
        "NASA — It went to the moon and may go there again.",
        "BREAKING — The minister has resigned.",
        "UPDATE: The road is open again.",
        "Today (19), reports arise that the plan is off.",
        "Binge eating (BED) is common in the country.",
        "The DJIA — at its highest since May — fell on Monday.",
        "(File 2013/The Associated Press) A player tackles another.",
        "Paris – the city of light – was dark last night.",
        "Stocks fell (NYSE: ABC) – and nobody knew why.",
        "“LONDON is calling” – that was the song.",
        "",
        "—",
        "(",
    ],
)
def test_what_only_looks_like_a_dateline_stays_text(text: str):
    """Companies, acronyms, labels and brackets at the head of a text are no datelines."""
    assert parse_dateline(text) is None


@pytest.mark.parametrize(
    ("place", "country"),
    [
        ("LONDON", "GB"),
        ("LONDON, Ontario", "CA"),
        ("Köln", "DE"),
        ("Somewhere, Deutschland", "DE"),
        ("Springfield", None),
        ("Springfield, Ill.", "US"),
        ("TOKYO/LONDON", None),
        ("", None),
        (",", None),
    ],
)
def test_the_country_is_told_only_where_the_place_tells_it(place: str, country: str | None):
    """A region decides over a city of the same name; an unknown place has no country."""
    assert country_of(place) == country


@pytest.mark.parametrize(
    ("text", "agency"),
    [
        ("The Associated Press", "AP"),
        ("Agence France-Presse", "AFP"),
        ("dpa/tmn", "dpa"),
        ("Reuters Staff", "Reuters"),
        ("PA Media", "PA"),
        ("pa", None),
        ("Jane Holloway", None),
        ("", None),
    ],
)
def test_agencies_have_one_short_name(text: str, agency: str | None):
    """Whatever they are printed as; initials in lower case are not an agency."""
    assert agency_of(text) == agency


STANDFIRST = "Teachers are for it, bus drivers are against it."
LONG = "The board met for three hours and heard everyone who had come. " * 4


@pytest.mark.parametrize(
    ("paragraphs", "place"),
    [
        ((f"LITTLE WHINGING — {LEAD}", LEAD), "LITTLE WHINGING"),
        ((STANDFIRST, f"LITTLE WHINGING — {LEAD}", LEAD), "LITTLE WHINGING"),
        ((STANDFIRST, "The gym at noon.", f"LITTLE WHINGING — {LEAD}"), "LITTLE WHINGING"),
        ((LONG, f"LONDON (AP) — {LEAD}"), "LONDON"),
        ((LONG, f"LITTLE WHINGING — {LEAD}"), None),
        ((f"HEALTH CARE — {LEAD}", f"PUBLIC SCHOOLS — {LEAD}"), None),
        ((STANDFIRST, f"HEALTH CARE — {LEAD}", LEAD, f"PUBLIC SCHOOLS — {LEAD}"), None),
        ((f"LONDON — {LEAD}", f"TOKYO — {LEAD}"), "LONDON"),
        (("MINISTER RESIGNS", LEAD), None),
        ((STANDFIRST, LEAD, LEAD, f"LONDON (AP) — {LEAD}"), None),
        ((), None),
    ],
)
def test_a_dateline_stands_where_the_story_begins(paragraphs: tuple[str, ...], place: str | None):
    """Short lines may stand before it; the heads of a list that nothing vouches for are none."""
    found = dateline_of(paragraphs)
    assert (found and found.place) == place
