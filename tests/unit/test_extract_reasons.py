"""Why a page was read as it was, and how that is printed."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

from dateline.cli.explain import show
from dateline.extract.blocks import segment
from dateline.extract.body import judged_blocks
from dateline.extract.reasons import Line, Reasons, reasons
from dateline.extract.shape import Shape
from dateline.extract.signals import read
from dateline.extract.verdict import ruled
from dateline.model import Article, Hints, Outcome, Page, State

NOW = datetime(2026, 11, 1, tzinfo=UTC)
URL = "https://news.example/2026/10/31/ferry-returns-to-the-islands"
STORY = "".join(
    f"<p class=text>Paragraph {n} tells what the harbour master said of the ferry, at some length.</p>"
    for n in range(8)
)
HTML = (
    "<nav><a href=/a>Sport</a><a href=/b>Weather</a></nav><title>Ferry returns | The Post</title>"
    "<meta property=article:published_time content=2031-01-01><meta name=date content=2026-10-31>"
    f"<article class=story><h1>Ferry returns</h1>{STORY}</article>"
)


def page(html: str, url: str = URL) -> Page:
    return Page(url, url, 200, (("Content-Type", "text/html"),), html.encode(), NOW)


def told(html: str, url: str = URL) -> Reasons:
    found = reasons(page(html, url), Hints(), now=NOW)
    assert found is not None
    return found


def printed(
    found: Reasons, *, everything: bool = False, color: bool = False, width: int = 100
) -> str:
    out = io.StringIO()
    system = "truecolor" if color else None
    show(
        Console(file=out, width=width, force_terminal=color, color_system=system, highlight=False),
        found,
        everything=everything,
    )
    return out.getvalue()


def test_every_block_is_there_with_its_place_and_its_verdict():
    """In the order of the page."""
    found = told(HTML)
    assert isinstance(found.result, Article)
    body = [line for line in found.lines if line.verdict == "body"]
    assert [line.text[:11] for line in body] == [f"Paragraph {n}" for n in range(8)]
    assert {line.where for line in body} == {"article.story > p.text"}
    assert all(line.odds >= 0.5 for line in body)
    assert not any(line.verdict for line in found.lines if line.text in {"Sport", "Weather"})
    assert found.likeness == 1
    assert found.shape.run > 500
    assert sum(found.doubts.values()) < 0


def test_what_a_rule_took_out_is_named():
    """The model took it, a rule did not."""
    link = "<p class=text><a href=/x>What the harbour master said last year of the ferry</a></p>"
    paragraphs = STORY.replace("<p class=text>Paragraph 4", f"{link}<p class=text>Paragraph 4")
    found = segment(read(f"<article><h1>Ferry returns</h1>{paragraphs}</article>", URL).tree)
    judged = ruled(found, np.ones(len(found), np.float32), "Ferry returns")
    assert judged.verdict == ["title", *["body"] * 4, "link", *["body"] * 4]
    assert not len(segment(read("", URL).tree))


def test_the_lines_are_those_of_the_extraction():
    """Odds and verdicts of each block, as `judged_blocks` has them."""
    found = told(HTML)
    signals = read(HTML, URL)
    judged = judged_blocks(signals, segment(signals.tree), "Ferry returns")
    assert [line.verdict for line in found.lines] == judged.verdict
    assert [line.odds for line in found.lines] == judged.odds.tolist()


def test_refused_pages_say_why():
    """The outcome, and what speaks against an article."""
    links = "".join(
        f"<li><a href=/{n}>A headline of the day, number {n}</a></li>" for n in range(30)
    )
    found = told(f"<ul>{links}</ul>", "https://news.example/politics")
    assert found.result == Outcome(State.SKIPPED, "not_an_article: index_page")
    said = printed(found)
    assert "skipped: not_an_article: index_page" in said
    assert "equal_links +0.6" in said
    assert "30 link lines, 30 alike" in said


def test_what_is_no_html_has_no_blocks():
    """Plain text, a PDF, more than may be parsed."""
    plain = Page(URL, URL, 200, (("Content-Type", "text/plain"),), b"LONDON (AP) - Text.", NOW)
    assert reasons(plain, Hints(), now=NOW) is None
    assert reasons(page("%PDF-1.7"), Hints(), now=NOW) is None
    assert reasons(page("<div>" * 50_000), Hints(), now=NOW) is None


def test_it_is_readable_as_plain_text():
    """No escape codes where there are no colours; no line is wider than the terminal."""
    said = printed(told(HTML))
    assert "\x1b" not in said
    assert max(map(cell_len, said.splitlines())) <= 100
    assert "body       article.story > p.text" in said
    assert "title         Ferry returns" in said
    assert "rejected  meta.article:published_time" in said
    assert "\x1b[" in printed(told(HTML), color=True)


@pytest.mark.parametrize("width", [60, 80, 100, 160])
def test_lines_fit_even_where_signs_are_wide(width: int):
    """Chinese and Japanese signs take two columns."""
    wide = HTML.replace("tells what the harbour master", "港" * 80)
    blocks = printed(told(wide), width=width).partition("\n\n")[2]
    assert max(map(cell_len, blocks.splitlines())) <= width


def test_unlikely_blocks_are_counted_unless_asked_for():
    """Runs of them are one line."""
    lines = (
        Line("div > p", "first", 0.01, ""),
        Line("div > p", "second", 0.01, ""),
        Line("div > p", "kept", 0.97, "body"),
        Line("div > p", "almost", 0.4, ""),
        Line("div > p", "third", 0.0, ""),
        Line("div > h1", "named", 0.0, "title"),
    )
    shape = Shape(0, 0.0, 0, 0, 0, 0, 0)
    found = Reasons(Outcome(State.SKIPPED, "x"), lines, {}, 0.0, shape)
    said = printed(found)
    assert "… 2 blocks, p < .05" in said
    assert "… 1 block, p < .05" in said
    assert "first" not in said
    assert ".40 ██▍    nearly     div > p" in said
    assert "named" in said
    everything = printed(found, everything=True)
    assert "first" in everything
    assert "p < .05" not in everything
