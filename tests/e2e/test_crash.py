"""Killed processes, a lost Postgres, a full disk: real ones. Nothing is lost, nothing twice."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import psycopg2
import pytest

from dateline.local.account import Account
from dateline.local.postgres import ephemeral_postgres
from dateline.store import Database
from dateline.store.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PAGES = 100
PATIENCE = 30.0
"""Seconds that something is waited for which takes a moment."""


@pytest.fixture
def start(desk, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen]]:
    """Starts `dateline …` as a process, on the desk's warehouse and data folder."""
    running: list[subprocess.Popen] = []

    def start(*arguments: str, **options) -> subprocess.Popen:
        environ = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("DATELINE_", "AIRFLOW_"))
        } | {"DATELINE_DSN": desk.database.dsn, "DATELINE_HOME": str(desk.settings.home)}
        running.append(
            subprocess.Popen(
                [sys.executable, "-m", "dateline.cli", *arguments],
                env=environ | options.pop("env", {}),
                cwd=tmp_path,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                **options,
            )
        )
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.communicate()


def finish(process: subprocess.Popen) -> tuple[int, str, str]:
    """Exit code, stdout, stderr."""
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err


def until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


class Gate:
    """Lets so many pages through, holds the rest until it is opened."""

    def __init__(self, press, say, pages: int, first: int):
        self._open, self._lock, self._left = threading.Event(), threading.Lock(), first
        self.paths = [f"/page-{n:03}" for n in range(pages)]
        press.lists(*self.paths)
        for path in self.paths:
            press.answers[path] = self._answer(say.answer(say.article(f"Report {path}")))

    def _answer(self, whole: bytes):
        def send(connection):
            with self._lock:
                self._left -= 1
                held = self._left < 0
            if held:
                self._open.wait(PATIENCE)
            connection.sendall(whole)

        return send

    @property
    def reached(self) -> bool:
        """Whether a page is held."""
        return self._left < 0

    def open(self) -> None:
        self._open.set()


def left_open(desk) -> list[Path]:
    return list(desk.settings.archive_dir.rglob("*.open"))


def all_there(desk, pages: int = PAGES) -> None:
    """Every URL is exactly one article, nothing was revised, every run that ended balances."""
    assert desk.counts() == {"loaded": pages}
    assert desk.held() == (pages, 0)
    assert desk.query("select count(distinct article_id) from ops.frontier") == [(pages,)]
    assert desk.query("select count(*) from ops.staging") == [(0,)]
    assert left_open(desk) == []
    assert desk.balanced()


def test_killed_while_fetching_the_next_run_takes_up_where_it_was(desk, press, say, start):
    """What was archived and noted is not fetched again; the half-written archive file is mended."""
    gate = Gate(press, say, PAGES, first=80)
    desk.apply(press.source())
    process = start("ingest")
    until(lambda: gate.reached and desk.counts().get("fetched"))
    noted = [url for url, (state, _) in desk.states().items() if state == "fetched"]
    assert len(noted) >= 64
    assert len(left_open(desk)) == 1
    process.kill()
    process.wait()
    gate.open()

    code, out, err = finish(start("ingest"))

    assert (code, err.count("error")) == (0, 0), err
    assert f"{PAGES} new articles, 0 revised" in out
    all_there(desk)
    assert {press.hits[url.removeprefix(press.home)] for url in noted} == {1}
    assert max(press.hits[path] for path in gate.paths) <= 2
    assert finish(start("ingest", "--now"))[0] == 0
    all_there(desk)


@pytest.mark.parametrize(
    ("stage", "lock"),
    [
        ("extracting", "lock table ops.staging in access exclusive mode"),
        ("loading", "select pg_advisory_lock(hashtext('dateline.load'))"),
    ],
)
def test_killed_while_extracting_or_loading_the_next_run_loads_all(
    desk, press, say, start, stage, lock
):
    """Nothing is fetched again, and what was staged or not is loaded once."""
    gate = Gate(press, say, 20, first=20)
    desk.apply(press.source())
    holder = psycopg2.connect(desk.database.dsn)
    holder.cursor().execute(lock)
    process = start("ingest")
    until(lambda: desk.query("select 1 from pg_locks where not granted"))
    process.kill()
    process.wait()
    assert desk.counts() == {"fetched": 20}
    holder.close()

    code, out, err = finish(start("ingest"))

    assert code == 0, (stage, err)
    assert "20 new articles, 0 revised" in out
    all_there(desk, 20)
    assert {press.hits[path] for path in gate.paths} == {1}


def test_two_runs_at_once_share_the_work(desk, press, new_press, say, start):
    """The second run takes what the first does not hold: no page is fetched or loaded twice."""
    gate = Gate(press, say, 30, first=10)
    desk.apply(press.source())
    first = start("ingest")
    until(lambda: gate.reached)
    other = new_press()
    Gate(other, say, 5, first=5)
    desk.apply(other.source("other"))
    second = start("ingest")
    until(lambda: desk.counts().get("loaded") == 5)
    gate.open()

    for process in (first, second):
        code, _, err = finish(process)
        assert code == 0, err
    all_there(desk, 35)
    assert [path for hits in (press.hits, other.hits) for path, n in hits.items() if n > 1] == []


def test_two_runs_started_together_do_everything_once(desk, new_press, say, start):
    presses = [new_press() for _ in range(4)]
    for n, press in enumerate(presses):
        Gate(press, say, 10, first=10)
        desk.apply(press.source(f"press-{n}"))

    ends = [finish(process) for process in [start("ingest"), start("ingest")]]

    assert [code for code, _, _ in ends] == [0, 0], ends
    if desk.counts() != {"loaded": 40}:  # one ended before the other had found its URLs
        assert finish(start("ingest"))[0] == 0
    all_there(desk, 40)
    assert {n for press in presses for path, n in press.hits.items() if "page" in path} == {1}


def test_the_run_goes_on_when_postgres_restarts_under_it(tmp_path, settings, desk_of, press, say):
    """A restart in the middle of fetching costs a moment, not the run."""
    gate = Gate(press, say, 90, first=70)
    with ephemeral_postgres(tmp_path) as cluster, Database(cluster.warehouse_dsn) as database:
        migrate(database)
        desk = desk_of(settings, database)
        desk.apply(press.source())
        done: list = []
        runner = threading.Thread(target=lambda: done.append(desk.ingest()))
        with Database(cluster.warehouse_dsn) as watching:
            watcher = desk_of(settings, watching)
            runner.start()
            until(lambda: gate.reached and watcher.counts().get("fetched"))
        restart(cluster)
        gate.open()
        runner.join(PATIENCE)

        assert done
        assert done[0].ledger.new == 90
        all_there(desk, 90)
        assert {press.hits[path] for path in gate.paths} == {1}


def restart(cluster) -> None:
    """`pg_ctl restart`: sessions are ended, as by a system's upgrade."""
    data = cluster.execute("show data_directory")
    log = ["-l", f"{data}/restart.log"]
    command = [cluster.binaries["pg_ctl"], "restart", "-D", data, "-m", "fast", "-w", *log]
    done = Account.unprivileged().run(command)
    assert done.returncode == 0, done.stderr


# A full disk ------------------------------------------------------------------------------------


class Tmpfs:
    """A disk of 64 KiB, which root may mount."""

    kept = "loaded"

    def __init__(self, folder: Path):
        self.folder, self.options = folder, {}
        folder.mkdir()
        mount("-o", "size=64k,mode=777", "tmpfs", str(folder))

    def grow(self) -> None:
        mount("-o", "remount,size=16m", str(self.folder))

    def close(self) -> None:
        subprocess.run(["umount", str(self.folder)], check=True)


class Limit:
    """No file of the process may be larger than 64 KiB: there is no room for extraction either."""

    kept = "fetched"

    def __init__(self, folder: Path):
        self.folder = folder
        self.options = {
            "preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
        }

    def grow(self) -> None:
        self.options = {}

    def close(self) -> None:
        pass


def mount(*arguments: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", *arguments], check=True, capture_output=True)


def can_mount() -> bool:
    with TemporaryDirectory() as folder:
        try:
            Tmpfs(Path(folder) / "disk").close()
        except (OSError, subprocess.CalledProcessError):
            return False
    return True


@pytest.mark.parametrize("kind", [Limit, Tmpfs] if can_mount() else [Limit])
def test_a_full_disk_is_named_and_costs_nothing(desk, press, say, start, tmp_path, kind):
    """What fits is kept, and loaded if only the archive is full; the rest comes with the next run."""
    with closing(kind(tmp_path / "archive")) as disk:
        paths = [f"/page-{n:02}" for n in range(20)]
        press.lists(*paths)
        press.answers |= {
            path: say.answer(say.article(path, extra=f"<!-- {os.urandom(8000).hex()} -->"))
            for path in paths
        }
        desk.apply(press.source())
        env = {"DATELINE_ARCHIVE": str(disk.folder)}

        code, out, err = finish(start("ingest", env=env, **disk.options))

        assert (code, out) == (1, "")
        assert "Traceback" not in err
        (line,) = [line for line in err.splitlines() if line.startswith("error:")]
        assert line.startswith("error: cannot archive")
        assert str(disk.folder) in line
        counts = desk.counts()
        done = counts.pop(disk.kept)
        assert 2 <= done <= 10
        assert counts == {"waiting": 20 - done}
        assert list(disk.folder.glob("*.open")) == []

        disk.grow()
        code, _, err = finish(start("ingest", env=env, **disk.options))
        assert code == 0, err
        all_there(desk, 20)
        assert max(press.hits[path] for path in paths) <= 2
