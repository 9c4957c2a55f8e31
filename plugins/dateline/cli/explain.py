"""The face of `dateline extract --explain`: blocks, scores and candidates, in colour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text

from dateline.extract import describe
from dateline.extract.reasons import Line, Reasons
from dateline.model import Article

FAINT = 0.05
"""Blocks less likely than this are left out, unless they are asked for."""
NEARLY = 0.2
_BAR = 6
_WHERE = 26
_NAME = 13
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_STYLES = {
    "body": "green",
    "standfirst": "cyan",
    "title": "magenta",
    "call": "magenta",
    "comment": "magenta",
    "link": "magenta",
}
_NEARLY_STYLE = "yellow"
_SAID = ("from", "others", "rejected")


def show(console: Console, found: Reasons, *, everything: bool) -> None:
    """Print why a page was read as it was; `everything`: the unlikely blocks, too."""
    for line in (*_head(found), Text(), *_blocks(found.lines, console.width, everything)):
        console.print(line, soft_wrap=True)
    if isinstance(found.result, Article):
        console.print()
        for line in _fields(found.result, console.width):
            console.print(line, soft_wrap=True)


def _head(found: Reasons) -> Iterator[Text]:
    """Whether it is an article, and what speaks for and against it."""
    result, shape = found.result, found.shape
    if isinstance(result, Article):
        body = result.provenance["body"]
        sure = f", confidence {body['confidence']:.2f}" if "confidence" in body else ""
        yield Text.assemble((f"{result.kind}", "bold green"), f", body from {body['from']}{sure}")
    else:
        yield Text.assemble((f"{result.state}", "bold red"), f": {result.reason}")
    yield Text.assemble(
        ("doubt ", "dim"),
        f"{sum(found.doubts.values()):+.1f}",
        ("  = ", "dim"),
        " ".join(f"{name} {points:+.1f}" for name, points in found.doubts.items()),
    )
    yield Text.assemble(
        ("shape ", "dim"),
        f"{shape.mass} characters of running text, {shape.run} in a row; {shape.links} link lines,"
        f" {shape.alike} alike; {shape.linked:.0%} linked",
    )
    yield Text.assemble(("address ", "dim"), f"{found.likeness:+.1f}", (" of ±1", "dim"))


def _blocks(lines: Iterable[Line], width: int, everything: bool) -> Iterator[Text]:
    """A line a block; runs of unlikely ones as one line."""
    yield Text(f"   p {'':{_BAR}} {'verdict':<10} {'where':<{_WHERE}} text", style="bold")
    for faint, run in groupby(lines, key=lambda line: not line.verdict and line.odds < FAINT):
        listed = list(run)
        if faint and not everything:
            noun = "block" if len(listed) == 1 else "blocks"
            yield Text(f"     … {len(listed)} {noun}, p < {FAINT:.2f}".replace("0.", "."), "dim")
            continue
        for line in listed:
            yield _block(line, width)


def _block(line: Line, width: int) -> Text:
    if line.verdict:
        style = _STYLES.get(line.verdict, "magenta")
    else:
        style = _NEARLY_STYLE if line.odds >= NEARLY else "dim"
    number = f"{line.odds:.2f}".removeprefix("0").rjust(4)
    verdict = line.verdict or ("nearly" if line.odds >= NEARLY else "")
    head = f"{number} {_bar(line.odds)} {verdict:<10} "
    room = width - len(head) - _WHERE - 1
    return Text.assemble(
        (head, style), (f"{_cut_left(line.where, _WHERE)} ", "dim"), (_cut(line.text, room), style)
    )


def _bar(odds: float) -> str:
    """`odds` as a bar of `_BAR` columns, in eighths of a column."""
    eighths = round(odds * _BAR * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(_BAR)


def _cut(text: str, width: int) -> str:
    """As much of a text as fits, and how long it is."""
    if cell_len(text) <= width:
        return text
    length = f"… {len(text)}"
    return set_cell_size(text, max(width - len(length), 1)).rstrip() + length


def _cut_left(text: str, width: int) -> str:
    """The end of a text, in exactly so many columns."""
    return f"…{text[1 - width :]}" if len(text) > width else f"{text:<{width}}"


def _fields(article: Article, width: int) -> Iterator[Text]:
    """Each field: its value, its signal, the losers and what was rejected."""
    room = width - _NAME - 1
    for name, value, _ in describe(article):
        note = article.provenance.get(name, {})
        if name == "body" or not (value or note):
            continue
        yield Text.assemble(
            (f"{name:<{_NAME}} ", "bold"), (_cut(value, room), "green") if value else ("–", "dim")
        )
        if told := _told(note):
            yield _under(_cut(told, room), "dim")
        for source, other in note.get("others", {}).items():
            yield _candidate("lost", source, other, room, "yellow")
        for source, why in note.get("rejected", {}).items():
            yield _candidate("rejected", source, why, room, "red")


def _candidate(word: str, source: str, text: object, room: int, style: str) -> Text:
    head = f"{word:<9} {source:<26} "
    return _under(_cut(head + _cut(str(text), max(room - len(head), 1)), room), style)


def _told(note: dict[str, Any]) -> str:
    """Where a value is from, and whatever else its provenance says."""
    rest = [f"{key} {value}" for key, value in note.items() if key not in _SAID]
    origin = [f"from {note['from']}"] if "from" in note else []
    return ", ".join([*origin, *rest])


def _under(text: str, style: str) -> Text:
    return Text(f"{'':<{_NAME}} {text}", style)
