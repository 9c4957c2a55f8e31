"""docker-compose.yml, Dockerfile, .env.example and the settings agree. There is no Docker here."""

from __future__ import annotations

import re
import stat
from dataclasses import fields
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
import yaml

from dateline.settings import CONNECTION_ID, Settings

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE)["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}

SETTINGS = {item.metadata["variable"]: item.metadata for item in fields(Settings)}
OF_THE_LOCAL_STACK = {
    "DATELINE_HOME",
    "DATELINE_DAGS",
    "DATELINE_RECIPES",
    "DATELINE_DSN",
    "DATELINE_NEWSROOM",
    "DATELINE_POSTGRES",
    "DATELINE_POSTGRES_BIN",
    "DATELINE_POSTGRES_PORT",
    "DATELINE_UI_PORT",
    "DATELINE_UI_PASSWORD",
}
SECRETS = {
    "POSTGRES_PASSWORD",
    "DATELINE_DB_PASSWORD",
    "AIRFLOW_DB_PASSWORD",
    "REDIS_PASSWORD",
    "AIRFLOW_FERNET_KEY",
    "AIRFLOW_SECRET_KEY",
    "AIRFLOW_JWT_SECRET",
}


def words(command: Any) -> list[str]:
    """A command as one list of words."""
    return command.split() if isinstance(command, str) else [str(word) for word in command]


def programs(service: dict[str, Any]) -> set[str]:
    """The programs that a service's command starts, those of its shell script included."""
    first, *rest = words(service["command"])
    if first != "sh":
        return {first}
    lines = rest[-1].splitlines()
    return {line.removeprefix("exec ").split()[0] for line in lines if line} - {"umask", "python"}


def dockerfile_environment() -> dict[str, str]:
    """What the image sets."""
    block = re.search(r"^ENV (.*?[^\\])$", DOCKERFILE, re.DOTALL | re.MULTILINE)
    assert block
    return dict(pair.split("=", 1) for pair in block[1].replace("\\\n", " ").split())


def example() -> dict[str, tuple[str, str]]:
    """.env.example: by variable, its value and the comment above it."""
    found, comment = {}, ""
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        match = re.fullmatch(r"(?:# )?([A-Z][A-Z0-9_]+)=(.*)", line)
        if match:
            found[match[1]] = match[2], comment.strip()
            comment = ""
        else:
            comment = f"{comment} {line.removeprefix('# ')}" if line else ""
    return found


def test_services_are_those_of_the_design() -> None:
    assert set(SERVICES) == {
        "postgres",
        "redis",
        "init",
        "api-server",
        "scheduler",
        "dag-processor",
        "worker",
        "newsroom",
    }


def test_example_names_exactly_the_settings_and_the_secrets_of_compose() -> None:
    found = example()
    assert set(found) == set(SETTINGS) | SECRETS
    for name, metadata in SETTINGS.items():
        assert found[name] == (metadata["default"], metadata["doc"])
    assert all(value == "" and comment for value, comment in map(found.get, SECRETS))


def test_every_variable_of_compose_is_in_the_example_and_every_secret_is_demanded() -> None:
    used = re.findall(r"(?<!\$)\$\{([A-Z_]+)(:[?-])?([^}]*)\}", COMPOSE)
    assert {name for name, _, _ in used} <= set(example())
    assert {name for name, kind, _ in used if kind == ":?"} == SECRETS | {"DATELINE_UI_PASSWORD"}
    for name, kind, default in used:
        if kind == ":-":
            assert default in {"", SETTINGS[name]["default"]}


def test_tasks_get_every_setting_but_those_of_the_local_stack() -> None:
    for name in ("init", "scheduler", "dag-processor", "worker", "api-server"):
        given = {key for key in OURS[name]["environment"] if key.startswith("DATELINE_")}
        assert given - {"DATELINE_UI_PASSWORD"} == set(SETTINGS) - OF_THE_LOCAL_STACK


def test_environment_parses_as_settings() -> None:
    """Every DATELINE_ variable is a setting; with those of compose, all of them are valid."""
    for service in OURS.values():
        given = {
            key: re.sub(r"\$\{[A-Z_]+:[?-]([^}]*)\}", r"\1", str(value))
            for key, value in service["environment"].items()
            if key.startswith("DATELINE_")
        }
        assert set(given) <= set(SETTINGS)
        Settings.load(given)


def test_airflow_reads_the_connection_of_the_database_that_the_init_script_makes() -> None:
    script = (ROOT / "docker" / "postgres-init.sh").read_text(encoding="utf-8")
    environment = OURS["worker"]["environment"]
    connections = {
        environment[f"AIRFLOW_CONN_{CONNECTION_ID.upper()}"]: "dateline",
        environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]: "airflow",
        environment["AIRFLOW__CELERY__RESULT_BACKEND"]: "airflow",
    }
    for address, name in connections.items():
        match = re.search(r"//(\w+):(\$\{[^}]+\})@(\w+):5432/(\w+)$", address)
        assert match
        assert match[1] == match[4] == name
        assert match[2] in SERVICES["postgres"]["environment"].values()
        assert match[3] == "postgres"
        assert f"create role {name} " in script
        assert f"create database {name} owner {name};" in script
    assert set(re.findall(r"\$([A-Z_]+)", script)) <= set(SERVICES["postgres"]["environment"])
    assert (ROOT / "docker" / "postgres-init.sh").stat().st_mode & stat.S_IXUSR


def test_mounts_are_the_folders_of_the_image_and_of_the_settings() -> None:
    image = dockerfile_environment()
    volumes = yaml.safe_load(COMPOSE)["volumes"]
    for name, service in SERVICES.items():
        for mount in service.get("volumes", []):
            source, target = mount.split(":")[:2]
            assert source in volumes or (ROOT / source).is_file(), name
            assert target.startswith(("/var/lib/postgresql", "/docker-entrypoint")) or target in {
                image["DATELINE_ARCHIVE"],
                f"{image['AIRFLOW_HOME']}/logs",
            }
    assert OURS["worker"]["environment"]["DATELINE_ARCHIVE"] == image["DATELINE_ARCHIVE"]
    made = re.search(r"install -d -o dateline -g dateline (.*?)\nCOPY", DOCKERFILE, re.DOTALL)
    assert made
    assert {image["DATELINE_ARCHIVE"], f"{image['AIRFLOW_HOME']}/logs"} <= set(made[1].split())


def test_commands_exist() -> None:
    scripts = {entry.name for entry in entry_points(group="console_scripts")}
    for service in OURS.values():
        assert programs(service) <= scripts


@pytest.mark.parametrize("text", [COMPOSE, DOCKERFILE], ids=["compose", "dockerfile"])
def test_images_are_pinned(text: str) -> None:
    images = re.findall(r"^\s*(?:image:|FROM) (\S+)", text, re.MULTILINE)
    assert images
    for image in images:
        assert re.search(r":\d+\.\d+(\.\d+)?(-[a-z-]+)?$", image), image


def test_image_tag_is_the_version_of_the_package() -> None:
    from dateline import __version__

    assert {service["image"] for service in OURS.values()} == {f"dateline:{__version__}"}


def test_ports_are_published_on_loopback_only() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert len(published) == 2
    assert all(str(port).startswith("127.0.0.1:${DATELINE_") for port in published)
    assert {name for name, service in SERVICES.items() if service.get("ports")} == {
        "postgres",
        "api-server",
    }


def test_ports_agree_between_services() -> None:
    environment = OURS["worker"]["environment"]
    assert SERVICES["api-server"]["ports"][0].endswith(":8080")
    assert "--port 8080" in words(SERVICES["api-server"]["command"])[-1]
    assert environment["AIRFLOW__CORE__EXECUTION_API_SERVER_URL"] == (
        "http://api-server:8080/execution/"
    )
    newsroom = SERVICES["newsroom"]
    assert (
        newsroom["environment"]["DATELINE_NEWSROOM_PORT"] == environment["DATELINE_NEWSROOM_PORT"]
    )
    assert f":{environment['DATELINE_NEWSROOM_PORT']}/" in " ".join(newsroom["healthcheck"]["test"])


def test_every_lasting_service_is_checked_and_waited_for() -> None:
    lasting = {name for name in SERVICES if name != "init"}
    assert {name for name in lasting if "healthcheck" in SERVICES[name]} == lasting
    for name in ("api-server", "scheduler", "dag-processor", "worker"):
        assert SERVICES[name]["depends_on"]["init"] == {
            "condition": "service_completed_successfully"
        }


def test_image_runs_as_an_ordinary_user_with_the_pinned_packages() -> None:
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE) == ["dateline"]
    installs = re.findall(r"pip install [^\n]*", DOCKERFILE)
    assert installs
    assert all("--constraint" in line for line in installs)
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = re.findall(r"^COPY (?:--chown=\S+ )?((?!--)[^\n]+) \S+$", DOCKERFILE, re.MULTILINE)
    for source in " ".join(copied).split():
        assert (ROOT / source).exists()
        assert f"!{Path(source).parts[0]}" in ignored
