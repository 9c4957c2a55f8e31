"""Near copies measured on labelled pairs, and what they cost without and with Postgres.

python tests/benchmarks/eval_stories.py CORPORA [--stored 10000,100000,1000000]

CORPORA/neardup holds NAME_docs.jsonl.gz (id, title, body) and NAME_pairs.jsonl (a, b, jaccard5: every
pair above a threshold of exact overlap). Prints a table and, last, one line of JSON.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
import time
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dateline.enrich.near import boilerplate, imprint, overlap
from dateline.hashes import digest
from dateline.local.postgres import ephemeral_postgres
from dateline.settings import Settings
from dateline.stages.context import Context
from dateline.stages.enrich import BATCH, find_stories
from dateline.store import Database
from dateline.store.migrate import migrate
from dateline.store.stories import candidates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dateline.enrich.near import Print

ALIKE = 0.5
TARGETS = {"precision": 0.98, "recall": 0.90, "false_among_single": 0, "cpu_ms": 1.0}
Pair = tuple[str, str]


@dataclass(frozen=True)
class Corpus:
    """Documents by id, and the Jaccard of the labelled pairs."""

    name: str
    docs: dict[str, dict[str, Any]]
    pairs: dict[Pair, float]

    @classmethod
    def load(cls, folder: Path, name: str) -> Corpus | None:
        """From its two files; None if they are not there."""
        path = folder / f"{name}_docs.jsonl.gz"
        if not path.exists():
            return None
        with gzip.open(path, "rt") as file:
            docs = {doc["id"]: doc for doc in map(json.loads, file)}
        rows = map(json.loads, (folder / f"{name}_pairs.jsonl").open())
        return cls(name, docs, {ordered(row["a"], row["b"]): row["jaccard5"] for row in rows})


def ordered(one: str, other: str) -> Pair:
    return min(one, other), max(one, other)


def scores(corpus: Corpus, found: set[Pair]) -> dict[str, float]:
    """Of the pairs found: against those labelled at `ALIKE` or more."""
    true = {pair for pair, jaccard in corpus.pairs.items() if jaccard >= ALIKE}
    paired = {id_ for pair in true for id_ in pair}
    return {
        "true_pairs": len(true),
        "found_pairs": len(found),
        "precision": len(found & true) / max(len(found), 1),
        "recall": len(found & true) / max(len(true), 1),
        "single": len(corpus.docs) - len(paired),
        "false_among_single": sum(not paired.issuperset(pair) for pair in found),
    }


def pure(corpus: Corpus) -> dict[str, float]:
    """Keys in a dict instead of Postgres; all documents count as one source's."""
    start = time.process_time()
    prints = {id_: imprint(doc["title"], doc["body"]) for id_, doc in corpus.docs.items()}
    cpu = time.process_time() - start
    start = time.process_time()
    possible = sharing(prints)
    common = boilerplate(prints.values())
    found = {pair for pair in possible if overlap(*(prints[id_] for id_ in pair), common).copy}
    cpu_all = cpu + time.process_time() - start
    words = sum(len(doc["body"].split()) for doc in corpus.docs.values())
    return {
        "docs": len(corpus.docs),
        "words": words / len(corpus.docs),
        **scores(corpus, found),
        "candidates": len(possible),
        "across_publishers": across(corpus, set(corpus.pairs)),
        "across_publishers_found": across(corpus, found & set(corpus.pairs)),
        "cpu_ms_print": cpu / len(corpus.docs) * 1e3,
        "cpu_ms": cpu_all / len(corpus.docs) * 1e3,
    }


def across(corpus: Corpus, pairs: set[Pair]) -> int:
    """How many of the pairs are of two publishers, where the documents name them."""
    names = [[corpus.docs[id_].get("publisher") for id_ in pair] for pair in pairs]
    return sum(None not in pair and pair[0] != pair[1] for pair in names)


def sharing(prints: dict[str, Print]) -> set[Pair]:
    """Pairs with a key in common."""
    buckets = defaultdict(list)
    for id_, its in prints.items():
        for key in its.keys:
            buckets[key].append(id_)
    return {ordered(*pair) for its in buckets.values() for pair in combinations(its, 2)}


@contextmanager
def warehouse() -> Iterator[Database]:
    """A migrated Postgres of our own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ephemeral_postgres(Path(folder)) as cluster,
        Database(cluster.warehouse_dsn) as database,
    ):
        migrate(database)
        yield database


def whole(corpus: Corpus, database: Database) -> dict[str, float]:
    """The stage itself: every two articles of a story count as a pair that was found."""
    ids = fill(corpus, database)
    settings = Settings.load({"DATELINE_NEWSROOM": "false"})
    wall, cpu = time.perf_counter(), time.process_time()
    done = find_stories(Context(settings, database, "eval"))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    with database.transaction() as cursor:
        cursor.execute("select array_agg(article_id) from news.story_article group by story_id")
        stories = [[ids[article] for article in its] for (its,) in cursor.fetchall()]
    found = {ordered(*pair) for its in stories for pair in combinations(its, 2)}
    return {
        "docs": done.compared,
        "stories": len(stories),
        "largest": max(map(len, stories), default=0),
        **scores(corpus, found),
        "wall_ms": wall / done.compared * 1e3,
        "cpu_ms": cpu / done.compared * 1e3,
    }


_ARTICLE = """
insert into news.article (id, source_id, url, canonical_url, url_key, kind, title, body, published_at,
    published_precision, first_seen_at, last_seen_at, revised_at, word_count, content_hash,
    extractor_version, archive_file, archive_offset, provenance)
overriding system value
select %(n)s, s.id, '', '', %(id)s, 'article', %(title)s, %(body)s, %(date)s, 'instant', now(), now(), now(), 1,
    %(hash)s, 'eval', '', 0, '{}'
from news.source s
"""


def fill(corpus: Corpus, database: Database) -> dict[int, str]:
    """The documents as queued articles of one source; gives article → id of its document."""
    rows = [
        {"date": None, **doc, "n": n, "hash": digest(doc["body"].encode())}
        for n, doc in enumerate(corpus.docs.values(), 1)
    ]
    with database.transaction() as cursor:
        cursor.execute("insert into news.source (slug, name, home_url) values ('a', 'A', '')")
        cursor.executemany(_ARTICLE, rows)
        cursor.execute("insert into ops.story_queue select id from news.article")
    return {row["n"]: row["id"] for row in rows}


def stored(corpus: Corpus, database: Database, count: int) -> dict[str, float]:
    """A batch of articles against the keys of `count` made-up ones."""
    with database.transaction() as cursor:
        cursor.execute(
            "truncate ops.story_key; alter table ops.story_key drop constraint story_key_pkey;"
            "insert into ops.story_key select hashint8extended(a * 32 + b, 7), a + 1000000000 "
            f"from generate_series(1, {count}) a, generate_series(1, 20) b;"
            "alter table ops.story_key add primary key (key, article_id)"
        )
    database.connection().autocommit = True
    with database.connection().cursor() as cursor:
        cursor.execute("vacuum analyze ops.story_key")
    database.connection().autocommit = False
    batches = list(corpus.docs.values())[: BATCH * 3]
    keys = {n: imprint(doc["title"], doc["body"]).keys for n, doc in enumerate(batches, 1)}
    times = []
    for first in range(0, len(batches), BATCH):
        part = {n: keys[n] for n in list(keys)[first : first + BATCH]}
        start = time.perf_counter()
        with database.transaction() as cursor:
            candidates(cursor, part)
        times.append((time.perf_counter() - start) / len(part) * 1e3)
    with database.transaction() as cursor:
        cursor.execute("select pg_total_relation_size('ops.story_key')")
        size = cursor.fetchone()[0]
    return {"stored": count, "ms": sorted(times)[1], "ms_first": times[0], "bytes": size / count}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--stored", default="10000,100000,1000000", help="articles in the index")
    given = parser.parse_args()
    names = ("reuters21578", "news_cluster")
    loaded = (Corpus.load(given.corpora / "neardup", name) for name in names)
    corpora = [corpus for corpus in loaded if corpus]
    figures: dict[str, Any] = {corpus.name: pure(corpus) for corpus in corpora}
    with warehouse() as database:
        figures["stage"] = whole(corpora[0], database)
        counts = [int(count) for count in given.stored.split(",") if count]
        figures["index"] = [stored(corpora[0], database, count) for count in counts]
    for name, values in figures.items():
        for row in values if isinstance(values, list) else [values]:
            print(f"\n{name}")
            for figure, value in row.items():
                print(f"  {figure:<26}{value:>12.4g}{target(name, figure, value)}")
    print(json.dumps(figures))


def target(part: str, figure: str, value: float) -> str:
    """The target beside a figure of the labelled pairs, and whether it is reached."""
    wanted = TARGETS.get(figure)
    if wanted is None or part in {"stage", "news_cluster"}:
        return ""
    least = figure in {"precision", "recall"}
    reached = value >= wanted if least else value <= wanted
    return f"   {'≥' if least else '≤'} {wanted:g} {'yes' if reached else 'NO'}"


if __name__ == "__main__":
    main()
