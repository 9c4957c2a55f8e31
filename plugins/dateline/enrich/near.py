"""Near copies: which texts are likely to be one, and whether they are.

    text ─► shingles (every five words in a row) ─► MinHash ─► keys ─► texts with a key in common
                   └──────────────── exact overlap of the shingles ◄──────┘

Keys find candidates, shingles decide. With `BANDS` keys of `ROWS` minima each, a text that shares
half of its shingles (Jaccard) is found with probability 1 - (1 - .5³)²⁰ = .93, one that shares two
thirds with .999, one that shares a tenth with .02. Method: Broder 1997; Leskovec et al., Mining of
Massive Datasets, chapter 3.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from zlib import crc32

import numpy as np

from dateline.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    Shingles = NDArray[np.uint64]

SHINGLE: Final = 5
"""Words of a shingle; characters, where a script has no spaces."""
BANDS: Final = 20
ROWS: Final = 3
SHORT: Final = 30
"""Words under which a text is the same only if all of it is, its title included."""
LONGEST: Final = 10_000
"""Words that are looked at: a text as long is told by them, and costs 3 ms."""
ALIKE: Final = 0.5
"""Jaccard from which two texts are copies of each other."""
CONTAINED: Final = 0.8
CONTAINED_LEAST: Final = 60
"""A text is also a copy if that much of it stands in the other, and so many shingles do."""
LEFT_LEAST: Final = 20
"""Shingles that must be left of a text without what its source prints everywhere."""
COMMON: Final = 5
"""Different texts of a source from which a shingle is its boilerplate."""

_SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
_HAS_SPACELESS = re.compile(f"[{_SPACELESS}]")
_TOKEN = re.compile(rf"[{_SPACELESS}]|[^\s{_SPACELESS}]+")

_PRIME = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True, eq=False)
class Print:
    """A text's fingerprint.

    Attributes:
        shingles: hashes of its shingles, sorted, each once. A short text has one: all of it.
        keys: under which it is found, signed 64-bit; none for a text without words.
        short: has less than `SHORT` words.
    """

    shingles: Shingles
    keys: tuple[int, ...]
    short: bool


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much two texts share.

    Attributes:
        jaccard: shared shingles by all of both, 0 to 1.
        containment: shared shingles by those of the one with fewer, 0 to 1.
        shared: number of shared shingles.
    """

    jaccard: float
    containment: float
    shared: int

    @property
    def copy(self) -> bool:
        """Whether one text is a copy of the other, or of a part of it."""
        return self.jaccard >= ALIKE or (
            self.containment >= CONTAINED and self.shared >= CONTAINED_LEAST
        )


_NOTHING = Overlap(0.0, 0.0, 0)


def imprint(title: str, body: str) -> Print:
    """The fingerprint of an article; the title, each publisher's own, counts in short ones only."""
    words = _words(body)
    if len(words) >= SHORT:
        shingles = _shingles(words)
        return Print(shingles, _keys(shingles), short=False)
    text = [*_words(title), b"\n", *words]
    whole = _mixed(_chain(_hashed(text), len(text)))
    return Print(whole, tuple(whole.view(np.int64).tolist()) if words else (), short=True)


def overlap(one: Print, other: Print, common: Shingles | None = None) -> Overlap:
    """What two texts share, without the shingles in `common`."""
    if one.short or other.short:
        same = one.short and other.short and one.shingles[0] == other.shingles[0]
        known = common is not None and bool(np.isin(one.shingles, common)[0])
        return Overlap(1.0, 1.0, 1) if same and not known else _NOTHING
    a, b = one.shingles, other.shingles
    if common is not None and len(common):
        a, b = (x[~np.isin(x, common, assume_unique=True)] for x in (a, b))
        if min(len(a), len(b)) < LEFT_LEAST:
            return _NOTHING
    shared = len(np.intersect1d(a, b, assume_unique=True))
    return Overlap(shared / (len(a) + len(b) - shared), shared / min(len(a), len(b)), shared)


def boilerplate(prints: Iterable[Print]) -> Shingles:
    """What a source prints in many articles: shingles of `COMMON` or more different texts of it.

    Texts that are nearly the same count once: one article under ten addresses is no boilerplate.

    Args:
        prints: of articles of one source.
    """
    different = list(_different(prints))
    if len(different) < COMMON:
        return np.empty(0, np.uint64)
    values, counts = np.unique(
        np.concatenate([item.shingles for item in different]), return_counts=True
    )
    return values[counts >= COMMON]


def _different(prints: Iterable[Print]) -> Iterator[Print]:
    """One of those that share half of their keys: of their shingles that is four fifths."""
    seen: set[int] = set()
    for item in prints:
        known = sum(key in seen for key in item.keys)
        seen.update(item.keys)
        if known * 2 < len(item.keys):
            yield item


def _words(text: str) -> list[bytes]:
    folded = fold(text)
    if _HAS_SPACELESS.search(folded):
        folded = " ".join(_TOKEN.findall(folded))
    return folded.encode("utf-8", "replace").split(None, LONGEST)[:LONGEST]


def _hashed(words: Sequence[bytes]) -> NDArray[np.uint64]:
    return np.array(list(map(crc32, words)), np.uint64)


def _shingles(words: Sequence[bytes]) -> Shingles:
    return np.unique(_mixed(_chain(_hashed(words), SHINGLE)))


def _chain(hashes: NDArray[np.uint64], length: int) -> NDArray[np.uint64]:
    """One number for every `length` words in a row."""
    count = len(hashes) - length + 1
    value = np.zeros(count, np.uint64)
    for i in range(length):
        value = value * _PRIME + hashes[i : i + count]
    return value


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Every bit depends on every other (the finaliser of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _keys(shingles: Shingles) -> tuple[int, ...]:
    """A key a band, from the smallest hash of each of its rows."""
    minima = (_FACTORS[:, None] * shingles).min(axis=1).reshape(BANDS, ROWS)
    value = _BAND
    for row in range(ROWS):
        value = _mixed(value + minima[:, row])
    return tuple(value.view(np.int64).tolist())


# Keys in the database were made with these.
_FACTORS = _mixed(np.arange(1, BANDS * ROWS + 1, dtype=np.uint64) * _PRIME) | np.uint64(1)
_BAND = np.arange(1, BANDS + 1, dtype=np.uint64) * _PRIME
