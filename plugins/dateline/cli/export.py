"""Commands that give articles away: search on the screen, export to files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import typer

from dateline.cli.console import counted, note, say, table
from dateline.cli.warehouse import warehouse
from dateline.errors import SettingsError
from dateline.settings import Settings
from dateline.store.export import Rows


class Format(StrEnum):
    """How rows are written."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(search)
    app.command()(export)


def search(
    words: list[str] = typer.Argument(..., help='Words; "a phrase" in quotes, or, -without.'),
    since: str = typer.Option("", help="Published from then on: a date or time, UTC."),
    until: str = typer.Option("", help="Published before then."),
    source: str = typer.Option("", help="Slug of a source."),
    language: str = typer.Option("", help="Language, e.g. en; pt takes pt-BR, too."),
    limit: int = typer.Option(20, "--max", min=1, help="How many."),
) -> None:
    """Find articles by their words, best first, in any language."""
    from dateline.store.search import Query, waiting
    from dateline.store.search import search as run

    query = Query(
        " ".join(words), _instant(since), _instant(until), source or None, language or None, limit
    )
    with warehouse(Settings.load()) as database:
        found, left = run(database, query), waiting(database)
    table(
        ("published", "source", "title", "passage", "url"),
        ((hit.published_at, hit.source, hit.title, hit.headline, hit.url) for hit in found),
    )
    say(f"({counted(len(found), 'article')})", style="dim")
    if left:
        note(f"{counted(left, 'article')} new or changed and not yet in the index")


def export(
    query: str = typer.Option("", help="A statement that gives rows; without it, articles."),
    since: str = typer.Option("", help="Articles published from then on: a date or time, UTC."),
    until: str = typer.Option("", help="Articles published before then."),
    source: str = typer.Option("", help="Articles of this source (slug)."),
    form: Format = typer.Option(Format.CSV, "--format", help="csv, jsonl or parquet."),
    out: Path = typer.Option(Path("-"), help="The file, replaced if it is there; -: stdout."),
) -> None:
    """Write articles, or the rows of a query, as CSV, JSON Lines or Parquet."""
    from dateline.store.export import Selection, read

    if query and (since or until or source):
        raise SettingsError("--query names its own rows: leave out --since, --until and --source")
    what = query or Selection(_instant(since), _instant(until), source or None)
    with (
        _target(out, form) as path,
        warehouse(Settings.load()) as database,
        read(database, what) as rows,
    ):
        count = _write(rows, path, form)
    note(f"{counted(count, 'row')} written")


@contextmanager
def _target(out: Path, form: Format) -> Iterator[Path | None]:
    """Where to write; the file gets its name when it is complete. None: stdout."""
    if str(out) == "-":
        if form is Format.PARQUET:
            raise SettingsError("Parquet needs a file: --out FILE")
        yield None
        return
    part = out.with_name(f"{out.name}.part")
    try:
        yield part
        part.replace(out)
    except OSError as error:
        raise SettingsError(f"{out}: cannot be written: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _write(rows: Rows, path: Path | None, form: Format) -> int:
    from dateline.cli.formats import write_csv, write_jsonl, write_parquet

    if path and form is Format.PARQUET:
        return write_parquet(rows, path)
    write = write_csv if form is Format.CSV else write_jsonl
    if path is None:
        return write(rows, sys.stdout)
    with path.open("w", encoding="utf-8", newline="") as file:
        return write(rows, file)


def _instant(text: str) -> datetime | None:
    """A date or time as typed, UTC where it names no zone; None for none."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(f"{text!r}: write it as 2026-10-01 or 2026-10-01T12:00") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)
