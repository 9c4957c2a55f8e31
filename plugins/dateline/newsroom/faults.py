"""Faults on request: how a publisher's server misbehaves, for tests of what must survive it.

`POST /faults` with `{"/sport": "500", "http://127.0.0.1:8612/": "close*2"}` replaces the table. A
key is the beginning of a path (all publishers) or of a URL (that one); the first that fits counts.
"*2": only the next two answers.
"""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Final

from dateline.errors import StackError

if TYPE_CHECKING:
    from collections.abc import Mapping

FAULTS: Final = {
    "truncate": "Content-Length promises more than comes",
    "truncate-gzip": "a gzip stream that ends early, without Content-Length",
    "truncate-chunked": "chunks without the last one",
    "slow": "a piece of the body every half second",
    "close": "the connection is closed without an answer",
    "empty": "200 without a body",
    "html": "200 with an HTML notice in place of what was asked for",
    "loop": "302 to itself",
}
"""Besides these, any status code of 400 to 599; 429 and 503 come with Retry-After: 1."""


class Faults:
    """The table of faults, shared by all publishers of a newsroom."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._table: dict[str, tuple[str, int | None]] = {}

    def replace(self, table: Mapping[str, str]) -> None:
        """Set the table; an empty one ends all faults.

        Raises:
            StackError: an unknown fault; names it and the known ones.
        """
        parsed = {prefix: _parse(fault) for prefix, fault in table.items()}
        with self._lock:
            self._table = parsed

    def take(self, home: str, path: str) -> str | None:
        """The fault for one request, counted down, or None."""
        with self._lock:
            for prefix, (fault, left) in self._table.items():
                if left == 0 or not (path.startswith(prefix) or (home + path).startswith(prefix)):
                    continue
                if left is not None:
                    self._table[prefix] = fault, left - 1
                return fault
        return None


def _parse(fault: str) -> tuple[str, int | None]:
    name, _, times = str(fault).partition("*")
    if not (name in FAULTS or re.fullmatch("[45][0-9]{2}", name)) or not re.fullmatch(
        "[0-9]*", times
    ):
        raise StackError(
            f"unknown fault {fault!r}: use a status from 400 to 599 or {', '.join(FAULTS)}"
        )
    return name, int(times) if times else None
