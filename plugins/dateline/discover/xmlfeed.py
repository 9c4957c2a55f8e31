"""RSS 0.9x to 2.0, RDF and Atom, through feedparser."""

from __future__ import annotations

import calendar
import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import feedparser

from dateline.dates import parse_date
from dateline.discover.document import Document, NotAFeedError
from dateline.discover.entries import Draft, Entry
from dateline.discover.fulltext import as_html
from dateline.urls import canonicalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_PERIODS: Final = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_TEXTS: Final = frozenset({"text/html", "application/xhtml+xml", "text/plain"})
_MAX_TTL_MINUTES: Final = 60 * 24 * 365


def read(document: Document, url: str) -> Draft:
    """Read an XML feed.

    Args:
        document: decoded, without a document type.
        url: where it came from.

    Raises:
        NotAFeedError: feedparser cannot make anything of it.
    """
    is_atom = document.root.lower().endswith("feed")
    parsed = _parse(document.text, url if is_atom else None)
    if not parsed.version and not parsed.entries:
        raise NotAFeedError(f"not_a_feed: {document.root.lower()}")
    feed = parsed.feed
    # Links in RSS are relative to the site, which may be elsewhere than the feed (feed services).
    home = canonicalise(_text(feed.get("link")) or "", url)
    return Draft(
        entries=tuple(_entry(entry, is_atom=is_atom) for entry in parsed.entries),
        base=url if is_atom else home or url,
        home=home,
        title=_text(feed.get("title")),
        language=_text(feed.get("language")),
        ttl=_ttl(feed),
        problem=document.problem or _damage(parsed),
        hub=_link(feed, "hub", url),
        topic=_link(feed, "self", url),
    )


def _link(feed: Any, rel: str, url: str) -> str | None:
    """The feed's link of that relation, spelt as the feed spells it: hubs compare text."""
    for link in feed.get("links", ()):
        href = (_text(link.get("href")) or "").strip()
        if link.get("rel") == rel and (absolute := canonicalise(href, url)):
            return href if href.startswith(("http://", "https://")) else absolute
    return None


def _parse(text: str, base: str | None) -> Any:
    headers = {"content-type": "application/xml; charset=utf-8"}
    if base:
        headers["content-location"] = base
    try:
        return feedparser.parse(
            # Only as a stream: feedparser takes bare bytes for the name of a file to open.
            io.BytesIO(text.encode(errors="ignore")),
            response_headers=headers,
            # Markup becomes plain text in any case.
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:
        raise NotAFeedError(f"not_a_feed: {type(error).__name__}") from error


def _damage(parsed: Any) -> str | None:
    if not parsed.bozo:
        return None
    error = parsed.bozo_exception
    message = error.getMessage() if hasattr(error, "getMessage") else type(error).__name__
    return f"malformed: {message}"


def _entry(entry: Any, *, is_atom: bool) -> Entry:
    published, updated = _date(entry, "published"), _date(entry, "updated")
    published = published or _date(entry, "created")
    if published is None and not is_atom:
        # feedparser files dc:date, all that RDF has, under "updated".
        published, updated = updated, None
    detail = entry.get("title_detail") or {}
    summary, content = _text(entry.get("summary")), _content(entry)
    return Entry(
        links=tuple(_links(entry, is_atom=is_atom)),
        guid=_text(entry.get("id")),
        title=_text(entry.get("title")),
        # feedparser copies the content where there is no summary.
        summary=summary if content is None or summary != content.text else None,
        authors=tuple(_authors(entry)),
        tags=tuple(_terms(entry)),
        published=published,
        updated=updated,
        language=_text(entry.get("language")) or _text(detail.get("language")),
        image=next(_images(entry), None),
        content=content.html if content else None,
        enclosures=tuple(_enclosures(entry)),
    )


def _links(entry: Any, *, is_atom: bool) -> Iterator[str]:
    """Where the article may be: the unwrapped link, the alternates (pages first), the permalink."""
    yield from _texts(entry.get("feedburner_origlink"))
    alternates = [link for link in entry.get("links", ()) if link.get("rel") == "alternate"]
    alternates.sort(key=lambda link: "html" not in link.get("type", "text/html"))
    yield from _texts(*(link.get("href") for link in alternates))
    yield from _texts(entry.get("link"))
    guid = _text(entry.get("id"))
    # Atom ids are often the address; an RSS guid is unless it denies it (feedparser reads that,
    # but only where there is no link; behind one, it is asked only if that is another entry's).
    is_link = is_atom or entry.get("guidislink") or entry.get("link")
    if guid and is_link and guid.startswith(("http:", "https:")):
        yield guid


def _authors(entry: Any) -> Iterator[str]:
    names = [*_texts(*(author.get("name") for author in entry.get("authors", ())))]
    told = _text(entry.get("author"))
    if told and "@" in told:
        # feedparser cuts addresses under long top-level domains in two ("@post.media").
        names[-1:] = [told]
    yield from names


def _terms(entry: Any) -> Iterator[str]:
    for tag in entry.get("tags", ()):
        term = _text(tag.get("label")) or _text(tag.get("term"))
        if term and "://" not in term:
            yield term


def _images(entry: Any) -> Iterator[str]:
    yield from _texts(*(media.get("url") for media in entry.get("media_thumbnail", ())))
    for media in entry.get("media_content", ()):
        if media.get("medium") == "image" or media.get("type", "").startswith("image/"):
            yield from _texts(media.get("url"))
    for link in entry.get("links", ()):
        if link.get("rel") == "enclosure" and link.get("type", "").startswith("image/"):
            yield from _texts(link.get("href"))
    image = entry.get("image")
    yield from _texts(image.get("href") if isinstance(image, dict) else image)


class _Content(NamedTuple):
    """The text of an entry as feedparser has it, and as HTML."""

    text: str
    html: str | None


def _content(entry: Any) -> _Content | None:
    for part in entry.get("content", ()):
        text, kind = _text(part.get("value")), part.get("type")
        if text and kind in _TEXTS:
            return _Content(text, as_html(text) if kind == "text/plain" else text)
    return None


def _enclosures(entry: Any) -> Iterator[tuple[str, str | None, str | None]]:
    """(address, media type, length) of attached files and of Media RSS contents."""
    for link in entry.get("links", ()):
        if link.get("rel") == "enclosure" and (href := _text(link.get("href"))):
            yield href, _text(link.get("type")), _text(link.get("length"))
    for media in entry.get("media_content", ()):
        if url := _text(media.get("url")):
            kind = _text(media.get("type")) or _text(media.get("medium"))
            yield url, kind, _text(media.get("filesize"))


def _date(entry: Any, name: str) -> datetime | None:
    # `in`, since feedparser's `get` answers for "updated" with "published" and a warning.
    if name not in entry:
        return None
    ours = parse_date(_text(entry[name]) or "")
    if ours is not None and ours.zone_known:
        return ours.at  # feedparser reads zones it does not know ("CEST") as UTC, in silence
    try:
        return datetime.fromtimestamp(calendar.timegm(entry[f"{name}_parsed"]), UTC)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return ours.at if ours else None


def _ttl(feed: Any) -> timedelta | None:
    minutes = _number(feed.get("ttl"))
    if minutes:
        return timedelta(minutes=minutes)
    period = _PERIODS.get((_text(feed.get("sy_updateperiod")) or "").strip().lower())
    return period / (_number(feed.get("sy_updatefrequency")) or 1) if period else None


def _number(value: object) -> int | None:
    text = (_text(value) or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < len(str(_MAX_TTL_MINUTES)) + 1):
        return None
    return min(int(text), _MAX_TTL_MINUTES)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _texts(*values: object) -> Iterable[str]:
    return [text for value in values if (text := _text(value))]
