"""Commands on sources: apply the files, add, list, show, turn on and off."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import typer

from dateline.cli.console import counted, note, say, table
from dateline.cli.warehouse import warehouse
from dateline.errors import SettingsError
from dateline.model import FeedKind, Source
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
def subscriptions() -> None:
    """Every WebSub subscription and how it stands."""
    from dateline.store.websub import subscriptions as lines

    with warehouse(Settings.load()) as database:
        found = lines(database)
    table(
        ("source", "feed", "hub", "state", "until", "last push", "pushes", "problem"),
        (
            (
                *(line.source, line.feed, line.hub, line.state),
                *(line.expires_at, line.pushed_at, line.pushes, line.problem),
            )
            for line in found
        ),
    )
    if not found:
        say("no feed was subscribed to: see DATELINE_WEBSUB_URL in .env.example", style="dim")


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
    url: str = typer.Argument(..., help="A feed, a sitemap, or a page of the site."),
    *,
    slug: str = typer.Option("", help="Natural key; made from the name if left out."),
    name: str = typer.Option("", help="The publisher's name; the site's own if left out."),
    country: str = typer.Option("", help="ISO 3166-1 alpha-2."),
    language: str = typer.Option("", help="BCP 47; the feed's if left out."),
    interval: float = typer.Option(600, help="Seconds between two polls, at least."),
    delay: float = typer.Option(1, help="Seconds between two requests to one host."),
    listing: bool = typer.Option(False, "--listing", help="Poll the page itself for links."),
    recipe: str = typer.Option("", help="Name of a recipe file, for its pages and listings."),
    allow_private: bool = typer.Option(False, help="Allow loopback and private addresses."),
) -> None:
    """Find a publisher's feeds and news sitemap, and add it as a source that is on."""
    from dateline.recipefiles import find_recipe
    from dateline.stages.lookup import look_up
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
        recipe=recipe or None,
    )
    rules = find_recipe(settings.recipes_dir, recipe).listing if recipe else None
    found = look_up(settings, url, wanted, listing=listing, rules=rules)
    source = found.source
    with warehouse(settings) as database:
        if list_sources(database, source.slug):
            raise SettingsError(f"there is a source {source.slug!r} already: choose another --slug")
        apply_sources(database, [(source, None)])
    say(f"added {source.slug} ({source.name}):")
    taken = {one.url for one in found.seen}
    for one in found.seen:
        say(f"  {one.url}: {one.describe()}")
    for tried in found.tried:
        if tried.url not in taken:
            say(f"  not {tried.url}: {tried.said}", style="dim")
    say("its articles come with the next run; now: dateline ingest", style="dim")


@app.command("import")
def import_(
    file: Path = typer.Argument(..., help="An OPML file, as feed readers export it."),
    *,
    tag: list[str] = typer.Option([], help="A tag for all of them; may be repeated."),
    enable: bool = typer.Option(True, help="Poll them from the next run on."),
) -> None:
    """Add the feeds of an OPML file as sources; its folders become tags."""
    from dateline.opml import Problem, as_sources, parse
    from dateline.sources import feed_key
    from dateline.store.sources import apply_sources, feed_owners, list_sources

    try:
        outlines, problems = parse(file.read_bytes())
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}") from error
    with warehouse(Settings.load()) as database:
        owners = {feed_key(url): slug for url, slug in feed_owners(database).items()}
        known = [one for one in outlines if feed_key(one.url) in owners]
        sources = as_sources(
            [one for one in outlines if feed_key(one.url) not in owners],
            taken=[source.slug for source in list_sources(database)],
            tags=tag,
            enabled=enable,
        )
        apply_sources(database, [(source, None) for source in sources])
    belongs = [
        Problem(
            one.line, one.title or one.url, f"belongs to source {owners[feed_key(one.url)]} already"
        )
        for one in known
    ]
    feeds = sum(len(source.feeds) for source in sources)
    say(
        f"{counted(len(sources), 'source')} added with {counted(feeds, 'feed')}"
        f" ({'on' if enable else 'off'}), {counted(len(problems) + len(known), 'line')} left out"
    )
    for problem in sorted([*problems, *belongs], key=lambda problem: problem.line):
        say(f"  {problem}")


@app.command()
def export(
    file: Path | None = typer.Argument(None, help="Where to write it; without it, to stdout."),
) -> None:
    """Write the feeds of all sources as OPML."""
    from dateline.opml import write
    from dateline.store.sources import list_sources

    with warehouse(Settings.load()) as database:
        sources = list_sources(database)
    text = write(sources)
    if file is None:
        typer.echo(text, nl=False)
    else:
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise SettingsError(f"{file}: cannot be written: {error.strerror}") from error
    feeds = sum(feed.kind is FeedKind.FEED for source in sources for feed in source.feeds)
    others = sum(len(source.feeds) for source in sources) - feeds
    note(f"{counted(feeds, 'feed')} of {counted(len(sources), 'source')} written")
    if others:
        note(
            f"{others} sitemaps and listing pages left out: OPML has no place for them;"
            " `dateline sources show SLUG` has it all"
        )
