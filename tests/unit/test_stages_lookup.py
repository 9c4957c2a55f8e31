"""A publisher's feeds and sitemaps, found on a real server: few requests, by its robots.txt."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from dateline.errors import SettingsError
from dateline.model import FeedKind, Source
from dateline.settings import Settings
from dateline.stages import scout
from dateline.stages.lookup import Found, look_up

if TYPE_CHECKING:
    from collections.abc import Iterator

WANTED = Source("", "", "", (), delay=0, allow_private=True)


class Site(ThreadingHTTPServer):
    """Serves `pages` (path → text; "{home}" is its address) and remembers what it was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.asked: list[str] = []
        super().__init__(("127.0.0.1", 0), _Handler)
        self.home = f"http://127.0.0.1:{self.server_port}"

    def find(self, path: str = "/", **options: object) -> Found:
        return look_up(Settings.load({}), self.home + path, WANTED, sleep=_never, **options)

    def kinds(self, found: Found) -> list[tuple[str, str]]:
        return [(feed.url.removeprefix(self.home), feed.kind.value) for feed in found.source.feeds]


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        text = self.server.pages.get(self.path)
        body = (text or "").replace("{home}", self.server.home).encode()
        self.send_response(404 if text is None else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Not on the test's output."""


def _never(seconds: float) -> None:
    raise AssertionError(f"paused {seconds} s without being asked to")


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def rss(*paths: str) -> str:
    items = "".join(f"<item><title>T</title><link>{{home}}{path}</link></item>" for path in paths)
    return f"<rss><channel><title>Feed</title><language>en-gb</language>{items}</channel></rss>"


def sitemap(*paths: str, news: bool = False) -> str:
    more = (
        "<news:news><news:publication_date>2026-03-01T10:00:00Z</news:publication_date></news:news>"
    )
    entries = "".join(
        f"<url><loc>{{home}}{path}</loc>{more if news else ''}</url>" for path in paths
    )
    return f"<urlset>{entries}</urlset>"


def index(*paths: str) -> str:
    inner = "".join(f"<sitemap><loc>{{home}}{path}</loc></sitemap>" for path in paths)
    return f"<sitemapindex>{inner}</sitemapindex>"


FRONT = '<title>x</title><meta property="og:site_name" content="The Post">'
LINK = '<link rel="alternate" type="application/rss+xml" href="{}">'


def test_a_home_page_gives_its_feeds_and_the_news_sitemap_of_robots(site):
    """And no plain sitemap; with few requests."""
    site.pages |= {
        "/": FRONT + LINK.format("/all.xml") + LINK.format("/same.xml") + LINK.format("/sport.xml"),
        "/all.xml": rss("/1", "/2"),
        "/same.xml": rss("/2", "/1"),
        "/sport.xml": rss("/3"),
        "/robots.txt": "Sitemap: {home}/sitemap.xml\nSitemap: {home}/sitemap-news.xml",
        "/sitemap-news.xml": sitemap("/1", news=True),
        "/sitemap.xml": sitemap("/old"),
    }
    found = site.find()
    assert site.kinds(found) == [
        ("/all.xml", "feed"),
        ("/sport.xml", "feed"),
        ("/sitemap-news.xml", "sitemap"),
    ]
    assert (found.source.slug, found.source.name) == ("the-post", "The Post")
    assert (found.source.language, found.source.home_url) == ("en-GB", f"{site.home}/")
    assert len(site.asked) == 6
    assert found.seen[0].describe() == "a feed with 2 entries"
    assert found.seen[2].describe() == (
        "a news sitemap with 1 entry, the newest of 2026-03-01 10:00 UTC"
    )


def test_a_feed_or_sitemap_itself_is_taken_without_a_look_around(site):
    site.pages |= {"/feed": rss("/1"), "/map.xml": sitemap("/1"), "/list.txt": "{home}/1\n{home}/2"}
    assert site.kinds(site.find("/feed")) == [("/feed", "feed")]
    assert site.kinds(site.find("/map.xml")) == [("/map.xml", "sitemap")]
    assert site.kinds(site.find("/list.txt")) == [("/list.txt", "sitemap")]
    assert [path for path in site.asked if path != "/robots.txt"] == [
        "/feed",
        "/map.xml",
        "/list.txt",
    ]


def test_a_page_of_feeds_is_looked_into(site):
    site.pages |= {
        "/": '<a href="/rss">RSS</a>',
        "/rss": '<a href="/rss/a.xml">A</a> <a href="/rss/b.xml">B</a>',
        "/rss/a.xml": rss("/1"),
        "/rss/b.xml": rss("/2"),
    }
    assert site.kinds(site.find()) == [("/rss/a.xml", "feed"), ("/rss/b.xml", "feed")]


def test_the_usual_addresses_are_tried_last_and_only_until_one_works(site):
    site.pages |= {"/": "<p>Hello", "/rss.xml": rss("/1"), "/feed.xml": rss("/2")}
    found = site.find()
    assert site.kinds(found) == [("/rss.xml", "feed")]
    assert "/feed.xml" not in site.asked
    assert ("/feed", "HTTP 404") in [
        (tried.url.removeprefix(site.home), tried.said) for tried in found.tried
    ]


def test_an_articles_address_leads_to_the_feeds_of_the_front_page(site):
    site.pages |= {"/2026/a": "<p>Text", "/": LINK.format("/x.xml"), "/x.xml": rss("/1")}
    assert site.kinds(site.find("/2026/a")) == [("/x.xml", "feed")]


def test_a_news_sitemap_within_an_index_is_found(site):
    site.pages |= {
        "/": "<p>Hello",
        "/robots.txt": "Sitemap: {home}/index.xml",
        "/index.xml": index("/pages.xml", "/google-news.xml"),
        "/google-news.xml": sitemap("/1", news=True),
    }
    found = site.find()
    assert site.kinds(found) == [("/google-news.xml", "sitemap")]
    assert "/pages.xml" not in site.asked


def test_a_plain_sitemap_is_the_last_resort(site):
    site.pages |= {"/": "<p>Hello", "/sitemap.xml": index("/1.xml", "/2.xml")}
    found = site.find()
    assert site.kinds(found) == [("/sitemap.xml", "sitemap")]
    assert found.seen[0].describe() == "an index of 2 sitemaps"


def test_robots_is_obeyed_but_for_feeds(site):
    """What the site names as a feed is there for programs; guesses and sitemaps are not."""
    site.pages |= {
        "/": LINK.format("/private/rss"),
        "/private/rss": rss("/1"),
        "/robots.txt": "User-agent: *\nDisallow: /private\nSitemap: {home}/private/news.xml",
        "/private/news.xml": sitemap("/1", news=True),
        "/private/page": "<p>Hello",
    }
    found = site.find()
    assert site.kinds(found) == [("/private/rss", "feed")]
    assert "/private/news.xml" not in site.asked
    assert "robots.txt forbids it (Disallow: /private)" in found.tried[-1].said
    with pytest.raises(SettingsError, match=r"its robots.txt forbids it \(Disallow: /private\)"):
        site.find("/private/page")
    assert site.kinds(site.find("/private/rss")) == [("/private/rss", "feed")]


def test_nothing_found_says_what_was_tried_and_what_to_do(site):
    site.pages["/"] = '<a href="/2026/03/10/ferry-returns-to-the-harbour">Ferry returns</a>'
    with pytest.raises(SettingsError) as caught:
        site.find()
    said = str(caught.value)
    assert said.startswith(f"{site.home}/: found no feed and no sitemap. Tried:\n")
    assert f"\n  {site.home}/feed: HTTP 404\n" in said
    assert "what looks like 1 article" in said
    assert f"dateline sources add {site.home}/ --listing" in said
    assert len(site.asked) <= scout.MAX_REQUESTS + 1


def test_a_page_may_be_polled_itself(site):
    site.pages["/"] = FRONT + '<a href="/2026/03/10/ferry-returns-to-the-harbour">Ferry returns</a>'
    found = site.find(listing=True)
    assert [feed.kind for feed in found.source.feeds] == [FeedKind.LISTING]
    assert found.seen[0].describe() == "a listing page with 1 entry"
    site.pages["/"] = "<p>Hello"
    with pytest.raises(SettingsError, match="no link looks like an article's"):
        site.find(listing=True)


def test_requests_are_paced_and_few(site, monkeypatch):
    """By the source's delay or the site's, whichever is longer; a slow site is asked less."""
    site.pages |= {"/": "<p>Hello", "/robots.txt": "User-agent: *\nCrawl-delay: 20"}
    pauses: list[float] = []
    with pytest.raises(SettingsError, match="not asked: these were questions enough"):
        look_up(Settings.load({}), f"{site.home}/", WANTED, sleep=pauses.append)
    assert pauses == [20, 20, 20]
    monkeypatch.setattr(scout, "MAX_REQUESTS", 4)
    site.pages["/robots.txt"] = ""
    site.asked.clear()
    with pytest.raises(SettingsError):
        site.find()
    assert len(site.asked) == 5


def test_more_feeds_than_will_do_are_named(site):
    """Nothing is left out in silence."""
    site.pages["/"] = "".join(LINK.format(f"/{n}.xml") for n in range(8))
    site.pages |= {f"/{n}.xml": rss(f"/{n}") for n in range(8)}
    found = site.find()
    assert len(found.source.feeds) == 5
    assert [tried.said for tried in found.tried if "7.xml" in tried.url] == ["not asked: 5 will do"]
