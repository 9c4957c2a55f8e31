"""Entities: reads what is loaded for the people, places, dates and quantities in it."""

from __future__ import annotations

import logging
import traceback
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from dateline.enrich import tagger as taggers
from dateline.enrich.gazetteer import gazetteer
from dateline.enrich.mentions import find
from dateline.store import entities as store
from dateline.store.entities import Due, Read

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dateline.enrich.gazetteer import Gazetteer
    from dateline.enrich.model import Span
    from dateline.enrich.tagger import Tagger
    from dateline.stages.context import Context

log = logging.getLogger(__name__)

BATCH = 500
"""Articles read and saved at once: half a minute of work with a model, a second without."""
RULES = "rules 1"
"""The version of the rules, as `ops.entity_work.tagger` keeps it: raise it when they find more."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the search for entities did.

    Attributes:
        articles: read and saved.
        mentions: found in them.
        by_rules: of the articles, those in a language that the model does not read.
        failed: articles whose reading ended in an error; `ops.entity_work.problem` has it.
        left: still due: the time was up, or they were edited meanwhile.
        tagger: who read them.
        note: what is missing here, if anything is.
    """

    articles: int = 0
    mentions: int = 0
    by_rules: int = 0
    failed: int = 0
    left: int = 0
    tagger: str = RULES
    note: str = ""


def find_entities(context: Context, *, again: bool = False) -> Found:
    """Read the articles that are new or edited, newest first, until the time is up.

    Dates, quantities and the places of datelines need nothing; names need the extra `entities`.

    Args:
        context: of the run.
        again: read those, too, that were read by other rules or another model than today's.

    Raises:
        SettingsError: DATELINE_ENTITIES_MODEL names a model that cannot be loaded.
    """
    tagger = taggers.load(context.settings.entities_model)
    found = Found(tagger=_name(tagger), note=_note(tagger))
    if found.note:
        log.warning("names are not looked for", extra={"reason": found.note})
    if again:
        store.want_again(context.database, found.tagger)
    total = store.count_due(context.database)
    until = context.clock() + timedelta(seconds=context.settings.entities_budget)
    below: int | None = None
    while context.clock() < until:
        batch = store.due(context.database, BATCH, below)
        if not batch:
            break
        below = batch[-1].article_id
        found = _add(context, found, _read(batch, tagger), tagger)
        context.progress("entities", found.articles, total)
    return replace(found, left=store.count_due(context.database))


def _name(tagger: Tagger | None) -> str:
    return f"{RULES} + {tagger.name}" if tagger else RULES


def _note(tagger: Tagger | None) -> str:
    if tagger is not None:
        return ""
    return "only dates, quantities and datelines: for names, pip install 'dateline[entities]'"


def _add(context: Context, found: Found, read: Sequence[Read], tagger: Tagger | None) -> Found:
    """Save a batch and count it."""
    saved = store.save(context.database, read, found.tagger)
    skipped = [tagger and not tagger.reads(item.due.subject.language) for item in read]
    return replace(
        found,
        articles=found.articles + saved.articles,
        mentions=found.mentions + saved.mentions,
        by_rules=found.by_rules + sum(map(bool, skipped)),
        failed=found.failed + sum(item.problem is not None for item in read),
    )


def _read(batch: Sequence[Due], tagger: Tagger | None) -> list[Read]:
    places = gazetteer()
    spans = _spans(batch, tagger) if tagger else {}
    return [_read_one(item, places, spans.get(item.article_id)) for item in batch]


def _read_one(item: Due, places: Gazetteer, spans: dict[str, list[Span]] | None) -> Read:
    try:
        return Read(item, find(item.subject, places, spans))
    except Exception:  # noqa: BLE001 (the boundary of one article: stored, and the rest goes on)
        return Read(item, problem=traceback.format_exc())


def _spans(batch: Sequence[Due], tagger: Tagger) -> dict[int, dict[str, list[Span]]]:
    """What the tagger marks in the texts it can read, by article and field."""
    wanted = list(_texts(batch, tagger))
    found: dict[int, dict[str, list[Span]]] = {}
    for (article_id, field, _), spans in zip(
        wanted, tagger.tag(text for _, _, text in wanted), strict=True
    ):
        found.setdefault(article_id, {})[field] = spans
    return found


def _texts(batch: Sequence[Due], tagger: Tagger) -> Iterator[tuple[int, str, str]]:
    for item in batch:
        if tagger.reads(item.subject.language):
            for field, text in item.subject.texts().items():
                yield item.article_id, field, text
