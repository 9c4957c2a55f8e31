"""Why a page was read as it was: its blocks with what the model and the rules say, its doubts.

For people, not for the pipeline: everything is computed anew, nothing of it is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dateline import charset
from dateline.extract import body as bodies
from dateline.extract import gate, kinds, titles
from dateline.extract.blocks import element_names, segment
from dateline.extract.page import address_of, extract
from dateline.extract.signals import read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from dateline.extract.blocks import Blocks
    from dateline.extract.shape import Shape
    from dateline.model import Article, Hints, Outcome, Page


@dataclass(frozen=True, slots=True)
class Line:
    """A block of the page.

    Attributes:
        where: its element and the one above, as "div.story > p.text".
        odds: 0 to 1; how likely it is of the body.
        verdict: "body", or the rule that took it out: "standfirst", "title", "date", "call",
            "comment", "link"; "" if the model did not take it.
    """

    where: str
    text: str
    odds: float
    verdict: str


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why a page was read as it was.

    Attributes:
        result: what `extract` makes of the page.
        doubts: signal → how much it speaks against an article.
        likeness: how much its address looks like an article's, −1 to 1.
    """

    result: Article | Outcome
    lines: tuple[Line, ...]
    doubts: Mapping[str, float]
    likeness: float
    shape: Shape


def reasons(page: Page, hints: Hints, *, now: datetime) -> Reasons | None:
    """Read a page and say why; None if it is no HTML, or more than may be parsed."""
    content_type = page.header("content-type")
    decoded = charset.decode(page.body, content_type)
    is_html = gate.media_type(page.body, content_type) == "text/html"
    if not is_html or len(page.body) > gate.MAX_BYTES or gate.too_much(decoded.text):
        return None
    signals = read(decoded.text.replace("\0", ""), address_of(page))
    title = titles.choose(signals, hints).value
    found = segment(signals.tree)
    sight = kinds.Sight(signals, found, title)
    judged = bodies.judged_blocks(signals, found, title or "")
    names = element_names(found)
    lines = tuple(
        Line(_where(found, names, element), text, odds, verdict)
        for element, text, odds, verdict in zip(
            found.element, found.text, judged.odds.tolist(), judged.verdict, strict=True
        )
    )
    result = extract(page, hints, now=now)
    return Reasons(result, lines, sight.doubts, sight.likeness, sight.shape)


def _where(found: Blocks, names: list[str], element: int) -> str:
    """The element and the one above."""
    above = found.parent[element]
    return (f"{names[above]} > " if above >= 0 else "") + names[element]
