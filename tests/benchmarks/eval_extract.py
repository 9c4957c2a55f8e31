"""`make eval CORPORA=folder`: every set of labelled pages, ours beside trafilatura, in one run.

Ours is cross-validated by publisher: each page is read with weights that never saw its publisher. All
engines get the same decoded HTML, page by page in turn. Intervals are 95 %, by resampling publishers.
The last line is one line of JSON with every figure.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, Any

import datelines
import figures
import report
from corpora import FOLDS, NOW, Sample, Weights, fresh, samples, scorer, train_folds
from engines import DEFAULT, FAST, OURS, Bench

from dateline.extract import fallback

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

QUICK = 60
SECONDS_A_MEGABYTE = 1.5
"""All three engines, on a page's bytes, for the forecast."""


@dataclass
class Row:
    """A page as every engine read it; `ms` by engine, from decoded HTML to record."""

    id: str
    made: dict[str, dict[str, Any]]
    ms: dict[str, float]
    decoding: float = 0.0


class Reader:
    """Reads the pages of a process."""

    def __init__(self, engines: Sequence[str], folds: Path | None, second: str) -> None:
        self._bench = Bench(engines, fallback.named(second))
        self._weights = Weights(folds)
        self._engines = engines

    def __call__(self, sample: Sample) -> Row:
        """One page."""
        self._weights.use_for(sample.publisher)
        page = sample.page()
        if page is None:
            return Row(sample.truth["id"], {name: {} for name in self._engines}, {})
        found, decoding = self._bench.read(page, NOW, figures.engines(sample.folder.name))
        return Row(
            sample.truth["id"],
            {name: found[name].record for name in self._engines if name in found},
            {name: found[name].ms for name in self._engines if name in found},
            decoding,
        )


_reader: Reader | None = None


def _start(*arguments: Any) -> None:
    global _reader  # noqa: PLW0603 - one a process of the pool
    _reader = Reader(*arguments)


def _read(sample: Sample) -> Row:
    assert _reader is not None
    return _reader(sample)


def read_all(sets: dict[str, list[Sample]], jobs: int, arguments: Any) -> dict[str, list[Row]]:
    """Every page of every set by every engine; says how far it is on stderr."""
    listed = [sample for pages in sets.values() for sample in pages]
    size = sum(sample.truth.get("page_bytes", 100_000) for sample in listed) / 1e6
    forecast = size * SECONDS_A_MEGABYTE * len(arguments[0]) / 3 / jobs / 60
    say(f"{len(listed)} pages, {size:.0f} MB: some {max(forecast, 1):.0f} minutes")
    begun = time.monotonic()
    _start(*arguments)
    # One page that does not count: imports, models, caches.
    _read(listed[0])
    done = {}
    for name, pages in sets.items():
        rows = _in_order(pages, jobs, arguments)
        done[name] = list(rows)
        say(f"  {name}: {len(pages)} pages, {time.monotonic() - begun:.0f} s so far")
    return done


def _in_order(pages: list[Sample], jobs: int, arguments: Any) -> Iterator[Row]:
    if jobs == 1:
        yield from map(_read, pages)
        return
    with Pool(jobs, initializer=_start, initargs=arguments) as pool:
        yield from pool.imap(_read, pages, chunksize=5)


def say(text: str) -> None:
    """Progress, on stderr."""
    print(text, file=sys.stderr, flush=True)


def cost(rows: list[Row]) -> dict[str, dict[str, float]]:
    """CPU milliseconds a page by engine, mean and median; ours also from bytes."""
    read = [row for row in rows if row.ms]
    found = {
        name: [row.ms[name] for row in read] for name in (OURS, DEFAULT, FAST) if name in read[0].ms
    }
    found["from bytes"] = [row.ms[OURS] + row.decoding for row in read]
    return {
        name: {"mean": round(mean(ms), 2), "median": round(median(ms), 2)}
        for name, ms in found.items()
    }


def refused(rows: list[Row]) -> dict[str, int]:
    """Ours: how many pages gave an outcome instead of a record, by reason."""
    reasons = (row.made[OURS].get("reason", "page_missing" if not row.ms else "") for row in rows)
    return dict(Counter(reason.partition(":")[0] for reason in reasons if reason).most_common())


def evaluate(options: argparse.Namespace) -> dict[str, Any]:
    """Run everything, print the tables, give every figure."""
    begun = time.monotonic()
    folds = None if options.committed else options.folds
    if folds and not (fresh(folds) or options.keep_folds):
        train_folds(options.corpora, folds)
    most = QUICK if options.quick else options.limit
    sets = {name: samples(options.corpora, name, most, figures.counts) for name in options.sets}
    engines = (OURS,) if options.ours else (OURS, DEFAULT, FAST)
    second = "trafilatura" if options.fallback else "off"
    rows = read_all(sets, options.jobs, (engines, folds, second))
    if options.out:
        _write(options.out, rows)
    say("scoring")
    found = _report(options.corpora, sets, rows)
    if options.jobs > 1:
        del found["cpu_ms_a_page"]
    how = {"cross_validated": folds is not None, "fallback": second}
    return how | {"seconds": round(time.monotonic() - begun)} | found


def _report(
    corpora: Path, sets: dict[str, list[Sample]], rows: dict[str, list[Row]]
) -> dict[str, Any]:
    """Score, print the tables, give the figures."""
    score = scorer(corpora)
    lines = [
        report.Line(figure, *_measure(score, figure, sets[figure.set], rows[figure.set]))
        for figure in figures.FIGURES
        if figure.set in sets
    ]
    costs = {name: cost(found) for name, found in rows.items()}
    reasons = {name: refused(found) for name, found in rows.items()}
    pages = {name: len(found) for name, found in rows.items()}
    places = datelines.measure(corpora)
    report.show(lines, pages, costs, reasons, places)
    return {
        "figures": [line.report() for line in lines if line.pages],
        "cpu_ms_a_page": costs,
        "refused": {name: {"pages": pages[name], **found} for name, found in reasons.items()},
        "datelines": {name: round(value, 4) for name, value in places.items()},
    }


def _measure(
    score: Any, figure: figures.Figure, listed: list[Sample], rows: list[Row]
) -> tuple[int, dict[str, figures.Measured]]:
    engines = [name for name in rows[0].made if name in figures.engines(figure.set)]
    predictions = {name: [row.made[name] for row in rows] for name in engines}
    truths = [sample.truth for sample in listed]
    return figures.measure(score, figure, truths, [s.publisher for s in listed], predictions)


def _write(folder: Path, rows: dict[str, list[Row]]) -> None:
    """Predictions by engine and set, for the scorer."""
    for name, found in rows.items():
        for engine in found[0].made:
            path = folder / engine / f"{name}.jsonl"
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", encoding="utf-8", errors="replace") as out:
                for row in found:
                    record = row.made.get(engine, {}) | {"id": row.id, "cpu_ms": row.ms.get(engine)}
                    out.write(json.dumps(record, ensure_ascii=False) + "\n")


def main() -> int:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(prog="make eval", description=__doc__)
    add = parser.add_argument
    add("corpora", type=Path, help="folder with articles/SET, datelines and score.py")
    add("--sets", nargs="+", choices=figures.SETS, default=list(figures.SETS), metavar="SET")
    add("--quick", action="store_true", help=f"{QUICK} pages of each set")
    add("--limit", type=int, help="so many pages of each set")
    add("--ours", action="store_true", help="without trafilatura")
    add("--fallback", action="store_true", help="ours with trafilatura where it is unsure")
    add("--folds", type=Path, default=FOLDS, help="where the folds' weights are")
    add("--keep-folds", action="store_true", help="also if they are older than their sources")
    add("--committed", action="store_true", help="the committed weights for all: optimistic")
    add("--jobs", type=int, default=1, help="processes; CPU is only told of one")
    add("--out", type=Path, help="folder for the predictions of every engine")
    print(json.dumps(evaluate(parser.parse_args())))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
