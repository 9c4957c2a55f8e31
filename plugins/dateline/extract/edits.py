"""What an edit changed: which fields, how many words, which sentences.

Sentences are compared with `difflib`, words as bags: that stays linear in the length of the text,
and a paragraph that only moved adds and removes no word.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import TYPE_CHECKING

from dateline.extract.normal import normal, without_noise, words_of
from dateline.text import clip

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’»)]*\s+|(?<=[。！？])|\n+")
LONGEST_TEXT = 200_000
"""Characters of a field that are compared."""
MOST_COMPARED = 250_000
"""Pairs of sentences: `difflib` is quadratic; beyond, only words are counted."""
MOST_SENTENCES = 20
LONGEST_SENTENCE = 500


@dataclass(frozen=True, slots=True)
class Text:
    """What of an article makes its revisions."""

    title: str
    summary: str | None
    body: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One that changed; `before` None: it was added, `after` None: it was removed."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Edit:
    """What a reader would call changed.

    Attributes:
        changed: "title", "summary", "body".
        words_added: of all fields; moved ones are neither added nor removed.
        words_removed: likewise.
        sentences: the first `MOST_SENTENCES`, each clipped.
    """

    changed: tuple[str, ...]
    words_added: int
    words_removed: int
    sentences: tuple[Sentence, ...]


def compare(before: Text, after: Text) -> Edit | None:
    """What changed; None if only typography, white space or template noise did."""
    fields = {
        "title": _differing([before.title], [after.title]),
        "summary": _differing(*map(_sentences, _trimmed(before.summary, after.summary))),
        "body": _differing(*map(_sentences, _trimmed(before.body, after.body))),
    }
    changed = {name: pair for name, pair in fields.items() if any(pair)}
    if not changed:
        return None
    counts = [_words(*pair) for pair in changed.values()]
    sentences = [line for name, pair in changed.items() for line in _lines(name, *pair)]
    return Edit(
        tuple(changed),
        sum(added for added, _ in counts),
        sum(removed for _, removed in counts),
        tuple(sentences[:MOST_SENTENCES]),
    )


def _trimmed(before: str | None, after: str | None) -> tuple[list[str], list[str]]:
    """Lines, without those that are the very same at the start and at the end.

    Most edits touch one paragraph: nothing else is then split into sentences and normalised.
    """
    old, new = ((text or "")[:LONGEST_TEXT].split("\n") for text in (before, after))
    head, tail = _common(old, new)
    return old[head : len(old) - tail], new[head : len(new) - tail]


def _sentences(lines: Sequence[str]) -> list[str]:
    parts = _SENTENCE.split(without_noise("\n".join(lines)))
    return [line for part in parts if (line := part.strip())]


def _differing(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    """The sentences between those that both have at the start and at the end."""
    head, tail = _common([*map(normal, before)], [*map(normal, after)])
    return before[head : len(before) - tail], after[head : len(after) - tail]


def _common(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """How many items are equal at the start, and at the end of the rest."""
    shorter = min(len(old), len(new))
    head = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    rest = shorter - head
    return head, next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)


def _words(before: Sequence[str], after: Sequence[str]) -> tuple[int, int]:
    """Words added and removed."""
    old, new = (Counter(words_of(normal(" ".join(part)))) for part in (before, after))
    return (new - old).total(), (old - new).total()


def _lines(field: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Sentence]:
    if len(before) * len(after) > MOST_COMPARED:
        return
    matcher = SequenceMatcher(None, [*map(normal, before)], [*map(normal, after)], autojunk=False)
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag != "equal":
            for old, new in zip_longest(before[i:i_end], after[j:j_end]):
                yield Sentence(field, _clip(old), _clip(new))


def _clip(text: str | None) -> str | None:
    return None if text is None else clip(text, LONGEST_SENTENCE)
