"""What a reader sees around the headline: bylines and dates, each with its distance from it.

Only asked where a page's metadata does not settle a field. The tree is walked outwards from the
headline in the order of the document, so that what belongs to other stories is far away; comments,
navigation and teasers are not entered.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from dateline.extract.nodes import text_within
from dateline.text import clean, fold, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from selectolax.lexbor import LexborHTMLParser, LexborNode

_AFTER = 1_000
_BEFORE = 60
_NEAR, _NEAR_TEXT = 200, 12_000
_FARTHEST = 1_000_000
_MOST_WITHIN = 150
_MOST_MET = 1_000
_MOST_INSIDE = 30
_ENDS = frozenset({"body", "html"})
_LONGEST = 160
_SHORTEST = 4
_HEAD = 45
_MOST_NAMES = 300
_LEAST_SHARED = 0.5

_SILENT: Final = frozenset(
    words("script style noscript template svg iframe object select option textarea nav form")
)
_OTHERS = re.compile(
    r"comment(?!-?open)|kommentar|related|recommend|popular|trending|most-?(?:read|view)"
    r"|breadcrumb|similar|more-?(?:from|stories|news)|outbrain|taboola|cookie|captcha|blogroll"
)
_PERHAPS_OTHERS = re.compile(
    r"sidebar|teaser|widget|promo|newsletter|latest|recent|footer|nav(?:bar|igation)|(?<![a-z])menu|share"
    r"|social|mehr-|weitere|search|respond"
)
_PAGE = re.compile(
    r"article|post(?!s)|entry|story|content|main|page|body|single|layout|wrap|meta(?![a-z])|date"
    r"|byline|author|head(?!line)"
)
_BYLINE = re.compile(
    r"byline|author|autor|auteur|writer|firma\b|verfasser|redakteur|(?<![a-z])by(?![a-z])|vcard"
    r"|reporter|journalist|contributor|skribent|kirjoittaja|signature|penulis|yazar"
)
_ABOUT = re.compile(
    r"(?<![a-z])bio|avatar|image|photo|picture|img|icon|follow|twitter|email|title|role|position"
    r"|job|count|desc|authors?-?(?:box|info|list|social)"
)
_DATE = re.compile(
    r"date(?!pick)|datum|fecha|time(?!line)|publi|posted|created|meta(?![a-z])|data(?![a-z-])"
    r"|tanggal|tarih|updat|modif|dato|info(?![a-z])"
)
_UPDATE = re.compile(r"updat|modif|aktualis|revis|edited")
_BARE = re.compile(
    r"(?:(?:written|posted|published|story|text|words) )?by:?|von:?|par:?|por:?|di:?|door:?"
    r"|av:?|af:?"
    r"|(?:geschrieben|verfasst|veröffentlicht) von:?|escrito por:?|publié par:?|scritto da:?"
    r"|autor(?:in)?:?|author:?|auteur:?|text:?|by line:?",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_SAID = re.compile(
    r"\s*(?:(?:\w+ ){0,2}by|von|par|por|di|da|door|av|af|text|autorin?|author|auteur|автор|"
    r"foto e testo|文|作者|記者)\b\s*:?\s|\s*(?:作者|記者|著者|文)\s*[:：/／]",
    re.IGNORECASE,
)

# A node, its tag, its attributes and its flags.
Met = tuple["LexborNode", str, dict[str, str | None], int]

OTHERS, BYLINE, DATE, UPDATE, ABOUT = 1, 2, 4, 8, 16


@dataclass(slots=True)
class Seen:
    """Something short near the headline.

    Attributes:
        at: characters of text between the headline and it; negative before the headline.
        flags: BYLINE, DATE, UPDATE, ABOUT by its class names.
        tag: the element's tag; "-text" for a bare text.
        stamp: its datetime, content or title attribute.
        author: it says so itself by rel or itemprop.
    """

    at: int
    flags: int
    tag: str
    stamp: str | None = None
    author: bool = False
    said: str | None = None
    node: LexborNode | None = None

    @property
    def text(self) -> str:
        """What it says, cleaned; "" if that is longer than 160 characters. Read when asked."""
        if self.said is None:
            most = 4 * _LONGEST
            raw = text_within(self.node, most, _MOST_WITHIN) if self.node is not None else ""
            text = clean(raw[:most])
            self.said = text if len(text) <= _LONGEST else ""
        return self.said

    @property
    def inner(self) -> tuple[str, ...]:
        """Texts of the names, else of the links, marked up in it."""
        if self.node is None or self.tag == "a":
            return ()
        links = self.node.css('[itemprop="name"]') or self.node.css("a")
        return tuple(said for link in links[:8] if (said := clean(link.text(separator=" "))))


class Around:
    """What stands around one headline: the nearest first read, the rest of the page when asked."""

    def __init__(self, tree: LexborHTMLParser, headings: Sequence[LexborNode], title: str) -> None:
        """Find the headline.

        Args:
            tree: the page.
            headings: its <h1>.
            title: the title chosen; the heading that says it is where the walk begins.
        """
        self._start = headline(tree, headings, title)
        body = tree.body
        after: Iterator[Met] = iter(())
        if self._start is not None:
            after = _following(self._start, inside=False)
        elif body is not None:
            after = _following(body, inside=True)
        self._after = _read(after, 1)
        self._near: list[Seen] | None = None
        self._far: list[Seen] | None = None

    def near(self) -> list[Seen]:
        """What is in the headline, in the 200 nodes after it and in the 60 before it.

        Or in the 12,000 characters after it, if that is less.
        """
        if self._near is None:
            within: list[Seen] = []
            before: list[Seen] = []
            if self._start is not None:
                within = list(_inside(self._start))
                before = _until_end(_read(_preceding(self._start), -1), _MOST_MET)
            self._near = [*within, *_until_end(self._after, _NEAR, _NEAR_TEXT), *before]
        return self._near

    def far(self) -> list[Seen]:
        """What is near, and what follows in the rest of the page, as far as it is walked."""
        if self._far is None:
            self._far = [*self.near(), *_until_end(self._after, _MOST_MET)]
        return self._far


def _until_end(seen: Iterator[Seen | int], most: int, length: int = _FARTHEST) -> list[Seen]:
    """What was seen in the next `most` nodes, or until so many characters of text are behind."""
    found: list[Seen] = []
    for item in islice(seen, most):
        if not isinstance(item, int):
            found.append(item)
        elif item > length:
            break
    return found


def headline(
    tree: LexborHTMLParser, headings: Sequence[LexborNode], title: str
) -> LexborNode | None:
    """The heading that says the title, an <h1> if one does; None if no heading is like it."""
    wanted = set(fold(title).split())
    if not wanted:
        return headings[0] if headings else None
    if node := _likest(headings, wanted):
        return node
    return _likest(tree.css("h2, h3")[:60], wanted) or (headings[0] if headings else None)


def _likest(nodes: Sequence[LexborNode], wanted: set[str]) -> LexborNode | None:
    best, most = None, _LEAST_SHARED
    for node in nodes:
        said = set(fold(node.text(separator=" ")[:500]).split())
        share = len(wanted & said) / len(wanted | said)
        if share > most:
            best, most = node, share
    return best


@lru_cache(maxsize=20_000)
def _flags(names: str) -> int:
    """What class names and an id say; a site's few hundred are asked for again and again."""
    lowered = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", names).lower()
    others = _OTHERS.search(lowered) or (
        _PERHAPS_OTHERS.search(lowered) and not _PAGE.search(lowered)
    )
    found = OTHERS if others else 0
    found |= BYLINE if _BYLINE.search(lowered) else 0
    found |= DATE if _DATE.search(lowered) else 0
    found |= UPDATE if _UPDATE.search(lowered) else 0
    return found | (ABOUT if _ABOUT.search(lowered) else 0)


def _following(start: LexborNode, *, inside: bool) -> Iterator[Met]:
    """The nodes after `start`, in the order of the document."""
    current, enter = start, inside
    for _ in range(_AFTER):
        following = current.child if enter else None
        if following is None:
            following = current.next
        while following is None:
            above = current.parent
            if above is None or above.tag in _ENDS:
                return
            current, following = above, above.next
        current = following
        met = _meet(current)
        enter = met is not None
        if met is not None:
            yield met


def _preceding(start: LexborNode) -> Iterator[Met]:
    """The nodes before `start`, the nearest first."""
    current, enter = start, False
    for _ in range(_BEFORE):
        before = current.last_child if enter else None
        if before is None:
            before = current.prev
        while before is None:
            above = current.parent
            if above is None or above.tag in _ENDS:
                return
            current, before = above, above.prev
        current = before
        met = _meet(current)
        enter = met is not None
        if met is not None:
            yield met


def _inside(start: LexborNode) -> Iterator[Seen]:
    """What is marked inside the headline itself: some put the date there."""
    for node in islice(start.traverse(include_text=False), _MOST_INSIDE):
        met = _meet(node)
        if met and met[1][:1] != "-" and (seen := _element(met, 0)):
            yield seen


def _meet(node: LexborNode) -> Met | None:
    """A node with its tag, attributes and flags; None if what is in it is not of the story."""
    tag = node.tag or "-"
    if tag[0] == "-":
        return node, tag, {}, 0
    if tag in _SILENT:
        return None
    attributes = node.attributes
    if not attributes:
        return (node, tag, attributes, 0) if tag != "footer" else None
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"[:_MOST_NAMES]
    if names == " ":
        return (node, tag, attributes, 0) if tag != "footer" else None
    flags = _flags(names)
    if flags & OTHERS or (tag == "footer" and not _PAGE.search(names.lower())):
        # What holds a bare text is no list of other stories, whatever it is called.
        child = node.child
        if child is None or child.tag != "-text" or child.next is not None:
            return None
    return node, tag, attributes, flags


def _read(nodes: Iterator[Met], side: int) -> Iterator[Seen | int]:
    """What of these nodes may be a byline or a date; for each that is neither its distance."""
    at, before = 0, ""
    for met in nodes:
        tag = met[1]
        if tag == "-text":
            text = (met[0].text_content or "").strip()
            if not text:
                continue
            # "By" and the name are often in elements of their own.
            bare, before = before, text if side > 0 and _BARE.fullmatch(text) else ""
            yield _text(text, bare, side * at) or at
            at += len(text)
        else:
            yield at if tag[0] == "-" else _element(met, side * at) or at


def _text(text: str, bare: str, at: int) -> Seen | None:
    if len(text) > _LONGEST:
        # "Karlsruhe, 5.5.2024. …": the head of a paragraph may hold the date.
        head = text[:_HEAD] if _DIGIT.search(text, 0, _HEAD) else ""
    elif bare:
        head = f"{bare} {text}"
    else:
        told = len(text) >= _SHORTEST and (_DIGIT.search(text) or _SAID.match(text))
        head = text if told else ""
    return Seen(at, 0, "-text", said=clean(head)) if head else None


def _element(met: Met, at: int) -> Seen | None:
    node, tag, attributes, flags = met
    if not attributes and tag != "time":
        return None
    prop = (attributes.get("itemprop") or attributes.get("property") or "").lower()
    rel = attributes.get("rel")
    author = prop == "author" or (rel is not None and "author" in rel.lower().split())
    if not (flags & (BYLINE | DATE) or author or tag == "time" or "date" in prop):
        return None
    stamp = attributes.get("datetime") or attributes.get("content")
    if stamp is None and flags & DATE:
        stamp = attributes.get("title")
    flags |= UPDATE if "modified" in prop else 0
    return Seen(at, flags, tag, stamp, author, node=node)
