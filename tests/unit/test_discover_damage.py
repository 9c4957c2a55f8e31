"""What is no feed is refused with its reason; what is damaged is used as far as it goes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.discover import parse_feed

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)


def parse(body: bytes, content_type: str | None = None):
    return parse_feed(body, url="https://x.example/feed", content_type=content_type, now=NOW)


def item(number: int, title: str = "Title") -> str:
    return f"<item><title>{title} {number}</title><link>https://x.example/{number}</link></item>"


def rss(items: str, *, head: str = '<?xml version="1.0"?>') -> str:
    return f'{head}<rss version="2.0"><channel><title>X</title>{items}</channel></rss>'


JSON_START = b'{"version": "https://jsonfeed.org/version/1", "items":'


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\0\0\0", "empty"),
        (b"<!DOCTYPE html><html><body>Moved</body></html>", "not_a_feed: html"),
        (b"\n<HTML lang='en'><head></head></HTML>", "not_a_feed: html"),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html xmlns="y"/>', "not_a_feed: html"),
        (b'<!doctype html><html><p>Our &lt;rss&gt;: <rss version="2.0"></p>', "not_a_feed: html"),
        (b'<?xml version="1.0"?><urlset><url/></urlset>', "not_a_feed: urlset"),
        (b'<opml version="2.0"><body/></opml>', "not_a_feed: opml"),
        (b"<note>hello</note>", "not_a_feed: xml"),
        (b"Service unavailable", "not_a_feed: text"),
        (b"%PDF-1.7 \x00\x01", "not_a_feed: pdf"),
        (b"\x1f\x8b\x08\x00\x00\x01\x02\x03", "not_a_feed: binary"),
        (b'{"error": "gone"}', "not_a_feed: json"),
        (b"[1, 2", "not_a_feed: broken json"),
        (JSON_START + b"[" * 100_000, "not_a_feed: broken json"),
        (b"<rss version='2.0'><channel><title>Cut he", "truncated"),
    ],
)
def test_what_is_no_feed_is_refused_with_the_reason(body, problem):
    feed = parse(body)
    assert (feed.candidates, feed.problem) == ((), problem)


@pytest.mark.parametrize("cut", [-1, -10, -30, -60, -75])
def test_a_feed_cut_short_gives_its_whole_entries(cut):
    whole = rss(item(1) + item(2) + item(3))
    whole = whole[: whole.index("</channel>")] if cut == -1 else whole
    feed = parse(whole[:cut].encode())
    assert feed.problem == "truncated"
    assert [entry.url for entry in feed.candidates] in (
        ["https://x.example/1", "https://x.example/2"],
        ["https://x.example/1", "https://x.example/2", "https://x.example/3"],
    )
    assert feed.title == "X"


def test_half_a_link_is_never_taken():
    whole = rss(item(1) + item(23))
    feed = parse(whole[: whole.index("https://x.example/23") + len("https://x.example/2")].encode())
    assert [entry.url for entry in feed.candidates] == ["https://x.example/1"]
    assert feed.problem == "truncated"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ('<feed xmlns="http://www.w3.org/2005/Atom"><title>X</title>', "entry"),
        (
            (
                '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
                'xmlns="http://purl.org/rss/1.0/"><channel><title>X</title></channel>'
            ),
            "item",
        ),
    ],
    ids=["atom", "rdf"],
)
def test_atom_and_rdf_cut_short_give_their_whole_entries(start, end):
    entry = f'<{end}><link href="https://x.example/{{0}}">https://x.example/{{0}}</link></{end}>'
    feed = parse((start + entry.format(1) + entry.format(2)[:20]).encode())
    assert feed.problem == "truncated"
    assert [found.url for found in feed.candidates] == ["https://x.example/1"]


def test_a_feed_with_broken_markup_is_used_and_named():
    feed = parse(rss(item(1) + "<item><title>R&D & more</title>&nope;</item>" + item(2)).encode())
    assert [entry.url for entry in feed.candidates] == [
        "https://x.example/1",
        "https://x.example/2",
    ]
    assert feed.problem.startswith("malformed: ")


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type"),
    [
        ("utf-8", "iso-8859-1", None),
        ("utf-8", "us-ascii", "text/xml"),
        ("utf-8", "utf-8", "text/xml; charset=iso-8859-1"),
        ("utf-8", "no-such-charset", "application/rss+xml; charset=nonsense"),
        ("windows-1252", "iso-8859-1", None),
        ("windows-1252", "utf-8", "text/xml; charset=windows-1252"),
        ("windows-1252", "utf-8", None),
        ("iso-8859-2", "iso-8859-2", None),
        ("utf-16", "utf-16", None),
        ("utf-8-sig", "utf-8", None),
    ],
)
def test_a_wrong_charset_declaration_does_not_spoil_the_text(encoding, declared, content_type):
    text = rss(item(1, "Über Größe"), head=f'<?xml version="1.0" encoding="{declared}"?>')
    feed = parse(text.encode(encoding), content_type)
    assert [entry.title for entry in feed.candidates] == ["Über Größe 1"]


def test_windows_1251_is_read_as_declared():
    head = '<?xml version="1.0" encoding="windows-1251"?>'
    feed = parse(rss(item(1, "Новости дня"), head=head).encode("cp1251"))
    assert feed.candidates[0].title == "Новости дня 1"


def test_nul_and_control_characters_vanish():
    feed = parse(rss(item(1, "Ti\0t\x08le\x0b")).encode())
    assert [entry.title for entry in feed.candidates] == ["Title 1"]


def test_what_a_broken_server_prints_before_the_feed_is_passed_over():
    noise = "<br />\n<b>Warning</b>: mysql_connect() in <b>/srv/x.php</b><br />\n<!-- cached -->"
    feed = parse(rss(item(1), head=noise).encode())
    assert [entry.url for entry in feed.candidates] == ["https://x.example/1"]


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(
        f'<!ENTITY lol{level} "{f"&lol{level - 1};" * 10}">' for level in range(2, 12)
    ).replace("&lol1;", "&lol;")
    + "]>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_entity_bomb_is_refused_unread(encoding):
    feed = parse(rss(item(1, "&lol11;"), head=BOMB).encode(encoding))
    assert (feed.candidates, feed.problem) == ((), "not_a_feed: declares entities")


def test_an_entity_declared_behind_the_root_is_never_expanded():
    feed = parse(rss('<!DOCTYPE x [<!ENTITY boom "BOOM">]>' + item(1, "&boom;")).encode())
    assert all("BOOM" not in (entry.title or "") for entry in feed.candidates)


def test_external_entities_are_never_loaded(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    head = f'<!DOCTYPE rss [<!ENTITY leak SYSTEM "{secret.as_uri()}">]>'
    assert parse(rss(item(1, "&leak;"), head=head).encode()).candidates == ()

    parameter = f'<!DOCTYPE rss [<!ENTITY % html SYSTEM "{secret.as_uri()}"> %html;]>'
    feed = parse(rss(item(1), head=parameter).encode())
    assert [entry.title for entry in feed.candidates] == ["Title 1"]


def test_a_body_that_reads_like_a_file_name_opens_no_file(tmp_path):
    file = tmp_path / "feed.xml"
    file.write_text(rss(item(1)))
    assert parse(str(file).encode()).candidates == ()


def test_five_thousand_entries_all_come():
    feed = parse(rss("".join(item(number) for number in range(5_000))).encode())
    assert (len(feed.candidates), feed.problem, feed.dropped) == (5_000, None, 0)


@pytest.mark.parametrize(
    "inside",
    [
        *["<", "&", "<a>", "<item>", "<![CDATA[", "<!--", "<?", "</a", "&#38;"],
        "<a ",
        "<!DOCTYPE ",
        "<a b='",
    ],
)
def test_a_flood_of_one_token_is_survived(inside):
    feed = parse(rss(inside * 20_000).encode())
    assert feed.candidates == ()


_TOKENS = (
    "<item> </item> <entry> </entry> <title> </title> <link> </link> <link/> <guid> <author>"
    " <image> <category> <pubDate> <description> https://x.example/a & &lt; < > ]]> <![CDATA["
    " <!-- --> <?x ?> </channel> </rss> <rss> <media:content/> <xml:base> ä 2026-03-10"
)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([*_TOKENS.split(), "\0", " "]) | st.text(max_size=3), max_size=25))
def test_whatever_a_feed_holds_nothing_is_raised(tokens):
    feed = parse(rss("".join(tokens)).encode(errors="surrogatepass"))
    assert len({entry.url for entry in feed.candidates}) == len(feed.candidates)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(st.binary(max_size=60), st.sampled_from([b"", b"<rss>", b"<feed>", b'{"', b"<rdf:RDF "]))
def test_no_bytes_make_it_raise(body, start):
    feed = parse(start + body)
    assert feed.problem is not None or feed.candidates == ()
