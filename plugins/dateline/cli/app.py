"""The commands of `dateline`; each module is one group of them."""

from __future__ import annotations

import typer

from dateline import __version__
from dateline.cli import (
    backfill,
    evaluate,
    export,
    ingest,
    newsroom,
    recipes,
    sources,
    stack,
    tail,
    warehouse,
)

app = typer.Typer(
    name="dateline",
    help="From a list of news sources to a clean, versioned Postgres database.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dateline {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Options of the whole program."""


for module in (stack, ingest, warehouse, tail, export, evaluate):
    module.register(app)
app.add_typer(sources.app, name="sources")
app.add_typer(recipes.app, name="recipe")
app.add_typer(backfill.app, name="backfill")
app.add_typer(newsroom.app, name="newsroom")
app.add_typer(warehouse.database_app, name="db")
