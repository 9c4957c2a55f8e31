"""URLs: what is dropped, what is kept, and which addresses are one article."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.urls import MAX_LENGTH, canonicalise, domain_of, host_of, url_key


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://News.Example.COM/A/../b", "https://news.example.com/b"),
        ("https://example.com", "https://example.com/"),
        ("http://example.com:80/a", "http://example.com/a"),
        ("https://example.com:443/a", "https://example.com/a"),
        ("http://example.com:8080/a", "http://example.com:8080/a"),
        ("https://user:secret@example.com/a", "https://example.com/a"),
        ("https://example.com/a#top", "https://example.com/a"),
        ("https://example.com/#!/story/7", "https://example.com/#!/story/7"),
        ("https://example.com/a?", "https://example.com/a"),
        ("  https://example.com/a\n/b\t ", "https://example.com/a/b"),
        ("\ufeffhttps://example.com/a\u200b", "https://example.com/a"),
        (
            "https://münchen.example/straße?q=ü",
            "https://xn--mnchen-3ya.example/stra%C3%9Fe?q=%C3%BC",
        ),
        ("https://example.com./a", "https://example.com/a"),
        ("http://[::1]:80/a", "http://[::1]/a"),
        ("http://127.0.0.1:8611/a", "http://127.0.0.1:8611/a"),
    ],
)
def test_an_address_is_spelt_as_browsers_spell_it(url, expected):
    assert canonicalise(url) == expected


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("utm_source=rss&id=7&UTM_Medium=feed", "?id=7"),
        ("fbclid=x&gclid=y&mc_cid=z", ""),
        ("b=2&a=1&b=1", "?b=2&a=1&b=1"),
        ("id=1&amp;ref=rss&amp;page=2", "?id=1&page=2"),
        ("source=rss----d12c403d4976--food", ""),
        ("ref=homepage", "?ref=homepage"),
        ("source=press-release", "?source=press-release"),
        ("wt_mc=rss.feed.beitrag", ""),
        ("q=utm_source", "?q=utm_source"),
        ("2024-05-01,7", "?2024-05-01,7"),
    ],
)
def test_only_parameters_that_track_are_dropped_and_the_order_is_kept(query, kept):
    assert canonicalise(f"https://example.com/a?{query}") == f"https://example.com/a{kept}"


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("/politics/1", "https://example.com/politics/1"),
        ("2", "https://example.com/news/2"),
        ("?page=2", "https://example.com/news/feed.xml?page=2"),
        ("//cdn.example.org/3", "https://cdn.example.org/3"),
        ("http://other.example/4", "http://other.example/4"),
        ("mailto:desk@example.com", None),
        ("", None),
        (" \n", None),
    ],
)
def test_links_are_joined_with_their_base(link, expected):
    assert canonicalise(link, "https://example.com/news/feed.xml") == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/relative",
        "//example.com/a",
        "ftp://example.com/a",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "http://",
        "http://example.com:99999/",
        "http://http://example.com/",
        "http://exa mple.com/",
        "http://example.com../",
        "http://\ud800.example/",
        "https://example.com/" + "a" * MAX_LENGTH,
    ],
)
def test_what_is_no_address_of_the_web_is_refused(url):
    assert canonicalise(url) is None


def test_a_long_address_is_measured_after_cleaning():
    assert (
        canonicalise("https://example.com/a?utm_x=" + "a" * MAX_LENGTH) == "https://example.com/a"
    )


@pytest.mark.parametrize(
    "twin",
    [
        "http://example.com/news/story",
        "https://www.example.com/news/story/",
        "https://m.example.com/news/story",
        "https://www.mobile.example.com/news/story",
        "https://amp.example.com/news/story",
        "https://example.com/news/story/amp/",
        "https://example.com/news/story.amp",
        "https://example.com/news/story?amp=1",
        "https://example.com/news/story?outputType=amp",
        "https://example.com/news/story/print",
        "https://example.com/news/story?print=true",
        "https://example.com/news/story?rss",
        "https://example.com//news/story/index.html#comments",
        "https://example.com/news/%73tory?utm_source=x",
    ],
)
def test_twins_of_an_article_have_one_key(twin):
    assert url_key(twin) == url_key("https://example.com/news/story") == "example.com/news/story"


def test_the_query_is_sorted_in_the_key():
    assert url_key("https://example.com/a?b=2&a=1") == "example.com/a?a=1&b=2"


def test_escapes_are_spelt_alike_in_the_key():
    assert url_key("https://example.com/%7ejo/%c3%a4?q=a+b") == "example.com/~jo/%C3%A4?q=a%20b"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.com/a?id=1", "https://example.com/a?id=2"),
        ("https://example.com/a", "https://example.com/b"),
        ("https://example.com/a", "https://example.com/A"),
        ("https://example.com/a", "https://example.com:8443/a"),
        ("https://example.com/a", "https://news.example.com/a"),
        ("https://example.com/amp", "https://example.com/"),
        ("https://example.com/a%2Fb", "https://example.com/a/b"),
        ("https://example.com/#!/a", "https://example.com/#!/b"),
        ("https://example.com/a?page=2", "https://example.com/a"),
        ("https://amp.dev/a", "https://m.dev/a"),
    ],
)
def test_addresses_that_may_differ_keep_different_keys(one, other):
    assert url_key(one) != url_key(other)


def test_the_key_of_something_else_is_the_text_itself():
    assert url_key(" tag:example.com,2024:1 ") == "tag:example.com,2024:1"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://WWW.Example.com:443/a", "www.example.com"),
        ("http://example.com:8080/", "example.com:8080"),
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("http://[::1]:8611/", "[::1]:8611"),
        ("nonsense", ""),
    ],
)
def test_hosts_come_lower_case_in_punycode_without_the_default_port(url, host):
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.bbc.co.uk", "bbc.co.uk"),
        ("bbc.co.uk:8080", "bbc.co.uk"),
        ("news.example.com", "example.com"),
        ("a.b.kyoto.jp", "b.kyoto.jp"),
        ("desk.blogspot.com", "desk.blogspot.com"),
        ("127.0.0.1:8611", "127.0.0.1:8611"),
        ("[::1]:8611", "[::1]:8611"),
        ("localhost:8611", "localhost:8611"),
        ("newsroom:8610", "newsroom:8610"),
        ("co.uk", "co.uk"),
    ],
)
def test_hosts_are_grouped_by_registered_domain(host, domain):
    assert domain_of(host) == domain


_PIECES = (
    "a b amp print index.html .amp .amp.html %7e %2F %zz ä + ? & = # #! / // . .. : @ amp; &amp;"
    " utm_x=1 id=2 ref=rss [ ] \\ \u200b"
)
_pieces = st.sampled_from([*_PIECES.split(" "), "\t", " "])
_urls = st.builds(
    lambda scheme, host, rest: f"{scheme}{host}/{''.join(rest)}",
    st.sampled_from(["http://", "https://", "HTTP://u:p@"]),
    st.sampled_from(
        ["example.com", "www.m.example.com:80", "amp.dev", "1.2.3.4", "[::1]:8", "x.y."]
    ),
    st.lists(_pieces, max_size=12),
) | st.text(max_size=40).map("https://example.com/".__add__)


@settings(derandomize=True, max_examples=400, deadline=None)
@given(_urls)
def test_cleaning_twice_changes_nothing_and_the_key_survives_cleaning(url):
    once = canonicalise(url)
    if once is not None:
        assert canonicalise(once) == once
        assert url_key(once) == url_key(url)
        assert once.isascii()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/x?q[]=1", "https://a.example/x?q%5B%5D=1"),
        ("https://a.example/a,b", "https://a.example/a%2cb"),
        ("https://a.example/x?a|b", "https://a.example/x?a%7Cb"),
        ("https://a.example/x?a=&b=1", "https://a.example/x?b=1&a"),
        ("https://a.example/x?=", "https://a.example/x"),
    ],
)
def test_spellings_that_browsers_leave_apart_have_one_key(one: str, other: str):
    """Escaped here and bare there; empty values."""
    assert url_key(one) == url_key(other)
