"""The pages of one article become one record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dateline.extract import extract, parts
from dateline.extract.normal import word_count
from dateline.model import Article, Hints, Outcome, Page, State

NOW = datetime(2026, 3, 5, tzinfo=UTC)
URL = "https://news.example.org/2026/03/04/the-council-votes-on-the-old-bridge"
TITLE = "The council votes on the old bridge"
LEAD = (
    "After ten years of debate the town decides on Tuesday whether its oldest crossing stays open."
)
BOX = "Jane Doe has reported from the town hall for this paper since 2011 and lives by the river."


def texts(number):
    return [
        f"Paragraph {n} of page {number} tells what was said on {day}, who was against the plan for "
        "the crossing, and what the engineers make of it."
        for n, day in enumerate(("Monday", "Tuesday", "Wednesday", "Thursday"), 1)
    ]


def html(number, *paragraphs, date="2026-03-04T10:00:00Z", author="Jane Doe", more=""):
    text = "".join(f"<p>{text}</p>" for text in paragraphs or texts(number))
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{TITLE}</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{TITLE}">'
        f'<meta property="article:published_time" content="{date}">'
        f'<meta name="author" content="{author}"></head>'
        f"<body><article><h1>{TITLE}</h1>{text}{more}</article></body></html>"
    )


def page(first, *further):
    def one(number, text):
        url = URL if number == 1 else f"{URL}/{number}"
        body = text if isinstance(text, bytes) else text.encode()
        return Page(url, url, 200, (("Content-Type", "text/html; charset=utf-8"),), body, NOW)

    more = tuple(one(number, text) for number, text in enumerate(further, 2))
    return replace(one(1, first), parts=more)


def read(first, *further):
    result = extract(page(first, *further), Hints(), now=NOW)
    assert isinstance(result, Article), result
    return result


def paragraphs(result):
    return result.body.split("\n\n")


def test_the_bodies_are_joined_in_order():
    result = read(html(1), html(2), html(3))
    assert paragraphs(result) == [*texts(1), *texts(2), *texts(3)]
    assert result.body_html == "\n".join(f"<p>{text}</p>" for text in paragraphs(result))
    assert result.provenance["body"]["parts"] == 3
    assert "parts_left_out" not in result.provenance["body"]
    assert word_count(result.body, "en") == 3 * word_count("\n\n".join(texts(1)), "en")


def test_a_page_alone_is_read_as_before():
    result = read(html(1))
    assert "parts" not in result.provenance["body"]


def test_all_else_is_the_first_page_s():
    alone = read(html(1))
    result = read(html(1), html(2, date="2026-03-09T10:00:00Z", author="John Smith"))
    same = {"body", "body_html", "confidence", "provenance"}
    for name in set(Article.__slots__) - same:
        assert getattr(result, name) == getattr(alone, name), name


def test_the_confidence_is_the_least_of_all():
    alone = [read(html(n)).confidence for n in (1, 2, 3)]
    assert read(*(html(n) for n in (1, 2, 3))).confidence == min(alone)


def test_what_the_first_page_said_is_not_said_again():
    """The lead at the top, a date line, a label of the page, the box at the end."""
    first = html(1, LEAD, *texts(1), BOX)
    second = html(2, LEAD, "Page 2 of 3", *texts(2), BOX)
    third = html(3, "March 4, 2026", LEAD, *texts(3), BOX)
    result = read(first, second, third)
    assert paragraphs(result) == [LEAD, *texts(1), *texts(2), *texts(3), BOX]
    assert result.body_html.count(BOX) == 1
    assert result.body_html.endswith(f"<p>{BOX}</p>")


def test_short_lines_may_come_again():
    question = "<h2>And what does it cost?</h2>"
    first = html(1).replace("<p>Paragraph 3", f"{question}<p>Paragraph 3")
    second = html(2).replace("<p>Paragraph 3", f"{question}<p>Paragraph 3")
    assert read(first, second).body.count("And what does it cost?") == 2


def test_lists_stay_lists():
    items = [
        f"Item {n} of the list: the engineers looked at pier {n} of the bridge." for n in "123"
    ]
    listed = "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"
    result = read(html(1), html(2).replace("<p>Paragraph 3", f"{listed}<p>Paragraph 3"))
    assert all(f"- {item}" in paragraphs(result) for item in items)
    assert (
        "<ul>\n" + "\n".join(f"<li>{item}</li>" for item in items) + "\n</ul>" in result.body_html
    )


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ("", "empty_page"),
        (b"%PDF-1.7 and so on", "not_html"),
        ("<html><body><p></p></body></html>", "no"),
        (html(1), "nothing_new"),
    ],
)
def test_a_part_that_gives_nothing_is_left_out_and_noted(second, reason):
    result = read(html(1), second, html(3))
    assert paragraphs(result) == [*texts(1), *texts(3)]
    assert result.provenance["body"]["parts"] == 2
    (note,) = result.provenance["body"]["parts_left_out"]
    assert note.startswith(f"{URL}/2: ")
    assert reason in note


def test_a_first_page_that_is_no_article_has_no_parts():
    result = extract(page("", html(2)), Hints(summary="x" * 100), now=NOW)
    assert result == Outcome(State.QUARANTINED, "empty_page")


def test_the_feed_s_summary_is_no_part():
    hints = Hints(title=TITLE, summary=LEAD)
    result = extract(page(html(1), "<html><body></body></html>"), hints, now=NOW)
    assert isinstance(result, Article)
    assert LEAD not in result.body


def test_html_that_does_not_match_its_text_is_made_anew():
    first = Article("u", "u", "T", "One two three.\n\nFour five six.", body_html="<p>Odd</p>")
    second = Article("u", "u", "T", "Seven & eight.", body_html=None)
    result = parts.join(first, [("u/2", second)])
    lines = ["One two three.", "Four five six.", "Seven &amp; eight."]
    assert result.body_html == "\n".join(f"<p>{line}</p>" for line in lines)


def test_endless_text_ends():
    first = Article("u", "u", "T", "x " * 600_000 + "end", confidence=0.5)
    second = [("u/2", replace(first, body="y " * 600_000)), ("u/3", replace(first, body="End."))]
    result = parts.join(first, second)
    assert result.provenance["body"]["parts_left_out"] == ["u/2: too_long"]
    assert result.body.endswith("\n\nEnd.")
