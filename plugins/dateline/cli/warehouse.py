"""Commands on the warehouse: migrate, psql, cookbook queries, the ledger."""

from __future__ import annotations

import csv
import os
import sys

import typer

from dateline.cli.console import counted, records, say, shown, table
from dateline.errors import SettingsError
from dateline.settings import Settings
from dateline.store import Database
from dateline.store.ledger import RunLine

database_app = typer.Typer(no_args_is_help=True, help="Create and upgrade the database.")


def warehouse(settings: Settings) -> Database:
    """The warehouse that these settings name; connects when first used."""
    from dateline.local.postgres import warehouse_dsn

    return Database(warehouse_dsn(settings))


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )(psql)
    app.command()(sql)
    app.command()(ledger)


@database_app.command()
def migrate() -> None:
    """Bring the database to the version of this program; safe to repeat."""
    from dateline.store.migrate import migrate as run

    with warehouse(Settings.load()) as database:
        applied = run(database)
    say(f"applied: {', '.join(applied)}" if applied else "the database is up to date")


def psql(context: typer.Context) -> None:
    """Open psql on the warehouse; arguments after `--` go to psql."""
    from dateline.local.postgres import psql as command

    arguments, environment = command(Settings.load(), *context.args)
    os.execve(arguments[0], arguments, os.environ | environment)  # noqa: S606 (becomes psql)


def sql(
    name: str = typer.Argument("", help="A query; without it, the list of them."),
    parameter: list[str] = typer.Option([], "--param", "-p", help="name=value; may be repeated."),
    as_csv: bool = typer.Option(False, "--csv", help="Print CSV instead of a table."),
) -> None:
    """Run a query of the cookbook, or list the queries."""
    from dateline.store.cookbook import cook, recipes

    if not name:
        table(
            ("query", "parameters", "what it answers"),
            (
                (
                    item.name,
                    [f"{key}={value}" for key, (value, _) in item.parameters.items()],
                    item.title,
                )
                for item in recipes().values()
            ),
        )
        say("\ndateline sql QUERY -p name=value", style="dim")
        return
    with warehouse(Settings.load()) as database:
        columns, rows = cook(database, name, dict(map(_pair, parameter)))
    if as_csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(columns)
        writer.writerows([shown(value) for value in row] for row in rows)
    else:
        records(columns, rows)
        say(f"({counted(len(rows), 'row')})", style="dim")


def _pair(text: str) -> tuple[str, str]:
    name, found, value = text.partition("=")
    if not found:
        raise SettingsError(f"--param {text!r}: write it as name=value")
    return name, value


def ledger(
    run: str = typer.Option("", help="Only this run; without it, all URLs ever discovered."),
) -> None:
    """Show where URLs ended and why, and the last runs."""
    from dateline.store.ledger import last_runs, reasons

    with warehouse(Settings.load()) as database:
        found = reasons(database, run or None)
        if run and not found:
            say(f"no URL is of the run {run!r}: `dateline ledger` lists the last runs")
            return
        table(
            ("state", "reason", "urls", "for example"),
            ((item.state, item.code, item.urls, item.example) for item in found),
        )
        if not run:
            say("")
            table(
                ("last runs", "kind", "new", "revised", "waiting", "quarantined", "balanced"),
                (
                    (r.id, r.kind, r.new, r.revised, r.waiting, r.quarantined, _balance(r))
                    for r in last_runs(database, 10)
                ),
            )


def _balance(run: RunLine) -> str:
    if run.ended_at is None:
        return "not ended"
    return "yes" if run.balanced else "NO"
