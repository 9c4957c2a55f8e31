"""Dates as the web prints them: ISO 8601, RFC 822, epoch seconds, and the written forms.

A bare local time is read in the caller's zone and marked (`zone_known` false); a day stays a day.
RFC 3339 and RFC 822, which is what nearly all feeds write, take the short way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateline.model import Precision
from dateline.months import ENGLISH, month_in

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Nothing on the web is older; 1970 is an empty field."""
_LATEST_AHEAD = timedelta(days=1)
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A date read from text.

    Attributes:
        at: aware. For a day: its midnight in UTC, so that `at.date()` is the day as printed.
        precision: INSTANT or DAY.
        zone_known: the text itself gave the zone; False for days and for local times.
    """

    at: datetime
    precision: Precision
    zone_known: bool


_ISO = re.compile(
    r"([12]\d{3})(?:([-/.])([01]?\d)\2([0-3]?\d)|([01]\d)([0-3]\d))(?!\d)"
    r"(?:[T ,]\s*([0-2]?\d)[:h.]?([0-5]\d)(?:[:.]?([0-6]\d)(?:[.,:](\d{1,9}))?)?)?(.*)",
    re.IGNORECASE | re.DOTALL,
)
_OFFSET = re.compile(
    r"(?:GMT|UTC|Z)?\s*([+\-−])([01]?\d):?([0-5]\d)?(?::?[0-5]\d)?\b", re.IGNORECASE
)
_EPOCH = re.compile(r"(\d{9,10})(\d{3})?(?:\.\d+)?")
_CLOCK = re.compile(
    r"(?<![\d.:/+-])([0-2]?\d)(?:[:h]|\s?Uhr\s?|\.(?=\d\d Uhr))([0-5]\d)(?::([0-6]\d)(?:\.\d+)?)?"
    r"(?![\d/])\s*([ap]\.?m\b\.?)?"
    r"|\b(1[0-2]|0?[1-9])\s*([ap]\.?m\b\.?)",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"(?<!\d)([0-3]?\d)\s?[./-]\s?([0-3]?\d)\s?[./-]\s?((?:[12]\d)?\d\d)(?!\d)")
_ANY_DIGIT = re.compile(r"\d")
_DIGIT = re.compile(r"(?![0-9])\d")
_AFTERNOON = re.compile(r"下午|晚上?|午[后後]|오후")
_VIETNAMESE = re.compile(
    r"([0-3]?\d)\s+tháng\s+([01]?\d)[,\s]\s*(?:năm\s+)?([12]\d{3})", re.IGNORECASE
)
_CJK = re.compile(r"([12]\d{3})\s*[年년]\s*([01]?\d)\s*[月월]\s*([0-3]?\d)\s*[日일]?")
_YEAR = re.compile(r"(?<![\d:])([12]\d{3})(?![\d:])")
_DAY = re.compile(r"(?<![\d:])(\d?\d)(?:st|nd|rd|th|er|º|ª|\.)?(?![\d:])", re.IGNORECASE)
_ZONE_WORD = re.compile(r"\b([A-Z]{1,5})\b")

_ZONE_NAME = re.compile(r"\b(?:Africa|America|Asia|Atlantic|Australia|Europe|Pacific)/[A-Z]\w+")

_RFC_3339 = re.compile(
    r"[12]\d{3}-\d\d-\d\d[Tt ](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?"
    r"(?:[Zz]|[+-][01]\d:[0-5]\d)",
    re.ASCII,
)
_RFC_822 = re.compile(
    r"(?:[a-z]{3,9},? )?(\d?\d)[ -]([a-z]{3})[a-z]{0,6}[ -]([12]\d{3}|\d\d)"
    r" ([0-2]?\d):([0-5]\d)(?::([0-6]\d))? (?:([+-])([01]\d)([0-5]\d)|([a-z]{1,5}))",
    re.ASCII | re.IGNORECASE,
)
_ZONES: dict[str, float] = {
    word: hours
    for hours, names in {
        -10: "HST",
        -9: "AKST",
        -8: "PST AKDT",
        -7: "MST PDT",
        -6: "CST MDT",
        -5: "EST CDT",
        -4: "AST EDT",
        -3.5: "NST",
        -3: "BRT ART ADT",
        -2.5: "NDT",
        0: "Z UT UTC GMT WET",
        1: "WEST BST CET MET MEZ",
        2: "CEST MEST MESZ EET SAST CAT",
        3: "EEST EAT MSK",
        5: "PKT",
        5.5: "IST",
        5.75: "NPT",
        7: "WIB",
        8: "WITA HKT SGT MYT PHT AWST",
        9: "WIT JST KST",
        9.5: "ACST",
        10: "AEST",
        11: "AEDT",
        12: "NZST",
        13: "NZDT",
    }.items()
    for word in names.split()
}
_WALL_ZONES = {
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}
# Zones in which 4/5/2024 is the fifth of April.
_MONTH_FIRST = re.compile(
    r"America/(?!Argentina|Sao_Paulo|Mexico|Bogota|Lima|Santiago|Montevideo)|US/"
)
_CENTURY_TURN = 69
_NOON = 12
_MIDNIGHT = 24
_MONTHS = 12
_FULL_YEAR = 4
_DAY_AND_YEAR = 2


def plausible(at: datetime, now: datetime) -> bool:
    """Whether an article can have that date: from 1990 to a day after `now`."""
    return EARLIEST <= at <= now + _LATEST_AHEAD


def in_utc(at: datetime) -> datetime | None:
    """The instant in UTC; None where the calendar ends before it."""
    try:
        return at.astimezone(UTC)
    except OverflowError:
        return None


def parse_date(text: str, *, timezone: str | None = None) -> ParsedDate | None:
    """Read a date.

    Args:
        text: one date, as found; words around it do no harm, a second date may.
        timezone: IANA name for times without a zone; unknown or None: UTC. It also decides
            whether 4/5/2024 is in April or May.

    Returns:
        None if there is no full date (day, month and year). Nothing is refused as too old or too
        new: that is `plausible`'s.
    """
    text = " ".join(text.split())[:_LONGEST].strip("[]()\"' ")
    if not _ANY_DIGIT.search(text):
        return None
    if not text.isascii():
        text = _DIGIT.sub(lambda match: str(int(match[0])), text)
    try:
        return (
            _rfc(text)
            or _epoch(text)
            or _iso(text, timezone)
            or _cjk(text, timezone)
            or _vietnamese(text, timezone)
            or _written(text, timezone)
        )
    except (ValueError, OverflowError):
        return None


def _rfc(text: str) -> ParsedDate | None:
    """RFC 3339 and RFC 822, which is what nearly all feeds and pages write: the short way."""
    if _RFC_3339.fullmatch(text):
        at = datetime.fromisoformat(text.upper()).replace(microsecond=0)
        return ParsedDate(at, Precision.INSTANT, True)
    match = _RFC_822.fullmatch(text)
    if match is None or (month := ENGLISH.get(match[2].lower())) is None:
        return None
    day, year, hour, minute, second, sign, hours, minutes, word = match.group(
        1, 3, 4, 5, 6, 7, 8, 9, 10
    )
    if sign:
        offset = timedelta(hours=int(hours), minutes=int(minutes))
        zone: tzinfo = UTC if not offset else timezone(-offset if sign == "-" else offset)
    elif word.upper() in _ZONES:
        zone = timezone(timedelta(hours=_ZONES[word.upper()]))
    else:
        return None
    full = int(year) if len(year) == _FULL_YEAR else _century(int(year))
    clock = _of_day(int(hour), int(minute), int(second or 0), "")
    local = datetime.combine(date(full, month, int(day)), clock, zone)
    return ParsedDate(local, Precision.INSTANT, True)


def _epoch(text: str) -> ParsedDate | None:
    match = _EPOCH.fullmatch(text)
    if not match:
        return None
    return ParsedDate(datetime.fromtimestamp(int(match[1]), UTC), Precision.INSTANT, True)


def _iso(text: str, name: str | None) -> ParsedDate | None:
    match = _ISO.match(text)
    if not match:
        return None
    on = date(int(match[1]), int(match[3] or match[5]), int(match[4] or match[6]))
    hour, minute, second, _, rest = match.groups()[6:]
    if hour is None:
        # "2024-05-04 around noon" and "2024-05-04, 2:30 pm" still have a clock to be found.
        return _at(on, _clock(rest), rest, name)
    clock = _of_day(int(hour), int(minute), int(second or 0), rest.strip())
    return _at(on, clock, rest, name)


def _cjk(text: str, name: str | None) -> ParsedDate | None:
    match = _CJK.search(text)
    if not match:
        return None
    rest = text[match.end() :]
    on = date(int(match[1]), int(match[2]), int(match[3]))
    clock = _clock(rest.replace("时", ":").replace("時", ":").replace("点", ":").replace("시", ":"))
    if clock and clock.hour < _NOON and _AFTERNOON.search(rest):
        clock = clock.replace(hour=clock.hour + _NOON)
    return _at(on, clock, rest, name)


def _vietnamese(text: str, name: str | None) -> ParsedDate | None:
    """Months are numbered: "5 tháng 1, 2015"."""
    match = _VIETNAMESE.search(text)
    if not match:
        return None
    on = date(int(match[3]), int(match[2]), int(match[1]))
    rest = text[: match.start()] + text[match.end() :]
    return _at(on, _clock(rest), rest, name)


def _written(text: str, name: str | None) -> ParsedDate | None:
    """Dates with a month's name in any order, or three numbers."""
    without_clock = _CLOCK.sub(" ", text) if not _NUMERIC.search(text) else _NUMERIC.sub(" ", text)
    if numeric := _NUMERIC.search(text):
        on = _numeric_day(numeric, name)
        return _at(on, _clock(without_clock), text, name)
    month = month_in(text)
    year = _YEAR.search(without_clock)
    if month is None:
        return None
    rest = _OFFSET.sub(" ", without_clock)
    if year:
        rest = rest.replace(year[1], " ", 1)
    numbers = [int(match[1]) for match in _DAY.finditer(rest)]
    if not numbers or (year is None and len(numbers) < _DAY_AND_YEAR):
        return None
    full = int(year[1]) if year else _century(numbers[1])
    return _at(date(full, month, numbers[0]), _clock(text), text, name)


def _numeric_day(match: re.Match[str], name: str | None) -> date:
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    month_first = second > _MONTHS or (
        first <= _MONTHS and "/" in match[0] and _MONTH_FIRST.match(name or "") is not None
    )
    day, month = (second, first) if month_first else (first, second)
    return date(year if len(match[3]) == _FULL_YEAR else _century(year), month, day)


def _century(year: int) -> int:
    return year + (1900 if year >= _CENTURY_TURN else 2000)


def _clock(text: str) -> time | None:
    match = _CLOCK.search(text)
    if not match:
        return None
    if match[5]:
        return _of_day(int(match[5]), 0, 0, match[6])
    return _of_day(int(match[1]), int(match[2]), int(match[3] or 0), match[4] or "")


def _of_day(hour: int, minute: int, second: int, half: str) -> time:
    half = half[:1].lower() if re.match(r"[ap]\.?m\b", half, re.IGNORECASE) else ""
    if half == "p" and hour < _NOON:
        hour += _NOON
    elif half == "a" and hour == _NOON:
        hour = 0
    return time(0 if hour == _MIDNIGHT else hour, minute, min(second, 59))


def _at(on: date, clock: time | None, zone_text: str, name: str | None) -> ParsedDate:
    if clock is None:
        return ParsedDate(datetime.combine(on, time(0), UTC), Precision.DAY, False)
    zone = _zone_in(zone_text)
    local = datetime.combine(on, clock, zone or zone_named(name))
    return ParsedDate(local, Precision.INSTANT, zone is not None)


def _zone_in(text: str) -> tzinfo | None:
    if match := _ZONE_NAME.search(text):
        return zone_named(match[0])
    if match := _OFFSET.search(_CLOCK.sub(" ", text)):
        offset = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return timezone(-offset if match[1] in "-−" else offset)
    for word in _ZONE_WORD.findall(text):
        if word in _ZONES:
            return timezone(timedelta(hours=_ZONES[word]))
        if word in _WALL_ZONES:
            return ZoneInfo(_WALL_ZONES[word])
    return None


@lru_cache(maxsize=256)
def zone_named(name: str | None) -> tzinfo:
    """The IANA zone of that name; UTC if there is none."""
    try:
        return ZoneInfo(name) if name else UTC
    except (KeyError, ValueError, OSError):
        return UTC
