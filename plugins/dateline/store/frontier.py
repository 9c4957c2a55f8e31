"""The frontier: claiming URLs that are due, and saving what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dateline.model import ArchiveRef, Hints, Outcome, State, Target, Validators
from dateline.store.database import Cursor, Database, clean, rows
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
    robots_rule: str | None = None
    detail: str | None = None


def claim_targets(database: Database, lease: Lease) -> list[Target]:
    """URLs that are due, newest first, held by `lease`."""

    def work(cursor: Cursor) -> list[Target]:
        cursor.execute(queries("frontier")["claim_targets"], lease.parameters())
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
        _touch_articles(cursor, records, states)
        _quarantine_fetches(cursor, records, states)
        _log_pages(cursor, run, records)

    database.run(work)


_Saved = dict[int, tuple[str, int | None]]


def _save_states(cursor: Cursor, records: Sequence[FetchRecord]) -> _Saved:
    names = (
        *("id", "state", "reason", "failed", "wait", "status", "etag", "last_modified"),
        *("body_hash", "fetched_at", "archive_file", "archive_offset"),
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
        )
        for item in records
    ]
    cursor.execute(queries("frontier")["save_fetches"], columns(names, values))
    return {id_: (state, article) for id_, state, article in cursor.fetchall()}


def _touch_articles(cursor: Cursor, records: Sequence[FetchRecord], states: _Saved) -> None:
    seen = []
    for item in records:
        state, article = states.get(item.target.id, ("", None))
        if article is not None and item.outcome.state in (State.UNCHANGED, State.GONE):
            seen.append((article, item.at, state == State.GONE))
    if seen:
        cursor.execute(queries("frontier")["touch_articles"], columns(("id", "at", "gone"), seen))


def _quarantine_fetches(cursor: Cursor, records: Sequence[FetchRecord], states: _Saved) -> None:
    quarantine(
        cursor,
        [
            Quarantined(item.target.id, "fetch", item.outcome.reason, item.detail, item.ref)
            for item in records
            if states.get(item.target.id, ("", None))[0] == State.QUARANTINED
            and item.outcome.state is State.QUARANTINED
        ],
    )


def _log_pages(cursor: Cursor, run: str, records: Sequence[FetchRecord]) -> None:
    values = [
        (
            *(item.at, run, item.target.id, item.target.url, item.target.host, item.status),
            f"{item.outcome.state}: {clean(item.outcome.reason)}",
            *(item.wire_bytes, round(item.elapsed * 1000), item.robots_rule),
            *((item.ref.file, item.ref.offset) if item.ref else (None, None)),
        )
        for item in records
    ]
    names = (
        *("at", "run_id", "frontier_id", "url", "host", "status", "outcome"),
        *("bytes", "elapsed_ms", "robots_rule", "archive_file", "archive_offset"),
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


def pending_files(database: Database) -> list[str]:
    """WARC files with pages that wait for extraction, in order of name."""

    def work(cursor: Cursor) -> list[str]:
        cursor.execute(queries("frontier")["pending_files"])
        return [name for (name,) in cursor.fetchall()]

    return database.run(work)


def pending_pages(database: Database, file: str) -> list[Pending]:
    """The pages of that file that wait for extraction, by offset."""

    def work(cursor: Cursor) -> list[Pending]:
        cursor.execute(queries("frontier")["pending_pages"], {"file": file})
        return [_pending(row) for row in rows(cursor)]

    return database.run(work)


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
