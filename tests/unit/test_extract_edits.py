"""What an edit changed: fields, words, sentences; in bounded time and size."""

from __future__ import annotations

import pytest

from dateline.extract.edits import LONGEST_SENTENCE, MOST_SENTENCES, Sentence, Text, compare
from dateline.extract.normal import content_hash


def body(before: str, after: str) -> list[tuple[str | None, str | None]]:
    edit = compare(Text("T", None, before), Text("T", None, after))
    return [(item.before, item.after) for item in edit.sentences] if edit else []


def test_each_field_that_changed_is_named_with_its_sentences() -> None:
    """In the order title, summary, body; words of all fields are counted."""
    edit = compare(Text("Old", "S", "One. Two."), Text("New", "S", "One. Two and more. Three."))
    assert edit is not None
    assert edit.changed == ("title", "body")
    assert (edit.words_added, edit.words_removed) == (4, 1)
    assert edit.sentences == (
        Sentence("title", "Old", "New"),
        Sentence("body", "Two.", "Two and more."),
        Sentence("body", None, "Three."),
    )


def test_what_no_reader_would_call_an_edit_is_none() -> None:
    """White space, quotes, dashes, paragraphs joined or split, template noise; no summary is an empty one."""
    before = Text("A – b", None, "“One.”  Two.\n\nThree.\n\nUpdated 5 minutes ago")
    assert compare(before, Text("A - b", "", '"One." Two. Three.\n\nShare')) is None


@pytest.mark.parametrize(
    "line",
    [
        "Updated March 4, 2026",
        "Updated: Sept. 4, 2026, 10:15 a.m. ET",
        "Last updated Wednesday, March 4th, 2026 at 10:15 GMT",
        "Last updated: 4 March 2026 10:15 GMT",
        "Published 10:15 AM, March 4, 2026",
        "Published 3 hours ago",
        "Aktualisiert am 04.03.2026, 10:15 Uhr",
        "Stand: 4. März 2026, 10:15 Uhr",
        "Mis à jour le 4 mars 2026 à 10h15",
        "Actualizado el 4 de marzo de 2026 a las 10:15",
        "Aggiornato il 4 marzo 2026 alle 10:15",
        "Zaktualizowano 4 marca 2026, 10:15",
        "更新：2026年3月4日 10:15",
        "Modified 2026-03-04 10:15",
        "5 min read",
        "12 comments",
        "1.2K shares",
        "Comments (14)",
        "Published 2026-03-04T10:15Z",
        "Обновлено 4 марта 2026, 10:15",
    ],
)
def test_a_line_of_the_template_is_no_edit(line: str) -> None:
    """It comes, changes and goes without one; for the hash of the text as for the comparison."""
    assert compare(Text("T", None, f"One.\n\n{line}"), Text("T", None, "One.")) is None
    assert content_hash("T", None, f"One.\n\n{line}") == content_hash("T", None, "One.")


@pytest.mark.parametrize(
    "line",
    [
        "Updated figures show a loss.",
        "Published 12 books last year.",
        "Updated March 4 figures show growth.",
        "May 4 was a Sunday.",
        "Posted 3 wins in 5 games.",
        "Updated 12 killed",
        "Posted 3 goals",
        "He modified 4 March plans again.",
    ],
)
def test_a_short_sentence_like_one_of_the_template_is_an_edit(line: str) -> None:
    """The verbs alone, or with a number, say nothing."""
    assert compare(Text("T", None, "One."), Text("T", None, f"One.\n\n{line}")) is not None


def test_a_sentence_that_moves_adds_and_removes_no_word() -> None:
    """It is shown, though."""
    edit = compare(Text("T", None, "One. Two. Three."), Text("T", None, "Two. Three. One."))
    assert edit is not None
    assert (edit.words_added, edit.words_removed) == (0, 0)
    assert body("One. Two. Three.", "Two. Three. One.") == [("One.", None), (None, "One.")]


def test_sentences_end_in_every_script() -> None:
    """Chinese writes no space behind a full stop."""
    assert body("甲乙。丙丁。", "甲乙。丙戊。") == [("丙丁。", "丙戊。")]


def test_the_record_of_an_edit_is_bounded() -> None:
    """So many sentences, each so long."""
    edit = compare(Text("T", None, "x. " * 90), Text("T", None, ("y" * 900 + ". ") * 90))
    assert edit is not None
    assert len(edit.sentences) == MOST_SENTENCES
    assert all(len(item.after or "") <= LONGEST_SENTENCE for item in edit.sentences)
    assert edit.words_added == edit.words_removed == 90


def test_of_a_text_with_thousands_of_sentences_only_words_are_counted() -> None:
    """Comparing each with each would take minutes."""
    edit = compare(Text("T", None, "a. " * 50_000), Text("T", None, "b. " * 50_000))
    assert edit is not None
    assert (edit.changed, edit.sentences) == (("body",), ())
    assert edit.words_added == edit.words_removed == 50_000
