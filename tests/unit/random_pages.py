"""What random pages are made of: trees, soup, attributes, JSON-LD, bytes, and damage to all of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from dateline.text import words

if TYPE_CHECKING:
    import random

TEXT = (
    "The ferry to the northern islands was cancelled on Tuesday after a night of storms, they said."
)
STORY = (
    f"<article><h1>Ferry cancelled</h1><p>{TEXT}</p><p>Boats leave on Friday. {TEXT}</p></article>"
)

_ODD = st.sampled_from(
    [
        *(
            "\0",
            "&#0;",
            "&#xD800;",
            "\ud800",
            "\u202e",
            "\u200b",
            "\ufeff",
            "&lt;script&gt;",
            "&amp;amp;",
        ),
        *(
            "<",
            ">",
            '"',
            "'",
            "é",
            "𐍈",
            "漢字",
            "שלום",
            "e\u0301" * 3,
            "\u0301" * 40,
            "&nbsp;",
            "\r\n",
        ),
        *(
            "]]>",
            "-->",
            "</",
            "javascript:",
            "2024-02-30",
            "١٢",
            "²",
            "İ",
            "ß",
            "\u2028",
            "\x85",
            "\x1c",
        ),
    ]
)
_WORDS = st.sampled_from(
    [
        *(
            TEXT,
            f"{TEXT} {TEXT}",
            "By Ada Holm",
            "OSLO, Norway (AP) — The pilots",
            "Read more",
            "...",
        ),
        *("5 March 2024", "Updated 10:30 GMT", "Photo: Ada Holm/Reuters", "Subscribe", "1 | 2 | 3"),
        *("Anzeige", "(Reuters) - ", "Von Ada Holm und Bo Li, dpa", "Ferry cancelled", "© 2024"),
    ]
)
PHRASE = st.lists(_WORDS | _ODD | st.text(max_size=12), min_size=1, max_size=4).map("".join)
_NAMES = st.sampled_from(
    words(
        """div p span a b i li ul ol dl dd dt table tr td th h1 h2 h3 article section main header footer
        nav aside figure figcaption blockquote pre br hr img time svg math path style script noscript
        template iframe form button select option textarea title object video source em strong font
        code sub sup center x-card details summary frameset body html head meta link base label
        address picture mi desc"""
    )
)
_KEYS = st.sampled_from(
    words(
        """class id href src style onclick title datetime itemprop rel role hidden aria-hidden lang
        content property name data-x xmlns colspan"""
    )
)
_VALUES = PHRASE | st.sampled_from(
    [
        *(
            "article-body",
            "story__content",
            "byline author",
            "comments",
            "display:none",
            "headline",
        ),
        *(
            "articleBody",
            "datePublished",
            "author",
            "nav",
            "javascript:alert(1)",
            " java\tscript:x",
        ),
        *(
            "data:text/html,<script>",
            "//x",
            "http://[::1",
            "/a?b=1",
            "mailto:a@b.example",
            "#",
            "\x01",
        ),
    ]
)
_FORMS = st.sampled_from(['="{}"', "='{}'", "={}", " = {}", "", '=="{}"', '="{}'])
_ATTRIBUTES = st.lists(st.tuples(_KEYS, _VALUES, _FORMS), max_size=4).map(
    lambda found: "".join(f" {key}{form.format(value)}" for key, value, form in found)
)
TREE = st.recursive(
    PHRASE,
    lambda inner: st.builds(
        lambda name, attributes, parts, end: (
            f"<{name}{attributes}>{''.join(parts)}</{end or name}>"
        ),
        *(_NAMES, _ATTRIBUTES, st.lists(inner, max_size=5), st.none() | _NAMES),
    ),
    max_leaves=25,
)
SOUP = st.lists(
    _NAMES.map("<{}>".format)
    | _NAMES.map("</{}>".format)
    | _NAMES.map("<{} ".format)
    | _ATTRIBUTES
    | PHRASE
    | st.sampled_from(
        ["<!--", "-->", "<![CDATA[", "<!doctype html>", "<?xml?>", "<", "/>", "</>", "<!-->"]
    ),
    max_size=40,
).map("".join)

_LD_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | PHRASE
    | st.sampled_from(
        ["#a", "2024-03-05T10:00:00+01:00", "2024-13-45", "https://isle.example/a", "http://["]
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                words(
                    """@type @id @graph @value name url headline author creator publisher datePublished
                dateModified articleBody text image keywords articleSection inLanguage description
                mainEntity isPartOf isAccessibleForFree liveBlogUpdate itemListElement sameAs"""
                )
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=25,
)
_LD_TYPES = st.sampled_from(
    words(
        "NewsArticle Article LiveBlogPosting VideoObject ItemList Person https://schema.org/BlogPosting x"
    )
)
_LD = st.builds(
    lambda kind, data: json.dumps(data | {"@type": kind} if isinstance(data, dict) else data),
    *(_LD_TYPES, _LD_VALUES),
)
_METAS = st.lists(
    st.builds(
        '<meta {}="{}" content="{}">'.format,
        st.sampled_from(["property", "name", "itemprop", "http-equiv"]),
        st.sampled_from(
            words(
                """og:title og:description og:type og:url og:image og:site_name og:locale author
                article:published_time article:modified_time article:tag article:section keywords
                description date parsely-author twitter:title dc.creator content-language"""
            )
        ),
        _VALUES,
    ),
    max_size=6,
).map("".join)
_BASES = st.sampled_from(["", "<base href=//x>", "<base href='javascript:1'>"])
_HEAD = st.builds("<head><title>{}</title>{}{}</head>".format, PHRASE, _METAS, _BASES)
_SCRIPT = '<script type="application/ld+json">{}</script>{}{}'
PAGES = {
    "trees": st.builds("{}<body>{}</body>".format, _HEAD, TREE),
    "trees around a story": st.builds("{}<body>{}{}{}".format, _HEAD, TREE, st.just(STORY), TREE),
    "soup": st.builds("{}{}".format, _HEAD | st.just(""), SOUP),
    "json-ld": st.builds(_SCRIPT.format, _LD, _HEAD, st.just(STORY) | TREE),
}

CHARSETS = st.sampled_from(
    words(
        """utf-8 cp1252 utf-16 utf-16-be shift_jis gb18030 koi8-r utf-7 unicode_escape hex
        iso-2022-jp big5 x utf-8-sig"""
    )
)


def encoded(text: str, charset: str) -> bytes:
    """As far as the charset goes."""
    try:
        return text.encode(charset, "replace")
    except (LookupError, UnicodeError):
        return text.encode("utf-8", "surrogatepass")


_CHUNKS = st.binary(max_size=30) | st.builds(encoded, TREE, CHARSETS)
BYTES = st.binary(max_size=600) | st.builds(
    lambda declared, parts: b"".join([f"<meta charset={declared}>".encode(), *parts]),
    *(CHARSETS, st.lists(_CHUNKS, max_size=6)),
)
HEADERS = st.sampled_from(
    [
        *("text/html", "text/html; charset=utf-16", "text/html; charset=koi8-r", "text/plain", ""),
        *("application/xhtml+xml", "text/html; charset=unicode-escape"),
    ]
)

_JUNK = (
    *(
        b"<",
        b">",
        b'"',
        b"'",
        b"</",
        b"-->",
        b"<!--",
        b"\0",
        b"\xff",
        b"\xed\xa0\x80",
        b"&#0;",
        b"]]>",
    ),
    *(
        b"</div>",
        b"<table>",
        b"<b x=",
        b"{",
        b"}",
        b",",
        b"[",
        b"\\ud800",
        b"<script>",
        b"</script>",
    ),
    *(
        b"<article>",
        b"<svg>",
        b"<select>",
        b"<br>",
        b"<a href=",
        b"\xe2\x80\xae",
        b"\xc2\xad",
        b"<p>",
    ),
)


def mutated(body: bytes, rng: random.Random) -> bytes:
    """With one piece dropped, doubled, moved, reversed or changed, or something odd put in."""
    begin = rng.randrange(len(body) + 1)
    end = min(begin + rng.choice((1, 3, 10, 60)), len(body))
    head, piece, tail = body[:begin], body[begin:end], body[end:]
    return rng.choice(
        (
            head + tail,
            head + piece * rng.choice((2, 3, 40)) + tail,
            tail + piece + head,
            head + piece[::-1] + tail,
            head + rng.choice(_JUNK) + piece + tail,
            head + bytes([rng.randrange(256)]) + tail,
        )
    )
