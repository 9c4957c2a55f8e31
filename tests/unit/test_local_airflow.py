"""What Airflow is started with, and how its API is spoken to."""

from __future__ import annotations

import base64
import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dateline.errors import StackError
from dateline.local import airflow, doctor, ports
from dateline.local.binaries import Binaries
from dateline.local.credentials import Credentials
from dateline.local.postgres import Cluster
from dateline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "dags").mkdir()
    return Settings.load(
        {
            "DATELINE_HOME": str(tmp_path / "home"),
            "DATELINE_DAGS": str(tmp_path / "dags"),
            "DATELINE_UI_PORT": str(ports.free_port()),
            "DATELINE_POSTGRES_PORT": str(ports.free_port()),
            "DATELINE_NEWSROOM_PORT": str(ports.free_port()),
            "DATELINE_SHARDS": "7",
            "DATELINE_NEWSROOM": "false",
        }
    )


@pytest.fixture
def cluster(settings: Settings) -> Cluster:
    settings.home.mkdir()
    programs = Binaries(Path("/usr/bin"), 15, "system")
    return Cluster(programs, settings.postgres_port, Credentials.load_or_make(settings.home))


@pytest.fixture
def env(settings: Settings, cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    for name in ("AIRFLOW_CONN_DATELINE_DB", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return airflow.environment(settings, cluster)


def test_airflow_listens_on_loopback_at_the_set_port(env: dict[str, str], settings: Settings):
    address = f"http://127.0.0.1:{settings.ui_port}"
    assert env["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert env["AIRFLOW__API__PORT"] == str(settings.ui_port)
    assert env["AIRFLOW__API__BASE_URL"] == address
    assert env["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == f"{address}/execution/"


def test_everything_of_airflow_lies_below_home(env: dict[str, str], settings: Settings):
    assert Path(env["AIRFLOW_HOME"]).is_relative_to(settings.home)
    assert env["AIRFLOW__CORE__DAGS_FOLDER"] == str(settings.dags)


def test_keys_are_long_enough_and_stay_the_same(env: dict[str, str], settings, cluster):
    assert len(env["AIRFLOW__API_AUTH__JWT_SECRET"].encode()) >= 64
    assert len(base64.urlsafe_b64decode(env["AIRFLOW__CORE__FERNET_KEY"])) == 32
    again = Cluster(cluster.binaries, cluster.port, Credentials.load_or_make(settings.home))
    found = airflow.environment(settings, again)
    for name in ("API_AUTH__JWT_SECRET", "CORE__FERNET_KEY", "API__SECRET_KEY"):
        assert found[f"AIRFLOW__{name}"] == env[f"AIRFLOW__{name}"]


def test_the_warehouse_is_an_airflow_connection(env: dict[str, str], cluster: Cluster):
    assert env["AIRFLOW_CONN_DATELINE_DB"] == cluster.warehouse_dsn
    assert env["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"].startswith("postgresql+psycopg2://airflow:")


def test_an_external_warehouse_reaches_airflow(cluster: Cluster, tmp_path: Path):
    external = Settings.load(
        {"DATELINE_DSN": "postgresql://u:p@db/w", "DATELINE_DAGS": str(tmp_path / "dags")}
    )
    found = airflow.environment(external, cluster)
    assert found["AIRFLOW_CONN_DATELINE_DB"] == "postgresql://u:p@db/w"
    assert found["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == cluster.airflow_dsn


def test_settings_are_passed_on_as_they_were_read(env: dict[str, str], settings: Settings):
    callback = f"http://127.0.0.1:{settings.ui_port}/websub"
    assert Settings.load(env) == replace(settings, websub_url=callback)


def test_tuning_from_outside_wins_but_not_over_what_holds_the_stack_together(
    settings: Settings, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AIRFLOW__CORE__PARALLELISM", "3")
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "CeleryExecutor")
    found = airflow.environment(settings, cluster)
    assert found["AIRFLOW__CORE__PARALLELISM"] == "3"
    assert found["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"


def test_loopback_goes_past_the_proxy(
    settings: Settings, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("no_proxy", "example.org")
    found = airflow.environment(settings, cluster)
    assert found["no_proxy"] == "example.org,127.0.0.1,localhost"


def test_a_password_that_is_set_wins_over_the_generated_one(settings: Settings, tmp_path: Path):
    settings.home.mkdir()
    assert len(airflow.ui_password(settings)) >= 12
    chosen = Settings.load({"DATELINE_HOME": str(tmp_path), "DATELINE_UI_PASSWORD": "sesame"})
    assert airflow.ui_password(chosen) == "sesame"


def test_missing_dag_files_name_the_setting(tmp_path: Path):
    lost = Settings.load({"DATELINE_DAGS": str(tmp_path / "nowhere")})
    with pytest.raises(StackError, match="DATELINE_DAGS"):
        airflow.dags_folder(lost)


class _Api(BaseHTTPRequestHandler):
    """Answers like Airflow's API: a table of (method, path) → (status, JSON)."""

    answers: dict[tuple[str, str], tuple[int, object]]
    seen: list[tuple[str, str, str | None]]

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        self.seen.append((self.command, path, self.headers.get("Authorization")))
        status, body = self.answers.get((self.command, path), (404, {"detail": "not found"}))
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_PATCH = _answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def api(settings: Settings) -> Iterator[type[_Api]]:
    settings.home.mkdir()
    handler = type("Handler", (_Api,), {"answers": {}, "seen": []})
    handler.answers["POST", "/auth/token"] = (201, {"access_token": "t0ken"})
    server = ThreadingHTTPServer(("127.0.0.1", settings.ui_port), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield handler
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_run_is_triggered_and_followed(settings: Settings, api: type[_Api]):
    runs = "/api/v2/dags/news_ingest/dagRuns"
    api.answers |= {
        ("PATCH", "/api/v2/dags/news_ingest"): (200, {}),
        ("POST", runs): (200, {"dag_run_id": "r1"}),
        ("GET", f"{runs}/r1"): (200, {"state": "running"}),
        ("GET", f"{runs}/r1/taskInstances"): (
            200,
            {"task_instances": [{"task_id": "plan", "map_index": -1, "state": "success"}]},
        ),
    }
    client = airflow.Api(settings)
    client.unpause("news_ingest")
    assert client.trigger("news_ingest") == "r1"
    found = client.run_state("news_ingest", "r1")
    assert found == airflow.RunState("running", (airflow.TaskState("plan", -1, "success"),))
    assert not found.done
    assert {token for _, path, token in api.seen if path != "/auth/token"} == {"Bearer t0ken"}


def test_a_run_that_the_schedule_owes_is_the_first_run(settings: Settings, api: type[_Api]):
    dag = "/api/v2/dags/news_ingest"
    owed = {"dag_run_id": "scheduled", "run_after": "2026-01-01T00:00:00Z"}
    api.answers |= {
        ("PATCH", dag): (200, {}),
        ("GET", dag): (200, {"next_dagrun_run_after": owed["run_after"]}),
        ("GET", f"{dag}/dagRuns"): (200, {"dag_runs": [owed]}),
    }
    assert airflow.Api(settings).first_run("news_ingest") == "scheduled"


def test_with_nothing_owed_the_first_run_is_triggered(settings: Settings, api: type[_Api]):
    dag = "/api/v2/dags/news_ingest"
    api.answers |= {
        ("PATCH", dag): (200, {}),
        ("GET", dag): (200, {"next_dagrun_run_after": "2999-01-01T00:00:00Z"}),
        ("POST", f"{dag}/dagRuns"): (200, {"dag_run_id": "manual"}),
    }
    assert airflow.Api(settings).first_run("news_ingest") == "manual"


def test_an_import_error_ends_the_wait_for_a_dag(settings: Settings, api: type[_Api]):
    broken = {"filename": "news_ingest.py", "stack_trace": "Traceback\nNameError: name 'x'\n"}
    api.answers |= {
        ("GET", "/api/v2/dags"): (200, {"dags": []}),
        ("GET", "/api/v2/importErrors"): (200, {"import_errors": [broken]}),
    }
    with pytest.raises(StackError, match=r"news_ingest\.py: NameError: name 'x'"):
        airflow.Api(settings).wait_for_dag("news_ingest", 5)


def test_a_refusal_carries_what_the_api_said(settings: Settings, api: type[_Api]):
    with pytest.raises(StackError, match=r"404.*not found"):
        airflow.Api(settings).trigger("no_such_dag")
    assert api.seen[0][1] == "/auth/token"


def test_health_is_what_each_part_says(settings: Settings, api: type[_Api]):
    body = {"scheduler": {"status": "healthy"}, "dag_processor": {"status": None}}
    api.answers["GET", "/api/v2/monitor/health"] = (200, body)
    found = airflow.health(settings.ui_port)
    assert found == {"scheduler": "healthy", "dag_processor": None}


def test_no_answer_is_no_health(settings: Settings):
    assert airflow.health(settings.ui_port) == {}


def test_the_doctor_finds_this_machine_fit(settings: Settings):
    findings = {finding.name: finding for finding in doctor.diagnose(settings, lambda: "there")}
    assert findings["postgres"].ok
    assert findings["ports"].ok
    assert findings["python"].ok
    assert findings["warehouse"] == doctor.Finding("warehouse", True, "there")
    assert all(finding.remedy or finding.ok for finding in findings.values())


def test_the_doctor_names_a_taken_port_and_its_remedy(settings: Settings, api: type[_Api]):
    findings = {finding.name: finding for finding in doctor.diagnose(settings)}
    assert not findings["ports"].ok
    assert f"port {settings.ui_port}" in findings["ports"].detail
    assert "DATELINE_UI_PORT" in findings["ports"].remedy
    assert api.seen == []


def test_the_doctor_survives_what_is_broken(tmp_path: Path):
    settings = Settings.load(
        {
            "DATELINE_HOME": str(tmp_path),
            "DATELINE_DAGS": str(tmp_path / "nowhere"),
            "DATELINE_POSTGRES_BIN": str(tmp_path),
        }
    )

    def unreachable() -> str:
        raise StackError("no route to host")

    findings = {finding.name: finding for finding in doctor.diagnose(settings, unreachable)}
    for name, remedy in (
        ("dags", "DATELINE_DAGS"),
        ("postgres", "DATELINE_POSTGRES_BIN"),
        ("warehouse", "make up"),
    ):
        assert not findings[name].ok
        assert remedy in findings[name].remedy
