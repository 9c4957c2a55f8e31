"""Dateline inside Airflow: its connection, its assets, its plugin. Nothing else imports Airflow.

Every component of Airflow imports this at its start, and the DAG files do every few seconds: so
what is heavy (psycopg2, requests, FastAPI) is imported when a task runs or a page is asked for.
"""

# ruff: noqa: PLC0415 (late imports: see above)
from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from inspect import getdoc
from typing import TYPE_CHECKING, Any, NewType, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from airflow.plugins_manager import AirflowPlugin
from airflow.sdk import (
    Asset,
    AssetAlias,
    BaseHook,
    ExceptionRetryPolicy,
    RetryAction,
    RetryRule,
    get_current_context,
    task,
)
from airflow.sdk.configuration import conf
from airflow.sdk.exceptions import AirflowNotFoundException, AirflowSkipException

from dateline.errors import LedgerError, MigrationError, SettingsError
from dateline.settings import CONNECTION_ID, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from airflow.sdk import Connection
    from airflow.sdk.bases.decorator import Task

    from dateline.orders import Order
    from dateline.pipeline import Context, Stories
    from dateline.store.ledger import Ledger

R = TypeVar("R")
Counts = NewType("Counts", dict[str, Any])
"""What a stage did. A type of its own: of a plain dict Airflow makes one XCom a key."""

NEWS_ARTICLES = Asset("news_articles")
"""The table news.article: `schedule=[Asset("news_articles")]` runs a DAG when there is news."""

NEWS_ARTICLES_IF_ANY = AssetAlias("news_articles")
"""An outlet that makes an event of NEWS_ARTICLES only when asked to: an asset as outlet always
does, and would wake every consumer every ten minutes."""

NEWS_STORIES = Asset("news_stories")
"""The table news.story: `schedule=[Asset("news_stories")]` runs a DAG when stories have changed."""

NEWS_STORIES_IF_ANY = AssetAlias("news_stories")
"""As NEWS_ARTICLES_IF_ANY."""

FAIL_FAST = ExceptionRetryPolicy(
    rules=[
        RetryRule(
            exception=[SettingsError, MigrationError, LedgerError],
            action=RetryAction.FAIL,
            reason="trying again does not mend it",
        )
    ]
)

DEFAULTS: dict[str, Any] = {
    "owner": "dateline",
    "retries": 3,
    "retry_delay": timedelta(seconds=20),
    "retry_exponential_backoff": 2,
    "max_retry_delay": timedelta(minutes=5),
    "retry_policy": FAIL_FAST,
    "execution_timeout": timedelta(minutes=15),
}
"""What tasks have in common."""

TASK_GRACE = 120.0
"""Seconds a task may take above its time budget: the requests under way, and storing them."""

_LIBPQ = frozenset(
    {
        "application_name",
        "connect_timeout",
        "keepalives",
        "keepalives_count",
        "keepalives_idle",
        "keepalives_interval",
        "options",
        "service",
        "sslcert",
        "sslcrl",
        "sslkey",
        "sslmode",
        "sslpassword",
        "sslrootcert",
        "target_session_attrs",
        "tcp_user_timeout",
    }
)
"""What libpq takes from a connection's extras; the rest is meant for Airflow's own hooks."""

_log = logging.getLogger(__name__)


def dsn() -> str:
    """Where the warehouse is: DATELINE_DSN, else the Airflow connection `dateline_db`.

    Raises:
        SettingsError: neither is there, or the connection is not one to Postgres.
    """
    if address := Settings.load().dsn:
        return address
    try:
        connection = BaseHook.get_connection(CONNECTION_ID)
    except AirflowNotFoundException as error:
        raise SettingsError(
            f"there is no Airflow connection {CONNECTION_ID!r}: create it, type Postgres, under "
            "Admin, Connections; or set DATELINE_DSN=postgresql://user:password@host:port/database"
        ) from error
    return connection_dsn(connection)


def connection_dsn(connection: Connection) -> str:
    """An Airflow connection as the URL that libpq takes.

    Raises:
        SettingsError: it is not a connection to Postgres.
    """
    if connection.conn_type not in {"postgres", "postgresql"}:
        raise SettingsError(
            f"the Airflow connection {CONNECTION_ID!r} is of type {connection.conn_type!r}: "
            "it must be Postgres"
        )
    login = quote(connection.login or "", safe="")
    if connection.password:
        login += ":" + quote(connection.password, safe="")
    host = connection.host or ""
    # A socket's folder is written with %2F, an IPv6 address in brackets, several hosts with commas.
    bare_ipv6 = host.count(":") > 1 and not host.startswith("[") and "," not in host
    place = f"[{host}]" if bare_ipv6 else quote(host, "[]:,")
    if connection.port:
        place += f":{connection.port}"
    extras = {name: str(v) for name, v in connection.extra_dejson.items() if name in _LIBPQ}
    query = f"?{urlencode(extras, quote_via=quote)}" if extras else ""
    user = f"{login}@" if login else ""
    return f"postgresql://{user}{place}/{quote(connection.schema or '', safe='')}{query}"


def context(run_id: str) -> Context:
    """What the stages need for the run of that id; the caller closes its database.

    Raises:
        SettingsError: a setting is wrong, or nothing says where the warehouse is.
    """
    from dateline.pipeline import Context
    from dateline.store import Database

    return Context(Settings.load(), Database(dsn()), run_id)


@contextmanager
def running() -> Iterator[Context]:
    """The `context` of the DAG run that the current task belongs to."""
    made = context(str(get_current_context()["run_id"]))
    with made.database:
        yield made


def asked() -> Order:
    """What the current run, a backfill, is asked for.

    Raises:
        SettingsError: a date cannot be read, or there is nothing to do.
    """
    from dateline.orders import order

    given = get_current_context()
    start, end = given.get("data_interval_start"), given.get("data_interval_end")
    return order(given["params"], (start, end) if start and end else None)


def report(result: Any) -> Counts:
    """A stage's counts for XCom, and in the task's log.

    Args:
        result: the frozen dataclass that the stage gives.
    """
    counts = Counts(asdict(result))
    said = " ".join(f"{name}={value}" for name, value in counts.items() if value)
    _log.info("%s: %s", type(result).__name__, said or "nothing to do")
    return counts


def skip_without(result: object, task_id: str) -> None:
    """Skip the current task if that one gave no result.

    No trigger rule says "once these have ended in any state, but only if that one succeeded".

    Raises:
        AirflowSkipException: `result` is None.
    """
    if result is None:
        raise AirflowSkipException(f"{task_id} failed: there is nothing to do")


def announce(ledger: Ledger) -> Counts:
    """Report the ledger; if the run brought news, its counts are an event of NEWS_ARTICLES."""
    counts = report(ledger)
    if ledger.new or ledger.revised:
        _event(NEWS_ARTICLES_IF_ANY, NEWS_ARTICLES, counts)
    return counts


def announce_stories(stories: Stories) -> Counts:
    """Report what became of stories; if any changed, the counts are an event of NEWS_STORIES."""
    counts = report(stories)
    if stories.changed:
        _event(NEWS_STORIES_IF_ANY, NEWS_STORIES, counts)
    return counts


def _event(outlet: AssetAlias, asset: Asset, counts: Counts) -> None:
    get_current_context()["outlet_events"][outlet].add(asset, extra=counts)


def stage(function: Callable[..., R], **options: Any) -> Task[..., R]:
    """A task that calls the function and has its docstring; `options` are those of `@task`."""
    made: Task[..., R] = task(doc_md=getdoc(function), **options)(function)
    return made


def budget(*, backfill: bool = False) -> timedelta:
    """The longest a discover or fetch task may take, its grace included; or one of a backfill."""
    settings = Settings.load()
    more = settings.backfill_budget if backfill else 0.0
    return timedelta(seconds=settings.fetch_budget + more + TASK_GRACE)


class DatelinePlugin(AirflowPlugin):
    """The page "News" in Airflow's menu, and the callback of WebSub hubs."""

    name = "dateline"
    external_views = [  # noqa: RUF012 (as the base class has it)
        {
            "name": "News",
            # Airflow may be served below a path; the menu takes an address as it stands.
            "href": urlsplit(conf.get("api", "base_url", fallback="")).path.rstrip("/") + "/news/",
            "destination": "nav",
            "url_route": "news",
            "nav_top_level": True,
        }
    ]

    @property
    def fastapi_apps(self) -> list[dict[str, Any]]:  # type: ignore[override]
        """Built when the API server asks, so that no other component loads FastAPI."""
        from airflow.api_fastapi.core_api.security import get_user

        from dateline.store import Database
        from dateline.web import app, websub

        pages = app.create_app(lambda: Database(dsn()), guard=get_user)
        # A hub has no login; and it does not wait for a restart of Postgres, it comes again.
        callback = websub.create_app(
            lambda: Database(dsn(), sleep=lambda _: None), lambda: Settings.load().max_feed_size
        )
        return [
            {"app": pages, "url_prefix": "/news", "name": "Dateline"},
            {"app": callback, "url_prefix": "/websub", "name": "Dateline WebSub"},
        ]
