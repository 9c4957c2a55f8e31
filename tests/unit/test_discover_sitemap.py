"""Sitemaps of every form: what they list, what is damaged in them, and what is an attack."""

from __future__ import annotations

import gzip
import resource
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.discover import Child, ParsedFeed, parse_feed, sitemap
from dateline.model import FeedKind

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
    ' xmlns:video="http://www.google.com/schemas/sitemap-video/1.1"'
)


def parse(body: bytes | str, content_type: str | None = None) -> ParsedFeed:
    return parse_feed(
        body.encode() if isinstance(body, str) else body,
        url="https://x.example/maps/sitemap.xml",
        content_type=content_type,
        now=NOW,
        kind=FeedKind.SITEMAP,
    )


def urlset(entries: str, names: str = NAMES, head: str = HEAD) -> str:
    return f"{head}<urlset {names}>{entries}</urlset>"


def url(path: str, more: str = "") -> str:
    return f"<url><loc>https://x.example/{path}</loc>{more}</url>"


def urls(feed: ParsedFeed) -> list[str]:
    return [one.url.removeprefix("https://x.example/") for one in feed.candidates]


def test_a_news_sitemap_gives_all_that_it_says():
    """Dates, title, keywords, language, the first picture; tickers and the paper's name do not."""
    feed = parse(
        urlset(
            url(
                "ferry",
                """<lastmod>2026-03-10T09:30:15.250+02:00</lastmod><changefreq>hourly</changefreq>
                <news:news>
                  <news:publication><news:name>The X</news:name><news:language>pt-br</news:language></news:publication>
                  <news:genres>Blog</news:genres>
                  <news:publication_date>2026-03-10T08:00:00Z</news:publication_date>
                  <news:title><![CDATA[Ferry & bridge]]> reopen</news:title>
                  <news:keywords>ferry, harbour; strike ,</news:keywords>
                  <news:stock_tickers>NASDAQ:A</news:stock_tickers>
                </news:news>
                <image:image><image:loc>/i/1.jpg</image:loc><image:title>Bow</image:title></image:image>
                <image:image><image:loc>/i/2.jpg</image:loc></image:image>""",
            )
        )
    )
    (one,) = feed.candidates
    assert (feed.problem, feed.entries, feed.children) == (None, 1, ())
    assert one.url == "https://x.example/ferry"
    assert one.published == datetime(2026, 3, 10, 8, tzinfo=UTC)
    assert one.updated == datetime(2026, 3, 10, 7, 30, 15, tzinfo=UTC)
    assert (one.title, one.summary) == ("Ferry & bridge reopen", None)
    assert one.tags == ("ferry", "harbour", "strike")
    assert one.language == "pt-BR"
    assert one.image_url == "https://x.example/i/1.jpg"


def test_parts_of_a_video_are_not_the_articles():
    """Its title, date and address are its own; its still is a picture."""
    feed = parse(
        urlset(
            url(
                "a",
                """<video:video><video:title>Clip</video:title><video:thumbnail_loc>https://x.example/t.jpg</video:thumbnail_loc>
                <video:publication_date>2020-01-01</video:publication_date><video:player_loc>https://v.example/</video:player_loc></video:video>""",
            )
        )
    )
    (one,) = feed.candidates
    assert (one.title, one.published, one.image_url) == (None, None, "https://x.example/t.jpg")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-03-09T10:00:00Z", datetime(2026, 3, 9, 10, tzinfo=UTC)),
        ("2026-03-09T10:00Z", datetime(2026, 3, 9, 10, tzinfo=UTC)),
        ("2026-03-09T10:00:00.123456789+00:00", datetime(2026, 3, 9, 10, tzinfo=UTC)),
        ("2026-03-09T10:00:00+0530", datetime(2026, 3, 9, 4, 30, tzinfo=UTC)),
        ("2026-03-09", datetime(2026, 3, 9, tzinfo=UTC)),
        ("2026-03-09 10:00:00", datetime(2026, 3, 9, 10, tzinfo=UTC)),
        ("2026-03-09 10:00:00 UTC", datetime(2026, 3, 9, 10, tzinfo=UTC)),
        ("Mon, 09 Mar 2026 10:00:00 GMT", datetime(2026, 3, 9, 10, tzinfo=UTC)),
        (" \n2026-03-09\t", datetime(2026, 3, 9, tzinfo=UTC)),
        ("1773050400", datetime(2026, 3, 9, 10, tzinfo=UTC)),
        ("2026", None),
        ("2026-03", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("0000-00-00", None),
        ("2036-01-01", None),
        ("1970-01-01T00:00:00Z", None),
        ("soon", None),
    ],
)
def test_lastmod_is_read_in_all_its_spellings(written, read):
    """W3C's forms, the usual wrong ones; what is impossible is none."""
    (one,) = parse(urlset(url("a", f"<lastmod>{written}</lastmod>"))).candidates
    assert one.updated == read


def test_an_entry_that_is_touched_has_another_fingerprint():
    first = parse(urlset(url("a", "<lastmod>2026-03-09</lastmod>"))).candidates[0]
    again = parse(urlset(url("a", "<lastmod>2026-03-09</lastmod>"))).candidates[0]
    later = parse(urlset(url("a", "<lastmod>2026-03-10</lastmod>"))).candidates[0]
    assert first.fingerprint == again.fingerprint != later.fingerprint


def test_an_index_gives_children_and_no_candidates():
    feed = parse(
        f"{HEAD}<sitemapindex {NAMES}>"
        "<sitemap><loc>https://x.example/1.xml.gz</loc><lastmod>2026-03-09</lastmod></sitemap>"
        "<sitemap>\nhttps://x.example/2.xml?a=1&amp;b=2\n</sitemap>"
        "<sitemap><loc>/3.xml</loc></sitemap><sitemap/></sitemapindex>"
    )
    assert feed.candidates == ()
    assert feed.children == (
        Child("https://x.example/1.xml.gz", datetime(2026, 3, 9, tzinfo=UTC)),
        Child("https://x.example/2.xml?a=1&b=2"),
        Child("https://x.example/3.xml"),
    )
    assert (feed.entries, feed.dropped, feed.problem) == (4, 1, None)


def test_a_list_of_addresses_is_a_sitemap():
    body = "\ufeffhttps://x.example/1\r\n\r\n  http://x.example/2 \nnot an address\n"
    feed = parse(body.encode("utf-16"))
    assert [one.url for one in feed.candidates] == ["https://x.example/1", "http://x.example/2"]
    assert feed.dropped == 1


def test_a_text_is_no_sitemap():
    """Some address in it does not make it one."""
    assert parse("Moved.\nSee https://x.example/").problem == "not_a_feed: text"
    assert parse("").problem == "empty"


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("<rss><channel><item><title>T</title><link>/1</link></item></channel></rss>", "T"),
        (
            '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title><link href="/1"/></entry></feed>',
            "T",
        ),
    ],
)
def test_a_feed_may_serve_as_a_sitemap(body, title):
    (one,) = parse(body).candidates
    assert (one.url, one.title) == ("https://x.example/1", title)


def test_what_is_declared_a_feed_is_no_sitemap():
    """The kind is the source's word."""
    body = urlset(url("a")).encode()
    feed = parse_feed(body, url="https://x.example/", content_type=None, now=NOW)
    assert feed.problem == "not_a_feed: urlset"


def test_a_page_is_no_sitemap():
    page = "<!doctype html><html><body><p>See our &lt;urlset&gt; <urlset></p></body></html>"
    assert parse(page).problem == "not_a_feed: html"


@pytest.mark.parametrize(
    "names",
    [
        "",
        'xmlns="https://www.google.com/schemas/sitemap/0.84"',
        'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"',
        'xmlns="" xmlns:news="wrong"',
    ],
)
def test_wrong_namespaces_do_no_harm(names):
    """Nor do undeclared prefixes, and they are no damage."""
    news = "<news:news><news:title>T</news:title></news:news>"
    feed = parse(urlset(url("a", news), names))
    assert (feed.candidates[0].title, feed.problem) == ("T", None)


def test_prefixes_and_capitals_of_any_kind_are_read():
    feed = parse("<S:URLSET xmlns:S='x'><S:URL><S:Loc>/a</S:Loc></S:URL></S:URLSET>")
    assert urls(feed) == ["a"]


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1251"])
def test_charsets(charset):
    """With and without a BOM, declared or not."""
    title = "Порт" if charset == "windows-1251" else "Café"
    news = f"<news:news><news:title>{title}</news:title></news:news>"
    head = f'<?xml version="1.0" encoding="{charset.removesuffix("-sig")}"?>'
    (one,) = parse(urlset(url("a", news), head=head).encode(charset)).candidates
    assert one.title == title


def test_references_are_read_as_they_were_meant():
    """Bare ampersands, escaped ones, entities of HTML, numbers."""
    feed = parse(
        urlset(
            "<url><loc>https://x.example/?a=1&b=2&copy=3</loc></url>"
            "<url><loc>https://x.example/?a=1&amp;c=2</loc>"
            "<news:news><news:title>Caf&eacute; &amp; &#66;ar&nbsp;&unknown; A&B</news:title></news:news></url>"
            "<url><loc><![CDATA[https://x.example/R&D]]></loc></url>"
        )
    )
    assert urls(feed) == ["?a=1&b=2&copy=3", "?a=1&c=2", "R&D"]
    assert feed.candidates[1].title == "Café & Bar &unknown; A&B"
    assert feed.problem is None


@pytest.mark.parametrize("cut", [-1, -10, -12, -20, -30, -50])
def test_a_file_cut_short_gives_its_whole_entries(cut):
    """Half an address is a wrong one."""
    feed = parse(urlset(url("1") + url("2") + url("3"))[:cut])
    assert urls(feed) in (["1", "2", "3"], ["1", "2"])
    if cut < -9:
        assert feed.problem == "truncated"
    if cut <= -12:
        assert urls(feed) == ["1", "2"]


def test_a_file_cut_before_its_first_entry_is_refused():
    assert parse("<urlset><url><loc>https://x.exam").problem == "truncated"


@pytest.mark.parametrize(
    "damage",
    [
        "<url><loc>https://x.example/bad</loc>",
        "</url></url>",
        "<url><loc>https://x.example/bad</url>",
        "<url <",
        "\x01\x0b",
        "<p>advertisement",
        "]]>",
    ],
)
def test_entries_around_damage_are_kept(damage):
    feed = parse(urlset(url("1") + damage + url("2") + url("3")))
    assert {"1", "3"} <= set(urls(feed))
    assert len(urls(feed)) <= 4


def test_damage_is_named():
    assert (parse(urlset(url("1") + "</b>")).problem or "").startswith("malformed: ")


def test_what_stands_before_the_root_is_no_matter():
    """A PHP warning, a style sheet, a comment."""
    body = "<br />Warning: x\n<?xml version='1.0'?><?xml-stylesheet href='a'?><!-- <urlset> no -->"
    assert urls(parse(body.replace("<urlset> no", "made by hand") + urlset(url("1"), head=""))) == [
        "1"
    ]


def test_an_empty_one_is_fine():
    """A small paper has had no news for two days."""
    for body in (urlset(""), "<urlset/>"):
        feed = parse(body)
        assert (feed.candidates, feed.problem, feed.entries) == ((), None, 0)


def test_a_packed_file_is_unpacked():
    body = gzip.compress(urlset(url("1")).encode())
    assert urls(parse(body, "application/x-gzip")) == ["1"]
    assert urls(parse(gzip.compress(b"https://x.example/1\nhttps://x.example/2\n"))) == ["1", "2"]


def test_a_damaged_or_bursting_packed_file_is_refused():
    whole = gzip.compress(urlset(url("1")).encode())
    assert parse(whole[:-9]).problem == "gzip_truncated"
    assert parse(whole[:20] + b"xxxx" + whole[24:]).problem == "gzip_bad_encoding"
    bomb = gzip.compress(b"<urlset>" + bytes(sitemap.MAX_UNPACKED))
    assert parse(bomb).problem == "gzip_bomb"
    assert parse(gzip.compress(whole)).problem == "not_a_feed: binary"


BOMB = (
    "<!DOCTYPE urlset [<!ENTITY a 'aaaaaaaaaa'>"
    + "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
    + "]>"
)


def test_declared_entities_are_refused():
    """Bombs and external ones alike, in the prolog or behind the root."""
    assert parse(BOMB + urlset(url("&j;"), head="")).problem == "not_a_feed: declares entities"
    outside = '<!DOCTYPE u [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    assert parse(outside + urlset(url("&x;"), head="")).problem == "not_a_feed: declares entities"
    inside = urlset(outside + url("a&x;") + BOMB + url("b"))
    assert "root:" not in str(parse(inside))
    assert all(len(one.url) < 100 for one in parse(inside).candidates)


def test_an_external_document_type_is_never_asked_for():
    """A document type alone is not even seen."""
    doctype = '<!DOCTYPE urlset SYSTEM "http://127.0.0.1:9/x.dtd">'
    assert urls(parse(doctype + urlset(url("1"), head=""))) == ["1"]


@pytest.mark.parametrize(
    "body",
    [
        b"<urlset>" + b"<a>" * 300_000 + b"</urlset>",
        b"<urlset>" + b"<url>" * 300_000 + b"</urlset>",
        b"<urlset><url>" + b"<a/>" * 500_000 + b"</url></urlset>",
        b"<urlset><url><loc>" + b"x" * 12_000_000 + b"</loc></url></urlset>",
        b'<urlset><url a="' + b"x" * 12_000_000 + b'"/></urlset>',
        b"<urlset>" + b"&" * 3_000_000 + b"</urlset>",
        b"<urlset>" + b"<" * 3_000_000 + b"</urlset>",
        b"<urlset>" + b"</" * 1_500_000,
        b"<urlset><url " + b" ".join(b'a%d="1"' % n for n in range(200_000)) + b"/></urlset>",
    ],
    ids=[
        "deep",
        "deep urls",
        "wide",
        "text",
        "attribute",
        "references",
        "opened",
        "ends",
        "attributes",
    ],
)
def test_hostile_shapes_cost_little(body):
    """CPU in proportion to their size, and they give nothing."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    feed = parse(body)
    assert feed.candidates == ()
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < 10


def test_more_entries_than_anyone_may_write_are_cut(monkeypatch):
    monkeypatch.setattr(sitemap, "MAX_ENTRIES", 100)
    feed = parse(urlset("".join(url(str(n)) for n in range(10_000))))
    assert len(feed.candidates) == 100
    assert feed.problem == "too_many: only the first 100 entries are read"
    whole = parse(urlset("".join(url(str(n)) for n in range(100))))
    assert (len(whole.candidates), whole.problem) == (100, None)


def test_a_full_sitemap_is_read_in_seconds():
    """Fifty thousand entries: what the protocol allows."""
    begun = time.process_time()
    assert len(parse(urlset("".join(url(f"2026/{n}") for n in range(50_000)))).candidates) == 50_000
    assert time.process_time() - begun < 30


_pieces = st.lists(
    st.sampled_from(
        ["<urlset>", "</urlset>", "<url>", "</url>", "<loc>", "</loc>", "https://x.example/1", "&", "<", ">",
        "<news:title>", "</news:title>", "<![CDATA[", "]]>", "&#x0;", "\x00", "<!--", "-->", "<?", "é", " a='b'"]
    ),
    max_size=30,
)  # fmt: skip


@settings(derandomize=True, max_examples=300, deadline=None)
@given(_pieces)
def test_nothing_makes_it_raise(pieces):
    """Whatever it is: candidates or a problem."""
    parse("<urlset>" + "".join(pieces))
    parse("".join(pieces).encode("utf-16"))


@settings(derandomize=True, max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise(body):
    parse(body)
    parse(b"\x1f\x8b" + body)
