"""Commands on sources: apply the files, add, list, show, turn on and off."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import typer

from dateline.cli.console import say, table
from dateline.cli.warehouse import warehouse
from dateline.errors import SettingsError
from dateline.model import Source
from dateline.settings import Settings

app = typer.Typer(no_args_is_help=True, help="The publishers: Postgres is the truth.")

_DEFAULT = Path("dags/sources")


@app.command()
def apply(
    paths: list[Path] = typer.Argument(None, help="TOML files or folders (dags/sources)."),
) -> None:
    """Make Postgres agree with the source files; safe to repeat."""
    from dateline.sources import load_paths
    from dateline.store.sources import apply_sources

    declared = load_paths(paths or [_DEFAULT])
    with warehouse(Settings.load()) as database:
        done = apply_sources(
            database,
            [(source, file.name) for file, source in declared],
            sorted({file.name for file, _ in declared}),
        )
    say(
        f"{len(done.created)} sources created, {len(done.updated)} updated, "
        f"{len(done.unchanged)} unchanged"
    )
    for slug in done.orphaned:
        say(f"{slug}: no longer in its file; it stays on until: dateline sources disable {slug}")


@app.command("list")
def list_() -> None:
    """Every source and how it does."""
    from dateline.store.sources import source_health

    with warehouse(Settings.load()) as database:
        found = source_health(database)
    table(
        (
            "source",
            "health",
            "feeds ok",
            "24 h",
            "7 days",
            "waiting",
            "quarantined",
            "problem",
        ),
        (
            (
                *(
                    s.source,
                    s.health,
                    f"{s.feeds - s.failing_feeds}/{s.feeds}",
                    s.articles_24h,
                    s.articles_7d,
                ),
                *(s.waiting, s.quarantined, s.problem),
            )
            for s in found
        ),
    )
    on = sum(item.enabled for item in found)
    say(f"\n{len(found)} sources, {on} on. Turn one on: dateline sources enable SLUG", style="dim")


@app.command()
def show(slug: str = typer.Argument(..., help="The source.")) -> None:
    """Print a source as TOML, ready for dags/sources."""
    from dateline.sources import dump
    from dateline.store.sources import list_sources

    with warehouse(Settings.load()) as database:
        found = list_sources(database, slug)
    if not found:
        raise SettingsError(f"no source {slug!r}: `dateline sources list` shows them")
    typer.echo(dump(found), nl=False)


@app.command()
def enable(slugs: list[str] = typer.Argument(..., help="The sources.")) -> None:
    """Poll and fetch these sources from the next run on."""
    _switch(slugs, enabled=True)


@app.command()
def disable(slugs: list[str] = typer.Argument(..., help="The sources.")) -> None:
    """Stop polling and fetching these sources; what is loaded stays."""
    _switch(slugs, enabled=False)


def _switch(slugs: list[str], *, enabled: bool) -> None:
    from dateline.store.sources import set_enabled

    with warehouse(Settings.load()) as database:
        for slug in slugs:
            if not set_enabled(database, slug, enabled=enabled):
                raise SettingsError(f"no source {slug!r}: `dateline sources list` shows them")
            say(f"{slug} is {'on' if enabled else 'off'}")


@app.command()
def add(
    url: str = typer.Argument(..., help="A feed, or a home page that links to its feeds."),
    slug: str = typer.Option("", help="Natural key; made from the name if left out."),
    name: str = typer.Option("", help="The publisher's name; the feed's title if left out."),
    country: str = typer.Option("", help="ISO 3166-1 alpha-2."),
    language: str = typer.Option("", help="BCP 47; the feed's if left out."),
    interval: float = typer.Option(600, help="Seconds between two polls, at least."),
    delay: float = typer.Option(1, help="Seconds between two requests to one host."),
    allow_private: bool = typer.Option(False, help="Allow loopback and private addresses."),
) -> None:
    """Look at a feed or home page, and add it as a source that is on."""
    from dateline.stages.single import look_up
    from dateline.store.sources import apply_sources, list_sources

    settings = Settings.load()
    url = url if "://" in url else f"https://{url}"
    wanted = Source(
        slug=slug,
        name=name,
        home_url="",
        feeds=(),
        country=country.upper() or None,
        language=language or None,
        interval=timedelta(seconds=interval),
        delay=delay,
        allow_private=allow_private,
        verified=True,
    )
    source = look_up(settings, url, wanted)
    with warehouse(settings) as database:
        if list_sources(database, source.slug):
            raise SettingsError(f"there is a source {source.slug!r} already: choose another --slug")
        apply_sources(database, [(source, None)])
    feeds = ", ".join(spec.url for spec in source.feeds)
    say(f"added {source.slug} ({source.name}): {feeds}")
    say("its articles come with the next run; now: dateline ingest", style="dim")
