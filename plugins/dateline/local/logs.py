"""What the parts print: DATELINE_HOME/logs/NAME.log, the one before it NAME.log.1."""

from __future__ import annotations

import time
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIMIT = 10 * 1024**2
"""A log above this many bytes makes room for a new one when its part starts."""


def log_path(home: Path, name: str) -> Path:
    """The log of a part."""
    return home / "logs" / f"{name}.log"


def open_log(home: Path, name: str) -> IO[bytes]:
    """Open a part's log for appending; the caller closes it."""
    target = log_path(home, name)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists() and target.stat().st_size > LIMIT:
        target.replace(target.with_suffix(".log.1"))
    return target.open("ab")


def last_lines(home: Path, name: str, count: int) -> list[str]:
    """The end of a part's log; nothing if it has none."""
    try:
        with log_path(home, name).open("rb") as file:
            file.seek(max(0, file.seek(0, 2) - 400 * count))
            return file.read().decode(errors="replace").splitlines()[-count:]
    except FileNotFoundError:
        return []


def follow(home: Path, names: list[str], *, pause: float = 0.5) -> Iterator[tuple[str, str]]:
    """New lines of some parts as they come, (name, line), without end; survives rotation."""
    offsets = {
        name: path.stat().st_size if (path := log_path(home, name)).exists() else 0
        for name in names
    }
    while True:
        for name in names:
            target = log_path(home, name)
            size = target.stat().st_size if target.exists() else 0
            offsets[name] = min(offsets[name], size)
            if size == offsets[name]:
                continue
            with target.open("rb") as file:
                file.seek(offsets[name])
                whole, end, _ = file.read().rpartition(b"\n")
            offsets[name] += len(whole) + len(end)
            yield from ((name, line) for line in whole.decode(errors="replace").splitlines())
        time.sleep(pause)
