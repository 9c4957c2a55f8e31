"""The sample newsroom: what its publishers serve, and how they change and fail on request."""

from __future__ import annotations

import gzip
import html
import http.client
import json
import re
import signal
import socket
import subprocess
import sys
import zlib
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import feedparser
import pytest
from selectolax.lexbor import LexborHTMLParser

from dateline import newsroom
from dateline.errors import StackError
from dateline.model import Kind, State
from dateline.newsroom import Newsroom
from dateline.newsroom.content import load

NOW = datetime(2026, 3, 29, 0, 30, 41, tzinfo=UTC)
"""The night the clocks change in Europe."""

SLUGS = [publisher.slug for publisher in load()]


def ask(url, method="GET", body=None, **headers):
    """One request on its own connection, no redirects followed: status, headers, body."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers=names)
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def page(url):
    """A page as a browser decodes it: charset of the header, else of the first meta element."""
    status, headers, body = ask(url)
    assert status == 200, url
    declared = headers.get_content_charset()
    in_page = re.search(rb'charset="?([\w-]+)', body[:600])
    return body.decode(declared or in_page[1].decode())


def entries(site):
    """The site's feed, parsed: address without tracking → entry."""
    _, headers, body = ask(site.feed_url)
    feed = feedparser.parse(body, response_headers={"content-type": headers["Content-Type"]})
    assert not feed.bozo, feed.get("bozo_exception")
    return {entry.link.partition("?utm_")[0]: entry for entry in feed.entries}


@pytest.fixture(scope="module")
def standing():
    """A newsroom that tests only read."""
    with Newsroom(0, clock=lambda: NOW) as room:
        yield room


@pytest.fixture
def room():
    """A newsroom that a test may change."""
    with Newsroom(0, clock=lambda: NOW) as room:
        yield room


def dates(entry):
    """When a feed entry was published and when it was changed."""
    published = entry.get("published_parsed") or entry.updated_parsed
    # feedparser warns when it must put `published` in the place of a missing `updated`.
    updated = published if "updated_parsed" not in entry else entry.updated_parsed
    return datetime(*published[:6], tzinfo=UTC), datetime(*updated[:6], tzinfo=UTC)


def site_of(room, slug):
    return next(site for site in room.sites if site.publisher.slug == slug)


def one(room, slug, state=State.LOADED, **wanted):
    """The newest expected row of a publisher that fits."""
    return next(
        row
        for row in room.expected()
        if row.publisher == slug
        and row.state == state
        and all(getattr(row, name) == value for name, value in wanted.items())
    )


# What it carries


def test_publishers_differ_in_layout_feed_language_and_charset():
    publishers = load()
    assert {p.layout for p in publishers} == {"modern", "meta", "microdata", "bare", "graph"}
    assert {p.feed for p in publishers} == {"rss", "atom", "rdf"}
    assert {p.language[:2] for p in publishers} == {"en", "de", "es", "pl"}
    assert {p.charset for p in publishers} == {"utf-8", "windows-1252", "iso-8859-2"}


def test_every_story_is_long_enough_and_its_prepared_edit_fits():
    """A live blog counts with its entries; a story's edit replaces words that it holds."""
    for publisher in load():
        assert len(publisher.stories) >= 5
        for story in (*publisher.stories, *publisher.stock, publisher.bulletin):
            entries = [text for entry in story.entries for text in entry.body]
            assert len(story.body) + len(entries) >= 5, story.slug
            assert story.edit is None or story.edit[0] in " ".join(story.shown), story.slug
            assert story.title
            assert story.standfirst
            assert story.authors
            assert story.tags
            assert timedelta(minutes=story.age) <= timedelta(hours=36)
            assert story.modified is None or story.modified < story.age


def test_addresses_are_unique_and_dates_lie_in_the_last_36_hours(standing):
    rows = standing.expected()
    assert len({row.url for row in rows}) == len(rows)
    for row in rows:
        assert timedelta(0) < NOW - row.published_at <= timedelta(hours=36, minutes=1)
        assert row.published_at.utcoffset() is not None


def test_dates_follow_the_clock_change_of_the_publishers_zone(standing):
    """The last Sunday of March: Berlin's articles of Saturday have +01:00, whatever comes later."""
    site = site_of(standing, "newsroom-tagblatt")
    assert site.ago(31).isoformat() == "2026-03-29T00:59:00+01:00"
    assert site.ago(-31).isoformat() == "2026-03-29T03:01:00+02:00"


@pytest.mark.parametrize("slug", SLUGS)
def test_feed_parses_and_lists_exactly_what_is_expected(standing, slug):
    """Feedparser finds no fault in it; title, date, summary, authors, tags agree with the truth."""
    listed = entries(site_of(standing, slug))
    expected = {row.url: row for row in standing.expected() if row.publisher == slug}
    assert listed.keys() == expected.keys()
    for url, entry in listed.items():
        row = expected[url]
        assert entry.title == row.title
        assert dates(entry) == (row.published_at, row.modified_at or row.published_at)
        if row.paragraphs:
            assert entry.summary == row.summary
            assert entry.author in {*row.authors, ", ".join(row.authors)}
            assert tuple(tag["term"] for tag in entry.tags) == row.tags


@pytest.mark.parametrize("slug", SLUGS)
def test_pages_hold_the_expected_text_in_order(standing, slug):
    """Title, standfirst and every paragraph, decoded by the declared charset, each once."""
    for row in standing.expected():
        if row.publisher != slug or row.state not in {State.LOADED, State.SKIPPED}:
            continue
        html = page(row.url)
        tree = LexborHTMLParser(html)
        text = " ".join(tree.body.text(separator=" ", deep=True).split())
        if (second := f"{row.url}?page=2") in html:
            text += " ".join(LexborHTMLParser(page(second)).body.text(separator=" ").split())
        places = [text.index(" ".join(paragraph.split())) for paragraph in row.paragraphs]
        assert places == sorted(places)
        assert tree.css_first("h1").text() == row.title
        assert row.summary in text
        assert ask(row.image_url)[2].startswith(b"\x89PNG")


def test_json_ld_states_the_facts(standing):
    for slug in ("newsroom-courier", "newsroom-standard"):
        row = one(standing, slug, kind=Kind.ARTICLE)
        script = LexborHTMLParser(page(row.url)).css_first('script[type="application/ld+json"]')
        document = json.loads(script.text())
        nodes = document.get("@graph", [document])
        facts = next(node for node in nodes if node["@type"] == "NewsArticle")
        assert facts["headline"] == row.title
        assert datetime.fromisoformat(facts["datePublished"]) == row.published_at
        assert tuple(person["name"] for person in facts["author"]) == row.authors
        assert facts["articleSection"] == row.section
        assert facts["isAccessibleForFree"] is True


def test_meta_layout_states_the_facts_in_meta_elements_only(standing):
    row = one(standing, "newsroom-ledger", section="Local")
    tree = LexborHTMLParser(page(row.url))
    metas = {
        node.attributes.get("property") or node.attributes.get("name"): node.attributes["content"]
        for node in tree.css("meta[content]")
    }
    assert metas["og:title"] == row.title
    assert datetime.fromisoformat(metas["article:published_time"]) == row.published_at
    assert datetime.fromisoformat(metas["article:modified_time"]) == row.modified_at
    assert metas["author"] == ", ".join(row.authors)
    assert not tree.css("script, [itemprop]")


def test_microdata_layout_states_the_facts_in_itemprops(standing):
    row = one(standing, "newsroom-tagblatt", section="Wirtschaft")
    tree = LexborHTMLParser(page(row.url))
    names = tuple(node.text() for node in tree.css("[itemprop=author] [itemprop=name]"))
    published = tree.css_first("[itemprop=datePublished]").attributes["datetime"]
    assert names == row.authors
    assert datetime.fromisoformat(published) == row.published_at
    assert not tree.css("script, meta[property]")


def test_bare_layout_has_no_metadata(standing):
    for slug in ("newsroom-diario", "newsroom-goniec"):
        tree = LexborHTMLParser(page(one(standing, slug).url))
        assert not tree.css("script, [itemprop], meta[property], meta[name], time, link")


def test_legacy_charset_is_declared_in_the_header_or_only_in_the_page(standing):
    spanish, polish = one(standing, "newsroom-diario"), one(standing, "newsroom-goniec")
    _, headers, body = ask(spanish.url)
    assert headers.get_content_charset() == "windows-1252"
    assert b"charset=" not in body
    assert "“Tenemos los edificios".encode("windows-1252") in body
    _, headers, body = ask(polish.url)
    assert headers.get_content_charset() is None
    assert b"charset=iso-8859-2" in body
    assert "rzekę".encode("iso-8859-2") in body
    assert b"&#8222;" in body, "quotation marks that the charset lacks"


def test_wire_story_is_carried_twice_once_edited(standing):
    """Two publishers, one AP text with its dateline; the second has house spelling and a cut."""
    first, second = (
        next(row for row in standing.expected() if row.publisher == slug and row.dateline)
        for slug in ("newsroom-ledger", "newsroom-standard")
    )
    assert first.dateline == second.dateline
    assert (first.dateline.agency, first.dateline.country) == ("AP", "KR")
    assert first.paragraphs[0].startswith(f"{first.dateline.text}A South Korean court")
    assert len(first.paragraphs) == len(second.paragraphs) == 7
    same = [a == b for a, b in zip(first.paragraphs, second.paragraphs, strict=True)]
    assert same.count(False) == 3


def test_german_wire_story_has_its_dateline(standing):
    row = one(standing, "newsroom-tagblatt", section="Politik")
    assert row.dateline.agency == "dpa"
    assert row.paragraphs[0].startswith(row.dateline.text)


def test_live_blog_has_timed_entries(standing):
    row = one(standing, "newsroom-standard", kind=Kind.LIVE)
    tree = LexborHTMLParser(page(row.url))
    document = json.loads(tree.css_first('script[type="application/ld+json"]').text())
    live = next(node for node in document["@graph"] if node["@type"] == "LiveBlogPosting")
    stated = [update["datePublished"] for update in live["liveBlogUpdate"]]
    assert [node.attributes["datetime"] for node in tree.css(".live-entry time")] == stated
    assert stated == sorted(stated, reverse=True)
    assert len(stated) == 5


def test_paywalled_article_shows_its_first_paragraphs_and_says_so(standing):
    row = one(standing, "newsroom-courier", free=False)
    text = page(row.url)
    assert len(row.paragraphs) == 3
    assert '"isAccessibleForFree": false' in text
    assert "The hospital, for its part" not in text


# Addresses


def test_robots_txt_forbids_a_section_whose_article_the_feed_lists(standing):
    site = site_of(standing, "newsroom-courier")
    status, headers, body = ask(site.home + "/robots.txt")
    row = one(standing, "newsroom-courier", State.SKIPPED)
    assert (status, headers.get_content_type()) == (200, "text/plain")
    assert urlsplit(row.url).path.startswith("/news/members/")
    assert b"\nDisallow: /news/members/\n" in body
    assert f"Sitemap: {site.home}/sitemap-news.xml".encode() in body


def test_robots_txt_with_crawl_delay_and_none_at_all(standing):
    slow, open_ = site_of(standing, "newsroom-ledger"), site_of(standing, "newsroom-diario")
    assert b"Crawl-delay: 0.2" in ask(slow.home + "/robots.txt")[2]
    assert ask(open_.home + "/robots.txt")[0] == 404


def test_feeds_list_a_moved_a_gone_and_a_missing_page(standing):
    moved = one(standing, "newsroom-ledger", State.DUPLICATE)
    status, headers, _ = ask(moved.url)
    assert status == 301
    assert headers["Location"] in {row.url for row in standing.expected() if row.paragraphs}
    assert ask(one(standing, "newsroom-tagblatt", State.GONE).url)[0] == 410
    assert ask(one(standing, "newsroom-diario", State.GONE).url)[0] == 404


def test_sitemap_lists_the_articles(standing):
    for site in standing.sites:
        text = ask(site.home + "/sitemap-news.xml")[2].decode()
        listed = {html.unescape(url) for url in re.findall("<loc>(.*?)</loc>", text)}
        assert listed == {piece.url for piece in site.pieces}
        assert text.count("<news:publication_date>") == len(listed)


def test_front_and_section_pages_lead_to_articles_and_feed(standing):
    for site in standing.sites:
        tree = LexborHTMLParser(page(site.home + "/"))
        assert {a.attributes["href"] for a in tree.css("main a")} == {p.url for p in site.pieces}
        assert tree.css_first("link[rel=alternate]").attributes["href"] == site.feed_url
        for link in tree.css("nav a"):
            assert LexborHTMLParser(page(site.home + link.attributes["href"])).css(".teaser")


def test_no_page_or_feed_names_a_foreign_host(standing):
    """The first run needs no internet: every link leads to this newsroom."""
    homes = tuple(site.home for site in standing.sites)
    vocabularies = ("https://schema.org", "https://ogp.me/")
    for row in standing.expected():
        if row.paragraphs:
            for link in re.findall(r'https?://[^"<\s]+', page(row.url)):
                assert link.startswith((*homes, *vocabularies)), link


# HTTP


def test_validators_are_honoured(standing):
    """Feed and page: same ETag or same date gives an empty 304, anything else the body."""
    site = site_of(standing, "newsroom-ledger")
    for url in (site.feed_url, one(standing, "newsroom-ledger").url):
        _, headers, body = ask(url)
        etag, when = headers["ETag"], headers["Last-Modified"]
        status, again, empty = ask(url, If_None_Match=etag)
        assert (status, again["ETag"], empty) == (304, etag, b"")
        assert ask(url, If_Modified_Since=when)[0] == 304
        assert ask(url, If_Modified_Since="Mon, 01 Jan 2024 00:00:00 GMT")[2] == body
        assert ask(url, If_None_Match='"other"', If_Modified_Since=when)[0] == 200
        assert ask(url, If_Modified_Since="yesterday")[0] == 200


def test_one_publisher_has_no_validators_and_constant_bytes(standing):
    site = site_of(standing, "newsroom-standard")
    _, headers, body = ask(site.feed_url)
    assert headers["ETag"] is None
    assert headers["Last-Modified"] is None
    assert ask(site.feed_url, If_None_Match="*")[2] == body


def test_gzip_when_accepted_and_head_without_body(standing):
    url = one(standing, "newsroom-courier").url
    _, plain_headers, plain = ask(url)
    _, headers, packed = ask(url, Accept_Encoding="gzip, deflate")
    assert plain_headers["Content-Encoding"] is None
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == plain
    status, headers, body = ask(url, method="HEAD")
    assert (status, body, headers["Content-Length"]) == (200, b"", str(len(plain)))
    assert ask(url, method="POST")[0] == 405


def test_connection_is_kept_open(standing):
    site = standing.sites[0]
    connection = http.client.HTTPConnection("127.0.0.1", urlsplit(site.home).port, timeout=10)
    connection.request("GET", "/")
    connection.getresponse().read()
    used = connection.sock
    connection.request("GET", "/robots.txt")
    assert connection.getresponse().read()
    assert connection.sock is used
    connection.close()


# The editors' desk


def test_pages_keep_their_bytes_while_others_change(room):
    """A page's validators tell the truth: what is published beside it does not touch it."""
    url = one(room, "newsroom-diario").url
    _, headers, body = ask(url)
    other = room.publish("newsroom-diario")
    room.edit(other)
    room.remove(other)
    assert ask(url)[2] == body
    assert ask(url, If_None_Match=headers["ETag"])[0] == 304


@pytest.mark.parametrize("slug", SLUGS)
def test_published_article_appears_on_page_front_and_feed(room, slug):
    site = site_of(room, slug)
    before = set(entries(site))
    url = newsroom.publish(room.port, slug)
    assert set(entries(site)) - before == {url}
    row = next(row for row in room.expected() if row.url == url)
    assert row.title in html.unescape(page(url))
    assert url in html.unescape(page(site.home + "/"))
    assert row.published_at == NOW.replace(second=0)


def test_bulletins_follow_the_stock_and_differ(room):
    """The stock holds one story a publisher; what comes after is numbered, no text twice."""
    urls = [newsroom.publish(room.port, "newsroom-goniec") for _ in range(5)]
    rows = [row for row in room.expected() if row.url in urls]
    assert len({row.url for row in rows}) == 5
    for i, first in enumerate(rows):
        for second in rows[:i]:
            assert not set(first.paragraphs) & set(second.paragraphs)


def test_publish_without_a_name_takes_turns(room):
    urls = [newsroom.publish(room.port) for _ in room.sites]
    assert len({urlsplit(url).port for url in urls}) == len(room.sites)


def test_publishing_changes_the_feeds_validators(room):
    site = site_of(room, "newsroom-courier")
    old = ask(site.feed_url)[1]
    room.publish("newsroom-courier")
    status, headers, _ = ask(site.feed_url, If_None_Match=old["ETag"])
    assert (status, headers["ETag"] != old["ETag"]) == (200, True)
    assert ask(site.feed_url, If_Modified_Since=old["Last-Modified"])[0] == 200


@pytest.mark.parametrize("slug", SLUGS)
def test_edit_changes_one_article_its_date_validators_and_feed_entry(room, slug):
    """All other truth stays, and the entry keeps its publication date."""
    site, old = site_of(room, slug), one(room, slug)
    published, _ = dates(entries(site)[old.url])
    headers = ask(old.url)[1]
    others = {row for row in room.expected() if row.url != old.url}
    assert newsroom.edit(room.port, old.url) == old.url
    new = one(room, slug, url=old.url)
    assert {row for row in room.expected() if row.url != old.url} == others
    changed = [b for a, b in zip(old.paragraphs, new.paragraphs, strict=True) if a != b]
    assert changed
    text = html.unescape(page(old.url))
    assert all(paragraph in text for paragraph in changed)
    assert new.modified_at == NOW
    assert dates(entries(site)[old.url]) == (published, NOW)
    if headers["ETag"]:
        assert ask(old.url, If_None_Match=headers["ETag"])[0] == 200
        assert ask(old.url, If_Modified_Since=headers["Last-Modified"])[0] == 200


def test_edits_without_an_address_change_a_fact_at_each_publisher(room):
    written = {p.slug: [s.edit for s in p.stories if s.edit] for p in load()}
    for slug in SLUGS:
        url = newsroom.edit(room.port)
        text = page(url)
        assert [new in text for old, new in written[slug] if old not in text].count(True) == 1


def test_each_edit_of_an_article_differs_and_is_newer(room):
    """Also within one second: HTTP dates cannot tell shorter times apart."""
    url = one(room, "newsroom-courier").url
    seen = []
    for _ in range(3):
        room.edit(url)
        seen.append(one(room, "newsroom-courier", url=url))
    assert len({row.paragraphs for row in seen}) == 3
    assert [row.modified_at - NOW for row in seen] == [timedelta(seconds=i) for i in range(3)]


def test_removed_article_is_gone_everywhere(room):
    for slug in SLUGS:
        url = newsroom.remove(room.port, one(room, slug).url)
        site = site_of(room, slug)
        assert ask(url)[0] == 410
        assert url not in entries(site)
        assert url not in html.unescape(page(site.home + "/"))


def test_moved_address_is_gone_when_its_article_is(room):
    moved = one(room, "newsroom-ledger", State.DUPLICATE)
    room.remove(ask(moved.url)[1]["Location"])
    assert ask(moved.url)[0] == 410
    assert one(room, "newsroom-ledger", State.GONE).url == moved.url


def test_restart_begins_afresh_at_the_same_dates(room):
    before = room.expected()
    room.edit()
    room.publish()
    room.stop()
    room.start()
    assert room.expected() == before


# Asking a running newsroom


def test_client_sees_the_same_truth_as_the_process(standing):
    assert newsroom.expected(standing.port) == standing.expected()


def test_status_counts_requests_by_path_and_answer(room):
    site = site_of(room, "newsroom-courier")
    etag = ask(site.feed_url)[1]["ETag"]
    ask(site.feed_url, If_None_Match=etag)
    ask(site.feed_url, If_None_Match=etag)
    status = newsroom.status(room.port)
    courier = status[0]
    assert [site.slug for site in status] == SLUGS
    assert (courier.feed, courier.home) == (site.feed_url, site.home)
    assert courier.articles == len(site.pieces)
    counts = {(hits.path, hits.status): hits.count for hits in courier.requests}
    assert counts == {("/feed.xml", 200): 1, ("/feed.xml", 304): 2}


def test_sources_match_the_running_newsroom(standing):
    sources = newsroom.sources(standing.port)
    assert [source.slug for source in sources] == SLUGS
    for source, site in zip(sources, standing.sites, strict=True):
        assert source.feeds[0].url == site.feed_url
        assert source.home_url == site.home + "/"
        assert source.allow_private
        assert source.verified
        assert source.tags == ("newsroom",)
        assert 0 < source.delay < 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda port: newsroom.publish(port, "newsroom-nowhere"),
            "no publisher 'newsroom-nowhere'",
        ),
        (lambda port: newsroom.edit(port, "http://127.0.0.1:9/x"), "no publisher of the newsroom"),
        (lambda port: newsroom.misbehave(port, {"/": "melt"}), "unknown fault 'melt'"),
    ],
)
def test_wrong_requests_are_refused_with_a_reason(standing, call, message):
    with pytest.raises(StackError, match=message):
        call(standing.port)


def test_edit_of_an_unknown_article_is_refused(standing):
    url = standing.sites[0].home + "/nothing"
    with pytest.raises(StackError, match=f"newsroom-courier carries no article at {url}"):
        newsroom.edit(standing.port, url)


def test_malformed_control_requests_are_refused(standing):
    control = f"http://127.0.0.1:{standing.port}"
    assert ask(f"{control}/publish", "POST", b"{")[0] == 400
    assert ask(f"{control}/publish", "POST", b"[]")[0] == 400
    assert ask(f"{control}/publish", "POST", b'{"nonsense": 1}')[0] == 400
    assert ask(f"{control}/publish")[0] == 404


def test_client_says_what_to_do_when_no_newsroom_runs():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(StackError, match=r"no newsroom answers on .*DATELINE_NEWSROOM_PORT"):
            newsroom.publish(unused.getsockname()[1])


# Ports and hosts


def test_taken_port_is_named_with_its_setting_and_nothing_stays_bound(standing):
    """The publisher's port is taken, not the first one: what was bound before is given back."""
    first = standing.port - 1
    with pytest.raises(StackError, match=f"port {standing.port} is taken.*DATELINE_NEWSROOM_PORT"):
        Newsroom(first).start()
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", first))


def test_ports_beyond_the_last_are_refused():
    with pytest.raises(StackError, match="port 65536 cannot be had"):
        Newsroom(65_533).start()


def test_other_than_loopback_is_refused_unless_allowed():
    for host in ("0.0.0.0", "192.0.2.1", "example.org", "::"):
        with pytest.raises(StackError, match=f"does not bind {host}.*not loopback"):
            Newsroom(0, host)
    assert Newsroom(0, "0.0.0.0", allow_public=True).host == "0.0.0.0"
    assert Newsroom(0, "127.0.0.2").host == "127.0.0.2"


def test_public_host_stands_in_all_addresses():
    """In a container the sites bind one address and are known by another."""
    with Newsroom(0, public_host="newsroom", clock=lambda: NOW) as room:
        port = room.port + 1
        feed = ask(f"http://127.0.0.1:{port}/feed.xml")[2].decode()
        assert f"<link>http://newsroom:{port}/news/" in feed
        assert "127.0.0.1" not in feed
        assert room.expected()[0].url.startswith(f"http://newsroom:{port}/")
        sources = newsroom.sources(room.port, "newsroom")
        assert sources[0].feeds[0].url == room.sites[0].feed_url


def test_two_newsrooms_stand_side_by_side(standing):
    with Newsroom(0) as other:
        taken = set(range(standing.port, standing.port + 7))
        assert not taken & set(range(other.port, other.port + 7))


def test_stop_closes_ports_and_kept_connections(room):
    """A client that holds a connection must not go on talking to a newsroom that has stopped."""
    port = room.port + 1
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/robots.txt")
    connection.getresponse().read()
    room.stop()
    assert connection.sock.recv(1) == b""
    connection.close()
    with pytest.raises(ConnectionRefusedError):
        ask(f"http://127.0.0.1:{port}/")


def test_module_runs_as_a_process_until_terminated(tmp_path):
    with Newsroom(0) as room:
        port = room.port
    command = [sys.executable, "-m", "dateline.newsroom", "--port", str(port)]
    command += ["--epoch", "2026-03-29T00:30:41Z"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    with process:
        assert process.stdout.readline().strip().endswith(f":{port}/status")
        rows = newsroom.expected(port)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    assert rows[0].published_at == NOW.replace(second=0) - timedelta(minutes=95)


def test_module_explains_a_taken_port(standing, tmp_path):
    command = [sys.executable, "-m", "dateline.newsroom", "--port", str(standing.port)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert run.returncode == 1
    assert run.stderr.startswith(f"newsroom: port {standing.port} is taken")
    assert len(run.stderr.splitlines()) == 1


# Faults


def fault(room, name, path="/feed.xml"):
    """The first publisher misbehaves on `path`; its address."""
    url = room.sites[0].home + path
    newsroom.misbehave(room.port, {url: name})
    return url


def test_status_faults_with_retry_after(room):
    url = fault(room, "500")
    assert ask(url)[0] == 500
    url = fault(room, "429")
    status, headers, _ = ask(url)
    assert (status, headers["Retry-After"]) == (429, "1")


def test_faults_end_after_their_count_or_when_the_table_is_emptied(room):
    url = fault(room, "503*2")
    assert [ask(url)[0] for _ in range(3)] == [503, 503, 200]
    url = fault(room, "500")
    assert ask(url)[0] == 500
    newsroom.misbehave(room.port, {})
    assert ask(url)[0] == 200


def test_path_fault_holds_for_all_publishers_url_fault_for_one(room):
    robots = [site.home + "/robots.txt" for site in room.sites[:2]]
    newsroom.misbehave(room.port, {"/robots": "500"})
    assert [ask(url)[0] for url in robots] == [500, 500]
    newsroom.misbehave(room.port, {robots[1]: "500"})
    assert [ask(url)[0] for url in robots] == [200, 500]


def test_truncated_body_falls_short_of_its_content_length(room):
    whole = ask(room.sites[0].feed_url)[2]
    with pytest.raises(http.client.IncompleteRead) as caught:
        ask(fault(room, "truncate"))
    assert caught.value.partial == whole[: len(whole) // 2]


def test_truncated_gzip_ends_without_its_trailer(room):
    whole = ask(room.sites[0].feed_url)[2]
    status, headers, body = ask(fault(room, "truncate-gzip"))
    assert (status, headers["Content-Encoding"], headers["Content-Length"]) == (200, "gzip", None)
    stream = zlib.decompressobj(wbits=31)
    assert whole.startswith(stream.decompress(body))
    assert not stream.eof


def test_truncated_chunks_lack_the_last_one(room):
    with pytest.raises(http.client.IncompleteRead):
        ask(fault(room, "truncate-chunked"))


def test_closed_connection_has_no_answer(room):
    with pytest.raises(http.client.RemoteDisconnected):
        ask(fault(room, "close"))
    hits = {(hit.path, hit.status): hit.count for hit in newsroom.status(room.port)[0].requests}
    assert hits == {("/feed.xml", 0): 1}


def test_slow_body_starts_and_ends_with_the_newsroom(room):
    parts = urlsplit(fault(room, "slow"))
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    connection.request("GET", parts.path)
    response = connection.getresponse()
    assert len(response.read(64)) == 64
    room.stop()
    with pytest.raises(http.client.IncompleteRead):
        response.read()
    connection.close()


def test_html_in_place_of_a_feed_an_empty_body_and_a_loop(room):
    status, headers, body = ask(fault(room, "html"))
    assert (status, headers.get_content_type()) == (200, "text/html")
    assert body.startswith(b"<!DOCTYPE html>")
    assert ask(fault(room, "empty"))[::2] == (200, b"")
    status, headers, _ = ask(fault(room, "loop"))
    assert (status, headers["Location"]) == (302, "/feed.xml")
