"""Finds and reads the files under sql/, in a checkout or in an installed wheel."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


@cache
def sql_folder() -> Path:
    """The folder sql/: inside the installed package, else beside plugins/ in a checkout."""
    package = Path(str(files("dateline")))
    installed = package / "sql"
    return installed if installed.is_dir() else package.parent.parent / "sql"


@cache
def queries(name: str) -> dict[str, str]:
    """The named queries of sql/queries/NAME.sql, by name."""
    parts = _NAME.split((sql_folder() / "queries" / f"{name}.sql").read_text(encoding="utf-8"))
    return dict(zip(parts[1::2], (text.strip() for text in parts[2::2]), strict=True))


@cache
def checks() -> dict[str, str]:
    """The checks of the ledger, by name: each returns rows that violate it, at most five."""
    return {
        path.stem: path.read_text(encoding="utf-8")
        for path in sorted((sql_folder() / "checks").glob("*.sql"))
    }
