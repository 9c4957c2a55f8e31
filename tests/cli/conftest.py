"""The command line as a person runs it, on a real warehouse and a real newsroom."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dateline.cli import main
from dateline.newsroom import Newsroom

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dateline.store import Database

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    """A newsroom for the module."""
    with Newsroom(0) as running:
        yield running


@pytest.fixture
def environment(database: Database, room: Newsroom, tmp_path: Path) -> dict[str, str]:
    """The settings of a person who tries it on the newsroom."""
    return os.environ | {
        "DATELINE_DSN": database.dsn,
        "DATELINE_HOME": str(tmp_path / "home"),
        "DATELINE_NEWSROOM_PORT": str(room.port),
        "COLUMNS": "200",
    }


@pytest.fixture
def dateline(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs a command and gives what it printed.

    In this process, which saves a second of imports each time; `process=True` for a real one.
    """

    def run(
        *arguments: str, fails: bool = False, process: bool = False, **changes: str
    ) -> subprocess.CompletedProcess[str]:
        start = _in_a_process if process or arguments[0] == "psql" else _here
        with monkeypatch.context() as patch:
            done = start(patch, arguments, environment | changes)
        assert (done.returncode != 0) == fails, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    return run


def _in_a_process(
    _: pytest.MonkeyPatch, arguments: tuple[str, ...], environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "dateline.cli", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        check=False,
    )


def _here(
    patch: pytest.MonkeyPatch, arguments: tuple[str, ...], environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    for name, value in environment.items():
        patch.setenv(name, value)
    patch.chdir(ROOT)
    patch.setattr(sys, "argv", ["dateline", *arguments])
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    code = ended.value.code or 0
    assert isinstance(code, int)
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())
