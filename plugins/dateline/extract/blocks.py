"""A page cut into its text blocks, in one pass over its tokens in the order of the document.

A block is a run of text with no block-level tag inside it: a paragraph, a heading, a list item, a
row of a table, loose text of a div, a line between two <br>. Each knows the element that holds it,
and by that element's chain of parents where on the page it stands.

lexbor writes its repaired tree out as strict HTML: every tag is closed, `<`, `>` and quotes stand
nowhere but in tags. One regular expression reads that four times as fast as a walk over the nodes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from dateline.extract.compiled import native
from dateline.text import clean, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborHTMLParser

Token = tuple[str, str, str]
"""A tag ("p", "/p"), its attributes as written, the text up to the next tag, still escaped."""

_TOKEN = re.compile(r"<(?:(/?[a-z][^\s>/]*+)([^>]*+)|!--.*?--)>([^<]*+)", re.DOTALL)
_MOST_BLOCKS = 10_000
_LONGEST_BLOCK = 200_000
_LONGEST_ROW = 600
_LONGEST_CELL = 150
_LONGEST_ATTRIBUTES = 600
_RAW: Final = frozenset(words("script style iframe noembed noframes xmp plaintext"))
_SILENT: Final = _RAW | set(
    words(
        """noscript template svg math object select textarea canvas audio video picture map dialog
        button progress meter datalist"""
    )
)
_SAME: Final = {tag: re.compile(rf"<(/?){tag}(?=[\s>/])") for tag in _SILENT}

# What a tag does in the pass.
_INLINE, _LINK, _LINK_END, _BOLD, _BOLD_END, _BREAK, _OPEN, _CLOSE, _VOID = range(9)
_INLINE_TAGS: Final = words(
    """abbr acronym bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q rp rt
    ruby s samp small span strike sub sup time tt u var wbr"""
)
_ACTION: Final = (
    {name: _INLINE for tag in _INLINE_TAGS for name in (tag, f"/{tag}")}
    | {"": _INLINE, "a": _LINK, "/a": _LINK_END, "br": _BREAK}
    | {f"/{tag}": _INLINE for tag in _SILENT}
    | {"b": _BOLD, "/b": _BOLD_END, "strong": _BOLD, "/strong": _BOLD_END}
    | dict.fromkeys(
        words("area base basefont col embed frame img input link meta param source track"), _VOID
    )
)

# What a tag says of everything inside it, as bits of `Blocks.zone`.
ZONES: Final = words(
    """nav footer aside form figure header article main table ul ol blockquote heading hidden body
    details section"""
)
ZONE_BIT: Final = {name: 1 << i for i, name in enumerate(ZONES)}
_TAG_ZONE = {name: bit for name, bit in ZONE_BIT.items() if name not in {"body", "hidden"}}
_TAG_ZONE |= {f"h{n}": ZONE_BIT["heading"] for n in range(1, 7)} | {
    "menu": ZONE_BIT["nav"],
    "figcaption": ZONE_BIT["figure"],
    "summary": ZONE_BIT["details"],
}
_ROLES: Final = {
    "navigation": ZONE_BIT["nav"],
    "menu": ZONE_BIT["nav"],
    "contentinfo": ZONE_BIT["footer"],
    "complementary": ZONE_BIT["aside"],
    "search": ZONE_BIT["form"],
    "banner": ZONE_BIT["header"],
    "main": ZONE_BIT["main"],
    "article": ZONE_BIT["article"],
    "dialog": ZONE_BIT["hidden"],
}
_HEADING = ZONE_BIT["heading"]
_CELLS = frozenset({"td", "th"})
_LAYOUT = frozenset(words("div table ul ol h1 h2 h3 h4 img form"))
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)

# What the words of a class or an id hint at; the names are the field's own, of many sites and
# tongues. A pattern is looked for in one word, or in two that follow each other ("read-more").
HINTS: Final = {
    "body": r"(?:article|story|post|entry|news|main|page|content)-?(?:body|text|content|copy|main)"
    r"|bodytext|rich-?text|paragraph|wysiwyg|prose|^content$|cuerpo|corpo|texte?$|artikeltext"
    r"|detail-?text",
    "article": r"article|artikel|articulo|articolo|story|post(?!er)|entry|beitrag|noticia",
    "lead": r"standfirst|sub-?title|sub-?head|^dek$|deck|chapo|chapeau|entradilla|bajada"
    r"|sommario|vorspann|^lead(?!er)|^intro|teaser-?text|excerpt|summary|kicker|abstract|perex",
    "byline": r"byline|author|autor|auteur|writer|contributor|journalist|credit(?!or)|firma$"
    r"|profile|^bio$|signature",
    "meta": r"meta$|timestamp|^date|datum|fecha|published|pub-?date|updated|dateline|info$"
    r"|reading-time|eyebrow|breadcrumb|section-name|category|rubri",
    "caption": r"caption|legende|bildunter|image|photo|picture|gallery|slide|media(?!n)|figure"
    r"|video|player|carousel|foto|bild$",
    "related": r"related|recommend|similar|more-(?:from|on|news|stories)|read-(?:more|next|also)"
    r"|^also-|teaser|promo|outbrain|taboola|trending|popular|most-(?:read|view)|latest|recirc"
    r"|newsfeed|topstories|relacionad|weitere|^mehr-|verwandt|siehe|aside|sidebar|rail$|widget"
    r"|module|^card|^tile|list-?item|headlines|ticker|next-(?:article|post)|linkbox",
    "social": r"social|share|sharing|facebook|twitter|whatsapp|follow|tweet|instagram|embed"
    r"|likes?$",
    "comment": r"comment|kommentar|disqus|discuss|respond|replies|reply|forum|komment",
    "subscribe": r"newsletter|subscri|sign-?up|paywall|abo$|premium|register|log-?in|sign-?in"
    r"|membership|donat|piano|regwall|optin|call-to|^cta",
    "chrome": r"nav|menu|foot(?!age)|header|masthead|topbar|toolbar|logo|copyright|legal|disclaimer"
    r"|cookie|consent|gdpr|banner|modal|popup|overlay|skip|search|pagination|pager|breadcrumb"
    r"|lang$|accessib|screen-reader|sr-only|visually-hidden|print-only|toast|alert",
    "ad": r"^ads?$|advert|anzeige|sponsor|dfp|google|promotion|werbung|publicid|commercial"
    r"|affiliate",
    "tags": r"tags?$|topics?|keyword|schlagwort|etiquetas|categor|labels?$",
    "quote": r"quote|^pull-|zitat|highlight|fact-?box|infobox|box$|inset",
    "headline": r"headline|^title|heading|titel|titre|titulo|titolo",
}
HINT_BIT: Final = {name: 1 << i for i, name in enumerate(HINTS)}
_HINT_RES: Final = tuple((re.compile(pattern), 1 << i) for i, pattern in enumerate(HINTS.values()))
_WORD = re.compile("[A-Z]?[a-z]+|[A-Z]{2,}")
_SHORTEST_WORD = 2
_MOST_WORDS = 50_000
_LONGEST_NAMES = 160
_FIRST_WORDS: Final = words(
    """article story post entry news main page content rich detail sub teaser pub reading section
    more read also most mehr list next sign log call screen sr visually print pull fact"""
)
_PAIRED: Final = frozenset((*_FIRST_WORDS, *map(str.capitalize, _FIRST_WORDS)))


@dataclass(slots=True)
class Blocks:
    """The blocks of a page and the elements that hold them, each list in the document's order.

    Attributes:
        text: of each block, one line, cleaned, never empty.
        element: index of the element that holds the block.
        links: characters of the block in links; `anchors` how many links; `bold` those in bold.
        broken: whether the block begins after a <br> in the same element.
        start: where in `html` the tag before the block's text begins; `stop` where the block ends.
        tag: of each block-level element on the way.
        parent: index of the element above, -1 for the topmost.
        depth: how many elements are above.
        signature: index of the element's (tag, class) among those of the page.
        zone: bits by ZONES of the element and all above.
        hints: bits by HINTS of the element's class and id; `above` of all elements above it.
        begin: the first block below the element; `end` the first one after it.
        h1: for each <h1> the index of the block that it begins.
        html: the strict HTML of the page's body.
    """

    text: list[str]
    element: list[int]
    links: list[int]
    anchors: list[int]
    bold: list[int]
    broken: list[bool]
    start: list[int]
    stop: list[int]
    tag: list[str]
    parent: list[int]
    depth: list[int]
    signature: list[int]
    zone: list[int]
    hints: list[int]
    above: list[int]
    begin: list[int]
    end: list[int]
    h1: list[int]
    html: str

    def __len__(self) -> int:
        return len(self.text)


def segment(tree: LexborHTMLParser) -> Blocks:
    """Cut a page into blocks, at most 10,000."""
    html = (tree.body.html if tree.body is not None else None) or ""
    columns: list[Any] = [*(native_cut if native else cut)(html), html]
    return Blocks(*columns)


def native_cut(html: str) -> tuple[list[Any], ...]:
    """`cut`, compiled."""
    assert native
    return native.cut(
        *(html, _TAG_ZONE, _zone_of, _WORD_HINTS, _PAIRED, clean, data_row, _HEADING),
        *(_LONGEST_ATTRIBUTES, _LONGEST_NAMES, _MOST_BLOCKS, _LONGEST_BLOCK),
    )


def tokens(html: str, begin: int = 0) -> Iterator[tuple[int, Token]]:
    """(where it begins, tag with the text after it) of strict HTML, from `begin` on.

    What is inside scripts, drawings, buttons and the like is left out; a comment is a tag "".
    """
    skip = 0
    for match in _TOKEN.finditer(html, begin):
        start = match.start()
        if start < skip:
            continue
        tag, attributes, text = match.groups("")
        if tag in _SILENT:
            skip = _end_of_silent(html, tag, match.start(3))
        else:
            yield start, (tag, attributes, text)


def _end_of_silent(html: str, tag: str, begin: int) -> int:
    """Where the end tag begins of an element whose content begins at `begin`."""
    if tag in _RAW:
        end = html.find(f"</{tag}>", begin)
        return end if end >= 0 else len(html)
    depth = 1
    for match in _SAME[tag].finditer(html, begin):
        depth += -1 if match[1] else 1
        if not depth:
            return match.start()
    return len(html)


def cut(html: str) -> tuple[list[Any], ...]:  # noqa: C901, PLR0912, PLR0915 (one hot loop: calls would double its cost)
    """Cut the strict HTML of a <body> into blocks.

    Returns:
        The columns of `Blocks` up to its `html`.
    """
    # Rows of `Blocks`, turned into its columns at the end.
    blocks: list[tuple[str, int, int, int, int, bool, int, int]] = []
    elements: list[tuple[str, int, int, int, int, int, int, int]] = []
    ends: list[int] = []
    h1: list[int] = []
    signatures: dict[tuple[str, str], int] = {}
    # Of each open element: index, zone, hints of it and all above, depth.
    stack = [(-1, 0, 0, -1)]
    pieces: list[str] = []
    link = bold = links = anchors = bolds = begun = skip = 0
    broken = False
    action_of = _ACTION.get
    for position, (tag, attributes, text) in tokens(html):
        if position < skip:
            continue
        action = action_of(tag)
        if action is None or (action is _BREAK and not stack[-1][1] & _HEADING):
            if pieces:
                line = unescaped("".join(pieces)[:_LONGEST_BLOCK])
                if line and len(blocks) < _MOST_BLOCKS:
                    holder = max(stack[-1][0], 0)
                    blocks.append((line, holder, links, anchors, bolds, broken, begun, position))
                pieces.clear()
            links = anchors = bolds = 0
            begun = position
            broken = action is _BREAK
            if broken:
                pass
            elif tag[0] == "/":
                if len(stack) > 1:
                    ends[stack.pop()[0]] = len(blocks)
            else:
                parent, above_zone, above, depth = stack[-1]
                classes, zone, hints = _read(tag, attributes[:_LONGEST_ATTRIBUTES])
                zone |= above_zone
                signature = signatures.setdefault((tag, classes), len(signatures))
                stack.append((len(elements), zone, above | hints, depth + 1))
                elements.append(
                    (tag, parent, depth + 1, signature, zone, hints, above, len(blocks))
                )
                ends.append(0)
                if tag == "h1":
                    h1.append(len(blocks))
                elif tag == "tr" and (row := data_row(html, position)):
                    line, linked, count, skip = row
                    if line and len(blocks) < _MOST_BLOCKS:
                        blocks.append((line, stack[-1][0], linked, count, 0, False, position, skip))
                    continue
        elif action is _LINK:
            link += 1
            anchors += 1
        elif action is _LINK_END:
            link -= link > 0
        elif action is _BOLD:
            bold += 1
        elif action is _BOLD_END:
            bold -= bold > 0
        elif action is _BREAK:
            text = f" {text}"  # noqa: PLW2901
        if text and (pieces or not text.isspace()):
            pieces.append(text)
            if link:
                links += len(text.strip())
            if bold:
                bolds += len(text.strip())
    line = unescaped("".join(pieces)[:_LONGEST_BLOCK])
    if line and elements and len(blocks) < _MOST_BLOCKS:
        holder = max(stack[-1][0], 0)
        blocks.append((line, holder, links, anchors, bolds, broken, begun, len(html)))
    for index, *_ in stack[1:]:
        ends[index] = len(blocks)
    return (*_columns(blocks, 8), *_columns(elements, 8), ends, h1)


def _columns(rows: list[Any], width: int) -> list[Any]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


def element_names(found: Blocks) -> list[str]:
    """Each element as its tag with the first of its classes, for people: "p.text"."""
    names: list[str] = []
    skip = 0
    for position, (tag, attributes, _) in tokens(found.html):
        if position < skip or _ACTION.get(tag) is not None or tag[0] == "/":
            continue
        names.append(".".join((tag, *attribute(attributes, "class").split()[:1])))
        if tag == "tr" and (row := data_row(found.html, position)):
            skip = row[3]
    return names


def attribute(attributes: str, name: str) -> str:
    """The value of an attribute in a token, still escaped; "" if it is not there."""
    _, found, rest = attributes.partition(f' {name}="')
    return rest.partition('"')[0] if found else ""


def unescaped(text: str) -> str:
    """The cleaned text of strict HTML, with the few references resolved that strict HTML writes."""
    if "&" in text:
        text = text.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">")
        text = text.replace("&amp;", "&")
    return clean(text)


def data_row(html: str, begin: int) -> tuple[str, int, int, int] | None:
    """A table's row as one line, its cells parted by bars, if they are short and lay out no page.

    Args:
        html: of the page.
        begin: where the row's tag begins.

    Returns:
        (line, characters in links, links, where the row's end tag begins).
    """
    cells = [""]
    length = links = anchors = 0
    for position, (tag, _, text) in tokens(html, begin + 1):
        if tag == "/tr":
            line = " | ".join(cell for raw in cells if (cell := unescaped(raw)))
            return line, links, anchors, position
        if tag in _LAYOUT:
            return None
        if tag in _CELLS:
            cells.append("")
        cells[-1] += text
        length += 0 if text.isspace() else len(text)
        if length > _LONGEST_ROW or len(cells[-1]) > _LONGEST_CELL:
            return None
        if tag == "a":
            anchors += 1
            links += len(text.strip())
    return None


@lru_cache(maxsize=10_000)
def _read(tag: str, attributes: str) -> tuple[str, int, int]:
    """(class, zone, hints) of a tag; a site's few hundred are asked for again and again."""
    zone = _TAG_ZONE.get(tag, 0)
    if not attributes:
        return "", zone, 0
    classes = attribute(attributes, "class")
    hints = _hints(classes) | _hints(attribute(attributes, "id"))
    return classes, zone | _zone_of(attributes), hints


@lru_cache(maxsize=2_000)
def _zone_of(attributes: str) -> int:
    """The zone that attributes make: what is hidden, roles, microdata's articleBody."""
    zone = 0
    if (
        ' hidden="' in attributes
        or ' aria-hidden="true"' in attributes
        or (' style="' in attributes and _HIDDEN_STYLE.search(attribute(attributes, "style")))
    ):
        zone |= ZONE_BIT["hidden"]
    if ' role="' in attributes:
        zone |= _ROLES.get(attribute(attributes, "role"), 0)
    if ' itemprop="' in attributes and "articlebody" in attribute(attributes, "itemprop").lower():
        zone |= ZONE_BIT["body"]
    return zone


@lru_cache(maxsize=10_000)
def _hints(names: str) -> int:
    """The hints of a class or an id."""
    found = 0
    listed = _WORD.findall(names[:_LONGEST_NAMES])
    for word in listed:
        found |= _WORD_HINTS[word]
    if not _PAIRED.isdisjoint(listed):
        for first, second in pairwise(listed):
            if first in _PAIRED:
                found |= _WORD_HINTS[f"{first}-{second}"]
    return found


class _WordHints(dict[str, int]):
    """The hints of a word, or of two; most sites name their parts with the same few thousand."""

    def __missing__(self, word: str) -> int:
        if len(self) > _MOST_WORDS:
            self.clear()
        lowered = word.lower()
        found = 0
        if len(lowered) > _SHORTEST_WORD:
            for pattern, bit in _HINT_RES:
                if pattern.search(lowered):
                    found |= bit
        self[word] = found
        return found


_WORD_HINTS = _WordHints()
