"""A source with a feed, URLs on the frontier and pages in the archive, made by the real functions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import psycopg2
import pytest

from dateline.discover import ParsedFeed
from dateline.discover.judge import Verdict, plan
from dateline.hashes import digest
from dateline.local.postgres import WAREHOUSE
from dateline.model import ArchiveRef, Article, Candidate, FeedSpec, Outcome, Source, State
from dateline.store.feeds import Poll, claim_feeds, save_polls
from dateline.store.frontier import FetchRecord, claim_targets, save_fetches
from dateline.store.lease import Lease
from dateline.store.ledger import start_run
from dateline.store.sources import apply_sources
from dateline.store.staging import Refused, Staged, stage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dateline.local.postgres import Cluster
    from dateline.store import Database

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SITE = "https://www.example.org"


def source(slug: str = "example", **changes: object) -> Source:
    """A source with one feed."""
    given = {"name": slug.title(), "home_url": SITE, "feeds": (FeedSpec(f"{SITE}/{slug}.xml"),)}
    return Source(slug, **(given | changes))


def lease(run: str = "run-1", shard: int = 0, shards: int = 1, limit: int = 1000) -> Lease:
    return Lease(run, shard, shards, f"{run}/{shard}", 60.0, limit)


def candidate(path: str, title: str = "A title", published: datetime | None = NOW) -> Candidate:
    return Candidate(
        f"{SITE}/{path}", digest(f"{path}{title}".encode()), title=title, published=published
    )


def article(path: str, **changes: object) -> Article:
    url = f"{SITE}/{path}"
    given = {"title": f"Title of {path}", "body": f"First of {path}.\n\nSecond.", "language": "en"}
    return Article(url, url, **(given | changes))


class Desk:
    """Drives the store through the stages, without network or parsing."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.files = 0

    def apply(self, *sources: Source) -> None:
        apply_sources(self.database, [(item, "test.toml") for item in sources])

    def discover(self, *candidates: Candidate, run: str = "run-1") -> tuple[int, int]:
        """Poll the only feed that is due, and find these in it."""
        start_run(self.database, run, "ingest")
        with self.database.transaction() as cursor:
            cursor.execute("update ops.feed set next_poll_at = now() - interval '1 second'")
        (feed,) = claim_feeds(self.database, lease(run), datetime.now(UTC))
        parsed = ParsedFeed(candidates, entries=len(candidates))
        verdict = Verdict(ok=True, feed=parsed, body_hash=digest(repr(candidates).encode()))
        now = datetime.now(UTC)
        return save_polls(
            self.database, [Poll(feed, now, verdict, plan(feed, verdict, now), 200)], run
        )

    def fetch(self, run: str = "run-1", outcome: Outcome | None = None) -> str:
        """Fetch all that is due with one outcome; the name of the archive file."""
        self.files += 1
        start_run(self.database, run, "ingest")
        file = f"{run}-{self.files}.warc.gz"
        targets = claim_targets(self.database, lease(run))
        outcome = outcome or Outcome(State.FETCHED, "ok")
        records = [
            FetchRecord(
                target,
                outcome,
                datetime.now(UTC),
                status=200,
                ref=ArchiveRef(file, i) if outcome.state is State.FETCHED else None,
            )
            for i, target in enumerate(targets)
        ]
        save_fetches(self.database, run, records)
        return file

    def pages(self, file: str) -> list[tuple[int, int, str, int]]:
        with self.database.transaction() as cursor:
            cursor.execute(
                "select id, source_id, url, archive_offset from ops.frontier "
                "where state = 'fetched' and archive_file = %s order by archive_offset",
                (file,),
            )
            return cursor.fetchall()

    def extract(
        self,
        file: str,
        make: Callable[[str], Article] = lambda url: article(url.removeprefix(f"{SITE}/")),
        run: str = "run-1",
        refused: Sequence[Refused] = (),
    ) -> None:
        """Stage an article for every page of the file."""
        left_out = {item.frontier_id for item in refused}
        staged = []
        for id_, source_id, url, offset in self.pages(file):
            if id_ in left_out:
                continue
            made = make(url)
            text = f"{made.title}|{made.summary}|{made.body}"
            ref = ArchiveRef(file, offset)
            at = datetime.now(UTC)
            staged.append(
                Staged(
                    id_,
                    source_id,
                    at,
                    ref,
                    made,
                    4,
                    digest(text.encode("utf-8", "replace")),
                    "test",
                )
            )
        stage(self.database, run, file, staged, refused)

    def age(self, hours: float) -> None:
        """Let time pass for what is loaded."""
        with self.database.transaction() as cursor:
            cursor.execute(
                "update news.article set first_seen_at = first_seen_at - %(by)s;"
                "update ops.frontier set due_at = due_at - %(by)s, fetched_at = fetched_at - %(by)s,"
                "gone_since = gone_since - %(by)s",
                {"by": timedelta(hours=hours)},
            )

    def states(self) -> dict[str, tuple[str, str]]:
        """Path → (state, reason)."""
        return {
            url.removeprefix(f"{SITE}/"): (state, reason)
            for url, state, reason in self.query("select url, state, reason from ops.frontier")
        }

    def query(self, sql: str, *values: object) -> list[tuple]:
        with self.database.transaction() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def reader(cluster: Cluster, database: Database) -> Callable[[str], list[tuple]]:
    """Asks the database as `dateline_reader`, with nothing but that role's rights."""
    connection = psycopg2.connect(cluster.superuser_dsn)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"grant dateline_reader to {WAREHOUSE}")
    connection.close()

    def ask(sql: str) -> list[tuple]:
        with database.transaction() as cursor:
            cursor.execute("set local role dateline_reader")
            cursor.execute(sql)
            return cursor.fetchall()

    return ask


@pytest.fixture
def desk(database: Database) -> Desk:
    """A database with one source."""
    made = Desk(database)
    made.apply(source())
    return made
