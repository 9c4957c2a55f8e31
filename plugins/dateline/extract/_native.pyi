# What _native.c holds once it is compiled (local/native.py).

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

def cut(
    html: str,
    tag_zone: dict[str, int],
    zone_of: Callable[[str], int],
    word_hints: dict[str, int],
    paired: frozenset[str],
    clean: Callable[[str], str],
    row: Callable[[str, int], tuple[str, int, int, int] | None],
    heading: int,
    longest_attributes: int,
    longest_names: int,
    most_blocks: int,
    longest_block: int,
    /,
) -> tuple[list[Any], ...]: ...
def numbers(texts: list[str], out: NDArray[Any], /) -> None: ...
def matrix(
    out: NDArray[Any],
    width: int,
    texts: NDArray[Any],
    says: NDArray[Any],
    likeness: NDArray[Any],
    columns: tuple[list[int], ...],
    phrases: int,
    zones: int,
    hints: int,
    /,
) -> None: ...
def sums(
    feature: NDArray[Any],
    threshold: NDArray[Any],
    leaf: NDArray[Any],
    depth: int,
    matrix: NDArray[Any],
    width: int,
    rows: NDArray[Any],
    out: NDArray[Any],
    /,
) -> None: ...
def tally(html: str, /) -> tuple[int, int, int, int]: ...
