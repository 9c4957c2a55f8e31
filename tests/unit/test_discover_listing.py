"""Listing pages: by a recipe, by what is usual, and what is none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.discover import ParsedFeed, parse_feed
from dateline.extract.recipes import ListingRules, Rule
from dateline.model import FeedKind

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
PAGE = "https://www.post.example/latest/"


def parse(
    html: str | bytes, rules: ListingRules | None = None, home_url: str | None = None
) -> ParsedFeed:
    return parse_feed(
        html.encode() if isinstance(html, str) else html,
        url=PAGE,
        content_type="text/html",
        now=NOW,
        kind=FeedKind.LISTING,
        home_url=home_url,
        listing=rules,
    )


def urls(feed: ParsedFeed) -> list[str]:
    return [one.url.removeprefix("https://www.post.example") for one in feed.candidates]


ITEMS = """<html lang="en-gb"><head><title>Latest | The Post</title></head><body>
<a href="/about">About</a>
<div class="item"><a class="more" href="/x/1">More</a><h2><a href="/n/1?utm_source=home">Ferry  <b>returns</b></a></h2>
  <time datetime="2026-03-10T10:00:00+01:00">2 hours ago</time><p>After three weeks.</p></div>
<div class="item"><h2><a href="2">Bridge closed</a></h2><time>soon</time></div>
<div class="item"><h2><a href="/n/1">Comments</a></h2></div>
<div class="item"><h2>No link</h2></div>
<div class="item"><h2><a href="javascript:void(0)">Menu</a></h2></div>
<div class="item"><h2><a href="/ads/7">Buy</a></h2></div>
</body></html>"""


def test_a_recipe_reads_items_with_all_their_parts():
    """In the order of the page, each address once, with the first one's title."""
    rules = ListingRules(
        "div.item",
        link=Rule("h2 > a"),
        published=Rule("time", "datetime"),
        summary=Rule("p"),
        exclude="/ads/",
    )
    feed = parse(ITEMS, rules)
    first, second = feed.candidates
    assert urls(feed) == ["/n/1", "/latest/2"]
    assert (first.title, first.summary) == ("Ferry returns", "After three weeks.")
    assert first.published == datetime(2026, 3, 10, 9, tzinfo=UTC)
    assert (second.title, second.summary, second.published) == ("Bridge closed", None, None)
    assert (feed.title, feed.language, second.language) == ("Latest | The Post", "en-GB", "en-GB")
    assert feed.problem is None


def test_a_recipe_may_name_the_links_themselves():
    assert urls(parse(ITEMS, ListingRules("h2 > a"))) == ["/n/1", "/latest/2", "/ads/7"]


def test_an_item_without_a_rule_for_its_link_has_its_first():
    assert urls(parse(ITEMS, ListingRules("div.item", limit=2))) == ["/x/1", "/latest/2"]


def test_a_link_may_stand_in_any_attribute():
    html = '<li data-to="/a/1"><b>One</b></li><li data-to="/a/2"><b>Two</b></li>'
    rules = ListingRules("ul", link=Rule("li", "data-to"))
    assert urls(parse(f"<ul>{html}</ul>", rules)) == ["/a/1"]
    title = ListingRules("ul", link=Rule("li", "data-to"), title=Rule("b"))
    assert parse(f"<ul>{html}</ul>", title).candidates[0].title == "One Two"


@pytest.mark.parametrize(
    ("rules", "found"),
    [
        (ListingRules("a", include=r"/n/\d"), ["/n/1"]),
        (ListingRules("a", exclude="about|/ads/|/x/"), ["/n/1", "/latest/2"]),
        (ListingRules("a", include="/n/|/ads/", exclude="/ads/"), ["/n/1"]),
        (ListingRules("a", limit=1), ["/about"]),
    ],
)
def test_addresses_are_kept_by_pattern_and_number(rules, found):
    assert urls(parse(ITEMS, rules)) == found


@pytest.mark.parametrize(
    ("rules", "problem"),
    [
        (ListingRules("ul.gone > a"), "no_links: ul.gone > a matches nothing"),
        (
            ListingRules("div.item", include="/never/"),
            "no_links: div.item matches nothing with a wanted link",
        ),
        (None, "no_links: no link looks like an article's"),
    ],
)
def test_a_page_without_the_links_has_the_reason(rules, problem):
    """So that a redesign shows in the feed's health."""
    feed = parse(ITEMS, rules)
    assert (feed.candidates, feed.problem) == ((), problem)


FRONT = """<header><nav><a href="/news/ferry-strike-continues-for-a-third-week-in-the-harbour">Top story today in the menu</a></nav></header>
<a href="/news/2026/03/10/ferry-returns">.</a>
<a href="/news/2026/03/10/ferry-returns"><h3>Ferry returns to the harbour</h3></a>
<a href="https://www.post.example/football/late-goal-saves-the-day-for-rovers-123456">Late goal</a>
<a href="/story?id=88123">Council votes to close the old town bridge</a>
<a href="https://www.elsewhere.example/2026/03/10/an-article-of-another-site">Foreign</a>
<a href="https://partner.example.org/2026/03/10/an-article-of-the-home-page">Home</a>
<a href="/topics/ferries">Ferries</a> <a href="/author/jane-doe">Jane Doe</a> <a href="/login">Log in</a>
<a href="/search?q=ferry">Search</a> <a href="/">Home</a> <a href="mailto:a@post.example">Write</a>
<a href="/2026/03/10/photo-of-the-day.jpg">Picture</a> <a href="/page/2">Next</a>
<footer><a href="/2026/03/10/in-the-footer-of-the-page">Old</a></footer>"""


def test_without_a_recipe_links_that_look_like_articles_of_the_site_are_taken():
    """With the longest text that links to them; no sections, services, files, foreign sites."""
    feed = parse(FRONT)
    assert urls(feed) == [
        "/news/2026/03/10/ferry-returns",
        "/football/late-goal-saves-the-day-for-rovers-123456",
        "/story?id=88123",
    ]
    assert feed.candidates[0].title == "Ferry returns to the harbour"
    assert len(parse(FRONT, home_url="https://partner.example.org/").candidates) == 4


def test_the_base_of_the_page_counts():
    html = '<base href="/europe/"><p><a href="2026/03/10/ferry-returns">Ferry returns to the harbour</a>'
    assert urls(parse(html)) == ["/europe/2026/03/10/ferry-returns"]
    assert urls(parse(html, ListingRules("a"))) == ["/europe/2026/03/10/ferry-returns"]


@pytest.mark.parametrize(
    "body", [b"", b"\x00\xff%PDF-1.7", b"/etc/hosts", b"<rss><channel/></rss>"]
)
def test_what_is_no_page_has_no_links(body):
    assert (parse(body).problem or "").startswith("no_links")


def test_hostile_pages_are_read():
    """Nested without end, one link over and over; a page of nothing but tags is cut."""
    assert parse("<div>" * 20_000 + FRONT).problem is None
    many = '<a href="/2026/03/10/ferry-returns-to-the-harbour">x</a>' * 20_000
    assert urls(parse(many)) == ["/2026/03/10/ferry-returns-to-the-harbour"]
    assert parse(FRONT + "<p>" * 200_000).problem is None


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(body):
    parse(body)
    parse(b"<a href='" + body + b"'>x</a>", ListingRules("a"))
