"""Airflow as the local stack runs it: its environment, its commands, its REST API.

Nothing here imports Airflow: it runs in processes of its own, by the same Python.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from dateline.errors import StackError
from dateline.local import logs
from dateline.local.credentials import Credentials, write_private
from dateline.local.postgres import AIRFLOW, Cluster, warehouse_dsn
from dateline.settings import CONNECTION_ID, Settings

USER = "admin"
COMMAND = (sys.executable, "-m", "airflow")
_LOCAL = "127.0.0.1,localhost"

# Fit for two cores and four gigabytes; a variable that is set wins.
_DEFAULTS = {
    "AIRFLOW__CORE__PARALLELISM": "8",
    "AIRFLOW__LOGGING__LOGGING_LEVEL": "INFO",
    "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "20",
    # How long the scheduler pauses between two rounds with nothing to do. An ingest with nothing
    # due takes seven rounds: 4 s instead of the 8 s with the default of 1.
    "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.3",
    "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
    "AIRFLOW__API__WORKERS": "1",
    "AIRFLOW__API__INSTANCE_NAME": "Dateline",
}


def environment(settings: Settings, cluster: Cluster) -> dict[str, str]:
    """The whole environment of every Airflow process of this stack.

    Raises:
        StackError: the DAG files are nowhere.
    """
    keys, address = cluster.credentials, f"http://127.0.0.1:{settings.ui_port}"
    home = settings.home / "airflow"
    fixed = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags_folder(settings)),
        # Not plugins/ of the checkout: the entry point registers our plugin already, and Airflow
        # reports a second one of the same name as an import error.
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(home / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__FERNET_KEY": keys.fernet,
        "AIRFLOW__CORE__HOSTNAME_CALLABLE": "dateline.local.airflow.hostname",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{address}/execution/",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / "passwords.json"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": cluster.airflow_dsn,
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(settings.ui_port),
        "AIRFLOW__API__BASE_URL": address,
        "AIRFLOW__API__SECRET_KEY": keys.session,
        "AIRFLOW__API_AUTH__JWT_SECRET": keys.jwt,
        f"AIRFLOW_CONN_{CONNECTION_ID.upper()}": warehouse_dsn(settings),
        # The newsroom's hub reaches this; for hubs outside, a public address has to be set.
        "DATELINE_WEBSUB_URL": settings.websub_url or f"{address}/websub",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "PYTHONUNBUFFERED": "1",
    }
    # The parts talk to each other over loopback, which a proxy cannot reach.
    bypass = {
        name: ",".join(filter(None, [os.environ.get(name), _LOCAL]))
        for name in ("no_proxy", "NO_PROXY")
    }
    return _DEFAULTS | dict(os.environ) | own_environment(settings) | fixed | bypass


def hostname() -> str:
    """What Airflow's parts call this machine.

    Its default asks DNS for the full name, which takes seconds on a machine without a network.
    """
    return "127.0.0.1"


def own_environment(settings: Settings) -> dict[str, str]:
    """The settings as the DATELINE_* variables they were read from."""
    return {
        item.metadata["variable"]: _text(getattr(settings, item.name)) for item in fields(settings)
    }


def _text(value: object) -> str:
    return "" if value is None else str(value)


def dags_folder(settings: Settings) -> Path:
    """The DAG files: DATELINE_DAGS, or dags/ of the checkout that this module is in.

    Raises:
        StackError: neither is there.
    """
    folder = settings.dags or Path(__file__).parents[3] / "dags"
    if not folder.is_dir():
        raise StackError(f"no DAG files in {folder}: set DATELINE_DAGS to the folder that has them")
    return folder


def ui_password(settings: Settings) -> str:
    """The password of the user `admin`: DATELINE_UI_PASSWORD, or the generated one."""
    return settings.ui_password or Credentials.load_or_make(settings.home).ui


def prepare(settings: Settings, cluster: Cluster) -> None:
    """Make Airflow's folders and users, and bring its database up to date.

    Raises:
        StackError: Airflow is not installed, or its migration fails; says where its output is.
    """
    home = settings.home / "airflow"
    (home / "plugins").mkdir(parents=True, exist_ok=True)
    write_private(home / "passwords.json", json.dumps({USER: ui_password(settings)}))
    done = home / "migrated"
    now = f"{_version()} {_revision(cluster)}"
    if done.exists() and done.read_text() == now:
        return  # spares the 7 s that Airflow takes to find this out itself
    with logs.open_log(settings.home, "migrate") as output:
        code = subprocess.run(
            [*COMMAND, "db", "migrate"],
            env=environment(settings, cluster),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    if code:
        raise StackError(
            f"`airflow db migrate` failed with exit code {code}: "
            f"see {logs.log_path(settings.home, 'migrate')}"
        )
    done.write_text(f"{_version()} {_revision(cluster)}")


def _version() -> str:
    try:
        return version("apache-airflow-core")
    except PackageNotFoundError as error:
        raise StackError("Airflow is not installed: `make install`") from error


def _revision(cluster: Cluster) -> str:
    """The migration Airflow's database is at; empty if it is at none."""
    known = cluster.execute("SELECT to_regclass('alembic_version') IS NOT NULL", database=AIRFLOW)
    query = "SELECT version_num FROM alembic_version"
    return cluster.execute(query, database=AIRFLOW) if known == "t" else ""


@dataclass(frozen=True, slots=True)
class TaskState:
    """A task of a run. `state` is Airflow's word, None until it is scheduled; -1: not mapped."""

    task: str
    map_index: int
    state: str | None


@dataclass(frozen=True, slots=True)
class RunState:
    """A DAG run: "queued", "running", "success" or "failed", and its tasks."""

    state: str
    tasks: tuple[TaskState, ...]

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self.state in {"success", "failed"}


class Api:
    """The REST API of the running stack.

    Every method raises StackError: the API is out of reach, or refuses.
    """

    def __init__(self, settings: Settings) -> None:
        self._address = f"http://127.0.0.1:{settings.ui_port}"
        self._login = {"username": USER, "password": ui_password(settings)}
        self._token = ""

    def wait_for_dag(self, dag: str, timeout: float = 60) -> None:
        """Wait until Airflow has read the DAG's file; an import error of it ends the wait."""
        deadline = time.monotonic() + timeout
        while not self._known(dag):
            broken = self._call("GET", "/api/v2/importErrors")["import_errors"]
            if broken:
                first = broken[0]
                last = first["stack_trace"].strip().splitlines()[-1]
                raise StackError(f"Airflow cannot import {first['filename']}: {last}")
            if time.monotonic() > deadline:
                raise StackError(f"Airflow has not found the DAG {dag} in {timeout:.0f} s")
            time.sleep(0.5)

    def _known(self, dag: str) -> bool:
        found = self._call("GET", f"/api/v2/dags?dag_id_pattern={urllib.parse.quote(dag)}")
        return any(entry["dag_id"] == dag for entry in found["dags"])

    def unpause(self, dag: str) -> None:
        """Let the DAG run on its schedule."""
        path = f"/api/v2/dags/{urllib.parse.quote(dag)}?update_mask=is_paused"
        self._call("PATCH", path, {"is_paused": False})

    def trigger(self, dag: str, conf: dict[str, Any] | None = None) -> str:
        """Start a run now; its id."""
        path = f"/api/v2/dags/{urllib.parse.quote(dag)}/dagRuns"
        return str(self._call("POST", path, {"logical_date": None, "conf": conf})["dag_run_id"])

    def first_run(self, dag: str, timeout: float = 20) -> str:
        """Let the DAG run and start a run of it now; its id.

        Airflow starts a run that its schedule owes by itself as soon as the DAG is unpaused: then
        that is the run, and a second one would only find nothing to do.
        """
        path = f"/api/v2/dags/{urllib.parse.quote(dag)}"
        owed = self._call("GET", path).get("next_dagrun_run_after")
        self.unpause(dag)
        if owed is None or datetime.fromisoformat(owed) > datetime.now(UTC):
            return self.trigger(dag)
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            for run in self._call("GET", f"{path}/dagRuns?limit=5&order_by=-run_after")["dag_runs"]:
                if datetime.fromisoformat(run["run_after"]) >= datetime.fromisoformat(owed):
                    return str(run["dag_run_id"])
            time.sleep(0.3)
        return self.trigger(dag)

    def run_state(self, dag: str, run: str) -> RunState:
        """How far a run is."""
        path = f"/api/v2/dags/{urllib.parse.quote(dag)}/dagRuns/{urllib.parse.quote(run)}"
        tasks = self._call("GET", f"{path}/taskInstances?limit=1000")["task_instances"]
        return RunState(
            state=self._call("GET", path)["state"],
            tasks=tuple(TaskState(t["task_id"], t["map_index"], t["state"]) for t in tasks),
        )

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        if not self._token:
            answer = _request("POST", f"{self._address}/auth/token", self._login)
            self._token = answer["access_token"]
        return _request(method, self._address + path, body, self._token)


def health(port: int, timeout: float = 5) -> dict[str, str | None]:
    """What Airflow says of its parts, e.g. {"metadatabase": "healthy", "dag_processor": None}.

    Empty while it does not answer.
    """
    address = f"http://127.0.0.1:{port}/api/v2/monitor/health"
    try:
        answer = _request("GET", address, timeout=timeout)
        return {name: part["status"] for name, part in answer.items()}
    except (StackError, AttributeError, KeyError, TypeError):
        return {}  # not up yet, or somebody else's server


# Straight to loopback, whatever proxy the environment names.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _request(
    method: str, url: str, body: dict[str, Any] | None = None, token: str = "", timeout: float = 30
) -> Any:
    headers = {"Accept": "application/json", "Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310  (loopback)
    try:
        with _opener.open(request, timeout=timeout) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            detail = error.read(500).decode(errors="replace")
        raise StackError(f"Airflow refuses {method} {url}: {error.code} {detail}") from error
    except (OSError, ValueError) as error:
        raise StackError(f"Airflow does not answer at {url}: {error}") from error
