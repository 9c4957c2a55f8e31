"""The local stack from outside: start it, wait for it, look at it, stop it."""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from dateline.errors import StackError
from dateline.local import airflow, logs, ports, processes, state
from dateline.local.postgres import LocalPostgres
from dateline.local.processes import Process
from dateline.local.state import Part, Phase, Stack
from dateline.local.supervisor import PATIENCE
from dateline.newsroom.content import PUBLISHERS

if TYPE_CHECKING:
    from dateline.settings import Settings

_ORPHANS = 4.0
"""Seconds that parts without a supervisor get to end."""

Say = Callable[[str], None]


def _silent(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class PartStatus:
    """A part now. `memory` in bytes, its children included; `detail` says what is wrong with it."""

    name: str
    phase: Phase
    port: int | None
    pid: int | None
    memory: int
    uptime: timedelta | None
    restarts: int
    detail: str = ""

    @property
    def ailing(self) -> bool:
        """Whether it is not as it should be."""
        return self.phase is not Phase.READY or bool(self.detail)


@dataclass(frozen=True, slots=True)
class StackStatus:
    """The stack now; `reason` says why it failed."""

    phase: Phase
    parts: tuple[PartStatus, ...]
    reason: str = ""

    @property
    def running(self) -> bool:
        """Whether its supervisor lives."""
        return self.phase is not Phase.STOPPED


def start(settings: Settings, say: Say = _silent) -> bool:
    """Start Postgres, then, in the background, everything else; returns when Postgres answers.

    Returns:
        False if the stack already runs.

    Raises:
        StackError: a port is taken, Postgres does not start, another `make up` is at it.
    """
    airflow.dags_folder(settings)
    with _alone(settings):
        found = state.read(settings.home)
        if found is not None and found.supervisor.alive() and found.phase is not Phase.FAILED:
            _same_ports(settings, found)
            say(f"the stack already runs, since {found.since.astimezone():%d %b %H:%M}")
            return False
        if found is not None:
            say(_obituary(found))
            _stop(settings, found)
        check_ports(settings)
        try:
            LocalPostgres(settings, say).ensure()
            _spawn(settings)
        except BaseException:  # a Ctrl-C here must not leave Postgres behind
            LocalPostgres(settings).stop()
            raise
        return True


def _obituary(found: Stack) -> str:
    if found.supervisor.alive():
        return f"the stack had failed ({found.reason}): starting it anew"
    return f"the stack was killed (pid {found.supervisor.pid} is gone): cleaning up after it"


def _same_ports(settings: Settings, found: Stack) -> None:
    wanted = {name: port for name, port, _ in reversed(_ports(settings))}
    for part in found.parts:
        port = wanted.get(part.name)
        if part.port is not None and port is not None and port != part.port:
            raise StackError(
                f"the stack already runs, with {part.name} on port {part.port} and not {port}: "
                "`make down` first"
            )


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Hold the right to start the stack of this home; a crash gives it back."""
    lock = state.path(settings.home).with_name("lock")
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        file = lock.open("a")
    except OSError as error:
        raise StackError(f"cannot write to {lock.parent}: {error}") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StackError(f"another command is starting the stack of {settings.home}") from error
        yield


def _ports(settings: Settings) -> list[tuple[str, int, str]]:
    """(part, port, setting) of everything that listens."""
    found = [
        ("postgres", settings.postgres_port, "DATELINE_POSTGRES_PORT"),
        ("api-server", settings.ui_port, "DATELINE_UI_PORT"),
    ]
    if settings.newsroom:
        first = settings.newsroom_port  # of its control server; the publishers' follow
        last = first + len(PUBLISHERS)
        found += [("newsroom", p, "DATELINE_NEWSROOM_PORT") for p in range(first, last + 1)]
    return found


def check_ports(settings: Settings) -> None:
    """Look at all ports before anything starts.

    Raises:
        StackError: some are taken: names each port, who has it, and the setting to change.
    """
    ours = LocalPostgres(settings).running()
    taken: dict[str, str] = {}
    for name, port, variable in _ports(settings):
        if name not in taken and not (ours and name == "postgres") and ports.taken(port):
            who = ports.holder(port)
            taken[name] = f"port {port} ({name}) is taken by {who}: end it, or set {variable}"
    if taken:
        raise StackError("; ".join(taken.values()))


def _spawn(settings: Settings) -> None:
    """Start the supervisor in a session of its own; it outlives us."""
    state.clear(settings.home)
    with logs.open_log(settings.home, "supervisor") as output:
        null = os.open(os.devnull, os.O_RDONLY)
        pid = os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", "dateline.local.supervise"],
            dict(os.environ) | airflow.own_environment(settings),
            file_actions=[
                (os.POSIX_SPAWN_DUP2, null, 0),
                (os.POSIX_SPAWN_DUP2, output.fileno(), 1),
                (os.POSIX_SPAWN_DUP2, output.fileno(), 2),
            ],
            setsid=True,
        )
        os.close(null)
    me = Process.of(pid)
    if me is not None and state.read(settings.home) is None:
        state.write(settings.home, Stack(me, Phase.STARTING, datetime.now(UTC)))


def wait_ready(settings: Settings, on_step: Say = _silent, timeout: float = 180) -> None:
    """Wait until every part answers; `on_step` hears of each that does.

    Raises:
        StackError: a part failed, or not all answer in time; says which, and ends of their logs.
    """
    seen: set[str] = set()
    deadline = time.monotonic() + timeout
    while True:
        stack = state.read(settings.home)
        if stack is None or not stack.supervisor.alive():
            raise StackError("the supervisor ended" + _end_of_log(settings, "supervisor"))
        for part in stack.parts:
            if part.phase is Phase.READY and part.name not in seen:
                seen.add(part.name)
                on_step(f"{part.name} is ready")
        if stack.phase is Phase.READY:
            return
        if stack.phase is Phase.FAILED:
            raise StackError(stack.reason + _why(settings, stack))
        if time.monotonic() > deadline:
            late = [part.name for part in stack.parts if part.phase is not Phase.READY]
            raise StackError(
                f"not ready after {timeout:.0f} s: {', '.join(late) or 'the migration of Airflow'}"
                + "".join(_end_of_log(settings, name) for name in late)
            )
        time.sleep(0.2)


def _why(settings: Settings, stack: Stack) -> str:
    failed = [part.name for part in stack.parts if part.phase is Phase.FAILED]
    return "".join(_end_of_log(settings, name) for name in failed)


def _end_of_log(settings: Settings, name: str) -> str:
    lines = logs.last_lines(settings.home, name, 5)
    return "".join(f"\n  {name}: {line}" for line in lines)


def stop(settings: Settings, say: Say = _silent) -> bool:
    """Stop everything, whether it runs in order, has failed, or was orphaned by a kill -9.

    Returns:
        Whether there was anything to stop.
    """
    found = state.read(settings.home)
    postgres = LocalPostgres(settings).running()
    if found is None and not postgres:
        return False
    if found is not None and not found.supervisor.alive():
        say(_obituary(found))
    _stop(settings, found)
    return True


def _stop(settings: Settings, found: Stack | None) -> None:
    if found is not None:
        # It ends its parts one after the other, and each may take all its patience.
        processes.end_one(found.supervisor, PATIENCE * 4)
        left = state.read(settings.home) or found
        parts = [part for part in left.parts if part.process and part.name != "postgres"]
        processes.end([part.process for part in parts if part.process], _ORPHANS)
    LocalPostgres(settings).stop()
    state.clear(settings.home)


def status(settings: Settings) -> StackStatus:
    """How the stack is, part by part."""
    found = state.read(settings.home)
    if found is None:
        return StackStatus(Phase.STOPPED, ())
    if not found.supervisor.alive():
        return StackStatus(Phase.STOPPED, (), reason="it was killed: `make down` cleans up")
    said = airflow.health(settings.ui_port)
    return StackStatus(
        found.phase, tuple(_status(part, said) for part in found.parts), found.reason
    )


_HEALTH = {"scheduler": "scheduler", "dag-processor": "dag_processor", "api-server": "metadatabase"}


def _status(part: Part, said: dict[str, str | None]) -> PartStatus:
    """What the supervisor knows of a part, and what Airflow says of it."""
    known = _HEALTH.get(part.name)
    word = said.get(known) if known else "healthy"
    detail = "" if word == "healthy" else (word or "does not answer")
    return PartStatus(
        name=part.name,
        phase=part.phase,
        port=part.port,
        pid=part.process.pid if part.process else None,
        memory=processes.memory(part.process) if part.process else 0,
        uptime=datetime.now(UTC) - part.since if part.process and part.since else None,
        restarts=part.restarts,
        detail=detail if part.phase is Phase.READY else "",
    )
