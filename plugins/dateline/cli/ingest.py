"""Commands of the path: ingest, enrich, housekeeping, import, extract, recheck, retry."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import typer
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from dateline.cli.console import counted, err, fail, out, say, table
from dateline.cli.warehouse import warehouse
from dateline.errors import SettingsError
from dateline.model import Article, Hints
from dateline.pipeline import Context, Ingested, Ledger
from dateline.settings import Settings
from dateline.stages.context import Progress


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(ingest)
    app.command()(enrich)
    app.command()(housekeeping)
    app.command("import")(import_files)
    app.command()(extract)
    app.command()(recheck)
    app.command()(retry)


def run_id() -> str:
    """A name for a run from the command line."""
    return f"cli-{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"


def ingest(
    now: bool = typer.Option(False, "--now", help="Poll every feed, due or not."),
) -> None:
    """Run the whole path once without Airflow: discover, fetch, extract, load, account."""
    from dateline import pipeline

    settings = Settings.load()
    with warehouse(settings) as database, progress() as show:
        done = pipeline.ingest(Context(settings, database, run_id(), progress=show), poll_all=now)
    _report(done)


def enrich() -> None:
    """Derive what is new from the articles without Airflow: stories, search index, entities."""
    from dateline import pipeline

    settings = Settings.load()
    with warehouse(settings) as database, progress() as show:
        done = pipeline.enrich(Context(settings, database, run_id(), progress=show))
    stories, entities = done.stories, done.entities
    say(
        f"{counted(stories.compared, 'article')} compared: {stories.joined} joined a story, "
        f"{stories.left} left one; stories: {stories.found} new, {stories.merged} merged"
    )
    say(f"{counted(done.search.indexed, 'article')} indexed for search")
    say(f"{counted(entities.articles, 'article')} read: {counted(entities.mentions, 'mention')}")
    if entities.note:
        say(entities.note, style="dim")
    if left := max(stories.waiting, entities.left):
        say(f"{counted(left, 'article')} left for the next time", style="dim")


def housekeeping() -> None:
    """Drop old days of the fetch log, and a bounded number of rows that nothing needs."""
    from dateline import pipeline

    settings = Settings.load()
    with warehouse(settings) as database:
        log, swept = pipeline.housekeeping(Context(settings, database, run_id()))
    say(f"fetch log: {counted(log.dropped, 'old day')} dropped, {log.made} made ahead")
    say(
        f"{counted(swept.looked, 'row')} looked at, removed: {swept.entities} entities, "
        f"{swept.story_keys} story keys"
    )


@contextmanager
def progress() -> Iterator[Progress]:
    """A bar for each stage, drawn once it has something to do."""
    bars = Bars(
        TextColumn("{task.description:<9}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
    )
    tasks: dict[str, TaskID] = {}

    def show(stage: str, done: int, total: int) -> None:
        bars.start()  # not before: without work it would print an empty line
        if stage not in tasks:
            tasks[stage] = bars.add_task(stage, total=total)
        bars.update(tasks[stage], completed=done, total=total)

    try:
        yield show
    finally:
        if tasks:
            bars.stop()


def _report(done: Ingested) -> None:
    feeds, ledger = done.discovered, done.ledger
    say(
        f"{counted(feeds.polled, 'feed')} polled "
        f"({feeds.unmodified} unmodified, {feeds.failed} failed), "
        f"{counted(feeds.new, 'new URL')}, {feeds.changed} changed"
    )
    report_ledger(ledger)


def report_ledger(ledger: Ledger) -> None:
    """The ledger of a run in two lines."""
    parts = ("loaded", "unchanged", "duplicate", "skipped", "gone", "quarantined", "waiting")
    sums = [f"{n} {name}" for name in parts if (n := getattr(ledger, name))]
    if sums:
        say(f"{counted(ledger.discovered, 'URL')} = {' + '.join(sums)}")
    say(f"{counted(ledger.new, 'new article')}, {ledger.revised} revised", style="bold")
    if ledger.quarantined or ledger.waiting:
        say("why URLs wait or are quarantined: dateline ledger", style="dim")


def import_files(
    files: list[Path] = typer.Argument(..., help="Plain text files, one article each."),
    source: str = typer.Option("imported", help="Slug of the source they belong to."),
) -> None:
    """Load plain wire texts, one article a file."""
    from dateline import pipeline

    settings = Settings.load()
    with warehouse(settings) as database:
        imported, ledger = pipeline.import_files(
            Context(settings, database, run_id()), files, source
        )
    say(f"{counted(imported.archived, 'file')} read, {imported.unchanged} seen before")
    report_ledger(ledger)


def extract(
    page: str = typer.Argument(..., help="A URL, or a file: HTML or plain text, perhaps gzipped."),
    url: str = typer.Option("", help="The address of a file's page, for relative links."),
    allow_private: bool = typer.Option(False, help="Fetch from loopback and private addresses."),
    explain: bool = typer.Option(False, help="Show blocks, scores and candidates: why it is so."),
    everything: bool = typer.Option(False, "--all", help="With --explain: unlikely blocks, too."),
    as_json: bool = typer.Option(False, "--json", help="Print the record as JSON."),
    as_html: bool = typer.Option(False, "--html", help="Print the body as HTML."),
    no_color: bool = typer.Option(False, "--no-color", help="No colours (as NO_COLOR)."),
) -> None:
    """Print the record of one page and where each field came from; stores nothing."""
    from dateline.extract import extract as run
    from dateline.extract.reasons import reasons
    from dateline.stages.single import read_page

    if explain + as_json + as_html > 1:
        raise SettingsError("choose one of --explain, --json and --html")
    found = read_page(page, url or None, Settings.load(), allow_private=allow_private)
    now = datetime.now(UTC)
    if explain and (why := reasons(found, Hints(), now=now)):
        from dateline.cli.explain import show

        out.no_color = out.no_color or no_color
        show(out, why, everything=everything)
        raise typer.Exit(0 if isinstance(why.result, Article) else 1)
    result = run(found, Hints(), now=now)
    if not isinstance(result, Article):
        fail(f"no article: {result.state}, {result.reason}")
        raise typer.Exit(1)
    _print(result, as_json=as_json, as_html=as_html)


def _print(article: Article, *, as_json: bool, as_html: bool) -> None:
    from dateline.extract import describe, record

    if as_json:
        typer.echo(json.dumps(record(article), ensure_ascii=False, indent=1))
    elif as_html:
        paragraphs = article.body.split("\n\n")
        typer.echo(article.body_html or "\n".join(f"<p>{escape(text)}</p>" for text in paragraphs))
    else:
        rows = describe(article)
        table(("field", "value", "from"), [row for row in rows if row[0] != "body" and row[1]])
        say(f"\n{article.body}")


def recheck(
    source: str = typer.Argument("", help="Slug of a source; without it, all."),
) -> None:
    """Make loaded articles due now, so that the next run looks for edits."""
    _make_due("recheck", source)


def retry(
    source: str = typer.Argument("", help="Slug of a source; without it, all."),
) -> None:
    """Give quarantined URLs another chance in the next run."""
    _make_due("retry", source)


def _make_due(query: str, slug: str) -> None:
    from dateline.store.frontier import make_due
    from dateline.store.sources import list_sources

    with warehouse(Settings.load()) as database:
        if slug and not list_sources(database, slug):
            raise SettingsError(f"no source {slug!r}: `dateline sources list` shows them")
        due = make_due(database, query, slug or None)
    say(f"{counted(due, 'URL')} due now; the next run: dateline ingest")
