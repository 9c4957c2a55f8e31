"""How deep a page's elements nest, at most, found without parsing it.

A parser forgives: it ignores an end that fits nothing, and some ends leave open what began within.
Whoever just subtracts ends from beginnings is led to believe that a deep page is flat. Here an end
counts only for the element that began last, which the parser is certain to obey (HTML Living
Standard, 13.2). Sloppy pages seem deeper than they are, and none much flatter: only what the parser
opens by itself, such as a table's rows and cells, is not counted.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from dateline.extract.compiled import native
from dateline.text import words

_TOKEN = re.compile(r"<(!--|[!?]|/?[a-zA-Z][^\s/>]*|/)")
_ATTRIBUTES = re.compile(
    r"(?:[\s/]++|[^\s/>][^\s/>=]*+"
    r"""(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|(?P<bare>[^\s>"'][^\s>]*+))?+)?+)*+>"""
)
_COMMENT_END = re.compile(r"--!?>")
_SCRIPT = re.compile(r"<script", re.IGNORECASE | re.ASCII)
_AT_ONCE = re.compile(r"-?>")
_RAW: Final = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE | re.ASCII)
    for name in words("script style textarea title xmp iframe noembed noframes")
}
# Within these, what is raw text elsewhere may be tags.
_FOREIGN: Final = frozenset({"svg", "math", "select", "frameset"})
# What stays within a drawing, where a slash ends a tag.
_DRAWN: Final = frozenset(
    words(
        "svg g path circle rect line polyline polygon ellipse use stop image defs symbol mask "
        "clippath lineargradient radialgradient pattern filter text tspan animate animatetransform"
    )
)
_STYLES: Final = frozenset(words("b i u s em strong font small big code tt nobr strike"))
# Tags that the parser closes by itself, or that hold nothing: they do not pile up.
_FLAT: Final = frozenset(
    words(
        "a area base br col embed hr img input link meta param source track wbr p tr td th thead "
        "tbody tfoot colgroup caption html head body"
    )
)
# What ends the one before it, and ends with its list.
_ITEMS: Final = frozenset(words("li dd dt option"))
_LISTS: Final = frozenset(words("ul ol menu dl select optgroup datalist"))
_SAME_STYLES = 3
# Spelled out, for a pattern that ignores case takes twice as long; a few other tags may match too.
_RICH_STYLE: Final = re.compile(
    r"<(?:[bBiIuUsS]|[eE][mM]|[sS](?:[tT][rR]|[mM][aA])[a-zA-Z]{3,4}|[fF][oO][nN][tT]|[bB][iI][gG]"
    r"|[cC][oO][dD][eE]|[tT]{2}|[nN][oO][bB][rR])[\s/]"
)


def tally(html: str) -> tuple[int, int, int, int]:
    """(tags, those that end an element, options, styles with attributes) of a page, at most."""
    if native:
        return native.tally(html)
    options = html.count("<o") + html.count("<O")
    return html.count("<"), html.count("</"), options, styled(html)


def begun(html: str, position: int = 0) -> int:
    """How many tags begin an element, at most."""
    return html.count("<", position) - html.count("</", position)


def styled(html: str, position: int = 0) -> int:
    """How many tags begin a style that has attributes, at most.

    Without any, not more than three of a kind are ever open (the "Noah's Ark clause" of HTML).
    """
    return len(_RICH_STYLE.findall(html, position))


class Nesting:
    """Upper bounds of a page's nesting.

    Attributes:
        depth: elements open at once; looked for no further than `enough`.
        styles: styles open at once, which the parser opens anew in each paragraph.
    """

    def __init__(self, html: str, enough: int = 1_000_000) -> None:
        """Read a page without NULs."""
        self.depth = self.styles = 0
        self._html, self._open = html, list[str]()
        self._plain, self._rich = Counter[str](), Counter[str]()
        self._foreign, self._drawing, position = 0, False, 0
        while self.depth <= enough and (match := _TOKEN.search(html, position)):
            name = match[1].lower() if match[1].isascii() else match[1]
            position = self._token(name, match.end())

    def _token(self, name: str, position: int) -> int:
        """Take in a token; where the next may begin."""
        if name == "!--":
            return self._after_comment(position)
        if name in {"!", "?", "/"}:
            if self._foreign and self._html.startswith("[CDATA[", position):
                return self._give_up(position)
            return self._html.find(">", position) + 1 or len(self._html)
        attributes = _ATTRIBUTES.match(self._html, position)
        if attributes is None:
            # The page ends within the tag.
            return len(self._html)
        self._drawing = name == "svg" or (self._drawing and name.removeprefix("/") in _DRAWN)
        self._drawing &= name != "/svg"
        if name[0] == "/":
            self._end(name[1:])
        elif name in _RAW:
            return self._after_raw(name, attributes.end())
        elif name not in _FLAT and not (self._drawing and _is_closed(attributes)):
            self._begin(name, rich=len(attributes[0]) > 1)
        return attributes.end()

    def _begin(self, tag: str, *, rich: bool) -> None:
        if tag in _ITEMS and self._open and self._open[-1] == tag:
            self._open.pop()
        self._open.append(tag)
        # A frameset changes the meaning of all that follows.
        self._foreign += (tag in _FOREIGN) + (tag == "frameset")
        if tag in _STYLES:
            (self._rich if rich else self._plain)[tag] += 1
            self.styles = max(self.styles, self._active())
        self.depth = max(self.depth, len(self._open))

    def _active(self) -> int:
        return self._rich.total() + sum(min(n, _SAME_STYLES) for n in self._plain.values())

    def _end(self, tag: str) -> None:
        if tag in _LISTS and self._open[-2:-1] == [tag] and self._open[-1] in _ITEMS:
            self._open.pop()
        if not self._open or self._open[-1] != tag:
            return
        self._open.pop()
        self._foreign -= tag in _FOREIGN
        if tag in _STYLES:
            (self._plain if self._plain[tag] else self._rich)[tag] -= 1

    def _after_comment(self, position: int) -> int:
        if at_once := _AT_ONCE.match(self._html, position):
            return at_once.end()
        end = _COMMENT_END.search(self._html, position)
        return end.end() if end else len(self._html)

    def _after_raw(self, tag: str, position: int) -> int:
        end = _RAW[tag].search(self._html, position)
        stop = end.start() if end else len(self._html)
        if self._foreign:
            # A drawing's style is no raw text, but it may be that the drawing has ended.
            unclear = self._html.find("<", position, stop) >= 0
        else:
            # A script in a comment in a script ends later than it seems to.
            comment = self._html.find("<!--", position, stop) if tag == "script" else -1
            unclear = comment >= 0 and _SCRIPT.search(self._html, comment, stop) is not None
        return self._give_up(position) if unclear else stop + 1

    def _give_up(self, position: int) -> int:
        """Suppose the worst of the rest of the page."""
        self.depth = max(self.depth, len(self._open) + begun(self._html, position))
        self.styles = max(self.styles, self._active() + styled(self._html, position))
        return len(self._html)


def _is_closed(attributes: re.Match[str]) -> bool:
    """Whether a tag ends with a slash that is not part of a value."""
    return attributes[0][-2:-1] == "/" and attributes.end("bare") < attributes.end() - 1
