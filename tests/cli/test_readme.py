"""The README cannot rot: its commands exist, and those that need no stack of their own are run."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest
from tests.cli.conftest import ROOT

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from dateline.store import Database

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
LINES = [
    line.split(" #")[0].strip() for block in BLOCKS for line in block.splitlines() if line.strip()
]
OURS = [shlex.split(line)[1:] for line in LINES if line.startswith(".venv/bin/dateline")]


def test_it_is_short_enough_to_read() -> None:
    """At most 150 lines."""
    assert len(README.splitlines()) <= 150


def test_its_make_targets_exist() -> None:
    """Every `make …` of the text is a target."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", README, re.MULTILINE))
    assert named
    assert named <= targets


def test_its_paths_exist() -> None:
    """Every path in the map of the repository is there."""
    for path in re.findall(r"`((?:dags|plugins|sql|tests)/[\w/]*)`", README):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize(
    "arguments", [a for a in OURS if a[:2] != ["sources", "add"]], ids=" ".join
)
def test_its_commands_run(
    arguments: list[str], dateline: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """As written, on a warehouse with the newsroom and the starter list."""
    dateline("newsroom", "add")
    if "SLUG" in arguments:
        dateline("sources", "apply")
    dateline(*("newsroom-courier" if word == "SLUG" else word for word in arguments))


def test_its_queries_run(
    database: Database, dateline: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """Every SQL statement of the README."""
    dateline("newsroom", "add")
    dateline("ingest")
    (block,) = re.findall(r"```sql\n(.*?)```", README, re.DOTALL)
    statements = [text for text in block.split(";") if text.strip()]
    assert len(statements) == 4
    with database.transaction() as cursor:
        for statement in statements:
            cursor.execute(statement)
            cursor.fetchall()
    inline = re.findall(r"`\.venv/bin/(dateline [^`]+)`", README)
    assert inline
    for command in inline:
        if command.split()[1] != "doctor":
            dateline(*shlex.split(command)[1:])
