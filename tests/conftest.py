"""Fixtures for every suite: a real Postgres, a database of one's own, and the settings of a test."""

from __future__ import annotations

import itertools
import threading
import time
from typing import TYPE_CHECKING

import psycopg2
import pytest

from dateline.local.postgres import WAREHOUSE, Cluster, ephemeral_postgres
from dateline.settings import Settings
from dateline.store import Database
from dateline.store.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import uvicorn
    from fastapi import FastAPI

_numbers = itertools.count()


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A Postgres server for this session."""
    with ephemeral_postgres(tmp_path_factory.mktemp("postgres")) as running:
        yield running


def create_database(cluster: Cluster, template: str) -> str:
    """A new database, cloned from `template`, owned by the warehouse's role; gives its DSN."""
    name = f"{WAREHOUSE}_{next(_numbers)}"
    connection = psycopg2.connect(cluster.superuser_dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"create database {name} template {template} owner {WAREHOUSE}")
    connection.close()
    return cluster.dsn(WAREHOUSE, name)


@pytest.fixture
def empty_dsn(cluster: Cluster) -> str:
    """The DSN of a database without anything in it."""
    return create_database(cluster, "template0")


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """A migrated database that is cloned for each test: a clone takes milliseconds."""
    dsn = create_database(cluster, "template0")
    with Database(dsn) as database:
        migrate(database)
    return dsn.rsplit("/", 1)[1]


@pytest.fixture
def database(cluster: Cluster, template: str) -> Iterator[Database]:
    """A migrated warehouse of the test's own."""
    with Database(create_database(cluster, template)) as mine:
        yield mine


@pytest.fixture
def settings(tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Settings with a data folder of the test's own, and its database if it has one."""
    values = {"DATELINE_HOME": str(tmp_path / "home"), "DATELINE_NEWSROOM": "false"}
    if "database" in request.fixturenames:
        values["DATELINE_DSN"] = request.getfixturevalue("database").dsn
    return Settings.load(values)


@pytest.fixture
def serve() -> Iterator[Callable[[FastAPI], str]]:
    """Serves applications over HTTP on loopback; gives their addresses."""
    import uvicorn  # comes with Airflow

    running: list[tuple[uvicorn.Server, threading.Thread]] = []

    def start(app: FastAPI) -> str:
        config = uvicorn.Config(app, host="127.0.0.1", port=0, lifespan="off", log_config=None)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        running.append((server, thread))
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        host, port = server.servers[0].sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"

    yield start
    for server, thread in running:
        server.should_exit = True
        thread.join()
