"""Airflow on SQLite in a folder of its own: its environment is set before anything imports it."""

from __future__ import annotations

import atexit
import importlib
import os
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

    from dateline.store import Database

ROOT = Path(__file__).parents[2]
HOME = Path(tempfile.mkdtemp(prefix="dateline-airflow-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
(HOME / "plugins").mkdir()
(HOME / "passwords.json").write_text('{"admin": "admin-password", "viewer": "viewer-password"}')
os.environ.update(
    {
        "AIRFLOW_HOME": str(HOME),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(HOME / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__HOSTNAME_CALLABLE": "socket.gethostname",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "admin:admin,viewer:viewer",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(HOME / "passwords.json"),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{HOME}/airflow.db",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "AIRFLOW__API_AUTH__JWT_SECRET": "0123456789abcdef" * 8,
    }
)

# svcs, a dependency of Airflow, imports this and so causes its warning about httpx.
with warnings.catch_warnings(action="ignore"):
    importlib.import_module("starlette.testclient")


@pytest.fixture(scope="session")
def airflow_database() -> None:
    """Airflow's own database, migrated."""
    from airflow.utils.db import initdb

    initdb()


@pytest.fixture(scope="session")
def bag() -> DagBag:
    """Every file of dags/, as the dag-processor reads it."""
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(str(ROOT / "dags"))


@pytest.fixture
def warehouse(
    airflow_database: None, database: Database, monkeypatch: pytest.MonkeyPatch
) -> Database:
    """The warehouse behind the connection dateline_db."""
    del airflow_database
    monkeypatch.setenv("AIRFLOW_CONN_DATELINE_DB", database.dsn)
    monkeypatch.setenv("DATELINE_DSN", "")
    return database
