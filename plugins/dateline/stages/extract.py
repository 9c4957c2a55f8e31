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
from dateline.errors import ArchiveError, DatelineError, SettingsError
from dateline.extract import extract as extract_page
from dateline.extract import fallback, prepare
from dateline.extract.normal import content_hash, word_count
from dateline.model import ArchiveRef, Article, Outcome, Page, State
from dateline.recipefiles import find_recipe
from dateline.store.frontier import Pending, pending_pages
from dateline.store.staging import Refused, Staged, stage

if TYPE_CHECKING:
    from pathlib import Path

    from dateline.extract.fallback import Fallback
    from dateline.extract.recipes import Recipe
    from dateline.stages.context import Context

log = logging.getLogger(__name__)
_LONGEST = 500


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
    book = _Recipes(context.settings.recipes_dir)
    second = fallback.named(context.settings.extract_fallback)
    pending = {item.offset: item for item in pending_pages(context.database, file)}
    staged: list[Staged] = []
    refused: list[Refused] = []
    try:
        for offset, page in read_pages(context.settings.archive_dir, file, pending):
            ref = ArchiveRef(file, offset)
            result = _extract_one(context, book, pending[offset], ref, page, second)
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


class _Recipes:
    """The recipes that a task has met, each read once; a broken one stops nobody."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, Recipe | str] = {}

    def of(self, name: str | None) -> tuple[Recipe | None, str | None]:
        """(recipe, problem) by name: at most one of them."""
        if name is None:
            return None, None
        if name not in self._read:
            try:
                self._read[name] = find_recipe(self._folder, name)
            except SettingsError as error:
                log.warning("recipe_broken", extra={"recipe": name, "problem": str(error)})
                self._read[name] = str(error)
        found = self._read[name]
        return (None, found) if isinstance(found, str) else (found, None)


def _extract_one(
    context: Context,
    book: _Recipes,
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
        case Article() if item.has_text and result.provenance["body"]["from"] == "feed.summary":
            # The page has lost its text: the one that is loaded is better than the feed's summary.
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
