"""The supervisor with real processes that behave, ignore signals, die or leave orphans."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from dateline.errors import StackError
from dateline.local import logs, ports, processes, stack, state
from dateline.local.processes import Process
from dateline.local.state import Phase, Stack
from dateline.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

# A supervisor of stand-ins: argv is the home and a JSON object name → command.
SUPERVISOR = """
import json, os, sys
from pathlib import Path
from dateline.local.supervisor import Component, Supervisor
parts = [
    Component(name, tuple(command), dict(os.environ), lambda: True)
    for name, command in json.loads(sys.argv[2]).items()
]
Supervisor(Path(sys.argv[1]), parts, patience=1.0, back_off=0.05).run()
"""
SLEEPER = ["sleep", "600"]
STUBBORN = ["sh", "-c", "trap '' TERM INT; while :; do sleep 0.1; done"]
PARENT = ["sh", "-c", "sleep 600 & sleep 600 & wait"]
DYING = ["sh", "-c", "echo no luck; exit 3"]


def until(condition: Callable[[], object], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


class Running:
    """A supervisor that a test has started."""

    def __init__(self, home: Path, parts: dict[str, list[str]]) -> None:
        self.home = home
        command = [sys.executable, "-c", SUPERVISOR, str(home), json.dumps(parts)]
        with logs.open_log(home, "supervisor") as output:
            self.popen = subprocess.Popen(
                command, stdout=output, stderr=output, start_new_session=True
            )

    def stack(self) -> Stack:
        found = state.read(self.home)
        assert found is not None
        return found

    def phase(self) -> Phase | None:
        found = state.read(self.home)
        return found.phase if found else None

    def family(self) -> list[Process]:
        leaders = [part.process for part in self.stack().parts if part.process]
        return [member for leader in leaders for member in processes.family(leader)]

    def stop(self) -> None:
        self.popen.terminate()
        self.popen.wait(timeout=20)


Start = Callable[[dict[str, list[str]]], Running]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    monkeypatch.setattr(stack, "_ORPHANS", 1.0)
    started: list[Running] = []

    def run(parts: dict[str, list[str]]) -> Running:
        started.append(Running(tmp_path, parts))
        return started[-1]

    yield run
    for running in started:
        running.stop()


def settings_for(home: Path) -> Settings:
    names = ("DATELINE_POSTGRES_PORT", "DATELINE_UI_PORT", "DATELINE_NEWSROOM_PORT")
    (home / "dags").mkdir(exist_ok=True)
    return Settings.load(
        {"DATELINE_HOME": str(home), "DATELINE_DAGS": str(home / "dags")}
        | {name: str(ports.free_port(7)) for name in names}
    )


def test_all_parts_run_and_nothing_is_left_after_sigterm(start: Start):
    running = start({"one": SLEEPER, "two": PARENT})
    until(lambda: running.phase() is Phase.READY)
    until(lambda: len(running.family()) == 4)
    family = running.family()
    running.stop()
    assert not [process for process in family if process.alive()]
    assert state.read(running.home) is None
    assert running.popen.returncode == 0


def test_parts_end_in_reverse_order(start: Start, tmp_path: Path):
    order = tmp_path / "order"
    parts = {
        name: ["sh", "-c", f"trap 'echo {name} >> {order}; exit' TERM; while :; do sleep 0.1; done"]
        for name in ("first", "second")
    }
    running = start(parts)
    until(lambda: running.phase() is Phase.READY)
    running.stop()
    assert order.read_text().split() == ["second", "first"]


def test_what_ignores_sigterm_is_killed(start: Start):
    running = start({"stubborn": STUBBORN})
    until(lambda: running.phase() is Phase.READY)
    family = running.family()
    running.stop()
    assert not [process for process in family if process.alive()]


def test_a_part_that_dies_at_once_fails_the_stack_and_says_where_to_look(start: Start):
    running = start({"good": SLEEPER, "bad": DYING})
    until(lambda: running.phase() is Phase.FAILED)
    found = running.stack()
    assert found.reason.startswith("bad died 4 times, with exit code 3")
    assert "logs/bad.log" in found.reason
    assert logs.last_lines(running.home, "bad", 10) == ["no luck"] * 4
    good = found.part("good")
    assert good is not None
    assert good.process is not None
    assert good.process.alive()


def test_a_part_that_is_killed_is_started_again(start: Start):
    running = start({"one": SLEEPER})
    until(lambda: running.phase() is Phase.READY)
    first = running.family()[0]
    os.kill(first.pid, signal.SIGKILL)
    until(lambda: (part := running.stack().part("one")) and part.restarts == 1 and part.process)
    until(lambda: running.phase() is Phase.READY)
    assert running.family()[0] != first


def test_waiting_for_a_stack_that_fails_tells_its_last_words(start: Start):
    running = start({"bad": DYING})
    until(lambda: running.phase() is not None)
    with pytest.raises(StackError, match=r"bad died 4 times(.|\n)*bad: no luck"):
        stack.wait_ready(settings_for(running.home), timeout=20)


def test_waiting_reports_each_part_once(start: Start):
    running = start({"one": SLEEPER, "two": SLEEPER})
    until(lambda: running.phase() is not None)
    said: list[str] = []
    stack.wait_ready(settings_for(running.home), said.append, timeout=20)
    assert sorted(said) == ["one is ready", "two is ready"]


def test_status_shows_each_part(start: Start):
    running = start({"one": SLEEPER})
    until(lambda: running.phase() is Phase.READY)
    found = stack.status(settings_for(running.home))
    assert found.running
    (part,) = found.parts
    assert (part.name, part.phase, part.restarts) == ("one", Phase.READY, 0)
    assert part.memory > 0
    assert part.uptime is not None


def test_stop_ends_everything(start: Start):
    running = start({"one": PARENT})
    until(lambda: running.phase() is Phase.READY)
    family = running.family()
    assert stack.stop(settings_for(running.home))
    assert not [process for process in family if process.alive()]
    assert not stack.status(settings_for(running.home)).running


def test_orphans_of_a_killed_supervisor_are_found_and_ended(start: Start):
    running = start({"one": PARENT, "stubborn": STUBBORN})
    until(lambda: running.phase() is Phase.READY)
    family = running.family()
    os.kill(running.popen.pid, signal.SIGKILL)
    running.popen.wait()
    assert any(process.alive() for process in family)
    found = stack.status(settings_for(running.home))
    assert not found.running
    assert "killed" in found.reason
    said: list[str] = []
    assert stack.stop(settings_for(running.home), said.append)
    assert not [process for process in family if process.alive()]
    assert "was killed" in said[0]
    assert not stack.stop(settings_for(running.home))


def test_orphans_are_found_even_if_their_parent_is_dead_too(start: Start):
    running = start({"one": PARENT})
    until(lambda: running.phase() is Phase.READY)
    until(lambda: len(running.family()) == 3)
    family = running.family()
    os.kill(running.popen.pid, signal.SIGKILL)
    running.popen.wait()
    part = state.read(running.home).part("one")
    os.kill(part.process.pid, signal.SIGKILL)
    until(lambda: not part.process.alive())
    stack.stop(settings_for(running.home))
    assert not [process for process in family if process.alive()]


def test_a_number_that_another_process_got_is_left_alone():
    mine = Process.of(os.getpid())
    assert mine is not None
    stranger = Process(mine.pid, "1")
    assert not stranger.alive()
    assert processes.family(stranger) == []
    assert processes.end([stranger], 0.1) == []


def test_starting_a_running_stack_finds_it(start: Start):
    running = start({"one": SLEEPER})
    until(lambda: running.phase() is Phase.READY)
    said: list[str] = []
    assert stack.start(settings_for(running.home), said.append) is False
    assert "already runs" in said[0]
    assert running.popen.poll() is None


def test_all_taken_ports_are_named_before_anything_starts(tmp_path: Path):
    settings = settings_for(tmp_path)
    with (
        socket.create_server(("127.0.0.1", settings.ui_port)),
        socket.create_server(("127.0.0.1", settings.newsroom_port)),
        pytest.raises(StackError) as caught,
    ):
        stack.start(settings)
    text = str(caught.value)
    for port, variable in (
        (settings.ui_port, "DATELINE_UI_PORT"),
        (settings.newsroom_port, "DATELINE_NEWSROOM_PORT"),
    ):
        assert f"port {port}" in text
        assert variable in text
    assert f"pid {os.getpid()}" in text
    assert not (tmp_path / "postgres").exists()


def test_two_commands_do_not_start_one_stack_at_once(tmp_path: Path):
    settings = settings_for(tmp_path)
    with stack._alone(settings), pytest.raises(StackError, match="another command"):
        stack.start(settings)


def test_a_damaged_state_file_is_named(tmp_path: Path):
    (tmp_path / "run").mkdir()
    state.path(tmp_path).write_text("{")
    with pytest.raises(StackError, match=r"stack\.json is damaged"):
        stack.status(settings_for(tmp_path))


def test_nothing_to_stop(tmp_path: Path):
    assert stack.stop(settings_for(tmp_path)) is False


def test_a_long_log_makes_room_when_its_part_starts(tmp_path: Path):
    target = logs.log_path(tmp_path, "one")
    target.parent.mkdir()
    target.write_bytes(b"x" * (logs.LIMIT + 1))
    with logs.open_log(tmp_path, "one") as file:
        file.write(b"new\n")
    assert target.read_bytes() == b"new\n"
    assert target.with_suffix(".log.1").stat().st_size == logs.LIMIT + 1


def test_following_a_log_yields_what_is_written_from_now_on(tmp_path: Path):
    with logs.open_log(tmp_path, "one") as file:
        file.write(b"old\n")
    lines = logs.follow(tmp_path, ["one"], pause=0.01)
    writer = subprocess.Popen(
        ["sh", "-c", f"sleep 0.3; echo new >> {logs.log_path(tmp_path, 'one')}"]
    )
    assert next(lines) == ("one", "new")
    writer.wait()


def test_what_the_supervisor_tends_fails_the_stack_only_while_it_is_down(tmp_path: Path):
    """Postgres on a full disk: failed as long as it lasts, ready again when there is room."""
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from dateline.errors import StackError\n"
        "from dateline.local.supervisor import Supervisor\n"
        "home = Path(sys.argv[1])\n"
        "def tend():\n"
        "    if (home / 'full').exists():\n"
        "        raise StackError('no room')\n"
        "    return ()\n"
        "Supervisor(home, [], tend=tend).run()\n"
    )
    full = tmp_path / "full"
    full.touch()
    supervisor = subprocess.Popen([sys.executable, "-c", script, str(tmp_path)])
    try:
        until(lambda: (found := state.read(tmp_path)) and found.reason == "no room")
        full.unlink()
        until(lambda: (found := state.read(tmp_path)) and found.phase is Phase.READY)
    finally:
        supervisor.terminate()
        supervisor.wait()
