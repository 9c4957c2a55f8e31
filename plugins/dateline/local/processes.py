"""Processes by number and start time (a number alone may mean another process tomorrow)."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PROC = Path("/proc/self/stat").exists()


@dataclass(frozen=True, slots=True)
class Process:
    """A process. `started` is the system's own notation, only good for comparing."""

    pid: int
    started: str

    @classmethod
    def of(cls, pid: int) -> Process | None:
        """The process that has this number now; None if there is none, or a zombie."""
        entry = _read(pid)
        return None if entry is None else cls(pid, entry.started)

    def alive(self) -> bool:
        """Whether this very process still runs."""
        return Process.of(self.pid) == self


@dataclass(frozen=True, slots=True)
class _Entry:
    pid: int
    parent: int
    started: str


def _read(pid: int) -> _Entry | None:
    if not _PROC:
        return next((entry for entry in _ps("-p", str(pid))), None)
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    columns = text.rpartition(")")[2].split()  # the name before it may hold spaces
    return None if columns[0] in "ZX" else _Entry(pid, int(columns[1]), columns[19])


def _ps(*selection: str) -> list[_Entry]:
    """The same from ps, where there is no /proc (macOS)."""
    command = ["ps", *selection, "-o", "pid=,ppid=,state=,lstart="]
    output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    rows = (line.split(None, 3) for line in output.splitlines())
    return [_Entry(int(r[0]), int(r[1]), r[3]) for r in rows if not r[2].startswith("Z")]


def _everyone() -> list[_Entry]:
    if not _PROC:
        return _ps("-A")
    found = (_read(int(path.name)) for path in Path("/proc").glob("[0-9]*"))
    return [entry for entry in found if entry is not None]


def family(leader: Process) -> list[Process]:
    """The process, all of its session and all descendants, as far as they live.

    A component leads a session of its own, so its orphans are found even when it is dead itself.
    Empty if the number belongs to another process by now.
    """
    now = Process.of(leader.pid)
    if now is not None and now != leader:
        return []
    members = {leader.pid}
    entries = _everyone()
    members |= {entry.pid for entry in entries if _session(entry.pid) == leader.pid}
    grown = 0
    while grown != len(members):
        grown = len(members)
        members |= {entry.pid for entry in entries if entry.parent in members}
    return [Process(entry.pid, entry.started) for entry in entries if entry.pid in members]


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return -1


def end(leaders: Iterable[Process], patience: float) -> list[Process]:
    """End families; returns who had to be killed.

    First only the leaders are asked (SIGTERM): each knows how to end its own workers in order.
    Airflow's would wait for running tasks as long as they take; so after a fifth of `patience`
    (seconds) everyone else is interrupted (a task sees KeyboardInterrupt and can tidy up; it takes
    no notice of SIGTERM), then all are terminated, and at the end killed.
    """
    leaders = list(leaders)
    _signal(leaders, signal.SIGTERM)
    _wait(leaders, patience / 5)
    followers = [process for process in _families(leaders) if process not in leaders]
    _signal(followers, signal.SIGINT)
    _wait(leaders, patience * 2 / 5)
    _signal(_families(leaders), signal.SIGTERM)
    _wait(leaders, patience * 2 / 5)
    stubborn = _families(leaders)
    _signal(stubborn, signal.SIGKILL)
    _wait(leaders, 5)
    return stubborn


def end_one(process: Process, patience: float) -> None:
    """End a process that ends its own: SIGTERM, after `patience` seconds SIGKILL to it alone."""
    _signal([process], signal.SIGTERM)
    deadline = time.monotonic() + patience
    while process.alive() and time.monotonic() < deadline:
        time.sleep(0.05)
    _signal([process], signal.SIGKILL)


def _families(leaders: Iterable[Process]) -> list[Process]:
    return [member for leader in leaders for member in family(leader)]


def _wait(leaders: Iterable[Process], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and _families(leaders):
        time.sleep(0.05)


def _signal(targets: Iterable[Process], number: signal.Signals) -> None:
    for process in targets:
        with contextlib.suppress(ProcessLookupError):
            if process.alive():
                os.kill(process.pid, number)


def memory(leader: Process) -> int:
    """Bytes that a family holds; shared pages count proportionally where the system says so."""
    return sum(_bytes(member.pid) for member in family(leader))


def _bytes(pid: int) -> int:
    for name, key in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        try:
            lines = Path(f"/proc/{pid}/{name}").read_text().splitlines()
        except OSError:
            continue
        return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(key)), 0)
    if _PROC:
        return 0
    command = ["ps", "-p", str(pid), "-o", "rss="]
    output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return int(output or 0) * 1024
