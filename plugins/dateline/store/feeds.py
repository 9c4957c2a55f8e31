"""Feeds: claiming what is due, and saving what polls found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from dateline.model import Candidate, Feed, FeedKind, Validators
from dateline.store.database import Cursor, Database, clean, dumps, one, rows
from dateline.store.lease import Lease, politeness
from dateline.store.sqlfiles import queries
from dateline.urls import domain_of, host_of, url_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from dateline.discover import Child
    from dateline.discover.judge import Plan, Verdict


@dataclass(frozen=True, slots=True)
class Poll:
    """How a poll ended, and how its feed goes on.

    Attributes:
        at: when.
        status: of the HTTP answer; None: there was none.
        validators: to send next time.
        children: of a sitemap index, those that are to be polled; None: it is none, or unmodified.
        hub, topic: WebSub hub that the answer names, and the feed's address there.
        wire_bytes: body as on the wire.
        elapsed: seconds.
    """

    feed: Feed
    at: datetime
    verdict: Verdict
    plan: Plan
    status: int | None = None
    validators: Validators = Validators()
    children: tuple[Child, ...] | None = None
    hub: str | None = None
    topic: str | None = None
    wire_bytes: int = 0
    elapsed: float = 0.0
    robots_rule: str | None = None
    robots_hash: bytes | None = None

    @property
    def outcome(self) -> str:
        """One line for the fetch log."""
        verdict = self.verdict
        if not verdict.ok:
            return f"failed: {verdict.problem}"
        if verdict.feed is None:
            return "not_modified"
        if self.children is not None:
            return f"index: {len(self.children)} of {len(verdict.feed.children)} sitemaps"
        gap = ", gap" if self.plan.gap else ""
        return f"{self.feed.kind}: {len(verdict.feed.candidates)} entries{gap}"


def claim_feeds(database: Database, lease: Lease, now: datetime) -> list[Feed]:
    """Feeds that are due, fair by source, the longest overdue first, held by `lease`."""

    def work(cursor: Cursor) -> list[Feed]:
        cursor.execute(queries("feeds")["claim_feeds"], lease.parameters() | {"now": now})
        return [_feed(row) for row in rows(cursor)]

    return database.run(work)


def _feed(row: dict[str, Any]) -> Feed:
    rhythm = row["rhythm_s"]
    return Feed(
        id=row["id"],
        source_id=row["source_id"],
        source=row["source"],
        url=row["url"],
        host=row["host"],
        validators=Validators(row["etag"], row["last_modified"]),
        body_hash=bytes(row["body_hash"]) if row["body_hash"] is not None else None,
        politeness=politeness(row),
        kind=FeedKind(row["kind"]),
        home_url=row["home_url"],
        recipe=row["recipe"],
        min_interval=timedelta(seconds=row["min_interval_s"]),
        max_interval=timedelta(seconds=row["max_interval_s"]),
        rhythm=timedelta(seconds=rhythm) if rhythm is not None else None,
        failures=row["failures"],
        last_ok_at=row["last_ok_at"],
        changed_at=row["changed_at"],
        entries=row["entries"],
        listed=bytes(row["listed"] or b""),
        since=row["since"],
        pushed=row["pushed"],
    )


def save_polls(database: Database, polls: Sequence[Poll], run: str) -> tuple[int, int]:
    """Stores polls, their candidates and their lines in the fetch log, in one transaction.

    Returns:
        How many URLs are new, and how many known ones are due again because their entry changed.
    """
    if not polls:
        return 0, 0

    def work(cursor: Cursor) -> tuple[int, int]:
        found = _put_candidates(cursor, polls, run)
        for poll in polls:
            _put_children(cursor, poll)
        _log(cursor, polls, run)
        _save(cursor, polls)
        return found

    return database.run(work)


def _put_candidates(cursor: Cursor, polls: Iterable[Poll], run: str) -> tuple[int, int]:
    values = []
    for poll in polls:
        for listed in poll.plan.listed:
            item, host = listed.candidate, host_of(listed.candidate.url)
            values.append(
                (
                    *(poll.feed.source_id, poll.feed.id, clean(item.url), clean(url_key(item.url))),
                    *(host, domain_of(host), clean(listed.skip) if listed.skip else None),
                    *(item.fingerprint, item.published, dumps(hint(item))),
                    clean(item.content) if item.content else None,
                )
            )
    if not values:
        return 0, 0
    names = (
        *("source_id", "feed_id", "url", "url_key", "host", "domain", "skip", "fingerprint"),
        *("published", "hint", "content"),
    )
    parameters = columns(names, values) | {"run_id": run}
    cursor.execute(queries("feeds")["adopt_candidates"], parameters)
    adopted = cursor.rowcount
    cursor.execute(queries("feeds")["put_candidates"], parameters)
    new, changed = one(cursor)
    return new + adopted, changed


def hint(item: Candidate) -> dict[str, Any]:
    """What of an entry is kept for the extraction of its page."""
    kept = (
        *("title", "summary", "authors", "tags", "language", "image_url", "updated"),
        "enclosures",
    )
    return {key: value for key, value in asdict(item).items() if key in kept and value}


def _put_children(cursor: Cursor, poll: Poll) -> None:
    if poll.children is None:
        return
    hosts = [host_of(child.url) for child in poll.children]
    parameters = {
        "source_id": poll.feed.source_id,
        "parent_id": poll.feed.id,
        "url": [child.url for child in poll.children],
        "host": hosts,
        "domain": [domain_of(host) for host in hosts],
        "modified": [child.modified for child in poll.children],
    }
    cursor.execute(queries("feeds")["put_children"], parameters)
    cursor.execute(queries("feeds")["retire_children"], parameters)


def _log(cursor: Cursor, polls: Sequence[Poll], run: str) -> None:
    names = (
        *("at", "run_id", "feed_id", "url", "host", "status", "outcome", "bytes", "elapsed_ms"),
        *("robots_rule", "robots_hash"),
    )
    values = [
        (
            *(poll.at, run, poll.feed.id, poll.feed.url, poll.feed.host, poll.status),
            *(clean(poll.outcome), poll.wire_bytes, round(poll.elapsed * 1000)),
            *(poll.robots_rule, poll.robots_hash),
        )
        for poll in polls
    ]
    cursor.execute(queries("feeds")["log_polls"], columns(names, values))


def _save(cursor: Cursor, polls: Sequence[Poll]) -> None:
    names = (
        *("id", "at", "status", "problem", "ok", "changed", "failures", "rhythm_s", "etag"),
        *("last_modified", "body_hash", "entries", "listed", "title", "hub", "topic", "gap"),
        "next_at",
    )
    values = []
    for poll in polls:
        verdict, plan, parsed = poll.verdict, poll.plan, poll.verdict.feed
        values.append(
            (
                *(poll.feed.id, poll.at, poll.status),
                clean(verdict.problem) if verdict.problem else None,
                *(verdict.ok, parsed is not None, plan.failures),
                plan.rhythm.total_seconds() if plan.rhythm is not None else None,
                *(poll.validators.etag, poll.validators.last_modified, verdict.body_hash),
                len(parsed.candidates) if parsed else None,
                *(plan.hashes, clean(parsed.title) if parsed and parsed.title else None),
                *(poll.hub, poll.topic, plan.gap, plan.next_at),
            )
        )
    cursor.execute(queries("feeds")["save_polls"], columns(names, values))


def catch_up(database: Database, feed: Feed, sitemaps: Sequence[str]) -> None:
    """Makes the sitemaps of a feed's source due, because entries of the feed were missed.

    Args:
        database: the warehouse.
        feed: as it was before the poll that showed the gap.
        sitemaps: where its source has sitemaps, if none is known so far.
    """
    hosts = [host_of(url) for url in sitemaps]
    parameters = {
        "source_id": feed.source_id,
        "since": feed.last_ok_at,
        "url": list(sitemaps),
        "host": hosts,
        "domain": [domain_of(host) for host in hosts],
    }

    def work(cursor: Cursor) -> None:
        cursor.execute(queries("feeds")["catch_up"], parameters)
        if not cursor.rowcount:
            cursor.execute(queries("feeds")["put_catch_up"], parameters)

    database.run(work)


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
