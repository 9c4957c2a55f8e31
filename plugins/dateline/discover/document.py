"""What a poll's answer is: its charset, its kind, and whether it is whole and harmless."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from dateline.charset import decode
from dateline.discover.mend import mend

HEAD: Final = 65_536
"""Characters searched for the root element: PHP warnings and comments may stand before it."""

_ROOT: Final = re.compile(r"<((?:[\w.-]+:)?(?:rss|feed|rdf|channel))(?=[\s>/])", re.IGNORECASE)
_ENTRY: Final = re.compile(r"<((?:[\w.-]+:)?entry)(?=[\s>])")
_OTHER: Final = re.compile(
    r"<(?:[\w.-]+:)?(html|body|urlset|sitemapindex|opml)(?=[\s>])", re.IGNORECASE
)
_DOCTYPE_HTML: Final = re.compile(r"\s*<!doctype\s+html", re.IGNORECASE)
DECLARED_ENTITY: Final = re.compile(r"<!ENTITY\s+[^%\s]", re.IGNORECASE)
_ENTRY_END: Final = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_ENTRY_START: Final = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s/>]", re.IGNORECASE)
MAX_ENTRIES: Final = 10_000
"""Entries that are read of one feed, from its top: where the newest stand."""
MAX_TAGS: Final = 500_000
_ATTRIBUTES: Final = re.compile(
    r"""<[a-z_][\w.:-]*(?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*')){100}""", re.IGNORECASE
)
"""An element with a hundred attributes; reading takes time quadratic in their number."""


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
        problem: "truncated", "malformed: …" (mended), "too_many_entries", or None.
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
        NotAFeedError: there is none, or it declares entities, or it is built to be slow.
    """
    text = decode(body, content_type).text.replace("\0", "").lstrip("\ufeff \t\r\n")
    if not text:
        raise NotAFeedError("empty")
    if text[0] in "{[":
        return Document(Kind.JSON, text)
    root = _ROOT.search(text, 0, HEAD)
    prolog = text[: root.start() if root else HEAD]
    if _DOCTYPE_HTML.match(prolog):
        raise NotAFeedError("not_a_feed: html")
    if other := _OTHER.search(prolog):
        raise NotAFeedError(f"not_a_feed: {other[1].lower()}")
    if root is None and (entry := _ENTRY.search(prolog)):
        # An Atom entry by itself is a document, too (RFC 4287, section 2).
        return _whole(f"<feed>{text[entry.start() :]}</feed>", "feed")
    if root is None:
        raise NotAFeedError(f"not_a_feed: {_guess(text)}")
    if DECLARED_ENTITY.search(prolog):
        raise NotAFeedError("not_a_feed: declares entities")
    return _whole(text[root.start() :], root[1])


def _guess(text: str) -> str:
    if text.startswith("%PDF"):
        return "pdf"
    if "\ufffd" in text[:64] or any(char < " " and not char.isspace() for char in text[:64]):
        return "binary"
    return "xml" if text[0] == "<" else "text"


def _whole(text: str, root: str) -> Document:
    """Close a feed that was cut short behind its last whole entry; drop what follows its end.

    The entry that was cut is left out: half a link is a wrong link.
    """
    head = text[: text.find(">") + 1]
    if head.endswith("/>"):
        return _mended(head, root)
    if cut := next(islice(_ENTRY_START.finditer(text), MAX_ENTRIES, None), None):
        return _closed(text[: cut.start()], root, "too_many_entries")
    if (end := text.rfind(f"</{root}")) != -1:
        return _mended(f"{text[:end]}</{root}>", root)
    end = max((match.end() for match in _ENTRY_END.finditer(text)), default=0)
    if not end:
        raise NotAFeedError("truncated")
    return _closed(text[:end], root, "truncated")


def _closed(text: str, root: str, problem: str) -> Document:
    channel = "</channel>" if root.lower() == "rss" else ""
    return _mended(f"{text}{channel}</{root}>", root, problem)


def _mended(text: str, root: str, problem: str | None = None) -> Document:
    if text.count("<") > MAX_TAGS:
        raise NotAFeedError("not_a_feed: too many tags")
    if _ATTRIBUTES.search(text):
        raise NotAFeedError("not_a_feed: too many attributes")
    text, wrong = mend(text)
    return Document(Kind.XML, text, root, problem or (f"malformed: {wrong}" if wrong else None))
