"""The supervisor's process: which parts the stack has (`python -m dateline.local.supervise`)."""

from __future__ import annotations

import logging
import os
import socket
import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dateline.errors import DatelineError, StackError
from dateline.local import airflow
from dateline.local.postgres import Cluster, LocalPostgres
from dateline.local.processes import Process
from dateline.local.state import Part, Phase
from dateline.local.supervisor import Component, Supervisor
from dateline.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)


def components(settings: Settings, cluster: Cluster) -> list[Component]:
    """The parts, in the order they start."""
    env = airflow.environment(settings, cluster)
    found = [
        Component(
            "api-server",
            (*airflow.COMMAND, "api-server"),
            env,
            lambda: airflow.health(settings.ui_port).get("metadatabase") == "healthy",
            settings.ui_port,
        ),
        # Finished tasks' logs are read from the shared folder; its log server would listen to
        # the whole network.
        _airflow_part(settings, env, "scheduler", "--skip-serve-logs"),
        _airflow_part(settings, env, "dag-processor"),
    ]
    return [*([_newsroom(settings)] if settings.newsroom else []), *found]


def _airflow_part(settings: Settings, env: dict[str, str], name: str, *flags: str) -> Component:
    """A part that Airflow itself reports on."""
    key = name.replace("-", "_")
    return Component(
        name,
        (*airflow.COMMAND, name, *flags),
        env,
        lambda: airflow.health(settings.ui_port).get(key) == "healthy",
    )


def _newsroom(settings: Settings) -> Component:
    port = settings.newsroom_port
    command = (sys.executable, "-m", "dateline.newsroom", "--port", str(port))
    return Component(
        "newsroom",
        (*command, "--epoch", _epoch(settings.home)),
        dict(os.environ),
        lambda: _answers(port),
        port,
    )


def _epoch(home: Path) -> str:
    """When the newsroom first opened: its dates count back from there after a restart too."""
    file = home / "newsroom-epoch"
    if not file.exists():
        file.write_text(datetime.now(UTC).isoformat(timespec="minutes"), encoding="utf-8")
    return file.read_text(encoding="utf-8").strip()


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


class _Postgres:
    """The one part that is not our child: pg_ctl starts it, and it outlives a killed supervisor."""

    def __init__(self, settings: Settings) -> None:
        self._local = LocalPostgres(settings)
        self._port = settings.postgres_port
        self._process: Process | None = None
        self._since = datetime.now(UTC)
        self._restarts = 0
        self._error: StackError | None = None
        self._due = 0.0

    def tend(self) -> tuple[Part, ...]:
        """Start it again if it died; what to show of it.

        Raises:
            StackError: it does not start; tried again every ten seconds.
        """
        if self._process is None or not self._process.alive():
            self._revive()
        phase = Phase.READY if self._process else Phase.STARTING
        return (Part("postgres", phase, self._port, self._process, self._since, self._restarts),)

    def _revive(self) -> None:
        if self._error is not None and time.monotonic() < self._due:
            raise self._error
        if self._process is not None:
            self._process = None
            self._restarts += 1
            log.warning("postgres died (restart %d)", self._restarts)
        try:
            self._local.ensure()
            self._error = None
        except StackError as error:
            self._error, self._due = error, time.monotonic() + 10
            raise
        pid = self._local.pid()
        self._process = Process.of(pid) if pid else None
        self._since = datetime.now(UTC)


def main() -> None:
    """Run the stack's supervisor until it is told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    settings = Settings.load()
    local = LocalPostgres(settings)
    cluster = local.ensure()
    Supervisor(
        settings.home,
        components(settings, cluster),
        prepare=lambda: airflow.prepare(settings, cluster),
        tend=_Postgres(settings).tend,
        finish=local.stop,
    ).run()


if __name__ == "__main__":
    try:
        main()
    except DatelineError as error:
        sys.exit(f"error: {error}")
