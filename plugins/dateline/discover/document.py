"""What a poll's answer is: its charset, its kind, and whether it is whole and harmless."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dateline.charset import decode

_HEAD: Final = 65_536
"""Characters searched for the root element: PHP warnings and comments may stand before it."""

_ROOT: Final = re.compile(r"<((?:[\w.-]+:)?(?:rss|feed|rdf|channel))(?=[\s>/])", re.IGNORECASE)
_OTHER: Final = re.compile(
    r"<(?:[\w.-]+:)?(html|body|urlset|sitemapindex|opml)(?=[\s>])", re.IGNORECASE
)
_DOCTYPE_HTML: Final = re.compile(r"\s*<!doctype\s+html", re.IGNORECASE)
_DECLARED_ENTITY: Final = re.compile(r"<!ENTITY\s+[^%\s]", re.IGNORECASE)
_ENTRY_END: Final = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)


class NotAFeedError(ValueError):
    """The answer holds no feed; the message is the poll's problem. Never leaves `discover`."""


class Kind(StrEnum):
    """Which reader a document is for."""

    XML = "xml"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Document:
    """A feed as text: decoded, whole, without a document type.

    Attributes:
        root: name of the root element as written ("rss", "rdf:RDF"); "" for JSON.
        problem: "truncated", or None.
    """

    kind: Kind
    text: str
    root: str = ""
    problem: str | None = None


def read(body: bytes, content_type: str | None) -> Document:
    """Decode an answer and find the feed in it.

    The prolog (declaration, document type, what a broken server printed before) is cut off: no
    parser ever sees a document type, so there are neither entity bombs nor external entities.

    Raises:
        NotAFeedError: there is none, or it declares entities.
    """
    text = decode(body, content_type).text.replace("\0", "").lstrip("\ufeff \t\r\n")
    if not text:
        raise NotAFeedError("empty")
    if text[0] in "{[":
        return Document(Kind.JSON, text)
    root = _ROOT.search(text, 0, _HEAD)
    prolog = text[: root.start() if root else _HEAD]
    if _DOCTYPE_HTML.match(prolog):
        raise NotAFeedError("not_a_feed: html")
    if other := _OTHER.search(prolog):
        raise NotAFeedError(f"not_a_feed: {other[1].lower()}")
    if root is None:
        raise NotAFeedError(f"not_a_feed: {_guess(text)}")
    if _DECLARED_ENTITY.search(prolog):
        raise NotAFeedError("not_a_feed: declares entities")
    return _whole(text[root.start() :], root[1])


def _guess(text: str) -> str:
    if text.startswith("%PDF"):
        return "pdf"
    if "\ufffd" in text[:64] or any(char < " " and not char.isspace() for char in text[:64]):
        return "binary"
    return "xml" if text[0] == "<" else "text"


def _whole(text: str, root: str) -> Document:
    """Close a feed that was cut short behind its last whole entry.

    The entry that was cut is left out: half a link is a wrong link.
    """
    head = text[: text.find(">") + 1]
    if head.endswith("/>") or text.rfind(f"</{root}") != -1:
        return Document(Kind.XML, text, root)
    end = 0
    for match in _ENTRY_END.finditer(text):
        end = match.end()
    if not end:
        raise NotAFeedError("truncated")
    channel = "</channel>" if root.lower() == "rss" else ""
    return Document(Kind.XML, f"{text[:end]}{channel}</{root}>", root, "truncated")
