"""An entry's text is kept where it is the article, and only there."""

from __future__ import annotations

import pytest

from dateline.discover.fulltext import MAX_CONTENT, as_html, full_text

SENTENCE = "The ferry that joins both shores sails again after two weeks of repairs. "
ARTICLE = f"<p>{SENTENCE * 5}</p><p>{SENTENCE * 5}</p>"
TEASER = f"<p>{SENTENCE}</p>"


@pytest.mark.parametrize("summary", [None, TEASER, ARTICLE])
def test_a_long_content_is_the_article(summary: str | None):
    """Beside a short summary, none, or one that is the same."""
    assert full_text(ARTICLE, summary) == ARTICLE


def test_a_long_description_is_the_article_too():
    """Where there is nothing but a description: no teaser is that long."""
    text = ARTICLE * 2
    assert full_text(None, text) == text
    assert full_text(None, TEASER * 5) is None


@pytest.mark.parametrize(
    ("content", "summary"),
    [
        (None, None),
        ("", TEASER),
        (TEASER, None),
        (TEASER * 6, "<b>.</b>" + SENTENCE * 5),
        ("<img src='x'>" * 200, None),
        ("<script>" + "var a = 1;" * 200 + "</script>" + TEASER, None),
        ("<script>" + SENTENCE * 20, None),
        ("<!--" + SENTENCE * 20, None),
        (f"<p>{SENTENCE * 10}…</p>", None),
        (f"<p>{SENTENCE * 10}[&hellip;]</p>", None),
        (f"<p>{SENTENCE * 10}... <a href='x'>»</a></p>", None),
    ],
)
def test_a_teaser_is_not_kept(content: str | None, summary: str | None):
    """Short, hardly longer than the summary, markup without text, or cut at its end."""
    assert full_text(content, summary) is None


def test_it_is_bounded_and_can_be_stored():
    """No tag is cut in two, no NUL and no lone surrogate survives."""
    found = full_text("a\0b\ud800" + "<p>word word word</p>" * 20_000, None)
    assert found is not None
    assert len(found) <= MAX_CONTENT
    assert found.startswith("ab<p>")
    assert found.endswith(">") or found.rpartition(">")[2].isalpha() or "<" not in found[-20:]
    assert not found.endswith(("<", "</", "</p"))


def test_plain_text_becomes_paragraphs():
    """One a line, escaped."""
    assert as_html("One & two\n\n<three>\n") == "<p>One &amp; two</p>\n<p>&lt;three&gt;</p>"
    assert as_html(None) is as_html(" \n ") is None
