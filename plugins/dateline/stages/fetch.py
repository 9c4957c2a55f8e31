"""Fetch: takes due URLs, fetches them politely and archives the bytes.

It reads one thing in a page: whether its article goes on at another address. Those further pages
are fetched as the next from their host and archived behind the first.
"""

from __future__ import annotations

import re
import secrets
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from dateline.archive import ArchiveWriter
from dateline.extract.gate import media_type
from dateline.extract.pagination import next_page
from dateline.fetch import (
    Client,
    Crawl,
    Deferred,
    Failure,
    Fetched,
    Forbidden,
    Request,
    Response,
    judge_page,
    judge_parts,
)
from dateline.hashes import digest
from dateline.model import ArchiveRef, Outcome, State, Target, Validators
from dateline.store.frontier import (
    BACKFILL,
    FRESH,
    FetchRecord,
    claim_targets,
    release_targets,
    save_fetches,
)
from dateline.store.hosts import SharedPace, load_hosts, save_hosts
from dateline.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dateline.stages.context import Context

PATIENCE = timedelta(days=7)
"""How long a URL waits for a host that is out of reach or wants to be left alone."""

_OK = 200
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


def fetch(context: Context, shard: int, shards: int, *, backfill: bool = False) -> FetchTotals:
    """Fetch the shard's due URLs within the time budget, newest first.

    Args:
        context: of the run.
        shard: which.
        shards: of how many.
        backfill: only what backfills have put on the frontier.

    Raises:
        ArchiveError: the archive cannot be written (a full disk); what was archived before is
            kept, the rest waits for the next run.
    """
    lease = context.lease(shard, shards)
    priorities = (BACKFILL,) if backfill else (FRESH, BACKFILL)
    claimed = claim_targets(context.database, lease, priorities)
    targets = {target.id: target for target in claimed}
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
    crawl = Crawl(client, context.settings, states, shared=SharedPace(context.database))
    requests = [_request(context, target) for target in targets.values()]
    counts: Counter[str] = Counter()
    try:
        with (
            ArchiveWriter(context.settings.archive_dir, name) as writer,
            closing(_Batch(context, writer)) as batch,
            closing(crawl.run(requests, deadline)) as results,
        ):
            for story in _stories(context, targets, crawl, results):
                record = _record(context, story, writer)
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


@dataclass(slots=True)
class _Story:
    """How a URL's fetch ended, and the further pages of its article that were fetched.

    Attributes:
        body_hash: of what is to be archived or is already; None if nothing came.
        complete: no part was left out.
    """

    target: Target
    fetched: Fetched
    outcome: Outcome
    max_attempts: int
    body_hash: bytes | None = None
    parts: list[Response] = field(default_factory=list)
    complete: bool = True

    def following(self) -> Request | None:
        """For the next part, if the last page that was fetched names one."""
        main = self.fetched.result
        if not isinstance(main, Response) or self.outcome.state is not State.FETCHED:
            return None
        if not self.complete:
            return None
        *seen, last = main, *self.parts
        addresses = [page.final_url for page in seen]
        kind = last.header("content-type")
        url = next_page(last.body, last.final_url, addresses, content_type=kind)
        if url is None:
            return None
        return replace(self.fetched.request, url=url, host=host_of(url), validators=Validators())

    def take(self, fetched: Fetched) -> None:
        """Add the part that was asked for; one that did not come, or came before, is left out."""
        part = fetched.result
        if not isinstance(part, Response) or part.status != _OK:
            self.leave_out(part)
        elif any(_same(part, page) for page in (self.fetched.result, *self.parts)):
            self.leave_out("seen_before")
        else:
            self.parts.append(part)

    def leave_out(self, part: Response | Failure | Forbidden | Deferred | str) -> None:
        """Note why the next part is missing; nothing more is asked for."""
        main = self.fetched.result
        assert isinstance(main, Response)
        self.complete = False
        page = len(self.parts) + 2
        self.outcome = judge_parts(part, page, self.target, max_attempts=self.max_attempts)
        # Other bytes than those of the whole, so that a recheck does not take it for that.
        self.body_hash = digest(f"from page {page}:".encode() + main.body)
        if self.target.known and self.body_hash == self.target.body_hash:
            self.outcome = Outcome(State.UNCHANGED, "same_bytes")


def _same(part: Response, page: object) -> bool:
    return isinstance(page, Response) and (
        part.final_url == page.final_url or part.body == page.body
    )


def _stories(
    context: Context, targets: dict[int, Target], crawl: Crawl, results: Iterable[Fetched]
) -> Iterator[_Story]:
    """The URLs as they end, an article of several pages with its last."""
    held: dict[int, _Story] = {}
    for fetched in results:
        key = fetched.request.key
        if (story := held.pop(key, None)) is not None:
            story.take(fetched)
        else:
            story = _judged(context, targets[key], fetched)
        if request := story.following():
            if crawl.add(request):
                held[key] = story
                continue
            story.leave_out("host_blocked")
        yield story
    for story in held.values():
        story.leave_out("out_of_time")
        yield story


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
        unwanted=_not_html,
    )


def _not_html(content_type: str | None, head: bytes) -> str | None:
    """The type of what surely is no page; where it is not sure, extraction decides."""
    kind = media_type(head, content_type)
    unsure = kind.startswith("text/") or kind in {"application/xml", "application/octet-stream"}
    return None if unsure else kind


def _judged(context: Context, target: Target, fetched: Fetched) -> _Story:
    result = fetched.result
    waited = context.clock() - target.discovered_at
    outcome = judge_page(result, target, max_attempts=context.settings.max_attempts)
    body_hash: bytes | None = None
    if isinstance(result, Deferred) and waited > PATIENCE and not target.known:
        outcome = Outcome(State.QUARANTINED, f"gave_up: {result.reason}")
    if isinstance(result, Response) and outcome.state is State.FETCHED:
        body_hash = digest(result.body)
        if target.known and body_hash == target.body_hash:
            outcome = Outcome(State.UNCHANGED, "same_bytes")
    return _Story(target, fetched, outcome, context.settings.max_attempts, body_hash)


def _record(context: Context, story: _Story, writer: ArchiveWriter) -> FetchRecord:
    result, state = story.fetched.result, story.outcome.state
    answer = result if isinstance(result, Response) else None
    stored = state in {State.FETCHED, State.UNCHANGED}
    ref: ArchiveRef | None = None
    if answer and state is State.FETCHED:
        ref = writer.write(answer, story.parts)
    return FetchRecord(
        target=story.target,
        outcome=story.outcome,
        at=context.clock(),
        counts=not isinstance(result, Deferred),
        status=result.status if isinstance(result, Response | Failure) else None,
        validators=_validators(story, answer),
        body_hash=story.body_hash if stored else None,
        ref=ref,
        wire_bytes=len(answer.wire) if answer else 0,
        elapsed=result.elapsed if isinstance(result, Response | Failure) else 0.0,
        robots_hash=story.fetched.robots_hash,
        robots_rule=story.fetched.robots_rule,
        detail=result.detail if isinstance(result, Failure) else None,
    )


def _validators(story: _Story, answer: Response | None) -> Validators:
    """For the next recheck; it is unconditional where a part is missing, which may come then."""
    if not story.complete:
        return Validators()
    if answer is None or answer.status == 304:  # noqa: PLR2004 (Not Modified)
        return story.target.validators
    return answer.validators
