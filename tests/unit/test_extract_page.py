"""Whole pages that are wrong in one way, and arbitrary bytes: a record or a reason, never an error."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dateline.extract import describe, extract, record
from dateline.extract.evaluate import main as evaluate
from dateline.model import Article, Author, Hints, Kind, Outcome, Page, Precision, State

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 1, tzinfo=UTC)
URL = "https://news.example/2026/10/05/story"
TEXT = "".join(
    f"<p>Paragraph {word} of a story that is long enough to be told from the menus around it, and ends here.</p>"
    for word in ("one", "two", "three")
)
BAD = re.compile("[\0\ud800-\udfff]")


def read(
    body: str | bytes, *, url: str = URL, header: str = "text/html", hints: Hints | None = None
) -> Article | Outcome:
    raw = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    page = Page(url, url, 200, (("Content-Type", header),), raw, NOW)
    return extract(page, hints or Hints(), now=NOW)


def article(body: str | bytes, **given_: object) -> Article:
    found = read(body, **given_)
    assert isinstance(found, Article), found
    return found


@pytest.mark.parametrize(
    ("body", "header", "outcome"),
    [
        (b"%PDF-1.4 binary", "text/html", Outcome(State.SKIPPED, "not_html: application/pdf")),
        (
            b"%PDF-1.4 binary",
            "application/pdf",
            Outcome(State.SKIPPED, "not_html: application/pdf"),
        ),
        (b"\xff\xd8\xff\xe0 JFIF", "text/html", Outcome(State.SKIPPED, "not_html: image/jpeg")),
        (b"ID3\x04 sound", "audio/mpeg", Outcome(State.SKIPPED, "not_html: audio/mpeg")),
        (b"{}", "application/json", Outcome(State.SKIPPED, "not_html: application/json")),
        (b"", "text/html", Outcome(State.QUARANTINED, "empty_page")),
        (b" \n\t\0", "text/html", Outcome(State.QUARANTINED, "empty_page")),
        (b"<html><body></body></html>", "text/html", Outcome(State.QUARANTINED, "no_body")),
        (b"<frameset><frame src=a></frameset>", "text/html", Outcome(State.QUARANTINED, "no_body")),
        ("<div>" * 40_000, "text/html", Outcome(State.QUARANTINED, "too_deep: over 8000")),
        (b" x" * 17_000_000, "text/html", Outcome(State.QUARANTINED, "too_large: 34000000 bytes")),
    ],
)
def test_what_cannot_be_an_article_has_its_reason(body: str | bytes, header: str, outcome: Outcome):
    """Foreign types are skipped; what should have been a page is quarantined."""
    assert read(body, header=header) == outcome


def test_a_huge_table_is_answered():
    """Ten megabytes of cells are refused by name; a long but readable table page is read."""
    table = "<table>" + ("<tr>" + "<td>12345</td>" * 10 + "</tr>") * 68_000 + "</table>"
    assert read(table) == Outcome(State.QUARANTINED, "too_many_tags: 1496002")
    part = table[: len(table) // 40]
    assert TEXT[3:40] in article(f"<h1>Results of the count</h1>{TEXT}{part}").body


def test_nuls_and_surrogates_never_reach_the_record():
    """In text, in attributes and in JSON-LD escapes."""
    ld = '{"@type":"NewsArticle","headline":"A \\u0000\\ud800 title of some kind","author":{"name":"A\\u0000na Ruiz"}}'
    found = article(
        f'<script type="application/ld+json">{ld}</script><meta property="og:description" content="x\0y &#xD800; and more of it">{TEXT}\0'
    )
    assert found.title == "A title of some kind"
    assert found.authors[0].name == "Ana Ruiz"
    assert not BAD.search(json.dumps(record(found), ensure_ascii=False))


def test_broken_utf_8_and_wrong_charsets_are_read():
    """A page that claims UTF-8 and is not comes out right, with a note."""
    page = f"<meta charset=utf-8><h1>Über die Brücke</h1>{TEXT}<p>Die größte Brücke über den Fluß wird schöner, überall hört man Bürger.</p>"
    found = article(page.encode("cp1252"))
    assert found.title == "Über die Brücke"
    assert found.provenance["charset"]["declared"] == "utf-8"
    broken = article(page.encode() + b"\xc3")
    assert broken.title == "Über die Brücke"


def test_an_endless_title_is_refused_or_clipped():
    """A better one is taken; if there is none its beginning is, and the provenance says so."""
    endless = "word " * 20_000
    found = article(f"<title>{endless}</title><h1>The real title</h1>{TEXT}")
    assert found.title == "The real title"
    assert "too long" in found.provenance["title"]["rejected"]["title"]
    only = article(f"<title>{endless}</title>{TEXT}")
    assert len(only.title) <= 500
    assert only.provenance["title"]["clipped"] > 90_000


def test_absurd_dates_are_refused_with_the_reason_and_the_next_is_taken():
    """1970 and 2090 are named in the provenance."""
    found = article(
        '<meta property="article:published_time" content="1970-01-01T00:00:00Z">'
        f'<meta name="date" content="2090-05-05"><h1>A title</h1>{TEXT}'
    )
    assert found.published_at == datetime(2026, 10, 5, tzinfo=UTC)
    assert found.published_precision is Precision.DAY
    assert found.published_from == "url"
    rejected = found.provenance["published_at"]["rejected"]
    assert rejected["meta.article:published_time"].startswith("before 1990")
    assert rejected["meta.date"].startswith("in the future")


def test_the_feeds_date_sharpens_a_day_and_stands_in_for_none():
    """The page's own day is kept, the clock comes from the feed."""
    at = datetime(2026, 10, 5, 8, 30, tzinfo=UTC)
    day = article(
        f'<meta name="date" content="2026-10-05"><h1>T</h1>{TEXT}', hints=Hints(published=at)
    )
    assert (day.published_at, day.published_from) == (at, "feed.published")
    none = article(
        f"<h1>A title</h1>{TEXT}", url="https://news.example/a/b", hints=Hints(published=at)
    )
    assert none.published_at == at


def test_a_page_without_a_date_has_none():
    """No date is made up."""
    found = article(f"<h1>A title</h1>{TEXT}", url="https://news.example/a/b")
    assert (found.published_at, found.published_precision) == (None, Precision.NONE)


@pytest.mark.parametrize(
    "ld",
    [
        "{",
        '{"@graph":' * 30_000,
        '[{"@type":"NewsArticle","author":' * 5_000,
        "null",
        '{"@type":7,"author":[[[[1]]]]}',
    ],
)
def test_broken_json_ld_does_no_harm(ld: str):
    """The rest of the page is read as if it were not there."""
    found = article(f'<script type="application/ld+json">{ld}</script><h1>A title</h1>{TEXT}')
    assert (found.title, len(found.body.split("\n\n"))) == ("A title", 3)


def test_five_hundred_authors_are_cut():
    """A list that long is no byline."""
    ld = json.dumps(
        {
            "@type": "NewsArticle",
            "headline": "A title",
            "author": [
                {"name": f"Ana {chr(65 + n % 26) * 3}{'x' * (n // 26 + 1)}"} for n in range(500)
            ],
        }
    )
    assert len(article(f'<script type="application/ld+json">{ld}</script>{TEXT}').authors) == 30


def test_text_without_a_single_tag_is_a_record():
    """Served as HTML, it has its first words as the title."""
    found = article(
        "Only words and no tags at all, but enough of them to count as the text of something."
    )
    assert found.body.startswith("Only words")
    assert found.provenance["title"]["from"] == "lead"


@pytest.mark.parametrize(
    ("own", "link", "believed"),
    [
        ("/2026/river-floods-old-town/", "/2026/mayor-opens-new-bridge/", False),
        ("/news/river-floods-old-town", "/news/", False),
        ("/news/river-floods-old-town-123", "/news/flood-in-the-old-town-123", True),
        ("/news/river-floods-old-town", "/article/123", True),
        ("/news/river-floods-old-town/amp", "/news/river-floods-old-town", True),
        ("/amp/news/123", "/news/mayor-opens-new-bridge", True),
        ("/news/river-floods-old-town", "/news/%E6%B4%AA%E6%B0%B4", True),
    ],
)
def test_a_canonical_link_to_another_article_is_not_believed(own, link, believed):
    """Only words tell: an id, a slug that was renamed, or one of another script does not."""
    page = f'<link rel="canonical" href="{link}"><h1>River floods the old town</h1>{TEXT}'
    found = article(page, url=f"https://a.example{own}")
    assert found.canonical_url == f"https://a.example{link if believed else own}"
    rejected = found.provenance["canonical_url"].get("rejected", {})
    assert ("another page" in rejected.get("link.canonical", "")) is not believed


def test_a_canonical_link_elsewhere_is_not_believed():
    """Another registered domain and the home page are named as the reason."""
    for target, reason in (("https://other.example/x", "other domain"), ("/", "home page")):
        found = article(f'<link rel="canonical" href="{target}"><h1>A title</h1>{TEXT}')
        assert found.canonical_url == found.url
        assert reason in found.provenance["canonical_url"]["rejected"]["link.canonical"]


def test_the_body_falls_back_in_order():
    """The page's paragraphs, the JSON-LD's articleBody, and at last the feed's own text."""
    ld = json.dumps(
        {
            "@type": "NewsArticle",
            "headline": "A title",
            "articleBody": "First of the text that is here.\n\nSecond of the text that is here.",
        }
    )
    hidden = article(f'<script type="application/ld+json">{ld}</script><h1>A title</h1>')
    assert hidden.provenance["body"]["from"] == "jsonld.articleBody"
    assert hidden.body.count("\n\n") == 1
    feed = article(
        "<h1>A title</h1>", hints=Hints(summary="<p>What the feed said of the story.</p>")
    )
    assert (feed.body, feed.provenance["body"]["from"]) == (
        "What the feed said of the story.",
        "feed.summary",
    )


@pytest.mark.parametrize(
    ("url", "html", "reason"),
    [
        ("https://news.example/", f"<title>News</title>{TEXT}", "home_page"),
        ("https://news.example/search", f"<title>Search</title>{TEXT}", "search"),
        ("https://news.example/login", f"<title>Log in</title>{TEXT}", "login"),
        ("https://news.example/gone", f"<title>404 – page not found</title>{TEXT}", "error_page"),
        (
            "https://news.example/sport",
            '<script type="application/ld+json">{"@type":"CollectionPage"}</script>',
            "index_page",
        ),
    ],
)
def test_what_is_certainly_no_article_is_skipped(url: str, html: str, reason: str):
    """Only where address and page agree."""
    assert read(html, url=url) == Outcome(State.SKIPPED, f"not_an_article: {reason}")


def test_a_page_that_says_it_is_an_article_is_never_refused_for_its_address():
    """A story at /search or about a login stays a story."""
    for url in (
        "https://news.example/",
        "https://news.example/search",
        "https://news.example/login",
    ):
        assert (
            article(
                f'<meta property="og:type" content="article"><h1>A title</h1>{TEXT}', url=url
            ).kind
            is Kind.ARTICLE
        )


def test_a_wrong_declared_language_gives_way_to_the_text():
    """`lang` left at the template's default."""
    german = (
        "<p>Die Bürger der kleinen Stadt haben am Sonntag über den neuen Bahnhof abgestimmt, und die Mehrheit war dagegen.</p>"
        * 3
    )
    found = article(f'<html lang="en"><h1>Nein zum Bahnhof</h1>{german}')
    assert found.language == "de"
    assert found.provenance["language"]["others"] == {"html.lang": "en"}


def test_every_field_can_be_explained():
    """`describe` names each field, its value and its signal, doubts included."""
    rows = {
        name: (value, origin)
        for name, value, origin in describe(article(f"<h1>A title</h1>{TEXT}"))
    }
    assert rows["title"] == ("A title", "h1")
    assert rows["published_at"] == ("2026-10-05", "url")
    assert rows["authors"] == ("", "")


def test_the_evaluation_writes_one_line_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Predictions in the scorers' keys, and figures as a last line of JSON."""
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(f"<h1>A title</h1>{TEXT}".encode()))
    (tmp_path / "b.html.gz").write_bytes(gzip.compress(b"%PDF-1.4"))
    (tmp_path / "truth.jsonl").write_text(
        '{"id": "a", "url": "https://x.example/2026/01/02/a", "page": "a.html.gz", "title": "A title"}\n{"id": "b", "page": "b.html.gz"}\n'
    )
    assert evaluate([str(tmp_path), "--out", str(tmp_path / "out.jsonl")]) == 0
    first, second = map(json.loads, (tmp_path / "out.jsonl").read_text().splitlines())
    assert (first["title"], first["published"]) == ("A title", "2026-01-02")
    assert second["reason"] == "not_html: application/pdf"
    report = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (report["pages"], report["articles"]) == (2, 1)


HTML = st.lists(
    st.sampled_from(
        ["<p>", "</p>", "<div>", "<h1>", "<title>", "<meta property=og:title content='", "'>", "<script type=application/ld+json>",
         '{"@type":"NewsArticle","headline":', '["', '"]}', "</script>", "<time datetime=", ">", "By Ana ", "LONDON (AP) — ", "2024-02-30",
         "\0", "&#0;", "&#xD800;", "<!--", "\ud800", "word and word ", "<svg>", "<base href=//x>", "<article>", "é", "𐍈", "<table><td>"]
    )
    | st.text(max_size=30),
    max_size=60,
).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))  # fmt: skip


@settings(
    max_examples=200, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(
    body=st.binary(max_size=400) | HTML,
    header=st.sampled_from(["text/html", "text/plain", "text/html; charset=utf-16", ""]),
)
def test_any_bytes_give_a_record_or_a_reason(body: bytes, header: str):
    """Never an exception, never the catch-all, and no text that Postgres would refuse."""
    found = read(body, header=header)
    if isinstance(found, Outcome):
        assert not found.reason.startswith("extract_failed"), found.reason
    else:
        assert found.title
        assert found.body
        assert not BAD.search(json.dumps(record(found), ensure_ascii=False))


def test_the_feeds_own_words_are_cleaned_too():
    """Hints come from a feed, which may carry anything."""
    hints = Hints(
        title="A &amp; B\0",
        tags=("x\0y", ""),
        authors=("By Ana\0 Ruiz",),
        summary="<b>Some</b> words of the feed",
    )
    for header in ("text/html", "text/plain"):
        found = article(
            TEXT if header == "text/html" else "Words of a text.\nMore words of it.",
            header=header,
            hints=hints,
        )
        assert (found.title, found.tags, found.authors) == ("A & B", ("xy",), (Author("Ana Ruiz"),))
        assert found.summary == "Some words of the feed"
