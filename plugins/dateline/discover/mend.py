"""Small damage of XML, mended before parsing: what the strict parser refuses, and why.

A document that stays malformed is read by feedparser's loose parser: several times slower, and it
guesses ("R&D" becomes "R&D;"). Most damage in the wild is of four harmless kinds, repaired here.
"""

from __future__ import annotations

import re
import sys
from html.entities import html5
from typing import Final

_NAMESPACES: Final = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "media": "http://search.yahoo.com/mrss/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "sy": "http://purl.org/rss/1.0/modules/syndication/",
}
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WRONG_AMPERSAND: Final = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)(?:([a-zA-Z][a-zA-Z0-9]{1,31});)?"
)
_CDATA: Final = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_REFERENCE: Final = re.compile(r"&#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}));")
_PREFIX: Final = re.compile(r"</?([A-Za-z_][\w.-]*):")
_ATTRIBUTE_PREFIX: Final = re.compile(r"\s([A-Za-z_][\w.-]*):[\w.-]+\s*=")
_DECLARED: Final = re.compile(r"\sxmlns:([\w.-]+)\s*=")
_BUILT_IN: Final = frozenset({"xml", "xmlns"})
_MOST_PREFIXES: Final = 50


def mend(text: str) -> tuple[str, str | None]:
    """Repair what can be repaired without guessing.

    Args:
        text: a feed from its root element on, without a document type.

    Returns:
        The text, and what was wrong with it ("control character", "ampersand", "prefix"), or None.
    """
    wrong = []
    if _FORBIDDEN.search(text):
        text, wrong = _FORBIDDEN.sub("", text), ["control character"]
    mended = ampersands(text)
    if mended != text:
        text, wrong = mended, [*wrong, "ampersand"]
    if missing := _undeclared(text):
        text, wrong = _declare(text, missing), [*wrong, "prefix"]
    return text, ", ".join(wrong) or None


def ampersands(text: str) -> str:
    """Bare "&" and HTML's named entities, outside CDATA: there they are text already."""
    if not _WRONG_AMPERSAND.search(text) and "&#" not in text:
        return text
    parts = _CDATA.split(text)
    parts[::2] = [
        _REFERENCE.sub(_legal, _WRONG_AMPERSAND.sub(_spelt, part)) if "&" in part else part
        for part in parts[::2]
    ]
    return "".join(parts)


def _spelt(match: re.Match[str]) -> str:
    name = match[1]
    known = html5.get(f"{name};") if name else None
    if known is None or known in "<>&\"'":
        return f"&amp;{match[0][1:]}"
    return known


def _legal(match: re.Match[str]) -> str:
    """A numeric reference, or nothing if XML has no such character (0, a surrogate)."""
    number = int(match[1], 16) if match[1] else int(match[2])
    return match[0] if number <= sys.maxunicode and not _FORBIDDEN.match(chr(number)) else ""


def _undeclared(text: str) -> list[str]:
    used = set(_PREFIX.findall(text))
    if used or ":" in text[: text.find(">") + 1]:
        used |= set(_ATTRIBUTE_PREFIX.findall(text))
    missing = used - set(_DECLARED.findall(text)) - _BUILT_IN
    return sorted(missing)[:_MOST_PREFIXES]


def _declare(text: str, prefixes: list[str]) -> str:
    """The root element with these prefixes declared: the well-known ones as what they mean."""
    root = re.match(r"<[\w.:-]+", text)
    if root is None:
        return text
    declared = "".join(
        f' xmlns:{prefix}="{_NAMESPACES.get(prefix, f"urn:undeclared:{prefix}")}"'
        for prefix in prefixes
    )
    return f"{text[: root.end()]}{declared}{text[root.end() :]}"
