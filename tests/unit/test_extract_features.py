"""The numbers that the body model sees: their shape, and what some of them mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from selectolax.lexbor import LexborHTMLParser

from dateline.extract import features, model
from dateline.extract.blocks import HINTS, ZONES, segment
from dateline.extract.compiled import native
from dateline.extract.features import NAMES, PHRASES, matrix, numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

TEXT = "The harbour master said, on Monday, that the boats would leave again. All were glad. "
PAGE = (
    "<nav><ul><li><a href=/a>Sport</a><li><a href=/b>Weather</a></ul></nav>"
    "<main class=article-body><h1>Ferry returns to the islands</h1><p>Updated: 1 March 2026</p>"
    f"<p class=text>{TEXT * 2}</p><p class=text>{TEXT}<a href=/x>See it.</a></p><h3>More</h3>"
    f"<p class=text>{TEXT * 3}</p></main>"
    "<footer>© 2026 The Isle Post<br><b>Photo: Ada Holm</b></footer>"
)
TITLE = "Ferry returns to the islands"


@pytest.fixture(
    params=[
        "python",
        pytest.param(
            "compiled",
            marks=pytest.mark.skipif(
                native is None, reason="not compiled: python -m dateline.local.native tells why"
            ),
        ),
    ],
    autouse=True,
)
def _loops(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "python":
        monkeypatch.setattr(features, "native", None)


def table(html: str = PAGE, title: str = TITLE, *told: str, declared: str = "") -> NDArray:
    return matrix(segment(LexborHTMLParser(html)), title, told, declared)


def column(name: str, *given: str, declared: str = "") -> list[float]:
    """A column of the page's table."""
    found = table(*(given or (PAGE,)), declared=declared)[:, NAMES.index(name)]
    return [round(float(value), 3) for value in found]


def test_it_has_a_row_a_block_and_a_column_a_name():
    """All finite numbers of four bytes; what the committed weights ask for is there."""
    found = table()
    assert found.shape == (10, len(NAMES))
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
    assert len(set(NAMES)) == len(NAMES)
    with np.load(model.WEIGHTS) as weights:
        assert weights["feature"].max() < len(NAMES)


@pytest.mark.parametrize(
    "html", ["a", "<p>a</p>", "<h1>a</h1>", "<a href=/>a</a>", "<p>漢字。</p>"]
)
def test_one_block_is_enough(html: str):
    """Of any kind; nothing is divided by zero."""
    assert np.isfinite(table(html, "")).all()
    assert table(html, "").shape == (1, len(NAMES))


def test_nine_counts_of_a_text():
    """Bytes, spaces, commas, stops, capitals, digits, ends, begins in lower case, marks."""
    told = numbers(["Ah, so. Yes!", "été 2026 | •", "一、二。", "» Ὰ"])
    assert told.tolist() == [
        [12, 2, 1, 2, 2, 0, 1, 0, 0],
        [16, 3, 0, 0, 0, 4, 0, 1, 2],
        [12, 0, 1, 2, 0, 0, 1, 0, 0],
        [6, 1, 0, 0, 0, 0, 0, 0, 1],
    ]
    assert numbers([]).shape == (0, 9)


def test_texts_by_themselves():
    """Links, length, endings, dates, bold, what is broken by a <br>."""
    assert column("linked")[:3] == [1, 1, 0]
    assert 0 < column("linked")[5] < 0.1
    assert column("length")[:2] == [5, 7]
    assert column("anchors") == [1, 1, 0, 0, 0, 1, 0, 0, 0, 0]
    assert column("ends") == [0, 0, 0, 0, 1, 1, 0, 1, 0, 0]
    assert column("dated") == [0, 0, 0, 1, 0, 0, 0, 0, 1, 0]
    assert column("broken") == [0] * 9 + [1]
    assert column("bold") == [0] * 9 + [1]


def test_what_lines_say():
    """By the words of short lines."""
    assert column("says_update")[3] == 1
    assert column("says_rights")[8] == 1
    assert column("says_credit")[9] == 1
    assert column("says_update")[4] == 0
    assert column("credit")[9] == 1


def test_likeness_to_title_summary_and_declared_body():
    """1 where it is the same; -1 where there is nothing to compare."""
    assert column("title_equal")[2:4] == [1, 0]
    assert column("title_shared")[2] == 1
    assert 0 < column("title_shared")[4] < 0.5
    assert column("described", PAGE, TITLE, TEXT * 2)[4] >= 0.9
    assert column("described")[4] == 0
    assert set(column("declared")) == {-1}
    declared = column("declared", declared=TEXT * 2)
    assert declared[4] == 1
    assert declared[0] == -1
    twice = PAGE.replace("<footer>", "<footer><p>Sport</p>")
    assert column("repeated", twice)[0] == 2


def test_where_blocks_are():
    """Zones, hints, distance from the title."""
    assert column("in_nav") == [1, 1, *[0] * 8]
    assert column("in_footer") == [*[0] * 8, 1, 1]
    assert column("in_heading") == [0, 0, 1, 0, 0, 0, 1, 0, 0, 0]
    assert column("near_body")[2:8] == [1] * 6
    assert column("is_body") == [0, 0, 0, 0, 1, 1, 0, 1, 0, 0]
    from_title = column("from_title")
    assert from_title[2] == 0
    assert from_title == sorted(from_title)
    assert column("place")[:2] == [0, 0.1]


def test_mass_is_where_the_paragraphs_are():
    """The container of the paragraphs holds all of it; their signature, too."""
    mass = column("mass_parent")
    assert mass[4] == pytest.approx(1)
    assert mass[0] == 0
    assert column("signature_own_mass")[4:6] == [1, 1]
    assert column("signature_own_mass")[3] == 0
    assert column("in_best") == [0, 0, *[1] * 6, 0, 0]
    assert column("same_parent_1")[2:8] == [1, 1, 1, 1, 1, 0]


def test_columns_are_called_by_what_they_are_of():
    """Each phrase, zone and hint has its own."""
    assert {f"says_{name}" for name in PHRASES} <= set(NAMES)
    assert {f"in_{name}" for name in ZONES} <= set(NAMES)
    assert {f"{of}_{name}" for of in ("is", "near", "far") for name in HINTS} <= set(NAMES)
