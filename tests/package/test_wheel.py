"""The wheel, in an environment that holds it and what it declares, far from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]

_MIGRATE = """
import sys
from dateline.store import Database
from dateline.store.migrate import migrate
from dateline.store.sqlfiles import sql_folder
with Database(sys.argv[1]) as database:
    print(sql_folder(), migrate(database), migrate(database))
"""
_READ_DAG = """
import sys
from airflow import plugins_manager
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
plugins, errors = plugins_manager._get_plugins()
print(sorted(bag.dags), bag.import_errors, errors, [p.name for p in plugins if p.name == "dateline"])
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def needed(
    requirements: Iterator[Requirement], seen: set[tuple[str, str]]
) -> Iterator[Distribution]:
    """What the requirements name, and what those need in turn, from the running environment."""
    for requirement in requirements:
        for extra in {"", *requirement.extras}:
            if (requirement.name.lower(), extra) in seen:
                continue
            seen.add((requirement.name.lower(), extra))
            try:
                found = distribution(requirement.name)
            except PackageNotFoundError:
                continue  # of another platform or Python
            yield found
            wanted = (Requirement(text) for text in found.requires or ())
            yield from needed(
                (r for r in wanted if r.marker is None or r.marker.evaluate({"extra": extra})), seen
            )


def environment(folder: Path, wheel: Path, extra: str = "") -> Path:
    """A new virtual environment with the wheel and, linked in, what it declares; its Python."""
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
        (metadata,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    requires = Distribution.at((site / metadata).parent).requires or []
    declared = (Requirement(text) for text in requires)
    wanted = (r for r in declared if r.marker is None or r.marker.evaluate({"extra": extra}))
    for found in needed(wanted, {("dateline", "")}):
        for part in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
            if not (site / part).exists():
                (site / part).symlink_to(Path(str(found.locate_file(part))))
    return python


def run(python: Path, folder: Path, code: str, *arguments: str) -> str:
    """Run code by that Python, in that folder and without our environment."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [python, "-W", "error::ImportWarning", "-c", code, *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "AIRFLOW_HOME": str(folder / "airflow")}
        | {"AIRFLOW__CORE__LOAD_EXAMPLES": "False", "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_wheel_holds_what_it_runs_on(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        (entries,) = [name for name in names if name.endswith("entry_points.txt")]
        declared = archive.read(entries).decode()
    for folder in ("sql", "plugins/dateline/newsroom", "plugins/dateline/web"):
        for path in (ROOT / folder).rglob("*.*"):
            inside = path.relative_to(ROOT / "plugins" if "plugins" in folder else ROOT)
            name = inside.as_posix() if "plugins" in folder else f"dateline/{inside.as_posix()}"
            assert name in names or path.suffix == ".pyc", name
    assert "dateline = dateline.airflow_glue:DatelinePlugin" in declared
    assert "dateline = dateline.cli:main" in declared
    # What was compiled here fits no other machine; it is compiled there.
    assert not [name for name in names if name.endswith((".so", ".pyd"))]
    assert {"dateline/extract/_native.c", "dateline/extract/weights/body.npz"} <= names
    assert {name.split("/")[0] for name in names} == {"dateline", entries.split("/")[0]}


def test_wheel_alone_migrates_a_database(wheel: Path, empty_dsn: str, tmp_path: Path) -> None:
    """With its declared dependencies and nothing else; the SQL comes from the wheel."""
    python = environment(tmp_path / "venv", wheel)
    said = run(python, tmp_path / "elsewhere", _MIGRATE, empty_dsn)
    assert said.startswith(str(tmp_path / "venv"))
    assert "['core'" in said  # all migrations …
    assert said.endswith(" []")  # … and none the second time


def test_wheel_alone_runs_the_command_line(wheel: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "venv", wheel)
    code = "import sys; from dateline.cli import main; sys.argv = ['dateline', '--version']; main()"
    assert run(python, tmp_path / "elsewhere", code).startswith("dateline ")


def test_wheel_alone_evaluates_a_labelled_set(wheel: Path, tmp_path: Path) -> None:
    """With the weights that it carries, without trafilatura or anything of the development."""
    text = "The pilots of the harbour went back to work on Monday, a mediator said. " * 5
    folder = tmp_path / "set"
    folder.mkdir()
    (folder / "page.html").write_text(f"<h1>Pilots return</h1><p>{text}</p>")
    (folder / "truth.jsonl").write_text('{"id": "a", "page": "page.html"}\n')
    python = environment(tmp_path / "venv", wheel)
    out = tmp_path / "predictions.jsonl"
    code = (
        "import sys; from importlib.util import find_spec; from dateline.cli import main; "
        "assert not find_spec('trafilatura') and not find_spec('lightgbm'); "
        f"sys.argv = ['dateline', 'evaluate', {str(folder)!r}, '--out', {str(out)!r}]; main()"
    )
    assert json.loads(run(python, tmp_path / "elsewhere", code))["articles"] == 1
    (line,) = out.read_text().splitlines()
    assert json.loads(line)["from"]["body"] == "model"


def test_dag_file_dropped_into_an_airflow_with_the_wheel_is_read(
    wheel: Path, tmp_path: Path
) -> None:
    """The plugin comes by its entry point, the library from the wheel."""
    python = environment(tmp_path / "venv", wheel, extra="airflow")
    dags = tmp_path / "dags"
    dags.mkdir()
    (dags / "news_ingest.py").write_bytes((ROOT / "dags" / "news_ingest.py").read_bytes())
    said = run(python, tmp_path / "elsewhere", _READ_DAG, str(dags))
    assert said == "['news_ingest'] {} {} ['dateline']"
