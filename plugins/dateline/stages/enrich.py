"""Enrich: finds who carries the text of whom. It reads and writes the database, nothing else.

    queue ─► texts ─► fingerprints ─► keys ─► candidates ─► overlap ─► stories

`load` queues what is new or revised; a batch leaves the queue in the transaction that writes its
stories. So what a killed task left undone, the next one does; and nothing stored is ever scanned.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from dateline.enrich.near import boilerplate, imprint
from dateline.enrich.stories import copies
from dateline.store import stories as store
from dateline.store.stories import Settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dateline.enrich.near import Print, Shingles
    from dateline.enrich.stories import Link
    from dateline.stages.context import Context
    from dateline.store.database import Cursor
    from dateline.store.stories import Text

BATCH: Final = 500
"""Articles compared at once: some 2 MB of text, and as much again of their candidates."""
BUDGET: Final = 600.0
"""Seconds a task goes on to take batches; a batch takes about one."""
SHOWN: Final = 100
"""Texts of a source, from a batch and its candidates, that are searched for boilerplate."""


@dataclass(frozen=True, slots=True)
class Stories:
    """What a task did: articles compared and left waiting, and what it changed."""

    compared: int = 0
    joined: int = 0
    left: int = 0
    found: int = 0
    merged: int = 0
    changed: int = 0
    waiting: int = 0


def find_stories(
    context: Context, *, budget: float = BUDGET, monotonic: Callable[[], float] = time.monotonic
) -> Stories:
    """Compare the articles that wait for it, a batch a time, until none does or the time is up.

    Args:
        context: of the run.
        budget: seconds after which no batch is begun.
        monotonic: the clock.
    """
    end = monotonic() + budget
    total, compared, after = Settled(), 0, 0
    waiting = store.waiting(context.database)
    while waiting and monotonic() < end:
        articles = _next(context, after)
        if articles:
            total += _compare(context, articles)
            compared, after = compared + len(articles), articles[-1]
            context.progress("stories", compared, max(compared, waiting))
        elif after == 0:
            break
        else:
            after = 0  # what was queued again meanwhile
    return Stories(
        compared,
        *(total.joined, total.left, total.found, total.merged, total.changed),
        waiting=store.waiting(context.database),
    )


def _next(context: Context, after: int) -> list[int]:
    return context.database.run(lambda cursor: store.peek(cursor, after, BATCH))


def _compare(context: Context, articles: list[int]) -> Settled:
    """Compare a batch: first the texts are read, then what they gave is written."""
    batch, links = context.database.run(lambda cursor: _links(cursor, articles))
    compared = {text.article: text.content_hash for text in batch}
    gone = set(articles) - compared.keys()
    return context.database.run(lambda cursor: store.settle(cursor, compared, gone, links))


def _links(cursor: Cursor, articles: list[int]) -> tuple[list[Text], list[Link]]:
    """The texts of a batch, and which are copies of each other or of what was there before."""
    store.hold(cursor)
    batch = store.texts(cursor, articles)
    prints = _prints(batch)
    pairs = store.candidates(cursor, {article: its.keys for article, its in prints.items()})
    others = store.texts(cursor, {id_ for pair in pairs for id_ in pair} - prints.keys())
    prints |= _prints(others)
    likely = copies(pairs, prints, {})
    known = _boilerplate(cursor, likely, [*batch, *others], prints)
    return batch, copies(((link.one, link.other) for link in likely), prints, known)


def _prints(texts: Iterable[Text]) -> dict[int, Print]:
    return {text.article: imprint(text.title, text.body) for text in texts}


def _boilerplate(
    cursor: Cursor, likely: list[Link], texts: list[Text], prints: dict[int, Print]
) -> dict[int, Shingles]:
    """What the sources of these articles print everywhere, by article."""
    articles = {id_ for link in likely for id_ in (link.one, link.other)}
    source = {text.article: text.source for text in texts}
    wanted = {source[article] for article in articles}
    shown: dict[int, dict[int, Print]] = {id_: {} for id_ in wanted}
    for text in store.recent(cursor, wanted):
        made = prints.get(text.article) or imprint(text.title, text.body)
        shown[text.source][text.article] = made
    for article, its in source.items():
        if its in wanted and len(shown[its]) < SHOWN:
            shown[its][article] = prints[article]
    common = {id_: boilerplate(seen.values()) for id_, seen in shown.items()}
    return {article: common[source[article]] for article in articles}
