"""From a tagger's spans to the entities of an article."""

from __future__ import annotations

from dateline.enrich.gazetteer import gazetteer
from dateline.enrich.model import Span
from dateline.enrich.names import Name, read


def names(body: str, *marked: tuple[str, str], title: str = "") -> list[Name]:
    """Reads a text of which a tagger has marked (piece, kind), each at its next occurrence."""
    texts = {"title": title, "body": body}
    spans: dict[str, list[Span]] = {"title": [], "body": []}
    at = {"title": 0, "body": 0}
    for piece, kind in marked:
        field = "title" if piece in title[at["title"] :] else "body"
        start = texts[field].index(piece, at[field])
        at[field] = start + len(piece)
        spans[field].append(Span(start, at[field], kind))
    found = read(texts, spans, gazetteer())
    assert all(texts[n.field][n.start : n.end] == n.surface for n in found)
    return found


def full(found: list[Name]) -> list[tuple[str, str, str]]:
    return [(name.surface, name.kind, name.full) for name in found]


def test_titles_genitives_and_articles_come_off():
    found = names(
        "Prime Minister Ana Ruiz Vega’s letter reached the Harbour Authority, the Hague's",
        ("Prime Minister Ana Ruiz Vega’s", "person"),
        ("the Harbour Authority", "organisation"),
    )
    assert full(found) == [
        ("Ana Ruiz Vega", "person", "Ana Ruiz Vega"),
        ("Harbour Authority", "organisation", "Harbour Authority"),
    ]


def test_an_article_that_is_part_of_the_surface_is_no_part_of_the_name():
    (found,) = names("The Harbour Post wrote", ("The Harbour Post", "organisation"))
    assert (found.surface, found.full) == ("The Harbour Post", "Harbour Post")


def test_a_surname_is_the_person_named_in_full_wherever_the_surname_stands():
    found = names(
        "Kim Hae Won met Ana Ruiz. Kim agreed. Ruiz left, and Hae Won stayed.",
        ("Kim Hae Won", "person"), ("Ana Ruiz", "person"), ("Kim", "person"), ("Ruiz", "organisation"),
    )  # fmt: skip
    assert [(n.kind, n.full) for n in found] == [
        ("person", "Kim Hae Won"),
        ("person", "Ana Ruiz"),
        ("person", "Kim Hae Won"),
        ("person", "Ana Ruiz"),
    ]


def test_of_two_people_with_a_surname_the_last_named_is_meant():
    found = names(
        "Ana Ruiz spoke. Ruiz smiled. Then Juan Ruiz spoke. Ruiz left.",
        ("Ana Ruiz", "person"), ("Ruiz", "person"), ("Juan Ruiz", "person"), ("Ruiz", "person"),
    )  # fmt: skip
    assert [n.full for n in found] == ["Ana Ruiz", "Ana Ruiz", "Juan Ruiz", "Juan Ruiz"]


def test_the_headlines_surname_is_the_person_of_the_text():
    found = names(
        "Mayor Ana Ruiz left.", ("Ruiz", "person"), ("Ana Ruiz", "person"), title="Why Ruiz left"
    )
    assert [n.full for n in found] == ["Ana Ruiz", "Ana Ruiz"]


def test_initials_and_suffixes_make_no_other_person():
    found = names(
        "John F. Marsh Jr. came. John Marsh left.",
        ("John F. Marsh Jr.", "person"),
        ("John Marsh", "person"),
    )
    assert {n.full for n in found} == {"John F. Marsh Jr."}


def test_a_place_that_is_called_like_a_person_stays_one():
    found = names("Jack London sailed to London.", ("Jack London", "person"), ("London", "place"))
    assert full(found)[1] == ("London", "place", "London")


def test_an_abbreviation_in_brackets_is_its_long_form():
    found = names(
        "The Coastal Rescue Service (CRS) came. CRS left, and the XYZ (ABC) stayed with ABC.",
        ("The Coastal Rescue Service", "organisation"), ("CRS", "place"), ("CRS", "person"),
        ("XYZ", "organisation"), ("ABC", "organisation"),
    )  # fmt: skip
    assert [(n.kind, n.full) for n in found] == [
        *[("organisation", "Coastal Rescue Service")] * 3,
        ("organisation", "XYZ"),
        ("organisation", "ABC"),
    ]


def test_countries_are_places_and_the_usual_kind_of_a_name_wins():
    found = names(
        "Norway beat Moorkurier. Moorkurier lost to Moorkurier.",
        ("Norway", "organisation"), ("Moorkurier", "person"), ("Moorkurier", "organisation"),
        ("Moorkurier", "organisation"),
    )  # fmt: skip
    assert [n.kind for n in found] == ["place", *["organisation"] * 3]


def test_what_is_no_name_is_dropped():
    found = names(
        "In the south, 2024 and Northern and she and # Ana1 and North and South Korea",
        ("the south", "place"), ("2024", "organisation"), ("Northern", "organisation"),
        ("she", "person"), ("#", "other"), ("Ana1", "person"), ("North and South Korea", "place"),
    )  # fmt: skip
    assert full(found) == [("South Korea", "place", "South Korea")]


def test_a_headline_in_capitals_names_only_whom_the_text_names():
    marked = (("Storm", "person"), ("Ruiz", "person"), ("Ana Ruiz", "person"))
    body = "The mayor, Ana Ruiz, left."
    capitals = names(body, *marked, title="Storm Forces Mayor Ruiz Out Of City")
    assert [n.full for n in capitals] == ["Ana Ruiz", "Ana Ruiz"]
    plain = names(body, *marked, title="Storm forces mayor Ruiz out of the whole city")
    assert [n.full for n in plain] == ["Storm", "Ana Ruiz", "Ana Ruiz"]


def test_a_name_ends_with_its_line():
    (found,) = names("Ana Ruiz\n\nThe rest", ("Ana Ruiz\n\nThe", "person"))
    assert found.surface == "Ana Ruiz"


def test_an_organisation_keeps_its_words_that_end_in_a():
    (found,) = names("the Florida Coalition met", ("the Florida Coalition", "organisation"))
    assert found.full == "Florida Coalition"


def test_whom_an_honorific_introduces_is_a_person():
    found = names("Dr B S Vega and Sgt. came", ("Dr B S Vega", "organisation"), ("Sgt.", "person"))
    assert full(found) == [("B S Vega", "person", "B S Vega")]


def test_half_a_bracket_is_no_part_of_a_name():
    (found,) = names("Coastal Rescue (CR) met", ("Coastal Rescue (CR", "organisation"))
    assert found.surface == "Coastal Rescue"
