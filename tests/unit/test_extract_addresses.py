"""Addresses alone: which look like an article's."""

from __future__ import annotations

import pytest

from dateline.extract.addresses import article_likeness

SITE = "https://www.post.example"


@pytest.mark.parametrize(
    "path",
    [
        "/2026/10/31/ferry-returns-to-the-islands",
        "/harbour/ferry-returns-to-the-islands-after-nine-days-of-strike",
        "/news/article-48213377",
        "/artikel/deich-wird-erneuert-18273645.html",
        "/news/ferry-returns-after-strike/index.html",
        "/autoren/lena-moor/was-der-deich-den-halligen-wirklich-kostet",
        "/news/articles/cx2yk81dqn7o",
        "/view.aspx?cdate=31102026&id=990c7733-9293-4441-982e-a44af000bb19",
        "/%E6%96%B0%E3%81%97%E3%81%84%E5%9B%B3%E6%9B%B8%E9%A4%A8%E3%81%8C%E9%96%8B%E9%A4%A8%E3%81%97%E3%81%BE%E3%81%97%E3%81%9F",
    ],
)
def test_dates_headlines_and_numbers_speak_for_an_article(path: str):
    """Each of them alone is enough, even below a folder of authors."""
    assert article_likeness(SITE + path) >= 0.4


@pytest.mark.parametrize(
    "path",
    [
        *("", "/", "/politics", "/politik/", "/news/world/", "/sport/index.html", "/tag/ferries"),
        *("/author/lena-moor", "/autor/juan-rio", "/category/news/page/3", "/archiv", "/impressum"),
        *("/search?q=ferry", "/suche", "/login", "/mi-cuenta", "/newsletter", "/thema/deich"),
        *(
            "/rss.xml",
            "/img/harbour-at-dawn-in-the-fog.jpg",
            "/?s=ferry",
            "/about/",
            "/datenschutz",
        ),
    ],
)
def test_sections_services_and_files_speak_against_it(path: str):
    """In several languages, with and without a slash at the end."""
    assert article_likeness(SITE + path) < 0


def test_a_forum_or_a_shop_is_known_by_its_host():
    """The same path, another first label of the host."""
    path = "/t/the-ferry-comes-back/1234"
    assert article_likeness(f"https://forum.post.example{path}") < article_likeness(SITE + path)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "//",
        "https://",
        "file:///a/b.html",
        "https://[::1]/é?=&=",
        "https://[::1/x",
        "a?" + "&" * 9_999,
    ],
)
def test_anything_gives_a_number_in_range(url: str):
    """What is no address is no error."""
    assert -1 <= article_likeness(url) <= 1
