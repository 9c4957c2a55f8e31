"""The stack's Postgres cluster: two databases, each with its own role; addresses and statements.

DATELINE_HOME/postgres            the data, or
/var/lib/dateline/<hash of home>  for root, when the unprivileged account cannot reach the first
DATELINE_HOME/secrets.json        the passwords
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dateline.errors import StackError
from dateline.local import binaries, ports
from dateline.local.account import Account
from dateline.local.credentials import Credentials
from dateline.local.server import Server
from dateline.settings import CONNECTION_ID, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dateline.local.binaries import Binaries

WAREHOUSE = "dateline"
"""Name of the warehouse's database and of the role that owns it."""
AIRFLOW = "airflow"
SUPERUSER = "postgres"

_ROLE = """
SELECT 'CREATE ROLE {role}' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') \\gexec
ALTER ROLE {role} LOGIN {attributes} PASSWORD '{password}';
SELECT 'CREATE DATABASE {role} OWNER {role}'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{role}') \\gexec
"""
# lz4 stores article bodies more than twice as fast; the embedded build does not have it.
_COMPRESSION = """
SELECT 'ALTER SYSTEM SET default_toast_compression = lz4' FROM pg_settings
 WHERE name = 'default_toast_compression' AND setting <> 'lz4' AND 'lz4' = ANY (enumvals) \\gexec
SELECT pg_reload_conf();
"""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running Postgres: where it is and how to get in."""

    binaries: Binaries
    port: int
    credentials: Credentials

    def dsn(self, role: str = SUPERUSER, database: str = "postgres") -> str:
        """`postgresql://role:password@127.0.0.1:port/database`."""
        return f"postgresql://{role}:{self.credentials.password(role)}@127.0.0.1:{self.port}/{database}"

    @property
    def superuser_dsn(self) -> str:
        """The superuser in the database `postgres`."""
        return self.dsn()

    @property
    def warehouse_dsn(self) -> str:
        """The warehouse, as its owner."""
        return self.dsn(WAREHOUSE, WAREHOUSE)

    @property
    def airflow_dsn(self) -> str:
        """Airflow's metadata database, in the form that SQLAlchemy wants."""
        return self.dsn(AIRFLOW, AIRFLOW).replace("postgresql:", "postgresql+psycopg2:", 1)

    def psql(self, *arguments: str, dsn: str | None = None) -> tuple[list[str], dict[str, str]]:
        """The command line and environment of a psql session; see `psql_command`."""
        return psql_command(self.binaries, dsn or self.warehouse_dsn, *arguments)

    def execute(self, sql: str, *, database: str = "postgres") -> str:
        """Run statements as the superuser; psql's unaligned output.

        Raises:
            StackError: one of them fails; carries the server's message.
        """
        flags = ("-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-")
        command, env = self.psql(*flags, dsn=self.dsn(SUPERUSER, database))
        done = Account().run(command, env=env, stdin=sql)
        if done.returncode:
            raise StackError(f"Postgres refused a statement: {done.stderr.strip()}")
        return done.stdout.strip()

    def fill(self) -> None:
        """Make the roles and databases it lacks; passwords are set anew."""
        rights = {WAREHOUSE: "CREATEROLE", AIRFLOW: "NOCREATEROLE"}
        roles = (
            _ROLE.format(role=role, attributes=right, password=self.credentials.password(role))
            for role, right in rights.items()
        )
        self.execute(_COMPRESSION + "".join(roles))


def psql_command(programs: Binaries, dsn: str, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """A psql command line and its environment: the password is in PGPASSWORD, not in `ps`."""
    password = urlsplit(dsn).password or ""
    shown = dsn.replace(f":{password}@", "@", 1) if password else dsn
    env = dict(os.environ) | ({"PGPASSWORD": password} if password else {})
    return [str(programs["psql"]), shown, *arguments], env


class LocalPostgres:
    """The cluster that belongs to a DATELINE_HOME."""

    def __init__(self, settings: Settings, say: Callable[[str], None] = lambda _: None) -> None:
        self.settings = settings
        self._say = say

    def ensure(self) -> Cluster:
        """Make the cluster if there is none, start it if it is down, add what it lacks.

        Raises:
            StackError: no Postgres, a taken port, another version's or a foreign data folder.
        """
        try:
            return self._ensure(self.settings.home)
        except OSError as error:
            raise StackError(
                f"cannot write to {self.settings.home}: {error}: make room, or set DATELINE_HOME"
            ) from error

    def _ensure(self, home: Path) -> Cluster:
        (home / "logs").mkdir(parents=True, exist_ok=True)
        credentials = Credentials.load_or_make(home)
        server = self._server()
        if server.data.exists() and not server.made() and any(server.data.iterdir()):
            raise StackError(
                f"{server.data} is not empty and not a Postgres data folder: "
                "move it away, or set DATELINE_HOME"
            )
        if not server.made():
            server.make(credentials.postgres)
        self._start(server)
        cluster = Cluster(server.binaries, server.port, credentials)
        self._let_in(cluster, server)
        cluster.fill()
        return cluster

    def _start(self, server: Server) -> None:
        port = server.running_port()
        if port is None:
            server.start()
        elif port != server.port:
            raise StackError(
                f"Postgres already runs on {server.data}, on port {port}: "
                f"`make down` first, or set DATELINE_POSTGRES_PORT={port}"
            )

    def _let_in(self, cluster: Cluster, server: Server) -> None:
        """Secrets may be lost and the data kept (it can be elsewhere): its owner gets in anyhow."""
        try:
            cluster.execute("SELECT 1")
        except StackError as error:
            if "password authentication failed" not in str(error):
                raise
            self._say("secrets.json is new: Postgres gets its passwords, the data stays")
            server.stop()
            server.set_password(cluster.credentials.postgres)
            server.start()

    def stop(self) -> None:
        """Stop the server, if it runs."""
        if self._data().exists():
            self._server().stop()

    def pid(self) -> int | None:
        """The running server's process, or None."""
        return self._server().pid() if self._data().exists() else None

    def running(self) -> bool:
        """Whether the server runs."""
        return self.pid() is not None

    def _server(self) -> Server:
        data = self._data()
        data.parent.mkdir(parents=True, exist_ok=True)
        account = Account.unprivileged(data)
        if data.parent != self.settings.home:
            self._say(f"Postgres runs as {account.name}, its data is in {data}")
        found = _matching(_candidates(self.settings), data).reachable(account)
        log = self.settings.home / "logs" / "postgres.log"
        return Server(found, account, data, self.settings.postgres_port, log)

    def _data(self) -> Path:
        """The data folder: in our home, unless only root could reach it there."""
        usual = self.settings.home / "postgres"
        if usual.exists() or os.geteuid() != 0:
            return usual
        self.settings.home.mkdir(parents=True, exist_ok=True)
        if Account.unprivileged().reaches(self.settings.home):
            return usual
        digest = hashlib.sha256(os.fsencode(self.settings.home)).hexdigest()[:12]
        return Path("/var/lib/dateline") / digest


def _candidates(settings: Settings) -> list[Binaries]:
    return binaries.find(settings.postgres, settings.postgres_bin)


def _matching(found: list[Binaries], data: Path) -> Binaries:
    """The preferred one, or the one whose version made the data."""
    try:
        version = int((data / "PG_VERSION").read_text())
    except (FileNotFoundError, NotADirectoryError):
        return found[0]
    except PermissionError as error:
        raise StackError(f"{data} belongs to another user: {error}") from error
    for candidate in found:
        if candidate.version == version:
            return candidate
    raise StackError(
        f"{data} was made by Postgres {version}, found only "
        f"{', '.join(map(str, found))}: set DATELINE_POSTGRES_BIN to the programs of Postgres "
        f"{version}, or move the folder away to begin with an empty database (it is untouched)"
    )


def warehouse_dsn(settings: Settings) -> str:
    """Where the warehouse is: DATELINE_DSN, the Airflow connection in the environment, or ours.

    Raises:
        StackError: nowhere yet.
    """
    connection = os.environ.get(f"AIRFLOW_CONN_{CONNECTION_ID.upper()}", "")
    if settings.dsn:
        return settings.dsn
    if connection.startswith(("postgres://", "postgresql://")):
        return connection
    credentials = Credentials.load(settings.home)
    if credentials is None:
        raise StackError("there is no warehouse yet: run `make up`, or set DATELINE_DSN")
    password = credentials.dateline
    return f"postgresql://{WAREHOUSE}:{password}@127.0.0.1:{settings.postgres_port}/{WAREHOUSE}"


def psql(settings: Settings, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """The command line and environment of a psql session in the warehouse.

    Raises:
        StackError: there is no warehouse, or no psql.
    """
    return psql_command(_candidates(settings)[0], warehouse_dsn(settings), *arguments)


@contextmanager
def ephemeral_postgres(folder: Path) -> Iterator[Cluster]:
    """A Postgres of one's own for tests: a free port, no fsync, gone at the end.

    Args:
        folder: an existing folder for its log, and, if it can be reached, its data.
    """
    account = Account.unprivileged()
    kept = folder if account.reaches(folder) else Path("/tmp")  # noqa: S108  (0700 by mkdtemp)
    place = Path(tempfile.mkdtemp(prefix="dateline-postgres-", dir=kept))
    account.own(place)
    programs = binaries.find(
        os.environ.get("DATELINE_POSTGRES") or "auto",
        Path(os.environ["DATELINE_POSTGRES_BIN"]) if os.getenv("DATELINE_POSTGRES_BIN") else None,
    )[0].reachable(account)
    fast = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    log = folder / "postgres.log"
    server = Server(programs, account, place / "data", ports.free_port(), log, fast)
    cluster = Cluster(programs, server.port, Credentials.make())
    try:
        server.make(cluster.credentials.postgres)
        server.start()
        cluster.fill()
        yield cluster
    finally:
        server.stop()
        shutil.rmtree(place, ignore_errors=True)
