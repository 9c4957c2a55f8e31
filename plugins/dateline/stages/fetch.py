"""Fetch: takes due URLs, fetches them politely and archives the bytes. It parses nothing."""

from __future__ import annotations

import re
import secrets
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from dateline.archive import ArchiveWriter
from dateline.fetch import Client, Crawl, Deferred, Failure, Fetched, Request, Response, judge_page
from dateline.hashes import digest
from dateline.model import ArchiveRef, Outcome, State, Target
from dateline.store.frontier import FetchRecord, claim_targets, release_targets, save_fetches
from dateline.store.hosts import load_hosts, save_hosts

if TYPE_CHECKING:
    from dateline.stages.context import Context

PATIENCE = timedelta(days=7)
"""How long a URL waits for a host that is out of reach or wants to be left alone."""

BATCH = 64
BATCH_SECONDS = 5.0
"""Outcomes are stored after so many pages or seconds: what a killed worker loses at the most."""


@dataclass(frozen=True, slots=True)
class FetchTotals:
    """What a fetch task did, in URLs.

    Attributes:
        left: claimed, not reached in time: they wait for the next run.
        file: the WARC file; None if nothing was archived.
    """

    claimed: int = 0
    fetched: int = 0
    unchanged: int = 0
    waiting: int = 0
    skipped: int = 0
    gone: int = 0
    quarantined: int = 0
    left: int = 0
    file: str | None = None


def fetch(context: Context, shard: int, shards: int) -> FetchTotals:
    """Fetch the shard's due URLs within the time budget, newest first.

    Raises:
        ArchiveError: the archive cannot be written (a full disk); what was archived before is
            kept, the rest waits for the next run.
    """
    lease = context.lease(shard, shards)
    targets = {target.id: target for target in claim_targets(context.database, lease)}
    if not targets:
        return FetchTotals()
    try:
        return _fetch_all(context, targets, _file_name(context, shard))
    finally:
        release_targets(context.database, lease.owner)


def _file_name(context: Context, shard: int) -> str:
    """A name that says when and what; unique, so that a retried task writes a file of its own."""
    run = re.sub(r"[^A-Za-z0-9]+", "-", context.run).strip("-")[:80]
    day = context.clock().strftime("%Y/%m/%d")
    return f"{day}/{run}-{shard}-{secrets.token_hex(4)}.warc.gz"


def _fetch_all(context: Context, targets: dict[int, Target], name: str) -> FetchTotals:
    deadline = time.monotonic() + context.settings.fetch_budget
    client = Client(context.settings)
    states = load_hosts(context.database, (target.host for target in targets.values()))
    crawl = Crawl(client, context.settings, states)
    requests = [_request(context, target) for target in targets.values()]
    counts: Counter[str] = Counter()
    try:
        with (
            ArchiveWriter(context.settings.archive_dir, name) as writer,
            closing(_Batch(context, writer)) as batch,
            closing(crawl.run(requests, deadline)) as results,
        ):
            for fetched in results:
                record = _record(context, targets[fetched.request.key], fetched, writer)
                counts[record.outcome.state.value] += 1
                batch.add(record)
                context.progress("fetch", counts.total(), len(targets))
    finally:
        client.close()
        save_hosts(context.database, list(crawl.hosts.values()))
    return FetchTotals(
        claimed=len(targets),
        left=len(targets) - counts.total(),
        file=name if counts["fetched"] else None,
        **counts,
    )


class _Batch:
    """Outcomes on their way into the database, stored once their bytes are safe on disk."""

    def __init__(self, context: Context, writer: ArchiveWriter) -> None:
        self._context, self._writer = context, writer
        self._records: list[FetchRecord] = []
        self._since = time.monotonic()

    def add(self, record: FetchRecord) -> None:
        self._records.append(record)
        if len(self._records) >= BATCH or time.monotonic() - self._since > BATCH_SECONDS:
            self.close()

    def close(self) -> None:
        """Store what there is; more may be added afterwards."""
        if any(record.ref for record in self._records):
            self._writer.flush()
        save_fetches(self._context.database, self._context.run, self._records)
        self._records, self._since = [], time.monotonic()


def _request(context: Context, target: Target) -> Request:
    return Request(
        key=target.id,
        url=target.url,
        host=target.host,
        validators=target.validators,
        politeness=target.politeness,
        max_size=context.settings.max_page_size,
    )


def _record(
    context: Context, target: Target, fetched: Fetched, writer: ArchiveWriter
) -> FetchRecord:
    result = fetched.result
    waited = context.clock() - target.discovered_at
    outcome = judge_page(result, target, max_attempts=context.settings.max_attempts)
    body_hash: bytes | None = None
    ref: ArchiveRef | None = None
    if isinstance(result, Deferred) and waited > PATIENCE and not target.known:
        outcome = Outcome(State.QUARANTINED, f"gave_up: {result.reason}")
    if isinstance(result, Response) and outcome.state is State.FETCHED:
        body_hash = digest(result.body)
        if target.known and body_hash == target.body_hash:
            outcome = Outcome(State.UNCHANGED, "same_bytes")
        else:
            ref = writer.write(result)
    validators = target.validators
    if isinstance(result, Response) and result.status != 304:  # noqa: PLR2004 (Not Modified)
        validators = result.validators
    return FetchRecord(
        target=target,
        outcome=outcome,
        at=context.clock(),
        counts=not isinstance(result, Deferred),
        status=result.status if isinstance(result, Response | Failure) else None,
        validators=validators,
        body_hash=body_hash,
        ref=ref,
        wire_bytes=len(result.wire) if isinstance(result, Response) else 0,
        elapsed=result.elapsed if isinstance(result, Response | Failure) else 0.0,
        robots_rule=fetched.robots_rule,
        detail=result.detail if isinstance(result, Failure) else None,
    )
