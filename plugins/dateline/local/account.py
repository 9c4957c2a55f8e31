"""Whom Postgres runs as: it refuses root, so root lends it an unprivileged account."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from dateline.errors import StackError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_LENT = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """Whom a command runs as; `uid` None is whoever runs Dateline."""

    uid: int | None = None
    gid: int | None = None
    name: str = ""

    @classmethod
    def unprivileged(cls, data: Path | None = None) -> Account:
        """Ourselves, or for root the owner of an existing `data` folder, else a lent account.

        Raises:
            StackError: we are root and the machine has no account to lend.
        """
        if os.geteuid() != 0:
            return cls()
        owner = data.stat() if data is not None and data.exists() else None
        if owner is not None and owner.st_uid:
            return cls(owner.st_uid, owner.st_gid, _name(owner.st_uid))
        for name in _LENT:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(entry.pw_uid, entry.pw_gid, name)
        raise StackError(
            f"Postgres does not run as root, and none of the accounts {', '.join(_LENT)} exists: "
            "create one, or run this as an ordinary user"
        )

    def run(
        self,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        stdin: str | None = None,
        output: IO[str] | None = None,
        timeout: float = 120,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, in / because the account may not reach our own folder.

        Args:
            command: absolute program and its arguments.
            env: its whole environment; None passes ours on.
            stdin: text it reads.
            output: where its output goes, stdout and stderr alike; None captures it.
            timeout: seconds; a daemon that the command leaves behind does not count.

        Raises:
            StackError: it cannot be started, or takes too long.
        """
        try:
            return subprocess.run(
                [str(part) for part in command],
                check=False,
                text=True,
                input=stdin,
                stdin=subprocess.DEVNULL if stdin is None else None,
                stdout=output or subprocess.PIPE,
                stderr=subprocess.STDOUT if output else subprocess.PIPE,
                env=env,
                cwd="/",
                timeout=timeout,
                start_new_session=True,
                user=self.uid,
                group=self.gid,
                extra_groups=None if self.uid is None else [],
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise StackError(f"{command[0]} does not run: {error}") from error

    def reaches(self, path: Path) -> bool:
        """Whether the account may enter the folder, or run the file."""
        return self.run(["/bin/sh", "-c", 'test -x "$0"', path]).returncode == 0

    def own(self, path: Path) -> None:
        """Give a file or folder that we have just made to the account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
