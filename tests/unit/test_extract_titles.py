"""The title: which of a page's many titles is taken, and what is cut off it."""

from __future__ import annotations

import pytest

from dateline.extract import titles
from dateline.extract.signals import read
from dateline.model import Hints

URL = "https://www.moor-echo.example/2024/05/04/lock"


def title_of(html: str, url: str = URL, hints: Hints | None = None) -> str | None:
    """The title chosen for a page."""
    return titles.choose(read(html, url), hints or Hints()).value


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("New lock opens in spring | Moor Echo", "New lock opens in spring"),
        ("Moor Echo: New lock opens in spring", "New lock opens in spring"),
        ("New lock opens in spring - moor-echo.example", "New lock opens in spring"),
        ("New lock opens in spring › The Canal Pages", "New lock opens in spring"),
        ("New lock opens in spring – Moor Echo", "New lock opens in spring"),
        ("» New lock opens in spring", "New lock opens in spring"),
        ("Locks and levels", "Locks and levels"),
        ("La maire parle d'une « écluse pour tous »", "La maire parle d'une « écluse pour tous »"),
        ("運河の新しい水門が来年の春に開く-沼地新聞", "運河の新しい水門が来年の春に開く"),
    ],
)
def test_the_name_of_the_site_is_cut_off(printed: str, expected: str):
    """By what the site calls itself, by its address, or by the mark that sets its name apart."""
    html = f"<meta property='og:site_name' content='Moor Echo'><title>{printed}</title><p>Text"
    assert title_of(html) == expected


def test_a_dash_inside_a_word_is_no_mark():
    """A word with a hyphen is not the site's name and another word."""
    html = "<title>ECHO-Chair Brock asks for more</title>"
    assert title_of(html, "https://echo.example/a") == "ECHO-Chair Brock asks for more"


@pytest.mark.parametrize(
    "heading",
    [
        "<h1><span class='kicker'>Canals</span> New lock opens in spring</h1>",
        "<h1><span><em class='article__overline'>Canals</em><b>New lock opens in spring</b></span></h1>",
        "<h1><span class='visually-hidden'>Canals:</span>New lock opens in spring</h1>",
    ],
)
def test_what_stands_above_the_headline_is_no_part_of_it(heading: str):
    """Kickers by their class are left out of the heading's text."""
    assert title_of(heading) == "New lock opens in spring"


def test_a_kicker_is_kept_where_the_page_says_it_everywhere():
    """A heading whose whole text is the declared headline stays whole."""
    html = """<h1><span class="kicker">Canals:</span> New lock opens in spring</h1>
        <script type="application/ld+json">{"@type": "NewsArticle",
        "headline": "Canals: New lock opens in spring"}</script>"""
    assert title_of(html) == "Canals: New lock opens in spring"


def test_a_kicker_goes_where_the_shared_title_is_without():
    """Headline and heading with a kicker speak for the og:title that is the rest of them."""
    html = """<meta property="og:title" content="New lock opens in spring">
        <h1>Canals: New lock opens in spring</h1><script type="application/ld+json">
        {"@type": "NewsArticle", "headline": "Canals: New lock opens in spring"}</script>"""
    assert title_of(html) == "New lock opens in spring"


def test_a_shorter_shared_title_was_written_on_purpose():
    """It wins over three places that repeat one field, but not over two."""
    long = "New lock on the old canal is to open in spring after nine years"
    ld = (
        f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{long}"}}</script>'
    )
    og = '<meta property="og:title" content="Old canal, new lock">'
    assert title_of(f"<title>{long}</title>{og}<h1>{long}</h1>{ld}") == "Old canal, new lock"
    assert title_of(f"<title>Lock news today</title>{og}<h1>{long}</h1>{ld}") == long


@pytest.mark.parametrize(
    "logo",
    [
        "<h1 class='site-title'>The Canal Pages</h1>",
        "<h1><a href='/'>The Canal Pages</a></h1>",
        "<div id='logo'><h1>The Canal Pages</h1></div>",
        "<h1>Navigation</h1>",
        "<h1>Post navigation is here</h1>",
    ],
)
def test_the_heading_of_the_story_is_taken_among_several(logo: str):
    """Not the logo, not the menu, not a heading unlike everything else."""
    html = f"<title>New lock opens in spring</title>{logo}<h1>New lock opens in the spring</h1>"
    assert "lock opens" in str(title_of(html))


def test_a_heading_that_only_ends_the_title_is_the_site():
    """The other part is the title then."""
    html = "<title>Nine years for one lock – Water and Stone</title><h1>Water and Stone</h1>"
    assert title_of(html, "https://x.example/a") == "Nine years for one lock"


def test_a_title_cut_at_its_first_quotation_mark_is_made_whole():
    """Templates that do not escape cut titles there."""
    html = """<meta property="og:title" content="Mayor calls the lock ">
        <title>Mayor calls the lock "a gift"</title><h1>Mayor calls the lock "a gift"</h1>"""
    assert title_of(html) == 'Mayor calls the lock "a gift"'


def test_names_that_say_nothing_are_no_title():
    """The name of a start page, templates that were not filled, and nothing at all."""
    assert title_of("<title>Home</title><h1>{{ title }}</h1>") is None
    assert title_of("") is None


def test_the_choice_tells_how_sure_it_is():
    """Agreement makes sure, contradiction unsure; the loser is kept."""
    ld = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"%s"}</script>'
    same = titles.choose(read("<h1>One lock</h1>" + ld % "One lock", URL), Hints())
    torn = titles.choose(read("<h1>One lock</h1>" + ld % "Two levels", URL), Hints())
    assert same.provenance["confidence"] > 0.9 > torn.provenance["confidence"]
    assert torn.provenance["others"]


def test_the_feed_names_a_page_without_a_title():
    """What the feed says is evidence like the rest."""
    assert title_of("<p>x", hints=Hints(title="Locks &amp; levels")) == "Locks & levels"
