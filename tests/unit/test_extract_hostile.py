"""Hostile pages: a record or an outcome with its reason, in bounded time and memory, never a crash.

The pages and the program that measures them are those of `make fuzz`, which tells the exact figures;
here the bounds are generous, for machines that are slow or busy.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.benchmarks.hostile_pages import PAGES, STORY, TEXT

from dateline.extract import extract, gate, nesting
from dateline.model import Article, Hints, Outcome, Page, State

ROOT = Path(__file__).parents[2]
MEASURE = ROOT / "tests" / "benchmarks" / "hostile_extract.py"
SECONDS, MEGABYTES = 4.0, 300.0
NOW = datetime(2026, 3, 1, tzinfo=UTC)
URL = "https://isle.example/2026/02/ferry"

# What must be refused, by the beginning of the reason; the rest may be read.
REFUSED = {
    "divs_200k_nested": "too_many_tags",
    "divs_200k_nested_closed": "too_many_tags",
    "stray_ends_hide_depth": "too_many_tags",
    "scripts_hide_depth": "too_deep",
    "barriers_hide_depth": "too_deep",
    "attributes_hide_depth": "too_deep",
    "comments_hide_depth": "too_deep",
    "drawings_hide_depth": "too_deep",
    "escaped_scripts_hide_depth": "too_deep",
    "nuls_hide_depth": "too_deep",
    "items_nested": "too_deep",
    "tags_300k": "too_many_tags",
    "paragraphs_300k": "too_many_tags",
    "options_flat": "too_many_tags",
    "styles_left_open_1000": "too_many_tags",
    "attributes_200k": "too_many_attributes",
    "attributes_quoted_200k": "too_many_attributes",
    "one_line_50mb": "too_large",
    "nuls_only": "empty_page",
}
READ = (
    *("images_flat", "attribute_9mb", "class_9mb", "styles_9mb", "script_9mb"),
    *("comment_9mb", "title_9mb", "no_tags", "utf8_broken", "charsets_mixed", "charset_lies"),
    *("utf16", "nuls", "bidi_and_zero_width", "surrogates_by_reference", "non_characters"),
    *("ld_invalid", "ld_garbage", "ld_deep", "ld_deep_closed", "ld_recursive", "ld_authors_500"),
    *("ld_types_odd", "ld_keys_odd", "ld_surrogates", "ld_markup", "base_script", "base_broken"),
    *("data_urls", "scripts_in_attributes", "scripts_in_paragraphs", "options_5k"),
)
"""What must still give an article with the story's text."""


@pytest.fixture(scope="module")
def measured() -> dict[str, dict[str, Any]]:
    """Every page in a process of its own: what it gave, CPU seconds, megabytes."""
    command = [sys.executable, str(MEASURE)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {row["page"]: row for row in rows}


@pytest.mark.parametrize("name", PAGES)
def test_it_ends_within_its_bounds(name: str, measured: dict[str, dict[str, Any]]) -> None:
    """CPU and memory, and an answer that is no failure of the extractor."""
    found = measured[name]
    assert "crashed" not in found
    assert found["seconds"] <= SECONDS
    assert found["mb"] <= MEGABYTES
    assert "extract_failed" not in found["gave"]
    assert found["gave"].startswith(f"quarantined: {REFUSED.get(name, '')}") or name not in REFUSED


def read(name: str) -> Article:
    result = extract(Page(URL, URL, 200, (), PAGES[name](), NOW), Hints(), now=NOW)
    assert isinstance(result, Article), result
    return result


@pytest.mark.parametrize("name", READ)
def test_the_story_is_still_read(name: str) -> None:
    """What is odd around it does not hide it."""
    article = read(name)
    assert "passengers slept in the school" in article.body
    for value in (article.title, article.body, article.summary or "", *article.tags):
        assert not any("\ud800" <= char <= "\udfff" or char == "\0" for char in value)


def test_scripts_never_come_out() -> None:
    """Neither as text of the body nor as an address."""
    for name in ("scripts_in_paragraphs", "ld_markup", "base_script", "data_urls", "base_data"):
        article = read(name)
        assert "onerror" not in article.body.replace("&lt;", "<").partition("<script>alert(2)")[0]
        for address in (article.canonical_url, article.url, article.image_url or "https:"):
            assert address.startswith(("https:", "http:")), name


def test_a_foreign_base_does_not_move_the_article() -> None:
    """Its own address is the one it was fetched from."""
    for name in ("base_script", "base_elsewhere", "base_data", "base_broken"):
        assert read(name).url == URL


def test_many_authors_are_capped_or_kept_but_named() -> None:
    """500 of them are no reason to fail."""
    authors = read("ld_authors_500").authors
    assert authors
    assert len({author.name for author in authors}) == len(authors) <= 500


def test_decoding_never_runs_escapes() -> None:
    """A charset that is none of the web's is not used."""
    for name in ("charset_escapes", "charset_utf7"):
        body = read(name).body
        assert "<script>" not in body


@pytest.mark.parametrize(
    ("html", "least"),
    [
        ("<div>" * 30, 30),
        ("<div></p>" * 30, 30),
        ("<div><object></div></object>" * 30, 30),
        ("<div><script><!--<script></script></div></script>" * 30, 30),
        ('<div title="</div>">' * 30, 30),
        ("<div a=b/ c = '</div>' d='>'>" * 30, 30),
        ("<!--><div>" * 30, 30),
        ("<!a </div>><div>" * 30, 30),
        ("<svg><style><g>" + "<g>" * 30, 30),
        ("<svg></svg><path/>" * 30, 30),
        ("<svg><div><style></div></style></svg>" * 30, 30),
        ("<b><div></b>" * 30, 30),
        ("<form><div></form>" * 30, 30),
        ("<span><div></span>" * 30, 30),
        ("<dd><li>" * 30, 60),
        ("<lin\u212a>" * 30, 30),
    ],
)
def test_depth_cannot_be_hidden(html: str, least: int) -> None:
    """Ends that the parser ignores, or that are no tags, do not count."""
    assert nesting.Nesting(html).depth >= least


@pytest.mark.parametrize(
    ("html", "most"),
    [
        ("<div><p>a<p>b<br></div>" * 30, 1),
        ("<ul><li>a<li>b<li>c</ul>" * 30, 2),
        ("<table><tr><td>a<td>b</table>" * 30, 1),
        ('<svg><path d="M0"/><g><circle r=1 /></g></svg>' * 30, 2),
        ("<script>if (a<b) '</div>'</script><div></div>" * 30, 1),
        ("<!-- <div> --><div></div>" * 30, 1),
        ("<style>a > b {}</style><b>x</b>" * 30, 1),
        ("<select><option>a</option><option>b</option></select>" * 30, 2),
    ],
)
def test_an_orderly_page_is_not_taken_for_a_deep_one(html: str, most: int) -> None:
    assert nesting.Nesting(html).depth <= most


def test_a_large_orderly_page_is_let_through() -> None:
    """As large as the largest of news sites."""
    card = f"<div class=card><a href=/x><img src=x><h2>Title</h2></a><p>{TEXT}</p><span>1 h</span></div>"
    assert gate.too_much(f"<main>{card * 2_000}</main>" + STORY) is None


def test_outcomes_say_why() -> None:
    """Each with its reason in a word."""
    for name, reason in REFUSED.items():
        result = extract(Page(URL, URL, 200, (), PAGES[name](), NOW), Hints(), now=NOW)
        assert isinstance(result, Outcome)
        assert result.state is State.QUARANTINED
        assert result.reason.partition(":")[0] == reason
