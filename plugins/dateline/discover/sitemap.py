"""Sitemaps: url sets with their news, image and video parts, indexes, and lists of addresses.

https://www.sitemaps.org/protocol.html and Google's extensions of it. The parser keeps no tree, so
a file of any shape costs by what is taken from it; behind damage it goes on with the next entry.
RSS and Atom, which may serve as sitemaps too, are left to their own readers.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from dateline.charset import decode as to_text
from dateline.coding import CodingError, decode
from dateline.dates import in_utc, parse_date
from dateline.discover.document import DECLARED_ENTITY, HEAD, NotAFeedError
from dateline.discover.entries import Draft, Entry
from dateline.discover.mend import ampersands

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_UNPACKED: Final = 64 * 1024**2
"""Bytes that a packed sitemap may grow to: the protocol allows 50 MB."""
MAX_ENTRIES: Final = 100_000
"""The protocol allows 50,000; who writes more is not read to the end."""
MAX_REFERENCES: Final = 2_000_000
"""Ampersands of a file: each is an event of its own to the parser."""

_GZIP: Final = b"\x1f\x8b"
_ROOT: Final = re.compile(r"<(?:[\w.-]+:)?(urlset|sitemapindex)(?=[\s>/])", re.IGNORECASE)
_OTHER: Final = re.compile(r"<(?:[\w.-]+:)?(?:rss|feed|rdf|channel|html|body)[\s>]", re.IGNORECASE)
_ITEM_START: Final = re.compile(rb"<(?:[\w.-]+:)?(?:url|sitemap)[\s>]", re.IGNORECASE)
_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_DEEPEST: Final = 50
_MOST_DAMAGE: Final = 1000
"""Places of damage that are stepped over."""
_ENDS: Final = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)
"""The parser's errors on a file that was cut short."""
_LONGEST: Final = 20_000
"""Characters of one value; its reader cuts it to what the field may hold."""
_ITEMS: Final = frozenset({"url", "sitemap"})
_WANTED: Final = {
    ("url", "loc"): "loc",
    ("sitemap", "loc"): "loc",
    ("url", "lastmod"): "lastmod",
    ("sitemap", "lastmod"): "lastmod",
    ("news", "publication_date"): "published",
    ("news", "title"): "title",
    ("news", "keywords"): "keywords",
    ("publication", "language"): "language",
    ("news", "language"): "language",
    ("image", "loc"): "image",
    ("video", "thumbnail_loc"): "thumbnail",
}


def unpack(body: bytes) -> bytes:
    """The file itself where it is served packed (sitemap.xml.gz without a Content-Encoding).

    Raises:
        NotAFeedError: it is damaged, or grows beyond `MAX_UNPACKED`.
    """
    if not body.startswith(_GZIP):
        return body
    try:
        return decode(body, ["gzip"], limit=MAX_UNPACKED)
    except CodingError as error:
        raise NotAFeedError(f"gzip_{error.reason}") from error


def read(body: bytes, content_type: str | None, url: str) -> Draft | None:
    """Read a sitemap or an index of sitemaps; None if the document is neither.

    Args:
        body: unpacked.
        content_type: of the answer; only its charset counts.
        url: where it came from.

    Raises:
        NotAFeedError: it declares entities, or consists of references.
    """
    text = to_text(body, content_type).text.replace("\0", "").lstrip("\ufeff \t\r\n")
    root = _ROOT.search(text, 0, HEAD)
    if root is None:
        return _listed(text, url)
    # As for feeds: what stands before the root is cut off, so that no parser sees a document type.
    prolog = text[: root.start()]
    if _OTHER.search(prolog):
        return None
    if DECLARED_ENTITY.search(prolog):
        raise NotAFeedError("not_a_feed: declares entities")
    if text.count("&") > MAX_REFERENCES:
        raise NotAFeedError("not_a_feed: nothing but references")
    target = _Target()
    problem = _parse(_NOT_XML.sub("", ampersands(text[root.start() :])), target)
    return Draft(
        entries=tuple(target.entries[:MAX_ENTRIES]),
        base=url,
        index=root[1].lower() == "sitemapindex",
        problem=problem,
    )


def _listed(text: str, url: str) -> Draft | None:
    """A sitemap of one address a line."""
    if text.startswith(("<", "{", "[")):
        return None
    lines = [line.strip() for line in text.splitlines()[:MAX_ENTRIES] if line.strip()]
    links = [line if line.lower().startswith(("http://", "https://")) else "" for line in lines]
    if 2 * sum(map(bool, links)) <= len(links):
        return None
    return Draft(entries=tuple(Entry(links=(link,)) for link in links), base=url)


def _parse(text: str, target: _Target) -> str | None:
    """Run the parser over a text; the first thing that was wrong with it.

    An entry that is cut short or damaged is left out: half a link is a wrong link.
    """
    data = text.encode("utf-8", "replace")
    problem, start = None, 0
    for _ in range(_MOST_DAMAGE):
        found, position = _run(data, start, target)
        problem = problem or found
        following = _ITEM_START.search(data, max(position, start + 1)) if found else None
        if following is None or len(target.entries) > MAX_ENTRIES:
            break
        start = following.start()
    if len(target.entries) > MAX_ENTRIES:
        return f"too_many: only the first {MAX_ENTRIES} entries are read"
    return problem


def _run(data: bytes, start: int, target: _Target) -> tuple[str | None, int]:
    """Parse from a place on, in one call: a long token is then scanned once. (problem, where)."""
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = target.start
    parser.EndElementHandler = target.end
    parser.CharacterDataHandler = target.data
    root = b"<r>" if start else b""  # behind damage, the entries stand in a root of ours
    target.restart()
    problem = None
    try:
        parser.Parse(root, False)
        parser.Parse(memoryview(data)[start:], True)
    except expat.ExpatError as error:
        cut = error.code in _ENDS
        problem = "truncated" if cut else f"malformed: {expat.errors.messages[error.code]}"
    except _StoppedError as error:
        problem = f"malformed: {error}"
    return problem, start + parser.CurrentByteIndex - len(root)


class _StoppedError(Exception):
    """The target wants no more of this."""


class _Target:
    """Takes the parser's events; `entries` are those that came to their end."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._names: list[str] = []
        self._values: dict[str, str] | None = None
        self._key: str | None = None
        self._text: list[str] = []
        self._room = 0

    def restart(self) -> None:
        """From here on it is another document; what was not finished is left out."""
        self._names, self._values, self._key = [], None, None

    def start(self, tag: str, _: object) -> None:
        if len(self._names) >= _DEEPEST:
            raise _StoppedError("nested too deeply")
        if len(self.entries) > MAX_ENTRIES:
            raise _StoppedError("too many entries")
        name = _local(tag)
        parent = self._names[-1] if self._names else ""
        self._names.append(name)
        if name in _ITEMS:
            self._finish()  # one that was never closed
            self._values = {}
            self._key = "bare"
        else:
            self._key = _WANTED.get((parent, name)) if self._values is not None else None
        if self._key:
            self._text, self._room = [], _LONGEST

    def data(self, data: str) -> None:
        if self._key and self._room > 0:
            self._text.append(data[: self._room])
            self._room -= len(data)

    def end(self, _: str) -> None:
        name = self._names.pop()
        if self._key and self._values is not None:
            text = "".join(self._text).strip()
            if text:
                # The first counts: an article may have many pictures.
                self._values.setdefault(self._key, text)
        self._key = None
        if name in _ITEMS:
            self._finish()

    def _finish(self) -> None:
        if self._values is not None:
            self.entries.append(_entry(self._values))
        self._values = None


@lru_cache(maxsize=1024)
def _local(tag: str) -> str:
    """The name alone: prefixes are often wrong or not declared."""
    return tag.rpartition(":")[2].lower()


def _entry(values: dict[str, str]) -> Entry:
    loc = values.get("loc") or values.get("bare")  # some leave <loc> out
    return Entry(
        links=(loc,) if loc else (),
        title=values.get("title"),
        tags=tuple(_keywords(values.get("keywords", ""))),
        published=_date(values.get("published")),
        updated=_date(values.get("lastmod")),
        language=values.get("language"),
        image=values.get("image") or values.get("thumbnail"),
    )


def _keywords(text: str) -> Iterator[str]:
    return (word for part in re.split("[,;]", text) if (word := part.strip()))


def _date(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        found = parse_date(text)
        return in_utc(found.at) if found else None
    # Nearly all: not worth the reader of all forms, which gives whole seconds too.
    return in_utc(at.replace(microsecond=0))
