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
from dateline.discover.fulltext import full_text
from dateline.model import Candidate, Enclosure
from dateline.text import clean, clip
from dateline.urls import canonicalise, unwrap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_TITLE: Final = 1000
MAX_SUMMARY: Final = 2000
MAX_NAME: Final = 200
MAX_NAMES: Final = 50
MAX_GUID: Final = 1000
MAX_ENCLOSURES: Final = 20
_MAX_TYPE: Final = 100
_MAX_LENGTH: Final = 2**63 - 1
_MAX_MARKUP: Final = 100_000
"""Characters of markup that are looked at for one field: full articles come as summaries too."""

_MOST_TAGS: Final = 2000
"""Tags that are looked at for one field: parsing takes time quadratic in how deep they nest."""

_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
_BLOCK: Final = re.compile(
    r"<(?=/?(?:p|div|br|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|figure|figcaption|hr)\b)",
    re.IGNORECASE,
)
_MAIL: Final = re.compile(
    r"[(<\[]?(?:mailto:)?[^\s<>()\[\]@]+@[^\s<>()\[\]@]+\.[^\s<>()\[\]@]+[)>\]]?"
)
_LANGUAGE: Final = re.compile(
    r"([a-z]{2,3})(-[a-z]{4})?(-(?:[a-z]{2}|\d{3}))?(?![a-z0-9])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as written: links may be relative, texts may hold markup, dates may be absurd.

    Attributes:
        links: where the article may be, best first.
        content: the text itself, as HTML; may be as short as the summary, or be the summary.
        enclosures: (address, media type, length in bytes) of files, as written.
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
    content: str | None = None
    enclosures: tuple[tuple[str, str | None, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A feed as written.

    Attributes:
        base: absolute URL that relative links are joined with.
        index: its entries are sitemaps, not articles.
        home: absolute URL of the site, as the feed names it.
        hub, topic: absolute.
    """

    entries: tuple[Entry, ...]
    base: str
    title: str | None = None
    language: str | None = None
    ttl: timedelta | None = None
    problem: str | None = None
    index: bool = False
    home: str | None = None
    hub: str | None = None
    topic: str | None = None


def candidates(
    draft: Draft, *, now: datetime, language: str | None
) -> tuple[tuple[Candidate, ...], int]:
    """The feed's candidates, each URL once (its first entry), and how many entries had no link.

    Ids that a publisher uses twice are told apart by the URL; an entry under the URL of another
    one (all of them linking to the front page, say) is taken at the next link it has.
    """
    found: dict[str, Candidate] = {}
    ids: set[str] = set()
    dropped = 0
    for entry in draft.entries:
        urls = list(_addresses(entry, draft.base))
        if not urls:
            dropped += 1
            continue
        guid = clean(entry.guid)[:MAX_GUID] if entry.guid else ""
        if guid and guid not in ids:
            urls.sort(key=found.__contains__)
        if urls[0] not in found:
            told = f"{guid} {urls[0]}" if guid in ids else guid
            found[urls[0]] = _candidate(urls[0], told or None, entry, draft.base, now, language)
            ids.add(guid)
    return tuple(found.values()), dropped


def _addresses(entry: Entry, base: str) -> Iterator[str]:
    for link in entry.links:
        if url := canonicalise(link, base):
            yield unwrap(url)


def _candidate(
    url: str, guid: str | None, entry: Entry, base: str, now: datetime, language: str | None
) -> Candidate:
    title = plain_text(entry.title, MAX_TITLE)
    summary = plain_text(entry.summary or entry.content, MAX_SUMMARY)
    published = _checked(entry.published, now)
    updated = _checked(entry.updated, now)
    return Candidate(
        url=url,
        fingerprint=_fingerprint(title, summary, published, updated),
        guid=guid,
        title=title,
        summary=summary,
        authors=_names(map(person, entry.authors)),
        tags=_names(entry.tags),
        published=published,
        updated=updated,
        language=language_tag(entry.language) or language,
        image_url=canonicalise(entry.image, base) if entry.image else None,
        content=full_text(entry.content, entry.summary),
        enclosures=_enclosures(entry, base),
    )


def _enclosures(entry: Entry, base: str) -> tuple[Enclosure, ...]:
    found: dict[str, Enclosure] = {}
    for link, kind, size in entry.enclosures:
        if len(found) < MAX_ENCLOSURES and (url := canonicalise(link, base)):
            media = clean(kind).lower()[:_MAX_TYPE] if kind else ""
            found.setdefault(url, Enclosure(url, media or None, _length(size)))
    return tuple(found.values())


def _length(text: str | None) -> int | None:
    """Bytes; feeds write 0 where they do not know."""
    digits = (text or "").strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(_MAX_LENGTH))):
        return None
    number = int(digits)
    return number if 0 < number <= _MAX_LENGTH else None


def _fingerprint(*values: object) -> bytes:
    digest = blake2b(digest_size=16)
    for value in values:
        text = value.isoformat() if isinstance(value, datetime) else str(value or "")
        digest.update(f"{text}\0".encode())
    return digest.digest()


def _checked(at: datetime | None, now: datetime) -> datetime | None:
    return at if at is not None and plausible(at, now) else None


def person(text: str) -> str:
    """A name without the mail address that RSS wants there: "ada@example.org (Ada Quay)"."""
    return _MAIL.sub(" ", text).strip(" ()<>,") if "@" in text else text


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
    markup = "<".join(markup.split("<", _MOST_TAGS)[:_MOST_TAGS])
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
