"""From what a tagger marks to the entities of one article.

A tagger sees one sentence at a time. An article is read as a whole here: titles, genitives and
articles come off; one surface has one kind; "Lee" is the Lee Jae Myung named elsewhere; "JCS" is
what stood before it in full.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dateline.text import fold, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dateline.enrich.gazetteer import Gazetteer
    from dateline.enrich.model import Span

_LONGEST = 120
_MOST_NAMES = 6
_GENITIVE = re.compile(r"(?:['’]s?|['’]S)$")
_EDGE = ' \t\n"“”„«»()[]{},;:–—-*•|'
_ARTICLE = re.compile(r"the\s+")
_ANY_ARTICLE = re.compile(r"(?:the|an?)\s+", re.IGNORECASE)
_TITLE = re.compile(
    r"(?:(?:mr|mrs|ms|miss|dr|prof|professor|sir|dame|lord|lady|president|vice president|chancellor"
    r"|prime minister|premier|minister|secretary|sen|senator|rep|gov|governor|mayor|king|queen"
    r"|prince|princess|pope|judge|justice|gen|general|col|colonel|maj|major|capt|captain|lt|sgt"
    r"|sergeant|sgt|det|const|insp|cpl|adm|admiral|chief|coach|rev|rabbi|ambassador)\b\.?\s+)+(?=[A-ZÀ-Þ])",
    re.IGNORECASE,
)
_HONORIFIC = re.compile(r"(?:Mrs?|Ms|Miss|Dr|Prof|Sir|Sen|Rep|Gov)\b\.?\s+(?=[A-ZÀ-Þ])")
"""What stands before nobody but a person."""
_INITIAL = re.compile(r"[A-Z]\.?")
_SUFFIX = frozenset({"jr", "sr", "ii", "iii", "iv"})
_ACRONYM = re.compile(r"\s?\(([A-Z][A-Za-z&.-]{1,9})\)")
_DIRECTIONS = frozenset(
    words(
        "north south east west northern southern eastern western northeast northwest southeast"
        " southwest northeastern northwestern southeastern southwestern central the midwest"
    )
)
_NO_NAMES = frozenset(
    words(
        "i he she it we they you who this that state government parliament congress ministry police"
        " covid internet web today yesterday tomorrow mr mrs ms dr det const sgt insp supt rev prof"
    )
)
_JOINED = re.compile(r"\s+(?:and|&)\s+|\s*/\s*")


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a field: text[start:end] as printed, and what the article calls it in full."""

    field: str
    start: int
    end: int
    surface: str
    kind: str
    full: str

    @property
    def key(self) -> str:
        """The full name, folded."""
        return fold(self.full)


def read(
    texts: Mapping[str, str], spans: Mapping[str, Sequence[Span]], places: Gazetteer
) -> list[Name]:
    """The names of an article.

    Args:
        texts: its texts by field.
        spans: what a tagger marked in each; those that are no names are dropped.
        places: which names are countries.
    """
    names = [
        name
        for field, marked in spans.items()
        for span in marked
        if (name := _tidy(field, texts[field], span, places))
    ]
    names = _headline(_one_kind(names, places), texts["title"])
    return _whole_persons(_spelled_out(names, texts))


def _tidy(field: str, text: str, span: Span, places: Gazetteer) -> Name | None:
    """The span without what does not belong to the name; None if nothing is left."""
    start, end = span.start, min(span.end, span.start + _LONGEST)
    piece = text[start:end]
    # A line's end is no part of a name: what stands on its first line is.
    piece = piece.lstrip(_EDGE)
    start = end - len(piece)
    piece = piece.partition("\n")[0].rstrip(_EDGE)
    if ")" not in piece:
        piece = piece.partition("(")[0].rstrip(_EDGE)
    piece = _GENITIVE.sub("", piece).rstrip()
    kind = "person" if _HONORIFIC.match(piece) else span.kind
    if kind == "person":
        piece, start = _behind(_TITLE, piece, start)
    elif places.resolve(piece, {}) is None:
        piece, start = _behind(_ARTICLE, piece, start)
        if kind == "place" and (parts := list(_JOINED.finditer(piece))):
            # "North and South Korea": the last of them is whole.
            piece, start = piece[parts[-1].end() :], start + parts[-1].end()
    if not _is_name(piece, kind):
        return None
    full = _behind(_ANY_ARTICLE, piece, 0)[0] if kind == "organisation" else piece
    return Name(field, start, start + len(piece), piece, kind, " ".join(full.split()) or piece)


def _behind(prefix: re.Pattern[str], piece: str, start: int) -> tuple[str, int]:
    match = prefix.match(piece)
    return (piece[match.end() :], start + match.end()) if match else (piece, start)


def _is_name(piece: str, kind: str) -> bool:
    tokens = fold(piece).split()
    if not tokens or not any(char.isupper() for char in piece) or set(tokens) <= _DIRECTIONS:
        return False
    if len(tokens) == 1 and (tokens[0] in _NO_NAMES or len(tokens[0]) == 1):
        return False
    if kind == "person":
        return len(tokens) <= _MOST_NAMES and not any(map(str.isdigit, piece)) and "@" not in piece
    return any(len(token) > 1 and token.isalpha() for token in tokens)


def _one_kind(names: list[Name], places: Gazetteer) -> list[Name]:
    """Countries are places, and of what a surface was taken for most wins, the first on a draw."""
    taken: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for name in names:
        taken[name.key][name.kind] += 1
    return [
        replace(
            name,
            kind="place" if places.country(name.full) else taken[name.key].most_common(1)[0][0],
        )
        for name in names
    ]


def _headline(names: list[Name], title: str) -> list[Name]:
    """Names in a headline that capitalises every word only where the text has them, too."""
    tokens = [word for word in title.split() if word[0].isalpha()]
    lower = sum(word[0].islower() and len(word) > len("with") for word in tokens)
    if lower > len(tokens) // 8:
        return names
    known = {part for name in names if name.field != "title" for part in (name.key, *_ends(name))}
    return [name for name in names if name.field != "title" or name.key in known]


def _ends(name: Name) -> list[str]:
    tokens = name.key.split()
    return tokens[:1] + tokens[-1:] if name.kind == "person" else []


def _spelled_out(names: list[Name], texts: Mapping[str, str]) -> list[Name]:
    """Read "JCS" as the Joint Chiefs of Staff where the article says so once."""
    known: dict[str, Name] = {}
    for name in names:
        match = _ACRONYM.match(texts[name.field], name.end)
        if match and " " in name.full and name.kind != "person" and _stands_for(match[1], name):
            known.setdefault(fold(match[1]), name)
    return [
        replace(name, kind=long.kind, full=long.full)
        if (long := known.get(name.key)) and " " not in name.full
        else name
        for name in names
    ]


def _stands_for(acronym: str, name: Name) -> bool:
    """Whether the letters come in the name in this order, the first one first."""
    letters, rest = fold(acronym).replace(" ", ""), iter(name.key.replace(" ", ""))
    return name.key[:1] == letters[:1] and all(letter in rest for letter in letters)


def _whole_persons(names: list[Name]) -> list[Name]:
    """A part of a name is the person who was last named in full; else the next one."""
    order = {"body": 0, "summary": 1, "title": 2}
    ranked = sorted(names, key=lambda name: (order[name.field], name.start))
    whole = _whole(ranked)
    last: dict[str, str] = {}
    for name in reversed(ranked):
        if name.kind == "person" and name.key in whole:
            _remember(last, whole[name.key])
    full: dict[Name, Name] = {}
    for name in ranked:
        if name.key in whole and name.kind == "person":
            _remember(last, whole[name.key])
            full[name] = replace(name, full=whole[name.key])
        elif " " not in name.key and name.key in last and name.kind != "place":
            full[name] = replace(name, kind="person", full=last[name.key])
    return [full.get(name, name) for name in names]


def _whole(ranked: Iterable[Name]) -> dict[str, str]:
    """Key of each name of two words or more → the first form: "John F. Kennedy" is John Kennedy."""
    first: dict[tuple[str, str], str] = {}
    whole: dict[str, str] = {}
    for name in ranked:
        tokens = _significant(name.full)
        if name.kind == "person" and len(tokens) > 1:
            whole[name.key] = first.setdefault((tokens[0], tokens[-1]), name.full)
    return whole


def _significant(full: str) -> list[str]:
    parts = [part.strip(",") for part in full.split()]
    inner = [p for i, p in enumerate(parts) if i == 0 or not _INITIAL.fullmatch(p)]
    return [fold(part) for part in inner if fold(part) not in _SUFFIX]


def _remember(last: dict[str, str], full: str) -> None:
    """By surname, wherever the language puts it; a last word is likelier one than a first."""
    tokens = _significant(full)
    last[tokens[-1]] = full
    if tokens[0] not in last or fold(last[tokens[0]]).split()[-1] != tokens[0]:
        last[tokens[0]] = full
