"""How a field is chosen: every signal is evidence with a weight, and the losers are kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

_LOSERS = 4
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Evidence(Generic[T]):
    """One signal's word for a field's value; `source` as "jsonld.headline" or "meta.og:title"."""

    value: T
    source: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """A field's value, or None, with where it came from.

    Attributes:
        provenance: {"from": signal, "others": {signal: value, ...}, "rejected": {signal: reason}};
            only what there is.
    """

    value: T | None
    provenance: dict[str, Any] = field(default_factory=dict)


def vote(evidence: Iterable[Evidence[T]], key: Callable[[T], object]) -> Choice[T]:
    """The value with the most weight behind it.

    Args:
        evidence: in order of belief; among equal values the first one's spelling is taken.
        key: values with the same key support each other.
    """
    listed = list(evidence)
    weights: dict[object, float] = {}
    for item in listed:
        weights[key(item.value)] = weights.get(key(item.value), 0.0) + item.weight
    if not listed:
        return Choice(None)
    winner = max(listed, key=lambda item: weights[key(item.value)])
    return taken(winner, [item for item in listed if key(item.value) != key(winner.value)])


def first(evidence: Iterable[Evidence[T]]) -> Choice[T]:
    """The first value; the next ones are the losers."""
    listed = list(evidence)
    return taken(listed[0], listed[1:]) if listed else Choice(None)


def taken(
    winner: Evidence[T], losers: Iterable[Evidence[T]], rejected: dict[str, str] | None = None
) -> Choice[T]:
    """`winner` as the choice, with the losing values that differ from it, shortened."""
    provenance: dict[str, Any] = {"from": winner.source}
    others: dict[str, str] = {}
    for item in losers:
        if len(others) < _LOSERS and item.value != winner.value:
            others.setdefault(item.source, str(item.value)[:_LONGEST])
    if others:
        provenance["others"] = others
    if rejected:
        provenance["rejected"] = rejected
    return Choice(winner.value, provenance)
