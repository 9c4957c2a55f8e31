"""Feeds: claiming what is due, and saving what a poll found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dateline.model import Candidate, Feed, Validators
from dateline.store.database import Cursor, Database, clean, dumps, one, rows
from dateline.store.lease import Lease, politeness
from dateline.store.sqlfiles import queries
from dateline.urls import domain_of, host_of, url_key

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Poll:
    """How a poll ended.

    Attributes:
        ok: the answer was a feed, or "not modified".
        changed: it was a feed with a new body: candidates, validators and hash are of it.
        problem: what was wrong, also with a usable feed.
        failure: how much it counts as a failure (1 hard, 0.5 soft).
        wait: shortest time to the next poll, as the publisher asks.
        wire_bytes: body as on the wire.
        elapsed: seconds.
    """

    feed: Feed
    at: datetime
    ok: bool
    changed: bool = False
    status: int | None = None
    problem: str | None = None
    failure: float = 0.0
    wait: timedelta = timedelta(0)
    validators: Validators = Validators()
    body_hash: bytes | None = None
    title: str | None = None
    candidates: tuple[Candidate, ...] = ()
    wire_bytes: int = 0
    elapsed: float = 0.0

    @property
    def outcome(self) -> str:
        """One line for the fetch log."""
        if not self.ok:
            return f"failed: {self.problem}"
        return f"feed: {len(self.candidates)} entries" if self.changed else "not_modified"


def claim_feeds(database: Database, lease: Lease) -> list[Feed]:
    """Feeds that are due, the longest overdue first, held by `lease`."""

    def work(cursor: Cursor) -> list[Feed]:
        cursor.execute(queries("feeds")["claim_feeds"], lease.parameters())
        return [
            Feed(
                id=row["id"],
                source_id=row["source_id"],
                source=row["slug"],
                url=row["url"],
                host=row["host"],
                validators=Validators(row["etag"], row["last_modified"]),
                body_hash=bytes(row["body_hash"]) if row["body_hash"] is not None else None,
                politeness=politeness(row),
            )
            for row in rows(cursor)
        ]

    return database.run(work)


def save_poll(database: Database, poll: Poll, run: str) -> tuple[int, int]:
    """Stores the poll, its candidates and its line in the fetch log, in one transaction.

    Returns:
        How many URLs are new, and how many known ones are due again because their entry changed.
    """

    def work(cursor: Cursor) -> tuple[int, int]:
        found = _put_candidates(cursor, poll, run) if poll.candidates else (0, 0)
        shared = {"id": poll.feed.id, "at": poll.at, "status": poll.status}
        cursor.execute(
            queries("feeds")["log_poll"],
            shared
            | {
                "run_id": run,
                "url": poll.feed.url,
                "host": poll.feed.host,
                "outcome": clean(poll.outcome),
                "bytes": poll.wire_bytes,
                "elapsed_ms": round(poll.elapsed * 1000),
            },
        )
        cursor.execute(
            queries("feeds")["save_poll"],
            shared
            | {
                "problem": poll.problem,
                "ok": poll.ok,
                "changed": poll.changed,
                "failure": poll.failure,
                "wait": poll.wait,
                "etag": poll.validators.etag,
                "last_modified": poll.validators.last_modified,
                "body_hash": poll.body_hash,
                "entries": len(poll.candidates),
                "title": clean(poll.title) if poll.title else None,
            },
        )
        return found

    return database.run(work)


def _put_candidates(cursor: Cursor, poll: Poll, run: str) -> tuple[int, int]:
    hosts = [host_of(item.url) for item in poll.candidates]
    cursor.execute(
        queries("feeds")["put_candidates"],
        {
            "source_id": poll.feed.source_id,
            "feed_id": poll.feed.id,
            "run_id": run,
            "urls": [clean(item.url) for item in poll.candidates],
            "keys": [clean(url_key(item.url)) for item in poll.candidates],
            "hosts": hosts,
            "domains": [domain_of(host) for host in hosts],
            "fingerprints": [item.fingerprint for item in poll.candidates],
            "published": [item.published for item in poll.candidates],
            "hints": [dumps(_hint(item)) for item in poll.candidates],
        },
    )
    new, changed = one(cursor)
    return new, changed


def _hint(item: Candidate) -> dict[str, Any]:
    kept = ("title", "summary", "authors", "tags", "language", "image_url", "updated")
    return {key: value for key, value in asdict(item).items() if key in kept and value}


def release_feeds(database: Database, owner: str) -> None:
    """Frees what the task still holds."""

    def work(cursor: Cursor) -> None:
        cursor.execute(queries("feeds")["release_feeds"], {"owner": owner})

    database.run(work)


def make_all_due(database: Database) -> None:
    """Makes every feed due now."""

    def work(cursor: Cursor) -> None:
        cursor.execute(queries("feeds")["make_all_due"])

    database.run(work)


def columns(names: Sequence[str], records: Sequence[Sequence[Any]]) -> dict[str, list[Any]]:
    """Records as one list a column, for `unnest`; every column is there also without records."""
    return {name: [record[i] for record in records] for i, name in enumerate(names)}
