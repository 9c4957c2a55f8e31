"""Commands on the local stack: up, down, status, logs, doctor."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import typer
from rich.live import Live
from rich.text import Text

from dateline.cli.console import Steps, counted, err, fail, out, say, table
from dateline.cli.warehouse import warehouse
from dateline.errors import StackError
from dateline.local.airflow import TaskState
from dateline.model import Source
from dateline.settings import Settings
from dateline.store import Database

DAG = "news_ingest"
ENRICH = "news_enrich"
"""Follows by itself when there is news, once it is let run."""
HOUSEKEEPING = "news_housekeeping"
FIRST_RUN_TIMEOUT = 600.0
"""Seconds that `up` waits for the first run; it goes on in Airflow all the same."""
ENRICH_TIMEOUT = 60.0
"""Seconds that `up` waits for what follows it."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (up, down, status, logs, doctor):
        app.command()(command)


def up(
    wait: bool = typer.Option(True, help="Wait for the first run and show what it loaded."),
) -> None:
    """Start Postgres, the sample newsroom and Airflow, and run the first ingest.

    Takes about a minute and returns; the stack goes on in the background until `dateline down`.
    """
    from dateline.local import stack

    settings = Settings.load()
    started = False
    try:
        with Steps() as steps:
            steps("starting Postgres")
            started = stack.start(settings, steps.note)
            _prepare(settings, steps)
            steps("starting Airflow (about 30 seconds)")
            stack.wait_ready(settings, steps.note)
            run = _first_run(settings, steps) if started else None
        if run and wait:
            _follow(settings, run)
            _await_stories(settings)
    except KeyboardInterrupt:
        if started:
            err.print("interrupted: stopping what was started")
            stack.stop(settings)
        raise
    with warehouse(settings) as database:
        _summary(settings, database)


def _prepare(settings: Settings, steps: Steps) -> None:
    """Migrate the warehouse and apply the sources, while Airflow starts."""
    from dateline.newsroom import sources as newsroom_sources
    from dateline.sources import load_paths
    from dateline.store.migrate import migrate
    from dateline.store.sources import apply_sources

    folder = Path("dags/sources")
    steps("migrating the warehouse")
    with warehouse(settings) as database:
        applied = migrate(database)
        steps.note(f"{len(applied)} migrations applied")
        steps("applying the sources")
        found = load_paths([folder]) if folder.is_dir() else []
        declared: list[tuple[Source, str | None]] = [(source, file.name) for file, source in found]
        if settings.newsroom:
            declared += [(source, None) for source in newsroom_sources(settings.newsroom_port)]
        done = apply_sources(database, declared)
        steps.note(f"{len(done.created)} created, {len(done.updated)} updated")


def _first_run(settings: Settings, steps: Steps) -> str:
    from dateline.local.airflow import Api

    api = Api(settings)
    steps("waiting for Airflow to read the DAGs")
    for dag in (ENRICH, HOUSEKEEPING, DAG):
        api.wait_for_dag(dag)
    api.unpause(HOUSEKEEPING)
    api.unpause(ENRICH)  # first: it must see the event of the run that follows
    return api.first_run(DAG)


def _follow(settings: Settings, run: str) -> None:
    """Show the tasks of a run until it ends."""
    from dateline.local.airflow import Api

    api, deadline = Api(settings), time.monotonic() + FIRST_RUN_TIMEOUT
    with Live(console=err, refresh_per_second=4) as live:
        while True:
            state = api.run_state(DAG, run)
            live.update(Text("\n  ".join([f"{DAG}: {state.state}", *map(_task, state.tasks)])))
            if state.done or time.monotonic() > deadline:
                break
            time.sleep(0.5)
    if not err.is_terminal:  # there Live leaves its last line open
        err.print()
    if state.state == "failed":
        raise StackError(f"the run {run} failed: see its tasks in the UI, {_address(settings)}")
    if not state.done:
        err.print(f"the run {run} goes on in the background: {_address(settings)}")


def _await_stories(settings: Settings) -> None:
    """Wait until all articles are compared: after a first run that is a matter of seconds."""
    from dateline.store.stories import waiting

    deadline = time.monotonic() + ENRICH_TIMEOUT
    with warehouse(settings) as database, Steps() as steps:
        steps(f"waiting for {ENRICH}")
        while waiting(database) and time.monotonic() < deadline:
            time.sleep(0.5)


def _task(task: TaskState) -> str:
    name = task.task if task.map_index < 0 else f"{task.task}[{task.map_index}]"
    return f"{name}: {task.state or 'waiting'}"


def _address(settings: Settings) -> str:
    return f"http://127.0.0.1:{settings.ui_port}"


def _summary(settings: Settings, database: Database) -> None:
    from dateline.local.airflow import USER, ui_password
    from dateline.store.ledger import newest, totals

    found = totals(database)
    out.print(
        f"\n[bold]{found.articles} articles[/] in Postgres, "
        f"{counted(found.revisions, 'revision')}, from {found.sources} sources that are on\n"
    )
    table(
        ("published (UTC)", "source", "newest articles"),
        ((h.published_at, h.source, h.title) for h in newest(database, 8)),
    )
    say(
        f"\nAirflow UI  {_address(settings)}   user {USER}, password {ui_password(settings)}\n"
        "query       make psql      ready queries: .venv/bin/dateline sql\n"
        "watch       make status    make logs\n"
        "stop        make down      the data stays"
    )


def down() -> None:
    """Stop the stack; the data stays."""
    from dateline.local import stack

    with Steps() as steps:
        steps("stopping the stack")
        stopped = stack.stop(Settings.load(), steps.note)
    say("stopped" if stopped else "nothing was running")


def status() -> None:
    """How the stack is, part by part, and what the warehouse holds."""
    from dateline.local import stack
    from dateline.store.ledger import totals

    settings = Settings.load()
    found = stack.status(settings)
    say(f"the stack is {found.phase}{f': {found.reason}' if found.reason else ''}")
    if not found.running:
        raise typer.Exit(1)
    table(
        ("part", "state", "port", "pid", "memory", "up", "restarts", ""),
        (
            (
                *(part.name, part.phase, part.port, part.pid, f"{part.memory // 2**20} MiB"),
                *(_uptime(part.uptime), part.restarts, part.detail),
            )
            for part in found.parts
        ),
    )
    with warehouse(settings) as database:
        held = totals(database)
    say(
        f"\n{counted(held.articles, 'article')}, {counted(held.revisions, 'revision')}, "
        f"{held.urls} URLs, {held.sources} sources on\nAirflow UI  {_address(settings)}"
    )


def _uptime(value: timedelta | None) -> str:
    return str(timedelta(seconds=int(value.total_seconds()))) if value else ""


def logs(
    parts: list[str] = typer.Argument(None, help="postgres, scheduler, …; all, if left out."),
    lines: int = typer.Option(20, "-n", help="Lines of each."),
    follow: bool = typer.Option(False, "-f", help="Go on until Ctrl-C."),
) -> None:
    """Print the ends of the stack's logs."""
    from dateline.local import logs as files

    home = Settings.load().home
    known = sorted(path.stem for path in (home / "logs").glob("*.log"))
    if not known:
        raise StackError(f"no logs in {home / 'logs'} yet: `dateline up` begins them")
    if unknown := set(parts or ()) - set(known):
        raise StackError(f"no log of {', '.join(sorted(unknown))}: there are {', '.join(known)}")
    for name in parts or known:
        for line in files.last_lines(home, name, lines):
            typer.echo(f"{name}: {line}")
    if follow:
        for name, line in files.follow(home, parts or known):
            typer.echo(f"{name}: {line}")


def doctor() -> None:
    """Say what is missing on this machine, and the line that mends it."""
    from dateline.local.doctor import diagnose
    from dateline.store.ledger import totals

    settings = Settings.load()

    def look() -> str:
        with warehouse(settings) as database:
            held = totals(database)
        return f"{held.articles} articles, {held.urls} URLs"

    findings = diagnose(settings, look)
    for found in findings:
        say(f"{'✓' if found.ok else '✗'} {found.name}: {found.detail}")
        if not found.ok:
            say(f"    mend it: {found.remedy}")
    if bad := [finding for finding in findings if not finding.ok]:
        fail(f"{len(bad)} of {len(findings)} checks failed")
        raise typer.Exit(1)
