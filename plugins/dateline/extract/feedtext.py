"""The article's text as its feed has it: the body where the page itself gives none."""

from __future__ import annotations

from html import unescape
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import LexborHTMLParser

from dateline.extract import gate, markup
from dateline.extract.blocks import ZONE_BIT, segment
from dateline.extract.verdict import is_call
from dateline.text import fold

if TYPE_CHECKING:
    from dateline.extract.blocks import Blocks

ASIDE: Final = sum(
    ZONE_BIT[name] for name in ("nav", "footer", "aside", "form", "figure", "header", "hidden")
)
"""Zones that hold no paragraph of an article."""
_HEAD: Final = 3
_FOOTER: Final = 80
"""Characters that a feed's footer has besides the title ("The post … appeared first on …")."""


def read(content: str, *, base: str, title: str) -> tuple[tuple[str, ...], str] | None:
    """The paragraphs of an entry's full text, and the same as HTML in `markup.TAGS`.

    Args:
        content: HTML as the feed has it.
        base: the article's address; links are joined with it.
        title: not repeated at the top; a last line around it is the feed's footer.

    Returns:
        None if no text is left, or if it is too much to be parsed (`gate.too_much`).
    """
    html = content.replace("\0", "")
    if "<" not in html:
        html = unescape(html)
    if gate.too_much(html):
        return None
    found = segment(LexborHTMLParser(html))
    chosen = _chosen(found, fold(title))
    if not chosen:
        return None
    paragraphs = (
        f"- {found.text[i]}" if found.tag[found.element[i]] == "li" else found.text[i]
        for i in chosen
    )
    return tuple(paragraphs), markup.from_blocks(found, chosen, base)


def _chosen(found: Blocks, title: str) -> list[int]:
    kept = [
        i
        for i, text in enumerate(found.text)
        if not found.zone[found.element[i]] & ASIDE and not is_call(text)
    ]
    if title:
        kept = [i for n, i in enumerate(kept) if n >= _HEAD or fold(found.text[i]) != title]
    if kept and title and found.links[kept[-1]] and _is_footer(fold(found.text[kept[-1]]), title):
        kept.pop()
    return kept


def _is_footer(line: str, title: str) -> bool:
    return title in line and len(line) <= len(title) + _FOOTER
