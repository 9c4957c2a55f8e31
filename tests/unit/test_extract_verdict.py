"""What the rules make of the model's choice: odds made by hand, pages cut as they are."""

from __future__ import annotations

import numpy as np
import pytest
from selectolax.lexbor import LexborHTMLParser

from dateline.extract.blocks import segment
from dateline.extract.verdict import CHOSEN, Judged, is_call, is_date_line, judge, ruled

TITLE = "Ferry returns to the islands"
LONG = "The harbour master said that the boats would leave on Friday, and that all who had waited would be taken along. "
BODY = f"<p>{LONG}</p><p>{LONG * 2}</p><p>{LONG}</p>"


def judged(
    html: str, title: str = TITLE, unlikely: tuple[str, ...] = (), odds_then: float = 0.1
) -> Judged:
    """Every block taken by the model but those that hold one of the words."""
    found = segment(LexborHTMLParser(html))
    odds = [odds_then if any(word in text for word in unlikely) else 0.9 for text in found.text]
    return ruled(found, np.array(odds, np.float32), title)


def verdicts(html: str, **given) -> list[str]:
    return judged(html, **given).verdict


def test_what_is_likely_is_taken():
    """From a bound on; `all` lists it in order."""
    found = segment(LexborHTMLParser("<p>one</p><p>two</p><p>three</p>"))
    result = ruled(found, np.array([CHOSEN + 0.01, 0.1, CHOSEN - 0.01], np.float32), "")
    assert result.verdict == ["body", "", ""]
    assert result.all("body") == [0]
    assert judge(segment(LexborHTMLParser("")), TITLE, (), "").verdict == []


def test_confidence_falls_where_the_model_wavers():
    """By length of text; never below zero."""
    found = segment(LexborHTMLParser("<p>aaaaaaaaaa</p><p>bbbbbbbbbb</p>"))

    def confidence(*odds: float) -> float:
        return Judged(found, np.array(odds, np.float32), ["", ""]).confidence()

    assert confidence(1, 0) == 1
    assert confidence(0.9, 0) == pytest.approx(0.9, abs=0.002)
    assert confidence(0.9, 0.4) == pytest.approx(0.5, abs=0.002)
    assert confidence(0.6, 0.6) == pytest.approx(0.6, abs=0.002)
    assert confidence(0.4, 0.4) == 0


def test_the_title_and_what_stands_above_it():
    """Compared without case, accents and punctuation."""
    html = f"<p>World</p><h1>«Ferry» returns — to the ISLANDS</h1>{BODY}"
    assert verdicts(html) == ["title", "title", "body", "body", "body"]
    assert verdicts(html, unlikely=("World",)) == ["", "title", "body", "body", "body"]


def test_a_title_further_down_is_text():
    """Among the first three only."""
    html = f"<p>One</p><p>Two</p><p>Three</p><h1>{TITLE}</h1>{BODY}"
    assert set(verdicts(html)) == {"body"}
    assert set(verdicts(f"<h1>{TITLE}</h1>{BODY}", title="")) == {"body"}
    assert set(verdicts(f"<h1>{TITLE}!</h1>{BODY}", title="Another")) == {"body"}


def test_at_most_two_date_lines_after_the_title():
    """A list of dates is what the article is about."""
    dates = "<p>1 March 2026</p><p>Updated: 2 March 2026, 10:30</p><p>3 March 2026</p>"
    expected = ["title", "date", "date", "body", "body", "body", "body"]
    assert verdicts(f"<h1>{TITLE}</h1>{dates}{BODY}") == expected
    assert verdicts(f"{dates}{BODY}")[:3] == ["date", "date", "body"]
    assert verdicts(f"<p>{LONG}</p>{dates}") == ["body"] * 4


@pytest.mark.parametrize(
    "text",
    [
        "1 March 2026",
        "Published 1 March 2026 10:30 GMT",
        "01.03.2026, 10:30 Uhr",
        "2026-03-01",
        "Aktualisiert am 3. März 2026",
    ],
)
def test_date_lines(text: str):
    assert is_date_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "1 March 2026.",
        "March",
        "The ferry came back on 1 March 2026 after a week",
        "2026 was a good year for the islands and for all who live",
        "10 boats",
    ],
)
def test_lines_with_a_date_in_them(text: str):
    """Sentences, fixtures, other numbers."""
    assert not is_date_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "Advertisement",
        "ANZEIGE",
        "Read more",
        "Subscribe now",
        "READ MORE: What the harbour master said last year",
        "Related stories – Storms over the islands",
        "Don’t miss: Storms over the islands",
        "Lesen Sie auch: Sturm über den Inseln",
        "Mehr zum Thema » Sturm über den Inseln",
        "Lire aussi : La tempête sur les îles",
        "À lire aussi → La tempête sur les îles",
        "Lea también: La tormenta en las islas",
        "Te puede interesar: La tormenta en las islas",
        "Leggi anche | La tempesta sulle isole",
        "Leia também: A tempestade nas ilhas",
        "Les også: Storm over øyene",
        "Läs också: Storm över öarna",
        "Lees ook: Storm boven de eilanden",
        "Czytaj też: Burza nad wyspami",
        "Читайте также: Шторм над островами",
        "Διαβάστε επίσης: Καταιγίδα στα νησιά",
        "Baca juga: Badai di pulau",
    ],
)
def test_calls_to_read_something_else(text: str):
    assert is_call(text)
    assert verdicts(f"{BODY}<p>{text}</p>{BODY}")[3] == "call"


@pytest.mark.parametrize(
    "text",
    [
        "Read more slowly, the teacher told the class, and they did.",
        "More than a hundred boats: that is what the islands had.",
        "Advertisement is what feeds the paper, its owner says.",
        "Related to the king by marriage, she left for the islands.",
        "Subscribers to the ferry's season tickets were told on Monday.",
        "He wanted to read more: about boats.",
    ],
)
def test_sentences_that_begin_like_calls(text: str):
    assert not is_call(text)
    assert "call" not in verdicts(f"{BODY}<p>{text}</p>")


def test_comments_are_left_out_where_there_is_an_article():
    """By the class of any element above."""
    said = f"<section class=comments><h3>Replies</h3><div><p>{LONG * 3}</p></div></section>"
    assert verdicts(BODY + said) == ["body"] * 3 + ["comment"] * 2
    assert verdicts(f"<p>Short.</p>{said}") == ["body"] * 3
    assert verdicts(BODY + said, unlikely=("Replies",))[3:] == ["", "comment"]


def test_a_line_that_is_a_link_leads_elsewhere():
    """Not an address written out, a short one, or a sentence that holds one."""
    link = "<a href=/x>{}</a>"
    title = "What the harbour master said last year"
    assert verdicts(f"{BODY}<p>{link.format(title)}</p>")[3] == "link"
    for kept in (
        link.format("https://isle.example/ferry/timetable"),
        link.format("The timetable"),
        link.format(title + " and much more" * 20),
        f"See {link.format(title)}, as he put it.",
        f"{link.format(title)} {link.format(title)}",
        title,
    ):
        assert verdicts(f"{BODY}<p>{kept}</p>")[3] == "body", kept
    unlikely = verdicts(f"{BODY}<p>{link.format(title)}</p>", unlikely=("last year",))
    assert unlikely[3] == ""


def test_a_subhead_between_paragraphs_is_taken():
    """If it is at all likely, and no link."""
    html = f"{BODY}<h3>What comes next</h3>{BODY}"
    unlikely = ("What comes",)
    assert verdicts(html, unlikely=unlikely, odds_then=0.16)[3] == "body"
    assert verdicts(html, unlikely=unlikely)[3] == ""
    for other in (
        html.replace("h3", "h5"),
        html.replace("h3", "p"),
        html.replace("What comes next", "<a href=/x>What comes next</a>"),
        f"{BODY}<h3>What comes next</h3>",
        f"{BODY}<h3>What comes next</h3><h3>What comes then</h3>{BODY}",
    ):
        assert verdicts(other, unlikely=unlikely, odds_then=0.16)[3] == "", other


STANDFIRST = "After a week of storms the boats leave again, and all who waited come home."


@pytest.mark.parametrize("name", ["standfirst", "lead", "article-subtitle", "chapo", "dek"])
def test_the_standfirst_is_called_so_by_its_class(name: str):
    """And stands above the body, apart from its paragraphs."""
    html = f"<p class={name}>{STANDFIRST}</p><div>{BODY}</div>"
    assert verdicts(html) == ["standfirst", "body", "body", "body"]
    assert verdicts(html, unlikely=(STANDFIRST,), odds_then=0.2)[0] == "standfirst"
    assert verdicts(html, unlikely=(STANDFIRST,))[0] == ""


@pytest.mark.parametrize(
    "html",
    [
        f"<p>{STANDFIRST}</p><div>{BODY}</div>",
        f"<div><p class=standfirst>{STANDFIRST}</p>{BODY}</div>",
        f"<p class=standfirst>The boats leave again.</p><div>{BODY}</div>",
        f"<p class=standfirst>{LONG * 7}</p><div>{BODY * 4}</div>",
        f"<p class=lead><a href=/x>{STANDFIRST}</a> See.</p><div>{BODY}</div>",
        f"<p class=leaderboard>{STANDFIRST}</p><div>{BODY}</div>",
    ],
    ids=["no class", "among paragraphs", "short", "long", "linked", "another class"],
)
def test_what_is_no_standfirst(html: str):
    """The first paragraph, however it looks."""
    assert verdicts(html)[0] == "body"


def test_there_is_one_standfirst():
    """The first."""
    html = f"<p class=lead>{STANDFIRST}</p><p class=lead>{LONG}</p><div>{BODY}</div>"
    assert verdicts(html).count("standfirst") == 1


def test_the_title_is_no_standfirst():
    """Whatever its class says."""
    title = "The ferry returns to the islands after a week of storms"
    html = f"<h1 class=lead>{title}</h1><div>{BODY}</div>"
    assert verdicts(html, title=title)[0] == "title"


def test_a_byline_at_the_top_is_no_text():
    """Called so by its class and too short for a sentence; further down it may be anything."""
    line = "<p class=byline>By Ana Ruiz</p>"
    assert verdicts(f"<h1>{TITLE}</h1>{line}{BODY}")[:3] == ["title", "byline", "body"]
    assert verdicts(f"<h1>{TITLE}</h1><p>1 March 2026</p>{line}{BODY}")[1:3] == ["date", "byline"]
    assert verdicts(f"{BODY}{line}")[-1] == "body"
    assert verdicts(f"<p class=author-note>{LONG}</p>{BODY}")[0] == "body"
    assert verdicts(f"<p>By the sea</p>{BODY}")[0] == "body"


def test_a_likely_list_is_taken_whole():
    """But not what is very unlikely, and not where most of it is."""
    items = "<ul><li>blankets and socks</li><li>formula milk</li><li>odd chargers</li></ul>"
    assert verdicts(f"{BODY}{items}", unlikely=("odd",), odds_then=0.3)[-3:] == ["body"] * 3
    assert verdicts(f"{BODY}{items}", unlikely=("odd",), odds_then=0.1)[-1] == ""
    assert verdicts(f"{BODY}{items}", unlikely=("odd", "milk"), odds_then=0.22)[-2:] == ["", ""]
    rows = (
        "<table>" + "".join(f"<tr><td>{n}</td><td>odd</td></tr>" for n in ("a", "b")) + "</table>"
    )
    assert verdicts(f"{BODY}{rows}", unlikely=("a | odd",), odds_then=0.3)[-2:] == ["", "body"]
    whole = rows.replace("</table>", "<tr><td>c</td><td>odd</td></tr></table>")
    assert verdicts(f"{BODY}{whole}", unlikely=("a | odd",), odds_then=0.3)[-3:] == ["body"] * 3
