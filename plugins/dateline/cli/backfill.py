"""Commands that bring in what was published before: backfill warc, sitemaps, urls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from dateline.cli.console import counted, say
from dateline.cli.ingest import progress, report_ledger, run_id
from dateline.cli.warehouse import warehouse
from dateline.errors import SettingsError
from dateline.settings import Settings

if TYPE_CHECKING:
    from dateline.pipeline import Backfilled, Collected, Context, Walked

app = typer.Typer(
    no_args_is_help=True, help="Bring in what was published before: WARC files, sitemaps, URLs."
)


@app.command()
def warc(
    files: list[Path] = typer.Argument(..., help="WARC files, e.g. of Common Crawl News."),
    source: str = typer.Option("", help="Slug of the source that all pages belong to."),
    known: bool = typer.Option(False, "--known", help="Only pages of known sources (default)."),
    create: bool = typer.Option(
        False, "--create", help="Make a source, disabled, for every unknown domain."
    ),
) -> None:
    """Load the pages of WARC files, without fetching anything."""
    from dateline import pipeline

    if bool(source) + known + create > 1:
        raise SettingsError("choose one of --source, --known and --create")
    choice = pipeline.Choice(source or None, create=create)
    _run(lambda context: pipeline.backfill_warc(context, files, choice))


@app.command()
def sitemaps(
    since: str = typer.Option(..., help="Published from this date on (UTC), e.g. 2026-10-01."),
    until: str = typer.Option(..., help="Published before this date."),
    source: list[str] = typer.Option([], help="Slug of a source; without it, all."),
) -> None:
    """Fetch and load what the sitemaps of the sources list for a span of time."""
    from dateline import pipeline
    from dateline.orders import read_span

    span = read_span(since, until)
    _run(lambda context: pipeline.backfill_sitemaps(context, span, source))


@app.command()
def urls(
    file: Path = typer.Argument(..., help="A file of URLs, one a line; # begins a comment."),
    source: str = typer.Option("", help="Slug of the source that all belong to."),
) -> None:
    """Fetch and load a list of URLs."""
    from dateline import pipeline

    choice = pipeline.Choice(source or None)
    _run(lambda context: pipeline.backfill_urls(context, file, choice))


_Steps = Iterator["Collected | Walked | Backfilled"]


def _run(steps: Callable[[Context], _Steps]) -> None:
    from dateline.pipeline import Collected, Walked

    with _context() as context:
        for step in steps(context):
            if isinstance(step, Collected):
                _report_file(step)
            elif isinstance(step, Walked):
                _report_walk(step)
            else:
                report_ledger(step.ledger)


@contextmanager
def _context() -> Iterator[Context]:
    from dateline.pipeline import Context

    settings = Settings.load()
    with warehouse(settings) as database, progress() as show:
        yield Context(settings, database, run_id(), progress=show)


def _report_file(file: Collected) -> None:
    if file.read_before:
        say(f"{file.file}: read before")
        return
    left_out = ", ".join(f"{n} {reason}" for reason, n in file.left_out.items())
    say(
        f"{file.file}: {counted(file.records, 'record')}, {file.taken} taken, {file.known} known"
        + (f", left out: {left_out}" if left_out else "")
    )
    if file.unknown:
        domains = ", ".join(f"{domain} ({n})" for domain, n in file.unknown.items())
        say(f"no source for: {domains}", style="dim")
    for line in file.bad:
        say(f"no URL in {line}", style="yellow")


def _report_walk(walk: Walked) -> None:
    say(
        f"{counted(walk.files, 'sitemap')} of {counted(walk.sources, 'source')} read "
        f"({walk.finished} read before, {walk.failed} failed, {walk.left} left), "
        f"{counted(walk.listed, 'URL')} in the span, {walk.new} new"
    )
