"""Tags: those that a reader can read, and from where they are taken."""

from __future__ import annotations

import json

import pytest

from dateline.extract import tags as chosen
from dateline.extract.signals import read
from dateline.model import Hints

URL = "https://moor-echo.example/2024/lock"


def tags(html: str) -> list[str]:
    """The tags of a page."""
    return list(chosen.choose(read(html, URL), Hints()).value or ())


def ld(keywords: object) -> str:
    """An article's script with these keywords."""
    return f"""<script type="application/ld+json">{
        json.dumps({"@type": "NewsArticle", "keywords": keywords})
    }</script>"""


@pytest.mark.parametrize(
    ("keywords", "expected"),
    [
        ("canals, locks; and water, Canals", ["canals", "locks; and water"]),
        (["canals", "8f507083-bac4-423a-9015-2eb31e1bce50", "100312362"], ["canals"]),
        (["canals", "_paid", "moor-echo.example.com", "source:desk:1"], ["canals"]),
        (["Category: Life", "Day: Friday", "WC words: 900", "Wine"], ["Life", "Wine"]),
        (["topic/canals", "place/moor"], ["canals", "moor"]),
        (["AERO", "INDG08", "GEN"], []),
    ],
)
def test_what_only_machines_read_is_no_tag(keywords: object, expected: list[str]):
    """Ids, hosts, labelled properties and lists of codes are left out."""
    assert tags(ld(keywords)) == expected


def test_codes_leave_room_for_the_next_source():
    """A field of codes is passed over."""
    assert tags(ld(["AERO", "INDG08"]) + "<meta name=keywords content='canals, locks'>") == [
        "canals",
        "locks",
    ]


def test_the_fuller_list_is_taken_but_not_a_flood():
    """A list that has all of the first one and some more; not one that has ten times as much."""
    more = "<meta name=keywords content='canals, locks, water'>"
    flood = f"<meta name=keywords content='canals, locks, {', '.join(map(chr, range(97, 120)))}'>"
    assert tags(ld("canals, locks") + more) == ["canals", "locks", "water"]
    assert tags(ld("canals, locks") + flood) == ["canals", "locks"]


def test_tags_at_the_foot_are_read_where_none_are_declared():
    """Marked links; else the longest run of links to tags or topics, in no menu."""
    run = "".join(f"<li><a href='/topic/{name}'>{name}</a></li>" for name in ("canals", "locks"))
    menu = "".join(f"<a href='/tag/{name}'>{name}</a>" for name in ("a", "b", "c"))
    page = f"<h1>T</h1><ul>{run}</ul><div class='footer-menu'>{menu}</div>"
    assert tags(page) == ["canals", "locks"]
    assert tags(page + "<a rel=tag href='/x'>water</a>") == ["water"]
    assert tags(ld("declared") + page) == ["declared"]


def test_two_keywords_in_one_field_are_two_tags():
    """A list is split at its comma, also where microdata or a repeated field says it again."""
    field = "<meta {}=keywords content='handball, TSV Norderau'>"
    assert tags(field.format("itemprop")) == ["handball", "TSV Norderau"]
    assert tags(2 * field.format("name")) == ["handball", "TSV Norderau"]


def test_one_link_to_a_topic_is_no_list():
    """It is a link in the text."""
    assert tags("<h1>T</h1><p>On <a href='/topic/canals'>canals</a> and more</p>") == []
    assert tags("<h1>T</h1><p>On <a href='/tag/topics/canals'>canals</a> and more</p>") == []
