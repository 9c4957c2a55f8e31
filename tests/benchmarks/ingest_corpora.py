"""Serves stored article pages as news sites on loopback and measures the whole path on them.

    make eval-ingest CORPORA=…        (a folder with articles/SET/truth.jsonl)  REPLAY=…/replay.py

Rounds: a first run; a second, unchanged one; one after some pages were edited; one through faults
(5xx, 429, time-outs, cut bodies) until nothing waits; one whose process is killed in the middle.
The last line is one line of JSON with every figure.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2

from dateline import pipeline
from dateline.local.ports import free_port
from dateline.local.postgres import WAREHOUSE, Cluster, ephemeral_postgres
from dateline.model import FeedSpec, Source
from dateline.settings import Settings
from dateline.stages.enrich import find_stories
from dateline.stages.entities import find_entities
from dateline.stages.search import index_search
from dateline.store import Database, ledger
from dateline.store.feeds import make_all_due
from dateline.store.migrate import migrate
from dateline.store.sources import apply_sources
from dateline.urls import url_key

if TYPE_CHECKING:
    from collections.abc import Iterator

FAULTS = {"f500": 5, "f429": 5, "ftimeout": 2, "ftrunc": 2, "hold_s": 3, "retry_after": 1}
FETCHED = "select count(*) from ops.frontier where state = 'fetched'"


class Sites:
    """The replay server."""

    def __init__(self, script: Path, sets: list[Path]) -> None:
        control, port = free_port(), free_port()
        arguments = [f"--set={folder}" for folder in sets]
        self._process = subprocess.Popen(
            [
                sys.executable,
                script,
                *arguments,
                f"--port={port}",
                f"--control=127.0.0.1:{control}",
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        self._address = f"http://127.0.0.1:{control}"
        assert self._process.stdout is not None
        print(self._process.stdout.readline().strip())

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask the control address."""
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(f"{self._address}/{path}", data=data) as answer:
            return json.load(answer)

    def stop(self) -> None:
        """End the server."""
        self._process.terminate()
        self._process.wait()


@contextmanager
def warehouse(cluster: Cluster, name: str, sites: Sites) -> Iterator[Database]:
    """A fresh database with the sites as sources."""
    connection = psycopg2.connect(cluster.superuser_dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"create database {name} owner {WAREHOUSE}")
    connection.close()
    with Database(cluster.dsn(WAREHOUSE, name)) as database:
        migrate(database)
        sources = [
            Source(
                slug=f"site-{i}",
                name=host["publisher"][:80],
                home_url=host["base"],
                feeds=(FeedSpec(host["feed"]),),
                interval=timedelta(seconds=1),
                delay=0.0,
                connections=4,
                allow_private=True,
            )
            for i, host in enumerate(sites.ask("manifest.json")["hosts"])
        ]
        apply_sources(database, [(source, None) for source in sources])
        yield database


def query(database: Database, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a statement."""
    with database.transaction() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def run(settings: Settings, database: Database, name: str) -> dict[str, Any]:
    """One ingest with every feed due; its ledger, seconds and CPU seconds."""
    make_all_due(database)
    wall, cpu = time.perf_counter(), time.process_time()
    done = pipeline.ingest(pipeline.Context(settings, database, name))
    figures = asdict(done.ledger) | {
        "seconds": round(time.perf_counter() - wall, 2),
        "cpu_seconds": round(time.process_time() - cpu, 2),
    }
    print(f"{name:<12}" + "  ".join(f"{key} {value}" for key, value in figures.items() if value))
    return figures


def spent(database: Database) -> float:
    """Seconds of CPU that this process and the whole of Postgres have used."""
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        # Parent, and ticks: of itself and of those children that have ended.
        stats[int(path.parent.name)] = (int(fields[1]), sum(map(int, fields[11:15])))
    server = stats[database.connection().info.backend_pid][0]
    ticks = stats[server][1] + sum(own for parent, own in stats.values() if parent == server)
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def enrich(settings: Settings, database: Database) -> dict[str, float]:
    """CPU seconds of stories, search and entities of everything that was loaded."""
    figures = {}
    context = pipeline.Context(settings, database, "enrich")
    for name, stage in (
        ("stories", find_stories),
        ("search", index_search),
        ("entities", find_entities),
    ):
        before = spent(database)
        print(f"{name:<12}{stage(context)}")
        figures[name] = round(spent(database) - before, 2)
    return figures


def held(database: Database, sites: Sites) -> dict[str, int]:
    """What the warehouse holds, measured against what the sites have."""
    wanted = [
        article["url"]
        for host in sites.ask("manifest.json")["hosts"]
        for article in host["articles"]
    ]
    states = dict(query(database, "select url_key, state from ops.frontier"))
    ((articles, urls),) = query(
        database,
        "select count(*), count(distinct archive_file || archive_offset) from news.article",
    )
    named = sum(url_key(url) in states for url in wanted)
    return {
        "pages": len(wanted),
        "lost": len(wanted) - named,
        "loaded": sum(state in {"loaded", "unchanged"} for state in states.values()),
        "doubled": articles - urls,
        "articles": articles,
    }


def completeness(database: Database, sites: Sites) -> dict[str, float]:
    """Share of each set's pages that are loaded with a title and a body."""
    good = {
        key
        for (key,) in query(
            database,
            "select f.url_key from ops.frontier f join news.article a on a.id = f.article_id "
            "where a.title <> '' and a.body <> ''",
        )
    }
    by_set: dict[str, list[bool]] = {}
    for host in sites.ask("manifest.json")["hosts"]:
        for article in host["articles"]:
            by_set.setdefault(article["set"], []).append(url_key(article["url"]) in good)
    return {name: round(sum(found) / len(found), 4) for name, found in by_set.items()}


def through_faults(settings: Settings, database: Database, sites: Sites) -> dict[str, Any]:
    """Run until nothing waits; retries are made due at once."""
    sites.ask("faults", FAULTS | {"seed": "7"})
    rounds = 0
    while rounds == 0 or query(database, "select 1 from ops.frontier where state = 'waiting'"):
        rounds += 1
        run(settings, database, f"faults-{rounds}")
        query(database, "update ops.frontier set due_at = now() where state = 'waiting'")
        query(database, "update ops.host set blocked_until = null, next_at = null")
        time.sleep(1.1)
    sites.ask("faults", dict.fromkeys(("f500", "f429", "ftimeout", "ftrunc"), 0))
    return {"rounds": rounds, **held(database, sites)}


def through_kill(settings: Settings, database: Database, sites: Sites) -> dict[str, Any]:
    """Kill the process that fetches in the middle of its run, then run again."""
    sites.ask("latency", {"ms": 150})
    environment = os.environ | {
        "DATELINE_DSN": database.dsn,
        "DATELINE_HOME": str(settings.home),
        "DATELINE_THREADS": "4",
    }
    process = subprocess.Popen(
        [sys.executable, "-c", "from dateline.cli import main; main()", "ingest"],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while query(database, FETCHED) < [(50,)]:
        assert process.poll() is None, "the run ended before it could be killed"
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    ((before,),) = query(database, FETCHED)
    sites.ask("latency", {"ms": 0})
    run(settings, database, "after-kill")
    return {"archived_before_the_kill": before, **held(database, sites)}


def measure(corpora: Path, replay: Path, names: list[str]) -> dict[str, Any]:
    """All rounds; every figure by name."""
    sites = Sites(replay, [corpora / "articles" / name for name in names])
    try:
        with tempfile.TemporaryDirectory() as folder, ephemeral_postgres(Path(folder)) as cluster:
            settings = Settings.load(
                {"DATELINE_HOME": f"{folder}/home", "DATELINE_READ_TIMEOUT": "2"}
            )
            with warehouse(cluster, "plain", sites) as database:
                before = spent(database)
                first = run(settings, database, "first")
                ingest_cpu = spent(database) - before
                enrich_cpu = enrich(settings, database)
                filled = completeness(database, sites)
                for reason in ledger.reasons(database):
                    print(f"    {reason.state}: {reason.code} {reason.urls}  {reason.example}")
                second = run(settings, database, "second")
                edited = len(sites.ask("edit", {"percent": 10, "salt": "1"})["edited"])
                third = run(settings, database, "edited")
                plain = held(database, sites)
            with warehouse(cluster, "faulty", sites) as database:
                faulty = through_faults(settings, database, sites)
            with warehouse(cluster, "killed", sites) as database:
                killed = through_kill(settings, database, sites)
    finally:
        sites.stop()
    return {
        "pages": plain["pages"],
        "loaded": first["loaded"],
        "lost": plain["lost"],
        "doubled": plain["doubled"],
        "with_title_and_body": filled,
        "articles_per_second": round(first["loaded"] / first["seconds"], 1),
        "cpu_ms_per_article": round(1000 * first["cpu_seconds"] / first["loaded"], 1),
        "ingest_cpu_with_postgres_s": round(ingest_cpu, 2),
        "enrich_cpu_with_postgres_s": enrich_cpu,
        "enrich_of_ingest": round(sum(enrich_cpu.values()) / ingest_cpu, 3),
        "second_run": {key: second[key] for key in ("new", "revised", "requests", "bytes")},
        "edited_pages": edited,
        "revised_after_edit": third["revised"],
        "unchanged_after_edit": third["unchanged"],
        "faults": faulty,
        "kill": killed,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("replay", type=Path)
    parser.add_argument("--sets", nargs="+", default=["aeb", "fundus"])
    parser.add_argument(
        "--without-model", action="store_true", help="entities by rules, as without the extra"
    )
    given = parser.parse_args()
    if given.without_model:
        sys.modules["spacy"] = None  # type: ignore[assignment]
    print(json.dumps(measure(given.corpora, given.replay, given.sets)))
