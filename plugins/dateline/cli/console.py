"""What every command prints with: tables and lines on stdout, errors and progress on stderr."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Self

from rich.cells import cell_len
from rich.console import Console
from rich.markup import escape
from rich.table import Table

WIDE = 200
"""Columns of a table that does not go to a terminal."""
_GAP = 2
_NARROWEST = 8


def _console(*, stderr: bool = False) -> Console:
    console = Console(stderr=stderr, highlight=False)
    if console.is_terminal or "COLUMNS" in os.environ:
        return console
    return Console(stderr=stderr, highlight=False, width=WIDE)


out = _console()
err = _console(stderr=True)


def fail(message: str) -> None:
    """An error, on stderr; the caller decides on the exit code."""
    err.print(f"[bold red]error:[/] {escape(message)}", soft_wrap=True)


def say(text: str, *, style: str | None = None) -> None:
    """A line on stdout; long ones are left to the terminal to wrap, so that they can be copied."""
    out.print(text, style=style, soft_wrap=True, markup=False)


def note(text: str) -> None:
    """A remark on stderr, where stdout is for what a program reads."""
    err.print(text, style="dim", soft_wrap=True, markup=False)


class Steps:
    """What a long command does now; each step stays as a line with the seconds that it took."""

    def __init__(self) -> None:
        self._status = err.status("")
        self._step, self._since = "", 0.0

    def __enter__(self) -> Self:
        self._status.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._status.stop()
        if kind is None:
            self._finish()

    def __call__(self, step: str) -> None:
        """The last step is done, this one begins."""
        self._finish()
        self._step, self._since = step, time.monotonic()
        self._status.update(f"{escape(step)} …")

    def note(self, text: str) -> None:
        """Something that happened within the step."""
        err.print(f"  {escape(text)}", soft_wrap=True)

    def _finish(self) -> None:
        if self._step:
            took = time.monotonic() - self._since
            note = f"  [dim]{took:.0f} s[/]" if took >= 1 else ""
            err.print(f"[green]✓[/] {escape(self._step)}{note}", soft_wrap=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Rows under their column names, one line each; numbers to the right, times in UTC."""
    rows = [list(row) for row in rows]
    drawn = Table(header_style="bold", box=None, pad_edge=False)
    for i, (name, width) in enumerate(zip(columns, _fit(_widths(columns, rows)), strict=True)):
        drawn.add_column(
            name,
            justify="right" if any(_is_number(row[i]) for row in rows) else "left",
            overflow="ellipsis",
            no_wrap=True,
            width=width,
        )
    for row in rows:
        drawn.add_row(*(escape(shown(value)) for value in row))
    out.print(drawn)


def _widths(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[int]:
    return [
        max(
            cell_len(line)
            for value in (name, *values)
            for line in (shown(value) or " ").split("\n")
        )
        for name, *values in zip(columns, *rows, strict=True)
    ]


def _fit(widths: list[int]) -> list[int]:
    """Widths that the terminal has room for: the widest column gives way first."""
    excess = sum(widths) + _GAP * (len(widths) - 1) - out.width
    while excess > 0 and max(widths) > _NARROWEST:
        widths[widths.index(max(widths))] -= 1
        excess -= 1
    return widths


def records(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    r"""A table where it fits, else each row as a list of its values, as psql's `\\x auto` does."""
    rows = [list(row) for row in rows]
    if sum(widths := _widths(columns, rows)) + _GAP * (len(widths) - 1) <= out.width:
        table(columns, rows)
        return
    label = max(map(len, columns))
    for row in rows:
        for name, value in zip(columns, row, strict=True):
            say(f"{name:<{label}}  {shown(value)}")
        say("")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 row", "2 rows"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def shown(value: Any) -> str:
    """A value as a table shows it."""
    match value:
        case None:
            return ""
        case True | False:
            return "yes" if value else "no"
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
        case float():
            return f"{value:g}"
        case list() | tuple():
            return ", ".join(map(str, value))
        case _:
            return str(value)
