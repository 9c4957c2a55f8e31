"""Random pages: whatever they are made of, a clean record or an outcome with its reason.

DATELINE_FUZZ_EXAMPLES=200000 python -m pytest tests/unit/test_extract_fuzz.py     (`make fuzz`)
"""

from __future__ import annotations

import json
import os
import random
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser
from tests.unit.random_pages import (
    BYTES,
    CHARSETS,
    HEADERS,
    PAGES,
    PHRASE,
    SOUP,
    STORY,
    encoded,
    mutated,
)

from dateline.extract import extract, record
from dateline.extract.nesting import Nesting
from dateline.model import Article, Hints, Outcome, Page, State
from dateline.text import clean, fold, paragraphs_of, plain, scrub

# A minute of CPU.
EXAMPLES = int(os.environ.get("DATELINE_FUZZ_EXAMPLES", "20000"))
CHOSEN = "DATELINE_FUZZ_EXAMPLES" in os.environ
NOW = datetime(2026, 3, 1, tzinfo=UTC)
URL = "https://isle.example/2026/02/ferry"
TEXT = (
    "The ferry to the northern islands was cancelled on Tuesday after a night of storms, they said."
)
BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
# What may stand in `Article.body_html`.
TAGS = {
    *(
        "p",
        "h2",
        "h3",
        "h4",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "table",
        "thead",
        "tbody",
        "tr",
    ),
    *("td", "th", "a", "strong", "em", "code", "sub", "sup", "br", "figure", "figcaption"),
}
MUTANTS = 19
HINTS = (
    Hints(),
    Hints(
        language="xx-\0",
        timezone="Nowhere/Here",
        title="Ferry &amp; boats\ud800",
        summary=f"<p>Boats <script>x</script> leave\u202e again.</p> {STORY}",
        authors=("By Ada\0 Holm", ""),
        tags=("a\0", "", "<b>"),
        image_url="javascript:1",
    ),
)
SCHEMES = {"http", "https", "mailto"}


def share(part: float, inputs: int = 1) -> Any:
    """Settings of a test that takes this part of all inputs, so many an example."""
    return settings(
        max_examples=max(int(EXAMPLES * part / inputs), 1),
        # The same in every run of CI; new ones each time by command.
        derandomize=not CHOSEN,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )


def read(body: bytes, header: str, hints: Hints) -> Article | Outcome:
    return extract(Page(URL, URL, 200, (("Content-Type", header),), body, NOW), hints, now=NOW)


def check_with_mutants(body: bytes, header: str, seed: int) -> None:
    """A page and what little damage makes of it; and that reading it twice gives the same."""
    hints = HINTS[seed % len(HINTS)]
    assert check(body, header, hints) == read(body, header, hints)
    rng = random.Random(seed)
    for _ in range(MUTANTS):
        body = mutated(body, rng)
        check(body, header, hints)


def check(body: bytes, header: str, hints: Hints) -> Article | Outcome:
    """A clean record or an outcome with its reason."""
    found = read(body, header, hints)
    if isinstance(found, Outcome):
        assert found.state in {State.SKIPPED, State.QUARANTINED}
        assert found.reason
        assert not found.reason.startswith("extract_failed"), found.reason
        assert not BAD.search(found.reason)
        return found
    assert found.title.strip()
    assert found.body.strip()
    assert not BAD.search(json.dumps(record(found), ensure_ascii=False, default=str))
    for text in (found.title, found.summary or "", found.section or "", *found.tags):
        assert clean(text) == text
    for paragraph in found.body.split("\n\n"):
        assert clean(paragraph) == paragraph != ""
    assert paragraphs_of(found.body) == tuple(found.body.split("\n\n"))
    for address in (found.url, found.canonical_url, found.image_url or URL):
        assert urlsplit(address).scheme in {"http", "https"}, address
    assert found.confidence is None or 0 <= found.confidence <= 1
    if found.body_html is not None:
        check_markup(found.body_html)
    return found


def check_markup(html: str) -> None:
    """The tags that are allowed, links that lead somewhere, and nothing else."""
    from lxml import etree
    from lxml import html as lxml_html

    assert not BAD.search(html)
    allowed = _declared_tags()
    for node in lxml_html.fragment_fromstring(html, create_parent="div").iter():
        assert isinstance(node.tag, str), etree.tostring(node)
        if node.getparent() is None:
            continue
        assert node.tag in allowed, node.tag
        for key, value in node.attrib.items():
            assert (node.tag, key) == ("a", "href"), (node.tag, key)
            assert urlsplit(value).scheme in SCHEMES, value
    # Read by a browser's rules, too.
    for node in LexborHTMLParser(f"<body>{html}</body>").css("body *"):
        assert node.tag in allowed | {"tbody"}, node.tag
        assert all(key == "href" for key in node.attributes), node.attributes


def _declared_tags() -> set[str]:
    try:
        from dateline.extract import markup
    except ImportError:
        return TAGS
    declared = set(markup.TAGS)
    assert declared <= TAGS
    return declared


SEEDS = st.integers(0, 2**32)


@pytest.mark.parametrize("kind", PAGES)
def test_any_page_gives_a_clean_record_or_a_reason(kind: str) -> None:
    @share(0.2, MUTANTS + 1)
    @given(page=PAGES[kind], charset=CHARSETS | st.just("utf-8"), seed=SEEDS)
    def run(page: str, charset: str, seed: int) -> None:
        check_with_mutants(encoded(page, charset), "text/html", seed)

    run()


@share(0.14, MUTANTS + 1)
@given(body=BYTES, header=HEADERS, seed=SEEDS)
def test_any_bytes_give_a_clean_record_or_a_reason(body: bytes, header: str, seed: int) -> None:
    check_with_mutants(body, header, seed)


@share(0.03)
@given(tags=st.lists(st.tuples(SOUP, st.integers(1, 12)), min_size=1, max_size=3))
def test_no_page_nests_deeper_than_the_gate_believes(tags: list[tuple[str, int]]) -> None:
    """The bound holds for what the parser really makes; it adds rows, cells and the like by itself."""
    html = "".join(soup * times for soup, times in tags).replace("\0", "")
    nesting = Nesting(html)
    assert depth(html) <= 5 * nesting.depth + 8


def depth(html: str) -> int:
    """How deep the tree of the parser is, below its root."""
    root = LexborHTMLParser(html).root
    deepest, waiting = 0, [(root, 0)] if root is not None else []
    while waiting:
        node, level = waiting.pop()
        deepest = max(deepest, level)
        child = node.child
        while child is not None:
            if child.tag and child.tag[0] != "-":
                waiting.append((child, level + 1))
            child = child.next
    return deepest


@share(0.03)
@given(text=st.text(max_size=200) | PHRASE | SOUP)
def test_cleaning_text_again_changes_nothing(text: str) -> None:
    """Cleaned text is clean, of one line, and folds to itself."""
    for function in (scrub, clean, fold):
        once = function(text)
        assert function(once) == once
        assert not BAD.search(once) or function is fold
    assert "\n" not in plain(text)
    assert not BAD.search(plain(text))
    assert paragraphs_of("\n\n".join(paragraphs_of(text))) == paragraphs_of(text)
