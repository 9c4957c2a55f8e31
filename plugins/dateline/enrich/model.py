"""The values of the search for mentions: an article's texts in, what they mention out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dateline.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

FIELDS = ("title", "summary", "body")
"""The texts of an article that are read."""
NAMED = frozenset({"person", "organisation", "place", "other"})
"""Kinds of mentions that have an entity; the others, date and quantity, have a value."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What the search needs of an article; as `news.article` has it.

    Attributes:
        published: day of publication where the publisher is; None: not known.
        dateline_country, source_country: ISO 3166-1 alpha-2.
    """

    title: str
    body: str
    summary: str | None = None
    language: str | None = None
    published: date | None = None
    dateline_place: str | None = None
    dateline_country: str | None = None
    source_country: str | None = None

    def texts(self) -> dict[str, str]:
        """The texts that there are, by field."""
        found = {"title": self.title, "summary": self.summary, "body": self.body}
        return {field: text for field, text in found.items() if text}


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text that a tagger or a rule has given a kind: text[start:end]."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Value:
    """A date or quantity in a text: text[start:end] and what it comes to, as JSON."""

    start: int
    end: int
    value: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A place on earth.

    Attributes:
        kind: country, region or city.
        country: ISO 3166-1 alpha-2.
        region: first-level division where a larger city of the country has the same name.
        latitude, longitude: degrees; None for countries, regions and where it is not known.
    """

    name: str
    kind: str
    country: str
    region: str = ""
    latitude: float | None = None
    longitude: float | None = None
    population: int | None = None

    @property
    def key(self) -> str:
        """The natural key."""
        return ":".join(filter(None, (self.kind, self.country, fold(self.name), self.region)))


@dataclass(frozen=True, slots=True)
class Mention:
    """Where an article names something; offsets are characters of the field as stored.

    Attributes:
        name: of the entity; None for dates and quantities.
        value: of a date or a quantity.
    """

    field: str
    start: int
    end: int
    surface: str
    kind: str
    name: str | None = None
    place: Place | None = None
    value: Mapping[str, Any] | None = None
    in_dateline: bool = False

    @property
    def name_key(self) -> str | None:
        """The entity's natural key within its kind."""
        if self.place is not None:
            return self.place.key
        return None if self.name is None else fold(self.name)
