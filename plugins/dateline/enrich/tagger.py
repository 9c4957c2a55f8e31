"""Names in running text by a model of spaCy (extra `entities`): persons, organisations, places."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dateline.enrich.model import Span
from dateline.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

log = logging.getLogger(__name__)

BATCH = 16
"""Texts that spaCy takes at once; more gains nothing, and leaves the processor's cache."""
LONGEST = 100_000
"""Characters of a text that are read: a live blog of 15,000 words."""
# What recognising names does not need; a model may have more, or fewer, of them.
_UNUSED = ("parser", "tagger", "morphologizer", "lemmatizer", "trainable_lemmatizer",
           "attribute_ruler", "senter")  # fmt: skip
_ANY_LANGUAGE = "xx"
_KINDS = {
    "PERSON": "person", "PER": "person", "persName": "person",
    "ORG": "organisation", "orgName": "organisation",
    "GPE": "place", "LOC": "place", "FAC": "place", "placeName": "place", "geogName": "place",
    "EVENT": "other", "WORK_OF_ART": "other", "PRODUCT": "other", "LAW": "other", "MISC": "other",
}  # fmt: skip
"""Labels of spaCy's models (OntoNotes, CoNLL, NKJP); nationalities and numbers are left out."""


@dataclass(frozen=True, slots=True)
class Tagger:
    """A loaded model.

    Attributes:
        name: the model with its version.
        language: ISO 639-1; None: it reads any language.
    """

    name: str
    language: str | None
    _model: Any

    def reads(self, language: str | None) -> bool:
        """Whether it is for texts in this language; an unknown one is taken for its own."""
        own = self.language
        return own is None or language is None or language.partition("-")[0].lower() == own

    def tag(self, texts: Iterable[str]) -> Iterator[list[Span]]:
        """The names in each text, in the texts' order."""
        from threadpoolctl import threadpool_limits  # noqa: PLC0415 - comes with the extra

        # Matrices as small as these are multiplied in half the time by one thread.
        with threadpool_limits(1, user_api="blas"):
            for doc in self._model.pipe((text[:LONGEST] for text in texts), batch_size=BATCH):
                yield [
                    Span(span.start_char, span.end_char, _KINDS[span.label_])
                    for span in doc.ents
                    if span.label_ in _KINDS
                ]


def load(model: str) -> Tagger | None:
    """Load a model.

    Args:
        model: an installed package's name, or the path of a model's folder.

    Returns:
        None where the extra is not installed.

    Raises:
        SettingsError: spaCy is there, but not this model, or it finds no names.
    """
    try:
        import spacy  # noqa: PLC0415 - an optional extra, slow to import
    except ImportError:
        return None
    try:
        nlp = spacy.load(model, exclude=_UNUSED)
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"DATELINE_ENTITIES_MODEL={model!r}: spaCy cannot load it: install its package, or "
            f"name another one or a folder ({str(error).splitlines()[0]})"
        ) from error
    if not {"ner", "beam_ner", "entity_ruler", "span_ruler"} & set(nlp.pipe_names):
        raise SettingsError(
            f"DATELINE_ENTITIES_MODEL={model!r}: this model does not look for names"
        )
    _use_blas(nlp)
    name = f"{nlp.meta['name']} {nlp.meta['version']}"
    return Tagger(name, None if nlp.lang == _ANY_LANGUAGE else nlp.lang, nlp)


def _use_blas(nlp: Any) -> None:
    """Let numpy's BLAS multiply, not blis: the same names in two thirds of the time."""
    from thinc.api import NumpyOps  # noqa: PLC0415 - comes with the extra

    ops = NumpyOps(use_blis=False)
    for _, part in nlp.pipeline:
        layers = part.model.walk() if hasattr(part, "model") else ()
        for layer in layers:
            if isinstance(layer.ops, NumpyOps):  # not on a GPU
                layer.ops = ops
