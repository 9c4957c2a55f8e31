"""The body as HTML for readers: a small clean set of tags, nothing that runs, loads or styles."""

from __future__ import annotations

from html import escape, unescape
from typing import TYPE_CHECKING, Final

from dateline.extract.blocks import Blocks, Token, attribute, tokens
from dateline.text import clean
from dateline.urls import canonicalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_INLINE: Final = {
    "b": "strong",
    "strong": "strong",
    "i": "em",
    "em": "em",
    "cite": "em",
    "code": "code",
    "sub": "sub",
    "sup": "sup",
}
_BLOCK: Final = {
    "h1": "h2",
    "h2": "h2",
    "h3": "h3",
    "h4": "h4",
    "h5": "h4",
    "h6": "h4",
    "li": "li",
    "dt": "p",
    "blockquote": "blockquote",
    "pre": "pre",
    "tr": "tr",
}
TAGS: Final = frozenset({"p", "a", "ul", "ol", "table", "td", *_INLINE.values(), *_BLOCK.values()})
"""All tags that `body_html` may hold; the only attribute is href of a, to http, https or mailto."""

_LINKS = ("http://", "https://", "mailto:")
_LONGEST_LINK = 2_000


def from_paragraphs(paragraphs: Iterable[str]) -> str:
    """Paragraphs without any markup of their own."""
    return "\n".join(f"<p>{escape(text, quote=False)}</p>" for text in paragraphs)


def from_blocks(found: Blocks, chosen: Sequence[int], base: str) -> str:
    """The chosen blocks, lists and tables put together again.

    Args:
        found: the page's blocks.
        chosen: which of them, in order.
        base: the page's address; links are made absolute with it.
    """
    lines: list[str] = []
    open_group = ""
    for i in chosen:
        tag, group = _kind(found, i)
        if group != open_group:
            lines += [f"</{open_group}>"] if open_group else []
            lines += [f"<{group}>"] if group else []
            open_group = group
        lines.append(_element(found, i, tag, base))
    if open_group:
        lines.append(f"</{open_group}>")
    return "\n".join(lines)


def _kind(found: Blocks, i: int) -> tuple[str, str]:
    """(tag, the list or table around it or "")."""
    element = found.element[i]
    above = found.parent[element]
    tag = _BLOCK.get(found.tag[element], "")
    if not tag and above >= 0:
        # A paragraph within a quote or a list item is one.
        tag = _BLOCK.get(found.tag[above], "") if found.tag[above] in {"blockquote", "li"} else ""
    if tag == "li":
        listed = above if found.tag[element] == "li" else found.parent[above]
        return tag, "ol" if listed >= 0 and found.tag[listed] == "ol" else "ul"
    return tag or "p", "table" if tag == "tr" else ""


def _element(found: Blocks, i: int, tag: str, base: str) -> str:
    if tag == "tr":
        cells = "".join(
            f"<td>{escape(cell, quote=False)}</td>" for cell in found.text[i].split(" | ")
        )
        return f"<tr>{cells}</tr>"
    listed = [token for _, token in tokens(found.html[found.start[i] : found.stop[i]])]
    if len(listed) == 1:
        return f"<{tag}>{escape(found.text[i], quote=False)}</{tag}>"
    return f"<{tag}>{_inline(listed, base)}</{tag}>"


def _inline(listed: Sequence[Token], base: str) -> str:
    """Text with the few inline tags that mean something, each closed where it was opened."""
    parts = [listed[0][2]]
    open_tags: list[tuple[str, str]] = []
    for tag, attributes, text in listed[1:]:
        if tag[:1] == "/":
            if open_tags and open_tags[-1][0] == tag[1:]:
                parts.append(f"</{open_tags.pop()[1]}>")
        elif tag == "a":
            if link := _link(attributes, base):
                parts.append(f'<a href="{escape(link)}">')
                open_tags.append(("a", "a"))
        elif tag == "br":
            # Within a heading.
            parts.append(" ")
        elif tag in _INLINE:
            parts.append(f"<{_INLINE[tag]}>")
            open_tags.append((tag, _INLINE[tag]))
        parts.append(text)
    parts += [f"</{name}>" for _, name in reversed(open_tags)]
    return clean("".join(parts).replace("&nbsp;", " "))


def _link(attributes: str, base: str) -> str | None:
    """Where a link leads, absolute; None if that is no address of the web or of mail."""
    # Not cleaned: a tab within "javascript:" is nothing to a browser, and must be nothing here.
    target = unescape(attribute(attributes, "href")).strip()
    if not target.lower().startswith(_LINKS[2]):
        target = canonicalise(target, base) or ""
    return target if target.lower().startswith(_LINKS) and len(target) <= _LONGEST_LINK else None
