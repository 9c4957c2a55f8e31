"""Names of months in many languages, from CLDR (babel): loaded only when an unknown word is met."""

from __future__ import annotations

import re
from functools import lru_cache

from babel import Locale

from dateline.text import words

ENGLISH = {
    name: number
    for number, name in enumerate(words("jan feb mar apr may jun jul aug sep oct nov dec"), 1)
}
_ENGLISH_FULL = frozenset(
    words("january february march april may june july august september october november december")
)
_LOCALES = words(
    "de fr es it pt nl sv da nb fi is pl cs sk sl hr sr bs ro hu bg mk ru uk be el tr lt lv et ca"
    " gl eu id ms vi hi ar fa he th sq sw bn ka hy"
)
_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST_NAME = 3
_OTHERS = (
    # CLDR has "Μαΐου" but feeds write "Ιούλ"; "märz" is also written "mrz" and "maerz".
    {"mrz": 3, "maerz": 3, "fév": 2, "set": 9}
    | {"ιαν": 1, "ιούλ": 7, "ιούν": 6, "ιουλ": 7, "ιουν": 6}
    # Ukrainian abbreviates otherwise, Czech and Croatian decline, Finnish drops "kuuta".
    | {"бер": 3, "кві": 4, "чер": 6, "сер": 8, "верес": 9, "листоп": 11, "груд": 12}
    | {"янв": 1, "čer": 6, "studenog": 11}
    | {
        name: number
        for number, name in enumerate(
            words("tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu"),
            1,
        )
    }
)


def month_in(text: str) -> int | None:
    """The month, 1 to 12, that a date names, or None."""
    words = [word.casefold() for word in _WORD.findall(text)]
    english = [word for word in words if word in _ENGLISH_FULL or word in ENGLISH or word == "sept"]
    if english and english != ["mar"]:
        return ENGLISH[english[-1][:3]]
    # "mar. 5 avr." is a Tuesday (mardi, martes) in April: another language's month wins over it.
    table = month_names()
    if found := [table[word] for word in words if word in table and word != "mar"]:
        return found[0]
    if english:
        return 3
    # Thai and Indic names hold combining marks, which are no word characters.
    folded = text.casefold()
    return next((n for name, n in table.items() if not name.isalpha() and name in folded), None)


@lru_cache(maxsize=1)
def month_names() -> dict[str, int]:
    """Month names and abbreviations of many languages, case-folded, without dots → 1..12."""
    table: dict[str, int] = {}
    for code in _LOCALES:
        months = Locale.parse(code).months
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, spelled in months[form][width].items():
                    word = str(spelled).rstrip(".").casefold()
                    if len(word) >= _SHORTEST_NAME and not any(map(str.isdigit, word)):
                        table.setdefault(word, int(number))
    return table | _OTHERS
