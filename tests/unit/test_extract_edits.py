"""What an edit changed: fields, words, sentences; in bounded time and size."""

from __future__ import annotations

from dateline.extract.edits import LONGEST_SENTENCE, MOST_SENTENCES, Sentence, Text, compare


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
