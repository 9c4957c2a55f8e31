"""How fast articles are staged and merged: into an empty database, then into what that left.

    python tests/benchmarks/load.py [--articles 20000]

Rows are made up here, some 7 kB each, text and HTML, with authors and tags. The last line is one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dateline.extract.markup import from_paragraphs
from dateline.hashes import digest
from dateline.local.postgres import ephemeral_postgres
from dateline.model import ArchiveRef, Article, Author, FeedSpec, Precision, Source
from dateline.store import Database
from dateline.store.ledger import start_run
from dateline.store.load import load
from dateline.store.migrate import migrate
from dateline.store.sources import apply_sources
from dateline.store.staging import Staged, stage

SITE = "https://www.example.org"
WORDS = [f"{a}{b}" for a in ("news", "city", "harbour", "vote", "river") for b in range(400)]


def article(number: int, edition: int, rng: random.Random) -> Article:
    """A made-up article."""
    url = f"{SITE}/{number}"
    paragraphs = [" ".join(rng.choices(WORDS, k=60)) for _ in range(8)]
    paragraphs.append(f"Edition {edition}.")
    return Article(
        url,
        url,
        title=" ".join(rng.choices(WORDS, k=9)),
        body="\n\n".join(paragraphs),
        summary=" ".join(rng.choices(WORDS, k=25)),
        language="en",
        section="City",
        authors=tuple(Author(f"Author {rng.randrange(500)}") for _ in range(2)),
        tags=tuple(rng.choices(WORDS, k=4)),
        published_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number),
        published_precision=Precision.INSTANT,
        body_html=from_paragraphs(paragraphs),
        confidence=0.97,
        provenance={"title": {"from": "jsonld.headline"}, "body": {"from": "blocks"}},
    )


def put_on_frontier(database: Database, count: int, edition: int) -> list[int]:
    """URLs whose pages are archived and wait to be extracted; their ids, by offset."""
    with database.transaction() as cursor:
        cursor.execute(
            "insert into ops.frontier (source_id, url, url_key, host, domain, state, reason, run_id,"
            " archive_file, archive_offset) select 1, %(site)s || n, 'example.org/' || n,"
            " 'www.example.org', 'example.org', 'fetched', 'ok', 'bench', %(file)s, n"
            " from generate_series(0, %(count)s - 1) n on conflict (url_key) do update"
            " set state = 'fetched', archive_file = excluded.archive_file returning id",
            {"site": f"{SITE}/", "file": f"{edition}.warc.gz", "count": count},
        )
        return [id_ for (id_,) in cursor.fetchall()]


def round_(database: Database, count: int, edition: int, wording: int) -> dict[str, float]:
    """Stage and load every article once; articles a second."""
    ids, rng, file = (
        put_on_frontier(database, count, edition),
        random.Random(1),
        f"{edition}.warc.gz",
    )
    rows = []
    for offset, id_ in enumerate(ids):
        made = article(offset, wording, rng)
        rows.append(
            Staged(
                *(id_, 1, datetime.now(UTC), ArchiveRef(file, offset), made, 480),
                digest((made.title + made.body).encode()),
                "bench",
            )
        )
    started = time.perf_counter()
    stage(database, "bench", file, rows, [])
    staged = time.perf_counter()
    result = load(database, "bench")
    loaded = time.perf_counter()
    print(f"edition {edition}: {result}")
    return {
        "stage_per_second": round(count / (staged - started)),
        "merge_per_second": round(count / (loaded - staged)),
    }


def measure(count: int) -> dict[str, object]:
    """New, unchanged and revised articles."""
    with tempfile.TemporaryDirectory() as folder, ephemeral_postgres(Path(folder)) as cluster:
        with Database(cluster.warehouse_dsn) as database:
            migrate(database)
            apply_sources(
                database, [(Source("bench", "Bench", SITE, (FeedSpec(f"{SITE}/feed"),)), None)]
            )
            start_run(database, "bench", "bench")
            figures = {
                "new": round_(database, count, 1, 1),
                "unchanged": round_(database, count, 2, 1),
                "revised": round_(database, count, 3, 2),
            }
            with database.transaction() as cursor:
                cursor.execute(
                    "select pg_total_relation_size('news.article')::bigint / count(*) from news.article"
                )
                ((size,),) = cursor.fetchall()
        return {"articles": count, **figures, "bytes_per_article": int(size)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    print(json.dumps(measure(parser.parse_args().articles)))
