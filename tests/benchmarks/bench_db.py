"""What the database costs, empty and full: merging, reading, size.

    python tests/benchmarks/bench_db.py [--articles 1000000] [--sample 10000] [--profile]

First a sample goes through the real stage and load into an empty database: new, unchanged, all of it
edited. Then the database is filled by SQL from a pool of made-up articles, and a second sample goes
through. Then the lookups, each with another value every time. The last line is one line of JSON; a
figure beside the asked for is printed above it. `--profile` prints what each statement of a merge takes.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
from made_up import DAYS, START, Made, Press, edited

from dateline.local.postgres import ephemeral_postgres
from dateline.model import ArchiveRef, FeedSpec, Source
from dateline.settings import Settings
from dateline.stages.context import Context
from dateline.stages.search import index_search
from dateline.store import Database
from dateline.store.ledger import start_run
from dateline.store.load import load
from dateline.store.migrate import migrate
from dateline.store.sources import apply_sources
from dateline.store.sqlfiles import queries
from dateline.store.staging import Staged, stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dateline.store.database import Cursor

SOURCES = 200
POOL = 5_000
"""Articles that the filling is made from; each filled one gets a sentence of its own."""
FILE = "bench.warc.gz"
PORTION = 1000
TIMES = 15

FILL = """
insert into news.article (source_id, url, canonical_url, url_key, kind, title, summary, body, language, section,
    published_at, published_precision, published_from, first_seen_at, last_seen_at, revised_at, word_count, image_url,
    agency, dateline_place, dateline_country, content_hash, extractor_version, archive_file, archive_offset,
    provenance, body_html, confidence)
select 1 + n %% %(sources)s, u.url, u.url, u.key, p.kind, p.title, p.summary, p.body || E'\n\nNumber ' || n || '.',
    p.language, p.section, u.at, p.published_precision, p.published_from, u.at + interval '10 minutes',
    u.at + interval '7 days', u.at + interval '10 minutes', p.word_count, p.image_url, p.agency, p.dateline_place,
    p.dateline_country, decode(md5(n::text), 'hex'), p.extractor_version, 'fill', n, p.provenance, p.body_html, p.confidence
from generate_series(%(first)s::bigint, %(last)s) n
join pool p on p.number = n * 7919 %% %(pool)s
cross join lateral (select 'https://s' || n %% %(sources)s || '.example/' || n as url,
                           's' || n %% %(sources)s || '.example/' || n as key,
                           %(start)s + (n * %(days)s::float8 / %(last)s) * interval '1 day' as at) u
"""
FILL_REST = """
insert into news.article_author select a.id, p.position, p.author_id, p.role
from news.article a join pool on pool.number = a.archive_offset * 7919 %% %(pool)s
join news.article_author p on p.article_id = pool.id where a.archive_file = 'fill';
insert into news.article_tag select a.id, p.tag_id
from news.article a join pool on pool.number = a.archive_offset * 7919 %% %(pool)s
join news.article_tag p on p.article_id = pool.id where a.archive_file = 'fill';
insert into ops.frontier (source_id, url, url_key, host, domain, state, reason, run_id, article_id)
select source_id, url, url_key, split_part(url_key, '/', 1), split_part(url_key, '/', 1), 'loaded', 'new', 'fill', id
from news.article where archive_file = 'fill';
insert into news.change (article_id, source_id, kind, revision)
select id, source_id, 'new', 1 from news.article where archive_file = 'fill' order by id;
"""
FILL_STORIES = """
insert into news.story (id, first_article, title, size, sources, first_at, last_at)
select min(a.archive_offset), min(a.id), min(a.title), count(*), count(distinct source_id), min(published_at), max(published_at)
from news.article a where a.archive_file = 'fill' and a.archive_offset %% 30 < 3 group by a.archive_offset / 30;
insert into news.story_article (article_id, story_id, role, similarity, containment, appeared_at, reason)
select a.id, s.id, case when a.id = s.first_article then 'original' else 'near_copy' end, 1, 1, a.published_at, 'filled'
from news.article a
join news.story s on s.id = greatest(a.archive_offset / 30 * 30, 1)
where a.archive_file = 'fill' and a.archive_offset %% 30 < 3;
update news.article a set story_id = m.story_id from news.story_article m where m.article_id = a.id;
"""
"""One article in ten is in a story of three; a story's id is the number of its first."""
FILL_SEARCH = """
insert into news.article_search (article_id, source_id, language, config, published_at, title, content_hash, vector)
select a.id, a.source_id, a.language, s.config, a.published_at, s.title, a.content_hash,
       s.vector || to_tsvector('simple', 'number ' || a.archive_offset)
from news.article a join pool on pool.number = a.archive_offset * 7919 %% %(pool)s
join news.article_search s on s.article_id = pool.id where a.archive_file = 'fill'
"""
SIZE = """
select n.nspname, sum(pg_total_relation_size(c.oid)) from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('news', 'ops') and c.relkind = 'r' group by 1 order by 1
"""


@dataclass(frozen=True)
class Lookup:
    """A question that readers ask, and how many milliseconds it may take."""

    name: str
    most: float
    ask: Callable[[Cursor, random.Random], object]


def _one(sql: str, values: Callable[[random.Random], dict[str, object]]) -> Callable[..., object]:
    def ask(cursor: Cursor, rng: random.Random) -> object:
        cursor.execute(sql, values(rng))
        return cursor.fetchall()

    return ask


def _day(rng: random.Random) -> dict[str, object]:
    day = START + timedelta(days=rng.randrange(DAYS - 1))
    return {"day": day, "next": day + timedelta(days=1), "instant": day + timedelta(hours=30)}


def _words(least: int, most: int) -> Callable[[random.Random], dict[str, object]]:
    """Two words of a language by the ranks of their frequency, over a month."""
    vocabulary = Press().vocabulary

    def values(rng: random.Random) -> dict[str, object]:
        words = vocabulary[rng.choice(sorted(vocabulary))]
        since = START + timedelta(days=rng.randrange(DAYS - 30))
        pair = " ".join(words[rng.randrange(least, most)] for _ in range(2))
        return {"words": pair, "since": since, "until": since + timedelta(days=30)}

    return values


_SEARCH = "select * from news.search(%(words)s, %(since)s, %(until)s)"

LOOKUPS = [
    Lookup(
        "article by URL",
        20,
        _one(
            "select * from news.article_flat where id = (select id from news.article where url_key = %(key)s)",
            lambda rng: {"key": "s{}.example/{}".format(*_number(rng))},
        ),
    ),
    Lookup(
        "newest 50 of a source",
        20,
        _one(
            "select id, title, published_at from news.article where source_id = %(source)s "
            "order by published_at desc nulls last limit 50",
            lambda rng: {"source": rng.randint(1, SOURCES)},
        ),
    ),
    Lookup(
        "as of a day",
        20,
        _one(
            "select article_id, title, revision from news.as_of(%(instant)s) "
            "where published_at >= %(day)s and published_at < %(next)s",
            _day,
        ),
    ),
    Lookup(
        "revisions of a day",
        20,
        _one(
            "select article_id, url, diff from news.revision_diff order by replaced_at desc limit 50",
            lambda _: {},
        ),
    ),
    Lookup(
        "1,000 changes since a cursor",
        20,
        _one(
            "select * from news.changes_since(%(after)s)",
            lambda rng: {"after": rng.randrange(_filled[0] or 1)},
        ),
    ),
    Lookup(
        "the story of an article",
        20,
        _one(
            "select m.role, m.similarity, f.source, f.title, f.published_at from news.story_article m "
            "join news.article_flat f on f.id = m.article_id where m.story_id = "
            "(select story_id from news.article where url_key = %(key)s) order by m.appeared_at",
            lambda rng: {"key": "s{}.example/{}".format(*_number(rng, 30))},
        ),
    ),
    Lookup(
        "search, two usual words over a month",
        150,
        _one(_SEARCH, _words(100, 1000)),
    ),
    Lookup(
        "search, two of the 50 commonest words over a month",
        150,
        _one(_SEARCH, _words(0, 50)),
    ),
]
"""Whoever adds something to ask adds it here."""

_filled = [0]


def _number(rng: random.Random, step: int = 1) -> tuple[int, int]:
    n = rng.randint(1, max(_filled[0] // step, 1)) * step
    return n % SOURCES, n


class Bench:
    """A database with sources, and samples that go through it."""

    def __init__(self, database: Database, press: Press) -> None:
        self.database = database
        self.press = press
        self.offset = 0
        start_run(database, "bench", "ingest")
        sources = [
            Source(
                f"s{n}", f"S{n}", f"https://s{n}.example/", (FeedSpec(f"https://s{n}.example/f"),)
            )
            for n in range(SOURCES)
        ]
        apply_sources(database, [(source, None) for source in sources])

    def sample(self, name: str, size: int) -> list[Made]:
        return [self.press.make(f"s{n % SOURCES}.example", f"{name}-{n}") for n in range(size)]

    def rate(self, label: str, sample: Sequence[Made], figures: dict[str, float]) -> None:
        """Stage and load a sample; articles a second of each."""
        first = self._on_frontier(sample)
        before, began = self._cpu(), time.perf_counter()
        for at in range(0, len(sample), PORTION):
            stage(
                self.database,
                "bench",
                FILE,
                [
                    self._staged(item, id_, first + at + i)
                    for i, (item, id_) in enumerate(
                        zip(sample[at : at + PORTION], self.ids[at : at + PORTION], strict=True)
                    )
                ],
                (),
            )
        between, staged = self._cpu(), time.perf_counter()
        result = load(self.database, "bench")
        after, ended = self._cpu(), time.perf_counter()
        for step, seconds, cpu in (
            ("stage", staged - began, between - before),
            ("load", ended - staged, after - between),
        ):
            figures[f"{step}_{label}_per_s"] = round(len(sample) / seconds)
            figures[f"{step}_{label}_cpu_us"] = round(cpu / len(sample) * 1e6)
            print(
                f"{label:16} {step:6} {len(sample) / seconds:8.0f}/s   {cpu / len(sample) * 1e6:6.0f} µs CPU"
            )
        print(f"    {result}")

    def _cpu(self) -> float:
        """Seconds of CPU that this process and its backend in Postgres have used: no neighbour counts."""
        pid = self.database.connection().info.backend_pid
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return time.process_time() + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")

    def _on_frontier(self, sample: Sequence[Made]) -> int:
        first = self.offset
        self.offset += len(sample)
        with self.database.transaction() as cursor:
            cursor.execute(
                "insert into ops.frontier (source_id, url, url_key, host, domain, state, reason, run_id, archive_file, archive_offset) "
                "select 1 + (o %% %(sources)s), 'https://' || key, key, split_part(key, '/', 1), split_part(key, '/', 1), "
                "'fetched', 'ok', 'bench', %(file)s, %(first)s + o - 1 "
                "from unnest(%(keys)s::text[]) with ordinality as k(key, o) "
                "on conflict (url_key) do update set state = 'fetched', archive_file = excluded.archive_file, "
                "archive_offset = excluded.archive_offset returning archive_offset, id",
                {"sources": SOURCES, "file": FILE, "first": first, "keys": [i.key for i in sample]},
            )
            self.ids = [id_ for _, id_ in sorted(cursor.fetchall())]
        return first

    def _staged(self, item: Made, id_: int, offset: int) -> Staged:
        at, ref = datetime.now(UTC), ArchiveRef(FILE, offset)
        return Staged(id_, 1, at, ref, item.article, item.words, item.hash, "bench")

    def index(self) -> float:
        """Builds what is to be searched of what was loaded; articles a second."""
        began = time.perf_counter()
        done = index_search(Context(Settings.load({}), self.database, "bench"))
        rate = done.indexed / (time.perf_counter() - began)
        print(f"{'':16} index  {rate:8.0f}/s   {done.indexed} articles")
        return round(rate)

    def fill(self, articles: int, superuser_dsn: str) -> None:
        """Articles from the pool, by SQL; without triggers, for they cost more than the rows."""
        self.rate("pool", self.sample("pool", min(POOL, articles)), {})
        self.index()
        connection = psycopg2.connect(superuser_dsn)
        with connection, connection.cursor() as cursor:
            cursor.execute("set session_replication_role = replica; set jit = off")
            cursor.execute(
                "create temporary table pool as select row_number() over (order by id) - 1 as number, a.* "
                "from news.article a where url_key like '%/pool-%'"
            )
            cursor.execute("create index on pool (number); analyze pool")
            cursor.execute("select count(*) from pool")
            values = {
                "sources": SOURCES,
                "pool": cursor.fetchone()[0],
                "start": START,
                "days": DAYS,
            }
            cursor.execute(FILL, values | {"first": 1, "last": articles})
            # Else the planner takes the table for the small one that it was, and loops over it.
            cursor.execute("analyze news.article; analyze news.article_search")
            for statement in FILL_REST.strip().split(";\n"):
                cursor.execute(statement, values)
            for statement in FILL_STORIES.strip().split(";\n"):
                cursor.execute(statement, values)
                cursor.execute("analyze news.story; analyze news.story_article")
            _without_gin(cursor, lambda: cursor.execute(FILL_SEARCH, values))
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("vacuum analyze")
            cursor.execute("checkpoint")
        connection.close()
        _filled[0] = articles


def _without_gin(cursor: Cursor, work: Callable[[], object]) -> None:
    """Fills news.article_search; its GIN indexes are built afterwards, which is faster."""
    cursor.execute(
        "select indexrelid::regclass::text, pg_get_indexdef(indexrelid) from pg_index "
        "where indrelid = 'news.article_search'::regclass and pg_get_indexdef(indexrelid) like '%USING gin%'"
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"drop index {name}")
    work()
    cursor.execute("set maintenance_work_mem = '2GB'")
    for _, definition in indexes:
        cursor.execute(definition)


def lookups(database: Database) -> Iterator[tuple[Lookup, float]]:
    """Median milliseconds of each."""
    for lookup in LOOKUPS:
        rng, seconds = random.Random(lookup.name), []
        for _ in range(TIMES):
            with database.transaction() as cursor:
                began = time.perf_counter()
                lookup.ask(cursor, rng)
                seconds.append(time.perf_counter() - began)
        yield lookup, round(statistics.median(seconds) * 1000, 2)


def sizes(database: Database, articles: int) -> dict[str, float]:
    """Bytes an article, index and all."""
    with database.transaction() as cursor:
        cursor.execute(SIZE)
        return {
            f"{name}_bytes_per_article": round(size / articles) for name, size in cursor.fetchall()
        }


class Profile:
    """Adds up the time of each named statement of a merge."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        names = {sql: name for name, sql in queries("load").items()}
        base = psycopg2.extensions.cursor
        profile = self

        class Timed(base):
            def execute(self, sql, values=None):
                began = time.perf_counter()
                super().execute(sql, values)
                profile.seconds[names.get(sql, "other")] += time.perf_counter() - began

        self.cursor = Timed

    def show(self) -> None:
        for name, seconds in sorted(self.seconds.items(), key=lambda item: -item[1])[:16]:
            print(f"    {name:24} {seconds * 1000:8.0f} ms")
        self.seconds.clear()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--sample", type=int, default=10_000)
    parser.add_argument("--profile", action="store_true")
    given = parser.parse_args()
    figures: dict[str, float] = {"articles": given.articles}
    began = time.perf_counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        ephemeral_postgres(Path(folder)) as cluster,
        Database(cluster.warehouse_dsn) as database,
    ):
        migrate(database)
        bench, profile = Bench(database, Press()), Profile()
        if given.profile:
            database.connection().cursor_factory = profile.cursor
        bench.rate("warm_up", bench.sample("warm", 1000), {})
        for name in ("empty", "full"):
            if name == "full":
                took = time.perf_counter()
                bench.fill(
                    given.articles, cluster.dsn("postgres", cluster.warehouse_dsn.rsplit("/", 1)[1])
                )
                figures["fill_s"] = round(time.perf_counter() - took)
                print(f"filled in {figures['fill_s']} s")
            profile.seconds.clear()
            sample = bench.sample(name, given.sample)
            for label, items in (
                (f"new_{name}", sample),
                (f"unchanged_{name}", sample),
                (f"edited_{name}", [edited(item) for item in sample]),
            ):
                bench.rate(label, items, figures)
                if given.profile:
                    profile.show()
        figures["index_full_per_s"] = bench.index()
        for lookup, milliseconds in lookups(database):
            figures[lookup.name] = milliseconds
            print(f"{lookup.name:32} {milliseconds:8.2f} ms   asked: {lookup.most:g}")
        figures |= sizes(database, given.articles + 2 * given.sample)
    figures["load_new_full_of_empty"] = round(
        figures["load_new_empty_cpu_us"] / figures["load_new_full_cpu_us"], 2
    )
    figures["seconds"] = round(time.perf_counter() - began)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
