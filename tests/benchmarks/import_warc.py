"""A WARC file of many pages, made up here, from the file to Postgres: pages a second, memory.

python -m tests.benchmarks.import_warc [PAGES]
"""

from __future__ import annotations

import gzip
import random
import resource
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dateline import pipeline
from dateline.local.postgres import ephemeral_postgres
from dateline.model import Source
from dateline.settings import Settings
from dateline.store import Database
from dateline.store.migrate import migrate
from dateline.store.sources import apply_sources

SOURCES = 50
WORDS = [
    *[
        "the",
        "council",
        "bridge",
        "harbour",
        "road",
        "works",
        "began",
        "Tuesday",
        "after",
        "months",
        "of",
        "talks",
        "with",
    ],
    *[
        "residents",
        "who",
        "had",
        "asked",
        "for",
        "a",
        "second",
        "crossing",
        "near",
        "station",
        "mayor",
        "said",
        "on",
        "cost",
    ],
    *[
        "report",
        "committee",
        "budget",
        "opened",
        "closed",
        "vote",
        "spring",
        "river",
        "school",
        "new",
        "old",
        "plan",
        "for",
    ],
]


def page(number: int) -> bytes:
    """An article of some 500 words with a site's usual frame, about 40 kB."""
    rng = random.Random(number)
    links = "".join(f'<li><a href="/section/{n}">Section {n}</a></li>' for n in range(300))
    text = "".join(f"<p>{' '.join(rng.choices(WORDS, k=60)).capitalize()}.</p>" for _ in range(8))
    title = " ".join(rng.choices(WORDS, k=8)).capitalize()
    script = f"<script>{'var filler = 1;' * 800}</script>"
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{title} {number}</title>{script}'
        '<meta property="og:type" content="article"><meta property="article:published_time" '
        f'content="2026-03-04T10:00:00Z"></head><body><ul>{links}</ul><article>'
        f"<h1>{title} {number}</h1>{text}</article><ul>{links}</ul></body></html>"
    ).encode()


def write(path: Path, pages: int) -> None:
    """As Common Crawl does: request and response, each a gzip member of its own."""
    at = datetime(2026, 3, 4, 12, tzinfo=UTC)
    with path.open("wb") as out:
        for number in range(pages):
            url = f"https://www.site{number % SOURCES}.example/{number}/article.html"
            when = (at + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%SZ")
            for kind, block in (
                ("request", b"GET / HTTP/1.1\r\n\r\n"),
                (
                    "response",
                    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
                    b"X-Crawl-Content-Encoding: gzip\r\n\r\n" + page(number),
                ),
            ):
                head = (
                    f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n"
                    f"WARC-Date: {when}\r\nContent-Length: {len(block)}\r\n\r\n"
                )
                out.write(gzip.compress(head.encode() + block + b"\r\n\r\n", 6))


def peak() -> int:
    """The most memory that the process held so far, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(pages: int) -> None:
    """Write the file, then time each stage."""
    with tempfile.TemporaryDirectory() as folder, ephemeral_postgres(Path(folder)) as cluster:
        home = Path(folder)
        home.chmod(0o755)
        path = home / "made-up.warc.gz"
        write(path, pages)
        print(f"{pages} pages, {path.stat().st_size >> 20} MiB")
        settings = replace(Settings.load({"DATELINE_HOME": str(home / "home")}))
        with Database(cluster.dsn()) as database:
            migrate(database)
            apply_sources(
                database,
                [
                    (Source(f"site{n}", f"Site {n}", f"https://www.site{n}.example/", ()), None)
                    for n in range(SOURCES)
                ],
            )
            context = pipeline.Context(settings, database, "bench")
            pipeline.start_backfill(context)
            stages = {
                "import": lambda: pipeline.import_warc(context, path, pipeline.Choice()),
                "extract": lambda: [
                    pipeline.extract(context, part) for part in pipeline.pending(context)
                ],
                "load": lambda: pipeline.load(context),
                "account": lambda: pipeline.account(context),
                "import again": lambda: pipeline.import_warc(
                    context, path, pipeline.Choice("site0")
                ),
            }
            for name, work in stages.items():
                since, cpu = time.perf_counter(), time.process_time()
                work()
                took, used = time.perf_counter() - since, time.process_time() - cpu
                rate = f"{pages / took:.0f} pages/s, {1000 * used / pages:.2f} ms CPU a page"
                print(f"{name:<13} {took:6.1f} s  {rate}, peak {peak()} MiB", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
