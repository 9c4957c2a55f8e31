"""Commands on the sample newsroom: a few publishers on loopback to try everything on."""

from __future__ import annotations

from contextlib import suppress

import typer

from dateline.cli.console import say, table
from dateline.cli.warehouse import warehouse
from dateline.settings import Settings

app = typer.Typer(help="Sample publishers on loopback to try things on; alone, it runs them.")


@app.callback(invoke_without_command=True)
def serve(
    context: typer.Context,
    host: str = typer.Option("127.0.0.1", help="Address to listen on."),
    public_host: str = typer.Option("", help="Name that its links use; the host if left out."),
    allow_public: bool = typer.Option(False, help="Listen where others can reach it."),
) -> None:
    """Run the newsroom until Ctrl-C, or tell a running one what to do."""
    if context.invoked_subcommand is not None:
        return
    from dateline.newsroom import Newsroom

    room = Newsroom(
        Settings.load().newsroom_port,
        host,
        public_host=public_host or None,
        allow_public=allow_public,
    )
    with suppress(KeyboardInterrupt), room:
        table(
            ("publisher", "front page", "articles"),
            ((site.publisher.name, f"{site.home}/", len(site.pieces)) for site in room.sites),
        )
        say("\nadd them as sources: dateline newsroom add      stop: Ctrl-C", style="dim")
        room.wait()


@app.command()
def add(
    public_host: str = typer.Option("127.0.0.1", help="Name of the host that it runs on."),
) -> None:
    """Add its publishers as sources."""
    from dateline.newsroom import sources
    from dateline.store.sources import apply_sources

    settings = Settings.load()
    found = sources(settings.newsroom_port, public_host)
    with warehouse(settings) as database:
        done = apply_sources(database, [(item, None) for item in found])
    say(f"{len(done.created)} sources created, {len(done.updated)} updated")


@app.command()
def publish(publisher: str = typer.Argument("", help="Slug; any, if left out.")) -> None:
    """Bring out a new article."""
    from dateline.newsroom import publish as run

    say(f"published {run(Settings.load().newsroom_port, publisher or None)}")


@app.command()
def edit(url: str = typer.Argument("", help="The article; any, if left out.")) -> None:
    """Change an article, as a publisher would."""
    from dateline.newsroom import edit as run

    say(f"edited {run(Settings.load().newsroom_port, url or None)}")


@app.command()
def remove(url: str = typer.Argument("", help="The article; any, if left out.")) -> None:
    """Take an article offline."""
    from dateline.newsroom import remove as run

    say(f"removed {run(Settings.load().newsroom_port, url or None)}")


@app.command()
def status() -> None:
    """What each publisher carries and was asked for."""
    from dateline.newsroom import status as run

    table(
        ("publisher", "name", "front page", "articles", "requests"),
        (
            (
                site.slug,
                site.name,
                site.home,
                site.articles,
                sum(hit.count for hit in site.requests),
            )
            for site in run(Settings.load().newsroom_port)
        ),
    )
