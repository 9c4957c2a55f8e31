"""The tables of an evaluation: the target beside each figure, and whether it is reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import datelines
from engines import DEFAULT, FAST, OURS
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from figures import Figure, Measured

WIDTH = 118
CPU_TARGET = 0.20
"""Ours should cost at most this share of trafilatura's default with metadata."""
_console = Console(width=WIDTH, highlight=False)


@dataclass(frozen=True)
class Line:
    """A figure as measured: `pages` count for it; 0 if none do."""

    figure: Figure
    pages: int
    measured: dict[str, Measured]

    @property
    def lead(self) -> Measured | None:
        """Ours less trafilatura's default."""
        if OURS in self.measured and DEFAULT in self.measured:
            return self.measured[OURS].minus(self.measured[DEFAULT])
        return None

    def report(self) -> dict[str, Any]:
        """For JSON."""
        target, ours = self.figure.target, self.measured[OURS]
        return {
            "set": self.figure.set,
            "figure": self.figure.name,
            "pages": self.pages,
            **{name: found.report() for name, found in self.measured.items()},
            "ours_minus_default": self.lead.report() if self.lead else None,
            "target": target,
            "reached": None if target is None else ours.value >= target,
        }


def show(
    lines: list[Line],
    pages: dict[str, int],
    costs: dict[str, dict[str, dict[str, float]]],
    refused: dict[str, dict[str, int]],
    places: dict[str, float],
) -> None:
    """Print the tables."""
    _console.print(_scores(lines))
    _console.print(_costs(pages, costs, refused))
    _console.print(_datelines(places))
    for name, reasons in refused.items():
        if reasons:
            told = ", ".join(f"{reason} {count}" for reason, count in reasons.items())
            _console.print(f"refused of {name}: {told}")


def _table(title: str, *columns: str, left: int) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 1))
    for i, name in enumerate(columns):
        table.add_column(name, justify="left" if i < left else "right", no_wrap=True)
    return table


def _scores(lines: list[Line]) -> Table:
    table = _table(
        "\nscores, with 95 % intervals by publisher",
        *("set", "figure", "pages", OURS, DEFAULT, FAST, "ours − default", "target", ""),
        left=2,
    )
    for line in lines:
        if line.pages:
            found, target = line.measured, line.figure.target
            table.add_row(
                *(line.figure.set, line.figure.name, str(line.pages)),
                *(_interval(found.get(name)) for name in (OURS, DEFAULT)),
                _short(found[FAST].value) if FAST in found else "",
                _interval(line.lead, sign="+"),
                *_target(found[OURS].value, target),
            )
    return table


def _interval(found: Measured | None, sign: str = "") -> str:
    if found is None:
        return ""
    value, low, high = (_short(number, sign) for number in (found.value, found.low, found.high))
    return f"{value} {low}‥{high}"


def _short(value: float, sign: str = "") -> str:
    """A share without its leading zero: .953, -.012, 1.00."""
    return f"{value:{sign}.2f}" if abs(value) >= 1 else f"{value:{sign}.3f}".replace("0.", ".", 1)


def _target(value: float, target: float | None, *, most: bool = False) -> tuple[str, str]:
    if target is None:
        return "", ""
    reached = value <= target if most else value >= target
    shown = f"{'≤' if most else '≥'}{_short(target)}"
    return shown, "[green]yes[/]" if reached else "[red]no[/]"


def _costs(
    pages: dict[str, int],
    costs: dict[str, dict[str, dict[str, float]]],
    refused: dict[str, dict[str, int]],
) -> Table:
    table = _table(
        "\nCPU milliseconds a page, mean / median, from decoded HTML to record with metadata",
        *("set", "pages", "refused", OURS, "from bytes", DEFAULT, FAST, "ours : default"),
        *("target", ""),
        left=1,
    )
    for name, cost in costs.items():
        ratio = cost[OURS]["mean"] / cost[DEFAULT]["mean"] if DEFAULT in cost else None
        table.add_row(
            *(name, str(pages[name]), f"{sum(refused[name].values()) / pages[name]:.1%}"),
            *(_ms(cost.get(engine)) for engine in (OURS, "from bytes", DEFAULT, FAST)),
            f"{ratio:.3f}" if ratio is not None else "",
            *(_target(ratio, CPU_TARGET, most=True) if ratio is not None else ("", "")),
        )
    return table


def _ms(cost: dict[str, float] | None) -> str:
    return f"{cost['mean']:.1f} / {cost['median']:.1f}" if cost else ""


def _datelines(places: dict[str, float]) -> Table:
    table = _table("\ndatelines", "figure", "value", "target", "", left=1)
    for name, value in places.items():
        shown = f"{value:.3f}" if isinstance(value, float) else str(value)
        table.add_row(name, shown, *_target(value, datelines.TARGETS.get(name)))
    return table
