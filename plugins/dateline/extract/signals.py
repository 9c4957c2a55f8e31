"""Everything a page says of itself, read off the tree once; the fields then choose from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser, LexborNode

from dateline.extract import jsonld
from dateline.text import clean, fold, plain
from dateline.urls import canonicalise, url_key

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_META = 5_000
_MOST = 60
_LONGEST_TEXT = 2_000
_BYLINE = (
    "[rel~=author], [class*=byline], [class*=author], [class*=autor], [class*=Byline],"
    " [class*=Author],"
    " [class*=auteur], [class*=firma]"
)
_DATED = (
    "time, [class*=date], [class*=Date], [class*=datum], [class*=fecha], [class*=timestamp],"
    " [class*=published]"
)
_STANDFIRST = (
    "[class*=standfirst], [class*=subtitle], [class*=subhead], [class*=deck], [class*=dek],"
    " [class*=teaser],"
    " [class*=intro], [class*=lead], [class*=summary], [class*=excerpt], [class*=abstract],"
    " [class*=chapo],"
    " [class*=sommario], [class*=bajada], [class*=entradilla], [class*=description]"
)


@dataclass(frozen=True, slots=True)
class Signals:
    """What a page says of itself.

    Attributes:
        url: the page's own address, canonicalised.
        meta: name or property, lower case → contents in order, as found but unescaped.
        props: microdata itemprop, lower case → values in order.
        links: rel → absolute addresses in order.
        ld: the JSON-LD node of the article, or None; `ld_nodes` all of them.
        headings: the texts of h1, in order.
        times: datetime attributes or texts of <time>, in order, those of the article's head first.
    """

    url: str
    tree: LexborHTMLParser
    html_lang: str | None
    page_title: str | None
    meta: dict[str, list[str]]
    props: dict[str, list[str]]
    links: dict[str, list[str]]
    ld: jsonld.Node | None
    ld_nodes: list[jsonld.Node]
    headings: tuple[str, ...]
    times: tuple[str, ...] = ()
    ids: dict[str, jsonld.Node] = field(default_factory=dict)

    def metas(self, *names: str) -> Iterator[tuple[str, str]]:
        """(signal, content) of these meta names, in the order asked."""
        for name in names:
            for value in self.meta.get(name, ()):
                yield f"meta.{name}", value

    def bylines(self) -> Iterator[tuple[str, str]]:
        """(signal, text) of elements that look like a byline."""
        for node in self.tree.css(_BYLINE)[:_MOST]:
            rel = "author" in (node.attributes.get("rel") or "")
            if text := text_of(node, 200):
                yield ("rel.author" if rel else "class.byline"), text

    def printed_dates(self) -> Iterator[str]:
        """Texts of elements that look like a date."""
        for node in self.tree.css(_DATED)[:_MOST]:
            if text := text_of(node, 120):
                yield text

    def standfirsts(self) -> Iterator[str]:
        """Texts of elements that are called standfirst, subtitle, lead and the like."""
        for node in self.tree.css(_STANDFIRST)[:_MOST]:
            if text := text_of(node, _LONGEST_TEXT):
                yield text


def text_of(node: LexborNode, longest: int = _LONGEST_TEXT) -> str:
    """A node's cleaned text; "" if it is longer than `longest`, which is then something else."""
    text = clean(node.text(separator=" "))
    return text if len(text) <= longest else ""


def read(html: str, url: str) -> Signals:
    """Parse a page and read its signals.

    Args:
        html: decoded, within the gate's caps.
        url: the page's address, canonicalised.
    """
    tree = LexborHTMLParser(html)
    meta = _metas(tree)
    headings = tuple(text for node in tree.css("h1")[:_MOST] if (text := text_of(node)))
    links = _links(tree, url)
    found = jsonld.nodes(
        [
            value
            for node in tree.css('script[type*="ld+json" i]')[:_MOST]
            for value in jsonld.parse(node.text())
        ]
    )
    titles = frozenset(fold(text) for text in (*headings, *meta.get("og:title", ())))
    keys = frozenset({url, url_key(url), *links.get("canonical", ()), *meta.get("og:url", ())})
    title = tree.css_first("title")
    root = tree.css_first("html")
    return Signals(
        url=url,
        tree=tree,
        html_lang=root.attributes.get("lang") if root else None,
        page_title=clean(title.text()[: _LONGEST_META * 40]) if title else None,
        meta=meta,
        props=_props(tree),
        links=links,
        ld=jsonld.article_node(found, keys=keys, titles=titles),
        ld_nodes=found,
        ids=jsonld.by_id(found),
        headings=headings,
        times=_times(tree),
    )


def _metas(tree: LexborHTMLParser) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in tree.css("meta"):
        attributes = node.attributes
        content = attributes.get("content")
        name = attributes.get("property") or attributes.get("name") or attributes.get("http-equiv")
        if content and name and (text := plain(content[: _LONGEST_META * 40])):
            found.setdefault(name.strip().lower(), []).append(text)
    return found


def _props(tree: LexborHTMLParser) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in tree.css("[itemprop]")[: _MOST * 10]:
        attributes = node.attributes
        value = next((v for name in ("content", "datetime") if (v := attributes.get(name))), None)
        text = plain(value) if value else text_of(node)
        for name in (attributes.get("itemprop") or "").lower().split():
            if text:
                found.setdefault(name, []).append(text)
    return found


def _links(tree: LexborHTMLParser, url: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for node in tree.css("link[rel][href]"):
        rels = (node.attributes.get("rel") or "").lower().split()
        if {"canonical", "amphtml", "image_src"} & set(rels):
            target = canonicalise(node.attributes.get("href") or "", url)
            for rel in rels:
                if target:
                    found.setdefault(rel, []).append(target)
    return found


def _times(tree: LexborHTMLParser) -> tuple[str, ...]:
    nodes = tree.css("time")[:_MOST]
    published = [node for node in nodes if "pubdate" in node.attributes]
    return tuple(
        text
        for node in (*published, *nodes)
        if (text := clean(node.attributes.get("datetime") or "") or text_of(node, 120))
    )
