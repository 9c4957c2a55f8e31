"""Reading a page's signals: odd markup is forgiven, and nothing in it raises or runs away."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from dateline.extract import facts, language, people, published, tags, titles
from dateline.extract.signals import read
from dateline.model import Hints

URL = "https://moor-echo.example/2024/lock"
NOW = datetime(2024, 12, 1, tzinfo=UTC)
CYCLE = {"@type": "NewsArticle", "@id": "#a", "author": {"@id": "#a"}, "isPartOf": {"@id": "#a"}}


def choices(html: str) -> list[object]:
    """Every field of the metadata of a page."""
    signals = read(html, URL)
    title = titles.choose(signals, Hints())
    said = title.value or ""
    return [
        title,
        people.choose(signals, Hints(), site=titles.site_names(signals), title=said),
        published.choose_published(signals, Hints(), now=NOW, title=said),
        published.choose_modified(signals, Hints(), now=NOW),
        facts.canonical_url(signals),
        facts.section(signals),
        tags.choose(signals, Hints()),
        facts.image(signals, Hints()),
        facts.paywall(signals),
        facts.summary(signals, Hints(), title=said, lead=""),
        language.choose(signals, Hints(), ""),
    ]


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<frameset><frame src=x></frameset>",
        "<meta content><meta name><meta property=og:title><meta name='' content=''>",
        "<h1></h1><h1><svg><title>x</title></svg></h1><title></title>",
        "<a rel><a rel=author><a rel=tag href><time datetime><time></time><h1 class id>x</h1>",
        "<div itemprop><span itemprop='author datePublished' content></span></div>",
        "<p class='byline date' id title>" + "x" * 100_000,
        "<h1>" + "word " * 10_000 + "</h1>",
        "<h1>T</h1>" + "<span class=author>By A B</span>" * 3_000,
        "<h1>T</h1>" + "<div class=date>" * 150 + "4 May 2024",
        "<a href='/tag/x'>x</a>" * 3_000,
        "<meta name=author content='" + "A B, " * 30_000 + "'>",
        "<meta name=keywords content='" + "a," * 30_000 + "'>",
        "<meta property=article:published_time content='9999-99-99T99:99:99Z'>",
        "<title>" + " - ".join("abcdefgh") * 2_000 + "</title>",
        '<script type="application/ld+json">' + '{"@graph":' * 2_000 + "</script>",
        f'<script type="application/ld+json">{json.dumps(CYCLE)}</script>',
        '<script type="application/ld+json">{"@type":{"a":1},"@id":[],"author":[[[["x"]]]]}</script>',
        """<script type="application/ld+json">{"@type":"NewsArticle","headline":{"@value":null},
        "datePublished":[{}],"keywords":{"a":[1]},"author":true}</script>""",
        "<script type='application/ld+json'>" + json.dumps([{"@type": "Thing"}] * 5_000),
    ],
)
def test_no_page_makes_the_metadata_fail(html: str):
    """Attributes without a value, emptiness, cycles, depth and masses."""
    assert len(choices(html)) == 11


@pytest.mark.parametrize("kind", ["Recipe", "HowTo", "http://schema.org/NewsArticle"])
def test_json_ld_is_found_whatever_the_case_of_its_type(kind: str):
    """And recipes and instructions have authors and dates as articles do."""
    html = (
        f'<script type="Application/LD+JSON">{{"@type": "{kind}", "author": "Ute Moor"}}</script>'
    )
    ld = read(html, URL).ld
    assert ld is not None
    assert ld["author"] == "Ute Moor"


def test_content_may_stand_in_value():
    """Some templates write `value` for `content`."""
    assert read("<meta name='og:title' value='A &amp; B'>", URL).meta == {"og:title": ["A & B"]}


def test_microdata_is_read_when_asked():
    """Values from content and datetime, an author's from the name inside."""
    props = read(
        "<div itemprop='author' itemscope><b>By</b> <i itemprop='name'>Ute Moor</i> Reporter</div>"
        "<time itemprop='datePublished' datetime='2024-05-04'>May</time>",
        URL,
    ).props
    assert props.get("author") == ["Ute Moor"]
    assert props.get("datepublished") == ["2024-05-04"]
    assert props.get("nothing") == []


def test_links_to_tags_count_only_below_the_headline():
    """Above it they are the menu; marked ones count anywhere."""
    menu = "<a href='/topic/politics'>Politics</a>"
    marked = "<a rel='tag' href='/x'>Canals</a>"
    signals = read(f"{menu}{marked}<h1>T</h1><a href='/tag/locks'>Locks</a>", URL)
    assert [node.text() for node in signals.tag_links()] == ["Canals", "Locks"]


def test_the_surroundings_are_walked_once_and_only_when_asked():
    """Bylines and dates share one walk; a declared page is not walked."""
    signals = read("<h1>One lock</h1><p>By Ute Moor</p>", URL)
    assert signals.around("One lock") is signals.around("One lock")
    declared = read("<meta name=author content='Ute Moor'><h1>One lock</h1>", URL)
    people.choose(declared, Hints(), site=frozenset(), title="One lock")
    assert not declared._around


def test_a_script_that_is_no_json_still_tells_its_plain_properties():
    """A raw quotation mark in the text does not lose the date."""
    html = """<script type="application/ld+json">{"@type": "NewsArticle",
        "headline": "The \\"lock\\"", "description": "He said "no" to it",
        "author": {"@type": "Person", "name": "Ute Moor"},
        "datePublished": "2024-05-04T10:00:00Z"}</script>"""
    ld = read(html, URL).ld
    assert ld is not None
    assert (ld["headline"], ld["author"], ld["datePublished"]) == (
        'The "lock"',
        "Ute Moor",
        "2024-05-04T10:00:00Z",
    )


def test_an_element_is_noted_once_whatever_matches_it():
    """A headline or a meta that is microdata too is one headline, one value."""
    page = "<meta itemprop=keywords content=a><h1 itemprop=headline>Lock</h1>"
    signals = read(page, URL)
    assert len(signals.heading_nodes) == len(signals.headings) == 1
    assert signals.props.get("keywords") == ["a"]
    assert signals.props.get("headline") == ["Lock"]
