"""Extract: reads archived pages and stages the articles in them. It fetches nothing."""

from __future__ import annotations

import tempfile
import traceback
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dateline import __version__
from dateline.archive import read_pages
from dateline.errors import ArchiveError, DatelineError
from dateline.extract import extract as extract_page
from dateline.extract import prepare
from dateline.extract.normal import content_hash, word_count
from dateline.model import ArchiveRef, Article, Outcome, Page, State
from dateline.store.frontier import Pending, pending_pages
from dateline.store.staging import Refused, Staged, stage

if TYPE_CHECKING:
    from dateline.stages.context import Context


@dataclass(frozen=True, slots=True)
class Extracted:
    """What an extract task did, in pages."""

    staged: int = 0
    skipped: int = 0
    quarantined: int = 0
    waiting: int = 0


def extract(context: Context, file: str) -> Extracted:
    """Extract the pages of a WARC file that wait for it, and stage them in one transaction.

    Raises:
        DatelineError: this machine cannot extract; no page is blamed for it.
    """
    _prepare()
    pending = {item.offset: item for item in pending_pages(context.database, file)}
    staged: list[Staged] = []
    refused: list[Refused] = []
    try:
        for offset, page in read_pages(context.settings.archive_dir, file, pending):
            result = _extract_one(context, pending[offset], ArchiveRef(file, offset), page)
            if isinstance(result, Staged):
                staged.append(result)
            else:
                refused.append(result)
            context.progress("extract", len(staged) + len(refused), len(pending))
    except ArchiveError as error:
        # The file is gone: its pages are fetched again.
        done = {item.frontier_id for item in staged} | {item.frontier_id for item in refused}
        refused += [
            Refused(
                item.frontier_id, ArchiveRef(file, offset), State.WAITING, f"archive_lost: {error}"
            )
            for offset, item in pending.items()
            if item.frontier_id not in done
        ]
    stage(context.database, context.run, file, staged, refused)
    return Extracted(staged=len(staged), **Counter(str(item.state) for item in refused))


def _prepare() -> None:
    try:
        prepare()
    except OSError as error:
        raise DatelineError(
            f"cannot unpack the language model in {tempfile.gettempdir()}: "
            f"{error.strerror or error}: free some space, or set TMPDIR to another folder"
        ) from error


def _extract_one(
    context: Context, item: Pending, ref: ArchiveRef, page: Page | ArchiveError
) -> Staged | Refused:
    if isinstance(page, ArchiveError):
        return Refused(item.frontier_id, ref, State.WAITING, f"archive_damaged: {page}")
    try:
        result = extract_page(page, item.hints, now=context.clock())
    except Exception as error:  # noqa: BLE001 (the boundary of one page: stored, and the rest goes on)
        reason = f"extractor_failed: {type(error).__name__}"
        detail = traceback.format_exc()
        return Refused(item.frontier_id, ref, State.QUARANTINED, reason, detail)
    match result:
        case Outcome():
            return Refused(item.frontier_id, ref, result.state, result.reason)
        case Article() if item.has_text and result.provenance["body"]["from"] == "feed.summary":
            # The page has lost its text: the one that is loaded is better than the feed's summary.
            return Refused(item.frontier_id, ref, State.QUARANTINED, "no_body")
        case Article():
            return Staged(
                frontier_id=item.frontier_id,
                source_id=item.source_id,
                fetched_at=page.fetched_at,
                ref=ref,
                article=result,
                word_count=word_count(result.body, result.language),
                content_hash=content_hash(result.title, result.summary, result.body),
                extractor_version=__version__,
            )
