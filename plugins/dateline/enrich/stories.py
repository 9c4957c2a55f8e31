"""Stories: who carries the same text, who had it first, and whose text it is.

    pairs that are copies ─► group: which story each article belongs to ─► cast: the role of each

A story is a chain of copies: each member is a copy of at least one other, not of every other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np

from dateline.enrich.near import overlap
from dateline.extract.agencies import agency_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from dateline.enrich.near import Print, Shingles

Role = Literal["original", "wire_copy", "near_copy"]


@dataclass(frozen=True, slots=True)
class Link:
    """Two articles that are copies.

    Attributes:
        one, other: their ids.
        jaccard: share of their shingles that both have, 0 to 1.
        containment: the same, of the shingles of the shorter one.
    """

    one: int
    other: int
    jaccard: float
    containment: float


@dataclass(frozen=True, slots=True)
class Group:
    """A story after a batch.

    Attributes:
        story: its id; None: a new one.
        joined: articles that belong to it from now on, sorted: of the batch, or in none before.
        merged: stories that become a part of it, sorted.
    """

    story: int | None
    joined: tuple[int, ...]
    merged: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story, as far as its role depends on it.

    Attributes:
        article: its id.
        source: its publisher's slug.
        source_name: its publisher's name, which may be an agency's.
        agency: that its dateline or byline names.
        at: see `appeared`.
    """

    article: int
    source: str
    source_name: str
    agency: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """The role of an article in its story, and why."""

    article: int
    role: Role
    reason: str


@dataclass(frozen=True, slots=True)
class Cast:
    """A story's parts, earliest first, and the agency whose text it is."""

    parts: tuple[Part, ...]
    agency: str | None

    @property
    def first(self) -> int | None:
        """The original, else the earliest article; None if there is none."""
        originals = (part.article for part in self.parts if part.role == "original")
        return next(originals, self.parts[0].article if self.parts else None)


def copies(
    pairs: Iterable[tuple[int, int]], prints: Mapping[int, Print], common: Mapping[int, Shingles]
) -> list[Link]:
    """Those of the pairs of articles that are copies.

    Args:
        pairs: of articles; one without a fingerprint is left out.
        prints: article → its fingerprint.
        common: article → shingles that say nothing (see `near.boilerplate`), if there are any.
    """
    found: list[Link] = []
    for one, other in sorted(pairs):
        if one in prints and other in prints:
            known = [common[article] for article in (one, other) if article in common]
            shared = overlap(prints[one], prints[other], np.concatenate(known) if known else None)
            if shared.copy:
                found.append(Link(one, other, shared.jaccard, shared.containment))
    return found


def group(
    batch: Collection[int], links: Iterable[Link], stories: Mapping[int, int], held: Collection[int]
) -> tuple[Group, ...]:
    """Which story every article of the batch belongs to; one that is in no group is in no story.

    Of several stories that turn out to be one, the oldest (smallest id) stays.

    Args:
        batch: articles whose text is new or was revised: their membership is decided anew.
        links: of articles of the batch, with each other and with others.
        stories: article → its story until now, of the batch and of all articles in `links`.
        held: those of these stories that have members outside the batch.
    """
    forest = _Forest()
    for link in links:
        forest.join(link.one, link.other)
    trees = forest.trees()
    # A story whose members are all in the batch goes on in the first group that has one of them.
    free = {stories[article] for article in batch if article in stories} - set(held)
    claims: list[set[int]] = []
    for tree in trees:
        kept = {stories[a] for a in tree if a in stories and (a not in batch or stories[a] in free)}
        free -= kept
        claims.append(kept)
    return tuple(sorted(_merged(trees, claims, batch, stories), key=lambda item: item.joined))


def _merged(
    trees: Sequence[Sequence[int]],
    claims: Sequence[set[int]],
    batch: Collection[int],
    stories: Mapping[int, int],
) -> Iterator[Group]:
    """Trees that claim the same story are one group."""
    forest = _Forest()
    for i, claimed in enumerate(claims):
        forest.join(~i, ~i)
        for story in claimed:
            forest.join(~i, story)  # trees are negative, stories positive
    for nodes in forest.trees():
        articles = sorted(article for node in nodes if node < 0 for article in trees[~node])
        ids = sorted(node for node in nodes if node >= 0)
        joined = tuple(a for a in articles if a in batch or a not in stories)
        yield Group(ids[0] if ids else None, joined, tuple(ids[1:]))


class _Forest:
    """Sets of ids that are joined two at a time."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def join(self, one: int, other: int) -> None:
        """Put two ids, and all that is joined to them, into one set."""
        self._parent[self._root(one)] = self._root(other)

    def trees(self) -> list[list[int]]:
        """The sets, sorted."""
        found: dict[int, list[int]] = {}
        for node in sorted(self._parent):
            found.setdefault(self._root(node), []).append(node)
        return list(found.values())

    def _root(self, node: int) -> int:
        while (parent := self._parent.setdefault(node, node)) != node:
            # Halving the way up keeps it short.
            self._parent[node] = self._parent[parent]
            node = parent
        return node


def appeared(published: datetime | None, precision: str, first_seen: datetime) -> datetime:
    """When an article was there at the latest: its time, the end of its day, or our first sight."""
    if published is None:
        return first_seen
    return min(published + timedelta(days=precision == "day"), first_seen)


def cast(members: Sequence[Member]) -> Cast:
    """The roles in a story.

    An agency that some member names owns the text: its own article is the original if it is
    among the members, and all others carry a wire copy. Else the earliest is the original.
    """
    order = sorted(members, key=lambda member: (member.at, member.article))
    agency = _owner(order)
    first = next((m for m in order if agency in (None, agency_of(m.source_name))), None)
    return Cast(tuple(_part(member, first, agency, order) for member in order), agency)


def _owner(order: Sequence[Member]) -> str | None:
    """The agency most members name; of two, the one named earlier."""
    named = [member.agency for member in order if member.agency]
    return max(named, key=named.count) if named else None


def _part(
    member: Member, first: Member | None, agency: str | None, order: Sequence[Member]
) -> Part:
    if member is first:
        own = f"{agency}'s own article" if agency else "earliest publication"
        return Part(member.article, "original", own)
    if agency is None:
        assert first is not None
        whose = (
            "again by the same source" if member.source == first.source else f"after {first.source}"
        )
        return Part(member.article, "near_copy", f"{whose}, {_delay(member.at - first.at)} later")
    if member.agency:
        return Part(member.article, "wire_copy", f"names {member.agency}")
    witness = next(m.source for m in order if m.agency == agency)
    return Part(member.article, "wire_copy", f"names no agency; {witness} has it from {agency}")


def _delay(time: timedelta) -> str:
    hours, minutes = divmod(round(time.total_seconds() / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"
