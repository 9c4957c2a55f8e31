"""The body model: gradient-boosted trees over a page's blocks, walked with numpy alone.

Every tree is stored as a perfect binary tree of the same depth, so a step down is arithmetic and
all blocks go down all trees at once. The first trees go first: only blocks that they leave
undecided see the rest. The weights are made by `make train`; their card is weights/README.md.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from dateline.extract.compiled import native

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

WEIGHTS: Final = Path(__file__).parent / "weights" / "body.npz"
FIRST_TREES: Final = 60
"""So many trees see every block."""
UNDECIDED: Final = 3.0
"""Log-odds after the first trees beyond which the others would hardly change the decision."""

_path = WEIGHTS


def use(path: Path) -> None:
    """Read the weights from another file from now on: for evaluations on unseen publishers."""
    global _path  # noqa: PLW0603 - one model a process
    _path = path


def probabilities(matrix: Floats) -> Floats:
    """How likely each block belongs to the body.

    Args:
        matrix: (blocks, features), as `features.matrix` gives it.

    Returns:
        (blocks,) in 0 to 1.
    """
    return Trees.load(_path).probabilities(matrix)


class Trees:
    """Trees as arrays.

    Attributes:
        feature: (trees, 2**depth - 1) column of each inner node.
        threshold: (trees, 2**depth - 1); above it, a block goes right.
        leaf: (trees, 2**depth) log-odds.
    """

    def __init__(self, feature: NDArray[np.int32], threshold: Floats, leaf: Floats) -> None:
        self.depth = int(np.log2(leaf.shape[1]))
        self._first = _Part(feature[:FIRST_TREES], threshold[:FIRST_TREES], leaf[:FIRST_TREES])
        self._rest = _Part(feature[FIRST_TREES:], threshold[FIRST_TREES:], leaf[FIRST_TREES:])

    @staticmethod
    @lru_cache(maxsize=8)
    def load(path: Path) -> Trees:
        """Read a weights file; once a process."""
        with np.load(path, allow_pickle=False) as found:
            return Trees(
                found["feature"].astype(np.int32),
                found["threshold"].astype(np.float32),
                found["leaf"].astype(np.float32),
            )

    def probabilities(self, matrix: Floats) -> Floats:
        """See the module's function."""
        odds = self._first.sums(matrix, np.arange(len(matrix), dtype=np.int32))
        undecided = np.flatnonzero(np.abs(odds) < UNDECIDED).astype(np.int32)
        if len(undecided):
            odds[undecided] += self._rest.sums(matrix, undecided)
        return (1 / (1 + np.exp(-odds))).astype(np.float32)


class _Part:
    """Some of the trees."""

    def __init__(self, feature: NDArray[np.int32], threshold: Floats, leaf: Floats) -> None:
        self.depth = int(np.log2(leaf.shape[1]))
        # Each in one row.
        self.feature, self.threshold, self.leaf = feature.ravel(), threshold.ravel(), leaf.ravel()
        trees = np.arange(len(leaf), dtype=np.int32)
        self.roots = (trees * feature.shape[1])[None, :]
        self.leaves = (trees * leaf.shape[1])[None, :]

    def sums(self, matrix: Floats, rows: NDArray[np.int32]) -> NDArray[np.float64]:
        """The trees' log-odds of these rows, added up."""
        if not native:
            return self.walked(matrix, rows)
        out = np.empty(len(rows))
        native.sums(
            *(self.feature, self.threshold, self.leaf, self.depth),
            *(matrix, matrix.shape[1], rows, out),
        )
        return out

    def walked(self, matrix: Floats, rows: NDArray[np.int32]) -> NDArray[np.float64]:
        """All rows down all trees at once, by numpy."""
        flat = matrix.ravel()
        offsets = (rows * matrix.shape[1])[:, None]
        node = np.zeros((len(rows), self.roots.shape[1]), dtype=np.int32)
        for _ in range(self.depth):
            at = node + self.roots
            value = flat.take(offsets + self.feature.take(at))
            node = 2 * node + 1 + (value > self.threshold.take(at))
        first_leaf = (1 << self.depth) - 1
        sums: NDArray[np.float64] = self.leaf.take(node - first_leaf + self.leaves).sum(
            axis=1, dtype=np.float64
        )
        return sums
