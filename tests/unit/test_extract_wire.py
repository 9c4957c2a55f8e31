"""Plain wire text to a record."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dateline.extract import extract
from dateline.extract.wire import first_sentence
from dateline.model import Article, Author, Hints, Outcome, Page, State

NOW = datetime(2026, 11, 1, tzinfo=UTC)
WIRE = """BUSAN, South Korea (AP) – On Friday, a lighthouse keeper handed over the keys of the last manned light on the southern coast. The port authority thanked him in a short ceremony that was held on the quay.
The lamp will be run from a control room in the city. It had been lit by hand since 1905, with one break during the war.
“I will miss the fog,” said the keeper, who is 71 and has never owned a car.
Fishermen had asked the authority to keep the post. They say that a person sees what a sensor does not.
A museum has taken the old lens, which weighs two tons and was ground in France.
The tower itself will be open to visitors from spring, the authority said.



"""


def read(text: str | bytes, hints: Hints | None = None) -> Article:
    body = text if isinstance(text, bytes) else text.encode()
    page = Page(
        "https://w.example/1.txt",
        "https://w.example/1.txt",
        200,
        (("content-type", "text/plain"),),
        body,
        NOW,
    )
    found = extract(page, hints or Hints(), now=NOW)
    assert isinstance(found, Article), found
    return found


def test_a_wire_text_gives_agency_place_language_and_paragraphs():
    """One paragraph a line; the dateline is read and kept in the body as printed."""
    article = read(WIRE)
    assert article.agency == "AP"
    assert article.dateline is not None
    assert (article.dateline.place, article.dateline.country) == ("BUSAN, South Korea", "KR")
    assert article.language == "en"
    assert len(article.body.split("\n\n")) == 6
    assert article.body.startswith("BUSAN, South Korea (AP) – On Friday")


def test_without_a_headline_the_title_is_the_leads_first_sentence():
    """Without the dateline, clipped at a word."""
    article = read(WIRE)
    assert article.title.startswith("On Friday, a lighthouse keeper handed over the keys")
    assert len(article.title) <= 121
    assert article.provenance["title"] == {"from": "lead"}


def test_a_short_first_line_before_a_dateline_is_the_headline():
    """With or without a blank line; a byline goes to the authors."""
    for between in ("\n", "\n\n", "\nBy Ana Ruiz\n"):
        article = read(f"Last keeper leaves his lighthouse{between}{WIRE}")
        assert article.title == "Last keeper leaves his lighthouse"
        assert article.body.startswith("BUSAN")
    assert article.authors == (Author("Ana Ruiz"),)


def test_hard_wrapped_lines_become_paragraphs():
    """Blank lines part the paragraphs, the lines between are joined."""
    text = "\n\n".join("\n".join(["one line of a paragraph that was"] * 4) for _ in range(3))
    article = read("A headline over it all\n\n" + text)
    assert len(article.body.split("\n\n")) == 3
    assert "\n" not in article.body.split("\n\n")[0]


def test_the_charset_of_a_text_is_detected():
    """A text in a legacy charset comes out right, and says which."""
    article = read(
        "Überschwemmung in Köln. Die Straßen der Altstadt stehen unter Wasser. Niemand wurde verletzt, sagt die Feuerwehr.".encode(
            "cp1252"
        )
    )
    assert article.body.startswith("Überschwemmung in Köln")
    assert article.provenance["charset"]["value"] != "utf-8"


def test_a_text_of_nothing_is_quarantined():
    """White space is no article."""
    page = Page(
        "https://w.example/1",
        "https://w.example/1",
        200,
        (("content-type", "text/plain"),),
        b" \n\n ",
        NOW,
    )
    assert extract(page, Hints(), now=NOW) == Outcome(State.QUARANTINED, "empty_page")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Mr. Brown left. He did not return.", "Mr. Brown left"),
        ("It was over! Nobody spoke.", "It was over!"),
        ("No end in sight", "No end in sight"),
        ("雨が降った。風も強い。", "雨が降った。"),
    ],
)
def test_a_sentence_ends_at_its_own_stop(text: str, sentence: str):
    """Abbreviations do not end it."""
    assert first_sentence(text) == sentence


@pytest.mark.parametrize("text", [".", "–", "...\n\n…"])
def test_a_text_of_punctuation_has_no_title(text: str):
    """It is quarantined with its reason, not loaded without a name."""
    page = Page(
        "https://w.example/1",
        "https://w.example/1",
        200,
        (("content-type", "text/plain"),),
        text.encode(),
        NOW,
    )
    assert extract(page, Hints(), now=NOW) == Outcome(State.QUARANTINED, "no_title")
