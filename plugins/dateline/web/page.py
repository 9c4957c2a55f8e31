"""The page "News" as HTML: the warehouse's totals, the last runs, the sources, the newest articles.

Rendered here and escaped by default; its only script follows the theme of Airflow.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from dateline.errors import DatelineError, MigrationError, SettingsError
from dateline.store.ledger import last_runs, newest, totals
from dateline.store.sources import source_health

if TYPE_CHECKING:
    from datetime import datetime

    from dateline.store import Database
    from dateline.store.ledger import Headline, RunLine, Totals
    from dateline.store.sources import Health

RUNS = 10
ARTICLES = 20
SOURCES = 50
"""Most lines of each table."""

ASSETS = {"news.css": "text/css", "theme.js": "text/javascript"}
"""Files that the page refers to, and their types."""

_URGENCY = {"failing": 0, "silent": 1, "impaired": 2, "new": 3, "ok": 4}


@dataclass(frozen=True, slots=True)
class News:
    """What the page shows; `sources`: those that are on, the worst first, SOURCES at the most."""

    totals: Totals
    runs: list[RunLine]
    sources: list[Health]
    sources_on: int
    sources_off: int
    articles: list[Headline]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is nothing to show, and what to do."""

    title: str
    advice: str
    detail: str


def read(database: Database) -> News:
    """Read the page's values.

    Raises:
        StoreError: Postgres is out of reach or not migrated.
    """
    health = source_health(database)
    on = sorted(
        (item for item in health if item.enabled),
        key=lambda item: (_URGENCY.get(item.health, 0), item.source),
    )
    return News(
        totals=totals(database),
        runs=last_runs(database, RUNS),
        sources=on[:SOURCES],
        sources_on=len(on),
        sources_off=len(health) - len(on),
        articles=newest(database, ARTICLES),
    )


def problem(error: DatelineError) -> Problem:
    """The error as a person can act on it."""
    match error:
        case MigrationError():
            title, advice = "The database is not ready", "Run `dateline db migrate`."
        case SettingsError():
            title, advice = "The warehouse is not set up", "Mend the setting and reload this page."
        case _:
            title = "Postgres does not answer"
            advice = "Start it, or mend the Airflow connection dateline_db; then reload this page."
    return Problem(title, advice, str(error))


def render(news: News) -> str:
    """The page."""
    return _environment().get_template("news.html").render(news=news)


def render_problem(trouble: Problem) -> str:
    """The page when there is nothing to show."""
    return _environment().get_template("problem.html").render(problem=trouble)


def asset(name: str) -> bytes:
    """The content of one of ASSETS."""
    return (files("dateline") / "web" / "static" / name).read_bytes()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("dateline.web"), autoescape=True, undefined=StrictUndefined
    )
    environment.filters["time"] = _time
    return environment


def _time(value: datetime | None) -> str:
    return value.strftime("%Y-%m-%d %H:%M") if value else "–"
