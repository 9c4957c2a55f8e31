"""Imports only go down, and each driver has one importer."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import dateline

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(dateline.__file__).parent

LAYERS = (
    {"model", "errors", "settings", "hashes", "coding", "tracking", "wrappers"},
    {"text", "months"},
    {"urls", "dates", "robots", "charset"},
    {"discover", "extract", "enrich", "sources", "source_values", "recipefiles", "orders", "opml"},
    {"fetch", "records", "warc", "archive", "adopt", "store", "newsroom"},
    {"stages"},
    {"pipeline"},
    {"local", "web"},
    {"airflow_glue"},
    {"cli", "tasks"},
)
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
DRIVERS = {"requests": "fetch", "psycopg2": "store", "airflow": "airflow_glue"}


def modules() -> Iterator[tuple[str, Path]]:
    """(top-level part of the library, file) of every module."""
    for path in sorted(ROOT.rglob("*.py")):
        relative = path.relative_to(ROOT)
        if relative.parts != ("__init__.py",):
            yield relative.parts[0].removesuffix(".py"), path


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it, but for types only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "dateline":
                yield from (f"dateline.{alias.name}" for alias in node.names)
            else:
                yield node.module


def test_every_part_has_its_layer() -> None:
    """A new part of the library is placed on purpose."""
    assert {part for part, _ in modules()} == set(RANK)


@pytest.mark.parametrize("path", [path for _, path in modules()], ids=str)
def test_imports_go_down(path: Path) -> None:
    """A module imports its own part, or parts below it."""
    part = path.relative_to(ROOT).parts[0].removesuffix(".py")
    used = {name.split(".")[1] for name in imported(path) if name.startswith("dateline.")}
    wrong = {name for name in used - {part, "__version__"} if RANK[name] > RANK[part]}
    assert not wrong


@pytest.mark.parametrize(("driver", "owner"), DRIVERS.items())
def test_each_driver_has_one_importer(driver: str, owner: str) -> None:
    """HTTP, Postgres and Airflow each are behind one part."""
    users = {
        part for part, path in modules() for name in imported(path) if name.split(".")[0] == driver
    }
    assert users <= {owner}


def test_the_pure_parts_do_no_io() -> None:
    """What parses and decides reads no file, socket, clock or database."""
    banned = {"socket", "urllib.request", "http.client", "subprocess", "sqlite3", "time"}
    for part, path in modules():
        if (
            part in {"discover", "extract", "enrich", "urls", "dates", "robots", "charset"}
            and path.name != "evaluate.py"
        ):
            assert not banned & set(imported(path)), path
