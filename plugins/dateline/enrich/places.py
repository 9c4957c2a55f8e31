"""Which place on earth an article means: its dateline, its neighbours and its publisher vote."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dateline.enrich.model import Mention, Place
from dateline.extract.places import country_of
from dateline.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dateline.enrich.gazetteer import Gazetteer
    from dateline.enrich.model import Subject
    from dateline.enrich.names import Name

_DATELINE, _NAMED, _PUBLISHER = 2.0, 1.0, 1.0
"""Votes for a country; one outweighs a tenfold population."""
_BESIDE = re.compile(r",\s+((?:[A-ZÀ-Þ][\w.'’-]*\s?){1,3})")


class Locator:
    """Resolves the places of one article.

    Args:
        subject: the article.
        places: the world.
    """

    def __init__(self, subject: Subject, places: Gazetteer) -> None:
        self._subject = subject
        self._places = places
        self._votes = {code: _PUBLISHER for code in [subject.source_country] if code}
        if code := subject.dateline_country:
            self._votes[code] = self._votes.get(code, 0.0) + _DATELINE

    def dateline(self, end: int) -> Iterator[Mention]:
        """The places that the article reports from, as its body's head prints them.

        Args:
            end: where that head ends in the body; 0: it is not known.
        """
        subject, at = self._subject, 0
        head = subject.body[: end or len(subject.dateline_place or "")]
        for printed in (subject.dateline_place or "").split("/"):
            city, _, rest = (part.strip() for part in printed.partition(","))
            start = head.find(city, at) if city else -1
            if start < 0:
                continue
            at = start + len(city)
            place = self._reported_from(city, rest)
            name = place.name if place else _titled(city)
            yield Mention(
                "body", start, at, city, "place", name=name, place=place, in_dateline=True
            )

    def _reported_from(self, city: str, rest: str) -> Place | None:
        beside = rest.rpartition(",")[2].strip() or None
        place = self._places.resolve(city, self._votes, beside)
        country = self._subject.dateline_country
        if country is None or (place and place.country == country):
            return place
        # The dateline's own country stands, though the city is not in the tables.
        return Place(_titled(city), "city", country)

    def located(self, names: Sequence[Name], texts: Mapping[str, str]) -> Iterator[Mention]:
        """The names as mentions, the places among them resolved."""
        votes = dict(self._votes)
        for code in self._named_countries(names):
            votes[code] = votes.get(code, 0.0) + _NAMED
        known: dict[str, Place | None] = {}
        for name in names:
            place = None
            if name.kind == "place":
                beside = _neighbour(texts[name.field], name.end)
                if beside or name.key not in known:
                    known[name.key] = self._places.resolve(name.full, votes, beside)
                place = known[name.key]
            yield Mention(
                field=name.field,
                start=name.start,
                end=name.end,
                surface=name.surface,
                kind=name.kind,
                name=place.name if place else name.full,
                place=place,
            )

    def _named_countries(self, names: Sequence[Name]) -> set[str]:
        """Countries that are named themselves, or of which a well-known part or city is."""
        codes = set()
        for name in names:
            if name.kind == "place":
                land = self._places.country(name.full)
                codes.add(land.country if land else country_of(name.full))
        return {code for code in codes if code}


def _neighbour(text: str, end: int) -> str | None:
    """Find "Texas" behind "Paris": a country or state that follows a comma."""
    match = _BESIDE.match(text, end)
    if match is None:
        return None
    tokens = match[1].split()
    for length in range(len(tokens), 0, -1):
        region = " ".join(tokens[:length])
        if country_of(f"X, {region}"):
            return region
    return None


def _titled(city: str) -> str:
    """Print "SANTA FE" as elsewhere in a text: "Santa Fe"."""
    return city.title() if city.isupper() and fold(city) else city
