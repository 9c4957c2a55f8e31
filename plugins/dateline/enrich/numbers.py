"""Numbers as texts print them: "34,000", "3.2", "34.000,5" where that is the custom, "twelve"."""

from __future__ import annotations

import re
from functools import lru_cache

from babel import Locale, UnknownLocaleError

from dateline.text import words

WRITTEN = {
    word: number
    for number, word in enumerate(
        words("one two three four five six seven eight nine ten eleven twelve"), 1
    )
}
"""English number words, lower case."""
_POINT = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_COMMA = re.compile(r"\d{1,3}(?:[.\u00a0\u202f ]\d{3})+(?:,\d+)?|\d+(?:,\d+)?")
_NOT_DIGITS = re.compile(r"[.\u00a0\u202f ]")


def number(text: str, language: str | None) -> float | None:
    """The number that digits with separators stand for in a language; None if they are none."""
    if decimal_comma(language):
        return (
            float(_NOT_DIGITS.sub("", text).replace(",", ".")) if _COMMA.fullmatch(text) else None
        )
    return float(text.replace(",", "")) if _POINT.fullmatch(text) else None


@lru_cache(maxsize=128)
def decimal_comma(language: str | None) -> bool:
    """Whether 3,5 is three and a half there: by CLDR."""
    if language is None:
        return False
    try:
        symbols = Locale.parse(language, sep="-").number_symbols
    except (UnknownLocaleError, ValueError):
        return False
    return str(symbols.get("latn", symbols).get("decimal", ".")) == ","
