"""The feeds that a page names in its head."""

from __future__ import annotations

import re
from typing import Final

from bs4 import BeautifulSoup, SoupStrainer

from dateline.charset import decode
from dateline.urls import canonicalise

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


def find_feeds(html: bytes, url: str) -> tuple[str, ...]:
    """Addresses of the feeds a home page offers by `<link rel="alternate">`, in its order.

    Feeds of comments are left out: they list readers' words, not articles.

    Args:
        html: the page.
        url: its address, after redirects.
    """
    # Without a document type in front, bs4 warns of XHTML and of text that looks like a path.
    text = "<!doctype html>" + decode(html).text
    page = BeautifulSoup(text, "lxml", parse_only=SoupStrainer(["base", "link"]))
    named = page.select_one("base[href]")
    base = (canonicalise(str(named["href"]), url) if named else None) or url
    found = (
        canonicalise(str(link["href"]), base)
        for link in page.select("link[href]")
        if "alternate" in {rel.lower() for rel in link.get("rel") or ()}
        and str(link.get("type", "")).partition(";")[0].strip().lower() in _TYPES
    )
    return tuple(dict.fromkeys(feed for feed in found if feed and not _COMMENTS.search(feed)))
