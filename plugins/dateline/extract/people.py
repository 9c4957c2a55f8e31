"""Authors: names only, in order; roles, desks and agencies apart."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dateline.extract import jsonld
from dateline.extract.agencies import agency_of
from dateline.model import Author, Hints
from dateline.text import fold, plain, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dateline.extract.signals import Signals

_MOST = 30
_MOST_MARKED = 4
_NAME_PARTS = 2
_LONGEST_NAME = 60
_MOST_WORDS = 6
_PREFIX = re.compile(
    r"^\s*(?:(?:written|reported|edited|posted|story|text|words|reporting|all posts|article"
    r"|interview|analysis|opinion|by)"
    r"(?: and \w+)? by|by|von|par|por|di|da|door|av|af|eine? \w+ von|texte? "
    r"(?:von|par)|escrito por|publié par|author"
    r"|autor(?:in)?|auteur|автор|from)(?:\s*:\s*|\s+)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"\S+@\S+\.\w+|@\w+")
_URL = re.compile(r"(?:https?:)?//\S+|www\.\S+", re.IGNORECASE)
_BRACKETS = re.compile(r"\s*[(\[][^()\[\]]*(?:[)\]]|$)")
_CUT = re.compile(
    r"\s*(?:\||\s[–—-]\s|•|·|\n|\bUpdated\b|\bPublished\b|\bPosted\b|\s(?:Jan|Feb|Mar|Apr|May|Jun"
    r"|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s\d|\s\d|^\d|\b(?:19"
    r"|20)\d\d\b|\bStand\b|\bgepostet\b|\bam \d).*$",
    re.IGNORECASE | re.DOTALL,
)
_AND = re.compile(
    r"\s*(?:;|/|&|\s(?:and|und|et|y|og|och|en|with|mit|avec|con)\s|,\s+(?:and|und|et|y)\s)\s*",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:correspondent\w*|reporter\w*|editors?|writers?|columnist\w*|staff|desk|redaktion\w*"
    r"|redakteur\w*|korrespondent\w*|newsroom|team"
    r"|rédaction|redacción|redazione|journalist\w*|contributors?|producer|bureau|chief|analyst\w*"
    r"|critic|news|nachrichten|agenc\w+|wires?"
    r"|services?|media|press|presse|online|editorial|board|magazine|times|post|gmbh|inc|ltd|digital"
    r"|network|sport|sports)\b",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"^(?:jr|sr|ii|iii|md|phd|m\.?d|ph\.?d|esq)\.?$", re.IGNORECASE)
_NOT_NAMES = frozenset(
    words(
        "admin administrator author editor staff guest unknown anonymous none null undefined "
        "webmaster redaktion user share comments more follow"
    )
)
_CALL = re.compile(
    r"\b(?:see|view|full bio|all posts|follow|more from|articles|profile|read more|about the)\b"
)
_LIKE_A_NAME = re.compile(
    r"(?:[^\W\d_a-z][\w.'’-]*)(?:\s(?:(?:de|da|la|van|von|der|den|bin"
    r"|al)\s)?[^\W\d_a-z][\w.'’-]*){1,3}"
)
_NAME = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Byline:
    """Who wrote it.

    Attributes:
        authors: in the order printed; "Ana Ruiz, Reuters" has the agency as her role.
        agency: the first agency named, by its canonical short name.
        provenance: as `evidence.Choice.provenance`.
    """

    authors: tuple[Author, ...] = ()
    agency: str | None = None
    provenance: dict[str, Any] = field(default_factory=dict)


def choose(signals: Signals, hints: Hints, *, site: frozenset[str]) -> Byline:
    """The byline; the site's own name counts only where nobody else is named.

    Args:
        signals: what was read off the page.
        hints: the feed's authors.
        site: folded names of the site (`titles.site_names`).
    """
    fallback: Byline | None = None
    losers: dict[str, str] = {}
    chosen: Byline | None = None
    for source, texts in _sources(signals, hints):
        found = _read(texts)
        if not found:
            continue
        people = [author for author in found if not _is_site(fold(author.name), site)]
        byline = Byline(tuple(people or found)[:_MOST], agency_in(found), {"from": source})
        if people and chosen is None:
            chosen = byline
        elif chosen is None:
            fallback = fallback or byline
        elif byline.authors != chosen.authors:
            losers.setdefault(source, ", ".join(author.name for author in byline.authors)[:120])
    best = chosen or fallback or Byline()
    if losers:
        best.provenance["others"] = dict(list(losers.items())[:4])
    return best


def _is_site(name: str, site: frozenset[str]) -> bool:
    """Whether that is the site; "n-tv Nachrichten" is, too, where the site is "n-tv"."""
    return name in site or any(
        name.startswith(f"{known} ") and _ROLE.search(name) for known in site
    )


def _sources(signals: Signals, hints: Hints) -> Iterator[tuple[str, Iterable[Any]]]:
    yield "jsonld.author", jsonld.objects((signals.ld or {}).get("author"), signals.ids)
    yield "jsonld.creator", jsonld.objects((signals.ld or {}).get("creator"), signals.ids)
    for name in (
        "author", "article:author", "parsely-author", "sailthru.author", "dc.creator",
        "dcterms.creator", "dcsext.author",
        "article:author_name", "byl", "citation_author", "cxenseparse:author", "twitter:data1",
    ):  # fmt: skip
        if (
            name == "twitter:data1"
            and fold(next(iter(signals.meta.get("twitter:label1", [])), "")) not in _LABELS
        ):
            continue
        yield f"meta.{name}", signals.meta.get(name, ())
    marked = signals.props.get("author", [])
    # Many of them are the authors of comments, or of other stories: the page's own comes first.
    yield "microdata.author", marked if len(marked) <= _MOST_MARKED else marked[:1]
    if hints.authors:
        yield "feed.author", hints.authors
    printed: dict[str, list[str]] = {"class.byline": [], "rel.author": [], "class.author": []}
    for source, text in signals.bylines():
        if source == "rel.author" or _PREFIX.match(text):
            printed[source].append(text)
        # Without "By" before it only the first is believed: the next may be of other stories.
        elif not printed["class.author"] and _LIKE_A_NAME.fullmatch(text):
            printed["class.author"].append(text)
    yield from printed.items()


_LABELS = frozenset(
    {
        "written by",
        "verfasst von",
        "ecrit par",
        "escrito por",
        "geschrieben von",
        "author",
        "scritto da",
    }
)


def _read(texts: Iterable[Any]) -> list[Author]:
    found: list[Author] = []
    for item in texts:
        if isinstance(item, dict):
            people = [
                author
                for text in list(jsonld.strings(item, "name"))[:_MOST]
                for author in parse_byline(text)
            ]
            if (title := next(jsonld.strings(item, "jobTitle"), None)) and len(people) == 1:
                people = [Author(people[0].name, people[0].role or title[:_LONGEST_NAME])]
        else:
            people = parse_byline(str(item))
        for author in people:
            if all(fold(author.name) != fold(other.name) for other in found):
                found.append(author)
        if len(found) > _MOST:
            break
    return found


def parse_byline(text: str) -> list[Author]:
    """The people in a byline: "By Ana Ruiz and Bo Li, Reuters" → Ana Ruiz, Bo Li, Reuters."""
    text = _URL.sub(" ", _EMAIL.sub(" ", plain(text[:1_000])))
    while match := _PREFIX.match(text):
        text = text[match.end() :]
    text = _CUT.sub("", _BRACKETS.sub("", text))
    found: list[Author] = []
    for part in _AND.split(text):
        people: list[Author] = []
        for name in _comma_parts(part):
            author = _author(name)
            if author and people and (agency_of(name) or _ROLE.search(name)):
                people[-1] = replace(people[-1], role=author.name)
            elif author:
                people.append(author)
        found += people
    return found


def _comma_parts(text: str) -> list[str]:
    """Names between commas; "Smith, Jr." and a role after a name stay with it."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    # "Ruiz, Ana": one surname, one given name.
    if (
        len(parts) == _NAME_PARTS
        and all(" " not in part for part in parts)
        and not agency_of(parts[1])
    ):
        return [f"{parts[1]} {parts[0]}"] if not _SUFFIX.match(parts[1]) else [", ".join(parts)]
    merged: list[str] = []
    for part in parts:
        if merged and _SUFFIX.match(part):
            merged[-1] = f"{merged[-1]}, {part}"
        else:
            merged.append(part)
    return merged


def _author(text: str) -> Author | None:
    name = text.strip(" .,;:|–—-\"'“”„*")
    folded = fold(name)
    if (
        not _NAME.search(name)
        or len(name) > _LONGEST_NAME
        or folded in _NOT_NAMES
        or _CALL.search(folded)
    ):
        return None
    if len(name.split()) > _MOST_WORDS and not agency_of(name):
        return None
    return Author(name)


def agency_in(authors: Iterable[Author]) -> str | None:
    """The first agency among names and roles, by its canonical short name."""
    credits_ = (text for author in authors for text in (author.name, author.role) if text)
    return next((agency for text in credits_ if (agency := agency_of(text))), None)
