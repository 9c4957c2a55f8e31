"""What may reach the parser: type, size and nesting, looked at before anything is parsed.

lexbor is quadratic in nesting depth (200,000 nested divs take over 90 s), so the depth is bounded
here, in linear time.
"""

from __future__ import annotations

import re
from collections import Counter

from dateline.text import words

MAX_BYTES = 32_000_000
MAX_TAGS = 300_000
MAX_DEPTH = 2_000
_MOST_REOPENED = 1_000_000
_MOST_ATTRIBUTES = 2_000

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

_TOKEN = re.compile(r"<(!--|/?[a-z][a-z0-9:-]{0,30})")
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
_STYLE_NAMES = frozenset(words("b i u s em strong font small big code tt nobr strike"))
_STYLES = re.compile(
    r"<(?:b|i|u|s|em|strong|font|small|big|code|tt|nobr|strike)[\s/>]", re.IGNORECASE
)
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{50000,}")
_QUOTED = re.compile(r"""\"[^"]*\"|'[^']*'""")
# Tags that the parser closes by itself, or that hold nothing: they do not pile up.
_DRAWN = frozenset(words("path circle rect line polyline polygon ellipse use stop image g"))
_FLAT = frozenset(
    words(
        "a area base br col embed hr img input link meta param source track wbr p li dt dd "
        "option optgroup tr td th thead tbody tfoot colgroup caption html head body rp rt"
    )
)


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


def too_much(html: str) -> str | None:
    """Why a page must not be parsed ("too_deep: …", "too_many_tags: …" and the like), or None."""
    tags = html.count("<")
    if tags > MAX_TAGS:
        return f"too_many_tags: {tags}"
    for tag in _LONG_TAG.finditer(html):
        # Attributes are compared with each other: a tag with 200,000 of them takes minutes.
        attributes = len(_QUOTED.sub("", tag[0]).split())
        if attributes > _MOST_ATTRIBUTES:
            return f"too_many_attributes: {attributes}"
    styled = len(_STYLES.findall(html))
    # Nothing nests deeper than there are opening tags; most pages have too few to look closer.
    if tags - html.count("</") <= MAX_DEPTH and styled * tags <= _MOST_REOPENED:
        return None
    depth, open_styles = _deepest(html.lower())
    if depth > MAX_DEPTH:
        return f"too_deep: over {MAX_DEPTH}"
    # Each paragraph opens the styles anew that were left open: millions of nodes from few bytes.
    if open_styles * tags > _MOST_REOPENED:
        return f"too_many_tags: {open_styles} styles left open"
    return None


def _deepest(html: str) -> tuple[int, int]:
    """(how deep elements nest, how many styles are open at once): upper bounds, lower-case HTML."""
    open_tags: Counter[str] = Counter()
    depth = deepest = styles = most_styles = position = 0
    while match := _TOKEN.search(html, position):
        position, tag = match.end(), match[1]
        if tag == "!--" or tag in _RAW:
            end = html.find("-->" if tag == "!--" else f"</{tag}", position)
            if end < 0:
                break
            position = end + 3
        elif tag[0] == "/":
            if open_tags[tag[1:]]:
                open_tags[tag[1:]] -= 1
                depth -= 1
                styles -= tag[1:] in _STYLE_NAMES
        elif tag not in _FLAT and not (tag in _DRAWN and _self_closed(html, position)):
            open_tags[tag] += 1
            depth += 1
            styles += tag in _STYLE_NAMES
            deepest, most_styles = max(deepest, depth), max(most_styles, styles)
            if deepest > MAX_DEPTH:
                break
    return deepest, most_styles


def _self_closed(html: str, position: int) -> bool:
    end = html.find(">", position)
    return end > 0 and html[end - 1] == "/"
