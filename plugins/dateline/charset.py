"""Bytes to text: which charset a page is really in.

Order of belief: BOM; valid UTF-8 with multi-byte sequences (it does not happen by chance); the
Content-Type header; the page's own meta; detection. A declared charset that cannot decode the page
gives way to the next.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Any

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""",
    re.IGNORECASE,
)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_META_WITHIN = 16_384
_SAMPLE = 32_768
_TOLERATED = 0.01
# What browsers decode these labels as (WHATWG Encoding), as far as Python's own answer differs.
_REAL = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}


_FOREIGN = re.compile(rb"[\x80-\xff]+")
_TOGETHER = 0.4
"""The share of foreign bytes that stand three or more together: none in French, a third of them in
Turkish, almost all in Russian."""
_LANGUAGE = re.compile(
    rb"""<html\b[^>]{0,300}?\blang\s*=\s*["']?\s*([a-zA-Z]{2})\b""", re.IGNORECASE
)
_LATIN = {
    "cp1252": frozenset({"de", "en", "es", "fr", "it", "nl", "pt", "sv", "da", "no", "nb", "fi"}),
    "cp1250": frozenset({"pl", "cs", "sk", "hu", "sl", "hr", "ro", "bs", "sq"}),
    "iso8859-2": frozenset[str](),
    "cp1254": frozenset({"tr", "az"}),
    "cp1257": frozenset({"lt", "lv", "et"}),
}
"""The charsets of Latin script, and the languages that settle what is as likely in several."""
_OTHERS = [
    *("cp1251", "koi8_r", "cp1253", "iso8859_7", "cp1255", "cp1256", "cp874"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949"),
]
"""What pages in other scripts are written in; charset_normalizer would try 90 more."""
_GREEK_ALPHA = b"\xb6"
"""Capital alpha with tonos in ISO 8859-7; in Windows-1253, a paragraph sign."""
_IN_WORDS = re.compile(r"[^\W\d_a-zA-Z]|[\u00a0«»“”„‘’‚–—…€£©®°·¡¿ªº]")
_IMPLAUSIBLE = re.compile(
    r"[\x80-\x9f\ufffd¤¦¬±µ¶¸¹²³¼½¾÷×¨¯]|(?<=[a-zà-ÿ])[¡¿]|(?<=[a-zà-ÿ])[A-ZÀ-ÖØ-Þ](?=[a-zà-ÿ])"
    r"|[ŕĺţŐ]"
)
"""Signs of a wrong guess: controls, mathematics and capitals within words, letters hardly used."""


# Codecs of Python's that no page is written in, and that would run escapes found in it.
_NEVER = {"unicode_escape", "raw_unicode_escape", "idna", "punycode", "utf_7", "undefined"}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded page.

    Attributes:
        charset: Python's name of the codec used.
        origin: what decided: bom, utf8, header, meta, detected or fallback.
        declared: the charset the page claimed, where another one was used.
        replaced: characters that could not be decoded (U+FFFD now).
    """

    text: str
    charset: str
    origin: str
    declared: str | None = None
    replaced: int = 0

    def provenance(self) -> dict[str, Any]:
        """What `Article.provenance["charset"]` says."""
        note: dict[str, Any] = {"from": self.origin, "value": self.charset}
        if self.declared:
            note["declared"] = self.declared
        if self.replaced:
            note["replaced"] = self.replaced
        return note


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Decode a page.

    Args:
        body: content-decoded bytes.
        content_type: the Content-Type header.
    """
    for bom, charset in _BOMS:
        if body.startswith(bom):
            text = body[len(bom) :].decode(charset, "replace")
            return Decoded(text, charset, "bom", replaced=text.count("\ufffd"))
    claims = _claims(body, content_type)
    declared = claims[0][1] if claims else None
    if not body.isascii() or not claims:
        try:
            text = body.decode()
        except UnicodeDecodeError:
            claims = [*claims, ("utf8", "utf-8")]
        else:
            wrong = declared if not body.isascii() and declared != "utf-8" else None
            return Decoded(text, "utf-8", "utf8", declared=wrong)
    return _first_that_fits(body, claims, declared)


def _claims(body: bytes, content_type: str | None) -> list[tuple[str, str]]:
    """The charsets the page claims, header before meta, as (origin, Python codec)."""
    found = []
    if match := _HEADER.search(content_type or ""):
        found.append(("header", _codec(match[1])))
    if meta := _META.search(body, 0, _META_WITHIN):
        charset = _codec(meta[1].decode("ascii", "replace"))
        # A meta that was read as ASCII cannot be in UTF-16, whatever it says.
        found.append(("meta", "utf-8" if charset and charset.startswith("utf-16") else charset))
    return [(origin, charset) for origin, charset in found if charset]


def _codec(label: str) -> str | None:
    try:
        info = codecs.lookup(label)
        # Python also has codecs that are no charsets, such as "hex" and "zlib".
        b" ".decode(info.name)
    except (LookupError, ValueError, TypeError):
        return None
    # Python's versions differ in how they spell the names.
    return None if info.name.replace("-", "_") in _NEVER else _REAL.get(info.name, info.name)


def _first_that_fits(body: bytes, claims: list[tuple[str, str]], declared: str | None) -> Decoded:
    tried: list[Decoded] = []
    for origin, charset in claims:
        attempt = _attempt(body, origin, charset, declared)
        if _fits(attempt, body):
            return attempt
        tried.append(attempt)
    if detected := _detect(body):
        tried.append(_attempt(body, "detected", detected, declared))
    tried.append(_attempt(body, "fallback", "cp1252", declared))
    return min(tried, key=lambda attempt: attempt.replaced)


def _attempt(body: bytes, origin: str, charset: str, declared: str | None) -> Decoded:
    text = body.decode(charset, "replace")
    other = declared if declared != charset else None
    return Decoded(text, charset, origin, declared=other, replaced=text.count("\ufffd"))


def _fits(attempt: Decoded, body: bytes) -> bool:
    if not attempt.replaced:
        return True
    foreign = len(body) - len(body.translate(None, bytes(range(128, 256))))
    # Where most of the foreign bytes do not fit, the charset is wrong, however few they are.
    return attempt.replaced <= max(foreign * _TOLERATED, 2) and 2 * attempt.replaced < foreign


def _detect(body: bytes) -> str | None:
    """The charset of a page that names none that fits; None if there is no telling.

    In Latin script foreign letters stand alone among ASCII, in others they stand together. The
    former is decided here: charset_normalizer takes almost all of it for Central European.
    """
    sample = _telling(body)
    runs = _FOREIGN.findall(sample)
    if not runs:
        return None
    together = sum(len(run) for run in runs if len(run) > 2)  # noqa: PLR2004 - "»“" is no word
    if together < _TOGETHER * sum(map(len, runs)):
        match = _LANGUAGE.search(body, 0, _META_WITHIN)
        language = match[1].decode("ascii").lower() if match else ""
        own = next((name for name, spoken in _LATIN.items() if language in spoken), "cp1252")
        return max((own, *_LATIN), key=lambda name: _likeness(sample.decode(name, "replace")))
    best = from_bytes(sample, cp_isolation=_OTHERS).best()
    if best and best.encoding == "cp1253" and _GREEK_ALPHA in sample:
        return "iso8859-7"
    return _codec(best.encoding) if best else None


def _likeness(text: str) -> int:
    """How much of a text's foreign characters is what stands in and around words."""
    return len(_IN_WORDS.findall(text)) - 2 * len(_IMPLAUSIBLE.findall(text))


def _telling(body: bytes) -> bytes:
    """The part of the page that detection looks at: from shortly before its first foreign byte."""
    match = _FOREIGN.search(body)
    start = max(match.start() - 256, 0) if match else 0
    return body[start : start + _SAMPLE]
