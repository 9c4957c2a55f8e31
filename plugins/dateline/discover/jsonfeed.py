"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dateline.discover.document import Document, NotAFeedError
from dateline.discover.entries import Draft, Entry

if TYPE_CHECKING:
    from collections.abc import Iterator


def read(document: Document, url: str) -> Draft:
    """Read a JSON feed; what has the wrong type is taken as absent.

    Raises:
        NotAFeedError: not JSON, or not a feed.
    """
    try:
        feed = json.loads(document.text)
    except (ValueError, RecursionError) as error:
        raise NotAFeedError("not_a_feed: broken json") from error
    if not isinstance(feed, dict) or "jsonfeed.org" not in (_text(feed, "version") or ""):
        raise NotAFeedError("not_a_feed: json")
    return Draft(
        entries=tuple(_entry(item) for item in _objects(feed, "items")),
        base=url,
        title=_text(feed, "title"),
        language=_text(feed, "language"),
    )


def _entry(item: dict[str, Any]) -> Entry:
    identity = _text(item, "id")
    links = [_text(item, "url"), _text(item, "external_url")]
    if identity and identity.startswith(("http:", "https:")):
        links.append(identity)
    summaries = (_text(item, name) for name in ("summary", "content_text", "content_html"))
    return Entry(
        links=tuple(filter(None, links)),
        guid=identity,
        title=_text(item, "title"),
        summary=next(filter(None, summaries), None),
        authors=tuple(_authors(item)),
        tags=tuple(tag for tag in _list(item, "tags") if isinstance(tag, str)),
        published=_date(_text(item, "date_published")),
        updated=_date(_text(item, "date_modified")),
        language=_text(item, "language"),
        image=_text(item, "image") or _text(item, "banner_image"),
    )


def _authors(item: dict[str, Any]) -> Iterator[str]:
    version_1_0 = item.get("author")
    people = [*_objects(item, "authors"), *([version_1_0] if isinstance(version_1_0, dict) else [])]
    yield from filter(None, (_text(person, "name") for person in people))


def _date(text: str | None) -> datetime | None:
    """RFC 3339, as the format demands."""
    try:
        at = datetime.fromisoformat(text or "")
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _text(of: dict[str, Any], name: str) -> str | None:
    value = of.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # ids are often written as numbers
    return value if isinstance(value, str) and value else None


def _list(of: dict[str, Any], name: str) -> list[Any]:
    value = of.get(name)
    return value if isinstance(value, list) else []


def _objects(of: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [value for value in _list(of, name) if isinstance(value, dict)]
