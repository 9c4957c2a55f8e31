"""The compiled loops give exactly what their Python twins give."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from tests.unit.random_pages import PAGES, PHRASE, SOUP, TREE

from dateline.extract import blocks, features, nesting
from dateline.extract.compiled import native
from dateline.extract.model import Trees, _Part
from dateline.local import native as builder
from dateline.text import clean

GOLDEN = sorted((Path(__file__).parents[1] / "golden").rglob("*.html.gz"))
WITHOUT_COMPILER = shutil.which(os.environ.get("CC", "cc").split()[0]) is None
compiled = pytest.mark.skipif(
    native is None,
    reason="not compiled: python -m dateline.local.native tells why",
)
many = settings(
    max_examples=200,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
ROWS = st.lists(
    st.lists(
        st.builds("<td>{}</td>".format, PHRASE)
        | st.builds("<th><a href=/x>{}</a>{}</th>".format, PHRASE, PHRASE)
        | st.builds("<td><table><tr><td>{}</table></td>".format, PHRASE)
        | st.builds("<td>{}</td>".format, TREE)
        | PHRASE,
        max_size=5,
    ).map(lambda cells: f"<tr>{''.join(cells)}</tr>"),
    max_size=4,
).map(lambda rows: f"<p>a</p><table>{''.join(rows)}</table>z")
HTML = st.one_of(*PAGES.values(), SOUP, ROWS)


def strict(html: str) -> str:
    """A page's body as the parser writes it."""
    body = LexborHTMLParser(html.replace("\0", "")).body
    return (body.html if body is not None else None) or ""


def same_cut(html: str) -> None:
    written = strict(html)
    python, c = blocks.cut(written), blocks.native_cut(written)
    names = list(blocks.Blocks.__dataclass_fields__)
    for name, mine, other in zip(names, python, c, strict=False):
        assert mine == other, name
        assert [type(value) for value in mine] == [type(value) for value in other], name
    assert len(python) == len(c) == len(names) - 1
    if python[0]:
        same_numbers(python[0])
        same_matrix(blocks.Blocks(*python, written))


def same_numbers(texts: list[str]) -> None:
    out = np.full((len(texts), 9), np.nan)
    native.numbers(texts, out)
    expected = np.array([features._counts(text) for text in texts], np.float64).reshape(-1, 9)
    np.testing.assert_array_equal(out, expected)


def same_matrix(found: blocks.Blocks) -> None:
    title, texts = found.text[0], found.text[1:3]
    rng = np.random.default_rng(len(found.html))
    said = features._words(found.text)
    given = (
        features.text_numbers(found, said),
        rng.integers(0, 2 ** len(features.PHRASES), len(found)).astype(np.uint32),
        features._likeness(found, said, title, texts, found.text[-1]),
    )
    python, c = features.grouped(found, *given), features.native_grouped(found, *given)
    for i, name in enumerate(features.NAMES):
        np.testing.assert_array_equal(python[:, i], c[:, i], err_msg=name)


def same_tally(html: str, monkeypatch: pytest.MonkeyPatch) -> None:
    c = native.tally(html)
    with monkeypatch.context() as patch:
        patch.setattr(nesting, "native", None)
        assert nesting.tally(html) == c


@compiled
@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.parent.name)
def test_pages_are_cut_and_counted_alike(path: Path, monkeypatch: pytest.MonkeyPatch):
    html = gzip.decompress(path.read_bytes()).decode("utf-8", "replace")
    assert blocks.cut(strict(html))[0]
    same_cut(html)
    same_tally(html, monkeypatch)


@compiled
@many
@example("<p>a<!-- b > c --> d<script>'<p>'</script>e<br>f<svg><svg><p>g</svg></svg>h")
@example("<h1>a<br>b</h1><table><tr><th>Team<td><a href=/x>Goals</a> 3<tr><td><p>x</table>")
@example("<x-" + "y" * 40 + " class=story>a</x-" + "y" * 40 + "><é>b</é><p>&amp;lt;&nbsp;c\u2028d")
@example("<div " + "data-x=1 " * 200 + "class=late>a</div><p>" + "b <i>c</i> " * 20_000)
@given(html=HTML)
def test_any_page_is_cut_alike(html: str):
    same_cut(html)


@compiled
@many
@example(
    texts=[
        "यह। वह।",
        "一、二，三。",
        "»« A|b • c",
        "ab»",
        "abc»",
        "éÀ×Ω Я. B? c! d…",
        "𐍈؟",
        "ªa",
        "ʰ",
    ]
)
@given(texts=st.lists(PHRASE | st.text(min_size=1, max_size=60), max_size=5))
def test_any_text_is_counted_alike(texts: list[str]):
    same_numbers([line for text in texts if (line := clean(text))])


@compiled
@many
@example("<b x><STRONG\ty><strike/><small\n><bx y><b><strong<EM ><o><O></x><nobr z><tt")
@example("<\u0130 x><\u017f a><b\u2028x><b\x85x><s\x1cx><b")
@given(html=HTML)
def test_any_page_is_tallied_alike(html: str):
    same_tally(html, pytest.MonkeyPatch())


@compiled
@many
@given(
    seed=st.integers(0, 2**32 - 1),
    depth=st.integers(1, 7),
    trees=st.integers(1, 90),
    rows=st.integers(0, 11),
)
def test_any_trees_add_up_alike(seed: int, depth: int, trees: int, rows: int):
    """Sums of half-precision leaves, which have no rounding that an order could change."""
    rng = np.random.default_rng(seed)
    width = int(rng.integers(1, 12))
    inner, leaves = 2**depth - 1, 2**depth
    matrix = rng.integers(-3, 4, (rows, width)).astype(np.float32)
    threshold = rng.integers(-3, 4, (trees, inner)).astype(np.float32)
    threshold[rng.random(threshold.shape) < 0.1] = np.inf
    part = _Part(
        rng.integers(0, width, (trees, inner)).astype(np.int32),
        threshold,
        rng.normal(size=(trees, leaves)).astype(np.float16).astype(np.float32),
    )
    chosen = np.flatnonzero(rng.random(rows) < 0.7).astype(np.int32)
    np.testing.assert_array_equal(part.sums(matrix, chosen), part.walked(matrix, chosen))


@compiled
def test_arrays_that_do_not_fit_are_refused():
    """Rather than read beyond their ends."""
    trees = Trees(
        np.zeros((1, 3), np.int32), np.zeros((1, 3), np.float32), np.zeros((1, 4), np.float32)
    )
    trees._first.threshold = trees._first.threshold[:2]
    with pytest.raises(ValueError, match="do not fit"):
        trees.probabilities(np.zeros((2, 2), np.float32))
    with pytest.raises(ValueError, match="nine numbers"):
        native.numbers(["a"], np.zeros((2, 9)))
    with pytest.raises(ValueError, match="must not be empty"):
        native.numbers([""], np.zeros((1, 9)))
    with pytest.raises(TypeError, match="a str is wanted"):
        native.tally(b"<p>")  # type: ignore[arg-type]


@pytest.mark.skipif(WITHOUT_COMPILER, reason="there is no C compiler here")
def test_it_is_compiled_into_a_folder(tmp_path: Path):
    """A library for this Python that can be loaded, and nothing else."""
    built = builder.build(tmp_path)
    assert list(tmp_path.iterdir()) == [built]
    assert built.name == f"_native{sysconfig.get_config_var('EXT_SUFFIX')}"
    code = "import _native; print(_native.tally('<p></p>'))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert done.stdout == "(2, 1, 0, 0)\n"


@pytest.mark.parametrize(
    ("compiler", "why"),
    [
        ("no-such-compiler", "no C compiler (no-such-compiler)"),
        ("false", "exit status 1"),
        (f"{sys.executable} -c raise(SystemExit('x.c:1:error:bad'))", "x.c:1:error:bad"),
    ],
)
def test_without_a_compiler_one_line_says_so(
    compiler: str, why: str, monkeypatch: pytest.MonkeyPatch, capsys: Any, tmp_path: Path
):
    """It is no error, and what is there stays."""
    monkeypatch.setenv("CC", compiler)
    before = sorted(builder.SOURCE.parent.iterdir())
    assert builder.main() == 0
    said = capsys.readouterr()
    assert said.out == f"extraction runs in pure Python, at about twice the CPU: {why}\n"
    assert said.err == ""
    assert sorted(builder.SOURCE.parent.iterdir()) == before
    with pytest.raises((OSError, subprocess.CalledProcessError)):
        builder.build(tmp_path)
    assert list(tmp_path.iterdir()) == []
