"""The next part of an article that its publisher splits over several pages ("1 2 3 Next").

A link leads to it if its address is the article's own with the page number counted up by one, and
if the link says so: by rel=next, by the number as its text, by a word such as "Next page".
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser

from dateline import charset
from dateline.extract.addresses import article_likeness
from dateline.text import clean, words
from dateline.urls import canonicalise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from selectolax.lexbor import LexborNode

MAX_PARTS: Final = 10
"""Pages of an article, the first included."""

_PARAMETERS: Final = frozenset(
    words("page p pg pag pagina pageno pagenum page_no pagenumber seite sivu sida side strona part")
)
_WORD: Final = (
    r"(?:pages?|pg|p|pagina|pag|seite|s|part|teil|parte|partie|sivu|sida|side|strona|str|stranica)"
)
_NUMBERED: Final = re.compile(
    rf"(?P<sep>[/,;._-]{{1,2}})(?P<word>{_WORD}[-_/=,.]?)?(?P<number>\d{{1,2}})"
    r"(?P<suffix>\.\w{2,5})?/?",
    re.IGNORECASE,
)
_FIRST: Final = re.compile(
    rf"(?P<base>.*\w)[/,;._-]{{1,2}}(?P<word>{_WORD}[-_/=,.]?)?1(?P<suffix>\.\w{{2,5}})?/?",
    re.IGNORECASE,
)
_SUFFIX: Final = re.compile(
    r"\.(?:html?|shtml|xhtml|php|aspx?|jsp|cms|ece|do|story)$", re.IGNORECASE
)
_GALLERY: Final = re.compile(
    r"/(?:(?:photo-?|foto-?|image-?|bilder-?)?galler(?:y|ies)|(?:foto|bilder|photo)?-?galer[ií]\w*"
    r"|fotostrecken?|bilderstrecken?|diashow|diaporamas?|slide-?shows?|photos?|fotos?|bilder)"
    r"(?=[/._-]|$)",
    re.IGNORECASE,
)
_FOREIGN: Final = re.compile(
    r"comment|kommentar|coment|disqus|respond|gallery|galerie|galeria|slide|carousel|fotostrecke"
    r"|diashow|related",
    re.IGNORECASE,
)
"""In the class or id of an element whose pager turns something else than the article."""
_PAGE: Final = r"(?:page|seite|p[áa]gina|pagina|sida|side|sivu|strona|part|teil|parte|partie)"
_NEXT: Final = (
    r"(?:next|continued?|weiter|n[äa]chste[rn]?|suivante?|pr[óo]xim[ao]|siguiente|seguinte"
    r"|successiv[ao]|avanti|volgende|n[äa]sta|neste|n[æe]ste|seuraava|nast[ęe]pna|dalej)"
)
_SAYS_NEXT: Final = re.compile(rf"\b{_NEXT}\b|^[›»→>≫▶⟩]+$", re.IGNORECASE)
_SAYS_NEXT_PAGE: Final = re.compile(rf"\b{_NEXT}\W+{_PAGE}\b|\b{_PAGE}\W+{_NEXT}\b", re.IGNORECASE)
_LONGEST_LABEL = 60
_LONGEST_HREF = 500
_SHORTEST_STEM = 4
_MOST_HITS = 300
_MOST_LINKS = 3000
_ANCESTORS = 6
_BEFORE = re.compile(rb"""[^"'\s<>]*\Z""")
_FRAMES: Final = frozenset({"body", "html", "main", "article"})


def next_page(
    body: bytes, url: str, seen: Sequence[str] = (), *, content_type: str | None = None
) -> str | None:
    """The address of the article's next part, or None if the page names none.

    Args:
        body: the page; it is decoded and parsed only if it holds the address of a next part.
        url: the page's own address, after redirects.
        seen: the addresses of the parts before it, first page first.
        content_type: as the header says.
    """
    number = len(seen) + 2
    if number > MAX_PARTS:
        return None
    first = canonicalise((*seen, url)[0])
    if first is None:
        return None
    article = _Article(first)
    near = _near(body, url, article, number)
    if all(article.is_page(target, number) is None for target in near) or article.is_list:
        return None
    known = {first, *(canonicalise(address) for address in (*seen, url))}
    tree = LexborHTMLParser(charset.decode(body, content_type).text)
    base = canonicalise(_href(tree.css_first("base[href]")), url) or url
    for node in tree.css("link[rel~='next' i][href], a[href]")[:_MOST_LINKS]:
        target = canonicalise(_href(node), base)
        if target is None or target in known:
            continue
        sure = article.is_page(target, number)
        if sure is not None and _says_so(node, number, sure=sure) and not _foreign(node):
            return target
    return None


class _Article:
    """The addresses that an article's pages can have."""

    def __init__(self, first: str) -> None:
        address = urlsplit(first)
        self._place = (address.scheme, address.netloc)
        path = address.path.rstrip("/")
        # (path, its suffix, whether a bare number behind it can be trusted)
        self._bases = [(_SUFFIX.sub("", path), _suffix(path), True)]
        if match := _FIRST.fullmatch(address.path):
            base = match["base"]
            self._bases.append((base, match["suffix"] or _suffix(base), bool(match["word"])))
        pairs = parse_qsl(address.query, keep_blank_values=True)
        self._query = sorted(pair for pair in pairs if not _is_page(pair, 1))
        plain = "&".join(f"{name}={value}" for name, value in self._query)
        shown = self._bases[-1]
        self._first = f"{address.scheme}://{address.netloc}{shown[0]}{shown[1]}" + (
            f"?{plain}" if plain else ""
        )

    @property
    def signs(self) -> Iterator[bytes]:
        """What the addresses of its pages hold before the number."""
        stem = self._bases[-1][0]
        name = stem.rpartition("/")[2]
        if len(name) < _SHORTEST_STEM or name in {"index", "default"}:
            name = "/".join(stem.rsplit("/", 2)[-2:])
        if name:
            yield name.encode()
        if "%" in name:
            yield unquote(name).encode()
        yield b'href="?'

    @property
    def is_list(self) -> bool:
        """Whether it is a list's or a gallery's address."""
        last = self._bases[-1][0].rpartition("/")[2]
        if not last or (last.isdigit() and len(last) < _SHORTEST_STEM + 1 and not self._query):
            return True
        return _GALLERY.search(self._first) is not None or article_likeness(self._first) < 0

    def is_page(self, target: str, number: int) -> bool | None:
        """None: it is not the page of that number; True: nothing else can be at the address."""
        address = urlsplit(target)
        if (address.scheme, address.netloc) != self._place:
            return None
        pairs = parse_qsl(address.query, keep_blank_values=True)
        rest = sorted(pair for pair in pairs if not _is_page(pair, number))
        if rest != self._query:
            return None
        path = address.path.rstrip("/")
        if len(pairs) == len(rest) + 1:
            same = any(path in {base + suffix, base} for base, suffix, _ in self._bases)
            return True if same else None
        if len(pairs) > len(rest):
            return None
        found = [self._by_path(address.path, *base, number) for base in self._bases]
        return max((sure for sure in found if sure is not None), default=None)

    @staticmethod
    def _by_path(path: str, base: str, suffix: str, trusted: bool, number: int) -> bool | None:
        if not base or not path.startswith(base):
            return None
        tail = path[len(base) :]
        if suffix and tail.startswith(f"{suffix}/"):
            tail = tail[len(suffix) :]
        match = _NUMBERED.fullmatch(tail)
        if match is None or match["number"].lstrip("0") != str(number):
            return None
        slash = match["sep"] == "/"
        if (match["suffix"] or "") != suffix and not slash:
            return None
        # "story-2" may be another story under the same headline.
        return bool(match["word"]) or (slash and trusted)


def _suffix(path: str) -> str:
    match = _SUFFIX.search(path)
    return match[0] if match else ""


def _is_page(pair: tuple[str, str], number: int) -> bool:
    return pair[0].lower() in _PARAMETERS and pair[1].lstrip("0") == str(number)


def _near(body: bytes, url: str, article: _Article, number: int) -> Iterator[str]:
    """The addresses in a page that may be of the article and hold the number: cheaply found."""
    numbered = _number_ahead(number)
    for sign in article.signs:
        at = body.find(sign)
        for _ in range(_MOST_HITS):
            if at < 0:
                break
            end = at + len(sign.rstrip(b"?"))
            if match := numbered.match(body, end):
                before = _BEFORE.search(body, max(0, at - _LONGEST_HREF), end)
                text = (before[0] if before else b"").removeprefix(b"href=") + match[0]
                if target := canonicalise(unescape(text.decode("utf-8", "replace")), url):
                    yield target
            at = body.find(sign, at + len(sign))


@lru_cache(MAX_PARTS)
def _number_ahead(number: int) -> re.Pattern[bytes]:
    """What follows on the article's name in a link to the page of that number."""
    names = "|".join(sorted(_PARAMETERS))
    return re.compile(
        rf"""(?:\.\w{{2,5}})?(?:[/,;._-]{{1,2}}(?:{_WORD}[-_/=,.]?)?
        |/?\?(?:[^"'\s<>]{{0,80}}?[&;])??(?:{names})=)0?{number}(?!\d)[^"'\s<>]{{0,80}}""".encode(),
        re.IGNORECASE | re.VERBOSE,
    )


def _href(node: LexborNode | None) -> str:
    return (node.attributes.get("href") or "") if node is not None else ""


def _says_so(node: LexborNode, number: int, *, sure: bool) -> bool:
    """Whether a link calls itself the next page; if the address is not `sure`, unmistakably."""
    attributes = node.attributes
    said = [clean(node.text()[: 4 * _LONGEST_LABEL])] if node.tag == "a" else []
    said += [attributes.get(name) or "" for name in ("title", "aria-label")]
    said = [text for text in said if text and len(text) <= _LONGEST_LABEL]
    numbered = re.compile(rf"\W*(?:{_PAGE}\W*)?{number}\W*", re.IGNORECASE)
    if any(numbered.fullmatch(text) or _SAYS_NEXT_PAGE.search(text) for text in said):
        return True
    if not sure:
        return False
    rels = (attributes.get("rel") or "").lower().split()
    return "next" in rels or any(_SAYS_NEXT.search(text) for text in said)


def _foreign(node: LexborNode) -> bool:
    """Whether it stands in the pager of the comments, of a gallery."""
    above: LexborNode | None = node
    for _ in range(_ANCESTORS):
        if above is None or above.tag in _FRAMES:
            return False
        attributes = above.attributes
        if _FOREIGN.search(f"{attributes.get('class') or ''} {attributes.get('id') or ''}"):
            return True
        above = above.parent
    return False
