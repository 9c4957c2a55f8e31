"""Each feed format, as publishers write it, gives the same candidates."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from dateline.discover import parse_feed

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
URL = "https://feeds.example.org/news/all.xml"


def parse(body: str | bytes, *, url: str = URL, content_type: str | None = None):
    data = body if isinstance(body, bytes) else body.encode()
    return parse_feed(data, url=url, content_type=content_type, now=NOW)


def rss(items: str, *, channel: str = "", attributes: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {attributes}><channel>'
        f"<title>The Harbour Post</title>{channel}{items}</channel></rss>"
    )


def only(feed):
    assert len(feed.candidates) == 1, feed
    return feed.candidates[0]


RSS_2 = rss(
    """
    <item>
      <title>Ferry &amp;amp; bridge reopen</title>
      <link>https://post.example/ferry?utm_source=rss</link>
      <guid isPermaLink="false">post-1</guid>
      <description>&lt;p&gt;After &lt;b&gt;two&lt;/b&gt; weeks.&lt;/p&gt;At last.</description>
      <dc:creator>Ada Quay</dc:creator>
      <category>Transport</category><category>Harbour</category>
      <pubDate>Tue, 10 Mar 2026 10:30:00 +0100</pubDate>
      <media:thumbnail url="//img.post.example/ferry.jpg"/>
    </item>""",
    channel="<link>https://post.example/</link><language>en-gb</language><ttl>30</ttl>",
    attributes='xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/"',
)

ATOM = """<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-GB" xml:base="https://post.example/">
  <title>The Harbour Post</title>
  <entry>
    <id>tag:post.example,2026:1</id>
    <title type="html">Ferry &amp;amp; bridge reopen</title>
    <link rel="self" href="/ferry.atom"/>
    <link rel="alternate" type="application/json" href="/ferry.json"/>
    <link rel="alternate" type="text/html" href="/ferry"/>
    <summary type="html">
      &lt;p&gt;After &lt;b&gt;two&lt;/b&gt; weeks.&lt;/p&gt;At last.
    </summary>
    <author><name>Ada Quay</name></author>
    <category term="t" label="Transport"/><category term="Harbour"/>
    <published>2026-03-10T10:30:00+01:00</published>
    <updated>2026-03-10T11:00:00Z</updated>
  </entry>
</feed>"""

RDF = """<?xml version="1.0"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
  <channel rdf:about="https://post.example/"><title>The Harbour Post</title>
    <link>https://post.example/</link><dc:language>en-GB</dc:language>
    <sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>
  </channel>
  <item rdf:about="https://post.example/ferry"><title>Ferry &amp;amp; bridge reopen</title>
    <link>https://post.example/ferry</link>
    <description>After two weeks. At last.</description>
    <dc:creator>Ada Quay</dc:creator><dc:date>2026-03-10T10:30:00+01:00</dc:date>
  </item>
</rdf:RDF>"""

JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "The Harbour Post",
        "language": "en-GB",
        "items": [
            {
                "id": 1,
                "url": "https://post.example/ferry",
                "title": "Ferry & bridge reopen",
                "content_html": "<p>After <b>two</b> weeks.</p><p>At last.</p>",
                "authors": [{"name": "Ada Quay"}],
                "tags": ["Transport", "Harbour"],
                "date_published": "2026-03-10T10:30:00+01:00",
            }
        ],
    }
)


@pytest.mark.parametrize("body", [RSS_2, ATOM, RDF, JSON], ids=["rss", "atom", "rdf", "json"])
def test_every_format_gives_the_same_article(body):
    feed = parse(body)
    entry = only(feed)
    assert feed.problem is None
    assert (feed.title, feed.language, feed.dropped) == ("The Harbour Post", "en-GB", 0)
    assert entry.url == "https://post.example/ferry"
    assert entry.title == "Ferry & bridge reopen"
    assert entry.summary == "After two weeks. At last."
    assert entry.authors == ("Ada Quay",)
    assert entry.published == datetime(2026, 3, 10, 9, 30, tzinfo=UTC)
    assert entry.language == "en-GB"


@pytest.mark.parametrize("body", [RSS_2, ATOM, JSON], ids=["rss", "atom", "json"])
def test_tags_are_read(body):
    assert only(parse(body)).tags == ("Transport", "Harbour")


def test_guid_image_and_ttl_of_rss():
    feed = parse(RSS_2)
    assert only(feed).guid == "post-1"
    assert only(feed).image_url == "https://img.post.example/ferry.jpg"
    assert feed.ttl == timedelta(minutes=30)


def test_the_update_frequency_of_rdf_is_a_ttl():
    assert parse(RDF).ttl == timedelta(hours=6)


@pytest.mark.parametrize("ttl", ["", "0", "-5", "soon", "९", "9" * 400])
def test_an_absurd_ttl_is_no_ttl(ttl):
    assert parse(rss("", channel=f"<ttl>{ttl}</ttl>")).ttl is None


def test_atom_tells_updated_from_published():
    entry = only(parse(ATOM))
    assert entry.updated == datetime(2026, 3, 10, 11, tzinfo=UTC)


@pytest.mark.parametrize("version", ["0.91", "0.92", "0.93"])
def test_old_rss_is_read(version):
    body = (
        f'<rss version="{version}"><channel><title>Old</title><item><title>A</title>'
        "<link>http://old.example/a</link></item></channel></rss>"
    )
    assert only(parse(body)).url == "http://old.example/a"


def test_rss_0_90_is_read():
    body = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>Old</title></channel>'
        "<item><title>A</title><link>http://old.example/a</link></item></rdf:RDF>"
    )
    assert only(parse(body)).url == "http://old.example/a"


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<link>/a</link>", "https://post.example/a"),
        ("<link>//www.post.example/a</link>", "https://www.post.example/a"),
        ("<link>\n  https://post.example/a\n</link>", "https://post.example/a"),
        ("<link><![CDATA[https://post.example/a?x=1&y]]></link>", "https://post.example/a?x=1&y"),
        ("<guid>https://post.example/a</guid>", "https://post.example/a"),
        ('<guid isPermaLink="true">https://post.example/a</guid>', "https://post.example/a"),
        ('<atom:link href="https://post.example/a"/>', "https://post.example/a"),
        (
            (
                "<link>https://feeds.example.org/~r/post/1</link>"
                "<fb:origLink>https://post.example/a</fb:origLink>"
            ),
            "https://post.example/a",
        ),
        (
            '<link>https://post.example/a</link><enclosure url="https://cdn.example/a.mp3"/>',
            "https://post.example/a",
        ),
    ],
)
def test_the_link_is_found_and_made_absolute(item, url):
    body = rss(
        f"<item><title>A</title>{item}</item>",
        channel="<link>https://post.example/</link>",
        attributes='xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:fb="http://rssnamespace.org/feedburner/ext/1.0"',
    )
    assert only(parse(body)).url == url


def test_relative_links_are_joined_with_xml_base():
    item = '<item xml:base="https://b.example/c/"><link>a</link></item>'
    body = rss(item, channel="<link>https://post.example/</link>")
    assert only(parse(body)).url == "https://b.example/c/a"


def test_relative_links_of_atom_are_joined_with_the_feed_when_it_names_no_base():
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title>'
        '<entry><title>a</title><link href="../a"/></entry></feed>'
    )
    assert only(parse(body)).url == "https://feeds.example.org/a"


def test_entries_without_a_usable_link_are_counted():
    feed = parse(
        rss(
            "<item><title>none</title></item>"
            "<item><link>javascript:alert(1)</link></item>"
            '<item><guid isPermaLink="false">https://post.example/x</guid></item>'
            "<item><link>https://post.example/a</link></item>"
        )
    )
    assert [entry.url for entry in feed.candidates] == ["https://post.example/a"]
    assert (feed.dropped, feed.problem) == (3, None)


def test_a_feed_of_nothing_but_unusable_links_says_so():
    feed = parse(rss("<item><title>none</title></item>"))
    assert (feed.candidates, feed.dropped, feed.problem) == ((), 1, "no_links")


def test_an_empty_feed_is_a_feed():
    feed = parse(rss(""))
    assert (feed.candidates, feed.problem, feed.title) == ((), None, "The Harbour Post")


def test_an_address_listed_twice_is_one_candidate_the_first():
    feed = parse(
        rss(
            "<item><title>First</title><link>https://post.example/a?utm_source=x</link></item>"
            "<item><title>Second</title><link>https://post.example/a#more</link></item>"
        )
    )
    assert only(feed).title == "First"
    assert feed.dropped == 0


def test_what_says_the_same_has_the_same_fingerprint_and_a_touched_entry_another():
    def fingerprint(title: str, link: str) -> bytes:
        item = f"<item><title>{title}</title><link>{link}</link></item>"
        return only(parse(rss(item))).fingerprint

    before = fingerprint("A", "https://post.example/a")
    assert len(before) == 16
    assert fingerprint("A ", "https://post.example/b") == before
    assert fingerprint("B", "https://post.example/a") != before


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Tue, 10 Mar 2026 08:00:00 GMT", datetime(2026, 3, 10, 8, tzinfo=UTC)),
        ("Tue, 10 Mar 2026 08:00:00 CEST", datetime(2026, 3, 10, 6, tzinfo=UTC)),
        ("2026-03-10", datetime(2026, 3, 10, tzinfo=UTC)),
        ("Wed, 11 Mar 2026 11:00:00 GMT", datetime(2026, 3, 11, 11, tzinfo=UTC)),
        ("Thu, 12 Mar 2026 11:00:00 GMT", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("Fri, 01 Jan 2090 00:00:00 GMT", None),
        ("Tue, 99 Foo 9999999999 99:99", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_are_aware_and_plausible_or_none(date, expected):
    item = f"<item><link>https://post.example/a</link><pubDate>{date}</pubDate></item>"
    assert only(parse(rss(item))).published == expected


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("Plain", "Plain"),
        ("AT&amp;T", "AT&T"),
        ("AT&amp;amp;T", "AT&T"),
        ("<![CDATA[<em>Quiet</em> night]]>", "Quiet night"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;Calm", "Calm"),
        ("3 &lt; 5 and 7 &gt; 6", "3 < 5 and 7 > 6"),
        ("&amp;lt;b&amp;gt;Bold&amp;lt;/b&amp;gt;", "Bold"),
        ("one&lt;br&gt;two", "one two"),
        ("H&lt;b&gt;ello&lt;/b&gt;", "Hello"),
        ("a\n   b\tc", "a b c"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("   ", None),
    ],
)
def test_titles_are_plain_text(written, text):
    item = f"<item><link>https://post.example/a</link><title>{written}</title></item>"
    assert only(parse(rss(item))).title == text


def test_long_fields_are_cut():
    entry = only(
        parse(
            rss(
                f"<item><link>https://post.example/a</link><title>{'t' * 100_000}</title>"
                f"<description>{'word ' * 5_000}</description><guid>{'g' * 9_000}</guid>"
                + "".join(f"<category>c{number}</category>" for number in range(500))
                + "</item>"
            )
        )
    )
    assert len(entry.title) <= 1_000
    assert len(entry.summary) <= 2_000
    assert len(entry.guid) <= 1_000
    assert len(entry.tags) == 50


def test_json_feed_1_0_with_one_author_and_an_external_link():
    body = json.dumps(
        {
            "version": "https://jsonfeed.org/version/1",
            "items": [
                {"id": "1", "external_url": "https://a.example/1", "author": {"name": "Bo"}},
                {"id": "https://a.example/2", "content_text": "Text"},
                {"id": "3"},
                "no object",
            ],
        }
    )
    feed = parse(body)
    assert [entry.url for entry in feed.candidates] == [
        "https://a.example/1",
        "https://a.example/2",
    ]
    assert feed.candidates[0].authors == ("Bo",)
    assert feed.dropped == 1
