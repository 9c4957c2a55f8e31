"""The body as HTML for readers."""

from __future__ import annotations

import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from dateline.extract.blocks import segment
from dateline.extract.markup import TAGS, from_blocks, from_paragraphs

BASE = "https://isle.example/2026/03/ferry"


def written(html: str, *without: str) -> str:
    """The page's blocks but those of these texts, as HTML."""
    found = segment(LexborHTMLParser(html))
    chosen = [i for i, text in enumerate(found.text) if text not in without]
    return from_blocks(found, chosen, BASE)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a</p>", "<p>a</p>"),
        ("<div>a<br>b</div>", "<p>a</p>\n<p>b</p>"),
        ("<h1>a</h1>", "<h2>a</h2>"),
        ("<h3>a</h3><h6>b</h6>", "<h3>a</h3>\n<h4>b</h4>"),
        ("<h2>a<br>b</h2>", "<h2>a b</h2>"),
        ("<blockquote>a</blockquote>", "<blockquote>a</blockquote>"),
        ("<blockquote><p>a</p></blockquote>", "<blockquote>a</blockquote>"),
        ("<pre>a  b</pre>", "<pre>a b</pre>"),
        ("<dl><dt>a<dd>b</dl>", "<p>a</p>\n<p>b</p>"),
        ("<p><b>a</b> <i>b</i> <cite>c</cite></p>", "<p><strong>a</strong> <em>b</em> <em>c</em></p>"),
        ("<p>H<sub>2</sub>O <code>x</code></p>", "<p>H<sub>2</sub>O <code>x</code></p>"),
        ("<p><span class=x>a</span> <u>b</u> <font>c</font></p>", "<p>a b c</p>"),
        ("<p onclick=x style=y>a <b onclick=x>b</b></p>", "<p>a <strong>b</strong></p>"),
    ],
)  # fmt: skip
def test_few_tags_are_kept(html: str, expected: str):
    """And none of their attributes."""
    assert written(html) == expected


def test_lists_are_put_together_again():
    """Neighbours in one, of its kind; what stands between parts them."""
    html = "<ul><li>a<li><p>b</p></ul><ol><li>c</ol><p>d</p><ul><li>e</ul>"
    assert written(html).replace("\n", "") == (
        "<ul><li>a</li><li>b</li></ul><ol><li>c</li></ol><p>d</p><ul><li>e</li></ul>"
    )
    assert written(html, "b", "d").replace("\n", "") == (
        "<ul><li>a</li></ul><ol><li>c</li></ol><ul><li>e</li></ul>"
    )


def test_tables_are_put_together_again():
    """Each cell by itself, what is in it escaped."""
    html = "<table><tr><th>Team<th>Goals &amp; more<tr><td><a href=/a>Elm &lt;b&gt;</a><td>3</table><p>x"
    assert written(html).replace("\n", "") == (
        "<table><tr><td>Team</td><td>Goals &amp; more</td></tr>"
        "<tr><td>Elm &lt;b&gt;</td><td>3</td></tr></table><p>x</p>"
    )


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/a?b=1&amp;c=2", "https://isle.example/a?b=1&amp;c=2"),
        ("boats", "https://isle.example/2026/03/boats"),
        ("//other.example/x", "https://other.example/x"),
        ("http://other.example/x", "http://other.example/x"),
        ("mailto:ada@isle.example", "mailto:ada@isle.example"),
        ("/a&quot;onclick=&quot;x", "https://isle.example/a%22onclick=%22x"),
    ],
)
def test_links_are_absolute(href: str, expected: str):
    """By the page's address."""
    assert written(f'<p>See <a href="{href}" target=x onclick=y>this</a>.</p>') == (
        f'<p>See <a href="{expected}">this</a>.</p>'
    )


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        " java\tscript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "&#106;avascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://isle.example/x",
        "http://[",
        "/" + "x" * 3_000,
    ],
)
def test_links_that_lead_nowhere_are_text(href: str):
    """What they say stays."""
    assert written(f'<p>See <a href="{href}">this</a>.</p>') == "<p>See this.</p>"
    assert written("<p>See <a name=x>this</a>.</p>") == "<p>See this.</p>"


@pytest.mark.parametrize(
    "html",
    [
        "<p>a <b><i>b</b> c</i> d</p>",
        "<p>a <b>b<br>c</b> d</p>",
        "<p>a <b>b <i>c<br>d</i></b></p>",
        "<div><b>a<p>b</p>c</b></div>",
        "<p>a <a href=/x>b<i>c</a>d</i></p>",
        "<p><b>a <a href=/x>b</p><p>c</p>",
        "<p>a <b>b <script>'</b>'</script>c</p>",
        "<p>a <b>b <!-- </b> --> c</p>",
        "<p>a <b>b <a href='javascript:1'>c</b> d</a></p>",
        "<p>a</b></i></a> b</p>",
    ],
)
def test_every_tag_is_closed_where_it_was_opened(html: str):
    """In the order of opening, within its block."""
    said = written(html)
    waiting: list[str] = []
    for end, tag in re.findall(r"<(/?)(\w+)", said):
        assert tag in TAGS
        if end:
            assert waiting.pop() == tag, said
        else:
            waiting.append(tag)
    assert waiting == []
    assert re.sub(r"<[^>]*>|\s", "", said) in {"abcd", "abc", "ab"}


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert('</p><p>no')</script>",
        "<style>p{}</style>",
        "<!-- no <b>no -->",
        "<svg><g><text>no</text></g></svg>",
        "<button>no</button>",
        "<template><b>no</b></template>",
        "<iframe src=x>no</iframe>",
        "<select><option>no</select>",
        "<img src=x onerror=alert(1)>",
        "<video>no</video>",
    ],
)
def test_what_runs_or_loads_is_gone(inside: str):
    """With all that it holds."""
    assert written(f"<p>a <b>{inside}b</b>{inside} c</p>") == "<p>a <strong>b</strong> c</p>"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("Q&amp;A", "Q&amp;A"),
        ("&lt;script&gt;", "&lt;script&gt;"),
        ("&amp;lt;b&amp;gt;", "&amp;lt;b&amp;gt;"),
        ("a&nbsp;b&#39;c&quot;", "a b'c\""),
        ("5 > 3 & 2", "5 &gt; 3 &amp; 2"),
    ],
)
def test_signs_are_escaped_once(html: str, expected: str):
    """With markup beside them, and without."""
    assert written(f"<p>{html}</p>") == f"<p>{expected}</p>"
    assert written(f"<p>{html} <b>x</b></p>") == f"<p>{expected} <strong>x</strong></p>"
    assert written(f"<table><tr><td>{html}<td>y</table>").startswith(
        f"<table>\n<tr><td>{expected}</td>"
    )


def test_nothing_chosen_is_nothing():
    assert from_blocks(segment(LexborHTMLParser("<p>a")), [], BASE) == ""
    assert from_paragraphs([]) == ""


def test_paragraphs_without_markup_are_escaped():
    """Texts of JSON-LD, the feed, a recipe."""
    assert from_paragraphs(["Q&A", '<b>"x"</b>']) == '<p>Q&amp;A</p>\n<p>&lt;b&gt;"x"&lt;/b&gt;</p>'
