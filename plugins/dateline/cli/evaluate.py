"""The command that measures: extract a labelled set of pages for a scorer."""

from __future__ import annotations

import json
from pathlib import Path

import typer

from dateline.cli.console import Steps


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(evaluate)


def evaluate(
    articles_dir: Path = typer.Argument(
        ..., help="A set (a folder with truth.jsonl and pages), or a folder of sets."
    ),
    out: Path = typer.Option(
        ..., help="Predictions, one JSON object a page: a file; for several sets a folder."
    ),
    limit: int | None = typer.Option(None, min=1, help="Only the first pages of each set."),
) -> None:
    """Extract the pages of a labelled set; prints one line of JSON at the end."""
    from dateline.extract.evaluate import evaluate_all

    with Steps() as step:
        step("loading the models")
        report = evaluate_all(articles_dir, out, limit=limit, note=step)
    typer.echo(json.dumps(report))
