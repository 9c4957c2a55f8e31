"""The plugin as Airflow loads it, and its page as the API server answers it."""

from __future__ import annotations

import hmac
import json
import os
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from airflow.api_fastapi.app import create_app
from airflow.api_fastapi.auth.managers.base_auth_manager import COOKIE_NAME_JWT_TOKEN
from starlette.testclient import TestClient

from dateline.airflow_glue import DatelinePlugin
from dateline.model import FeedSpec, Source
from dateline.store.ledger import account, start_run
from dateline.store.sources import apply_sources
from dateline.store.websub import claim_request, subscriptions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dateline.discover.subscription import Subscription
    from dateline.store import Database

ROOT = Path(__file__).parents[2]

_LOAD = """
import json, sys
from airflow import plugins_manager
plugins, errors = plugins_manager._get_plugins()
folder = sys.argv[1]
strays = [
    name for name, module in list(sys.modules.items())
    if (getattr(module, "__file__", None) or "").startswith(folder)
    and name != "dateline" and not name.startswith("dateline.")
]
print(json.dumps({
    "plugins": [str(plugin.source) for plugin in plugins if plugin.name == "dateline"],
    "errors": errors,
    "strays": strays,
    "fastapi": "fastapi" in sys.modules or "dateline.web.app" in sys.modules
    or "dateline.web.websub" in sys.modules,
}))
"""


@dataclass(frozen=True)
class Loaded:
    """What Airflow made of a plugins folder."""

    plugins: list[str]
    errors: dict[str, str]
    strays: list[str]
    fastapi: bool
    said: str


def load(folder: Path, *options: str, **environment: str) -> Loaded:
    """Load the plugins with that plugins folder, in a process of its own."""
    done = subprocess.run(
        [sys.executable, *options, "-c", _LOAD, str(ROOT / "plugins" / "dateline") + os.sep],
        env=os.environ | {"AIRFLOW__CORE__PLUGINS_FOLDER": str(folder)} | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return Loaded(**json.loads(done.stdout.splitlines()[-1]), said=done.stdout + done.stderr)


@pytest.fixture(scope="module")
def mounted() -> Loaded:
    """plugins/ as the plugins folder, and the package installed."""
    return load(ROOT / "plugins")


@pytest.fixture(scope="module")
def site_without_dateline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All installed packages but this one."""
    folder = tmp_path_factory.mktemp("site")
    for path in Path(sysconfig.get_path("purelib")).iterdir():
        if "dateline" not in path.name:
            (folder / path.name).symlink_to(path)
    return folder


def test_installed_package_registers_once_beside_the_plugins_folder(mounted: Loaded) -> None:
    """By its entry point; the copy in the plugins folder keeps silent."""
    assert len(mounted.plugins) == 1
    assert "dateline.airflow_glue" in mounted.plugins[0]
    assert mounted.errors == {}
    assert "already registered" not in mounted.said


def test_installed_package_needs_no_plugins_folder(tmp_path: Path) -> None:
    loaded = load(tmp_path)
    assert len(loaded.plugins) == 1
    assert loaded.errors == {}


def test_plugins_folder_registers_where_the_package_is_not_installed(
    site_without_dateline: Path,
) -> None:
    loaded = load(ROOT / "plugins", "-S", PYTHONPATH=str(site_without_dateline))
    assert loaded.plugins == ["$PLUGINS_FOLDER/dateline_plugin.py"]
    assert loaded.errors == {}


def test_modules_of_the_library_are_not_run_as_plugins(mounted: Loaded) -> None:
    """.airflowignore keeps Airflow from registering dates.py as the module `dates`, and so on."""
    assert mounted.strays == []


def test_loading_the_plugin_does_not_build_its_pages(mounted: Loaded) -> None:
    """Every component loads plugins; only the API server asks for the application."""
    assert not mounted.fastapi


@pytest.fixture(scope="session")
def server(airflow_database: None) -> Iterator[TestClient]:
    """The API server with all plugins."""
    del airflow_database
    with TestClient(create_app(), base_url="http://localhost:8080") as client:
        yield client


def login(server: TestClient, user: str) -> dict[str, str]:
    """The headers of a user's requests."""
    answer = server.post("/auth/token", json={"username": user, "password": f"{user}-password"})
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.mark.parametrize("path", ["", "static/news.css", "docs", "openapi.json"])
def test_page_is_closed_to_strangers(server: TestClient, path: str) -> None:
    answer = server.get(f"/news/{path}")
    assert answer.status_code in {401, 404}
    assert "articles" not in answer.text


def test_viewer_sees_totals_runs_and_sources(server: TestClient, warehouse: Database) -> None:
    source = Source(
        "daily", "Daily", "https://daily.example/", (FeedSpec("https://daily.example/f"),)
    )
    apply_sources(warehouse, [(source, None)])
    start_run(warehouse, "scheduled__<b>1</b>", "ingest")
    account(warehouse, "scheduled__<b>1</b>")
    answer = server.get("/news/", headers=login(server, "viewer"))
    assert answer.status_code == 200
    assert "scheduled__&lt;b&gt;1&lt;/b&gt;" in answer.text
    assert "balanced" in answer.text
    assert "daily" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.usefixtures("warehouse")
def test_cookie_of_the_airflow_page_opens_the_frame(server: TestClient) -> None:
    token = login(server, "viewer")["Authorization"].removeprefix("Bearer ")
    answer = server.get("/news/", headers={"Cookie": f"{COOKIE_NAME_JWT_TOKEN}={token}"})
    assert answer.status_code == 200


@pytest.mark.usefixtures("warehouse")
def test_empty_warehouse_says_what_to_do(server: TestClient) -> None:
    text = server.get("/news/", headers=login(server, "viewer")).text
    assert "trigger the DAG <code>news_ingest</code>" in text
    assert "<code>dateline sources apply</code>" in text


def test_unmigrated_database_says_what_to_do(
    server: TestClient, empty_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_DSN", empty_dsn)
    answer = server.get("/news/", headers=login(server, "viewer"))
    assert answer.status_code == 503
    assert "dateline db migrate" in answer.text


def test_unreachable_postgres_says_where_without_the_password(
    server: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_DSN", "postgresql://me:geheim@127.0.0.1:1/news")
    answer = server.get("/news/", headers=login(server, "viewer"))
    assert answer.status_code == 503
    assert "127.0.0.1:1/news" in answer.text
    assert "geheim" not in answer.text


def test_missing_connection_says_what_to_create(
    server: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_DATELINE_DB", raising=False)
    monkeypatch.setenv("DATELINE_DSN", "")
    answer = server.get("/news/", headers=login(server, "viewer"))
    assert answer.status_code == 503
    assert "dateline_db" in answer.text


@pytest.fixture
def subscription(warehouse: Database) -> Subscription:
    """A hub was asked for a feed."""
    feed = FeedSpec("https://daily.example/f")
    apply_sources(warehouse, [(Source("daily", "D", "https://daily.example/", (feed,)), None)])
    with warehouse.transaction() as cursor:
        cursor.execute("update ops.feed set hub = 'https://hub.example/', topic = url")
    now = datetime.now(UTC)
    errand = claim_request(warehouse, 0, 1, now, local=False, skipped=())
    assert errand is not None
    return errand.subscription


def test_hub_gets_its_answers_without_a_login(
    server: TestClient, subscription: Subscription, warehouse: Database
) -> None:
    """The question and a signed push, through all that Airflow puts before a plugin."""
    question = {
        "hub.mode": "subscribe",
        "hub.topic": subscription.topic,
        "hub.challenge": "c-1",
        "hub.lease_seconds": "864000",
    }
    answer = server.get(f"/websub/{subscription.token}", params=question)
    assert (answer.status_code, answer.text) == (200, "c-1")
    digest = hmac.new(subscription.secret.encode(), b"<rss/>", "sha256").hexdigest()
    signed = {"X-Hub-Signature": f"sha256={digest}"}
    pushed = server.post(f"/websub/{subscription.token}", content=b"<rss/>", headers=signed)
    assert (pushed.status_code, pushed.text) == (202, "")
    (line,) = subscriptions(warehouse)
    assert (line.state, line.pushes) == ("active", 1)


@pytest.mark.usefixtures("subscription")
def test_login_is_still_asked_for_beside_the_callback(server: TestClient) -> None:
    assert server.get("/news/").status_code == 401
    assert server.get("/websub/../news/").status_code == 401


def test_setting_that_does_not_parse_takes_no_page_away(
    server: TestClient, subscription: Subscription, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It shows where it is used: here a hub is told to come again."""
    monkeypatch.setenv("DATELINE_MAX_FEED_SIZE", "huge")
    assert len(DatelinePlugin().fastapi_apps) == 2
    answer = server.post(f"/websub/{subscription.token}", content=b"")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")


@pytest.mark.usefixtures("warehouse")
@pytest.mark.parametrize("path", ["", "docs", "openapi.json", "x" * 43])
def test_callback_shows_strangers_nothing(server: TestClient, path: str) -> None:
    answer = server.get(f"/websub/{path}")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not Found"})


@pytest.mark.parametrize("name", ["news.css", "theme.js"])
def test_page_refers_only_to_files_it_serves(server: TestClient, name: str) -> None:
    answer = server.get(f"/news/static/{name}", headers=login(server, "viewer"))
    assert answer.status_code == 200
    assert answer.content


def test_menu_has_the_page(server: TestClient) -> None:
    answer = server.get("/api/v2/plugins", headers=login(server, "admin"))
    (plugin,) = [item for item in answer.json()["plugins"] if item["name"] == "dateline"]
    (view,) = plugin["external_views"]
    assert (view["name"], view["href"], view["url_route"]) == ("News", "/news/", "news")
