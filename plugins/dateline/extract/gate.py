"""What may reach the parser: type, size and nesting, looked at before anything is parsed.

lexbor is quadratic in some things (200,000 nested divs take over 90 s), so they are bounded here,
in linear time. The bounds keep any page within a second and 200 MB (`make fuzz`); the largest pages
of news sites reach half of them.
"""

from __future__ import annotations

import re

from dateline.extract.nesting import Nesting, tally

MAX_BYTES = 10 * 1024**2
MAX_TAGS = 50_000
_MOST_SIGNS = 1_000_000
MAX_DEPTH = 8_000
_MOST_REOPENED = 400_000
_MOST_ATTRIBUTES = 2_000
_MOST_OPTIONS = 5_000

_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "application/xml", "text/xml"})
_UNKNOWN_TYPES = frozenset({"", "application/octet-stream", "unknown/unknown", "*/*"})
_SNIFF = 1_024
_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b", "application/gzip"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "application/ogg"),
    (b"\x1a\x45\xdf\xa3", "video/webm"),
    (b"wOF", "font/woff"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"{\\rtf", "application/rtf"),
    (b"\xd0\xcf\x11\xe0", "application/msword"),
    (b"\x7fELF", "application/x-executable"),
)
_CONTAINERS = ((4, b"ftyp", "video/mp4"), (8, b"WEBP", "image/webp"), (8, b"WAVE", "audio/wav"))
_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|meta|title|div|p|h1|article|script|table|a)\b", re.IGNORECASE
)
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF|urlset|sitemapindex|svg)\b", re.IGNORECASE)
_CONTROLS = bytes({*range(32)} - {9, 10, 12, 13, 27})
_BINARY_SHARE = 0.1

_TAGS = re.compile(r"<[a-zA-Z/!?]")
_OPTIONS = re.compile(r"<opt(?:ion|group)\b", re.IGNORECASE)
_LONG = 50_000
_LONG_TAG = re.compile(rf"<[a-zA-Z][^<>]{{{_LONG},}}")
_QUOTED = re.compile(r"""\"[^"]*\"|'[^']*'""")


def media_type(body: bytes, content_type: str | None) -> str:
    """What the bytes are, by their first kilobyte, else by the header; "text/html" for any HTML."""
    claimed = (content_type or "").partition(";")[0].strip().lower()
    head = body[:_SNIFF]
    if sniffed := _magic(head):
        return sniffed
    if claimed in _HTML_TYPES | _UNKNOWN_TYPES or claimed == "text/plain":
        return _text_type(body, head, claimed)
    return claimed


def _magic(head: bytes) -> str | None:
    start = head.lstrip()
    for magic, found in _MAGIC:
        if start.startswith(magic) or head.startswith(magic):
            return found
    for offset, magic, found in _CONTAINERS:
        if head[offset:].startswith(magic):
            return found
    return None


def _text_type(body: bytes, head: bytes, claimed: str) -> str:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    controls = len(head) - len(head.translate(None, _CONTROLS))
    marked = wide or _MARKUP.search(head) is not None
    if not marked and controls > len(head) * _BINARY_SHARE:
        return "application/octet-stream"
    if claimed == "text/plain":
        whole = head.lstrip().lower().startswith((b"<!doctype html", b"<html"))
        return "text/html" if whole else claimed
    if not marked and _FEED.search(head):
        return "application/xml"
    if claimed in _UNKNOWN_TYPES and not marked and b"<" not in body[: _SNIFF * 64]:
        return "text/plain"
    return "text/html"


def too_much(html: str) -> str | None:  # noqa: PLR0911 (a return is a bound)
    """Why a page must not be parsed ("too_deep: …", "too_many_tags: …" and the like), or None."""
    tags, ends, options, styles = tally(html)
    if MAX_TAGS < tags <= _MOST_SIGNS:
        tags = len(_TAGS.findall(html))
    if tags > MAX_TAGS:
        return f"too_many_tags: {tags}"
    if (attributes := _most_attributes(html)) > _MOST_ATTRIBUTES:
        return f"too_many_attributes: {attributes}"
    # In a list each option is compared with those before it.
    if options > _MOST_OPTIONS and (options := len(_OPTIONS.findall(html))) > _MOST_OPTIONS:
        return f"too_many_tags: {options} options"
    deep = tags - ends > MAX_DEPTH
    # Most pages have too few tags to look closer.
    if not deep and styles * tags <= _MOST_REOPENED:
        return None
    nesting = Nesting(html, MAX_DEPTH)
    if deep and nesting.depth > MAX_DEPTH:
        return f"too_deep: over {MAX_DEPTH}"
    # Each paragraph opens the styles anew that were left open: millions of nodes from few bytes.
    if nesting.styles * tags > _MOST_REOPENED:
        return f"too_many_tags: {nesting.styles} styles left open"
    return None


def _most_attributes(html: str) -> int:
    """How many attributes an extremely long tag has: they are compared with each other."""
    stretch = _LONG // 2
    # A long tag holds a whole stretch without an end of a tag, which is found much faster.
    if all(html.find(">", at, at + stretch) >= 0 for at in range(0, len(html) - stretch, stretch)):
        return 0
    tags = _LONG_TAG.finditer(html)
    return max((len(_QUOTED.sub("", tag[0]).split()) for tag in tags), default=0)
