"""What becomes of a feed's entries: identities, wrapped links, files, texts, hubs."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from dateline.discover import parse_feed
from dateline.model import Enclosure

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
URL = "https://feeds.example.org/news/all.xml"
NAMES = (
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
TEXT = "<p>The ferry that joins both shores sails again after two weeks of repairs.</p>" * 12


def parse(body: str, home_url: str | None = None):
    return parse_feed(body.encode(), url=URL, content_type=None, now=NOW, home_url=home_url)


def rss(items: str, channel: str = "<link>https://post.example/</link>") -> str:
    return f'<rss version="2.0" {NAMES}><channel><title>P</title>{channel}{items}</channel></rss>'


def item(link: str, *, guid: str = "", more: str = "") -> str:
    told = f'<guid isPermaLink="false">{guid}</guid>' if guid else ""
    return f"<item><link>{link}</link>{told}{more}</item>"


def only(feed):
    assert len(feed.candidates) == 1, feed
    return feed.candidates[0]


def test_a_guid_used_twice_loses_no_entry():
    """The first keeps it; the next are told apart by their URL."""
    a, b = "https://post.example/a", "https://post.example/b"
    feed = parse(rss(item(a, guid="1") + item(b, guid="1") + item(a, guid="1")))
    assert [(found.url, found.guid) for found in feed.candidates] == [(a, "1"), (b, f"1 {b}")]
    assert (feed.entries, feed.dropped) == (3, 0)


def test_entries_that_all_link_to_the_front_page_are_taken_at_their_permalinks():
    """The link is the same, the guids are addresses of their own."""
    guids = [f"<guid>https://post.example/{n}</guid>" for n in (1, 2)]
    items = "".join(f"<item><link>https://post.example/</link>{guid}</item>" for guid in guids)
    feed = parse(rss(items))
    assert [found.url for found in feed.candidates] == [
        "https://post.example/",
        "https://post.example/2",
    ]


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://go.example/redirect?url=https%3A%2F%2Fpost.example%2Fa%3Fid%3D1", "/a?id=1"),
        ("https://redir.example/rss091/*https://post.example/a", "/a"),
        ("https://post-example.cdn.ampproject.org/c/s/post.example/a", "/a"),
        ("//post.example/a", "/a"),
        ("/a?utm_source=rss", "/a"),
    ],
)
def test_wrapped_and_relative_links_lead_to_the_article(link: str, url: str):
    """What a redirector holds is taken from it without a request."""
    escaped = link.replace("&", "&amp;")
    assert only(parse(rss(item(escaped)))).url == f"https://post.example{url}"


def test_foreign_links_are_marked_by_home_page_feed_and_site():
    """An advertisement between the articles is kept, with its domain."""
    items = item("https://sport.post-example.com/a") + item("https://www.shop-example.net/buy")
    site = "<link>https://www.post-example.com/</link>"
    found = parse(rss(items, site)).candidates
    assert [candidate.foreign for candidate in found] == [None, "shop-example.net"]
    found = parse(rss(items, ""), home_url="https://www.post-example.com/").candidates
    assert [candidate.foreign for candidate in found] == [None, "shop-example.net"]


def test_files_are_listed_once_each_and_twenty_at_the_most():
    """Enclosures and Media RSS, with what the feed says of type and size."""
    more = (
        '<enclosure url="/a.mp3" type="Audio/MPEG" length="1200"/>'
        '<enclosure url="https://post.example/a.mp3"/>'
        '<media:group><media:content url="//cdn.example/v.mp4" medium="video" fileSize="x"/>'
        "</media:group>"
    )
    assert only(parse(rss(item("/a", more=more)))).enclosures == (
        Enclosure("https://post.example/a.mp3", "audio/mpeg", 1200),
        Enclosure("https://cdn.example/v.mp4", "video", None),
    )
    many = "".join(f'<media:content url="/{n}.jpg"/>' for n in range(50))
    assert len(only(parse(rss(item("/a", more=many)))).enclosures) == 20


@pytest.mark.parametrize("size", ["0", "-1", "1e3", "٣", "9" * 30, ""])
def test_an_absurd_size_is_none(size: str):
    """Feeds write 0 where they do not know."""
    more = f'<enclosure url="/a.mp3" length="{size}"/>'
    assert only(parse(rss(item("/a", more=more)))).enclosures[0].length is None


def test_full_text_is_kept_beside_the_summary():
    """content:encoded, Atom's content in any type, a description long enough."""
    encoded = f"<content:encoded><![CDATA[{TEXT}]]></content:encoded>"
    with_summary = only(parse(rss(item("/a", more=f"<description>Short.</description>{encoded}"))))
    assert (with_summary.summary, with_summary.content) == ("Short.", TEXT)
    alone = only(parse(rss(item("/a", more=encoded))))
    assert alone.content == TEXT
    assert alone.summary.startswith("The ferry")
    described = only(
        parse(rss(item("/a", more=f"<description><![CDATA[{TEXT * 2}]]></description>")))
    )
    assert described.content == TEXT * 2
    teaser = only(parse(rss(item("/a", more="<description>Short.</description>"))))
    assert teaser.content is None


@pytest.mark.parametrize("kind", ["html", "xhtml", "text"])
def test_atom_content_is_html_whatever_its_type(kind: str):
    """Plain text becomes paragraphs."""
    inner = {
        "html": TEXT.replace("<", "&lt;"),
        "xhtml": f'<div xmlns="http://www.w3.org/1999/xhtml">{TEXT}</div>',
        "text": TEXT.replace("<p>", "").replace("</p>", "\n"),
    }[kind]
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>P</title><entry><title>A</title>'
        f'<link href="https://post.example/a"/><content type="{kind}">{inner}</content></entry></feed>'
    )
    content = only(parse(body)).content
    assert content is not None
    assert content.count("<p>The ferry") == 12


def test_json_feed_brings_text_files_and_hub():
    """content_text is plain; the address the hub knows is feed_url."""
    plain = TEXT.replace("<p>", "").replace("</p>", "\n")
    items = [
        {"id": "1", "url": "https://post.example/1", "content_html": TEXT, "summary": "Short."},
        {
            "id": "2",
            "url": "https://post.example/2",
            "content_text": plain,
            "attachments": [
                {"url": "https://post.example/2.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 7}
            ],
        },
    ]
    feed = parse(
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "home_page_url": "https://post.example/",
                "feed_url": "https://post.example/feed.json",
                "hubs": [
                    {"type": "rssCloud", "url": "https://cloud.example/"},
                    {"type": "WebSub", "url": "https://hub.example/"},
                ],
                "items": items,
            }
        )
    )
    first, second = feed.candidates
    assert (first.summary, first.content) == ("Short.", TEXT)
    assert second.content.count("<p>The ferry") == 12
    assert second.enclosures == (Enclosure("https://post.example/2.mp3", "audio/mpeg", 7),)
    assert (feed.hub, feed.topic) == ("https://hub.example/", "https://post.example/feed.json")


def test_rss_as_json_is_read():
    """RSS's names in JSON's braces."""
    channel = {
        "title": "P",
        "link": "https://post.example/",
        "item": [
            {
                "title": "A",
                "link": "/a",
                "guid": {"#value": "g", "isPermaLink": "false"},
                "pubDate": "Tue, 10 Mar 2026 08:00:00 GMT",
                "enclosure": {"url": "/a.mp3", "type": "audio/mpeg", "length": "5"},
            },
            {"guid": "https://post.example/b"},
        ],
    }
    first, second = parse(json.dumps({"rss": {"version": "2.0", "channel": channel}})).candidates
    assert (first.url, first.guid, first.title) == ("https://post.example/a", "g", "A")
    assert first.published == datetime(2026, 3, 10, 8, tzinfo=UTC)
    assert first.enclosures == (Enclosure("https://post.example/a.mp3", "audio/mpeg", 5),)
    assert second.url == "https://post.example/b"


def test_hub_and_topic_of_xml_are_spelt_as_the_feed_spells_them():
    """A hub compares the topic letter by letter, tracking parameters included."""
    channel = (
        '<atom:link rel="hub" href="https://hub.example"/>'
        '<atom:link rel="self" href="https://post.example/feed?utm_source=x"/>'
    )
    feed = parse(rss(item("/a"), channel))
    assert (feed.hub, feed.topic) == (
        "https://hub.example",
        "https://post.example/feed?utm_source=x",
    )
    relative = parse(rss(item("/a"), '<atom:link rel="self" href="all.xml"/>'))
    assert (relative.hub, relative.topic) == (None, URL)


def test_mail_addresses_are_no_part_of_a_name():
    """RSS's author is an address, with the name behind it."""
    for told in ("ada@post.example (Ada Quay)", "Ada Quay &lt;ada@post.example&gt;", "Ada Quay"):
        more = f"<author>{told}</author>"
        assert only(parse(rss(item("/a", more=more)))).authors == ("Ada Quay",)
    assert only(parse(rss(item("/a", more="<author>desk@post.example</author>")))).authors == ()


def test_an_atom_entry_is_a_document_of_its_own():
    """RFC 4287 allows it."""
    body = (
        '<?xml version="1.0"?><entry xmlns="http://www.w3.org/2005/Atom"><title>A</title>'
        '<link href="https://post.example/a"/></entry>'
    )
    assert only(parse(body)).url == "https://post.example/a"
