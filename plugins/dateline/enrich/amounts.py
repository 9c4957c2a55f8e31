"""Quantities in running text: number, unit and, for measures, the value in SI units.

A number alone is none. Symbols (km, %, €) are read in every language, words in English. Counts are
left to the nouns they count but for people, whom news counts most; ages are not quantities.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from dateline.enrich.model import Value
from dateline.enrich.numbers import WRITTEN, number

if TYPE_CHECKING:
    from collections.abc import Iterator

# Symbol: (factor to SI, SI unit, symbols in any language, English words). Where countries differ on
# what a unit is worth (gallon, ton), there is no factor.
_UNITS: Final = {
    "km": (1000.0, "m", "km", "kilometers kilometres kilometer kilometre"),
    "m": (1.0, "m", "", "meters metres meter metre"),
    "cm": (0.01, "m", "cm", "centimeters centimetres centimeter centimetre"),
    "mm": (0.001, "m", "mm", "millimeters millimetres millimeter millimetre"),
    "mi": (1609.344, "m", "", "miles mile"),
    "ft": (0.3048, "m", "", "feet foot ft"),
    "in": (0.0254, "m", "", "inches inch"),
    "yd": (0.9144, "m", "", "yards yard"),
    "nmi": (1852.0, "m", "", "nautical_miles nautical_mile"),
    "km2": (1e6, "m2", "km² km2 sq_km", "square_kilometers square_kilometres"),
    "m2": (1.0, "m2", "m² m2", "square_meters square_metres"),
    "mi2": (2589988.11, "m2", "", "square_miles sq_miles"),
    "ft2": (0.09290304, "m2", "", "square_feet square-foot sq_ft"),
    "ha": (1e4, "m2", "ha", "hectares hectare"),
    "acre": (4046.8564224, "m2", "", "acres acre"),
    "kg": (1.0, "kg", "kg", "kilograms kilogrammes kilogram kilos kilo"),
    "g": (0.001, "kg", "", "grams grammes gram"),
    "t": (1000.0, "kg", "", "metric_tons metric_ton tonnes tonne"),
    "ton": (None, "", "", "tons ton"),
    "lb": (0.45359237, "kg", "", "pounds pound lbs lb"),
    "oz": (0.028349523125, "kg", "", "ounces ounce"),
    "L": (0.001, "m3", "", "liters litres liter litre"),
    "gal": (None, "", "", "gallons gallon"),
    "bbl": (0.158987294928, "m3", "", "barrels barrel"),
    "km/h": (1 / 3.6, "m/s", "km/h kph kmh", "kilometers_per_hour kilometres_per_hour"),
    "mph": (0.44704, "m/s", "mph", "miles_per_hour miles_an_hour"),
    "kn": (1852 / 3600, "m/s", "", "knots"),
    "°C": (1.0, "K", "°C", "degrees_Celsius degrees_C"),
    "°F": (5 / 9, "K", "°F", "degrees_Fahrenheit degrees_F"),
    "kW": (1e3, "W", "kW", "kilowatts kilowatt"),
    "MW": (1e6, "W", "MW", "megawatts megawatt"),
    "GW": (1e9, "W", "GW", "gigawatts gigawatt"),
    "s": (1.0, "s", "", "seconds second"),
    "min": (60.0, "s", "", "minutes minute"),
    "h": (3600.0, "s", "", "hours hour"),
    "d": (86400.0, "s", "", "days day"),
    "wk": (604800.0, "s", "", "weeks week"),
    "mo": (None, "", "", "months month"),
    "a": (None, "", "", "years year"),
    "%": (0.01, "1", "%", "percent per_cent pct"),
    "pp": (None, "", "", "percentage_points percentage_point"),
    "person": (None, "", "", "people persons person"),
}  # fmt: skip
_ZERO: Final = {"°C": 273.15, "°F": 273.15 - 32 * 5 / 9}
_SIGNS: Final = {
    "US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "AU$": "AUD", "NZ$": "NZD", "HK$": "HKD",
    "S$": "SGD", "NT$": "TWD", "R$": "BRL", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR",
    "₩": "KRW", "₽": "RUB", "₺": "TRY", "₴": "UAH", "₦": "NGN", "₪": "ILS",
}  # fmt: skip
_MONEY: Final = {
    "euros": "EUR", "euro": "EUR", "yen": "JPY", "yuan": "CNY", "rubles": "RUB", "roubles": "RUB",
    "pounds sterling": "GBP", "baht": "THB", "zlotys": "PLN", "reais": "BRL", "U.S. dollars": "USD",
    "US dollars": "USD", "Australian dollars": "AUD", "Canadian dollars": "CAD",
    "Swiss francs": "CHF",
}  # fmt: skip
_DOLLARS: Final = {
    "AU": "AUD", "CA": "CAD", "NZ": "NZD", "HK": "HKD", "SG": "SGD", "MX": "MXN", "AR": "ARS",
    "CL": "CLP", "CO": "COP",
}  # fmt: skip
"""What "$" and "dollars" are where a publisher means its own country's."""
_SCALES: Final = {
    "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12,
    "mn": 1e6, "bn": 1e9, "tn": 1e12, "m": 1e6, "k": 1e3,
}  # fmt: skip
_SYMBOLS = {s.replace("_", " "): u for u, (_, _, names, _) in _UNITS.items() for s in names.split()}
_WORDS = {w.replace("_", " "): u for u, (_, _, _, names) in _UNITS.items() for w in names.split()}


def _any(names: dict[str, str] | dict[str, float]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


_DIGITS = re.compile(r"\d+(?:[.,\u00a0\u202f]\d+)*")
# Both cases spelled out: a pattern that ignores case takes twice as long.
_SPELLED = re.compile(rf"({'|'.join([*WRITTEN, *map(str.capitalize, WRITTEN)])})(?=[ -][a-zA-Z])")
_SIGN = re.compile(rf"({_any(_SIGNS)}|\$) ?$")
_SCALE = re.compile(r"(?: |-)?(thousand|million|billion|trillion|mn|bn|tn|m|k)\b", re.IGNORECASE)
_UNIT = re.compile(
    rf"(?:[ \u00a0\u202f-]?(?P<symbol>{_any(_SYMBOLS)})(?!\w)"
    rf"|[ -](?P<word>{_any(_WORDS)})\b(?!(?:s|-| )?old\b)"
    rf"|[ -](?P<money>{_any(_MONEY)}|dollars?)\b| ?(?P<sign>[€£¥])(?!\d))"
)


def find_amounts(text: str, language: str | None, country: str | None = None) -> list[Value]:
    """The quantities in a text.

    Args:
        text: any text.
        language: BCP 47: where 3,5 is three and a half.
        country: of the publisher: whose dollars "$" are.

    Returns:
        Values {"value", "unit"} and, for measures, {"si", "si_unit"}.
    """
    found = [*_digits(text, language, country)]
    if (language or "en").startswith("en"):
        found += _spelled(text, country)
    return found


def _digits(text: str, language: str | None, country: str | None) -> Iterator[Value]:
    for match in _DIGITS.finditer(text):
        start, end = match.span()
        sign = _SIGN.search(text, max(0, start - 5), start)
        before = text[start - 1] if start else " "
        value = number(match[0], language)
        if value is None or (sign is None and (before.isalnum() or before in "-–/.,:")):
            continue
        if sign:
            if scale := _SCALE.match(text, end):
                value, end = value * _SCALES[scale[1].lower()], scale.end()
            unit = _SIGNS.get(sign[1]) or _dollars(country)
            yield Value(sign.start(), end, {"value": _short(value), "unit": unit})
        elif measured := _measured(text, start, end, value, country):
            yield measured


def _spelled(text: str, country: str | None) -> Iterator[Value]:
    for match in _SPELLED.finditer(text):
        start, end = match.span()
        if start and (text[start - 1].isalnum() or text[start - 1] in "-–"):
            continue
        if measured := _measured(text, start, end, float(WRITTEN[match[1].lower()]), country):
            yield measured


def _measured(text: str, start: int, end: int, value: float, country: str | None) -> Value | None:
    """A number with the unit behind it; None if none is there."""
    scale = _SCALE.match(text, end)
    # "3 m" may be metres.
    if scale and scale[1].lower() not in {"m", "k"}:
        value, end = value * _SCALES[scale[1].lower()], scale.end()
    match = _UNIT.match(text, end)
    if match is None:
        return None
    if money := match["money"]:
        unit = _MONEY.get(money) or _dollars(country)
    elif match["sign"]:
        unit = _SIGNS[match["sign"]]
    else:
        unit = _SYMBOLS[match["symbol"]] if match["symbol"] else _WORDS[match["word"]]
        return Value(start, match.end(), _with_si(value, unit))
    return Value(start, match.end(), {"value": _short(value), "unit": unit})


def _with_si(value: float, unit: str) -> dict[str, float | str]:
    factor, si_unit, _, _ = _UNITS[unit]
    made: dict[str, float | str] = {"value": _short(value), "unit": unit}
    if factor is None:
        return made
    return made | {"si": _short(value * factor + _ZERO.get(unit, 0.0)), "si_unit": si_unit}


def _dollars(country: str | None) -> str:
    return _DOLLARS.get(country or "", "USD")


def _short(value: float) -> float:
    """Without the noise of binary fractions; whole where it is."""
    rounded = float(f"{value:.12g}")
    return int(rounded) if rounded.is_integer() else rounded
