"""The language: declared, and checked by what the text is written in."""

from __future__ import annotations

import pytest

from dateline.extract import language
from dateline.extract.signals import read
from dateline.model import Hints

ENGLISH = (
    "The lock on the old canal is to be opened in the spring, and the board of the water works"
    " said that it was the first of three that are to be built for the boats of the town. "
) * 3
GERMAN = (
    "Die Schleuse am alten Kanal soll im Frühjahr geöffnet werden, und der Vorstand sagte, dass"
    " sie die erste von drei ist, die für die Boote der Stadt gebaut werden, nicht die letzte. "
) * 3
JAPANESE = (
    "古い運河の水門は春に開かれる予定で、町の船のために作られる三つのうちの最初のものだという。" * 6
)


def chosen(html_lang: str | None, text: str) -> language.Choice[str]:
    """The language of a page that declares `html_lang`."""
    html = f"<html lang='{html_lang}'><p>x" if html_lang else "<p>x"
    return language.choose(read(html, "https://x.example/a"), Hints(), text)


@pytest.mark.parametrize(
    ("declared", "text", "expected"),
    [
        ("en-GB", ENGLISH, "en"),
        ("de", GERMAN, "de"),
        ("ja", JAPANESE, "ja"),
        ("en", GERMAN, "de"),
        ("zh", JAPANESE, "ja"),
        (None, ENGLISH, "en"),
        ("xx", ENGLISH, "en"),
        ("nb", "kort", "no"),
    ],
)
def test_the_text_decides_where_it_is_sure(declared: str | None, text: str, expected: str):
    """A declaration that the text confirms stands, one that it refutes does not."""
    assert chosen(declared, text).value == expected


def test_what_was_overruled_is_kept():
    """The declaration is among the losers, and agreement is surer than contradiction."""
    assert chosen("en", GERMAN).provenance["others"] == {"html.lang": "en"}
    agreed, overruled = chosen("de", GERMAN), chosen("en", GERMAN)
    assert agreed.provenance["confidence"] > overruled.provenance["confidence"]


def test_a_confirmed_language_needs_no_detector(monkeypatch: pytest.MonkeyPatch):
    """The commonest words are proof enough, and cost next to nothing."""

    def never(text: str) -> tuple[str | None, float]:
        raise AssertionError(text)

    monkeypatch.setattr(language, "detect", never)
    assert chosen("en", ENGLISH).value == "en"
    assert chosen("ja", JAPANESE).value == "ja"


@pytest.mark.parametrize(
    ("text", "tongue", "expected"),
    [
        (ENGLISH, "en", True),
        (ENGLISH, "de", False),
        (ENGLISH, "zu", None),
        (JAPANESE, "ja", True),
        (JAPANESE, "zh", None),
        ("", "en", None),
    ],
)
def test_common_words_confirm_refute_or_say_nothing(text: str, tongue: str, expected: bool | None):
    """Of a language that is not in the table they say nothing."""
    assert language.is_written_in(text, tongue) is expected
