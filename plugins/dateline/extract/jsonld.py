"""JSON-LD as pages really embed it: escaped, truncated by commas, huge, nested, cross-referenced.

`article_node` picks the node that describes the page itself among all that a page carries.
"""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING, Any

from dateline.text import fold, plain, words

if TYPE_CHECKING:
    from collections.abc import Iterator

Node = dict[str, Any]

_LARGEST = 1_000_000
_MOST_NODES = 2_000
_DEEPEST = 8
_MOST_REPAIRS = 20
_REFERENCE = 2  # a node of @id and perhaps @type only points at another
_WRAPPER = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)|(?:-->|//\s*\]\]>"
    r"|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrtu])')
_PROPERTY = re.compile(
    r'"(@type|headline|datePublished|dateModified|articleSection|description)"\s*:\s*"((?:[^"\\\n]|\\.){1,1000})"'
)
_AUTHOR = re.compile(r'"author"\s*:\s*[\[{][^}]{0,200}?"name"\s*:\s*"([^"\\\n]{1,200})"')
# Where the page's own description may be nested; lists of other articles are not entered.
_INTO = (
    "@graph",
    "mainEntity",
    "mainEntityOfPage",
    "subjectOf",
    "about",
    "itemReviewed",
    "video",
    "associatedMedia",
)
ARTICLES = frozenset(
    words(
        "article newsarticle reportagenewsarticle analysisnewsarticle opinionnewsarticle "
        "backgroundnewsarticle reviewnewsarticle asknewsarticle advertisercontentarticle "
        "satiricalarticle blogposting liveblogposting socialmediaposting scholarlyarticle "
        "techarticle report review podcastepisode creativework recipe howto"
    )
)
_WEAK = frozenset(
    words("creativework review podcastepisode report socialmediaposting recipe howto")
)
MEDIA = frozenset(words("videoobject imagegallery mediagallery"))
PAGES = frozenset(words("webpage itempage collectionpage searchresultspage profilepage"))


def parse(text: str) -> list[Any]:
    """The JSON values in one script element; [] if nothing in it can be read."""
    if len(text) > _LARGEST:
        return []
    text = text.strip()
    if text[:1] in {"{", "["} and text[-1:] in {"}", "]"}:
        try:
            return _values(text)
        except (ValueError, RecursionError):
            pass
    text = _WRAPPER.sub("", _WRAPPER.sub("", text)).strip().rstrip(";")
    for repair in (_as_is, _unescaped, _mended):
        try:
            return _values(repair(text))
        except (ValueError, RecursionError):
            continue
    return _salvaged(text)


def _salvaged(text: str) -> list[Any]:
    """What can be told of an article by a script that is no JSON: its first plain properties."""
    found = {name: _unquoted(value) for name, value in reversed(_PROPERTY.findall(text))}
    if found.get("@type", "").lower() not in ARTICLES - _WEAK:
        return []
    if author := _AUTHOR.search(text):
        found["author"] = _unquoted(author[1])
    return [found]


def _unquoted(text: str) -> str:
    return text.replace('\\"', '"').replace("\\/", "/")


def _as_is(text: str) -> str:
    return text


def _unescaped(text: str) -> str:
    if "&quot;" not in text and "&#34;" not in text:
        raise ValueError("nothing is escaped")
    return _mended(unescape(text))


def _mended(text: str) -> str:
    return _BAD_ESCAPE.sub(r"\\\\", _TRAILING_COMMA.sub("", text))


def _values(text: str) -> list[Any]:
    """All values in a row: some pages put two objects into one script."""
    decoder = json.JSONDecoder(strict=False)
    found: list[Any] = []
    while text and len(found) < _MOST_REPAIRS:
        try:
            value, end = decoder.raw_decode(text)
        except ValueError:
            if found:
                return found
            raise
        found.append(value)
        text = text[end:].lstrip(" \t\r\n,;")
    return found


def nodes(values: list[Any]) -> list[Node]:
    """The typed nodes of a page, in order, with `@id` references resolved one step."""
    found: list[Node] = []
    for value in values:
        found.extend(_walk(value, _DEEPEST))
        if len(found) > _MOST_NODES:
            break
    return found[:_MOST_NODES]


def _walk(value: Any, depth: int) -> Iterator[Node]:
    if depth <= 0:
        return
    if isinstance(value, list):
        for item in value[:_MOST_NODES]:
            yield from _walk(item, depth - 1)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for key in _INTO:
            if isinstance(value.get(key), dict | list):
                yield from _walk(value[key], depth - 1)


def types(node: Node) -> set[str]:
    """Its types, lower case, without the vocabulary's address."""
    kinds = node.get("@type")
    listed = kinds if isinstance(kinds, list) else [kinds]
    return {
        kind.rpartition("/")[2].rpartition(":")[2].lower()
        for kind in listed
        if isinstance(kind, str)
    }


def candidates(found: list[Node]) -> list[Node]:
    """The nodes that may describe the page: articles and media."""
    return [node for node in found if types(node) & (ARTICLES | MEDIA)]


def article_node(found: list[Node], *, keys: frozenset[str], titles: frozenset[str]) -> Node | None:
    """The node that describes the page.

    Args:
        found: from `nodes`.
        keys: the page's own addresses (`urls.url_key`), to be matched by the node's.
        titles: folded h1 and og:title, to be matched by its headline.
    """
    best: tuple[float, Node] | None = None
    for node in candidates(found):
        kinds = types(node)
        score = 0.0 if kinds & MEDIA else 1.0 if kinds & _WEAK else 3.0
        score += 2.0 * bool(keys & set(strings(node, "url", "mainEntityOfPage", "@id")))
        headline = fold(next(strings(node, "headline", "name"), ""))
        score += 2.0 * (headline in titles) + 0.5 * bool(headline)
        score += bool(node.get("datePublished")) + 0.5 * bool(node.get("author"))
        if best is None or score > best[0]:
            best = (score, node)
    return best[1] if best else None


def strings(node: Node | None, *names: str) -> Iterator[str]:
    """The texts of these properties, in order; of objects their name, @value, url or @id."""
    for name in names:
        yield from _texts((node or {}).get(name), 3)


def _texts(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if text := plain(value):
            yield text
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, list) and depth:
        for item in value[:200]:
            yield from _texts(item, depth - 1)
    elif isinstance(value, dict) and depth:
        for key in ("name", "@value", "url", "@id", "contentUrl"):
            if key in value:
                yield from _texts(value[key], depth - 1)
                return


def by_id(found: list[Node]) -> dict[str, Node]:
    """The nodes that others refer to, by their @id."""
    return {node["@id"]: node for node in found if isinstance(node.get("@id"), str)}


def objects(value: Any, index: dict[str, Node]) -> Iterator[Node | str]:
    """The items of a property: objects with references resolved, and plain strings."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            reference = item.get("@id")
            yield (
                index.get(reference, item)
                if isinstance(reference, str) and len(item) <= _REFERENCE
                else item
            )
        elif isinstance(item, str):
            yield index.get(item, item)
