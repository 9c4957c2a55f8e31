"""Authors: who is named, by the metadata or near the headline, and who is not."""

from __future__ import annotations

import json

import pytest

from dateline.extract import people, titles
from dateline.extract.bylines import parse_byline
from dateline.extract.signals import read
from dateline.model import Author, Hints

URL = "https://moor-echo.example/2024/lock"
TITLE = "New lock opens in spring"
HEAD = f"<h1>{TITLE}</h1>"
TEXT = "<p>" + "The lock on the canal will open in spring, the board said. " * 20 + "</p>"


def byline(html: str) -> people.Byline:
    """The byline chosen for a page."""
    signals = read(html, URL)
    return people.choose(signals, Hints(), site=titles.site_names(signals), title=TITLE)


def names(html: str) -> list[str]:
    """The names in it."""
    return [author.name for author in byline(html).authors]


def ld(**properties: object) -> str:
    """A script that describes an article."""
    return f"""<script type="application/ld+json">{
        json.dumps({"@type": "NewsArticle", "headline": TITLE, **properties})
    }</script>"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Zeige alle Beiträge von Ute Moor", [Author("Ute Moor")]),
        ("View all posts by Ute Moor", [Author("Ute Moor")]),
        ("Geschrieben von Ute Moor am 4. Mai 2024", [Author("Ute Moor")]),
        ("Publié par Luc Écluse le 4 mai 2024", [Author("Luc Écluse")]),
        ("Escrito por Eva Presa", [Author("Eva Presa")]),
        ("Interview: Ute Moor", [Author("Ute Moor")]),
        ("著者：水門太郎", [Author("水門太郎")]),
        ("Ute Moor Staff Writer", [Author("Ute Moor", "Staff Writer")]),
        ("By UTE MOOR Associated Press", [Author("UTE MOOR", "Associated Press")]),
        ("Ute Moor, dpa", [Author("Ute Moor", "dpa")]),
        ("Share on Facebook", []),
        ("No Author", []),
    ],
)
def test_what_is_printed_around_a_name_is_cut_off(text: str, expected: list[Author]):
    """Prefixes of several tongues, dates, roles and agencies without a comma."""
    assert parse_byline(text) == expected


@pytest.mark.parametrize(
    "printed",
    [
        "<p class='byline'>By Ute Moor</p>",
        "<div class='entry-meta'>Posted by <a href='/u'>Ute Moor</a> on 4 May 2024</div>",
        "<span>By</span> <span>Ute Moor</span>",
        "<a rel='author' href='/ute'>Ute Moor</a>",
        "<div class='story-author'><img alt=''><a>Ute Moor</a> Staff Writer</div>",
        "<p>Von Ute Moor</p>",
    ],
)
def test_the_byline_near_the_headline_is_read(printed: str):
    """Where the page declares nobody."""
    assert names(HEAD + printed + TEXT) == ["Ute Moor"]
    assert byline(HEAD + printed + TEXT).provenance["from"] in {"printed.byline", "rel.author"}


def test_two_authors_side_by_side_are_both_taken():
    """Names in elements of their own, one after the other."""
    html = "<a rel=author>Ute Moor</a>, <a rel=author>Bo Level</a>"
    assert names(HEAD + html + TEXT) == ["Ute Moor", "Bo Level"]


@pytest.mark.parametrize(
    "elsewhere",
    [
        "<div class='comments'><span class='author'>By Dan Loud</span></div>",
        "<aside class='related'><span class='byline'>By Ann Other</span></aside>",
        "<nav><a rel='author'>Ann Other</a></nav>",
        "<p>By the time Ann Other came, the lock was full.</p>",
    ],
)
def test_those_who_wrote_something_else_are_not_named(elsewhere: str):
    """Commenters, authors of other stories, and sentences that begin with "By"."""
    assert names(HEAD + TEXT + elsewhere) == []


def test_the_site_is_named_only_where_nobody_else_is():
    """Its name in the metadata yields to a name in print, and stands without one."""
    site = ld(
        author={"@type": "Organization", "name": "Moor Echo"}, publisher={"name": "Moor Echo"}
    )
    assert names(site + HEAD + "<p class=byline>By Ute Moor</p>" + TEXT) == ["Ute Moor"]
    assert names(site + HEAD + TEXT) == ["Moor Echo"]


def test_sources_vote():
    """A name that only one field has yields to one that two others have."""
    html = ld(author={"name": "Dan Desk"}) + (
        "<meta name=parsely-author content='Ute Moor'><meta name=author content='Ute Moor'>"
    )
    chosen = byline(html + HEAD)
    assert [author.name for author in chosen.authors] == ["Ute Moor"]
    assert chosen.provenance["others"] == {"jsonld.author": "Dan Desk"}


def test_the_fuller_list_is_taken():
    """One source has a name, another the same and a second one."""
    html = ld(author={"name": "Ute Moor"}) + "<meta name=author content='Ute Moor, Bo Level'>"
    assert names(html + HEAD) == ["Ute Moor", "Bo Level"]


def test_a_login_is_spelled_out_by_the_page():
    """It declares "utemoor" and prints "Ute Moor"; an agency is no login."""
    html = HEAD + "<p class='byline'>By Ute Moor</p>" + TEXT
    assert names(ld(author={"name": "utemoor"}) + html) == ["Ute Moor"]
    assert names(ld(author={"name": "dpa"}) + html) == ["dpa"]


def test_a_firm_is_no_author_where_a_person_is_named():
    """Who made the site did not write the story."""
    html = "<meta name=author content='Web Pages GmbH'>" + HEAD + "<p class=byline>By Ute Moor</p>"
    assert names(html + TEXT) == ["Ute Moor"]


def test_references_are_followed_and_cycles_end():
    """Authors by @id, given and family names apart, and nodes that point at each other."""
    graph = {
        "@graph": [
            {"@type": "NewsArticle", "headline": TITLE, "author": [{"@id": "#u"}, {"@id": "#b"}]},
            {"@type": "Person", "@id": "#u", "name": "Ute Moor", "worksFor": {"@id": "#u"}},
            {"@type": "Person", "@id": "#b", "givenName": "Bo", "familyName": "Level"},
        ]
    }
    script = f'<script type="application/ld+json">{json.dumps(graph)}</script>'
    assert names(script + HEAD) == ["Ute Moor", "Bo Level"]


def test_five_hundred_authors_are_capped():
    """The list ends at thirty names."""
    crowd = [{"name": f"Person Number{chr(65 + n % 26)}{n}x"} for n in range(500)]
    assert len(byline(ld(author=crowd) + HEAD).authors) <= 30


def test_the_agency_stands_apart():
    """By its short name, whichever source is taken for the names."""
    chosen = byline("<meta name=author content='Ute Moor, Agence France-Presse'>" + HEAD)
    assert chosen.agency == "AFP"
    assert chosen.authors == (Author("Ute Moor", "Agence France-Presse"),)
