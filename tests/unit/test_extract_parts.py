"""The pure parts of extraction: charset, gate, JSON-LD, people, titles, normal form."""

from __future__ import annotations

import json

import pytest

from dateline.charset import decode
from dateline.extract import content_hash, jsonld, word_count
from dateline.extract.bylines import parse_byline
from dateline.extract.gate import media_type, too_much
from dateline.model import Author
from dateline.text import clip, fold, plain, scrub

GERMAN = (
    "<p>Die Bürgermeisterin eröffnete die Straße über den Fluß, größer und schöner als früher.</p>"
)


@pytest.mark.parametrize(
    ("body", "header", "charset", "origin"),
    [
        (b"\xef\xbb\xbf" + GERMAN.encode(), "text/html; charset=latin1", "utf-8", "bom"),
        (GERMAN.encode("utf-16"), None, "utf-16-le", "bom"),
        (GERMAN.encode(), "text/html; charset=iso-8859-1", "utf-8", "utf8"),
        (GERMAN.encode("cp1252"), "text/html; charset=iso-8859-1", "cp1252", "header"),
        (b'<meta charset="windows-1252">' + GERMAN.encode("cp1252"), None, "cp1252", "meta"),
        (b'<meta charset="utf-8">' + GERMAN.encode("cp1252"), None, None, "detected"),
        (b"plain", "text/html; charset=nonsense", "utf-8", "utf8"),
        (b"plain", "text/html; charset=hex", "utf-8", "utf8"),
    ],
)
def test_the_charset_that_fits_is_used_and_named(
    body: bytes, header: str | None, charset: str | None, origin: str
):
    """BOM, then valid UTF-8, then what header and meta say, then detection."""
    decoded = decode(body, header)
    assert decoded.origin == origin
    assert charset is None or decoded.charset == charset
    assert decoded.text.endswith(GERMAN) or decoded.text == "plain"


def test_a_wrong_declaration_is_noted():
    """What the page claimed stays visible."""
    decoded = decode(GERMAN.encode("cp1252"), "text/html; charset=utf-8")
    assert decoded.provenance()["declared"] == "utf-8"
    assert "\ufffd" not in decoded.text


def test_a_few_broken_bytes_do_not_change_the_charset():
    """One bad byte in a long UTF-8 page is replaced and counted."""
    body = (GERMAN * 50).encode() + b"\xff" + GERMAN.encode()
    decoded = decode(body, "text/html; charset=utf-8")
    assert (decoded.charset, decoded.replaced) == ("utf-8", 1)


@pytest.mark.parametrize(
    ("body", "header", "expected"),
    [
        (b"%PDF-1.7 ...", "text/html", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", None, "image/png"),
        (b"\x00\x00\x00\x20ftypmp42", "video/mp4", "video/mp4"),
        (b"<!doctype html><p>x", "application/octet-stream", "text/html"),
        (b"<html>", "application/pdf", "application/pdf"),
        (b"<html>", "application/xhtml+xml; charset=utf-8", "text/html"),
        (b"<?xml version='1.0'?><rss>", "text/xml", "application/xml"),
        (b"Just words.", "text/plain", "text/plain"),
        (b"A text on <p> and <div>.", "text/plain", "text/plain"),
        (b" <!DOCTYPE html><p>x", "text/plain", "text/html"),
        (b"Just words.", None, "text/plain"),
        (bytes(range(256)), None, "application/octet-stream"),
        (b"{}", "application/json", "application/json"),
    ],
)
def test_bytes_tell_more_than_the_header(body: bytes, header: str | None, expected: str):
    """A header that lies or lacks is overruled by the first bytes."""
    assert media_type(body, header) == expected


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<div>" * 200_000, "too_many_tags"),
        ("<div>" * 40_000, "too_deep"),
        ("<DIV>" * 40_000, "too_deep"),
        ("<svg>" + "<path>" * 40_000, "too_deep"),
        ("<p>" + "".join(f"<b id={n}>" for n in range(300)) + "<p>x" * 30_000, "too_many_tags"),
        ("<select>" + "<option>" * 40_000, "too_many_tags"),
        ("<p " + " ".join(f"a{n}=1" for n in range(50_000)) + ">", "too_many_attributes"),
    ],
)
def test_what_would_stall_the_parser_is_refused(html: str, reason: str):
    """Deep nesting, reopened styles and endless attributes are found before parsing."""
    assert str(too_much(html)).startswith(reason)


@pytest.mark.parametrize(
    "html",
    [
        "<p>" * 10_000,
        "<ul>" + "<li>x" * 10_000,
        "<div>x</div>" * 10_000,
        "<svg>" + "<path d=''/>" * 10_000 + "</svg>",
        "<a href=x>" * 10_000,
        "<!--" + "<div>" * 10_000,
        "<script>" + "<div>" * 10_000 + "</script>",
        "<table>" + "<tr><td>1" * 10_000,
        "<p>" + "x" * 200_000,
    ],
)
def test_long_but_flat_pages_pass(html: str):
    """Tags that the parser closes by itself, comments and scripts do not nest."""
    assert too_much(html) is None


@pytest.mark.parametrize(
    "text",
    [
        '{"@type": "NewsArticle", "headline": "A"}',
        '{"@type": "NewsArticle", "headline": "A",}',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;A&quot;,}",
        '<!-- {"@type": "NewsArticle", "headline": "A"} -->',
        '//<![CDATA[\n{"@type": "NewsArticle", "headline": "A"}\n//]]>',
        '{"@type": "NewsArticle", "headline": "A", "x": "tab\tand\nline"}',
        '{"@type": "NewsArticle", "headline": "A", "x": "\\q"}',
        '{"@type": "NewsArticle", "headline": "A"}; {"@type": "Person"}',
        '{"@graph": [{"@type": ["NewsArticle", "Thing"], "headline": "A"}]}',
        '[[{"@type": "http://schema.org/NewsArticle", "headline": "A"}]]',
    ],
)
def test_json_ld_is_read_as_it_is_found(text: str):
    """Wrappers, escapes, trailing commas and raw control characters are forgiven."""
    found = jsonld.nodes(jsonld.parse(text))
    article = jsonld.article_node(found, keys=frozenset(), titles=frozenset())
    assert article is not None
    assert list(jsonld.strings(article, "headline")) == ["A"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "{",
        '{"@graph":' * 50_000,
        "[" * 100_000,
        "1" * 10_000,
        '"' + "x" * 2_000_000 + '"',
    ],
)
def test_json_ld_that_cannot_be_read_is_nothing(text: str):
    """Broken, endless or huge scripts give no nodes and no error."""
    assert jsonld.nodes(jsonld.parse(text)) == []


def test_json_ld_nodes_of_other_stories_are_not_taken():
    """The node with the page's own address and title wins, wherever it stands."""
    nodes = jsonld.nodes(
        jsonld.parse(
            json.dumps(
                [
                    {
                        "@type": "NewsArticle",
                        "headline": "Other",
                        "url": "https://x.example/o",
                        "datePublished": "2020",
                    },
                    {
                        "@type": "WebPage",
                        "mainEntity": {"@type": "NewsArticle", "headline": "Mine"},
                    },
                ]
            )
        )
    )
    mine = jsonld.article_node(
        nodes, keys=frozenset({"https://x.example/m"}), titles=frozenset({"mine"})
    )
    assert mine is not None
    assert mine["headline"] == "Mine"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("By Ana Ruiz", [Author("Ana Ruiz")]),
        ("By Ana Ruiz and Bo Li", [Author("Ana Ruiz"), Author("Bo Li")]),
        ("Von Jürgen Böhme und Käthe Süß", [Author("Jürgen Böhme"), Author("Käthe Süß")]),
        (
            "Par Luc Petit, Zoé Martin et Ali Ben",
            [Author("Luc Petit"), Author("Zoé Martin"), Author("Ali Ben")],
        ),
        ("Ana Ruiz, Reuters", [Author("Ana Ruiz", "Reuters")]),
        ("Ana Ruiz, Political Correspondent", [Author("Ana Ruiz", "Political Correspondent")]),
        ("Ana Ruiz <ana@x.example>", [Author("Ana Ruiz")]),
        ("Ana Ruiz | 5 May 2024", [Author("Ana Ruiz")]),
        ("Written by: Ana Ruiz, Jr.", [Author("Ana Ruiz, Jr")]),
        ("Ruiz, Ana", [Author("Ana Ruiz")]),
        ("Ein Kommentar von Ruth Adler", [Author("Ruth Adler")]),
        ("https://social.example/ana", []),
        ("admin", []),
        ("12345", []),
        ("", []),
        ("a very long sentence that is certainly not the name of anybody at all", []),
    ],
)
def test_a_byline_gives_names_only(text: str, expected: list[Author]):
    """Prefixes, addresses, dates and roles are no part of a name."""
    assert parse_byline(text) == expected


def test_the_hash_sees_words_not_typography():
    """Quotes, dashes, widths and white space do not make a revision; a word does."""
    assert content_hash("“A” – b", None, "x  y") == content_hash('"A" - b', "", "x y")
    assert content_hash("ｆｕｌｌ", None, "a…") == content_hash("full", None, "a...")
    assert content_hash("A", None, "x y") != content_hash("A", None, "x z")
    assert content_hash("A", "b", "c") != content_hash("A", None, "b c")
    assert len(content_hash("", None, "\ud800")) == 16


@pytest.mark.parametrize(
    "line",
    [
        *(
            "Updated 5 minutes ago",
            "Last updated: 3 hours ago",
            "An hour ago",
            "Updated at 14:05 GMT",
        ),
        *("Vor 5 Minuten aktualisiert", "Stand: 4.3.2026, 14:05 Uhr", "Hace 2 horas", "5分前"),
        *("il y a 5 minutes", "Share this article", "Share on Facebook", "Teilen", "12 comments"),
        *("5 min read", "Advertisement"),
    ],
)
def test_lines_of_the_template_are_no_text(line: str):
    """They come, change and go without an edit."""
    assert content_hash("A", "s", f"One.\n\n{line}\n\nTwo.") == content_hash(
        "A", "s", "One.\n\nTwo."
    )


@pytest.mark.parametrize(
    "line",
    [
        *("Updated figures show 12 killed", "For two years", "vor allem heute", "Hace falta más"),
        *("Shares fell 5 %.", "He left an hour ago, police said.", "Updated 5 minutes ago. " * 5),
    ],
)
def test_lines_that_only_look_like_the_template_are_text(line: str):
    """Who would drop them would lose an edit."""
    assert content_hash("A", "s", f"One.\n\n{line}") != content_hash("A", "s", "One.")


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("Two words", "en", 2),
        ("It's 1,000 well-known", "en", 3),
        ("港の図書館", "ja", 5),
        ("图书馆 opens", "zh", 4),
        ("", None, 0),
    ],
)
def test_words_are_counted_by_the_language(text: str, language: str | None, count: int):
    """Languages without spaces are counted in characters."""
    assert word_count(text, language) == count


def test_text_is_cleaned_of_what_a_database_refuses():
    """NUL, controls, lone surrogates and bidi overrides go; letters are composed."""
    assert scrub("a\0b\ud800c\u202ed\x07") == "abcd"
    assert scrub("e\u0301") == "é"
    assert plain("a &amp;  <b>b</b>\n c") == "a & b c"
    assert fold("Ünïcode—Text!") == "unicode text"
    assert clip("one two three", 9) == "one two…"
