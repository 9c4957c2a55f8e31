"""Recipes: a person's CSS selectors for one publisher, over what extraction finds by itself.

    Recipe ──version of the day──▶ Version ──read──▶ Marked ──override──▶ Article

A selector that matches nothing leaves the automatic value and is noted in the field's provenance
("recipe_missed"), so that a new template shows. `dateline.recipefiles` reads the files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from selectolax.lexbor import LexborHTMLParser

from dateline.dates import parse_date, plausible
from dateline.extract.blocks import segment
from dateline.extract.evidence import Choice
from dateline.model import Author
from dateline.text import clean, plain
from dateline.urls import canonicalise, host_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime

    from bs4 import BeautifulSoup, Tag

    from dateline.dates import ParsedDate
    from dateline.model import Article, Hints

T = TypeVar("T")

FIELDS: Final = (
    *("title", "authors", "published", "modified", "section", "tags", "summary", "image"),
    "body",
)
_COLUMNS: Final = {"published": "published_at", "modified": "modified_at", "image": "image_url"}
_LONGEST: Final = 120
_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Rule:
    """Where a field stands.

    Attributes:
        selector: CSS; all elements that match are read, in the order of the page.
        attribute: read this attribute instead of the element's text.
        pattern: keep what it matches, its first group if it has one; else the text is dropped.
        split: cut each text into several at this string.
        join: put the texts together with this string (fields of one value: " " by default).
    """

    selector: str
    attribute: str | None = None
    pattern: str | None = None
    split: str | None = None
    join: str | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """The rules of one design of a site.

    Attributes:
        rules: field → rule.
        remove: selectors of what is taken out of the page before its body is read.
        valid_from: first day of the design, by the day that a page was fetched; None: always.
        valid_until: its last day.
    """

    rules: Mapping[str, Rule]
    remove: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None

    def covers(self, day: date) -> bool:
        """Whether pages fetched on that day have this design."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


@dataclass(frozen=True, slots=True)
class ListingRules:
    """Where a listing page has its links.

    Attributes:
        links: selector of the links, or of the items that hold one each.
        link: where the link stands in an item; None: the item if it is one, else its first.
        title: where the title stands in an item; None: it is the link's text.
        published, summary: where they stand in an item; None: nowhere.
        limit: so many links are taken at the most.
        include: regular expression; an address that it does not match is left out.
        exclude: regular expression; an address that it matches is left out.
    """

    links: str
    link: Rule | None = None
    title: Rule | None = None
    published: Rule | None = None
    summary: Rule | None = None
    limit: int = 200
    include: str | None = None
    exclude: str | None = None


@dataclass(frozen=True, slots=True)
class Recipe:
    """A publisher's recipe.

    Attributes:
        name: its file's stem.
        versions: for articles; none where the recipe is for listing pages alone.
        hosts: host names that it is for, with their subdomains; empty: any page of its source.
        listing: for the source's listing pages.
    """

    name: str
    versions: tuple[Version, ...] = ()
    hosts: tuple[str, ...] = ()
    listing: ListingRules | None = None

    def is_for(self, url: str) -> bool:
        """Whether a page at this address is one of the recipe's."""
        host = host_of(url).partition(":")[0]
        return not self.hosts or any(host == own or host.endswith(f".{own}") for own in self.hosts)

    def on(self, day: date) -> Version | None:
        """The version for pages fetched on that day."""
        return next((version for version in self.versions if version.covers(day)), None)


@dataclass(frozen=True, slots=True)
class Marked:
    """What a recipe found on a page.

    Attributes:
        name: the recipe's.
        values: field → texts, none empty; only fields that were found.
        missed: field → why it was not found.
        html: the page without what the recipe removes.
    """

    name: str
    values: Mapping[str, tuple[str, ...]]
    missed: Mapping[str, str]
    html: str

    @property
    def origin(self) -> str:
        """How provenance names it."""
        return f"recipe:{self.name}"

    def over(
        self, field: str, choice: Choice[T], read: Callable[[tuple[str, ...]], T]
    ) -> Choice[T]:
        """The recipe's value in the place of the automatic one, which is kept among the losers."""
        if texts := self.values.get(field):
            note = self._note(choice.provenance, choice.value)
            return Choice(read(texts), note)
        if field in self.missed:
            return Choice(choice.value, choice.provenance | {"recipe_missed": self.missed[field]})
        return choice

    def _note(self, provenance: Mapping[str, Any], value: object) -> dict[str, Any]:
        others = {} if value in (None, (), "") else {provenance.get("from", "?"): _shown(value)}
        return {"from": self.origin} | ({"others": others} if others else {})


def mark(recipe: Recipe, html: str, url: str, fetched_at: datetime) -> Marked | None:
    """Read a page by a recipe; None if the recipe is not for it, or not for its day."""
    version = recipe.on(fetched_at.date())
    if version is None or not recipe.is_for(url) or "<" not in html:
        return None
    # Only pages of publishers with a recipe pay for it.
    from bs4 import BeautifulSoup  # noqa: PLC0415

    soup = BeautifulSoup(re.sub(r"^\s*<\?xml[^>]*>", "", html), "lxml")
    values: dict[str, tuple[str, ...]] = {}
    missed: dict[str, str] = {}
    for field in FIELDS:
        if field == "body":  # last of all: the other fields may stand in what is removed
            _remove(soup, version.remove)
        if rule := version.rules.get(field):
            texts, why = read_rule(soup, field, rule)
            if texts:
                values[field] = texts
            else:
                missed[field] = why
    return Marked(recipe.name, values, missed, str(soup) if version.remove else html)


def override(article: Article, marked: Marked, hints: Hints, *, now: datetime) -> Article:
    """The article with the recipe's values for its smaller fields; title and body have theirs."""
    changes: dict[str, Any] = {}
    provenance = dict(article.provenance)
    for field in FIELDS:
        column = _COLUMNS.get(field, field)
        if field in {"title", "body"} or not (field in marked.values or field in marked.missed):
            continue
        old: Choice[Any] = Choice(_value(article, field), provenance.get(column, {}))
        checked = _checked(marked, field, _reader(field, article.url, hints, now))
        new = checked.over(field, old, _reader(field, article.url, hints, now))
        provenance[column] = new.provenance
        if field in checked.values:
            changes |= _changes(field, column, new.value, marked.origin)
    return replace(article, **changes, provenance=provenance)


def _checked(marked: Marked, field: str, read: Callable[[tuple[str, ...]], Any]) -> Marked:
    """A text that is no date or no address is a miss, too."""
    texts = marked.values.get(field)
    if texts is None or read(texts) not in (None, ()):
        return marked
    why = f"{texts[0][:40]!r} is no {'address' if field == 'image' else 'date'}"
    values = {name: value for name, value in marked.values.items() if name != field}
    return replace(marked, values=values, missed=dict(marked.missed) | {field: why})


def _value(article: Article, field: str) -> Any:
    if field == "authors":
        return ", ".join(author.name for author in article.authors)
    return getattr(article, _COLUMNS.get(field, field))


def _reader(field: str, url: str, hints: Hints, now: datetime) -> Callable[[tuple[str, ...]], Any]:
    def dated(texts: tuple[str, ...]) -> ParsedDate | None:
        found = parse_date(texts[0], timezone=hints.timezone)
        return found if found and plausible(found.at, now) else None

    return {
        "authors": lambda texts: tuple(Author(text) for text in dict.fromkeys(texts)),
        "tags": lambda texts: tuple(dict.fromkeys(texts)),
        "image": lambda texts: canonicalise(texts[0], url),
        "published": dated,
        "modified": dated,
    }.get(field, lambda texts: texts[0])


def _changes(field: str, column: str, value: Any, origin: str) -> dict[str, Any]:
    if field == "published":
        precision = value.precision
        return {
            "published_at": value.at,
            "published_precision": precision,
            "published_from": origin,
        }
    return {column: value.at if field == "modified" else value}


def _remove(soup: BeautifulSoup, selectors: tuple[str, ...]) -> None:
    for selector in selectors:
        for element in soup.select(selector):
            if not element.decomposed:
                element.decompose()


def read_rule(within: Tag, field: str, rule: Rule) -> tuple[tuple[str, ...], str]:
    """(texts, why there are none)."""
    elements = within.select(rule.selector, limit=_MOST)
    if not elements:
        return (), f"nothing matches {rule.selector}"
    texts = [text for element in elements for text in _read(element, field, rule)]
    if rule.pattern:
        texts = [found for text in texts if (found := _matched(rule.pattern, text))]
    if rule.split:
        texts = [part.strip() for text in texts for part in text.split(rule.split)]
    texts = [text for text in texts if text]
    if not texts:
        kept = " after its pattern" if rule.pattern else ""
        return (), f"{rule.selector} has no {rule.attribute or 'text'}{kept}"
    if field in {"title", "section", "summary"} or rule.join is not None:
        texts = [(" " if rule.join is None else rule.join).join(texts)]
    return tuple(texts), ""


def _read(element: Tag, field: str, rule: Rule) -> list[str]:
    if rule.attribute:
        value = element.get(rule.attribute)
        return [plain(" ".join(value) if isinstance(value, list) else value or "")]
    if field != "body":
        return [clean(element.get_text(" "))]
    # The same cut into paragraphs as the automatic body's.
    found = segment(LexborHTMLParser(f"<body>{element.decode_contents()}</body>"))
    listed = element.name == "li"
    return [
        f"- {text}" if listed or found.tag[holder] == "li" else text
        for text, holder in zip(found.text, found.element, strict=True)
    ]


def _matched(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    return (match[1 if match.re.groups else 0] or "").strip() if match else ""


def _shown(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return text[:_LONGEST]
