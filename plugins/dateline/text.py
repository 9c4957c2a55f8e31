"""Cleaning of text: what every string of an article has gone through."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

# NUL and other controls, lone surrogates, non-characters, zero-width fillers and the bidi overrides
# that can make a text read differently from what it says. ZWJ and ZWNJ stay: scripts need them.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u200b\u202a-\u202e\u2060\u2066-\u2069"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)
# Unicode's stream-safe format: putting marks in order takes time quadratic in their number.
_MARKS = re.compile(r"[^\w\s\x00-\u02ff]{31,}")
_MOST_MARKS = 30
_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"<[^<>]{0,300}>")
_PUNCTUATION = re.compile(r"[\W_]+")


def words(text: str) -> list[str]:
    """A table of words, written as running text."""
    return text.split()


def scrub(text: str) -> str:
    """Drop what must never reach the database, white space kept: NUL, controls, surrogates; NFC."""
    text = _UNWANTED.sub("", text)
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", _MARKS.sub(_stream_safe, text))


def _stream_safe(match: re.Match[str]) -> str:
    """A run of signs with at most 30 combining marks in a row."""
    kept: list[str] = []
    marks = 0
    for char in match[0]:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)


def clean(text: str) -> str:
    """One line of `scrub`bed text, white space collapsed."""
    line = " ".join(text.split())
    if line.isprintable() and (line.isascii() or unicodedata.is_normalized("NFC", line)):
        # Nothing that `scrub` drops is printable.
        return line
    return " ".join(scrub(line).split())


def plain(text: str) -> str:
    """`clean` for values that publishers escape or mark up: metadata, JSON-LD, feed texts."""
    if "&" in text:
        text = unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    return clean(text)


def fold(text: str) -> str:
    """For comparing: case-folded words, without accents and punctuation."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", _MARKS.sub(_stream_safe, text))
        if any(map(unicodedata.combining, text)):
            text = "".join(char for char in text if not unicodedata.combining(char))
    return _PUNCTUATION.sub(" ", text.casefold()).strip()


def slugify(text: str) -> str:
    """A natural key from a name: "El País" → "el-pais"; empty if nothing is left."""
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")[:60].strip("-")


def clip(text: str, length: int) -> str:
    """At most `length` characters, cut at a word where there is one, with an ellipsis."""
    if len(text) <= length:
        return text
    head, space, _ = text[:length].rpartition(" ")
    return (head if space and len(head) > length // 2 else text[: length - 1]).rstrip(",;:– ") + "…"


def paragraphs_of(text: str) -> tuple[str, ...]:
    """The cleaned paragraphs of a text with one a line, or with blank lines between them."""
    return tuple(line for raw in scrub(text).splitlines() if (line := _SPACE.sub(" ", raw).strip()))
