"""How a field is chosen: every signal is evidence with a weight, and the losers are kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

_LOSERS = 4
_LONGEST = 120
_DOUBT = 0.3
_LATER = 0.3


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
        provenance: {"from": signal, "confidence": 0 to 1, "others": {signal: value, ...},
            "rejected": {signal: reason}}; only what there is.
    """

    value: T | None
    provenance: dict[str, Any] = field(default_factory=dict)


def confidence(behind: float, against: float = 0.0) -> float:
    """How sure a choice is, 0 to 1: the share of the weight behind it, less where there is little.

    Args:
        behind: weights of the signals that say it; 1.0 is one good signal alone.
        against: weights of those that say something else.
    """
    if behind <= 0:
        return 0.0
    sure: float = behind / (behind + against) * (1 - _DOUBT**behind)
    return round(sure, 2)


def vote(evidence: Iterable[Evidence[T]], key: Callable[[T], object]) -> Choice[T]:
    """The value with the most weight behind it.

    Args:
        evidence: in order of belief; among equal values the first one's spelling is taken.
        key: values with the same key support each other.
    """
    listed = [(key(item.value), item) for item in evidence]
    weights: dict[object, float] = {}
    for same, item in listed:
        weights[same] = weights.get(same, 0.0) + item.weight
    if not listed:
        return Choice(None)
    most, winner = max(listed, key=lambda pair: weights[pair[0]])
    choice = taken(winner, [item for same, item in listed if same != most])
    behind = weights[most]
    sure = confidence(behind, sum(weights.values()) - behind)
    return Choice(choice.value, {"from": winner.source, "confidence": sure} | choice.provenance)


def first(evidence: Iterable[Evidence[T]]) -> Choice[T]:
    """The first value; the next ones are the losers, and speak for it where they say the same."""
    listed = list(evidence)
    if not listed:
        return Choice(None)
    winner = listed[0]
    same = [item for item in listed if item.value == winner.value]
    behind = sum(item.weight for item in same)
    choice = taken(winner, listed[1:])
    against = _LATER * sum(item.weight for item in listed if item.value != winner.value)
    return Choice(
        choice.value,
        {"from": winner.source, "confidence": confidence(behind, against)} | choice.provenance,
    )


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
