"""What counts as the same text: for telling a revision from a re-render."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_FOLDED = str.maketrans(
    dict.fromkeys("‘’‚‛′`´ʼ", "'")
    | dict.fromkeys("“”„‟″«»「」『』", '"')
    | dict.fromkeys("‐‑‒–—―−﹘", "-")
    | dict.fromkeys("\xad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", "")
    | {"…": "..."}
)
_DASHES = re.compile(r"\s*-+\s*")
_SPACE = re.compile(r"\s+")
_CJK = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_CJK}]|(?:(?![{_CJK}])\w)+(?:['’.,-](?:(?![{_CJK}])\w)+)*")
_SPACELESS = {"zh", "ja", "th", "lo", "km", "my"}
_SPACED = re.compile(r"\w+(?:['’.,-]\w+)*")


def content_hash(title: str, summary: str | None, body: str) -> bytes:
    """16 bytes (blake2b), equal while only quotes, dashes, widths or white space change."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (title, summary or "", body):
        digest.update(_normal(part).encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.digest()


def word_count(text: str, language: str | None) -> int:
    """Words; in languages without spaces (Chinese, Japanese, Thai …) characters."""
    primary = (language or "").partition("-")[0]
    pattern = _WORD if primary in _SPACELESS or not language else _SPACED
    return sum(1 for _ in pattern.finditer(text))


def _normal(text: str) -> str:
    text = text.translate(_FOLDED)
    text = unicodedata.normalize("NFKC", text).translate(_FOLDED)
    return _SPACE.sub(" ", _DASHES.sub("-", text)).strip()
