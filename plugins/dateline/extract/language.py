"""The language: what the page declares, checked against what its text is written in."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dateline.extract import jsonld
from dateline.extract.evidence import Choice
from dateline.text import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dateline.extract.signals import Signals
    from dateline.model import Hints

_ENOUGH = 200
_SAMPLE = 500
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
# The commonest words of a language; a text that is full of them needs no other proof.
_COMMON = {
    "en": "the of and to in a is that for on was with as it by be at from his are have this he",
    "de": "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine auch es",
    "fr": "de la le et les des en un une du que dans est pour qui sur par au plus ne pas a il",
    "es": "de la que el en y a los del se las por un para con no una su al es lo como más",
    "it": "di e il la che in un a per è una del con non della i si da le al sono dei ha",
    "pt": "de a o que e do da em um para é com não uma os no se na por mais as dos como",
    "nl": "de van het een en in is dat op te zijn met voor niet aan er die om ook als was",
    "sv": "och i att en som det är av för på den med till inte ett har de om var sig",
    "no": "og i det er en på som at til av for med ikke har de den om et var seg",
    "da": "og i at det er en til på som af den med for der ikke de har et om var",
    "fi": "ja on ei että se oli hän mutta ovat myös kun niin mukaan tai joka olla jo",
    "pl": "w i na z nie się do że to o jest po za od jak przez ale dla który są",
    "cs": "a v se na je že s to z do o ve za k i by podle pro jsou ale jako",
    "hu": "a az és hogy nem is egy meg volt ez de csak már el mint kell szerint",
    "ro": "de în și a la din cu pe care nu o că un să mai pentru este fi ce",
    "tr": "ve bir bu da de için ile olarak çok daha olan gibi en kadar ise sonra",
    "id": "yang di dan dengan untuk dari ini pada itu dalam tidak akan ke juga adalah",
    "ru": "и в не на что с по как к из у за от о для это его но он а",
    "uk": "і в не на що з та у до як за від про для це є його але він",
}
_LANGUAGES = tuple(_COMMON)
_SPOKEN_IN: dict[str, list[str]] = {}
for _language, _text in _COMMON.items():
    for _word in set(words(_text)):
        _SPOKEN_IN.setdefault(_word, []).append(_language)
# Scripts that only one language of the news is written in.
_SCRIPTS = {
    "ja": re.compile("[\u3040-\u30ff]"),
    "zh": re.compile("[\u4e00-\u9fff]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "el": re.compile("[\u0370-\u03ff]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "ka": re.compile("[\u10a0-\u10ff]"),
    "hy": re.compile("[\u0530-\u058f]"),
}
_WORD = re.compile(r"[^\W\d_]+")
_FULL, _NEXT_TO_NONE, _WORDS_ENOUGH = 0.18, 0.04, 40
_LIKELY = 0.5
_WRITTEN = 0.15
_CONFIRMED, _UNCHECKED, _ALONE = 0.99, 0.7, 0.9
_LEAD = 1.5
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
        body: its first five hundred characters are looked at; under two hundred nothing is
            concluded.
    """
    declared = next(_declared(signals, hints), None)
    long = len(body) >= _ENOUGH
    written = is_written_in(body[:_SAMPLE], declared[1]) if declared and long else None
    if declared and written:
        return Choice(declared[1], {"from": declared[0], "confidence": _CONFIRMED})
    if declared is None and long and (found := _fullest(*_common_words(body[:_SAMPLE]))):
        return Choice(found, {"from": "text", "confidence": _CONFIRMED})
    detected, sure = detect(body[:_SAMPLE]) if long else (None, 0.0)
    if declared is None:
        if detected is None and len(body):
            detected, sure = detect(body)
        return Choice(detected, {"from": "text", "confidence": round(sure, 2)} if detected else {})
    source, language = declared
    note: dict[str, Any] = {"from": source, "confidence": _UNCHECKED}
    if detected == language:
        note["confidence"] = _CONFIRMED
    if detected is None or detected == language:
        return Choice(language, note)
    near = any({detected, language} <= group for group in _NEAR)
    if near or sure < (_LIKELY if written is False else _SURE):
        return Choice(language, note | {"others": {"text": detected}})
    note = {"from": "text", "confidence": round(sure * _ALONE, 2), "others": {source: language}}
    return Choice(detected, note)


def is_written_in(text: str, language: str) -> bool | None:
    """Whether a text is full of a language's commonest words, and more so than of any other's.

    Returns:
        False if it has next to none of them; None if that cannot be told: the language is not in
        the table, its near kin as likely, or the text too short.
    """
    if language in _SCRIPTS:
        enough = len(_SCRIPTS[language].findall(text)) > _WRITTEN * len(text)
        japanese = language == "zh" and _SCRIPTS["ja"].search(text)
        return True if enough and not japanese else None
    if language not in _LANGUAGES:
        return None
    count, shares = _common_words(text)
    if language == _fullest(count, shares):
        return True
    return False if count > _WORDS_ENOUGH and shares[language] < _NEXT_TO_NONE * count else None


def _common_words(text: str) -> tuple[int, dict[str, int]]:
    """How many words a text has, and how many of them are a language's commonest."""
    found = _WORD.findall(text.lower())
    shares = dict.fromkeys(_LANGUAGES, 0)
    for word in found:
        for name in _SPOKEN_IN.get(word, ()):
            shares[name] += 1
    return len(found), shares


def _fullest(count: int, shares: dict[str, int]) -> str | None:
    """The language whose commonest words fill a text; None if another comes near it."""
    first, second = sorted(shares, key=shares.__getitem__, reverse=True)[:2]
    sure = shares[first] > _FULL * count and shares[first] > _LEAD * shares[second]
    return first if sure else None


def _declared(signals: Signals | None, hints: Hints) -> Iterator[tuple[str, str]]:
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
