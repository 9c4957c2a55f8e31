"""The date of publication: what is declared, what is printed near the headline, what is not it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dateline.extract.published import Dated, choose_published, url_date
from dateline.extract.signals import read
from dateline.model import Hints, Precision

NOW = datetime(2024, 12, 1, tzinfo=UTC)
TITLE = "New lock opens in spring"
HEAD = f"<h1>{TITLE}</h1>"
TEXT = "<p>" + "The lock on the canal will open in spring, the board said. " * 30 + "</p>"


def dated(html: str, url: str = "https://x.example/lock", **hints: str) -> Dated:
    """The date chosen for a page."""
    return choose_published(read(html, url), Hints(**hints), now=NOW, title=TITLE)  # type: ignore[arg-type]


def day(html: str, url: str = "https://x.example/lock") -> str | None:
    """Its day as ISO text."""
    at = dated(html, url).at
    return at.date().isoformat() if at else None


@pytest.mark.parametrize(
    "printed",
    [
        "<time>4 May 2024</time>",
        "<time datetime='2024-05-04'>on Saturday</time>",
        "<span class='post-date'>May 4, 2024</span>",
        "<p>Veröffentlicht am 4. Mai 2024</p>",
        "<p>Publié le 4 mai 2024 à 13h59 - Mis à jour le 8 mai 2024 à 09h03</p>",
        "<p>Last updated 8 May 2024. First published 4 May 2024</p>",
        "<abbr class='published' title='2024-05-04T10:00:00Z'>in May</abbr>",
        "<span property='schema:dateCreated' content='2024-05-04T12:00:00+00:00'></span>",
        "<b>2024年5月4日</b>",
    ],
)
def test_the_date_near_the_headline_is_read(printed: str):
    """In elements, stamps, other tongues; the date of publishing, not of the update."""
    assert day(HEAD + printed + TEXT) == "2024-05-04"


def test_a_date_before_or_in_the_headline_counts():
    """Some print it above, some within."""
    assert day("<div>04.05.2024</div>" + HEAD + TEXT) == "2024-05-04"
    html = f"<h1><span class='date'>04.05.2024</span>{TITLE}</h1>"
    assert day(html + TEXT) == "2024-05-04"


def test_the_nearest_date_wins_over_those_of_other_stories():
    """A <time> below the text is another story's, whatever it says."""
    other = "<div class='list'><time datetime='2024-01-01T10:00:00Z'>x</time></div>"
    assert day(HEAD + "<p>4 May 2024</p>" + TEXT + other) == "2024-05-04"


def test_comments_have_dates_of_their_own():
    """They are not looked at."""
    html = HEAD + TEXT + "<div class='comments'><ul><li><time>5 June 2024</time></ul></div>"
    assert day(html) is None


def test_the_head_of_a_paragraph_may_hold_the_date():
    """After the place, as agencies print it."""
    assert (
        day(HEAD + "<p>Moorstadt, 4.5.2024. " + "Text of the story goes on. " * 20) == "2024-05-04"
    )


@pytest.mark.parametrize(
    "text",
    ["Copyright 2019", "WoB 14.-20. Januar", "3 min read", "1,234 views", "Version 3 of 12 May"],
)
def test_numbers_are_no_dates(text: str):
    """A year alone, a span of days without a year, counts."""
    assert day(HEAD + f"<p class='meta'>{text}</p>" + TEXT) is None


def test_the_address_settles_which_printed_date_is_meant():
    """A printed time of the same day sharpens it; one of another day does not count."""
    url = "https://x.example/2024/05/04/lock"
    near = "<time datetime='2024-07-09T10:00:00Z'>x</time>"
    assert day(HEAD + near + TEXT, url) == "2024-05-04"
    sharp = dated(HEAD + near + "<time datetime='2024-05-04T10:00:00Z'></time>" + TEXT, url)
    assert sharp.precision is Precision.INSTANT
    assert sharp.at == datetime(2024, 5, 4, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://x.example/2024/05/04/lock", "2024-05-04"),
        ("https://x.example/news/2024-05/04/lock", "2024-05-04"),
        ("https://x.example/detail/~04-05-2024-lock", "2024-05-04"),
        ("https://x.example/a-20240504/lock", "20240504"),
        ("https://x.example/2024/may/04/lock", "04 may 2024"),
        ("https://x.example/2024/05/3-questions-to-the-board", None),
        ("https://x.example/web/20240504093000/http", None),
        ("https://x.example/id/12024050412", None),
    ],
)
def test_days_in_addresses(url: str, expected: str | None):
    """Only whole days, and no numbers that look like them."""
    assert url_date(url) == expected


def test_what_is_declared_comes_first_and_absurd_dates_are_named():
    """The future is rejected with its reason, and the next candidate is taken."""
    html = "<meta property='article:published_time' content='2031-05-04T10:00:00Z'>"
    chosen = dated(html + HEAD + "<p>4 May 2024</p>" + TEXT)
    assert chosen.at == datetime(2024, 5, 4, tzinfo=UTC)
    assert "in the future" in chosen.provenance["rejected"]["meta.article:published_time"]


def test_a_local_time_is_read_in_the_zone_of_the_source_and_marked():
    """The zone assumed is in the provenance."""
    html = "<meta property='article:published_time' content='2024-05-04T10:00:00'>"
    chosen = dated(html + HEAD, timezone="Europe/Berlin")
    assert chosen.at == datetime(2024, 5, 4, 8, tzinfo=UTC)
    assert chosen.provenance["zone"] == "assumed Europe/Berlin"


def test_a_printed_date_is_less_sure_than_a_declared_one():
    """Confidence tells them apart."""
    declared = dated("<meta property='article:published_time' content='2024-05-04T10:00:00Z'>")
    printed = dated(HEAD + "<p>4 May 2024</p>" + TEXT)
    assert declared.provenance["confidence"] > printed.provenance["confidence"] > 0
