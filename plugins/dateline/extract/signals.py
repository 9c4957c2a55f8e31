"""Everything a page says of itself, read off the tree once; the fields then choose from it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser, LexborNode

from dateline.extract import jsonld, visible
from dateline.extract.nodes import text_within
from dateline.text import clean, fold, plain
from dateline.urls import canonicalise, url_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LONGEST_META = 5_000
_MOST = 60
_MOST_PROPS = 600
_MOST_TAG_LINKS = 300
_MOST_METAS = 1_000
_LONGEST_TEXT = 2_000
_MUCH = 5
"""White space makes a text at the most so many times longer than it is."""
# One pass over the tree for all of them: each selector of its own costs another pass.
_READ = (
    "meta, link[rel=canonical], link[rel=amphtml], link[rel=image_src], title, h1,"
    " script[type*='ld+json' i], [itemprop]"
)
_TAG_LINKS = "h1, a[rel~=tag], a[href*='/tag'], a[href*='/topic'], a[href*='/them']"
_LINKS = frozenset({"canonical", "amphtml", "image_src"})
# Parts of a heading that are no part of the headline: what stands above it, and what only screen
# readers say.
_KICKER = re.compile(
    r"kicker|overline|over-?line|eyebrow|dachzeile|topline|roofline|rubri|(?:super|pre|sur|over)-?tit"
    r"|antetitul|volanta|cejilla|occhiello|spitzmarke|strapline|sr-only|(?:visually|screen)-?"
    r"(?:hidden|reader)|headline-?(?:label|prefix)",
    re.IGNORECASE,
)
_LOGO = re.compile(
    r"(?:site|blog)[-_]?(?:title|name|heading)|(?<![a-z])logo(?![a-z])|(?<![a-z])brand(?:ing)?(?![a-z])"
    r"|masthead",
    re.IGNORECASE,
)
_HOME_SLASHES = 3


class Props:
    """Microdata: itemprop, lower case → its elements in order; their values are read when asked."""

    def __init__(self) -> None:
        """Nothing noted yet."""
        self._count = 0
        self._nodes: dict[str, list[LexborNode]] = {}
        self._values: dict[str, list[str]] = {}

    def add(self, names: str, node: LexborNode) -> None:
        """Note an element by each of its itemprops, while there are not too many."""
        self._count += 1
        if self._count > _MOST_PROPS:
            return
        for name in names.lower().split():
            self._nodes.setdefault(name, []).append(node)

    def get(self, name: str, _default: object = ()) -> list[str]:
        """The values of an itemprop, in order; [] if there are none, as of a dictionary."""
        if name not in self._values:
            nodes = self._nodes.get(name, ())[:_MOST]
            self._values[name] = [value for node in nodes if (value := _prop(node, name))]
        return self._values[name]


def _prop(node: LexborNode, name: str) -> str:
    attributes = node.attributes
    value = attributes.get("content") or attributes.get("datetime")
    if value:
        return plain(value[: _LONGEST_META * 40])
    if name == "author" and (inner := node.css_first('[itemprop="name"]')):
        return plain(inner.attributes.get("content") or "") or text_of(inner)
    return text_of(node)


@dataclass(frozen=True, slots=True)
class Signals:
    """What a page says of itself.

    Attributes:
        url: the page's own address, canonicalised.
        meta: name or property, lower case → contents in order, as found but unescaped.
        props: microdata.
        links: rel → absolute addresses in order.
        ld: the JSON-LD node of the article, or None; `ld_nodes` all of them.
        headings: of each h1, in order, its text, and its text without what stands above it.
        heading_nodes: these h1.
    """

    url: str
    tree: LexborHTMLParser
    html_lang: str | None
    page_title: str | None
    meta: dict[str, list[str]]
    props: Props
    links: dict[str, list[str]]
    ld: jsonld.Node | None
    ld_nodes: list[jsonld.Node]
    headings: tuple[tuple[str, str], ...]
    heading_nodes: tuple[LexborNode, ...] = ()
    ids: dict[str, jsonld.Node] = field(default_factory=dict)
    _around: dict[str, visible.Around] = field(default_factory=dict)

    def metas(self, *names: str) -> Iterator[tuple[str, str]]:
        """(signal, content) of these meta names, in the order asked."""
        for name in names:
            for value in self.meta.get(name, ()):
                yield f"meta.{name}", value

    def label(self, name: str) -> str:
        """The first content of a meta name, or ""."""
        return next(iter(self.meta.get(name, ())), "")

    def tag_links(self) -> list[LexborNode]:
        """Links that are tags by their rel, and those below the last h1 that are by address."""
        found: list[LexborNode] = []
        for node in _once(self.tree.css(_TAG_LINKS)[:_MOST_TAG_LINKS]):
            if node.tag == "h1":
                # Above the headline such links are the site's menu.
                found = [link for link in found if link.attributes.get("rel")]
            else:
                found.append(node)
        return found

    def around(self, title: str) -> visible.Around:
        """What stands around the headline that says `title`; walked only for who asks."""
        if title not in self._around:
            self._around[title] = visible.Around(self.tree, self.heading_nodes, title)
        return self._around[title]


def text_of(node: LexborNode, longest: int = _LONGEST_TEXT) -> str:
    """A node's cleaned text; "" if it is longer than `longest`, which is then something else."""
    text = clean(text_within(node, _MUCH * longest)[: _MUCH * longest])
    return text if len(text) <= longest else ""


def read(html: str, url: str) -> Signals:
    """Parse a page and read its signals.

    Args:
        html: decoded, within the gate's caps.
        url: the page's address, canonicalised.
    """
    tree = LexborHTMLParser(html)
    page = _Collected(url)
    for node in _once(tree.css(_READ)):
        page.take(node)
    found = jsonld.nodes(page.values)
    own = [node for node in page.heads[:_MOST] if not _is_logo(node, url)] or page.heads[:_MOST]
    headings = tuple(_heading(node) for node in own)
    root = tree.root
    return Signals(
        url=url,
        tree=tree,
        html_lang=root.attributes.get("lang") if root else None,
        page_title=page.title,
        meta=page.meta,
        props=page.props,
        links=page.links,
        ld=_own_node(found, url, page.meta, page.links, headings),
        ld_nodes=found,
        ids=jsonld.by_id(found),
        headings=headings,
        heading_nodes=tuple(own),
    )


class _Collected:
    """What the one pass over the tree has met."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.title: str | None = None
        self.meta: dict[str, list[str]] = {}
        self.links: dict[str, list[str]] = {}
        self.props = Props()
        self.values: list[object] = []
        self.heads: list[LexborNode] = []
        self._metas = self._scripts = 0

    def take(self, node: LexborNode) -> None:
        """Note an element by what it is."""
        tag = node.tag
        attributes = node.attributes
        if "itemprop" in attributes:
            self.props.add(attributes["itemprop"] or "", node)
        if tag == "meta":
            self._metas += 1
            if self._metas <= _MOST_METAS:
                _meta(attributes, self.meta)
        elif tag == "script":
            self._script(node)
        elif tag == "link":
            _link(attributes, self.url, self.links)
        elif tag == "h1":
            self.heads.append(node)
        elif tag == "title" and self.title is None:
            self.title = clean(node.text()[: _LONGEST_META * 40])

    def _script(self, node: LexborNode) -> None:
        if "ld+json" in (node.attributes.get("type") or "").lower() and self._scripts < _MOST:
            self._scripts += 1
            self.values.extend(jsonld.parse(node.text()))


def _once(nodes: Iterable[LexborNode]) -> Iterator[LexborNode]:
    """The nodes in order, each once: those that two selectors of a list match come twice."""
    last = None
    for node in nodes:
        if (identity := node.mem_id) != last:
            yield node
        last = identity


def _own_node(
    found: list[jsonld.Node],
    url: str,
    meta: dict[str, list[str]],
    links: dict[str, list[str]],
    headings: tuple[tuple[str, str], ...],
) -> jsonld.Node | None:
    candidates = jsonld.candidates(found)
    if len(candidates) <= 1:
        return candidates[0] if candidates else None
    titles = {fold(text) for heading in headings for text in heading}
    titles.update(fold(text) for text in meta.get("og:title", ()))
    keys = frozenset({url, url_key(url), *links.get("canonical", ()), *meta.get("og:url", ())})
    return jsonld.article_node(found, keys=keys, titles=frozenset(titles - {""}))


def _meta(attributes: dict[str, str | None], found: dict[str, list[str]]) -> None:
    # Some templates put the content into `value`.
    content = attributes.get("content") or attributes.get("value")
    name = attributes.get("property") or attributes.get("name") or attributes.get("http-equiv")
    if content and name and (text := plain(content[: _LONGEST_META * 40])):
        found.setdefault(name.strip().lower(), []).append(text)


def _link(attributes: dict[str, str | None], url: str, found: dict[str, list[str]]) -> None:
    rels = (attributes.get("rel") or "").lower().split()
    if not _LINKS.isdisjoint(rels) and (target := canonicalise(attributes.get("href") or "", url)):
        for rel in rels:
            found.setdefault(rel, []).append(target)


def _heading(node: LexborNode) -> tuple[str, str]:
    """A heading's text, and its text without kickers; both "" if it is longer than a heading."""
    text = text_of(node)
    while (only := node.child) is not None and only.next is None and only.tag != "-text":
        node = only
    if not text or only is None or only.next is None:
        return text, text
    kept = [
        child.text(separator=" ") if child.tag != "-text" else child.text_content or ""
        for child in node.iter(include_text=True)
        if not _is_kicker(child)
    ]
    main = clean(" ".join(kept))
    # A heading of which nothing is left was no kicker.
    return text, main.lstrip(":–-| ") or text


def _is_logo(node: LexborNode, url: str) -> bool:
    """Whether a heading is the site's name: by its class, or as the link to the home page."""
    for element in (node, node.parent):
        if element is not None:
            attributes = element.attributes
            if _LOGO.search(f"{attributes.get('class') or ''} {attributes.get('id') or ''}"):
                return True
    link = node.css_first("a[href]")
    if link is None:
        return False
    target = canonicalise(link.attributes.get("href") or "", url) or ""
    return target.count("/") == _HOME_SLASHES and target.endswith("/") and "?" not in target


def _is_kicker(node: LexborNode) -> bool:
    if node.tag == "-text":
        return False
    attributes = node.attributes
    return bool(_KICKER.search(f"{attributes.get('class') or ''} {attributes.get('id') or ''}"))
