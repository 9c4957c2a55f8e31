"""Pages as BeautifulSoup reads them: listing pages and home pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bs4 import BeautifulSoup

from dateline.charset import decode
from dateline.urls import canonicalise

if TYPE_CHECKING:
    from bs4 import SoupStrainer
    from bs4.element import Tag

_LONGEST: Final = 2_000_000
"""Characters of a page that are read."""
_MOST_TAGS: Final = 100_000
"""In a page with more, hardly anything else is looked at: each costs the memory of an element."""
_DECLARATION: Final = re.compile(r"^\s*<\?xml[^>]*>")


def read_page(
    body: bytes, content_type: str | None = None, *, only: SoupStrainer | None = None
) -> BeautifulSoup:
    """Read a page, whatever it is; of what is no HTML, next to nothing is left.

    Args:
        body: content-decoded bytes.
        content_type: of the answer; only its charset counts.
        only: the elements that are wanted; None: all.
    """
    # Without a document type in front, bs4 warns of XHTML and of text that looks like a path.
    text = "<!doctype html>" + _DECLARATION.sub("", decode(body, content_type).text)[:_LONGEST]
    if text.count("<") > _MOST_TAGS:
        text = text[:_MOST_TAGS]
    return BeautifulSoup(text, "lxml", parse_only=only)


def base_of(page: Tag, url: str) -> str:
    """What the page's relative links are joined with."""
    named = page.select_one("base[href]")
    return (canonicalise(str(named["href"]), url) if named else None) or url
