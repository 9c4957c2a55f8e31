"""From what a feed says to candidates: links resolved, text cleaned, dates checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from html import unescape
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import LexborHTMLParser

from dateline.dates import plausible
from dateline.model import Candidate
from dateline.text import clean, clip
from dateline.urls import canonicalise

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_TITLE: Final = 1000
MAX_SUMMARY: Final = 2000
MAX_NAME: Final = 200
MAX_NAMES: Final = 50
MAX_GUID: Final = 1000
_MAX_MARKUP: Final = 100_000
"""Characters of markup that are looked at for one field: full articles come as summaries too."""

_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_BLOCK: Final = re.compile(
    r"<(?=/?(?:p|div|br|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|figure|figcaption|hr)\b)",
    re.IGNORECASE,
)
_LANGUAGE: Final = re.compile(
    r"([a-z]{2,3})(-[a-z]{4})?(-(?:[a-z]{2}|\d{3}))?(?![a-z0-9])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as written: links may be relative, texts may hold markup, dates may be absurd.

    Attributes:
        links: where the article may be, best first.
    """

    links: tuple[str, ...]
    guid: str | None = None
    title: str | None = None
    summary: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None
    image: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A feed as written. `base`: absolute URL that relative links are joined with."""

    entries: tuple[Entry, ...]
    base: str
    title: str | None = None
    language: str | None = None
    ttl: timedelta | None = None
    problem: str | None = None


def candidates(
    draft: Draft, *, now: datetime, language: str | None
) -> tuple[tuple[Candidate, ...], int]:
    """The feed's candidates, each URL once (its first entry), and how many entries had no link."""
    found: dict[str, Candidate] = {}
    dropped = 0
    for entry in draft.entries:
        url = next(filter(None, (canonicalise(link, draft.base) for link in entry.links)), None)
        if url is None:
            dropped += 1
        elif url not in found:
            found[url] = _candidate(url, entry, draft.base, now, language)
    return tuple(found.values()), dropped


def _candidate(url: str, entry: Entry, base: str, now: datetime, language: str | None) -> Candidate:
    title = plain_text(entry.title, MAX_TITLE)
    summary = plain_text(entry.summary, MAX_SUMMARY)
    published = _checked(entry.published, now)
    updated = _checked(entry.updated, now)
    return Candidate(
        url=url,
        fingerprint=_fingerprint(title, summary, published, updated),
        guid=(clean(entry.guid)[:MAX_GUID] or None) if entry.guid else None,
        title=title,
        summary=summary,
        authors=_names(entry.authors),
        tags=_names(entry.tags),
        published=published,
        updated=updated,
        language=language_tag(entry.language) or language,
        image_url=canonicalise(entry.image, base) if entry.image else None,
    )


def _fingerprint(*values: object) -> bytes:
    digest = blake2b(digest_size=16)
    for value in values:
        text = value.isoformat() if isinstance(value, datetime) else str(value or "")
        digest.update(f"{text}\0".encode())
    return digest.digest()


def _checked(at: datetime | None, now: datetime) -> datetime | None:
    return at if at is not None and plausible(at, now) else None


def _names(texts: Iterable[str]) -> tuple[str, ...]:
    names = (plain_text(text, MAX_NAME) for text in texts)
    return tuple(dict.fromkeys(name for name in names if name))[:MAX_NAMES]


def plain_text(markup: str | None, length: int = MAX_NAME) -> str | None:
    """The text of a feed's field, on one line: tags, entities, NULs and the like removed.

    Publishers escape once, twice or not at all, so text that looks like markup is taken as such.

    Args:
        markup: as the feed's own format decodes it.
        length: characters at the most.

    Returns:
        None if nothing is left.
    """
    if not markup:
        return None
    text = markup[:_MAX_MARKUP]
    if "<" not in text and "&" in text:
        text = unescape(text)
    if "<" in text and _TAG.search(text):
        text = _rendered(text)
    if "&" in text:
        text = unescape(text)
    return clip(clean(text), length) or None


def _rendered(markup: str) -> str:
    tree = LexborHTMLParser(_BLOCK.sub(" <", markup))
    tree.strip_tags(["script", "style", "iframe", "noscript"])
    return tree.body.text() if tree.body else ""


def language_tag(text: str | None) -> str | None:
    """A BCP 47 tag spelt properly ("en_us" → "en-US"); None for what is none."""
    match = _LANGUAGE.match((text or "").strip().replace("_", "-"))
    if match is None:
        return None
    script, region = (match[2] or "").title(), (match[3] or "").upper()
    return f"{match[1].lower()}{script}{region}"
