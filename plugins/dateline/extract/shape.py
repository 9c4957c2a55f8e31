"""The shape of a page, in numbers: running text, or a list of links to other pages.

An index page has little running text and many link lines that look alike: same element, same class,
same parent. Navigation, header, footer, asides and comments count for neither.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dateline.extract.blocks import HINT_BIT, ZONE_BIT

if TYPE_CHECKING:
    from dateline.extract.blocks import Blocks

# Not "form": some servers wrap their whole page in one.
_CHROME: Final = sum(ZONE_BIT[name] for name in ("nav", "footer", "aside", "header", "hidden"))
_HEADING: Final = ZONE_BIT["heading"]
_COMMENT: Final = HINT_BIT["comment"]
_PARAGRAPH: Final = 60
_LINKED: Final = 0.35
_ALL: Final = 0.8
_SHORTEST: Final = 18
_LONGEST: Final = 200
_DENSE: Final = 2.6
_NOTHING: Final = 200


@dataclass(frozen=True, slots=True)
class Shape:
    """A page's main part in numbers.

    Attributes:
        text: characters.
        linked: share of them in links.
        mass: characters of running text: paragraphs, outside of links.
        run: characters of the longest run of paragraphs that no link line interrupts.
        links: lines that are a link of a headline's length.
        alike: the most of them with the same signature of element and parent.
        cards: the most headings of a headline's length with the same signatures, links or not.
    """

    text: int
    linked: float
    mass: int
    run: int
    links: int
    alike: int
    cards: int


def shape_of(found: Blocks) -> Shape:
    """Measure the blocks of a page; where its main part is next to nothing, all of them."""
    shape = _measured(found, _CHROME, _COMMENT)
    return shape if shape.text > _NOTHING else _measured(found, 0, 0)


def _measured(found: Blocks, chrome: int, comments: int) -> Shape:
    """One pass; elements with these bits of zone or hints are left out."""
    text = linked = mass = run = longest = 0
    headlines: list[tuple[int, int]] = []
    headings: list[tuple[int, int]] = []
    out = [
        bool(zone & chrome or (hints | above) & comments)
        for zone, hints, above in zip(found.zone, found.hints, found.above, strict=True)
    ]
    for line, element, links in zip(found.text, found.element, found.links, strict=True):
        if out[element]:
            continue
        length = len(line)
        text += length
        signatures = (found.signature[element], found.signature[found.parent[element]])
        if found.zone[element] & _HEADING and _SHORTEST <= length <= _LONGEST:
            headings.append(signatures)
        linked += links
        if links >= _ALL * length:
            if _SHORTEST <= length <= _LONGEST:
                headlines.append(signatures)
                run = 0
        elif links < _LINKED * length and (worth := _worth(line)) >= _PARAGRAPH:
            mass += worth
            run += worth
            longest = max(longest, run)
    return Shape(
        text=text,
        linked=min(1.0, linked / max(text, 1)),
        mass=mass,
        run=longest,
        links=len(headlines),
        alike=max(Counter(headlines).values(), default=0),
        cards=max(Counter(headings).values(), default=0),
    )


def _worth(text: str) -> int:
    """A text's length; in scripts without spaces (three bytes a character) a sign counts as two."""
    length = len(text)
    if length < _PARAGRAPH // 2 or text.isascii():
        return length
    return 2 * length if len(text.encode(errors="replace")) >= _DENSE * length else length
