"""Made-up articles for benchmarks: words by Zipf's law, several languages, wire copies, datelines.

No sentence means anything; lengths, the share of common words, of names and of copies are as in news.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate, product

from dateline.extract.markup import from_paragraphs
from dateline.extract.normal import content_hash, word_count
from dateline.model import Article, Author, Dateline, Precision
from dateline.urls import url_key

SYLLABLES = {
    "en": ("the", "ing", "ver", "ton", "ock", "ay", "sh", "er", "al", "ist", "or", "un", "ra"),
    "de": ("ge", "ung", "ver", "sch", "ein", "keit", "über", "stadt", "rat", "en", "ber", "lich"),
    "es": ("ción", "que", "ar", "dad", "mente", "la", "gob", "ier", "no", "ña", "pres", "el"),
    "pl": ("prze", "ość", "nie", "cz", "wa", "ski", "rzą", "du", "mi", "pol", "ło", "ek"),
}
AGENCIES = ("AP", "Reuters", "AFP", "dpa")
COUNTRIES = ("US", "DE", "ES", "PL", "KR")
START = datetime(2026, 1, 1, tzinfo=UTC)
DAYS = 365
COPIES = 0.1
"""Share of articles that print another one's text."""
STAFF = 60
"""People who write for a site."""


@dataclass(frozen=True)
class Made:
    """An article with what loading needs."""

    article: Article
    key: str
    words: int
    hash: bytes


def _vocabulary(language: str, size: int) -> list[str]:
    parts = SYLLABLES[language]
    words = ["".join(found) for length in (2, 3, 4) for found in product(parts, repeat=length)]
    rng = random.Random(language)
    rng.shuffle(words)
    return words[:size]


class Press:
    """Makes articles, always the same ones for a seed."""

    def __init__(self, seed: int = 1, vocabulary: int = 12_000) -> None:
        self._rng = random.Random(seed)
        self.vocabulary = {name: _vocabulary(name, vocabulary) for name in SYLLABLES}
        self._weights = list(accumulate(1 / rank for rank in range(1, vocabulary + 1)))
        self._staff: dict[str, list[str]] = {}
        self._last: Article | None = None

    def make(self, site: str, number: int) -> Made:
        """The article `number` of a site."""
        rng, url = self._rng, f"https://{site}/{number}"
        published = START + timedelta(seconds=rng.randrange(DAYS * 86400))
        if self._last is not None and rng.random() < COPIES:
            copied = replace(self._last, url=url, canonical_url=url, published_at=published)
            return made(copied)
        language = rng.choice(tuple(SYLLABLES))
        agency = rng.choice(AGENCIES) if rng.random() < 0.3 else None
        paragraphs = [self._text(language, 12, 60) for _ in range(rng.randint(4, 14))]
        place = self._text(language, 1, 1).upper()
        if agency:
            paragraphs[0] = f"{place} ({agency}) – {paragraphs[0]}"
        self._last = Article(
            url,
            url,
            title=self._text(language, 6, 12),
            summary=self._text(language, 12, 30),
            body="\n\n".join(paragraphs),
            body_html=from_paragraphs(paragraphs),
            language=language,
            section=self._text(language, 1, 1),
            authors=tuple(map(Author, rng.sample(self._writers(site), rng.randint(0, 2)))),
            tags=tuple({self._text(language, 1, 1) for _ in range(rng.randint(0, 5))}),
            published_at=published,
            published_precision=Precision.INSTANT,
            published_from="jsonld.datePublished",
            agency=agency,
            dateline=Dateline(f"{place} – ", place, rng.choice(COUNTRIES), agency)
            if agency
            else None,
            image_url=f"{url}.jpg",
            confidence=0.97,
            provenance={"title": {"from": "jsonld.headline"}, "body": {"from": "blocks"}},
        )
        return made(self._last)

    def words(self, language: str, count: int) -> list[str]:
        """Words as often as they are used."""
        return self._rng.choices(self.vocabulary[language], cum_weights=self._weights, k=count)

    def _text(self, language: str, least: int, most: int) -> str:
        return " ".join(self.words(language, self._rng.randint(least, most))).capitalize() + "."

    def _writers(self, site: str) -> list[str]:
        if site not in self._staff:
            names = [self._rng.choices(self.vocabulary["en"][:900], k=2) for _ in range(STAFF)]
            self._staff[site] = sorted({" ".join(name).title() for name in names})
        return self._staff[site]


def made(article: Article) -> Made:
    """With its key, words and hash."""
    return Made(
        article,
        url_key(article.canonical_url),
        word_count(article.body, article.language),
        content_hash(article.title, article.summary, article.body),
    )


def edited(item: Made) -> Made:
    """The same article after a correction: a sentence is replaced, one is new."""
    paragraphs = item.article.body.split("\n\n")
    paragraphs[1:2] = ["This paragraph was corrected.", "An earlier version was wrong."]
    return made(replace(item.article, body="\n\n".join(paragraphs)))
