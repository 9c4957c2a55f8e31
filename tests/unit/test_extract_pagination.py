"""Which link of a page leads to the article's next part: addresses of many forms, and none of others."""

from __future__ import annotations

import pytest

from dateline.extract import pagination
from dateline.extract.pagination import MAX_PARTS

HOST = "https://news.example.org"
STORY = "/2026/03/04/the-council-votes-on-the-old-bridge"


def next_page(html, url, seen=()):
    return pagination.next_page(html.encode(), url, seen)


def page(*links, head=""):
    body = "".join(links)
    return (
        f"<!DOCTYPE html><html><head><title>x</title>{head}</head><body class='single'>"
        f"<nav><a href='/'>Home</a><a href='/politics'>Politics</a></nav><article><h1>x</h1>"
        f"<p>Text of the story.</p></article>{body}</body></html>"
    )


def link(href, text="2", attributes=""):
    return f'<a href="{href}" {attributes}>{text}</a>'


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (STORY, f"{STORY}?page=2"),
        (STORY, f"{STORY}?p=2"),
        (STORY, f"{STORY}?pg=02"),
        (STORY, f"{STORY}/2"),
        (STORY, f"{STORY}/2/"),
        (f"{STORY}/", f"{STORY}/2/"),
        (f"{STORY}/", f"{STORY}/page/2/"),
        (STORY, f"{STORY}/page/2"),
        (STORY, f"{STORY}/page-2"),
        (STORY, f"{STORY}-2"),
        (STORY, f"{STORY},seite-2"),
        (STORY, f"{STORY}_p2"),
        (f"{STORY}.html", f"{STORY}-2.html"),
        (f"{STORY}.htm", f"{STORY}_2.htm"),
        (f"{STORY}.html", f"{STORY}-seite-2.html"),
        (f"{STORY}.html", f"{STORY}.page-2.html"),
        (f"{STORY}.html", f"{STORY}.html?page=2"),
        (f"{STORY}.html", f"{STORY}.html/2"),
        (f"{STORY}.html", f"{STORY}/seite-2.html"),
        (f"{STORY}-1.html", f"{STORY}-2.html"),
        (f"{STORY}/1/", f"{STORY}/2/"),
        (f"{STORY}/seite-1", f"{STORY}/seite-2"),
        (f"{STORY}?page=1", f"{STORY}?page=2"),
        ("/article.php?id=48213", "/article.php?id=48213&page=2"),
        ("/article.php?id=48213", "/article.php?page=2&id=48213"),
        ("/news/48213", "/news/48213/2"),
        ("/politik/a-48213.html", "/politik/a-48213-2.html"),
        (
            "/kultur/br%C3%BCcke-im-winter-am-alten-hafen",
            "/kultur/brücke-im-winter-am-alten-hafen/2",
        ),
    ],
)
def test_an_address_counted_up_by_one_is_the_next_part(first, second):
    html = page(link(first, "1"), link(second), link(second, "Next page"))
    found = next_page(html, HOST + first)
    assert found is not None
    assert found == next_page(page(link(HOST + second)), HOST + first)
    assert found.isascii()


@pytest.mark.parametrize(
    ("label", "attributes"),
    [
        ("2", ""),
        ("[2]", ""),
        ("Page 2", ""),
        ("Seite 2", ""),
        ("Next", ""),
        ("Next &raquo;", ""),
        ("Weiter", ""),
        ("Nächste Seite", ""),
        ("Page suivante", ""),
        ("Siguiente", ""),
        ("&rsaquo;", ""),
        ("", 'aria-label="Next page"'),
        ("", 'title="Seite 2"'),
        ("Zum zweiten Teil", 'rel="next"'),
        ("Zum zweiten Teil", "rel='next nofollow'"),
    ],
)
def test_what_the_link_says(label, attributes):
    html = page(link(f"{STORY}/page/2", label, attributes))
    assert next_page(html, HOST + STORY) == f"{HOST}{STORY}/page/2"


@pytest.mark.parametrize(
    "href", ["?page=2", "the-council-votes-on-the-old-bridge/2", f"//news.example.org{STORY}/2"]
)
def test_relative_links(href):
    assert next_page(page(link(href)), HOST + STORY) is not None


def test_the_base_of_the_page_counts():
    name = STORY.rpartition("/")[2]
    html = page(link(f"{name}/2"), head=f'<base href="{HOST}/other/">')
    assert next_page(html, HOST + STORY) is None
    html = page(link("?page=2"), head=f'<base href="{HOST}{STORY}">')
    assert next_page(html, HOST + STORY) == f"{HOST}{STORY}?page=2"


def test_the_charset_of_the_page_counts():
    html = page(link(f"{STORY}/2", "Nächste Seite")).encode("latin-1")
    found = pagination.next_page(html, HOST + STORY, content_type="text/html; charset=latin1")
    assert found == f"{HOST}{STORY}/2"


@pytest.mark.parametrize("quote", ['"', "'", ""])
def test_a_link_in_the_head(quote):
    head = f"<link rel={quote}next{quote} href={quote}{STORY}?page=2{quote}>"
    assert next_page(page(head=head), HOST + STORY) == f"{HOST}{STORY}?page=2"
    head = f"<link href={quote}{STORY}?page=2{quote} rel={quote}next{quote}>"
    assert next_page(page(head=head), HOST + STORY) == f"{HOST}{STORY}?page=2"


@pytest.mark.parametrize(
    ("first", "href", "label"),
    [
        # another article
        (STORY, "/2026/03/04/two-dead-in-fire", "Next"),
        (STORY, f"{STORY}-2", "Next article"),
        (STORY, f"{STORY}-2/", "The council votes, again"),
        (f"{STORY}.html", f"{STORY}-2.html", "Next"),
        ("/horoscope/the-week-in-the-stars-7", "/horoscope/the-week-in-the-stars-8", "Next page"),
        ("/podcast/all-about-bridges-1", "/podcast/all-about-bridges-2", "Next"),
        ("/news/48213", "/news/48214", "Next"),
        ("/article.php?id=1", "/article.php?id=2", "2"),
        ("/article.php?id=48213", "/article.php?id=48214&page=2", "2"),
        # a number that is no page's
        (STORY, f"{STORY}?page=2&view=list", "2"),
        (STORY, f"{STORY}?page=3", "3"),
        (STORY, f"{STORY}?page=22", "22"),
        (STORY, f"{STORY}?image=2", "2"),
        (STORY, f"{STORY}/bild/2", "2"),
        (STORY, f"{STORY}?utm_source=2", "2"),
        (STORY, f"{STORY}#2", "2"),
        (STORY, f"{STORY}?page=2", "Two men arrested"),
        # comments
        (STORY, f"{STORY}/comment-page-2/", "2"),
        (STORY, f"{STORY}/comment-page-2/#comments", "Next page"),
        (STORY, f"{STORY}?cpage=2", "2"),
        (STORY, f"{STORY}?comments_page=2", "2"),
        # another host, another scheme
        (STORY, f"https://other.example.org{STORY}?page=2", "2"),
        (STORY, f"ftp://news.example.org{STORY}?page=2", "2"),
        (STORY, "javascript:page(2)", "2"),
        # lists and galleries
        ("/", "/?page=2", "2"),
        ("/", "/page/2/", "Next page"),
        ("/politics", "/politics?page=2", "2"),
        ("/politics/", "/politics/page/2/", "2"),
        ("/tag/bridges", "/tag/bridges/page/2", "2"),
        ("/author/jane-doe", "/author/jane-doe?page=2", "2"),
        ("/search?q=bridge", "/search?q=bridge&page=2", "2"),
        ("/2026/03/04", "/2026/03/04/2", "2"),
        ("/fotostrecke/the-council-votes-on-the-old-bridge", "?page=2", "2"),
        ("/news/gallery/the-council-votes-on-the-old-bridge", "?page=2", "2"),
    ],
)
def test_what_is_no_next_part(first, href, label):
    html = page(link(href, label), head=f'<link rel="prev" href="{href}">')
    assert next_page(html, HOST + first) is None


@pytest.mark.parametrize("href", [f"{STORY}-2", "/2026/03/05/two-dead-in-fire-on-2-farms", "/?p=2"])
def test_a_head_link_to_the_next_article(href):
    assert next_page(page(head=f'<link rel="next" href="{href}">'), HOST + STORY) is None


@pytest.mark.parametrize("name", ["comments-pager", "comment-nav", "gallery__pager", "slideshow"])
def test_a_pager_of_something_else(name):
    pager = f'<div class="{name}"><ul><li>{link("?page=2")}</li></ul></div>'
    assert next_page(page(pager), HOST + STORY) is None
    pager = f'<div id="{name}"><ul><li>{link("?page=2", "Next")}</li></ul></div>'
    assert next_page(page(pager), HOST + STORY) is None


def test_a_page_whose_theme_names_comments_is_still_read():
    html = page(link("?page=2")).replace("class='single'", "class='single comments-open'")
    assert next_page(html, HOST + STORY)


def test_the_parts_are_counted_from_the_first():
    first, second = HOST + STORY, f"{HOST}{STORY}/2"
    html = page(*(link(f"{STORY}/{n}" if n > 1 else STORY, str(n)) for n in range(1, 5)))
    assert next_page(html, first) == second
    assert next_page(html, second, [first]) == f"{HOST}{STORY}/3"
    assert next_page(html, f"{HOST}{STORY}/4", [first, second, f"{HOST}{STORY}/3"]) is None


def test_no_page_is_named_twice():
    first, second = HOST + STORY, f"{HOST}{STORY}/2"
    assert next_page(page(link(f"{STORY}/2")), second, [first]) is None
    assert next_page(page(link(STORY, "3")), second, [first]) is None
    assert next_page(page(link(f"{STORY}/2")), second) is None


def test_an_endless_pager_ends():
    seen = [f"{HOST}{STORY}/{n}" for n in range(1, MAX_PARTS)]
    html = page(*(link(f"{STORY}/{n}", str(n)) for n in (MAX_PARTS, MAX_PARTS + 1)))
    assert next_page(html, seen[-1], seen[:-1]) == f"{HOST}{STORY}/{MAX_PARTS}"
    assert next_page(html, f"{HOST}{STORY}/{MAX_PARTS}", seen) is None


@pytest.mark.parametrize("url", ["", "x", "http://", "file:///a/b-c-d-e.html", "https://[::1"])
def test_what_is_no_address_of_the_web_has_no_next(url):
    assert next_page(page(link("?page=2")), url) is None


@pytest.mark.parametrize(
    "html", ["", "<", '<a rel="next', 'rel="next" 2', '="?2', "<a href='?page=2"]
)
def test_broken_pages(html):
    assert next_page(html, HOST + STORY) is None
