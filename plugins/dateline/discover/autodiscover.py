"""Where a publisher's feeds and sitemaps may be: what its pages name, and what is usual."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from bs4 import SoupStrainer

from dateline.discover.pages import read_page
from dateline.text import clean
from dateline.urls import canonicalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bs4.element import Tag

_TYPES: Final = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/xml",
        "text/xml",
    }
)
_COMMENTS: Final = re.compile(r"/comments/(?:feed|default)\b", re.IGNORECASE)
_FEED_LIKE: Final = re.compile(
    r"^//(?:rss|feeds?|rssfeeds?)\."  # the host
    r"|/(?:[\w.-]*[_.-])?(?:rss\d?|rssfeeds?|feeds?|atom|rdf)(?=[/?]|$)"  # a part of the path
    r"|[/._-](?:feeds?|rss\d?|atom|rdf|[\w-]*rss[\w-]*)\.(?:xml|json|php|aspx?|cms|do|jhtml)(?:\?|$)"
    r"|\.(?:rss|rdf|atom)(?:\?|$)"
    r"|[?&](?:feed=|(?:format|type|alt|output|outputtype|view)=(?:rss2?|atom|rdf|feed)(?:&|$))",
    re.IGNORECASE,
)
_FEED_WORDS: Final = frozenset({"rss", "feed", "atom", "rss feed", "rss-feed", "flux rss", "xml"})
_NEWS_LIKE: Final = re.compile(
    r"news|noticias|notizie|nachricht|actu|nyheter|nieuws|aktual|haber|latest|recent|48h",
    re.IGNORECASE,
)
_FEED_PATHS: Final = (
    *("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json"),
    *("/feeds", "/feed/rss", "/rss/index.xml"),
)
_NEWS_PATHS: Final = (
    *("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/sitemap/news.xml"),
    *("/googlenews.xml", "/news_sitemap.xml"),
)
_SITEMAP_PATHS: Final = ("/sitemap.xml", "/sitemap_index.xml", "/sitemap-index.xml")


def find_feeds(html: bytes, url: str) -> tuple[str, ...]:
    """Addresses of the feeds a home page offers by `<link rel="alternate">`, in its order.

    Feeds of comments are left out: they list readers' words, not articles.

    Args:
        html: the page.
        url: its address, after redirects.
    """
    return _distinct(
        address for link, address in _addresses(html, url, "link") if _offers(link, address)
    )


def linked_feeds(html: bytes, url: str) -> tuple[str, ...]:
    """Addresses that a page's `<a>` links to and that look like a feed's, in its order."""
    return _distinct(
        address
        for link, address in _addresses(html, url, "a")
        if feed_like(address) or clean(link.get_text(" ")).lower() in _FEED_WORDS
    )


def guessed_feeds(url: str) -> tuple[str, ...]:
    """Where sites usually have their feed, best guess first."""
    return _at_root(url, _FEED_PATHS)


def guessed_news_sitemaps(url: str) -> tuple[str, ...]:
    """Where sites usually have their news sitemap, best guess first."""
    return _at_root(url, _NEWS_PATHS)


def guessed_sitemaps(url: str) -> tuple[str, ...]:
    """Where sites usually have their sitemap, best guess first."""
    return _at_root(url, _SITEMAP_PATHS)


def named_sitemaps(lines: Iterable[str], url: str) -> tuple[str, ...]:
    """The sitemaps of robots.txt, those first that seem to be for news.

    Args:
        lines: `Robots.sitemaps`.
        url: any address of the site; some write relative ones.
    """
    found = _distinct(filter(None, (canonicalise(line, url) for line in lines)))
    return tuple(sorted(found, key=lambda address: not news_like(address)))


def feed_like(url: str) -> bool:
    """Whether an address looks like a feed's."""
    return _FEED_LIKE.search(url.partition(":")[2]) is not None


def news_like(url: str) -> bool:
    """Whether a sitemap's address says that it is for news: its file and folder, not its host."""
    parts = urlsplit(url)
    name = "/".join(parts.path.rstrip("/").split("/")[-2:])
    return _NEWS_LIKE.search(f"{name}?{parts.query}") is not None


def site_name(html: bytes) -> str | None:
    """The publisher's name as its pages tell it to machines."""
    page = read_page(html, only=SoupStrainer("meta"))
    for selector in ('[property="og:site_name"]', '[name="application-name"]'):
        meta = page.select_one(f"meta{selector}[content]")
        if meta and (name := clean(str(meta["content"]))):
            return name[:200]
    return None


def _addresses(html: bytes, url: str, element: str) -> Iterator[tuple[Tag, str]]:
    """The elements with their absolute addresses; a `<base>` counts from where it stands."""
    base, named = url, False
    for found in read_page(html, only=SoupStrainer(["base", element])).select("[href]"):
        address = canonicalise(str(found["href"]), base)
        if found.name == "base":
            base, named = (base if named else address or base), True
        elif address and not _COMMENTS.search(address):
            yield found, address


def _offers(link: Tag, address: str) -> bool:
    relations = {relation.lower() for relation in link.get("rel") or ()}
    if not relations & {"alternate", "feed"}:
        return False
    if kind := str(link.get("type", "")).partition(";")[0].strip().lower():
        return kind in _TYPES
    # With a language it is a translation of the page.
    return "feed" in relations or ("hreflang" not in link.attrs and feed_like(address))


def _at_root(url: str, paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(filter(None, (canonicalise(path, url) for path in paths)))


def _distinct(addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(addresses))
