"""What a site answers to a path: pages, feed, sitemap, robots.txt, pictures, moved and gone."""

from __future__ import annotations

import struct
import zlib
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from dateline.newsroom import feeds, render
from dateline.newsroom.site import Reply, Site, slugify

if TYPE_CHECKING:
    from datetime import datetime

SITEMAP_PATH: Final = "/sitemap-news.xml"


def answer(site: Site, target: str) -> Reply:
    """The reply to a GET of `target` (path with query). Tracking parameters do not matter."""
    path = target.partition("?utm_")[0]
    return (
        _article(site, path)
        or _ghost(site, path)
        or _machine(site, path)
        or _front(site, path)
        or _picture(site, path)
        or _error(410 if site.removed(path) else 404)
    )


def _article(site: Site, path: str) -> Reply | None:
    path, _, number = path.partition("?page=")
    for piece in site.pieces:
        if piece.url == site.home + path and number in render.pages(piece):
            page = render.pages(piece).index(number) + 1
            return _page(site, render.article(site, piece, page), piece.changed_at)
    return None


def _ghost(site: Site, path: str) -> Reply | None:
    for ghost in site.publisher.ghosts:
        if ghost.path != path:
            continue
        if piece := site.target(ghost):
            return Reply(ghost.status, location=piece.url)
        return _error(410 if ghost.moved_to else ghost.status)
    return None


def _machine(site: Site, path: str) -> Reply | None:
    publisher, when = site.publisher, site.changed_at if site.publisher.validators else None
    if path == publisher.feed_path:
        body = feeds.feed(site).encode(publisher.charset, "xmlcharrefreplace")
        kind = f"{render.FEED_TYPES[publisher.feed]}; charset={publisher.charset}"
        link = f'<{site.hub}>; rel="hub", <{site.feed_url}>; rel="self"'
        return Reply(200, body, kind, when, link=link if publisher.hub == "header" else None)
    if path == SITEMAP_PATH:
        return Reply(200, feeds.sitemap(site).encode(), "application/xml", when)
    if path == "/robots.txt" and (robots := feeds.robots(site)) is not None:
        return Reply(200, robots.encode(), "text/plain; charset=utf-8")
    return None


def _front(site: Site, path: str) -> Reply | None:
    sections: dict[str, str | None] = {slugify(name): name for name in site.publisher.sections}
    sections[""] = None
    name = path.removeprefix("/")
    return _page(site, render.front(site, sections[name])) if name in sections else None


def _page(site: Site, html: str, changed_at: datetime | None = None) -> Reply:
    publisher = site.publisher
    charset = "" if publisher.charset_in == "meta" else f"; charset={publisher.charset}"
    return Reply(
        200,
        html.encode(publisher.charset, "xmlcharrefreplace"),
        f"text/html{charset}",
        changed_at if publisher.validators else None,
    )


def _picture(site: Site, path: str) -> Reply | None:
    if not (path.startswith("/media/") and path.endswith(".png")):
        return None
    colour = blake2b(path.encode(), digest_size=3).digest()
    return Reply(200, _png(160, 90, colour), "image/png", site.epoch)


def _png(width: int, height: int, colour: bytes) -> bytes:
    """A picture of one colour (3 bytes RGB), https://www.w3.org/TR/png-3/."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + colour * width) * height
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _error(status: int) -> Reply:
    text = {404: "Not found", 410: "Gone"}.get(status, "Error")
    return Reply(status, f"<!DOCTYPE html><title>{text}</title><h1>{text}</h1>".encode())
