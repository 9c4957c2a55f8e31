"""What a page is: refused, flagged, or an article of some kind."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dateline.extract import extract, kinds
from dateline.extract.blocks import segment
from dateline.extract.shape import shape_of
from dateline.extract.signals import read
from dateline.model import Article, Hints, Kind, Outcome, Page, State

NOW = datetime(2026, 11, 1, tzinfo=UTC)
STORY = "".join(
    f"<p>Paragraph {n} tells what the harbour master said of the ferry, at a length that no teaser has,"
    " and it ends with a full stop.</p>"
    for n in ("one", "two", "three", "four", "five", "six")
)
TEASER = "<li class=card><h3><a href=/2026/10/{n}>Headline number {n} of the ferry's day</a></h3>{text}</li>"
BRIEF = "<p>A line of some seventy characters tells what is behind the link above.</p>"
HEADLINE = "https://news.example/2026/10/31/ferry-returns-to-the-islands"


def sight(html: str, url: str = HEADLINE, title: str | None = "A title") -> kinds.Sight:
    signals = read(html, url)
    return kinds.Sight(signals, segment(signals.tree), title)


def teasers(number: int, text: str = "") -> str:
    return "<ul>" + "".join(TEASER.format(n=n, text=text) for n in range(number)) + "</ul>"


def outcome(html: str, url: str = HEADLINE) -> Article | Outcome:
    return extract(Page(url, url, 200, (), html.encode(), NOW), Hints(), now=NOW)


@pytest.mark.parametrize("text", ["", BRIEF])
@pytest.mark.parametrize("path", ["/politics", "/politik/", "/tag/ferries", "/thema/deich/"])
def test_a_section_front_is_refused(path: str, text: str):
    """Equal link lines, hardly any running text, a section's address."""
    html = f"<meta property=og:type content=website><h1>Politics</h1>{teasers(30, text)}"
    assert outcome(html, f"https://news.example{path}") == Outcome(
        State.SKIPPED, "not_an_article: index_page"
    )


def test_the_same_list_below_a_story_leaves_it_an_article():
    """Many links to other stories stand under most articles."""
    found = outcome(f"<h1>Ferry returns</h1>{STORY}{teasers(40, BRIEF)}")
    assert isinstance(found, Article)
    assert found.kind is Kind.ARTICLE


def test_a_short_story_at_a_short_address_is_not_refused():
    """Little text and an address that says nothing only lean against an article."""
    found = outcome(f"<h1>Ferry returns</h1>{STORY[:400]}", "https://news.example/ferry")
    assert isinstance(found, Article)


def test_what_is_doubted_is_loaded_with_its_reason():
    """The soft level: kind OTHER, and why."""
    html = f"<meta property=og:type content=website><h1>Our services</h1>{STORY[:300]}"
    found = outcome(html, "https://news.example/company/movers")
    assert isinstance(found, Article)
    assert found.kind is Kind.OTHER
    assert found.provenance["kind"]["from"] == "doubt"
    assert found.provenance["kind"]["reason"] == "declared_website"
    assert found.provenance["kind"]["doubt"] >= kinds.DOUBTED


@pytest.mark.parametrize(
    ("ld", "url", "reason"),
    [
        ("Product", "https://shop.example/p/rope", "product"),
        ("DiscussionForumPosting", "https://forum.example/t/rope", "forum"),
        ("LocalBusiness", "https://rope.example/company/", "service"),
    ],
)
def test_other_trades_are_refused_by_name(ld: str, url: str, reason: str):
    """Where JSON-LD, address and shape agree."""
    html = (
        f'<script type="application/ld+json">{{"@type":"{ld}","name":"Rope"}}</script>'
        "<meta property=og:type content=website><h1>Rope</h1><p>Strong.</p>"
    )
    assert kinds.not_an_article(sight(html, url)) == reason


def test_a_review_with_a_product_in_it_is_an_article():
    """An article's own JSON-LD settles it."""
    html = (
        '<script type="application/ld+json">[{"@type":"Product","name":"Rope"},'
        '{"@type":"NewsArticle","headline":"Rope tested","datePublished":"2026-10-31"}]</script>'
        f"<h1>Rope tested</h1>{STORY}"
    )
    found = sight(html)
    assert kinds.not_an_article(found) is None
    assert kinds.kind_of(found).value is Kind.ARTICLE


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Page not found | News", "error_page"),
        ("Just a moment...", "bot_check"),
        ("Before you continue", "consent"),
        ("Log in", "login"),
        ("Subscribe to read | News", "paywall"),
    ],
)
def test_a_notice_at_an_articles_address_is_refused(title: str, reason: str):
    """A soft 404, a wall: the address is an article's, the page is none; og:type does not save it."""
    html = f"<meta property=og:type content=article><title>{title}</title><p>Try again later.</p>"
    assert outcome(html) == Outcome(State.SKIPPED, f"not_an_article: {reason}")


def test_a_story_headed_like_a_notice_stays():
    """Its text speaks for it."""
    found = outcome(f"<title>Access denied</title><h1>Access denied</h1>{STORY}{STORY}")
    assert isinstance(found, Article)


def test_a_wall_without_a_title_is_known_by_its_markup():
    """Next to no text, and the mark of a bot check."""
    wall = '<iframe src="/_Incapsula_Resource?incident=1"></iframe>'
    assert outcome(wall) == Outcome(State.SKIPPED, "not_an_article: bot_check")
    found = outcome(f"<h1>Ferry returns</h1>{STORY}{wall}")
    assert isinstance(found, Article)


@pytest.mark.parametrize(
    ("html", "url", "kind", "source"),
    [
        (BRIEF, "https://news.example/bildergalerie/der-hafen-im-nebel", Kind.GALLERY, "url"),
        (BRIEF, "https://news.example/fotos/la-feria-en-imagenes-de-hoy", Kind.GALLERY, "url"),
        ("<h1>x</h1>", HEADLINE, Kind.GALLERY, "title"),
        (
            f"<meta property=og:video content=/v.mp4>{BRIEF}",
            "https://news.example/video/the-harbour-in-fog",
            Kind.VIDEO,
            "url",
        ),
        (STORY * 2, "https://news.example/photos/the-story-of-a-picture", Kind.ARTICLE, "default"),
        (BRIEF, "https://news.example/video/the-fog-in-words-only", Kind.ARTICLE, "default"),
    ],
)
def test_galleries_and_films_are_recognised(html: str, url: str, kind: Kind, source: str):
    """By the address or the title, where there is no more text than a caption."""
    title = "In pictures: the harbour" if source == "title" else "The harbour"
    found = kinds.kind_of(sight(html, url, title))
    assert (found.value, found.provenance["from"]) == (kind, source)


def test_a_front_page_that_declares_an_article_is_refused_for_its_shape():
    """og:type article stands on home pages, too."""
    html = f"<meta property=og:type content=article>{teasers(30)}"
    assert kinds.not_an_article(sight(html, "https://news.example/")) == "home_page"
    told = f"<meta property=og:type content=article>{STORY}"
    assert kinds.not_an_article(sight(told, "https://news.example/")) is None


def test_a_page_inside_one_form_is_measured_like_any_other():
    """Some servers wrap the whole page in a form, or in a header."""
    for tag in ("form", "header"):
        shape = shape_of(segment(read(f"<{tag}>{STORY}</{tag}>", HEADLINE).tree))
        assert shape.run > 600


def test_link_lines_and_paragraphs_are_counted_apart():
    """The numbers behind the decisions."""
    shape = shape_of(segment(read(STORY + teasers(12, BRIEF), HEADLINE).tree))
    assert (shape.links, shape.alike) == (12, 12)
    assert shape.run == len("".join(segment_text(STORY)))
    assert shape.mass > shape.run
    dense = shape_of(segment(read(f"<p>{'港' * 40}</p>", HEADLINE).tree))
    assert dense.mass == 80


def segment_text(html: str) -> list[str]:
    return segment(read(html, HEADLINE).tree).text


@pytest.mark.parametrize(
    ("url", "doubted"), [("https://news.example/news", True), (HEADLINE, False)]
)
def test_cards_that_are_links_as_a_whole_are_known_by_their_headings(url: str, doubted: bool):
    """A link around a heading and a teaser; only where the address is no article's, too."""
    card = (
        "<a class=card href=/{n}><div><h2>The headline of the day, number {n}</h2>"
        + BRIEF
        + "</div></a>"
    )
    found = sight("".join(card.format(n=n) for n in range(14)), url)
    assert found.shape.cards == 14
    assert ("cards" in found.doubts) is doubted
    told = sight("".join(f"<h2>The headline of a chapter</h2>{STORY}" for _ in range(14)), url)
    assert "cards" not in told.doubts


def test_an_empty_page_is_not_an_error():
    """No body, no title, no address."""
    for html in ("", "<frameset></frameset>", "<p>"):
        found = kinds.Sight(read(html, ""), segment(read(html, "").tree), None)
        kinds.not_an_article(found)
        kinds.kind_of(found)
        assert isinstance(kinds.looks_like_index(found), bool)
