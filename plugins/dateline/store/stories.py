"""Stories in Postgres: what waits to be compared, who may be a copy, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from dateline.enrich.stories import Cast, Group, Link, Member, appeared, cast, group
from dateline.store.database import one
from dateline.store.sqlfiles import queries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dateline.store.database import Cursor, Database

BUCKET: Final = 32
"""Articles under one key."""
MOST: Final = 30
"""Candidates of an article, and members of its own story that it is compared with."""
SAMPLE: Final = 24
"""Newest articles of a source that show what it prints everywhere."""


@dataclass(frozen=True, slots=True)
class Text:
    """An article's text, as it is compared."""

    article: int
    source: int
    title: str
    body: str
    content_hash: bytes


@dataclass(frozen=True, slots=True)
class Settled:
    """What a batch changed: articles that joined and left, stories found, merged, and touched."""

    joined: int = 0
    left: int = 0
    found: int = 0
    merged: int = 0
    changed: int = 0

    def __add__(self, other: Settled) -> Settled:
        return Settled(
            self.joined + other.joined,
            self.left + other.left,
            self.found + other.found,
            self.merged + other.merged,
            self.changed + other.changed,
        )


def waiting(database: Database) -> int:
    """Articles that are not yet compared."""
    with database.transaction() as cursor:
        cursor.execute(_sql("waiting"))
        return int(one(cursor)[0])


def peek(cursor: Cursor, after: int, limit: int) -> list[int]:
    """The next articles to compare, by id, after that one; they stay queued until `settle`."""
    cursor.execute(_sql("peek"), {"after": after, "limit": limit})
    return [id_ for (id_,) in cursor.fetchall()]


def texts(cursor: Cursor, articles: Iterable[int]) -> list[Text]:
    """The texts of these articles, of those that still exist."""
    cursor.execute(_sql("texts"), {"ids": list(articles)})
    return _texts(cursor)


def recent(cursor: Cursor, sources: Iterable[int]) -> list[Text]:
    """The newest texts of these sources, `SAMPLE` of each."""
    cursor.execute(_sql("recent"), {"sources": list(sources), "sample": SAMPLE})
    return _texts(cursor)


def candidates(cursor: Cursor, keys: Mapping[int, Sequence[int]]) -> set[tuple[int, int]]:
    """Store the keys of articles, and find who may be a copy of them.

    Args:
        cursor: in a transaction.
        keys: article → its keys.

    Returns:
        Pairs of different articles, the smaller id first.
    """
    flat = [(key, article) for article, its in keys.items() for key in its]
    values = {
        "keys": [key for key, _ in flat],
        "articles": [article for _, article in flat],
        "ids": list(keys),
        "bucket": BUCKET,
        "most": MOST,
    }
    cursor.execute(_sql("put_keys"), values)
    cursor.execute(_sql("candidates"), values)
    return {(min(pair), max(pair)) for pair in cursor.fetchall()}


def hold(cursor: Cursor) -> None:
    """Wait until no other transaction compares texts; others then wait until this one ends."""
    cursor.execute(_sql("one_reader"))


def settle(
    cursor: Cursor, compared: Mapping[int, bytes], gone: Iterable[int], links: Sequence[Link]
) -> Settled:
    """Write what comparing a batch gave, in one transaction.

    Articles that were revised meanwhile stay in the queue. Settling the same again changes nothing.

    Args:
        cursor: in a transaction of its own.
        compared: article → hash of the text that was compared.
        gone: articles of the queue that do not exist any more.
        links: see `enrich.stories.group`.
    """
    cursor.execute(_sql("one_loader"))
    ids = list(compared)
    cursor.execute(_sql("unrevised"), {"ids": ids, "hashes": [compared[id_] for id_ in ids]})
    batch = {id_ for (id_,) in cursor.fetchall()}
    stale = compared.keys() - batch
    links = [link for link in links if not stale & {link.one, link.other}]
    before = _memberships(cursor, batch | {id_ for link in links for id_ in (link.one, link.other)})
    groups = group(batch, links, before, _held(cursor, batch, before))
    found = sum(item.story is None for item in groups)
    groups = _numbered(cursor, groups, found)
    _merge(cursor, groups)
    after = {a: item.story for item in groups for a in item.joined if item.story is not None}
    _join(cursor, after, links)
    merged = {story for item in groups for story in item.merged}
    kept = {a: s for a, s in before.items() if a in batch and s not in merged}
    moved = [article for article, story in kept.items() if after.get(article) != story]
    _leave(cursor, [article for article in moved if article not in after], moved, batch)
    changed = _tell(cursor, {*after.values(), *kept.values()}, moved)
    cursor.execute(_sql("dequeue"), {"done": [*batch, *gone]})
    return Settled(
        joined=len(after.keys() - before.keys()),
        left=len(moved),
        found=found,
        merged=len(merged),
        changed=changed,
    )


def _memberships(cursor: Cursor, articles: Iterable[int]) -> dict[int, int]:
    cursor.execute(_sql("memberships"), {"ids": list(articles)})
    return dict(cursor.fetchall())


def _held(cursor: Cursor, batch: set[int], before: Mapping[int, int]) -> set[int]:
    """The batch's stories that have members outside it."""
    stories = {before[article] for article in batch if article in before}
    cursor.execute(_sql("held"), {"stories": list(stories), "batch": list(batch)})
    return {story for (story,) in cursor.fetchall()}


def _numbered(cursor: Cursor, groups: Sequence[Group], count: int) -> tuple[Group, ...]:
    """The groups with an id for those that are new stories, which are in the table then."""
    cursor.execute(_sql("new_ids"), {"count": count})
    ids = [id_ for (id_,) in cursor.fetchall()]
    cursor.execute(_sql("found_stories"), {"stories": ids})
    new = iter(ids)
    return tuple(replace(item, story=next(new)) if item.story is None else item for item in groups)


def _merge(cursor: Cursor, groups: Sequence[Group]) -> None:
    pairs = [(old, item.story) for item in groups for old in item.merged]
    values = {"merged": [old for old, _ in pairs], "into": [story for _, story in pairs]}
    for name in ("move_members", "merge_stories"):
        cursor.execute(_sql(name), values)


def _join(cursor: Cursor, after: Mapping[int, int], links: Sequence[Link]) -> None:
    best: dict[int, tuple[float, float, int]] = {}
    for link in links:
        for article, other in ((link.one, link.other), (link.other, link.one)):
            # Of several that are as like, the smaller id.
            mine = (link.jaccard, link.containment, -other)
            best[article] = max(best.get(article, mine), mine)
    rows = [(article, story, *best[article]) for article, story in sorted(after.items())]
    values = {
        "articles": [row[0] for row in rows],
        "stories": [row[1] for row in rows],
        "jaccards": [row[2] for row in rows],
        "containments": [row[3] for row in rows],
        "similar": [-row[4] for row in rows],
    }
    cursor.execute(_sql("join"), values)


def _leave(cursor: Cursor, left: Sequence[int], moved: Sequence[int], batch: Iterable[int]) -> None:
    cursor.execute(_sql("leave"), {"left": left})
    cursor.execute(_sql("compare_again"), {"moved": moved, "batch": list(batch)})


def _tell(cursor: Cursor, touched: Iterable[int], moved: Sequence[int]) -> int:
    """Bring these stories and their articles up to date.

    Returns:
        How many of the stories changed.
    """
    stories = list(touched)
    cursor.execute(_sql("dissolve"), {"stories": stories})
    lone = [article for (article,) in cursor.fetchall()]
    casts = _cast(cursor, stories)
    values = {
        "stories": stories,
        "agencies": [casts[story].agency for story in stories],
        "firsts": [casts[story].first for story in stories],
    }
    cursor.execute(_sql("tell"), values)
    changed = cursor.rowcount
    cursor.execute(_sql("mark_articles"), {"stories": stories, "moved": [*moved, *lone]})
    return changed


def _cast(cursor: Cursor, stories: Sequence[int]) -> dict[int, Cast]:
    """Give the members of the stories their roles."""
    cursor.execute(_sql("members"), {"stories": stories})
    members: dict[int, list[Member]] = {story: [] for story in stories}
    for story, article, slug, name, agency, *times in cursor.fetchall():
        members[story].append(Member(article, slug, name, agency, appeared(*times)))
    casts = {story: cast(its) for story, its in members.items()}
    at = {member.article: member.at for its in members.values() for member in its}
    parts = [part for item in casts.values() for part in item.parts]
    values = {
        "articles": [part.article for part in parts],
        "roles": [part.role for part in parts],
        "reasons": [part.reason for part in parts],
        "times": [at[part.article] for part in parts],
    }
    cursor.execute(_sql("play"), values)
    return casts


def _texts(cursor: Cursor) -> list[Text]:
    return [
        Text(article, source, title, body, bytes(digest))
        for article, source, title, body, digest in cursor.fetchall()
    ]


def _sql(name: str) -> str:
    return queries("stories")[name]
