"""Passwords and keys of the local stack: made once, kept in DATELINE_HOME/secrets.json (0600)."""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from dateline.errors import StackError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, repr=False)  # never in a log or a traceback
class Credentials:
    """What the parts of the stack know each other by.

    Attributes:
        postgres: the cluster's superuser.
        dateline: owner of the warehouse.
        airflow: owner of Airflow's database.
        ui: of the user `admin` in the Airflow UI.
        jwt: signs Airflow's tokens; it warns below 64 bytes.
        fernet: 32 bytes, URL-safe base64: encrypts connections in Airflow's database.
        session: signs the UI's sessions and requests for logs.
    """

    postgres: str
    dateline: str
    airflow: str
    ui: str
    jwt: str
    fernet: str
    session: str

    @classmethod
    def make(cls) -> Credentials:
        """New ones. Passwords are letters and digits, so they need no quoting anywhere."""
        return cls(
            postgres=secrets.token_hex(16),
            dateline=secrets.token_hex(16),
            airflow=secrets.token_hex(16),
            ui=secrets.token_hex(6),
            jwt=secrets.token_hex(64),
            fernet=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            session=secrets.token_hex(32),
        )

    @classmethod
    def load(cls, home: Path) -> Credentials | None:
        """Those of this home, or None if it has none yet.

        Raises:
            StackError: the file is damaged or another user's.
        """
        path = home / "secrets.json"
        try:
            return cls(**json.loads(path.read_text()))
        except FileNotFoundError:
            return None
        except PermissionError as error:
            raise StackError(
                f"{path} belongs to another user: run as that user, or set DATELINE_HOME"
            ) from error
        except (ValueError, TypeError) as error:
            raise StackError(
                f"{path} is damaged ({error}): delete it, `make up` makes a new one"
            ) from error

    @classmethod
    def load_or_make(cls, home: Path) -> Credentials:
        """Those of this home, made now if there are none."""
        found = cls.load(home)
        if found is None:
            found = cls.make()
            write_private(home / "secrets.json", json.dumps(asdict(found), indent=1))
        return found

    def password(self, role: str) -> str:
        """The password of a Postgres role: "postgres", "dateline" or "airflow"."""
        return str(getattr(self, role))


def write_private(path: Path, text: str) -> None:
    """Write a file that only we can read, all of it or nothing."""
    partial = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    partial.replace(path)
