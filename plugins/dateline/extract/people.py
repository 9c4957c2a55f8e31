"""Authors: who is named, in order; the site and the agency stand back.

What the metadata declares is put to the vote. Where it declares nobody, the byline printed near
the headline is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dateline.extract import jsonld
from dateline.extract.agencies import agency_of
from dateline.extract.bylines import LIKE_A_NAME, PREFIX, ROLE, SURE, parse_byline
from dateline.extract.evidence import confidence
from dateline.extract.visible import ABOUT, BYLINE
from dateline.model import Author, Hints
from dateline.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dateline.extract.signals import Signals
    from dateline.extract.visible import Seen

_MOST = 30
_MOST_MARKED = 4
_MOST_LOSERS = 4
_LOSER = 0.4
_LEAST_LIKELY = 0.55
_NEAR = 1.6
_LD, _PRINTED, _BY_LOGIN = 1.5, 2.0, 0.5
_LOGIN = re.compile(r"[a-z0-9._-]+")
_ON_PAGE = frozenset({"printed.byline", "rel.author"})
_BESIDE = 40
_FARTHEST = 12_000
_LONGEST_ROLE = 60
_FIRM = re.compile(
    r"\b(?:inc|gmbh|ltd|llc|corp|e\.? ?v|developer|webmaster|administrator|newsroom staff)\b\.?$"
    r"|\.(?:com|de|net|org|fr|it|es)\b",
    re.IGNORECASE,
)


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


def choose(signals: Signals, hints: Hints, *, site: frozenset[str], title: str = "") -> Byline:
    """The byline; the site's own name counts only where nobody else is named.

    Args:
        signals: what was read off the page.
        hints: the feed's authors.
        site: folded names of the site (`titles.site_names`).
        title: the title chosen: near its heading the page is read where it declares nobody.
    """
    declared = [
        (source, found) for source, texts in _declared(signals, hints) if (found := _read(texts))
    ]
    named = [(source, people) for source, found in declared if (people := _people(found, site))]
    if not named or all(_is_handle(author.name) for author in named[0][1]):
        # Near the headline, then: for a name, or for the whole of one that is only a handle.
        source, found = printed(
            signals.around(title).near(), least=_NEAR if declared else _LEAST_LIKELY
        )
        if people := _people(found, site):
            if not named:
                named = [(source, people)]
            elif _spells_out(people, named[0][1]):
                named.insert(0, (source, people))
        elif found:
            declared.append((source, found))
    if not named:
        return _byline(declared[:1])
    agency = agency_in(author for _, found in declared for author in found)
    return _byline([_fullest(named, _backed(named)), *named], agency)


def _backed(named: list[tuple[str, list[Author]]]) -> tuple[str, list[Author]]:
    """The names with the most sources behind them; JSON-LD counts for one and a half."""
    if len(named) == 1:
        return named[0]
    weights: dict[frozenset[str], float] = {}
    for source, people in named:
        key = frozenset(fold(author.name) for author in people)
        weight = _PRINTED if source in _ON_PAGE else _LD if source == "jsonld.author" else 1.0
        if all(_LOGIN.fullmatch(author.name) for author in people):
            weight *= _BY_LOGIN
        weights[key] = weights.get(key, 0.0) + weight
    return max(named, key=lambda pair: weights[frozenset(fold(a.name) for a in pair[1])])


def _people(found: list[Author], site: frozenset[str]) -> list[Author]:
    return [
        author
        for author in found
        if not _is_site(fold(author.name), site) and not _FIRM.search(author.name)
    ]


def _is_handle(name: str) -> bool:
    """Whether that may stand for a longer name: one word, and no agency's."""
    return name.isascii() and " " not in name and agency_of(name) is None


def _spells_out(printed_names: list[Author], handles: list[Author]) -> bool:
    """Whether the page prints "Ana Ruiz" where it declares "anaruiz" or "Ana"."""
    if len(printed_names) != len(handles):
        return False
    pairs = zip(printed_names, handles, strict=True)
    return all(
        " " in name.name
        and not agency_of(handle.name)
        and fold(name.name).replace(" ", "").startswith(fold(handle.name).replace(" ", ""))
        for name, handle in pairs
    )


def _fullest(
    named: list[tuple[str, list[Author]]], best: tuple[str, list[Author]]
) -> tuple[str, list[Author]]:
    """The best source, or another one that names the same people and somebody besides."""
    first = {fold(author.name) for author in best[1]}
    for source, people in named:
        names = {fold(author.name) for author in people}
        if first < names and len(names) <= _MOST_MARKED and _plain_names(people):
            return source, people
    return best


def _plain_names(people: list[Author]) -> bool:
    return all(LIKE_A_NAME.fullmatch(author.name) for author in people)


def _byline(named: list[tuple[str, list[Author]]], agency: str | None = None) -> Byline:
    """The first of these as the byline; the others agree with it or are the losers."""
    if not named:
        return Byline()
    source, people = named[0]
    key = {fold(author.name) for author in people}
    agree = against = 0.0
    losers: dict[str, str] = {}
    for other, names in named[1:] or named:
        if {fold(author.name) for author in names} == key:
            agree += 1.0
            continue
        against += _LOSER
        if other != source and len(losers) < _MOST_LOSERS:
            losers.setdefault(other, ", ".join(author.name for author in names)[:120])
    provenance: dict[str, Any] = {"from": source, "confidence": confidence(agree or 0.5, against)}
    if losers:
        provenance["others"] = losers
    return Byline(tuple(people)[:_MOST], agency or agency_in(people), provenance)


def _is_site(name: str, site: frozenset[str]) -> bool:
    """Whether that is the site; "n-tv Nachrichten" is, too, where the site is "n-tv"."""
    return name in site or any(name.startswith(f"{known} ") and ROLE.search(name) for known in site)


def _declared(signals: Signals, hints: Hints) -> Iterator[tuple[str, Iterable[Any]]]:
    ld = signals.ld or {}
    yield "jsonld.author", jsonld.objects(ld.get("author"), signals.ids)
    yield "jsonld.creator", jsonld.objects(ld.get("creator"), signals.ids)
    for name in (
        "author", "article:author", "parsely-author", "sailthru.author", "dc.creator",
        "dcterms.creator", "dcsext.author", "article:author_name", "byl", "citation_author",
        "cxenseparse:author", "og:author", "twitter:data1",
    ):  # fmt: skip
        if name == "twitter:data1" and fold(signals.label("twitter:label1")) not in _LABELS:
            continue
        yield f"meta.{name}", signals.meta.get(name, ())
    marked = signals.props.get("author")
    # Many of them are the authors of comments, or of other stories: the page's own comes first.
    yield "microdata.author", marked if len(marked) <= _MOST_MARKED else marked[:1]
    if hints.authors:
        yield "feed.author", hints.authors


def printed(seen: list[Seen], *, least: float = _LEAST_LIKELY) -> tuple[str, list[Author]]:
    """The byline that a reader sees near the headline, as (signal, authors); ("", []) if none.

    Args:
        seen: what stands around the headline (`visible.Around`).
        least: likelihood from which on a byline is believed.
    """
    best: tuple[float, Seen, list[Author]] | None = None
    found: list[tuple[Seen, list[Author]]] = []
    for item in seen:
        score = _likelihood(item)
        if score < least or (best and score <= best[0] and item.at - best[1].at > _BESIDE):
            continue
        if names := _names_in(item):
            found.append((item, names))
            if best is None or score > best[0]:
                best = (score, item, names)
    if best is None:
        return "", []
    _, chosen, authors = best
    authors = list(authors)
    for item, names in found:
        alike = (item.tag, item.flags, item.author) == (chosen.tag, chosen.flags, chosen.author)
        if alike and abs(item.at - chosen.at) <= _BESIDE:
            authors += [name for name in names if name not in authors]
    kind = "rel.author" if chosen.author else "printed.byline"
    return kind, authors[:_MOST_MARKED]


def _likelihood(item: Seen) -> float:
    """How much something looks like the byline: what it says of itself, less its distance."""
    marked = item.author or item.flags & BYLINE
    # What is marked as a date only: the texts in it are seen by themselves.
    if not marked and item.tag != "-text":
        return 0.0
    said = PREFIX.match(item.text) is not None
    if not (said or marked) or not item.text:
        return 0.0
    score = 3.0 * item.author + 2.5 * said + 1.5 * bool(item.flags & BYLINE)
    score -= 0.7 * bool(item.flags & ABOUT)
    if item.tag == "-text":
        score -= 0.3
    away = item.at / 500 if item.at >= 0 else -item.at / 200
    return score - min(away, 1.5 if item.at < _FARTHEST else 9.0)


def _names_in(item: Seen) -> list[Author]:
    """The names of a byline; of its links, where these are names."""
    for text in ("; ".join(item.inner), item.text):
        names = parse_byline(text) if text else []
        kept = [name for name in names if LIKE_A_NAME.fullmatch(name.name)]
        if kept:
            return kept
    single = parse_byline(item.text)
    sure = item.author or SURE.match(item.text) or (item.flags & BYLINE and item.inner)
    if sure and len(single) == 1 and " " not in single[0].name:
        return single
    return []


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
            listed = list(jsonld.strings(item, "name"))[:_MOST] or [
                " ".join(jsonld.strings(item, "givenName", "familyName"))
            ]
            people = [author for text in listed for author in parse_byline(text)]
            if (title := next(jsonld.strings(item, "jobTitle"), None)) and len(people) == 1:
                people = [Author(people[0].name, people[0].role or title[:_LONGEST_ROLE])]
        else:
            people = parse_byline(str(item))
        for author in people:
            if all(fold(author.name) != fold(other.name) for other in found):
                found.append(author)
        if len(found) > _MOST:
            break
    return found


def agency_in(authors: Iterable[Author]) -> str | None:
    """The first agency among names and roles, by its canonical short name."""
    credits_ = (text for author in authors for text in (author.name, author.role) if text)
    return next((agency for text in credits_ if (agency := agency_of(text))), None)
