"""What the supervisor writes down and every other command reads: DATELINE_HOME/run/stack.json."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from dateline.errors import StackError
from dateline.local.credentials import write_private
from dateline.local.processes import Process

if TYPE_CHECKING:
    from pathlib import Path


class Phase(StrEnum):
    """How far the stack, or a part of it, is."""

    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"
    FAILED = "failed"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Part:
    """A process that the supervisor looks after.

    Attributes:
        since: when it was started last.
        restarts: how often it died by itself.
    """

    name: str
    phase: Phase
    port: int | None = None
    process: Process | None = None
    since: datetime | None = None
    restarts: int = 0


@dataclass(frozen=True, slots=True)
class Stack:
    """The stack as its supervisor last saw it."""

    supervisor: Process
    phase: Phase
    since: datetime
    parts: tuple[Part, ...] = ()
    reason: str = ""

    def part(self, name: str) -> Part | None:
        """The part of that name."""
        return next((part for part in self.parts if part.name == name), None)


def path(home: Path) -> Path:
    """Where the state of this home's stack is kept."""
    return home / "run" / "stack.json"


def write(home: Path, stack: Stack) -> None:
    """Write it down, all or nothing."""
    target = path(home)
    target.parent.mkdir(parents=True, exist_ok=True)
    write_private(target, json.dumps(asdict(stack), indent=1, default=datetime.isoformat))


def read(home: Path) -> Stack | None:
    """The state of this home's stack, alive or not; None if it was stopped in order.

    Raises:
        StackError: another user's stack.
    """
    try:
        raw = json.loads(path(home).read_text())
        parts = tuple(
            Part(
                name=part["name"],
                phase=Phase(part["phase"]),
                port=part["port"],
                process=Process(**part["process"]) if part["process"] else None,
                since=datetime.fromisoformat(part["since"]) if part["since"] else None,
                restarts=part["restarts"],
            )
            for part in raw["parts"]
        )
        return Stack(
            supervisor=Process(**raw["supervisor"]),
            phase=Phase(raw["phase"]),
            since=datetime.fromisoformat(raw["since"]),
            parts=parts,
            reason=raw["reason"],
        )
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise StackError(
            f"{path(home)} belongs to another user: run as that user, or set DATELINE_HOME"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise StackError(f"{path(home)} is damaged: delete it, then `make down`") from error


def clear(home: Path) -> None:
    """Forget the stack: it has been stopped."""
    path(home).unlink(missing_ok=True)
