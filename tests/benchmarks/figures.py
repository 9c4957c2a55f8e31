"""The figures of an evaluation: what is measured on which set, and how sure it is.

Pages are scored by the corpora's scorer; here its page scores are only averaged the way that it does,
over resampled publishers, for intervals. The averages of the sample itself must equal the scorer's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from engines import DEFAULT, FAST, OURS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

    from numpy.typing import NDArray

RESAMPLES = 1_000
SEED = 20_260_101


@dataclass(frozen=True)
class Figure:
    """One number of the table.

    Attributes:
        set, name: where it is measured, and what.
        field, measure: of the scorer's result.
        target: what it should reach.
        options: of the scorer (`body_field`, `cjk`, `skip_suspect`).
        only: page must have these values of its truth.
        alone: trafilatura does not tell it (it gives days, and no language unless asked for one).
    """

    set: str
    name: str
    field: str
    measure: str
    target: float | None = None
    options: dict[str, Any] = field(default_factory=dict)
    only: dict[str, Any] = field(default_factory=dict)
    alone: bool = False


CJK = {"cjk": True}
FIGURES = (
    Figure("aeb", "body F1", "body", "f1", 0.970),
    Figure("fundus", "core body F1", "body", "f1", 0.960, {"body_field": "body_core"}),
    Figure("fundus", "body F1", "body", "f1", 0.965),
    Figure("trafilatura_eval", "segments F1", "segments", "f1", 0.940),
    Figure("wcxb", "articles' body F1", "body", "f1", 0.952, only={"page_type": "article"}),
    Figure("daniel", "body F1", "body", "f1", 0.940, CJK | {"skip_suspect": True}),
    Figure("daniel", "body F1, all", "body", "f1", None, CJK),
    Figure("readability", "body F1", "body", "f1"),
    Figure("newspaper4k", "body F1", "body", "f1"),
    Figure("newspaper3k", "body F1", "body", "f1"),
    Figure("goose3", "prefix found", "prefix", "found"),
    Figure("postlight", "prefix found", "prefix", "found"),
    Figure("fundus", "title exact", "title", "exact", 0.90),
    Figure("fundus", "authors F1", "authors", "f1", 0.88),
    Figure("fundus", "same instant", "published", "instant", 0.985, alone=True),
    Figure("fundus", "day", "published", "day"),
    Figure("fundus", "tags F1", "tags", "f1", 0.70),
    Figure("fundus", "language", "language", "accuracy", 0.98, alone=True),
    Figure("trafilatura_eval", "title exact", "title", "exact"),
    Figure("trafilatura_eval", "authors F1", "authors", "f1"),
    Figure("trafilatura_eval", "day", "published", "day", 0.92),
    Figure("trafilatura_eval", "tags F1", "tags", "f1"),
    Figure("htmldate", "day", "published", "day", 0.92),
    Figure("postlight", "title exact", "title", "exact"),
    Figure("postlight", "authors F1", "authors", "f1", 0.65),
    Figure("postlight", "day", "published", "day"),
    Figure("wcxb", "articles' title exact", "title", "exact", only={"page_type": "article"}),
    Figure("wcxb", "articles' authors F1", "authors", "f1", only={"page_type": "article"}),
    Figure("wcxb", "articles' day", "published", "day", only={"page_type": "article"}),
    Figure("mcmetadata", "title exact", "title", "exact"),
    Figure("mcmetadata", "day", "published", "day"),
)
SETS = tuple(dict.fromkeys(figure.set for figure in FIGURES))
_METADATA_ONLY = {"htmldate", "mcmetadata"}


def counts(name: str, truth: Mapping[str, Any]) -> bool:
    """Whether a page of a set counts for any figure."""
    return any(f.set == name and f.only.items() <= truth.items() for f in FIGURES)


def engines(name: str) -> tuple[str, ...]:
    """Who reads a set: trafilatura's modes differ in the body alone."""
    return (OURS, DEFAULT) if name in _METADATA_ONLY else (OURS, DEFAULT, FAST)


@dataclass(frozen=True)
class Measured:
    """A figure of one engine: the value, its 95 % interval, and every resample's value."""

    value: float
    low: float
    high: float
    resampled: NDArray[np.float64]

    def minus(self, other: Measured) -> Measured:
        """The difference, resampled in pairs."""
        return measured(self.value - other.value, self.resampled - other.resampled)

    def report(self) -> dict[str, float]:
        """For JSON."""
        return {
            "value": round(self.value, 4),
            "low": round(self.low, 4),
            "high": round(self.high, 4),
        }


def measured(value: float, resampled: NDArray[np.float64]) -> Measured:
    """With its interval by percentiles."""
    low, high = np.nanpercentile(resampled, (2.5, 97.5))
    return Measured(float(value), float(low), float(high), resampled)


def measure(
    score: ModuleType,
    figure: Figure,
    truths: Sequence[Mapping[str, Any]],
    publishers: Sequence[str],
    predictions: Mapping[str, Sequence[Mapping[str, Any]]],
) -> tuple[int, dict[str, Measured]]:
    """(pages that count, figure by engine) of the pages that the figure is about."""
    options = {"body_field": "body", "cjk": False} | figure.options
    kept = [i for i, t in enumerate(truths) if figure.only.items() <= t.items()]
    _, cluster = np.unique([publishers[i] for i in kept], return_inverse=True)
    clusters = int(cluster.max()) + 1 if kept else 0
    draws = np.random.default_rng(SEED).multinomial(
        clusters, np.full(clusters, 1 / max(clusters, 1)), size=RESAMPLES
    )
    counted, found = 0, {}
    for engine, made in list(predictions.items())[: 1 if figure.alone else None]:
        pages = [score.score_page(truths[i], made[i], **options) for i in kept]
        total = score.summarise(pages, len(pages)).get(figure.field)
        if total is None:
            return 0, {}
        sums = np.zeros((clusters, 4))
        np.add.at(sums, cluster, [_parts(figure, page.get(figure.field)) for page in pages])
        value = float(_value(figure, sums.sum(axis=0)[None])[0])
        assert abs(value - total[figure.measure]) < 1e-9, (figure, engine, value, total)
        counted = int(total.get(f"n_{figure.measure}", total.get("n", 0)))
        found[engine] = measured(value, _value(figure, draws @ sums))
    return counted, found


def _parts(figure: Figure, page: Mapping[str, float | None] | None) -> tuple[float, ...]:
    """What a page adds to the sums that a figure is made of."""
    if page is None:
        return 0, 0, 0, 0
    if figure.field == "segments":
        return page["tp"] or 0, page["fp"] or 0, page["fn"] or 0, 0
    if figure.field == "body" and figure.measure == "f1":
        precision, recall = page["precision"], page["recall"]
        return precision or 0, precision is not None, recall or 0, recall is not None
    value = page.get(figure.measure)
    return value or 0, value is not None, 0, 0


def _value(figure: Figure, sums: NDArray[np.float64]) -> NDArray[np.float64]:
    """The figure of each row of sums."""
    a, b, c, d = sums.T
    with np.errstate(invalid="ignore", divide="ignore"):
        if figure.field == "segments":
            return np.nan_to_num(2 * a / (2 * a + b + c))
        if figure.field == "body" and figure.measure == "f1":
            precision, recall = np.nan_to_num(a / b), np.nan_to_num(c / d)
            return np.nan_to_num(2 * precision * recall / (precision + recall))
        mean: NDArray[np.float64] = a / b
        return mean
