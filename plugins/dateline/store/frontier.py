"""The frontier: claiming URLs that are due, and saving what became of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from dateline.model import ArchiveRef, Hints, Outcome, State, Target, Validators
from dateline.store.changes import ChangeRow, put_changes
from dateline.store.database import Cursor, Database, clean, one, rows
from dateline.store.feeds import columns
from dateline.store.lease import Lease, politeness
from dateline.store.sqlfiles import queries

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class FetchRecord:
    """What a fetch came to, for the frontier and the fetch log.

    Attributes:
        counts: a WAITING outcome is a failed try (a host that asked to wait is none).
        wire_bytes: body as on the wire.
        robots_hash, robots_rule: of the robots.txt that was obeyed, and its line that decided.
    """

    target: Target
    outcome: Outcome
    at: datetime
    counts: bool = True
    status: int | None = None
    validators: Validators = Validators()
    body_hash: bytes | None = None
    ref: ArchiveRef | None = None
    wire_bytes: int = 0
    elapsed: float = 0.0
    robots_hash: bytes | None = None
    robots_rule: str | None = None
    detail: str | None = None


FRESH, BACKFILL = 0, 1
"""Values of `ops.frontier.priority`."""


def claim_targets(
    database: Database, lease: Lease, priorities: Sequence[int] = (FRESH, BACKFILL)
) -> list[Target]:
    """URLs that are due, fair by source, newest first, held by `lease`.

    Args:
        database: the warehouse.
        lease: of a source no more is taken than its pace allows in the lease's time budget.
        priorities: which URLs.
    """

    def work(cursor: Cursor) -> list[Target]:
        cursor.execute(
            queries("frontier")["claim_targets"],
            lease.parameters() | {"priorities": list(priorities)},
        )
        return [
            Target(
                id=row["id"],
                source_id=row["source_id"],
                url=row["url"],
                host=row["host"],
                discovered_at=row["discovered_at"],
                attempts=row["attempts"],
                known=row["known"],
                validators=Validators(row["etag"], row["last_modified"]),
                body_hash=bytes(row["body_hash"]) if row["body_hash"] is not None else None,
                politeness=politeness(row),
            )
            for row in rows(cursor)
        ]

    return database.run(work)


def release_targets(database: Database, owner: str) -> None:
    """Frees what the task still holds: it waits for the next run."""

    def work(cursor: Cursor) -> None:
        cursor.execute(queries("frontier")["release_targets"], {"owner": owner})

    database.run(work)


def save_fetches(database: Database, run: str, records: Sequence[FetchRecord]) -> None:
    """Stores the outcomes of a batch: frontier, articles seen again or gone, quarantine, log."""
    if not records:
        return

    def work(cursor: Cursor) -> None:
        states = _save_states(cursor, records)
        changes = _touch_articles(cursor, records, states)
        _quarantine_fetches(cursor, records, states)
        _log_pages(cursor, run, records)
        _count_unchanged(cursor, records, states)
        put_changes(cursor, changes)

    database.run(work)


@dataclass(frozen=True, slots=True)
class _Saved:
    """A URL as it stands now; `gone_since`: its article is to be taken for deleted."""

    state: str = ""
    article: int | None = None
    gone_since: datetime | None = None


_NOT_SAVED = _Saved()


def _save_states(cursor: Cursor, records: Sequence[FetchRecord]) -> dict[int, _Saved]:
    names = (
        *("id", "state", "reason", "failed", "wait", "status", "etag", "last_modified"),
        *("body_hash", "fetched_at", "archive_file", "archive_offset", "at"),
    )
    values = [
        (
            item.target.id,
            item.outcome.state.value,
            clean(item.outcome.reason),
            int(item.counts),
            item.outcome.retry_after or timedelta(minutes=1),
            item.status,
            item.validators.etag,
            item.validators.last_modified,
            item.body_hash,
            item.at if item.outcome.state in (State.FETCHED, State.UNCHANGED) else None,
            item.ref.file if item.ref else None,
            item.ref.offset if item.ref else None,
            item.at,
        )
        for item in records
    ]
    cursor.execute(queries("frontier")["save_fetches"], columns(names, values))
    return {id_: _Saved(*rest) for id_, *rest in cursor.fetchall()}


def _touch_articles(
    cursor: Cursor, records: Sequence[FetchRecord], states: dict[int, _Saved]
) -> list[ChangeRow]:
    """Articles seen again, seen to be gone, or back."""
    sql = queries("frontier")
    saved = [(states.get(item.target.id, _NOT_SAVED), item) for item in records]
    seen = [
        (url.article, item.at)
        for url, item in saved
        if url.article is not None and item.outcome.state is State.UNCHANGED
    ]
    gone = [(url.article, url.gone_since) for url, _ in saved if url.gone_since is not None]
    changes: list[ChangeRow] = []
    if seen:
        cursor.execute(sql["see_articles"], columns(("id", "at"), seen))
        cursor.execute(sql["bring_back_articles"], columns(("id", "at"), seen))
        changes += cursor.fetchall()
    if gone:
        cursor.execute(sql["lose_articles"], columns(("id", "since"), gone))
        changes += cursor.fetchall()
    return changes


def _count_unchanged(
    cursor: Cursor, records: Sequence[FetchRecord], states: dict[int, _Saved]
) -> None:
    found = Counter(
        item.target.source_id
        for item in records
        if item.outcome.state is State.UNCHANGED
        and states.get(item.target.id, _NOT_SAVED).article is not None
    )
    count_rechecks(cursor, [(source, number, 0) for source, number in found.items()])


def count_rechecks(cursor: Cursor, counts: Sequence[tuple[int, int, int]]) -> None:
    """Adds up what rechecks found: source id, rechecks, edits among them."""
    if counts:
        cursor.execute(
            queries("frontier")["count_rechecks"],
            columns(("source_id", "rechecks", "edits"), counts),
        )


def _quarantine_fetches(
    cursor: Cursor, records: Sequence[FetchRecord], states: dict[int, _Saved]
) -> None:
    quarantine(
        cursor,
        [
            Quarantined(item.target.id, "fetch", item.outcome.reason, item.detail, item.ref)
            for item in records
            if states.get(item.target.id, _NOT_SAVED).state == State.QUARANTINED
            and item.outcome.state is State.QUARANTINED
        ],
    )


def _log_pages(cursor: Cursor, run: str, records: Sequence[FetchRecord]) -> None:
    values = [
        (
            *(item.at, run, item.target.id, item.target.url, item.target.host, item.status),
            f"{item.outcome.state}: {clean(item.outcome.reason)}",
            *(item.wire_bytes, round(item.elapsed * 1000)),
            *(clean(item.robots_rule) if item.robots_rule else None, item.robots_hash),
            *((item.ref.file, item.ref.offset) if item.ref else (None, None)),
        )
        for item in records
    ]
    names = (
        *("at", "run_id", "frontier_id", "url", "host", "status", "outcome"),
        *("bytes", "elapsed_ms", "robots_rule", "robots_hash"),
        *("archive_file", "archive_offset"),
    )
    cursor.execute(queries("frontier")["log_fetches"], columns(names, values))


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A record for ops.quarantine; `stage` is fetch, extract or load."""

    frontier_id: int
    stage: str
    reason: str
    detail: str | None
    ref: ArchiveRef | None


def quarantine(cursor: Cursor, records: Sequence[Quarantined]) -> None:
    """Puts URLs into quarantine, or renews their record there."""
    if not records:
        return
    values = [
        (
            *(item.frontier_id, item.stage, clean(item.reason)),
            clean(item.detail) if item.detail else None,
            *((item.ref.file, item.ref.offset) if item.ref else (None, None)),
        )
        for item in records
    ]
    names = ("frontier_id", "stage", "reason", "detail", "archive_file", "archive_offset")
    cursor.execute(queries("frontier")["quarantine"], columns(names, values))


@dataclass(frozen=True, slots=True)
class Pending:
    """An archived page that waits for extraction.

    Attributes:
        has_text: its article is loaded with a body of the page's own.
        recipe: name of its source's recipe.
    """

    frontier_id: int
    source_id: int
    offset: int
    hints: Hints
    has_text: bool = False
    recipe: str | None = None


Whose = Literal["ingest", "backfill", "all"]


@dataclass(frozen=True, slots=True)
class Portion:
    """What one extract task takes: of a WARC file the pages that wait, all or by their offsets."""

    file: str
    first: int = 0
    last: int | None = None

    def __str__(self) -> str:
        return self.file if self.last is None else f"{self.file}#{self.first}-{self.last}"

    @classmethod
    def parse(cls, text: str) -> Portion:
        """What `str` made of it."""
        file, found, offsets = text.partition("#")
        if not found:
            return cls(file)
        first, _, last = offsets.partition("-")
        return cls(file, int(first), int(last))


def pending_portions(
    database: Database, run: str, whose: Whose, *, size: int, most: int
) -> list[Portion]:
    """The pages that wait for extraction, portioned, in order of file and offset.

    Args:
        database: the warehouse.
        run: whose own pages are among them in any case.
        whose: "ingest": all but those of other backfills under way; "backfill": of others only what
            dead backfills left; "all": whatever waits.
        size: pages a portion, but more if there would be more than `most` portions.
        most: portions, unless there are as many files.
    """

    def work(cursor: Cursor) -> list[Portion]:
        cursor.execute(
            queries("frontier")["pending_portions"],
            {"run_id": run, "whose": whose, "size": size, "most": most},
        )
        return [
            Portion(file) if whole else Portion(file, first, last)
            for file, first, last, whole in cursor.fetchall()
        ]

    return database.run(work)


def pending_count(database: Database, portion: Portion) -> int:
    """How many pages of the portion wait for extraction."""

    def work(cursor: Cursor) -> int:
        cursor.execute(queries("frontier")["pending_count"], _bounds(portion))
        return int(one(cursor)[0])

    return database.run(work)


def pending_pages(database: Database, portion: Portion, limit: int) -> list[Pending]:
    """The first pages of the portion that wait for extraction, by offset."""

    def work(cursor: Cursor) -> list[Pending]:
        cursor.execute(queries("frontier")["pending_pages"], _bounds(portion) | {"limit": limit})
        return [_pending(row) for row in rows(cursor)]

    return database.run(work)


def _bounds(portion: Portion) -> dict[str, Any]:
    return {"file": portion.file, "first": portion.first, "last": portion.last}


def _pending(row: dict[str, Any]) -> Pending:
    hint = row["hint"]
    hints = Hints(
        language=row["language"],
        timezone=row["timezone"],
        title=hint.get("title"),
        summary=hint.get("summary"),
        authors=tuple(hint.get("authors", ())),
        tags=tuple(hint.get("tags", ())),
        published=row["published_hint"],
        image_url=hint.get("image_url"),
        content=row["content"],
    )
    return Pending(
        row["id"], row["source_id"], row["archive_offset"], hints, row["has_text"], row["recipe"]
    )


def make_due(database: Database, query: str, slug: str | None) -> int:
    """Runs `recheck` (loaded URLs) or `retry` (quarantined ones) for one or all sources.

    Returns:
        How many URLs are due now.
    """

    def work(cursor: Cursor) -> int:
        cursor.execute(queries("frontier")[query], {"slug": slug})
        return cursor.rowcount

    return database.run(work)
