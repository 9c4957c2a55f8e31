"""`make bench-extract CORPORA=folder`: what each step of reading a page costs, and memory over 10,000 pages.

A step is timed inside the extraction itself, by a clock around its function; what a step calls on
another's behalf counts for the inner one. The last line is one line of JSON.
"""

from __future__ import annotations

import argparse
import functools
import itertools
import json
import sys
import time
from collections import defaultdict
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, Any

import figures
from corpora import NOW, Sample, samples
from rich.console import Console
from rich.table import Table

from dateline import charset
from dateline.extract import (
    body,
    extract,
    facts,
    features,
    gate,
    kinds,
    language,
    markup,
    model,
    page,
    people,
    prepare,
    published,
    signals,
    titles,
)
from dateline.model import Hints

if TYPE_CHECKING:
    from collections.abc import Callable

    from dateline.model import Page

PAGES = 10_000
SAMPLED = 500
TOLERATED = 1.05
"""Memory is flat if the last quarter's mean is at most so many times the first's."""

# Step → the functions that are it, where they are looked up.
STEPS: dict[str, tuple[tuple[Any, str], ...]] = {
    "gate": ((gate, "media_type"), (gate, "too_much")),
    "decode": ((charset, "decode"),),
    "parse": ((signals, "LexborHTMLParser"),),
    "signals": ((page, "read"),),
    "title": ((titles, "choose"), (titles, "site_names")),
    "segment": ((page, "segment"),),
    "features": ((features, "matrix"),),
    "trees": ((model, "probabilities"),),
    "body rules": ((body, "body_of"),),
    "markup": ((markup, "from_blocks"), (markup, "from_paragraphs")),
    "authors": ((people, "choose"),),
    "last resort": ((page, "find_date"),),
    "dates": ((published, "choose_published"), (published, "choose_modified")),
    "language": ((language, "choose"),),
    "facts": tuple((facts, n) for n in ("summary", "section", "tags", "image", "canonical_url")),
    "kinds": ((kinds, "not_an_article"), (kinds, "kind_of")),
}


class Clock:
    """CPU of each step by itself, by a stack of what runs within what."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._within: list[str] = ["rest"]
        self._since = 0.0

    def start(self) -> None:
        """Begin a page."""
        self.spent = defaultdict(float)
        self._since = time.process_time()

    def stop(self) -> dict[str, float]:
        """End it: milliseconds by step."""
        self._lap()
        return {name: 1000 * value for name, value in self.spent.items()}

    def _lap(self) -> None:
        now = time.process_time()
        self.spent[self._within[-1]] += now - self._since
        self._since = now

    def around(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function with the clock around it."""

        @functools.wraps(function, updated=())
        def timed(*arguments: Any, **named: Any) -> Any:
            self._lap()
            self._within.append(step)
            try:
                return function(*arguments, **named)
            finally:
                self._lap()
                self._within.pop()

        return timed


def install(clock: Clock) -> None:
    """Put the clock around every step that is there."""
    for step, places in STEPS.items():
        for module, name in places:
            if hasattr(module, name):
                setattr(module, name, clock.around(step, getattr(module, name)))


def steps(corpora: Path, names: list[str], most: int | None) -> dict[str, dict[str, Any]]:
    """By set: pages, and the mean and median milliseconds of each step and in total."""
    prepare()
    clock = Clock()
    install(clock)
    found = {}
    for name in names:
        rows = []
        pages = (page for sample in samples(corpora, name, most) if (page := sample.page()))
        for number, read in enumerate(pages):
            if number == 0:
                extract(read, Hints(), now=NOW)
            clock.start()
            extract(read, Hints(), now=NOW)
            rows.append(clock.stop())
        found[name] = {"pages": len(rows)} | {
            step: _both([row.get(step, 0.0) for row in rows]) for step in (*STEPS, "rest")
        }
        found[name]["total"] = _both([sum(row.values()) for row in rows])
        print(f"{name}: {len(rows)} pages", file=sys.stderr, flush=True)
    return found


def _both(values: list[float]) -> dict[str, float]:
    return {"mean": round(mean(values), 3), "median": round(median(values), 3)}


def memory(corpora: Path, names: list[str], pages: int) -> dict[str, Any]:
    """Resident memory over so many pages, in MB: every 500 pages, and whether it stays flat."""
    listed = [sample for name in names for sample in samples(corpora, name)]
    read: list[Page] = [found for sample in _cheap(listed) if (found := sample.page())]
    sampled: list[float] = []
    for number, found in enumerate(itertools.islice(itertools.cycle(read), pages), 1):
        extract(found, Hints(), now=NOW)
        if number % SAMPLED == 0:
            sampled.append(_resident())
            print(f"{number} pages: {sampled[-1]:.0f} MB", file=sys.stderr, flush=True)
    quarter = max(len(sampled) // 4, 1)
    first, last = mean(sampled[:quarter]), mean(sampled[-quarter:])
    return {
        "pages": pages,
        "mb": [round(value, 1) for value in sampled],
        "first_quarter": round(first, 1),
        "last_quarter": round(last, 1),
        "flat": last <= first * TOLERATED,
    }


def _cheap(listed: list[Sample], most: int = 1_200, size: int = 150_000) -> list[Sample]:
    """Pages spread over the sets, none of them huge: 10,000 should take a minute or two."""
    small = [item for item in listed if item.truth.get("page_bytes", 0) <= size]
    return small[:: max(len(small) // most, 1)][:most]


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4_096 / 1e6


def show(found: dict[str, dict[str, Any]]) -> None:
    """A row a step, a column a set."""
    console = Console(width=118, highlight=False)
    table = Table(title="CPU ms a page, mean / median", title_justify="left", box=None)
    table.add_column("step", no_wrap=True)
    for name in found:
        table.add_column(f"{name} ({found[name]['pages']})", justify="right")
    for step in (*STEPS, "rest", "total"):
        cells = [f"{row[step]['mean']:.2f} / {row[step]['median']:.2f}" for row in found.values()]
        table.add_row(step, *cells, style="bold" if step == "total" else None)
    console.print(table)


def main() -> int:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(prog="make bench-extract", description=__doc__)
    parser.add_argument("corpora", type=Path)
    sets = ["aeb", "fundus", "trafilatura_eval", "wcxb", "daniel"]
    parser.add_argument("--sets", nargs="+", choices=figures.SETS, default=sets, metavar="SET")
    parser.add_argument("--limit", type=int, default=200, help="pages of each set (200)")
    parser.add_argument("--memory", type=int, default=PAGES, help="pages for memory; 0: none")
    options = parser.parse_args()
    found = steps(options.corpora, options.sets, options.limit)
    show(found)
    report: dict[str, Any] = {"steps_ms": found}
    if options.memory:
        report["memory"] = kept = memory(options.corpora, options.sets, options.memory)
        print(
            f"memory over {kept['pages']} pages: {kept['first_quarter']} MB in the first quarter, "
            f"{kept['last_quarter']} MB in the last: {'flat' if kept['flat'] else 'NOT FLAT'}"
        )
    print(json.dumps(report))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
