"""What the search index costs and how quickly it answers, on made-up articles (`make bench-search`).

Words are drawn by Zipf's law over a vocabulary of made-up words, 400 to an article, a day of the
last year for each.
"""

from __future__ import annotations

import argparse
import io
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from dateline.local.postgres import ephemeral_postgres
from dateline.settings import Settings
from dateline.stages.context import Context
from dateline.stages.search import index_search
from dateline.store import Database
from dateline.store.migrate import migrate

VOCABULARY, WORDS, CHUNK = 60_000, 400, 5_000
NOW = datetime.now(UTC)
FILL = """
insert into news.article (source_id, url, canonical_url, url_key, kind, title, body, language, published_at,
    published_precision, first_seen_at, last_seen_at, revised_at, word_count, content_hash, extractor_version,
    archive_file, archive_offset, provenance)
select 1, 'https://a.example/' || n, 'https://a.example/' || n, 'a.example/' || n, 'article', title, body, 'en', at,
    'instant', at, at, at, 400, decode(md5(body), 'hex'), '1', 'a.warc.gz', 0, '{}'
from made order by n
"""


def vocabulary(rng: np.random.Generator) -> np.ndarray:
    """Made-up words, the commonest first."""
    syllables = [
        a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "ar", "en", "is")
    ]
    return np.array(["".join(rng.choice(syllables, rng.integers(2, 5))) for _ in range(VOCABULARY)])


def fill(database: Database, count: int) -> None:
    """Insert so many articles."""
    rng = np.random.default_rng(1)
    words = vocabulary(rng)
    weights = 1 / (np.arange(VOCABULARY) + 10)
    cumulative = np.cumsum(weights / weights.sum())
    for start in range(0, count, CHUNK):
        drawn = words[np.searchsorted(cumulative, rng.random((CHUNK, WORDS)))]
        with database.transaction() as cursor:
            cursor.execute(
                "create temporary table made (n bigint, title text, body text, at timestamptz) on commit drop"
            )
            rows = [
                (
                    start + i,
                    " ".join(row[:9]),
                    " ".join(row),
                    NOW - timedelta(days=365) * (1 - (start + i) / count),
                )
                for i, row in enumerate(drawn)
            ]
            text = "".join(f"{n}\t{t}\t{b}\t{at.isoformat()}\n" for n, t, b, at in rows)
            cursor.copy_expert("copy made from stdin", io.StringIO(text))
            cursor.execute(FILL)


def ask(database: Database, name: str, sql: str, *values: object) -> None:
    """Print the median and worst of seven runs; the first one, cold, is left out."""
    times = []
    for _ in range(8):
        with database.transaction() as cursor:
            began = time.perf_counter()
            cursor.execute(sql, values)
            found = cursor.fetchall()
            times.append(1000 * (time.perf_counter() - began))
    print(
        f"{name:<44} {len(found):>6} rows  {statistics.median(times[1:]):7.1f} ms  worst {max(times[1:]):7.1f}  cold {times[0]:7.1f}",
        flush=True,
    )


def run(database: Database, count: int) -> None:
    """Fill, index, ask."""
    with database.transaction() as cursor:
        cursor.execute(
            "insert into news.source (slug, name, home_url) values ('a', 'A', 'https://a.example/')"
        )
    fill(database, count)
    with database.transaction() as cursor:
        cursor.execute(
            "insert into ops.search_work (article_id) select id from news.article order by id"
        )
    began = time.perf_counter()
    done = index_search(Context(Settings.load({}), database, "bench"))
    took = time.perf_counter() - began
    print(
        f"indexed {done.indexed} articles in {took:.0f} s: {done.indexed / took:.0f} a second",
        flush=True,
    )
    began = time.perf_counter()
    index_search(Context(Settings.load({}), database, "bench"))
    print(f"nothing to do: {1000 * (time.perf_counter() - began):.1f} ms")
    with database.transaction() as cursor:
        cursor.execute("analyze")
        cursor.execute(
            "select relname, pg_size_pretty(pg_total_relation_size(oid)) from pg_class where relname in ('article', 'article_search', 'article_search_vector', 'article_search_title') and relnamespace = 'news'::regnamespace"
        )
        print(*cursor.fetchall())
    questions(database)


def questions(database: Database) -> None:
    """Two words by how common they are, over a month and over all time."""
    words = vocabulary(np.random.default_rng(1))
    month = NOW - timedelta(days=30)
    search = "select * from news.search(%s, %s)"
    for name, a, b in (
        ("rare", 3000, 5000),
        ("usual", 300, 500),
        ("common", 20, 30),
        ("commonest", 0, 1),
    ):
        text = f"{words[a]} {words[b]}"
        ask(database, f"two {name} words, a month", search, text, month)
        ask(database, f"two {name} words, all time", search, text, None)
        ask(
            database,
            "  without passages (news.matches), a month",
            "select * from news.matches(%s, %s)",
            text,
            month,
        )
    ask(database, "a phrase of usual words, a month", search, f'"{words[300]} {words[30]}"', month)
    title = f"{words[40][:-1]}x {words[700]}"
    ask(database, "find_title, misspelt", "select * from news.find_title(%s)", title)


def main() -> None:
    """Run it on a database of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--dsn", help="a database filled before: only ask")
    options = parser.parse_args()
    if options.dsn:
        with Database(options.dsn) as database:
            questions(database)
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        ephemeral_postgres(Path(folder)) as cluster,
        Database(cluster.warehouse_dsn) as database,
    ):
        migrate(database)
        run(database, options.articles)


if __name__ == "__main__":
    main()
