"""Titles and markup of what stands in an article's place."""

from __future__ import annotations

import time

import pytest
from selectolax.lexbor import LexborHTMLParser

from dateline.extract.notices import notice_in, wall_in


@pytest.mark.parametrize(
    ("title", "notice"),
    [
        ("404", "error_page"),
        ("Error 404: Page not found", "error_page"),
        ("The Harbour Post | Page not found", "error_page"),
        ("Oops! That page can’t be found.", "error_page"),
        ("Seite nicht gefunden – Moorkurier", "error_page"),
        ("Cette page est introuvable", "error_page"),
        ("Página no encontrada | Gaceta del Valle", "error_page"),
        ("Страница не найдена", "error_page"),
        ("お探しのページは見つかりません", "error_page"),
        ("Just a moment...", "bot_check"),
        ("Attention Required! | Shield", "bot_check"),
        ("Are you a robot?", "bot_check"),
        ("Access Denied", "bot_check"),
        ("Zugriff verweigert", "bot_check"),
        ("Before you continue to Harbour Post", "consent"),
        ("Privacy choices", "consent"),
        ("Datenschutzeinstellungen", "consent"),
        ("Log in | The Harbour Post", "login"),
        ("Anmelden – Moorkurier", "login"),
        ("Subscribe to read | The Harbour Post", "paywall"),
        ("Search results for ferry", "search"),
        ("Résultats de recherche : ferry", "search"),
    ],
)
def test_notices_are_known_by_their_titles(title: str, notice: str):
    """Whole, or as the part beside the site's name."""
    assert notice_in([title]) == notice


@pytest.mark.parametrize(
    "title",
    [
        "Access denied: how a village lost its footpath",
        "Why the page was not found in the archive",
        "Log in the river stops ferry for a day",
        "Just a moment of madness, says the goalkeeper",
        "Police search results in two arrests",
        "",
        "x" * 5_000,
    ],
)
def test_headlines_with_such_words_are_none(title: str):
    """Only the whole of a title counts."""
    assert notice_in([title]) is None


@pytest.mark.parametrize(
    ("html", "wall"),
    [
        ('<form id="challenge-form"></form>', "bot_check"),
        ('<iframe src="/_Incapsula_Resource?x=1"></iframe>', "bot_check"),
        ('<div class="h-captcha"></div>', "bot_check"),
        ('<form action="https://x.example/Consent/save"><button>OK</button></form>', "consent"),
        ('<form><input type="password"></form>', "login"),
        ("<form><input type=search></form>", None),
        ("", None),
    ],
)
def test_walls_are_known_by_their_markup(html: str, wall: str | None):
    """The marks that the usual products leave."""
    assert wall_in(LexborHTMLParser(html)) == wall


@pytest.mark.parametrize(
    "piece", ["sorry ", "not found ", "error 404 ", "log in to ", "die seite ", "| "]
)
def test_no_title_takes_long(piece: str):
    """Patterns with open ends are tried on short texts only."""
    begun = time.process_time()
    for length in range(130):
        notice_in([(piece * 30)[:length]])
    assert time.process_time() - begun < 1
