"""What machines read of a site: RSS 2.0, Atom, RDF (RSS 1.0), the news sitemap, robots.txt.

An edit keeps an entry's publication date and states the change beside it: `updated` in Atom,
`atom:updated` in RSS 2.0, `dcterms:modified` in RDF.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from dateline.newsroom.site import Piece, Site

_RSS: Final = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/"'
)
_RDF: Final = (
    'xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
)
_SITEMAP: Final = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
)


@dataclass(frozen=True, slots=True)
class _Item:
    """A feed entry: an article, or an address that holds none (see `content.Ghost`)."""

    url: str
    title: str
    published_at: datetime
    summary: str = ""
    modified_at: datetime | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    image: str | None = None


def feed(site: Site) -> str:
    """The site's feed in its own format."""
    write = {"rss": _rss, "atom": _atom, "rdf": _rdf}[site.publisher.feed]
    items = [_item(site, piece) for piece in site.pieces]
    items += [
        _Item(site.home + ghost.path, ghost.title, site.ago(ghost.age))
        for ghost in site.publisher.ghosts
    ]
    items.sort(key=lambda item: item.published_at, reverse=True)
    return f'<?xml version="1.0" encoding="{site.publisher.charset}"?>\n{write(site, items)}\n'


def sitemap(site: Site) -> str:
    """The news sitemap: the articles of the last two days, which here are all."""
    name, language = escape(site.publisher.name), site.publisher.language.partition("-")[0]
    urls = "\n".join(
        f"<url><loc>{escape(piece.url)}</loc><lastmod>{piece.changed_at.isoformat()}</lastmod>"
        f"<news:news><news:publication><news:name>{name}</news:name>"
        f"<news:language>{language}</news:language></news:publication>"
        f"<news:publication_date>{piece.published_at.isoformat()}</news:publication_date>"
        f"<news:title>{escape(piece.story.title)}</news:title></news:news></url>"
        for piece in site.pieces
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {_SITEMAP}>\n{urls}\n</urlset>\n'


def robots(site: Site) -> str | None:
    """robots.txt, or None where the site has none."""
    text = site.publisher.robots
    return None if text is None else text.format(home=site.home)


def _item(site: Site, piece: Piece) -> _Item:
    return _Item(
        url=piece.url + site.publisher.feed_query,
        title=piece.story.title,
        published_at=piece.published_at,
        summary=piece.story.standfirst,
        modified_at=piece.modified_at,
        authors=piece.story.authors,
        tags=piece.story.tags,
        image=site.image_url(piece),
    )


def _join(write: Callable[[_Item], str], items: list[_Item]) -> str:
    return "".join(write(item) for item in items)


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>\n" if text else ""


def _elements(name: str, texts: tuple[str, ...]) -> str:
    return "".join(_element(name, text) for text in texts)


def _rss(site: Site, items: list[_Item]) -> str:
    publisher = site.publisher
    head = (
        _element("title", publisher.name)
        + _element("link", site.home + "/")
        + _element("description", publisher.tagline)
        + _element("language", publisher.language)
    )
    if publisher.hub == "body":
        head += f'<atom:link rel="self" href={quoteattr(site.feed_url)}/>\n'
        head += f'<atom:link rel="hub" href={quoteattr(site.hub)}/>\n'
    return f'<rss version="2.0" {_RSS}><channel>\n{head}{_join(_rss_item, items)}</channel></rss>'


def _rss_item(item: _Item) -> str:
    guid = item.url.partition("?utm_")[0]
    return (
        "<item>\n"
        + _element("title", item.title)
        + _element("link", item.url)
        + f'<guid isPermaLink="false">{escape(guid)}</guid>\n'
        + _element("description", item.summary)
        + _element("pubDate", format_datetime(item.published_at))
        + (_element("atom:updated", item.modified_at.isoformat()) if item.modified_at else "")
        + _elements("dc:creator", item.authors)
        + _elements("category", item.tags)
        + (f'<media:content url={quoteattr(item.image)} medium="image"/>\n' if item.image else "")
        + "</item>\n"
    )


def _atom(site: Site, items: list[_Item]) -> str:
    publisher = site.publisher
    head = (
        _element("id", f"{site.home}/")
        + _element("title", publisher.name)
        + _element("subtitle", publisher.tagline)
        + f'<link rel="self" href={quoteattr(site.feed_url)}/>\n'
        + f'<link rel="alternate" href={quoteattr(site.home + "/")}/>\n'
        + _element("updated", site.changed_at.isoformat())
    )
    if publisher.hub == "body":
        head += f'<link rel="hub" href={quoteattr(site.hub)}/>\n'
    root = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{publisher.language}">'
    return f"{root}\n{head}{_join(_atom_entry, items)}</feed>"


def _atom_entry(item: _Item) -> str:
    return (
        "<entry>\n"
        + _element("id", item.url)
        + _element("title", item.title)
        + f'<link rel="alternate" type="text/html" href={quoteattr(item.url)}/>\n'
        + _element("published", item.published_at.isoformat())
        + _element("updated", (item.modified_at or item.published_at).isoformat())
        + "".join(f"<author>{_element('name', name)}</author>\n" for name in item.authors)
        + "".join(f"<category term={quoteattr(tag)}/>\n" for tag in item.tags)
        + _element("summary", item.summary)
        + "</entry>\n"
    )


def _rdf(site: Site, items: list[_Item]) -> str:
    publisher = site.publisher
    listed = "".join(f"<rdf:li rdf:resource={quoteattr(item.url)}/>" for item in items)
    head = (
        _element("title", publisher.name)
        + _element("link", site.home + "/")
        + _element("description", publisher.tagline)
        + _element("dc:language", publisher.language)
        + f"<items><rdf:Seq>{listed}</rdf:Seq></items>\n"
    )
    channel = f"<channel rdf:about={quoteattr(site.feed_url)}>\n{head}</channel>\n"
    return f"<rdf:RDF {_RDF}>\n{channel}{_join(_rdf_item, items)}</rdf:RDF>"


def _rdf_item(item: _Item) -> str:
    modified = ""
    if item.modified_at is not None:
        # Readers take both `dc:date` and `dcterms:modified` for the change: so `issued` as well.
        modified = _element("dcterms:issued", item.published_at.isoformat())
        modified += _element("dcterms:modified", item.modified_at.isoformat())
    return (
        f"<item rdf:about={quoteattr(item.url)}>\n"
        + _element("title", item.title)
        + _element("link", item.url)
        + _element("description", item.summary)
        + _element("dc:date", item.published_at.isoformat())
        + modified
        + _elements("dc:creator", item.authors)
        + _elements("dc:subject", item.tags)
        + "</item>\n"
    )
