"""The feed's full text as a body: where the page has none, cleaned like any page."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from dateline.extract import extract
from dateline.extract.feedtext import read
from dateline.extract.markup import TAGS
from dateline.model import Article, Hints, Outcome, Page, State

NOW = datetime(2026, 11, 1, tzinfo=UTC)
URL = "https://news.example/2026/10/05/ferry"
TITLE = "Ferry sails again"
LINES = [f"Sentence {n} of the story tells what the ferry did that day." for n in "abc"]
HTML = "".join(f"<p>{line}</p>" for line in LINES)


def extracted(html: str, hints: Hints) -> Article | Outcome:
    page = Page(URL, URL, 200, (("Content-Type", "text/html"),), html.encode(), NOW)
    return extract(page, hints, now=NOW)


def test_it_is_the_body_of_a_page_without_one():
    """Before the summary, with its provenance, and as clean HTML."""
    hints = Hints(title=TITLE, summary="What the feed said of it, shortly.", content=HTML)
    found = extracted(f"<title>{TITLE}</title><h1>{TITLE}</h1>", hints)
    assert isinstance(found, Article)
    assert found.body == "\n\n".join(LINES)
    assert found.body_html == "\n".join(f"<p>{line}</p>" for line in LINES)
    assert found.provenance["body"]["from"] == "feed.content"
    assert found.confidence == found.provenance["body"]["confidence"] > 0.5


def test_it_never_replaces_what_the_page_has():
    """The page's own text, or what it declares to be it."""
    own = "".join(f"<p>The page itself says this, at some length, number {n}.</p>" for n in "xyz")
    found = extracted(f"<h1>{TITLE}</h1><article>{own}</article>", Hints(title=TITLE, content=HTML))
    assert isinstance(found, Article)
    assert found.provenance["body"]["from"] == "model"
    node = {
        "@type": "NewsArticle",
        "headline": TITLE,
        "articleBody": "The declared text of the story, long enough to be one.",
    }
    declared = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    found = extracted(f"{declared}<h1>{TITLE}</h1>", Hints(title=TITLE, content=HTML))
    assert isinstance(found, Article)
    assert found.provenance["body"]["from"] == "jsonld.articleBody"


def test_a_notice_in_the_articles_place_does_not_become_the_article():
    """A page under another title is not given the feed's text."""
    found = extracted(
        "<title>Be right back</title><h1>Be right back</h1>", Hints(title=TITLE, content=HTML)
    )
    assert found == Outcome(State.QUARANTINED, "no_body")


def test_only_clean_markup_survives():
    """Scripts, styles, forms and figures go; links become absolute, lists stay lists."""
    html = (
        '<p onclick="x()">Read <a href="/other" style="a">the other</a> <b>story</b>.</p>'
        '<script>alert(1)</script><p><a href="javascript:alert(1)">Bad</a> link.</p>'
        "<figure><img src=x><figcaption>A caption of the picture</figcaption></figure>"
        "<ul><li>One thing</li><li>Another thing</li></ul>"
    )
    found = read(html, base=URL, title=TITLE)
    assert found is not None
    paragraphs, clean = found
    assert paragraphs == ("Read the other story.", "Bad link.", "- One thing", "- Another thing")
    assert '<a href="https://news.example/other">the other</a> <strong>story</strong>' in clean
    assert "javascript" not in clean
    assert {
        part.partition(">")[0].split(" ")[0] for part in clean.replace("/", "").split("<")[1:]
    } <= TAGS | {"a"}


def test_the_title_at_the_top_and_the_feeds_footer_go():
    """The footer is known by the title in it and its link, in any language."""
    for footer in (
        "The post {} appeared first on Post.",
        "Der Beitrag {} erschien zuerst auf Post.",
    ):
        line = footer.format(f'<a href="{URL}">{TITLE}</a>')
        found = read(f"<h2>{TITLE}</h2>{HTML}<p>{line}</p>", base=URL, title=TITLE)
        assert found is not None
        assert found[0] == tuple(LINES)


def test_text_without_markup_and_text_escaped_twice_are_read():
    """Publishers escape once, twice or not at all."""
    escaped = HTML.replace("<", "&lt;").replace(">", "&gt;")
    for text in (HTML, escaped):
        found = read(text, base=URL, title=TITLE)
        assert found is not None
        assert found[0] == tuple(LINES)
    plain = read(LINES[0], base=URL, title=TITLE)
    assert plain is not None
    assert plain[0] == (LINES[0],)


def test_nothing_and_too_much_give_nothing():
    """No text, or nested beyond what may be parsed."""
    assert read("<img src=x>", base=URL, title=TITLE) is None
    assert read("<div>" * 30_000 + LINES[0], base=URL, title=TITLE) is None
