"""Near copies: what is one text, what only looks like it, and what a fingerprint depends on."""

from __future__ import annotations

import random

import numpy as np
import pytest

from dateline.enrich.near import (
    BANDS,
    COMMON,
    LONGEST,
    Overlap,
    Print,
    boilerplate,
    imprint,
    overlap,
)


def words(seed: int, count: int = 200) -> list[str]:
    rng = random.Random(seed)
    return [f"w{rng.randrange(10**6)}" for _ in range(count)]


def of(*parts: list[str]) -> Print:
    return imprint("A title", " ".join(word for part in parts for word in part))


def found(one: Print, other: Print) -> bool:
    return bool(set(one.keys) & set(other.keys))


def test_overlap_is_exact() -> None:
    """Of 196 and 96 shingles, the 96 of the shorter text are in the longer one."""
    text = words(1)
    assert overlap(of(text), of(text[:100])) == Overlap(96 / 196, 1.0, 96)
    assert overlap(of(text), of(words(2))) == Overlap(0.0, 0.0, 0)


@pytest.mark.parametrize(
    ("jaccard", "containment", "shared", "copy"),
    [
        (0.5, 0.6, 90, True),
        (0.49, 0.79, 90, False),
        (0.2, 0.8, 60, True),
        (0.2, 1.0, 59, False),
    ],
)
def test_a_copy_is_half_alike_or_a_good_part(
    jaccard: float, containment: float, shared: int, copy: bool
) -> None:
    assert Overlap(jaccard, containment, shared).copy is copy


def test_case_quotes_accents_and_white_space_do_not_matter() -> None:
    text = "He said: “It’s a café, isn’t it?” — and left. " * 12
    other = text.upper().replace("É", "E").replace("“", '"').replace("’", "'").replace(" ", "\n")
    assert overlap(imprint("a", text), imprint("b", other)).jaccard == 1


def test_keys_find_copies_and_seldom_others() -> None:
    """Nine tenths alike: always; a tenth alike: seldom."""
    alike = [(of(words(i)), of(words(i, 190))) for i in range(100)]
    assert all(found(*pair) for pair in alike)
    unlike = [
        (of(words(i), words(i + 1000)), of(words(i, 70), words(i + 2000))) for i in range(100)
    ]
    assert sum(found(*pair) for pair in unlike) < 15


def test_a_fingerprint_never_changes() -> None:
    """Keys in the database were made by it."""
    made = imprint("Title", " ".join(f"word{i}" for i in range(40)))
    assert len(made.keys) == BANDS
    assert (len(made.shingles), int(made.shingles[0])) == (36, 929989932656178105)
    assert made.keys[:2] == (-6335161018744034598, -6873972471080912015)


def test_characters_count_where_a_script_has_no_spaces() -> None:
    """A Chinese text of 60 characters is no short one; a changed character costs five shingles."""
    rng = random.Random(3)
    text = "".join(chr(rng.randrange(0x4E00, 0x9FA0)) for _ in range(60))
    changed = text[:30] + "的" + text[31:]
    assert len(imprint("题", text).shingles) == 56
    assert overlap(imprint("题", text), imprint("目", changed)).shared == 51


def test_short_texts_are_equal_or_not() -> None:
    short = imprint("Ferry returns", "Read it there.")
    assert overlap(short, imprint("“Ferry returns”", "Read it there")).copy
    assert not overlap(short, imprint("Ferry leaves", "Read it there.")).copy
    assert not overlap(short, imprint("Ferry", "returns Read it there.")).copy
    assert not overlap(short, of(words(1))).copy
    assert len(short.keys) == 1


def test_a_text_without_words_has_no_key() -> None:
    assert imprint("Title", " … ").keys == ()
    assert imprint("", "").keys == ()


def test_a_text_of_any_length_has_a_bounded_fingerprint() -> None:
    assert len(imprint("a", "b " + " ".join(map(str, range(3 * LONGEST)))).shingles) <= LONGEST


def test_boilerplate_is_what_many_different_texts_share() -> None:
    notice = words(1, 50)
    prints = [of(words(seed), notice) for seed in range(10, 10 + COMMON)]
    common = boilerplate(prints)
    assert len(common) == 46
    assert len(boilerplate(prints[1:])) == 0
    assert overlap(prints[0], prints[1], common) == Overlap(0.0, 0.0, 0)


def test_the_same_text_again_and_again_is_no_boilerplate() -> None:
    assert len(boilerplate([of(words(1), words(seed, 5)) for seed in range(20)])) == 0


def test_little_text_beside_boilerplate_is_compared_with_nothing() -> None:
    """Else a line that two notices have in common would make them copies."""
    common = of(words(1)).shingles
    one, other = of(words(1), words(2, 10)), of(words(1), words(2, 10))
    assert overlap(one, other).copy
    assert not overlap(one, other, common).copy


def test_a_short_text_that_a_source_always_prints_is_no_copy() -> None:
    short = imprint("Subscribe", "Read it all.")
    assert not overlap(short, short, np.array(short.shingles)).copy
