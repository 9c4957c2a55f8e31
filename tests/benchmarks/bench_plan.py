"""What planning, claiming and polling cost with 10,000 feeds and a million URLs.

    python tests/benchmarks/bench_plan.py [--feeds 10000] [--urls 1000000]

First a warehouse where every source has a feed that is due and a share of the URLs: a tenth of them wait
to be fetched, the rest are loaded and due for a recheck later; one source has a backlog of its own. Then
the discover stage polls as many feeds of 200 hosts over loopback, all of them new, and again when none
has changed. The last line is one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench_fetch import publishers
from publishers import address

from dateline import pipeline
from dateline.local.postgres import ephemeral_postgres
from dateline.model import FeedSpec, Source
from dateline.pipeline import Context
from dateline.settings import Settings
from dateline.store import Database
from dateline.store.feeds import claim_feeds
from dateline.store.frontier import claim_targets
from dateline.store.lease import Lease
from dateline.store.ledger import due_shards, start_run
from dateline.store.migrate import migrate
from dateline.store.sources import apply_sources

if TYPE_CHECKING:
    from collections.abc import Callable

HOSTS = 200
SHARDS = 4
FILL = """
insert into ops.frontier (source_id, feed_id, url, url_key, host, domain, state, reason, due_at, published_hint,
                          run_id)
select s, s, 'https://s' || s || '.example/' || n, 's' || s || '.example/' || n, 's' || s || '.example',
       's' || s || '.example', case when (n / %(sources)s) %% 10 = 0 or s = 1 then 'waiting' else 'loaded' end, 'made up',
       case when (n / %(sources)s) %% 10 = 0 or s = 1 then now() - n * interval '1 second' else now() + n * interval '1 second' end,
       now() - n * interval '1 minute', 'old'
from (select n, case when n %% 20 = 0 then 1 else 1 + n %% %(sources)s end as s
      from generate_series(1, %(urls)s) as n) made
"""


def timed(label: str, work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what came."""
    began = time.perf_counter()
    found = work()
    seconds = time.perf_counter() - began
    print(f"{label:32} {seconds * 1000:8.1f} ms   {len(found)}")
    return round(seconds, 4), found


def lease(shard: int) -> Lease:
    return Lease("run", shard, SHARDS, f"run/{shard}", 600.0, 5000)


def measure(feeds: int, urls: int) -> dict[str, float]:
    """Seconds of each step, the slowest shard's for the claims."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ephemeral_postgres(Path(folder)) as cluster,
        Database(cluster.warehouse_dsn) as database,
    ):
        migrate(database)
        sources = [
            Source(
                f"s{n}", f"S{n}", f"https://s{n}.example/", (FeedSpec(f"https://s{n}.example/f"),)
            )
            for n in range(1, feeds + 1)
        ]
        applied, _ = timed(
            "apply sources", lambda: apply_sources(database, [(s, None) for s in sources]).created
        )
        with database.transaction() as cursor:
            cursor.execute(FILL, {"sources": feeds, "urls": urls})
        with database.transaction() as cursor:
            cursor.execute("analyze")
        now = datetime.now(UTC)
        start_run(database, "run", "ingest")
        planned, _ = timed("plan", lambda: due_shards(database, SHARDS, now))
        polls = [
            timed(f"claim feeds, shard {n}", lambda n=n: claim_feeds(database, lease(n), now))
            for n in range(SHARDS)
        ]
        pages = [
            timed(f"claim URLs, shard {n}", lambda n=n: claim_targets(database, lease(n)))
            for n in range(SHARDS)
        ]
        nearly = max(len({target.source_id for target in found}) for _, found in pages)
    return {
        "feeds": feeds,
        "urls": urls,
        "apply_seconds": applied,
        "plan_seconds": planned,
        "claim_feeds_seconds": max(seconds for seconds, _ in polls),
        "claim_urls_seconds": max(seconds for seconds, _ in pages),
        "feeds_claimed": sum(len(found) for _, found in polls),
        "urls_claimed": sum(len(found) for _, found in pages),
        "sources_in_a_claim": nearly,
    }


def polled(database: Database, run: str) -> tuple[float, float, int, int]:
    """Poll all that is due: seconds of the wall and of this process, feeds polled, URLs new."""
    began, cpu = time.perf_counter(), time.process_time()
    context = Context(Settings.load({}), database, run)
    assert pipeline.plan(context, poll_all=True)
    done = pipeline.discover(context, 0, 1)
    print(f"{run:32} {time.perf_counter() - began:8.1f} s    {done}")
    assert not done.failed
    return time.perf_counter() - began, time.process_time() - cpu, done.polled, done.new


def polls(feeds: int) -> dict[str, float]:
    """The discover stage over loopback: every feed new, then none changed."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ephemeral_postgres(Path(folder)) as cluster,
        Database(cluster.warehouse_dsn) as database,
        publishers(HOSTS) as port,
    ):
        migrate(database)
        bases = [f"http://{address(n % HOSTS)}:{port}" for n in range(feeds)]
        sources = [
            Source(
                f"s{n}", "S", base, (FeedSpec(f"{base}/feed{n}"),), delay=0.0, allow_private=True
            )
            for n, base in enumerate(bases)
        ]
        apply_sources(database, [(source, None) for source in sources])
        wall, cpu, count, new = polled(database, "new")
        wall_same, cpu_same, count_same, _ = polled(database, "unmodified")
    assert count == count_same == feeds
    assert new == 20 * feeds
    an_hour = (0.2 * cpu + 0.8 * cpu_same) / feeds * 10_000
    return {
        "polls_per_second_new": round(count / wall, 1),
        "polls_per_second_unmodified": round(count_same / wall_same, 1),
        "poll_cpu_ms_new": round(cpu / count * 1000, 2),
        "poll_cpu_ms_unmodified": round(cpu_same / count_same * 1000, 2),
        "core_share_of_10000_polls_an_hour": round(an_hour / 3600, 4),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=10_000)
    parser.add_argument("--urls", type=int, default=1_000_000)
    given = parser.parse_args()
    print(json.dumps(measure(given.feeds, given.urls) | polls(given.feeds)))
