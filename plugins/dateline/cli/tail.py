"""`dateline tail`: the change feed as JSON lines."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime

import typer

from dateline.cli.warehouse import warehouse
from dateline.errors import SettingsError
from dateline.settings import Settings
from dateline.store import Database
from dateline.store.changes import Change

LINES = 10


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(tail)


def tail(
    since: str = typer.Option(
        "", help="A cursor (0: from the beginning) or a time, 2026-03-04T12:00Z; else the last 10."
    ),
    follow: bool = typer.Option(False, "--follow", "-f", help="Go on as changes come."),
    limit: int = typer.Option(0, min=0, help="Stop after so many; 0: do not."),
) -> None:
    """Print what changed: a JSON line for each new, revised, gone, returned or merged article."""
    from dateline.store import changes

    with warehouse(Settings.load()) as database:
        start = (
            _start(database, since) if since else changes.cursor_of_last(database, limit or LINES)
        )
        found: Iterator[Change] = (changes.follow if follow else changes.read)(database, start)
        for change in itertools.islice(found, limit or None):
            sys.stdout.write(_line(change) + "\n")
            if follow:
                sys.stdout.flush()


def _start(database: Database, since: str) -> int:
    from dateline.store.changes import cursor_before

    if since.isdecimal():
        return int(since)
    try:
        at = datetime.fromisoformat(since)
    except ValueError as error:
        raise SettingsError(f"--since {since!r}: neither a cursor nor a time (ISO 8601)") from error
    return cursor_before(database, at if at.tzinfo else at.replace(tzinfo=UTC))


def _line(change: Change) -> str:
    kept = {name: value for name, value in asdict(change).items() if value is not None}
    return json.dumps(kept | {"at": change.at.isoformat()}, ensure_ascii=False)
