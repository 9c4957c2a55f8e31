"""What becomes of each block: the model's choice, and the few rules that correct it.

The model sees numbers; the rules see words that are the same on every site: the title repeated at
the top, a date line, a call to subscribe, comments, the standfirst that has a place of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from dateline.dates import parse_date
from dateline.extract import features, model
from dateline.extract.blocks import HINT_BIT, Blocks
from dateline.text import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

BODY: Final = "body"
CHOSEN: Final = 0.53
"""Blocks that are at least so likely are taken; tuned on the held-out folds."""
_SUBHEAD = 0.15
_BETWEEN = 0.4
_HEADINGS = frozenset({"h2", "h3", "h4"})
_ITEMS = frozenset({"li", "tr"})
_PARTS = frozenset({"thead", "tbody", "tfoot"})
_ITEM = 0.2
_LIST = 0.45
_FEWEST = 3
_LONGEST_BYLINE = 60
_HEAD = 3
_MOST_DATES = 2
_MOST_WORDS = 5
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_LONGEST_DATE = 60
_STANDFIRST = 0.2
_SHORTEST_STANDFIRST = 40
_LONGEST_STANDFIRST = 700
_ABOVE = 40
_LEAD = HINT_BIT["lead"]
_COMMENT = HINT_BIT["comment"]
_BYLINE = HINT_BIT["byline"]
_SHORTEST_ALONE = 140
_ALL = 0.95
_SHORTEST_LINK = 20
_LONGEST_LINK = 250
_CALLS = re.compile(
    r"""(?:advertisement|anzeige|publicité|publicidad|read\ more|read\ also|also\ read|related
    |share\ this|sign\ up|subscribe|lesen\ sie\ auch|lire\ aussi|lea\ también
    |leggi\ anche)\b.{0,12}$
    |(?:(?:read|see|learn|find\ out|watch|listen|more)\ ?(?:more|also|next|now|here)?|also\ read
    |related(?:\ (?:stories|articles?|news|coverage|content))?|(?:don['’]t|do\ not)\ miss
    |lesen\ sie\ (?:auch|mehr)|mehr\ (?:dazu|zum\ thema)|auch\ interessant|siehe\ auch
    |[àa]\ lire(?:\ aussi)?|lire\ (?:aussi|également)|voir\ aussi|l[ée]a?e?\ también
    |te\ puede\ interesar|ver\ también|leggi\ anche|leia\ (?:também|mais)|veja\ também|lees\ ook
    |les\ også|läs\ (?:också|mer|även)|læs\ også|czytaj\ (?:też|także|również|więcej)
    |zobacz\ (?:też|także|również)|čtěte\ také|lue\ myös
    |читайте\ также|читать\ также|смотрите\ также|διαβάστε\ (?:επίσης|ακόμη)|baca\ juga)
    \s?(?:[:|»→–—>]|-\ ).{0,220}$""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A page's blocks with what becomes of each.

    Attributes:
        odds: (blocks,) the model's probability that a block belongs to the body.
        verdict: of each block "body", or why it is left out although the model takes it ("title",
            "date", "byline", "call", "comment", "link"), or "standfirst", or "".
    """

    blocks: Blocks
    odds: NDArray[np.float32]
    verdict: list[str]

    def all(self, verdict: str) -> list[int]:
        """The blocks with this verdict, in order."""
        return [i for i, given in enumerate(self.verdict) if given == verdict]

    def confidence(self) -> float:
        """1 - Σ length·min(p, 1 - p) / chosen length, not below 0: low where the model wavers."""
        lengths = np.array([len(text) for text in self.blocks.text])
        taken = float(lengths[self.odds >= CHOSEN].sum()) or 1.0
        doubt = float((lengths * np.minimum(self.odds, 1 - self.odds)).sum())
        return round(max(0.0, 1.0 - doubt / taken), 3)


def judge(found: Blocks, title: str, descriptions: Sequence[str], declared: str) -> Judged:
    """Judge the blocks of a page.

    Args:
        found: its blocks, perhaps none.
        title: the article's.
        descriptions: the page's own summaries of itself.
        declared: the body in the page's metadata, or "".
    """
    if not len(found):
        return Judged(found, np.zeros(0, np.float32), [])
    odds = model.probabilities(features.matrix(found, title, descriptions, declared))
    return ruled(found, odds, title)


def ruled(found: Blocks, odds: NDArray[np.float32], title: str) -> Judged:
    """What the rules make of the model's probabilities."""
    verdict = [BODY if taken else "" for taken in (odds >= CHOSEN).tolist()]
    _comments(found, verdict)
    _links(found, verdict)
    _between(found, odds, verdict)
    _items(found, odds, verdict)
    _standfirst(found, odds, verdict, fold(title))
    _title(found, verdict, fold(title))
    for i, given in enumerate(verdict):
        if given == BODY and is_call(found.text[i]):
            verdict[i] = "call"
    return Judged(found, odds, verdict)


def _comments(found: Blocks, verdict: list[str]) -> None:
    """Leave out what stands in a page's comments, unless that is all there is.

    Where readers wrote more than the author, theirs is the paragraph mass that the model goes by.
    """
    chosen = [i for i, given in enumerate(verdict) if given]
    said = [i for i in chosen if (found.hints[e := found.element[i]] | found.above[e]) & _COMMENT]
    length = sum(len(found.text[i]) for i in chosen) - sum(len(found.text[i]) for i in said)
    if length >= _SHORTEST_ALONE:
        for i in said:
            verdict[i] = "comment"


def _links(found: Blocks, verdict: list[str]) -> None:
    """A line that is one link and nothing else leads to another article, as a rule."""
    for i, given in enumerate(verdict):
        length = len(found.text[i])
        if (
            given
            and found.anchors[i] == 1
            and "://" not in found.text[i]
            and found.links[i] >= _ALL * length
            and _SHORTEST_LINK <= length <= _LONGEST_LINK
        ):
            verdict[i] = "link"


def _between(found: Blocks, odds: NDArray[np.float32], verdict: list[str]) -> None:
    """What stands between two paragraphs of the body needs less to be taken, a subhead least."""
    for i in range(1, len(verdict) - 1):
        if verdict[i] or not verdict[i - 1] == verdict[i + 1] == BODY:
            continue
        enough = _SUBHEAD if found.tag[found.element[i]] in _HEADINGS else _BETWEEN
        if odds[i] >= enough and 2 * found.links[i] < len(found.text[i]):
            verdict[i] = BODY


def _items(found: Blocks, odds: NDArray[np.float32], verdict: list[str]) -> None:
    """A list or a table that is likely enough is taken whole, but for what is very unlikely."""
    groups: dict[int, list[int]] = {}
    for i, element in enumerate(found.element):
        if found.tag[element] in _ITEMS:
            holder = found.parent[element]
            if found.tag[holder] in _PARTS:
                holder = found.parent[holder]
            groups.setdefault(holder, []).append(i)
    for items in groups.values():
        likely = float(np.mean(odds[items]))
        if len(items) >= _FEWEST and likely >= _LIST and BODY in (verdict[i] for i in items):
            for i in items:
                if not verdict[i] and odds[i] >= _ITEM:
                    verdict[i] = BODY


def _standfirst(found: Blocks, odds: NDArray[np.float32], verdict: list[str], title: str) -> None:
    """The paragraph above the body that the page calls its standfirst, by its class.

    It does not stand among the body's paragraphs: there such a class is only how the first one
    looks. What a page merely repeats in its description is as a rule its first paragraph, too.
    """
    chosen = [i for i, given in enumerate(verdict) if given == BODY]
    if not chosen:
        return
    main = _main_container(found, chosen)
    first = next((i for i in chosen if found.parent[found.element[i]] == main), 0)
    for i in range(max(0, first - _ABOVE), min(first + 2, len(found))):
        text, element = found.text[i], found.element[i]
        if (
            found.hints[element] & _LEAD
            and found.parent[element] != main
            and _SHORTEST_STANDFIRST <= len(text) <= _LONGEST_STANDFIRST
            and 2 * found.links[i] <= len(text)
            and odds[i] >= _STANDFIRST
            and fold(text) != title
        ):
            verdict[i] = "standfirst"
            return


def _main_container(found: Blocks, chosen: Sequence[int]) -> int:
    """The element whose children carry most of the chosen text."""
    weights: dict[int, int] = {}
    for i in chosen:
        parent = found.parent[found.element[i]]
        weights[parent] = weights.get(parent, 0) + len(found.text[i])
    return max(weights, key=lambda parent: weights[parent])


def _title(found: Blocks, verdict: list[str], title: str) -> None:
    """The title where it stands at the top, what stands before it, and who and when after it."""
    chosen = [i for i, given in enumerate(verdict) if given == BODY]
    for position, i in enumerate(chosen[:_HEAD]):
        if title and fold(found.text[i]) == title:
            for above in chosen[: position + 1]:
                verdict[above] = "title"
            chosen = chosen[position + 1 :]
            break
    for i in chosen[: _MOST_DATES + 1]:
        text = found.text[i]
        if is_date_line(text) and verdict.count("date") < _MOST_DATES:
            verdict[i] = "date"
        elif (
            found.hints[found.element[i]] & _BYLINE
            and len(text) <= _LONGEST_BYLINE
            and text[-1] not in ".!?"
        ):
            verdict[i] = "byline"
        else:
            break


def is_date_line(text: str) -> bool:
    """Whether a line is a date and nothing else, perhaps with "Updated" or the like before it."""
    return (
        len(text) <= _LONGEST_DATE
        and text[-1] not in ".!?"
        and _DIGIT.search(text) is not None
        and len(_LETTERS.findall(text)) <= _MOST_WORDS
        and parse_date(text) is not None
    )


def is_call(text: str) -> bool:
    """Whether a line calls to read, share or subscribe to something else."""
    return _CALLS.match(text) is not None
