"""Recipes on pages: what they override, what they miss, and what that leaves behind."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import dateline
from dateline.extract import extract
from dateline.extract.recipes import Recipe, Rule, Version
from dateline.model import Article, Author, Hints, Outcome, Page, Precision

NOW = datetime(2026, 11, 1, tzinfo=UTC)
URL = "https://www.post.example/2026/10/31/ferry-returns-to-the-islands"
STORY = "".join(
    f"<p>Paragraph {n} tells what the harbour master said of the ferry, at some length.</p>"
    for n in range(6)
)
HTML = (
    '<meta property="og:title" content="Harbour: Ferry returns"><meta name=author content="Desk">'
    '<meta property="article:published_time" content="2026-10-31T08:00:00Z">'
    f"<h1>Ferry returns</h1><i class=by>By Ana Ruiz and Bo Li</i><div class=s>{STORY}</div>"
    "<p class=promo>Sign up for our letters from the islands, which come to you on Fridays.</p>"
    '<time data-t="2026-10-30 06:15">x</time><img class=a data-src="/a.jpg">'
)


def recipe(remove: tuple[str, ...] = (), **rules: Rule | str) -> Recipe:
    listed = {k: Rule(v) if isinstance(v, str) else v for k, v in rules.items()}
    return Recipe("post", (Version(listed, remove),), ("post.example",))


def read(given: Recipe | None, html: str = HTML, url: str = URL, hints: Hints | None = None):
    page = Page(url, url, 200, (), html.encode(), NOW)
    return extract(page, hints or Hints(), now=NOW, recipe=given)


def article(given: Recipe | None, html: str = HTML, url: str = URL) -> Article:
    found = read(given, html, url)
    assert isinstance(found, Article), found
    return found


def test_each_field_is_overridden_and_says_so():
    """The value, its origin, and the automatic value among the losers."""
    found = article(
        recipe(
            title=Rule("h1", pattern="^Ferry"),
            authors=Rule(".by", pattern="By (.+)", split=" and "),
            published=Rule("time", attribute="data-t"),
            modified=Rule("time", attribute="data-t"),
            section=Rule("h1", pattern=r"\w+$"),
            tags=Rule(".by", pattern="Ana|Bo"),
            summary="p.promo",
            image=Rule("img.a", attribute="data-src"),
            body="div.s > p:nth-child(-n+2)",
        )
    )
    assert found.title == "Ferry"
    assert found.authors == (Author("Ana Ruiz"), Author("Bo Li"))
    assert found.published_at == datetime(2026, 10, 30, 6, 15, tzinfo=UTC)
    assert (found.published_precision, found.published_from) == (Precision.INSTANT, "recipe:post")
    assert found.modified_at == found.published_at
    assert (found.section, found.tags) == ("returns", ("Ana",))
    assert (found.summary or "").startswith("Sign up")
    assert found.image_url == "https://www.post.example/a.jpg"
    assert found.body.count("\n\n") == 1
    columns = ("title", "authors", "published_at", "modified_at", "section", "tags", "summary")
    for column in (*columns, "image_url", "body"):
        assert found.provenance[column]["from"] == "recipe:post"
    assert list(found.provenance["title"]["others"].values()) == ["Ferry returns"]
    assert found.provenance["authors"]["others"] == {"meta.author": "Desk"}


def test_a_miss_keeps_the_automatic_value_and_is_noted():
    """A template break is visible in every field that it hits."""
    bare = article(None)
    found = article(
        recipe(title="h1.gone", authors=Rule("h1", pattern="By (.+)"), body=".gone", image=".gone")
    )
    assert (found.title, found.authors, found.body) == (bare.title, bare.authors, bare.body)
    assert found.provenance["title"]["recipe_missed"] == "nothing matches h1.gone"
    assert found.provenance["title"]["from"] == bare.provenance["title"]["from"]
    assert "after its pattern" in found.provenance["authors"]["recipe_missed"]
    assert found.provenance["body"]["recipe_missed"] == "nothing matches .gone"
    assert found.provenance["image_url"] == {"recipe_missed": "nothing matches .gone"}


def test_what_is_no_date_or_address_is_a_miss():
    """The automatic value is better than nothing."""
    found = article(recipe(published="h1", image="h1.by, h1"), HTML)
    assert found.published_at == datetime(2026, 10, 31, 8, tzinfo=UTC)
    assert found.provenance["published_at"]["recipe_missed"] == "'Ferry returns' is no date"


def test_removed_elements_are_in_neither_body():
    """Dropped before the automatic reading, too, but not before the other fields are read."""
    html = HTML.replace("<p class=promo>", "<p>Two</p><p class=promo>").replace(
        STORY, STORY + "<p class=promo>Sign up for our letters from the islands, on Fridays.</p>"
    )
    assert "Sign up for" not in article(recipe((".promo",), summary="p.promo"), html).body
    mine = article(recipe((".promo",), summary="p.promo", body="div.s"), html)
    assert "Sign up" not in mine.body
    assert (mine.summary or "").startswith("Sign up")


def test_a_recipe_vouches_for_a_page_that_would_be_refused():
    """A body where extraction sees the results of a search, or nothing at all."""
    address = "https://www.post.example/search"
    assert isinstance(read(None, HTML.replace("article:", "x:"), address), Outcome)
    assert article(recipe(body="div.s"), HTML.replace("article:", "x:"), address).body
    hidden = (
        "<title>A</title><script type=x>1</script><select><option class=o>" + "Word by word. " * 9
    )
    assert isinstance(read(None, hidden), Outcome)
    assert article(recipe(body=Rule("option.o")), hidden).body.startswith("Word by word.")


def test_it_is_for_its_hosts_and_its_days_only():
    """Subdomains count, other sites do not; the day is the one of the fetch."""
    given = recipe(title="h1")
    assert given.is_for("https://m.post.example/x")
    assert given.is_for("http://post.example:8080/x")
    assert not given.is_for("https://notpost.example/x")
    assert not given.is_for("")
    other = article(given, url="https://other.example/2026/10/31/ferry-returns-to-the-islands")
    assert other.provenance["title"]["from"] != "recipe:post"
    old = Version({"title": Rule("h1")}, valid_until=date(2026, 6, 30))
    new = Version({"title": Rule(".by")}, valid_from=date(2026, 7, 1))
    dated = Recipe("post", (old, new))
    assert dated.on(date(2026, 6, 30)) is old
    assert dated.on(date(2026, 7, 1)) is new
    assert Recipe("post", (old,)).on(date(2026, 7, 1)) is None
    assert article(dated).title == "By Ana Ruiz and Bo Li"


def test_join_puts_the_texts_of_all_matches_together():
    """One value of many elements."""
    html = HTML.replace("<h1>Ferry returns</h1>", "<h1><b>Ferry</b><b>returns</b></h1>")
    assert article(recipe(title="h1 b"), html).title == "Ferry returns"
    assert article(recipe(title=Rule("h1 b", join=" – ")), html).title == "Ferry – returns"


def test_list_items_and_line_breaks_are_paragraphs():
    """As in the automatic body."""
    html = HTML + "<div class=b>One line<br>Another line<ul><li>An item</li></ul></div>"
    assert article(recipe(body="div.b"), html).body == "One line\n\nAnother line\n\n- An item"


def test_bad_pages_do_not_raise():
    """No markup, an XML prologue, nothing at all."""
    for html in ("", "plain text only", "<?xml version='1.0'?><a>b</a>", "<p>\x00" * 50):
        assert isinstance(read(recipe(("p",), title="h1", body="p"), html), Article | Outcome)


def test_pages_without_a_recipe_do_not_pay_for_it():
    """BeautifulSoup is not even imported."""
    code = (
        "import sys; from datetime import datetime, UTC; import dateline.extract as e;"
        "from dateline.model import *; n = datetime.now(UTC); before = 'bs4' in sys.modules;"
        "e.extract(Page('https://a.example/b', 'https://a.example/b', 200, (), b'<p>x', n), Hints(), now=n);"
        "print(before, 'soupsieve' in sys.modules)"
    )
    environment = {"PYTHONPATH": str(Path(dateline.__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.split() == ["False", "False"]
