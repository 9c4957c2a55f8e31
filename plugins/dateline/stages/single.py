"""One page or publisher at a person's request: nothing is stored here."""

from __future__ import annotations

import gzip
import mimetypes
import re
import unicodedata
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dateline.discover import ParsedFeed, find_feeds, parse_feed
from dateline.errors import SettingsError
from dateline.fetch import Client, Failure, Response
from dateline.model import FeedSpec, Page, Politeness, Source
from dateline.stages.discover import ACCEPT
from dateline.urls import canonicalise, domain_of, host_of

if TYPE_CHECKING:
    from dateline.settings import Settings

MAX_FEEDS = 5
"""Feeds of a home page that are looked at."""


def read_page(page: str, url: str | None, settings: Settings, *, allow_private: bool) -> Page:
    """Fetch a URL, or read a file as if it had been fetched from `url`.

    Raises:
        SettingsError: it cannot be fetched or read; says why.
    """
    if re.match(r"https?://", page):
        answer = _get(settings, page, Politeness(allow_private=allow_private))
        return Page(
            page, answer.final_url, answer.status, answer.headers, answer.body, answer.fetched_at
        )
    path = Path(page)
    kind, packed = mimetypes.guess_type(path.name)
    try:
        body = gzip.decompress(path.read_bytes()) if packed == "gzip" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingsError(f"{page}: {reason} (a file, or a URL)") from error
    address = url or path.absolute().as_uri()
    return Page(
        address, address, 200, (("Content-Type", kind or "text/html"),), body, datetime.now(UTC)
    )


def look_up(settings: Settings, url: str, wanted: Source) -> Source:
    """Make a source of a feed's or home page's address; what `wanted` leaves empty is filled in.

    Raises:
        SettingsError: the address cannot be fetched, or has no feed.
    """
    politeness = Politeness(allow_private=wanted.allow_private)
    answer = _get(settings, url, politeness)
    feeds = _feeds(settings, answer, politeness)
    if not feeds:
        raise SettingsError(
            f"{url} is no feed and links to none: give the address of a feed "
            "(often /feed, /rss or /feed.xml)"
        )
    name = wanted.name or feeds[0][1].title or host_of(answer.final_url)
    parts = urlsplit(answer.final_url)
    return replace(
        wanted,
        slug=wanted.slug or slugify(name) or slugify(domain_of(host_of(url))),
        name=name,
        home_url=f"{parts.scheme}://{parts.netloc}/",
        feeds=tuple(FeedSpec(address) for address, _ in feeds),
        language=wanted.language or feeds[0][1].language,
    )


def _feeds(
    settings: Settings, answer: Response, politeness: Politeness
) -> list[tuple[str, ParsedFeed]]:
    """The answer if it is a feed, else the feeds that it links to and that are some."""
    found = _parse(answer)
    if found.candidates:
        return [(canonicalise(answer.final_url) or answer.final_url, found)]
    feeds = []
    for address in find_feeds(answer.body, answer.final_url)[:MAX_FEEDS]:
        linked = _parse(_get(settings, address, politeness))
        if linked.candidates:
            feeds.append((address, linked))
    return feeds


def _parse(answer: Response) -> ParsedFeed:
    return parse_feed(
        answer.body,
        url=answer.final_url,
        content_type=answer.header("content-type"),
        now=answer.fetched_at,
    )


def _get(settings: Settings, url: str, politeness: Politeness) -> Response:
    client = Client(settings)
    try:
        answer = client.get(
            url,
            politeness=politeness,
            max_size=settings.max_feed_size,
            accept=f"{ACCEPT},text/html",
        )
    finally:
        client.close()
    if isinstance(answer, Failure):
        hint = ""
        if answer.reason in {"forbidden_address", "forbidden_port"}:
            hint = " (--allow-private allows it)"
        raise SettingsError(f"{url}: {answer.reason}: {answer.detail}{hint}")
    if answer.status != 200:  # noqa: PLR2004 (OK)
        raise SettingsError(f"{url}: HTTP {answer.status} {answer.reason}")
    return answer


def slugify(name: str) -> str:
    """A natural key from a name: "El País" → "el-pais"; empty if nothing is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-")
