"""The discover stage with a real Postgres and parser; only the network is made up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tests.db.conftest import SITE, source

from dateline.fetch import Response
from dateline.model import FeedKind, FeedSpec
from dateline.settings import Settings
from dateline.stages.context import Context
from dateline.stages.discover import Discovered, discover
from dateline.store.ledger import start_run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.db.conftest import Desk

FEED, SITEMAP = f"{SITE}/rss", f"{SITE}/sitemap.xml"


def rss(*paths: str) -> bytes:
    items = "".join(f"<item><title>T</title><link>{SITE}/{path}</link></item>" for path in paths)
    return f"<rss version='2.0'><channel><title>P</title>{items}</channel></rss>".encode()


def urlset(*paths: str, at: datetime) -> bytes:
    items = "".join(
        f"<url><loc>{SITE}/{path}</loc><lastmod>{at.isoformat()}</lastmod></url>" for path in paths
    )
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{items}</urlset>".encode()


def index(*names: str, at: datetime) -> bytes:
    items = "".join(
        f"<sitemap><loc>{SITE}/{name}</loc><lastmod>{at.isoformat()}</lastmod></sitemap>"
        for name in names
    )
    return f"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{items}</sitemapindex>".encode()


class Web:
    """Answers by URL; what it does not know is 404. `asked`: every URL in order."""

    def __init__(self) -> None:
        self.pages: dict[str, Response] = {}
        self.asked: list[str] = []
        self.now = datetime.now(UTC) + timedelta(minutes=1)

    def put(self, url: str, body: bytes, status: int = 200, headers: Any = (), **more: Any) -> None:
        final = more.pop("final_url", url)
        self.pages[url] = Response(
            *(url, final, status, "", tuple(headers), body, body, self.now, 0.01), **more
        )

    def get(self, url: str, **_: object) -> Response:
        self.asked.append(url)
        missing = Response(url, url, 404, "", (), b"", b"", self.now, 0.01)
        return self.pages.get(url, missing)

    def close(self) -> None:
        pass


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
def poll(desk: Desk, web: Web, tmp_path: Path) -> Callable[..., Discovered]:
    """One run of the stage; every feed that was declared is due if `days` have passed."""

    def run(days: int = 0) -> Discovered:
        web.now += timedelta(days=days)
        web.asked.clear()
        start_run(desk.database, "run-1", "ingest")
        settings = Settings.load({"DATELINE_RECIPES": str(tmp_path)})
        context = Context(settings, desk.database, "run-1", clock=lambda: web.now)
        return discover(context, 0, 1, web)  # type: ignore[arg-type]

    return run


def waiting(desk: Desk) -> list[str]:
    found = desk.query("select url from ops.frontier where state = 'waiting' order by url")
    return [url.removeprefix(f"{SITE}/") for (url,) in found]


def test_what_was_missed_between_two_polls_comes_from_the_sitemap_in_the_same_run(desk, web, poll):
    """robots.txt is asked for it, and the sitemap rests again afterwards."""
    desk.apply(source(feeds=(FeedSpec(FEED),), delay=0.0))
    web.put(FEED, rss("1", "2", "3"))
    assert poll().new == 3
    web.put(FEED, rss("7", "8", "9"))
    web.put(f"{SITE}/robots.txt", b"User-agent: *\nDisallow: /private\n")
    web.put(SITEMAP, urlset("4", "5", "6", "9", at=web.now + timedelta(days=1)))
    found = poll(days=2)
    assert (found.gaps, found.new) == (1, 6)
    assert waiting(desk) == [f"{n}" for n in range(1, 10)]
    poll(days=2)
    assert web.asked == [FEED]


def test_an_indexs_sitemaps_are_polled_in_the_same_run(desk, web, poll):
    """Those that changed; robots.txt is obeyed."""
    desk.apply(source(feeds=(FeedSpec(SITEMAP, kind=FeedKind.SITEMAP),), delay=0.0))
    web.put(f"{SITE}/robots.txt", b"User-agent: *\nDisallow: /b.xml\n")
    web.put(SITEMAP, index("a.xml", "b.xml", at=web.now))
    web.put(f"{SITE}/a.xml", urlset("1", "2", at=web.now))
    web.put(f"{SITE}/b.xml", urlset("3", at=web.now))
    assert poll().new == 2
    assert waiting(desk) == ["1", "2"]
    assert desk.query("select url, last_problem from ops.feed where last_problem is not null") == [
        (f"{SITE}/b.xml", "robots")
    ]


def test_a_listing_page_is_read_by_the_sources_recipe(desk, web, poll, tmp_path):
    """Its selector says which links are articles."""
    (tmp_path / "front.toml").write_text('[listing]\nlinks = "h2 a"\n', encoding="utf-8")
    listing = FeedSpec(f"{SITE}/news", kind=FeedKind.LISTING)
    desk.apply(source(feeds=(listing,), recipe="front", delay=0.0))
    page = f"<!doctype html><h2><a href='{SITE}/story'>Story</a></h2><a href='/about'>About</a>"
    web.put(listing.url, page.encode(), headers=[("Content-Type", "text/html")])
    assert poll().new == 1
    assert waiting(desk) == ["story"]


def test_a_feed_that_moved_for_good_is_read_and_said_so(desk, web, poll):
    """Nobody changes the source file but a person: the health view tells to."""
    desk.apply(source(feeds=(FeedSpec(FEED),), delay=0.0))
    web.put(FEED, rss("1"), final_url="https://new.example/rss", redirects=(FEED,), moved=True)
    assert poll().failed == 0
    assert desk.query("select health, problem from news.source_health") == [
        ("silent", "moved: https://new.example/rss")
    ]


def test_retry_after_of_a_feed_is_obeyed(desk, web, poll):
    """To the second; it counts half a failure."""
    desk.apply(source(feeds=(FeedSpec(FEED),), delay=0.0))
    web.put(FEED, b"", status=503, headers=[("Retry-After", "7200")])
    assert poll().failed == 1
    ((due, failures),) = desk.query("select next_poll_at, failures from ops.feed where enabled")
    assert due == web.now + timedelta(hours=2)
    assert failures == 0.5
    assert poll().polled == 0
