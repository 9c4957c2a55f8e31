"""What this machine lacks to run Dateline, and the line that mends it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateline.errors import DatelineError
from dateline.local import airflow, binaries, stack
from dateline.local.postgres import LocalPostgres

if TYPE_CHECKING:
    from collections.abc import Callable

    from dateline.settings import Settings

PYTHONS = ((3, 11), (3, 13))
"""The oldest and newest Python that Airflow supports."""
DISK = 2 * 1024**3
MEMORY = 3 * 1024**3
_PACKAGES = {
    "requests": "",
    "psycopg2": "",
    "selectolax": "",
    "numpy": "",
    "feedparser": "",
    "airflow": "[airflow]",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `remedy` is the line that mends it, empty if `ok`."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def diagnose(settings: Settings, warehouse: Callable[[], str] | None = None) -> list[Finding]:
    """Look at everything the local stack needs; never raises.

    Args:
        settings: what is set.
        warehouse: connects to the warehouse and says what it is; may raise `DatelineError`.
    """
    checks: list[tuple[str, Callable[[Settings], Finding]]] = [
        ("python", _python),
        ("packages", _packages),
        ("time zones", _zones),
        ("dags", _dags),
        ("postgres", _postgres),
        ("data folder", _folder),
        ("disk", _disk),
        ("memory", _memory),
        ("stack", _stack),
        ("ports", _ports),
    ]
    findings = [_guarded(name, check, settings) for name, check in checks]
    if warehouse is not None:
        findings.append(_warehouse(warehouse))
    return findings


def _guarded(name: str, check: Callable[[Settings], Finding], settings: Settings) -> Finding:
    """Our errors carry what went wrong before the colon or the dash, and what to do after it."""
    try:
        return check(settings)
    except DatelineError as error:
        detail, _, remedy = str(error).rpartition(": ")
        return Finding(name, False, detail or remedy, remedy)
    except OSError as error:
        return Finding(name, False, str(error), "set DATELINE_HOME to a folder of your own")


def _python(_: Settings) -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    oldest, newest = (".".join(map(str, version)) for version in PYTHONS)
    if PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]:
        return Finding("python", True, f"{version} ({sys.executable})")
    detail = f"{version} is not within {oldest} to {newest}"
    return Finding("python", False, detail, f"make install PYTHON=python{newest}")


def _packages(_: Settings) -> Finding:
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if not missing:
        return Finding("packages", True, f"{len(_PACKAGES)} looked for, all there")
    extra = next((_PACKAGES[name] for name in missing if _PACKAGES[name]), "")
    line = f"{sys.executable} -m pip install 'dateline{extra}'"
    return Finding("packages", False, f"missing: {', '.join(missing)}", line)


def _zones(_: Settings) -> Finding:
    try:
        ZoneInfo("Europe/Berlin")
    except ZoneInfoNotFoundError:
        line = f"{sys.executable} -m pip install tzdata"
        return Finding("time zones", False, "no time zone data", line)
    return Finding("time zones", True, "there")


def _dags(settings: Settings) -> Finding:
    return Finding("dags", True, str(airflow.dags_folder(settings)))


def _postgres(settings: Settings) -> Finding:
    found = binaries.find(settings.postgres, settings.postgres_bin)
    return Finding("postgres", True, ", ".join(map(str, found)))


def _folder(settings: Settings) -> Finding:
    home = settings.home
    place = next(path for path in (home, *home.parents) if path.exists())
    if os.access(place, os.W_OK | os.X_OK):
        return Finding("data folder", True, str(home))
    remedy = "set DATELINE_HOME to a folder of your own"
    return Finding("data folder", False, f"{place} is not writable", remedy)


def _disk(settings: Settings) -> Finding:
    home = settings.home
    place = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(place).free
    detail = f"{free / 1024**3:.1f} GB free at {place}"
    if free >= DISK:
        return Finding("disk", True, detail)
    wanted = f"make room: {DISK // 1024**3} GB, or set DATELINE_HOME to another disk"
    return Finding("disk", False, detail, wanted)


def _memory(_: Settings) -> Finding:
    free = _free_memory()
    if free is None:
        return Finding("memory", True, "unknown")
    detail = f"{free / 1024**3:.1f} GB free"
    if free >= MEMORY:
        return Finding("memory", True, detail)
    return Finding("memory", False, detail, "AIRFLOW__CORE__PARALLELISM=2 make up")


def _free_memory() -> int | None:
    """What the kernel would give to new processes, a container's own limit included; in bytes."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        free = next(int(x.split()[1]) * 1024 for x in lines if x.startswith("MemAvailable"))
        limit = Path("/sys/fs/cgroup/memory.max")
        used = Path("/sys/fs/cgroup/memory.current")
        word = limit.read_text().strip() if limit.exists() else "max"
        return free if word == "max" else min(free, int(word) - int(used.read_text()))
    except (OSError, StopIteration, ValueError):
        return None


def _stack(settings: Settings) -> Finding:
    now = stack.status(settings)
    bad = [f"{part.name} {part.detail or part.phase}" for part in now.parts if part.ailing]
    if now.running and (bad or now.reason):
        return Finding("stack", False, now.reason or ", ".join(bad), "make down && make up")
    if now.reason:
        return Finding("stack", False, now.reason, "make down")
    return Finding("stack", True, "running" if now.running else "not running (`make up`)")


def _ports(settings: Settings) -> Finding:
    if stack.status(settings).running:
        return Finding("ports", True, "ours")
    stack.check_ports(settings)
    running = " (Postgres runs)" if LocalPostgres(settings).running() else ""
    return Finding("ports", True, f"free{running}")


def _warehouse(check: Callable[[], str]) -> Finding:
    try:
        return Finding("warehouse", True, check())
    except DatelineError as error:
        return Finding("warehouse", False, str(error), "make up, or set DATELINE_DSN")
