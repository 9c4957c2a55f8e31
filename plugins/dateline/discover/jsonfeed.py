"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), and RSS written as JSON.

RSS in JSON (http://scripting.com/rssInJson/) has RSS's names: {"rss": {"channel": {"item": […]}}}.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from dateline.dates import parse_date
from dateline.discover.document import MAX_ENTRIES, Document, NotAFeedError
from dateline.discover.entries import Draft, Entry
from dateline.discover.fulltext import as_html
from dateline.urls import canonicalise

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERSION: Final = re.compile(r"jsonfeed\.org|^1(?:\.[01])?$")


def read(document: Document, url: str) -> Draft:
    """Read a JSON feed; what has the wrong type is taken as absent.

    Raises:
        NotAFeedError: not JSON, or not a feed.
    """
    try:
        feed = json.loads(document.text)
    except (ValueError, RecursionError) as error:
        raise NotAFeedError("not_a_feed: broken json") from error
    if not isinstance(feed, dict):
        raise NotAFeedError("not_a_feed: json")
    if channel := _object(_object(feed, "rss"), "channel"):
        return _rss(channel, url)
    if not _VERSION.search(_text(feed, "version") or "") or not isinstance(feed.get("items"), list):
        raise NotAFeedError("not_a_feed: json")
    return Draft(
        entries=tuple(_entry(item) for item in _objects(feed, "items")[:MAX_ENTRIES]),
        base=url,
        home=canonicalise(_text(feed, "home_page_url") or "", url),
        title=_text(feed, "title"),
        language=_text(feed, "language"),
        problem="too_many_entries" if len(_list(feed, "items")) > MAX_ENTRIES else None,
        # As the feed spells them: hubs compare text.
        hub=_hub(feed),
        topic=_text(feed, "feed_url"),
    )


def _hub(feed: dict[str, Any]) -> str | None:
    kinds = {
        (_text(hub, "type") or "").lower(): _text(hub, "url") for hub in _objects(feed, "hubs")
    }
    return kinds.get("websub")


def _rss(channel: dict[str, Any], url: str) -> Draft:
    home = canonicalise(_text(channel, "link") or "", url)
    return Draft(
        entries=tuple(_rss_item(item) for item in _objects(channel, "item")[:MAX_ENTRIES]),
        base=home or url,
        home=home,
        title=_text(channel, "title"),
        language=_text(channel, "language"),
    )


def _rss_item(item: dict[str, Any]) -> Entry:
    guid = _object(item, "guid")
    identity = _text(item, "guid") or _text(guid, "#value")
    links = [_text(item, "link")]
    if identity and guid.get("isPermaLink", True) not in {False, "false"}:
        links.append(identity)
    published = parse_date(_text(item, "pubDate") or "")
    enclosure = _object(item, "enclosure")
    file = _text(enclosure, "url")
    return Entry(
        links=tuple(filter(None, links)),
        guid=identity,
        title=_text(item, "title"),
        summary=_text(item, "description"),
        authors=tuple(filter(None, [_text(item, "author")])),
        published=published.at if published else None,
        enclosures=((file, _text(enclosure, "type"), _text(enclosure, "length")),) if file else (),
    )


def _entry(item: dict[str, Any]) -> Entry:
    identity = _text(item, "id")
    links = [_text(item, "url"), _text(item, "external_url")]
    if identity and identity.startswith(("http:", "https:")):
        links.append(identity)
    text = _text(item, "content_html") or as_html(_text(item, "content_text"))
    return Entry(
        links=tuple(filter(None, links)),
        guid=identity,
        title=_text(item, "title"),
        summary=_text(item, "summary"),
        authors=tuple(_authors(item)),
        tags=tuple(tag for tag in _list(item, "tags") if isinstance(tag, str)),
        published=_date(_text(item, "date_published")),
        updated=_date(_text(item, "date_modified")),
        language=_text(item, "language"),
        image=_text(item, "image") or _text(item, "banner_image"),
        content=text,
        enclosures=tuple(_attachments(item)),
    )


def _attachments(item: dict[str, Any]) -> Iterator[tuple[str, str | None, str | None]]:
    for file in _objects(item, "attachments"):
        if url := _text(file, "url"):
            yield url, _text(file, "mime_type"), _text(file, "size_in_bytes")


def _authors(item: dict[str, Any]) -> Iterator[str]:
    people = [*_objects(item, "authors"), _object(item, "author")]  # the latter in version 1.0
    yield from filter(None, (_text(person, "name") for person in people))


def _date(text: str | None) -> datetime | None:
    found = parse_date(text or "")
    return found.at.astimezone(UTC) if found else None


def _text(of: dict[str, Any], name: str) -> str | None:
    value = of.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # ids are often written as numbers
    return value if isinstance(value, str) and value else None


def _object(of: dict[str, Any], name: str) -> dict[str, Any]:
    value = of.get(name)
    return value if isinstance(value, dict) else {}


def _list(of: dict[str, Any], name: str) -> list[Any]:
    value = of.get(name)
    return value if isinstance(value, list) else []


def _objects(of: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [value for value in _list(of, name) if isinstance(value, dict)]
