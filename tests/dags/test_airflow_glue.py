"""The Airflow connection as an address that libpq takes."""

from __future__ import annotations

import json

import psycopg2.extensions
import pytest
from airflow.sdk import Connection, RetryAction

from dateline.airflow_glue import FAIL_FAST, connection_dsn, dsn
from dateline.errors import ArchiveError, LedgerError, MigrationError, SettingsError, StoreError


def parsed(**values: object) -> dict[str, str]:
    """What libpq makes of a connection."""
    given = {"conn_id": "dateline_db", "conn_type": "postgres"} | values
    return psycopg2.extensions.parse_dsn(connection_dsn(Connection(**given)))


def test_every_part_reaches_libpq_as_it_is() -> None:
    assert parsed(
        host="db.example", port=5433, schema="my news", login="a@b", password="p:/?#% ä"
    ) == {
        "host": "db.example",
        "port": "5433",
        "dbname": "my news",
        "user": "a@b",
        "password": "p:/?#% ä",
    }


def test_extras_of_libpq_are_kept_and_those_of_hooks_left_out() -> None:
    extra = json.dumps({"sslmode": "require", "connect_timeout": 3, "cursor": "dictcursor"})
    found = parsed(host="db", schema="news", extra=extra)
    assert found == {"host": "db", "dbname": "news", "sslmode": "require", "connect_timeout": "3"}


@pytest.mark.parametrize("host", ["/var/run/postgresql", "::1", "10.0.0.1", "one,two"])
def test_host_may_be_a_socket_or_an_address(host: str) -> None:
    assert parsed(host=host, schema="news")["host"] == host


def test_connection_of_another_type_is_refused() -> None:
    with pytest.raises(SettingsError, match="must be Postgres"):
        parsed(conn_type="mysql", host="db")


def test_setting_wins_over_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_DATELINE_DB", "postgresql://u@connection/news")
    monkeypatch.setenv("DATELINE_DSN", "postgresql://u@setting/news")
    assert dsn() == "postgresql://u@setting/news"
    monkeypatch.setenv("DATELINE_DSN", "")
    assert dsn() == "postgresql://u@connection/news"


@pytest.mark.parametrize("error", [SettingsError, MigrationError, LedgerError])
def test_error_that_only_a_person_can_mend_is_not_tried_again(error: type[Exception]) -> None:
    assert FAIL_FAST.evaluate(error("why"), 1, 3).action is RetryAction.FAIL


@pytest.mark.parametrize("error", [StoreError, ArchiveError, OSError])
def test_error_that_may_pass_is_tried_again(error: type[Exception]) -> None:
    assert FAIL_FAST.evaluate(error("why"), 1, 3).action is RetryAction.DEFAULT
