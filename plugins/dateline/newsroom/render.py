"""Articles and front pages as HTML: one template a layout, the furniture filled in.

The layouts differ in where a page states its facts: JSON-LD (`modern`, as a `@graph` in `graph`),
meta tags (`meta`), microdata (`microdata`), nowhere but in the visible text (`bare`).
"""

from __future__ import annotations

import json
import re
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any, Final

from babel.dates import format_datetime

from dateline.newsroom.content import Entry, plain
from dateline.newsroom.site import FIRST_NUMBER, Piece, Site, slugify

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

FEED_TYPES: Final = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
}

_OTHERS: Final = 4
"""Related links under an article. They do not follow the news: a page's bytes change with its own
article only, so that its validators tell the truth."""

_PROMO_AT: Final = 3
"""Paragraphs before the promotion that some layouts put into the text."""


def pages(piece: Piece) -> tuple[str, ...]:
    """What the addresses of its pages hold behind "?page="."""
    return ("",) if piece.story.split is None else ("", "2")


def article(site: Site, piece: Piece, page: int = 1) -> str:
    """The page of an article in its publisher's layout; of one on two pages, that `page`."""
    story, layout = piece.story, site.publisher.layout
    words = _furniture(site) | {
        "title": escape(story.title),
        "standfirst": escape(story.standfirst),
        "url": escape(piece.url),
        "section": escape(story.section),
        "section_path": f"/{slugify(story.section)}",
        "keywords": escape(", ".join(story.tags)),
        "tags": "".join(f'<li rel="tag">{escape(tag)}</li>' for tag in story.tags),
        "authors": escape(", ".join(story.authors)),
        "byline": _byline(site, piece),
        "author_note": escape(site.publisher.words["author_note"]),
        "image": escape(site.image_url(piece)),
        "caption": escape(story.caption),
        "published": _printed(site, piece.published_at),
        "published_iso": piece.published_at.isoformat(),
        "modified": _modified(site, piece),
        "others": _others(site, piece),
        "body": _body(site, piece, page),
        "head": _article_metas(piece) if layout == "meta" else "",
        "json": _json_ld(site, piece) if layout in {"modern", "graph"} else "",
    }
    return _template(layout).substitute(words)


def front(site: Site, section: str | None = None) -> str:
    """The front page, or the page of one section."""
    name = site.publisher.name
    teasers = "\n".join(
        f'<div class="teaser"><h2>{_link(piece)}</h2><p>{escape(piece.story.standfirst)}</p></div>'
        for piece in site.pieces
        if section in {None, piece.story.section}
    )
    title = escape(f"{section} - {name}" if section else name)
    return _template("front").substitute(_furniture(site), title=title, teasers=teasers)


@cache
def _template(name: str) -> Template:
    path = files(__package__).joinpath("templates", f"{name}.html")
    return Template(path.read_text(encoding="utf-8"))


def _furniture(site: Site) -> dict[str, str]:
    publisher = site.publisher
    words = {key: escape(value) for key, value in publisher.words.items()}
    menu = (
        f'<li><a href="/{slugify(name)}">{escape(name)}</a></li>' for name in publisher.sections
    )
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={publisher.charset}">'
    return words | {
        "name": escape(publisher.name),
        "tagline": escape(publisher.tagline),
        "language": publisher.language,
        "locale": publisher.language.replace("-", "_"),
        "menu": "".join(menu),
        "feed": escape(site.feed_url),
        "feed_type": FEED_TYPES[publisher.feed],
        "charset_meta": "" if publisher.charset_in == "header" else meta,
    }


def _body(site: Site, piece: Piece, page: int) -> str:
    """Paragraphs and what pages put between them: a promotion, the till, live entries, a pager."""
    story, words = piece.story, site.publisher.words
    blocks = [_paragraph(text) for text in story.page(page)]
    if len(blocks) > _PROMO_AT and site.publisher.layout in {"modern", "graph"}:
        promo = f'<div class="inline-promo"><a href="/">{escape(words["newsletter"])}</a></div>'
        blocks.insert(_PROMO_AT, promo)
    if story.free is not None:
        blocks.append(f'<div class="paywall-offer"><p>{escape(words["subscribe"])}</p></div>')
    blocks += [_entry(site, entry) for entry in story.entries]
    if story.split is not None:
        url = escape(piece.url)
        links = f'<a href="{url}">1</a> <a href="{url}?page=2">2</a>'
        blocks.append(f'<div class="pager">{links}</div>')
    return "\n".join(blocks)


def _paragraph(text: str) -> str:
    html = re.sub(r"\*([^*]+)\*", r"<em>\1</em>", escape(text, quote=False))
    html = re.sub(r"\[([^]]+)\]\(([^)]+)\)", r'<a href="\2">\1</a>', html)
    if text.startswith("## "):
        return f"<h3>{html.removeprefix('## ')}</h3>"
    if text.startswith("> "):
        return f"<blockquote><p>{html.removeprefix('&gt; ')}</p></blockquote>"
    return f"<p>{html}</p>"


def _entry(site: Site, entry: Entry) -> str:
    when = site.ago(entry.age)
    text = "".join(_paragraph(paragraph) for paragraph in entry.body)
    return (
        f'<div class="live-entry"><time datetime="{when.isoformat()}">{when:%H:%M}</time>'
        f"<h3>{escape(entry.title)}</h3>{text}</div>"
    )


def _byline(site: Site, piece: Piece) -> str:
    story = piece.story
    text = story.byline or f"{site.publisher.words['by']} {', '.join(story.authors)}"
    html = escape(text)
    if site.publisher.layout == "microdata":
        for name in story.authors:
            person = '<span itemprop="author" itemscope itemtype="https://schema.org/Person">'
            named = f'{person}<span itemprop="name">{escape(name)}</span></span>'
            html = html.replace(escape(name), named)
    return html


def _printed(site: Site, when: datetime) -> str:
    publisher = site.publisher
    locale = publisher.language.replace("-", "_")
    return escape(format_datetime(when, publisher.date_format, tzinfo=site.zone, locale=locale))


def _modified(site: Site, piece: Piece) -> str:
    if piece.modified_at is None:
        return ""
    label = escape(site.publisher.words["updated"])
    when, iso = _printed(site, piece.modified_at), piece.modified_at.isoformat()
    if site.publisher.layout == "microdata":
        return f'{label} <time itemprop="dateModified" datetime="{iso}">{when}</time>'
    return f'<span class="updated">{label} {when}</span>'


def _others(site: Site, piece: Piece) -> str:
    after = piece.number - FIRST_NUMBER
    others = [other for other in site.opening if other.number != piece.number]
    others = [others[(after + i) % len(others)] for i in range(_OTHERS)]
    return "".join(f"<li>{_link(other)}</li>" for other in others)


def _link(piece: Piece) -> str:
    return f'<a href="{escape(piece.url)}">{escape(piece.story.title)}</a>'


def _article_metas(piece: Piece) -> str:
    metas = [("article:tag", tag) for tag in piece.story.tags]
    metas += [("article:author", name) for name in piece.story.authors]
    if piece.modified_at is not None:
        metas.append(("article:modified_time", piece.modified_at.isoformat()))
    return "\n".join(f'<meta property="{key}" content="{escape(value)}">' for key, value in metas)


def _json_ld(site: Site, piece: Piece) -> str:
    """schema.org JSON-LD: NewsArticle or LiveBlogPosting, alone or in a `@graph`."""
    story, publisher = piece.story, site.publisher
    organisation = {"@type": "NewsMediaOrganization", "name": publisher.name, "url": site.home}
    node: dict[str, Any] = {
        "@type": "LiveBlogPosting" if story.entries else "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": piece.url},
        "headline": story.title,
        "description": story.standfirst,
        "datePublished": piece.published_at.isoformat(),
        "dateModified": piece.changed_at.isoformat(),
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "publisher": organisation,
        "articleSection": story.section,
        "keywords": list(story.tags),
        "inLanguage": publisher.language,
        "image": [site.image_url(piece)],
        "isAccessibleForFree": story.free is None,
    }
    if story.entries:
        node["coverageStartTime"] = piece.published_at.isoformat()
        node["liveBlogUpdate"] = [_posting(site.ago, entry) for entry in story.entries]
    if publisher.layout == "graph":
        trail = {"@type": "BreadcrumbList", "itemListElement": []}
        document = {"@context": "https://schema.org", "@graph": [organisation, trail, node]}
    else:
        document = {"@context": "https://schema.org", **node}
    # "</" would end the script element.
    return json.dumps(document, ensure_ascii=False, indent=1).replace("</", "<\\/")


def _posting(ago: Callable[[int], datetime], entry: Entry) -> dict[str, str]:
    return {
        "@type": "BlogPosting",
        "headline": entry.title,
        "datePublished": ago(entry.age).isoformat(),
        "articleBody": " ".join(plain(paragraph) for paragraph in entry.body),
    }
