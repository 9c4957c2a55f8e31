"""Extract: reads archived pages and stages the articles in them. It fetches nothing."""

from __future__ import annotations

import logging
import tempfile
import traceback
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dateline import __version__
from dateline.archive import read_pages
from dateline.errors import ArchiveError, DatelineError
from dateline.extract import extract as extract_page
from dateline.extract import fallback, prepare
from dateline.extract.normal import content_hash, word_count
from dateline.model import ArchiveRef, Article, Outcome, Page, State
from dateline.stages.recipes import Recipes
from dateline.store.frontier import Pending, Portion, pending_count, pending_pages
from dateline.store.staging import Refused, Staged, stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dateline.extract.fallback import Fallback
    from dateline.stages.context import Context

log = logging.getLogger(__name__)
_LONGEST = 500
BATCH = 500
"""Pages staged at once: some 10 MB of text."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """What an extract task did, in pages."""

    staged: int = 0
    skipped: int = 0
    quarantined: int = 0
    waiting: int = 0


def extract(context: Context, portion: Portion) -> Extracted:
    """Extract the pages of a portion that wait for it, and stage them, a batch a transaction.

    What is staged stays so: a task that was killed and runs again goes on behind it.

    Raises:
        DatelineError: this machine cannot extract; no page is blamed for it.
    """
    _prepare()
    book = Recipes(context.settings.recipes_dir)
    second = fallback.named(context.settings.extract_fallback)
    total = pending_count(context.database, portion)
    counts: Counter[str] = Counter()
    while batch := pending_pages(context.database, portion, BATCH):
        staged: list[Staged] = []
        refused: list[Refused] = []
        for result in _results(context, portion.file, batch, book, second):
            if isinstance(result, Staged):
                staged.append(result)
            else:
                refused.append(result)
            context.progress("extract", counts.total() + len(staged) + len(refused), total)
        stage(context.database, context.run, portion.file, staged, refused)
        counts.update({"staged": len(staged)})
        counts.update(str(item.state) for item in refused)
        portion = replace(portion, first=batch[-1].offset + 1)
    return Extracted(**counts)


def _results(
    context: Context, file: str, batch: Sequence[Pending], book: Recipes, second: Fallback | None
) -> Iterator[Staged | Refused]:
    """What each page of a batch gave."""
    waiting = {item.offset: item for item in batch}
    try:
        for offset, page in read_pages(context.settings.archive_dir, file, list(waiting)):
            item, ref = waiting.pop(offset), ArchiveRef(file, offset)
            yield _extract_one(context, book, item, ref, page, second)
    except ArchiveError as error:
        # The file is gone: its pages are fetched again.
        for offset, item in waiting.items():
            reason = f"archive_lost: {error}"
            yield Refused(item.frontier_id, ArchiveRef(file, offset), State.WAITING, reason)


def _prepare() -> None:
    try:
        prepare()
    except OSError as error:
        raise DatelineError(
            f"cannot unpack the language model in {tempfile.gettempdir()}: "
            f"{error.strerror or error}: free some space, or set TMPDIR to another folder"
        ) from error


def _extract_one(
    context: Context,
    book: Recipes,
    item: Pending,
    ref: ArchiveRef,
    page: Page | ArchiveError,
    second: Fallback | None,
) -> Staged | Refused:
    if isinstance(page, ArchiveError):
        return Refused(item.frontier_id, ref, State.WAITING, f"archive_damaged: {page}")
    recipe, problem = book.of(item.recipe)
    try:
        now = context.clock()
        result = extract_page(page, item.hints, now=now, recipe=recipe, fallback=second)
    except Exception as error:  # noqa: BLE001 (the boundary of one page: stored, and the rest goes on)
        reason = f"extractor_failed: {type(error).__name__}"
        detail = traceback.format_exc()
        return Refused(item.frontier_id, ref, State.QUARANTINED, reason, detail)
    match result:
        case Outcome():
            return Refused(item.frontier_id, ref, result.state, result.reason)
        case Article() if item.has_text and result.provenance["body"]["from"].startswith("feed."):
            # The page has lost its text: the one that is loaded is better than the feed's.
            return Refused(item.frontier_id, ref, State.QUARANTINED, "no_body")
        case Article():
            if problem:
                note = {"recipe": {"name": item.recipe, "problem": problem[:_LONGEST]}}
                result = replace(result, provenance=result.provenance | note)
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
