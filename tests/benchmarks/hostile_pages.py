"""Pages that want to break an extractor: each by name, made up when it is asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = (
    "The ferry to the northern islands was cancelled on Tuesday after a night of storms. "
    "Some two hundred passengers slept in the school, a spokeswoman of the company said. "
)
HEAD = '<!doctype html><html lang="en"><head><title>Ferry cancelled</title>'
STORY = f"<article><h1>Ferry cancelled</h1><p>{TEXT}</p><p>Boats leave again on Friday. {TEXT}</p></article>"


def _page(head: str = "", body: str = STORY) -> bytes:
    return f"{HEAD}{head}</head><body>{body}</body></html>".encode()


def _bytes(text: str) -> bytes:
    return text.encode()


def _ld(data: object) -> bytes:
    text = data if isinstance(data, str) else json.dumps(data)
    return _page(f'<script type="application/ld+json">{text}</script>')


def _article(**more: object) -> dict[str, object]:
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": "Ferry cancelled",
    } | more


def _nested(depth: int, begin: str, inner: str, end: str) -> str:
    return begin * depth + inner + end * depth


def _recursive() -> dict[str, object]:
    people = [{"@id": "#a", "@type": "Person", "author": {"@id": "#b"}, "name": {"@id": "#b"}}]
    people += [{"@id": "#b", "@type": "Person", "author": {"@id": "#a"}, "name": {"@id": "#a"}}]
    story = _article(author={"@id": "#a"}, mainEntity={"@id": "#c"}, isPartOf={"@id": "#c"})
    return {"@graph": [*people, story | {"@id": "#c"}, {"@id": "#d", "@graph": [{"@id": "#d"}]}]}


def _around(begin: str, times: int) -> bytes:
    """Elements that are read for their text, each around all the text."""
    return _page(body=begin * times + f"<p>{TEXT}" * 30_000)


def _styles(number: int) -> str:
    opened = "".join(f"<b x={i}>" for i in range(number))
    return f"<p>{opened}</p>" + f"<p>{TEXT}</p>" * number


PAGES: dict[str, Callable[[], bytes]] = {
    # size and depth
    "divs_200k_nested": lambda: _page(body="<div>" * 200_000 + STORY),
    "divs_200k_nested_closed": lambda: _page(body=_nested(200_000, "<div>", STORY, "</div>")),
    "divs_5k_nested": lambda: _page(body=_nested(4_990, "<div>", STORY, "</div>")),
    "divs_1900_nested": lambda: _page(body=_nested(1_900, "<div>", STORY, "</div>")),
    "stray_ends_hide_depth": lambda: _page(body="<div></p>" * 100_000 + STORY),
    "scripts_hide_depth": lambda: _page(body="<div><script></div></script>" * 12_000 + STORY),
    "barriers_hide_depth": lambda: _page(body="<div><object></div></object>" * 12_000 + STORY),
    "attributes_hide_depth": lambda: _page(body='<div title="</div>">' * 24_000 + STORY),
    "comments_hide_depth": lambda: _page(body="<!-->" + "<div>" * 49_000 + STORY),
    "drawings_hide_depth": lambda: _page(body="<svg><style>" + "<x>" * 49_000 + STORY),
    "escaped_scripts_hide_depth": lambda: _page(
        body="<div><script><!--<script></script></div></script>" * 6_000 + STORY
    ),
    "nuls_hide_depth": lambda: _page(body="<\0div>" * 49_000 + STORY),
    "items_nested": lambda: _page(body="<dd><li>" * 24_000 + STORY),
    "divs_7900_nested": lambda: _page(body=_nested(7_900, "<div>", STORY, "</div>")),
    "spans_100k_nested": lambda: _page(body=_nested(100_000, "<span>", TEXT, "</span>")),
    "anchors_100k_nested": lambda: _page(body="<a href=x>" * 100_000 + TEXT),
    "bold_100k_nested": lambda: _page(body="<b>" * 100_000 + STORY),
    "font_100k_nested": lambda: _page(body="<font color=red>" * 100_000 + STORY),
    "styles_left_open_350": lambda: _page(body=_styles(350)),
    "styles_left_open_1000": lambda: _page(body=_styles(1_000)),
    "tables_nested": lambda: _page(body=_nested(20_000, "<table><tr><td>", TEXT, "")),
    "tables_nested_500": lambda: _page(body=_nested(500, "<table><tr><td>", STORY, "")),
    "lists_nested": lambda: _page(body=_nested(20_000, "<ul><li>", TEXT, "")),
    "svg_nested": lambda: _page(body=_nested(50_000, "<svg><g>", "x", "") + STORY),
    "one_line_50mb": lambda: b"<p>" + b"word " * 10_000_000,
    "one_line_9mb": lambda: _page(body="<p>" + "word " * 1_900_000),
    "one_word_9mb": lambda: _page(body="<p>" + "w" * 9_500_000),
    "one_line_9mb_of_text": lambda: b"word " * 1_900_000,
    "one_line_9mb_accents": lambda: _page(body="<p>" + "wörd " * 1_500_000),
    "spaces_9mb": lambda: _page(body="<p>" + " " * 9_500_000 + "x"),
    "lines_9mb": lambda: _page(body="<p>" + "\n" * 9_500_000 + "x"),
    "less_than_9mb": lambda: _page(body="<" * 9_500_000),
    "less_than_90k": lambda: _page(body="<" * 90_000 + STORY),
    "ampersands_9mb": lambda: _page(body="<p>" + "&amp;" * 1_900_000),
    "entities_broken": lambda: _page(body="<p>" + "&#x110000;&#0;&#xD800;&notanentity;" * 50_000),
    "paragraphs_flat": lambda: _page(body="<p>x" * 49_000),
    "paragraphs_flat_long": lambda: _page(body=f"<p>{TEXT}" * 40_000),
    "paragraphs_300k": lambda: _page(body="<p>x" * 300_001),
    "spans_flat": lambda: _page(body="<p>" + "<span>x</span> " * 24_000),
    "links_flat": lambda: _page(body="<p>" + "<a href=/x>x</a> " * 24_000),
    "breaks_flat": lambda: _page(body="<div>" + "x<br>" * 49_000),
    "rows_flat": lambda: _page(body="<table>" + "<tr><td>a<td>b" * 16_000 + "</table>"),
    "rows_of_many_cells": lambda: _page(body="<table><tr>" + "<td>a" * 49_000 + "</table>"),
    "cells_of_a_row_nested": lambda: _page(
        body="<table>" + ("<tr><td>" + "<b>x</b>" * 40) * 500 + "</table>"
    ),
    "images_flat": lambda: _page(body="<img src=x>" * 49_000 + STORY),
    "options_flat": lambda: _page(body="<select>" + "<option>x" * 49_000),
    "options_5k": lambda: _page(body="<select>" + "<option>x" * 4_990 + "</select>" + STORY),
    "tags_300k": lambda: _page(body="<i>" * 300_000 + STORY),
    "rows_around_5mb": lambda: _around("<table><tr><td>", 190),
    "itemprops_around_5mb": lambda: _around('<div itemprop="author">', 600),
    "bylines_around_5mb": lambda: _around('<div class="byline">', 190),
    "dates_around_5mb": lambda: _around('<div class="date"><time>', 190),
    "leads_around_5mb": lambda: _around('<div class="lead subtitle">', 190),
    "tags_around_5mb": lambda: _around('<div class="tags"><a rel=tag href=/tag/x>', 190),
    "headings_around_5mb": lambda: _around("<section><h1>", 190),
    "times_flat": lambda: _page(body="<time datetime=2024-01-01>x</time>" * 20_000 + STORY),
    "metas_flat": lambda: _page("<meta property=article:tag content=x>" * 49_000),
    "itemprops_flat": lambda: _page(body="<i itemprop=author>x</i>" * 20_000 + STORY),
    "headings_flat": lambda: _page(body="<h1>Ferry cancelled</h1>" * 20_000 + STORY),
    "bylines_flat": lambda: _page(body="<i class=byline>By Ada</i>" * 20_000 + STORY),
    "attributes_200k": lambda: _page(body="<p " + " ".join(f"a{i}" for i in range(200_000)) + ">x"),
    "attributes_quoted_200k": lambda: _page(
        body="<p " + " ".join(f'a{i}="b"' for i in range(200_000)) + ">x"
    ),
    "attributes_1900_each": lambda: _page(
        body=("<p " + " ".join(f"a{i}" for i in range(1_900)) + ">x") * 100 + STORY
    ),
    "attribute_9mb": lambda: _page(body=f'<p title="{"x" * 9_000_000}">{TEXT}</p>{STORY}'),
    "class_9mb": lambda: _page(body=f'<p class="{"article body " * 700_000}">{TEXT}</p>{STORY}'),
    "classes_all_different": lambda: _page(
        body="".join(f"<p class='c{i} story-{i}'>{TEXT}</p>" for i in range(20_000))
    ),
    "styles_9mb": lambda: _page(f"<style>{'a{b:c} ' * 1_300_000}</style>"),
    "script_9mb": lambda: _page(f"<script>{'var a = 1 < 2; ' * 600_000}</script>"),
    "comment_9mb": lambda: _page(body=f"<!--{'- ' * 4_700_000}-->{STORY}"),
    "comments_open": lambda: _page(body="<!--" * 45_000 + STORY),
    "cdata_and_pis": lambda: _page(body="<![CDATA[x]]><?php x ?>" * 20_000 + STORY),
    "title_9mb": lambda: _bytes(f"<title>{'long ' * 1_900_000}</title>{STORY}"),
    "title_open": lambda: _bytes(f"<title>Ferry{STORY * 2_000}"),
    "textarea_open": lambda: _page(body=f"<textarea>{STORY * 2_000}"),
    "heading_1mb": lambda: _page(body=f"<h1>{'long ' * 200_000}</h1>{STORY}"),
    "description_9mb": lambda: _page(f'<meta name=description content="{"long " * 1_900_000}">'),
    "date_1mb": lambda: _page(
        f'<meta property="article:published_time" content="{"1" * 1_000_000}">'
    ),
    "dates_odd": lambda: _page(
        "".join(
            f'<meta property="article:published_time" content="{value}">'
            for value in (
                "9999-99-99",
                "0000-00-00",
                "-1",
                "١٢٣",
                "2024-13-45T99:99:99+99:99",
                "²" * 99,
            )
        )
    ),
    "lang_1mb": lambda: _bytes(f"<html lang='{'x' * 1_000_000}'>{STORY}"),
    # no page at all
    "no_tags": lambda: _bytes(TEXT * 20),
    "no_tags_1mb_line": lambda: _bytes(TEXT * 6_000),
    "no_tags_9mb_of_abbreviations": lambda: b"Mr. A. vs. U.S. " * 590_000,
    "no_tags_9mb_of_lines": lambda: b"One line of many.\n" * 500_000,
    "frameset": lambda: (
        b"<html><head><title>Frames</title></head><frameset cols=*><frame src=a></frameset>"
    ),
    "frameset_with_text": lambda: _bytes(
        f"<frameset><frame src=a></frameset><noframes>{STORY}</noframes>"
    ),
    "only_head": lambda: b"<head><title>x</title>",
    "only_doctype": lambda: b"<!doctype html>",
    "empty_tags": lambda: b"<></><p></p><><!><!-><!--><?>",
    "template_only": lambda: _bytes(f"<body><template>{STORY}</template>"),
    "noscript_only": lambda: _bytes(f"<body><noscript>{STORY}</noscript>"),
    "plaintext_tag": lambda: _bytes(f"<body><plaintext>{STORY}"),
    # bytes
    "utf8_broken": lambda: (
        _page().replace(b"ferry", b"f\xffrry\xc3").replace(b"night", b"n\xe2\x82ight")
    ),
    "utf8_overlong": lambda: _page(body=STORY).replace(
        b"ferry", b"\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80"
    ),
    "charsets_mixed": lambda: (
        _page("<meta charset=utf-8>")
        + "<p>Überfähre, naïve façade: ".encode("cp1252")
        + "Überfähre и паром".encode()
        + "паром".encode("cp1251")
    ),
    "charset_lies": lambda: _page("<meta charset=utf-16>" + "<meta charset=hex>"),
    "charset_utf7": lambda: _page("<meta charset=utf-7>", "+ADw-script+AD4-alert(1)" + STORY),
    "charset_escapes": lambda: _page(
        "<meta charset=unicode_escape>", "\\x3cscript\\x3e \\ud800" + STORY
    ),
    "utf16": lambda: _page().decode().encode("utf-16"),
    "utf16_odd": lambda: _page().decode().encode("utf-16")[:-1],
    "bytes_all": lambda: bytes(range(256)) * 4_000,
    "bytes_high": lambda: b"<p>" + bytes(range(128, 256)) * 60_000,
    "nuls": lambda: _page().replace(b" ", b"\0 \0").replace(b"<p>", b"<\0p>"),
    "nuls_only": lambda: b"\0" * 100_000,
    "bidi_and_zero_width": lambda: _page(
        body=STORY.replace("ferry", "\u202efer\u200bry\u2066\ufeff\u2069").replace(
            "the", "t\u00adhe\u2060"
        )
    ),
    "surrogates_by_reference": lambda: _page(
        body=STORY.replace("ferry", "fer&#xD800;ry&#xDFFF;&#0;")
    ),
    "combining_1mb": lambda: _page(body="<p>" + "a" + "\u0301\u0323" * 250_000 + TEXT),
    "non_characters": lambda: _page(body=STORY.replace("ferry", "\ufffe\uffff\ufdd0 ferry")),
    # JSON-LD
    "ld_invalid": lambda: _ld('{"@type": "NewsArticle", "headline": "Ferry, }'),
    "ld_garbage": lambda: _ld("<!-- //<![CDATA[ \x00\ud7ff {{{{[[[ ]]> -->"),
    "ld_deep": lambda: _ld("[" * 100_000),
    "ld_deep_closed": lambda: _ld("[" * 100_000 + "]" * 100_000),
    "ld_deep_objects": lambda: _ld('{"a":' * 50_000 + "1" + "}" * 50_000),
    "ld_deep_900": lambda: _ld(_nested(900, '{"@type":"NewsArticle","author":', '"x"', "}")),
    "ld_huge": lambda: _ld(_article(articleBody=TEXT * 50_000)),
    "ld_number_huge": lambda: _ld('{"@type": "NewsArticle", "dateCreated": ' + "9" * 100_000 + "}"),
    "ld_numbers_odd": lambda: _ld(
        '{"@type": "NewsArticle", "headline": NaN, "author": 1e999, "image": -0}'
    ),
    "ld_many_nodes": lambda: _ld([_article(author={"name": f"Ada {i}"}) for i in range(20_000)]),
    "ld_recursive": lambda: _ld(_recursive()),
    "ld_authors_500": lambda: _ld(_article(author=[{"name": f"Ada Holm {i}"} for i in range(500)])),
    "ld_types_odd": lambda: _ld(
        _article(author=[None, 1, True, [], [[["x"]]], {"name": None}, {"name": {"name": ["y"]}}])
        | {"@type": [None, {"a": 1}, 7], "headline": ["a", None], "image": {"url": {"url": 1}}}
        | {"datePublished": {"@value": 1}, "keywords": {"a": [1]}, "inLanguage": {"name": 1}}
        | {"description": False, "isAccessibleForFree": [], "articleBody": 7, "articleSection": {}}
    ),
    "ld_keys_odd": lambda: _ld(
        {"@type": "NewsArticle", "@id": {"a": 1}, "": "", "@graph": {"@graph": 1}}
    ),
    "ld_surrogates": lambda: _ld(
        '{"@type":"NewsArticle","headline":"Fer\\ud800ry \\u0000 \\u202e"}'
    ),
    "ld_markup": lambda: _ld(_article(articleBody="<script>alert(1)</script><p onclick=x>" + TEXT)),
    "ld_tags_10k": lambda: _ld(_article(keywords=[f"tag {i}" for i in range(10_000)])),
    "ld_scripts_20k": lambda: _page('<script type="application/ld+json">{}</script>' * 20_000),
    # addresses and scripts
    "base_script": lambda: _page('<base href="javascript:alert(1)//">', _links()),
    "base_elsewhere": lambda: _page(
        '<base href="https://evil.example/"><base href="//x">', _links()
    ),
    "base_data": lambda: _page('<base href="data:text/html,x">', _links()),
    "base_broken": lambda: _page(
        '<base href="http://[::1"><link rel=canonical href="http://[">', _links()
    ),
    "data_urls": lambda: _page(
        f'<meta property="og:image" content="data:image/png;base64,{"A" * 1_000_000}">'
        '<link rel="canonical" href="data:text/html,<script>alert(1)</script>">',
        STORY
        + f'<img src="data:image/png;base64,{"A" * 1_000_000}"><a href="data:text/html,x">{TEXT}</a>',
    ),
    "scripts_in_attributes": lambda: _page(
        '<meta property="og:title" content="&lt;script&gt;alert(1)&lt;/script&gt; Ferry">', _links()
    ),
    "scripts_in_paragraphs": lambda: _page(
        body=f"<article><h1>Ferry</h1><p onclick=alert(1)>{TEXT}<script>alert(1)</script><style>p{{}}</style>"
        f"<iframe src=//x></iframe><object data=x></object><embed src=x><svg onload=alert(1)><script>1</script>"
        f"</svg><math><mi xlink:href='javascript:1'>x</mi></math></p><p>&lt;script&gt;alert(2)&lt;/script&gt; {TEXT}"
        f"<a href='JaVaScRiPt:alert(1)'>one</a> <a href=' \tjava\nscript:alert(1)'>two</a>"
        f"<a href='vbscript:x'>three</a> <img src=x onerror=alert(1)> <b style='x' onmouseover=y>bold</b></p>"
        f"<p><noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>{TEXT}</p></article>"
    ),
}


def _links() -> str:
    hrefs = (
        "javascript:alert(1)",
        "x",
        "//x/y",
        "http://[::1",
        "data:,x",
        "\x00javascript:1",
        "&#106;avascript:1",
    )
    return STORY + "".join(f'<p>{TEXT} <a href="{href}" onclick="x">here</a></p>' for href in hrefs)
