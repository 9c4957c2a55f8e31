"""One Postgres server: made by initdb, started and stopped by pg_ctl, never as root."""

from __future__ import annotations

import secrets
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dateline.errors import StackError
from dateline.local import ports
from dateline.local.credentials import write_private
from dateline.local.processes import Process

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dateline.local.account import Account
    from dateline.local.binaries import Binaries

_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path may not be longer than 107 bytes
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}
_CONFIGURATION = "dateline.conf"
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Server:
    """A data folder and what runs it.

    Attributes:
        data: the cluster's folder; its parent is ours.
        log: what the server prints is appended here.
        options: Postgres settings on top of the usual ones.
    """

    binaries: Binaries
    account: Account
    data: Path
    port: int
    log: Path
    options: Mapping[str, str] = field(default_factory=dict)

    def made(self) -> bool:
        """Whether the data folder holds a cluster."""
        return (self.data / "PG_VERSION").exists()

    def make(self, password: str) -> None:
        """Initialise the cluster (UTF-8, scram) with the superuser `postgres`; all or nothing.

        Raises:
            StackError: initdb fails; carries its last line.
        """
        partial = self.data.with_name(f"{self.data.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        self.account.own(partial)
        key = self.data.with_name(f".{secrets.token_hex(8)}")
        write_private(key, password)
        try:
            self.account.own(key)
            self._initdb(partial, key)
        finally:
            key.unlink()
        partial.rename(self.data)

    def _initdb(self, folder: Path, key: Path) -> None:
        """Try the best locale first: code-point order, but Unicode's letters and cases."""
        locales = [["--locale=C.UTF-8"], ["--locale=C"]]
        if self.binaries.version >= 17:  # noqa: PLR2004  (the builtin provider came with 17)
            builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
            locales = [[*builtin, *locale] for locale in locales] + locales
        fixed = ["--username=postgres", f"--pwfile={key}", "--auth=scram-sha-256"]
        fixed += ["--encoding=UTF8", "--no-instructions", "-D", str(folder)]
        for locale in locales:
            done = self.account.run([self.binaries["initdb"], *fixed, *locale])
            if done.returncode == 0:
                return
        raise StackError(f"initdb failed in {folder}: {_last_line(done.stderr)}")

    def set_password(self, password: str) -> None:
        """Set the superuser's password without knowing the old one; the server must be stopped."""
        command: list[str | Path] = [
            self.binaries["postgres"],
            "--single",
            "-D",
            self.data,
            "postgres",
        ]
        done = self.account.run(command, stdin=f"ALTER ROLE postgres PASSWORD '{password}'\n")
        if done.returncode or "ERROR" in done.stderr + done.stdout:
            raise StackError(f"cannot set a password in {self.data}: {_last_line(done.stderr)}")

    def start(self) -> None:
        """Start it and wait until it answers.

        Raises:
            StackError: the port is taken, or the server stops at once; carries its last line.
        """
        if ports.taken(self.port):
            raise StackError(
                f"port {self.port} (Postgres) is taken by {ports.holder(self.port)}: "
                "end it, or set DATELINE_POSTGRES_PORT"
            )
        self._clear_stale_pid()
        self._configure()
        with self.log.open("a") as log:
            done = self.account.run(self._pg_ctl("start", "-w", "-t", "60"), output=log)
        if done.returncode:
            text = self.log.read_text(errors="replace").splitlines()
            why = [line for line in text if "FATAL" in line or "ERROR" in line] or text or [""]
            raise StackError(f"Postgres does not start: {why[-1].strip()} (see {self.log})")

    def _configure(self) -> None:
        """Write our settings to a file of our own, which postgresql.conf ends by including.

        On the command line they would win over ALTER SYSTEM, and each reload would complain.
        """
        options = _OPTIONS | {"port": str(self.port)} | dict(self.options)
        ours = self.data / _CONFIGURATION
        ours.write_text("".join(f"{key} = '{value}'\n" for key, value in options.items()))
        self.account.own(ours)
        main = self.data / "postgresql.conf"
        line = f"include_if_exists = '{_CONFIGURATION}'\n"
        if line not in main.read_text():
            with main.open("a") as file:
                file.write(line)

    def stop(self) -> None:
        """Stop it: sessions are ended, then, if that takes too long, without a checkpoint."""
        for mode in ("fast", "immediate"):
            if self.pid() is None:
                return
            self.account.run(self._pg_ctl("stop", "-w", "-t", "20", "-m", mode))
        if self.pid() is not None:
            raise StackError(f"Postgres (pid {self.pid()}) does not stop; see {self.log}")

    def pid(self) -> int | None:
        """The running server's process, or None.

        postmaster.pid alone does not tell: after a crash its number may belong to another process.
        """
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        except PermissionError as error:
            raise StackError(f"{self.data} belongs to another user: {error}") from error
        if Process.of(pid) is None or ((_PROC / "self").exists() and not self._works_here(pid)):
            return None
        return pid

    def _works_here(self, pid: int) -> bool:
        """Whether the process's folder is our data folder, as every process of a server's is."""
        try:
            return (_PROC / str(pid) / "cwd").readlink() == self.data.resolve()
        except OSError:
            return False

    def running_port(self) -> int | None:
        """The port the running server listens on, or None."""
        if self.pid() is None:
            return None
        return int((self.data / "postmaster.pid").read_text().splitlines()[3])

    def _clear_stale_pid(self) -> None:
        """Postgres refuses to start over a lock file whose number another process got since.

        The file also guards against children that outlive a killed server: so they go first.
        """
        lock = self.data / "postmaster.pid"
        if not lock.exists():
            return
        deadline = time.monotonic() + 10
        while any(self._works_here(int(path.name)) for path in _PROC.glob("[0-9]*")):
            if time.monotonic() > deadline:
                raise StackError(f"processes of a killed Postgres still work in {self.data}")
            time.sleep(0.05)
        lock.unlink(missing_ok=True)

    def _pg_ctl(self, *arguments: str) -> list[str | Path]:
        return [self.binaries["pg_ctl"], "-D", self.data, *arguments]


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it said nothing"
