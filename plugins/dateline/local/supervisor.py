"""Starts the parts of the stack, restarts what dies, and ends them all: `python -m` this module.

It runs detached, in a session of its own, and each part in another; so a Ctrl-C in the terminal
reaches none of them, and the orphans of a part that was killed can still be found.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dateline.errors import StackError
from dateline.local import logs, processes, state
from dateline.local.processes import Process
from dateline.local.state import Part, Phase, Stack

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

log = logging.getLogger(__name__)

PATIENCE = 12.0
"""Seconds a part has to end after SIGTERM."""
MAX_RESTARTS = 3
SETTLED = 60.0
"""A part that ran this many seconds starts counting its restarts anew."""
TICK = 0.3


@dataclass(frozen=True, slots=True)
class Component:
    """What a part runs, and how one sees that it is ready."""

    name: str
    command: tuple[str, ...]
    env: dict[str, str]
    ready: Callable[[], bool]
    port: int | None = None


@dataclass
class _Running:
    """A component's present process."""

    component: Component
    popen: subprocess.Popen[bytes] | None = None
    part: Part = field(init=False)
    clock: float = 0.0
    due: float = 0.0

    def __post_init__(self) -> None:
        self.part = Part(self.component.name, Phase.STARTING, self.component.port)


class Supervisor:
    """Looks after components until it is told to stop.

    Args:
        home: where logs/ and run/ are.
        components: in the order they start; they end in the reverse order.
        prepare: runs once before they start (starting Postgres, migrating); may raise StackError.
        finish: runs once after they have ended (stopping Postgres).
        tend: runs every second, keeps alive what is not a component (Postgres), returns what to
            show of it; as long as it raises StackError, the stack counts as failed.
    """

    def __init__(
        self,
        home: Path,
        components: Sequence[Component],
        *,
        prepare: Callable[[], None] = lambda: None,
        finish: Callable[[], None] = lambda: None,
        tend: Callable[[], tuple[Part, ...]] = lambda: (),
        patience: float = PATIENCE,
        back_off: float = 1.0,
    ) -> None:
        self.home = home
        self._running = [_Running(component) for component in components]
        self._prepare, self._finish, self._tend = prepare, finish, tend
        self._patience, self._back_off = patience, back_off
        self._stop = threading.Event()
        me = Process.of(os.getpid())
        assert me is not None
        self._stack = Stack(me, Phase.STARTING, datetime.now(UTC))
        self._tended: tuple[Part, ...] = ()
        self._reason = ""

    def run(self) -> None:
        """Start everything and return when it has been stopped by SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stop.set())
        self._write()
        try:
            self._prepare()
            for running in self._running:
                if not self._stop.is_set():
                    self._start(running)
            self._watch()
        except (StackError, OSError) as error:
            self._fail(str(error))
            self._stop.wait()
        finally:
            self._end()

    def _watch(self) -> None:
        tended = time.monotonic()
        while not self._stop.wait(TICK):
            for running in self._running:
                self._look_after(running)
            if time.monotonic() - tended > 1:
                self._write()
                tended = time.monotonic()

    def _look_after(self, running: _Running) -> None:
        now = time.monotonic()
        if running.popen is None:
            if running.part.phase is Phase.RESTARTING and now >= running.due:
                self._start(running)
        elif running.popen.poll() is not None:
            self._died(running, now)
        elif running.part.phase is not Phase.READY and running.component.ready():
            running.part = replace(running.part, phase=Phase.READY)
            log.info("%s is ready after %.1f s", running.part.name, now - running.clock)
            self._write()

    def _start(self, running: _Running) -> None:
        component = running.component
        with logs.open_log(self.home, component.name) as output:
            running.popen = subprocess.Popen(
                component.command,
                env=component.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        running.clock = time.monotonic()
        running.part = replace(
            running.part,
            phase=Phase.STARTING,
            process=Process.of(running.popen.pid),
            since=datetime.now(UTC),
        )
        self._write()

    def _died(self, running: _Running, now: float) -> None:
        """Its children go with it; then it gets another chance, a bit later each time."""
        assert running.popen is not None
        code, running.popen = running.popen.returncode, None
        if running.part.process is not None:
            processes.end([running.part.process], 0)
        restarts = running.part.restarts + 1 if now - running.clock < SETTLED else 1
        name = running.part.name
        log.warning("%s died with exit code %s (restart %d)", name, code, restarts)
        if restarts > MAX_RESTARTS:
            running.part = replace(running.part, phase=Phase.FAILED, process=None)
            self._fail(f"{name} died {restarts} times, with exit code {code}: see logs/{name}.log")
            return
        running.due = now + self._back_off * 2 ** (restarts - 1)
        running.part = replace(
            running.part, phase=Phase.RESTARTING, process=None, restarts=restarts
        )
        self._write()

    def _fail(self, reason: str) -> None:
        """What a person has to mend; the other parts go on."""
        log.error("failed: %s", reason)
        self._reason = reason
        self._write()

    def _write(self) -> None:
        """Write the state down if it has changed; a full disk must not end the stack."""
        reason = self._reason
        try:
            self._tended = self._tend()
        except StackError as error:
            reason = reason or str(error)
        parts = (*self._tended, *(running.part for running in self._running))
        ready = all(part.phase is Phase.READY for part in parts)
        phase = Phase.FAILED if reason else Phase.READY if ready else Phase.STARTING
        stack = replace(self._stack, parts=parts, phase=phase, reason=reason)
        if stack == self._stack and state.path(self.home).exists():
            return
        try:
            state.write(self.home, stack)
            self._stack = stack
        except OSError as error:
            log.warning("cannot write the state: %s", error)

    def _end(self) -> None:
        log.info("stopping")
        for running in reversed(self._running):
            if running.popen is not None and running.part.process is not None:
                begun = time.monotonic()
                killed = processes.end([running.part.process], self._patience)
                running.popen.wait()
                took = time.monotonic() - begun
                log.info("%s ended in %.1f s, %d killed", running.part.name, took, len(killed))
        self._finish()
        state.clear(self.home)
