"""The second opinion on pages whose body is unclear."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import pytest

from dateline.errors import SettingsError
from dateline.extract import extract
from dateline.extract.fallback import named
from dateline.model import Article, Hints, Outcome, Page

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TEXT = "The ferry to the northern islands was cancelled on Tuesday after a night of storms. " * 4
MORE = "".join(
    f"<p>On day {day} of the strike the pilots met the owners of the ferries in a hotel near the "
    f"harbour, a mediator said, and agreed on point {day} of a list of ten, but on nothing else.</p>"
    for day in range(8)
)
CLEAR = f"<title>Ferry</title><article><h1>Ferry</h1><p>{TEXT}</p>{MORE}</article>"
UNCLEAR = "<title>Ferry</title><h1>Ferry</h1><nav><a href=/a>Boats</a></nav>"


def page(html: str) -> Page:
    url = "https://isle.example/2026/02/ferry"
    return Page(url, url, 200, (), html.encode(), NOW)


def test_it_is_asked_only_where_the_model_is_unsure() -> None:
    """And what it says is the body then, with its origin."""
    asked: list[str] = []

    def second(html: str) -> tuple[str, ...]:
        asked.append(html)
        return ("Said by the other.", "And this.")

    clear = extract(page(CLEAR), Hints(), now=NOW, fallback=second)
    assert isinstance(clear, Article)
    assert "northern islands" in clear.body
    assert not asked
    unclear = extract(page(UNCLEAR), Hints(), now=NOW, fallback=second)
    assert asked == [UNCLEAR]
    assert isinstance(unclear, Article)
    assert unclear.body == "Said by the other.\n\nAnd this."
    assert unclear.provenance["body"]["from"] == "fallback"


def test_where_it_finds_nothing_ours_stands() -> None:
    """Also if ours is that there is none."""
    alone = extract(page(UNCLEAR), Hints(), now=NOW)
    assert isinstance(alone, Outcome)
    assert extract(page(UNCLEAR), Hints(), now=NOW, fallback=lambda _: None) == alone


def test_trafilatura_gives_paragraphs_or_none() -> None:
    """Never an exception, whatever it is given."""
    trafilatura = named("trafilatura")
    assert trafilatura is not None
    found = trafilatura(f"<html><body>{CLEAR}</body></html>")
    assert found
    assert "northern islands" in " ".join(found)
    for broken in ("", "<", "\x00", "<html></html>", "plain words"):
        assert trafilatura(broken) is None or isinstance(trafilatura(broken), tuple)


def test_a_missing_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """At the start of a task, not page by page; off needs nothing."""
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    assert named("off") is None
    with pytest.raises(SettingsError, match=r"dateline\[trafilatura\]"):
        named("trafilatura")
    with pytest.raises(SettingsError, match="must be one of"):
        named("goose")
