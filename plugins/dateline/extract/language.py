"""The language: what the page declares, checked against what its text is written in."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dateline.extract import jsonld
from dateline.extract.evidence import Choice

if TYPE_CHECKING:
    from dateline.extract.signals import Signals
    from dateline.model import Hints

_ENOUGH = 200
_SAMPLE = 1_000
_SURE = 0.95
_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?\b", re.IGNORECASE)
_SAME = {
    "nb": "no",
    "nn": "no",
    "iw": "he",
    "in": "id",
    "cmn": "zh",
    "yue": "zh",
    "fil": "tl",
    "ji": "yi",
    "mo": "ro",
}
_WORDS = {"english": "en", "deutsch": "de", "german": "de", "french": "fr", "spanish": "es"}
# Too near for a detector: what the page declares stands.
_NEAR = ({"no", "da", "sv"}, {"hr", "sr", "bs", "sl"}, {"id", "ms"}, {"es", "gl", "pt", "an", "ca"},
         {"cs", "sk"}, {"nl", "af"},
         {"hi", "mr", "ne"}, {"ru", "uk", "bg", "be", "mk"}, {"de", "lb"})  # fmt: skip


def primary(tag: str | None) -> str | None:
    """The primary language subtag, lower case, macro-languages joined ("nb-NO" → "no")."""
    text = (tag or "").strip().lower()
    if text in _WORDS:
        return _WORDS[text]
    match = _TAG.match(text)
    return _SAME.get(match[1], match[1]) if match else None


def choose(signals: Signals | None, hints: Hints, body: str) -> Choice[str]:
    """The language as a BCP 47 primary tag.

    Args:
        signals: the page's, or None for plain text.
        hints: the source's language, if the page declares none.
        body: its first thousand characters are looked at; under two hundred nothing is concluded.
    """
    declared = next(_declared(signals, hints), None)
    detected, sure = detect(body[:_SAMPLE]) if len(body) >= _ENOUGH else (None, 0.0)
    if declared is None:
        if detected is None and len(body):
            detected, sure = detect(body)
        return Choice(detected, {"from": "text", "probability": round(sure, 3)} if detected else {})
    source, language = declared
    note: dict[str, Any] = {"from": source}
    if detected is None or detected == language:
        return Choice(language, note)
    near = any({detected, language} <= group for group in _NEAR)
    if near or sure < _SURE:
        return Choice(language, note | {"others": {"text": detected}})
    return Choice(detected, {"from": "text", "others": {source: language}})


def _declared(signals: Signals | None, hints: Hints) -> Any:
    listed: list[tuple[str, str | None]] = []
    if signals is not None:
        listed += [("html.lang", signals.html_lang)]
        listed += [
            ("jsonld.inLanguage", value) for value in jsonld.strings(signals.ld, "inLanguage")
        ]
        listed += signals.metas("og:locale", "content-language", "language", "dc.language")
    listed.append(("source.language", hints.language))
    return ((source, tag) for source, value in listed if (tag := primary(value)))


def detect(text: str) -> tuple[str | None, float]:
    """(language, probability) by py3langid; (None, 0) if there are no letters."""
    if not any(map(str.isalpha, text)):
        return None, 0.0
    language, probability = _identifier().classify(text)
    return _SAME.get(language, language), float(probability)


def prepare() -> None:
    """Load the model, which is unpacked into the temporary folder first.

    Raises:
        OSError: there is no room for it.
    """
    _identifier()


@lru_cache(maxsize=1)
def _identifier() -> Any:
    # The model takes a second to load, so only processes that extract pay for it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    # Version 0.3 of the library names the same constructor after its old file format.
    load = (
        getattr(LanguageIdentifier, "from_model_file", None)
        or LanguageIdentifier.from_pickled_model
    )
    return load(MODEL_FILE, norm_probs=True)
