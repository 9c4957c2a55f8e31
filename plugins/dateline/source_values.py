# ruff: noqa: TRY004 (ValueError is what a reader of settings catches, whatever is wrong)
"""Values of a source file, each checked by a function that raises ValueError with the reason."""

from __future__ import annotations

import difflib
import ipaddress
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, available_timezones

import pycountry
from babel import parse_locale

from dateline.urls import canonicalise, host_of

if TYPE_CHECKING:
    from collections.abc import Iterable

MIN_INTERVAL: Final = timedelta(minutes=1)
MAX_INTERVAL: Final = timedelta(days=1)
MAX_MAX_INTERVAL: Final = timedelta(days=30)
MAX_DELAY: Final = 3600.0
MAX_CONNECTIONS: Final = 16

UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_DURATION: Final = re.compile(r"(\d{1,7})\s*([smhd])")
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f]")
_XK: Final = "XK"
"""Kosovo: in use everywhere, though ISO 3166-1 only reserves it."""


def interval(text: object) -> timedelta:
    """Read a time between polls: "90s", "10m", "1h", "1d".

    Raises:
        ValueError: it is none, or not between a minute and a day; says what it must be.
    """
    found = _duration(text)
    if not MIN_INTERVAL <= found <= MAX_INTERVAL:
        raise ValueError("must be between one minute and one day")
    return found


def max_interval(text: object) -> timedelta:
    """As `interval`, up to thirty days."""
    found = _duration(text)
    if not MIN_INTERVAL <= found <= MAX_MAX_INTERVAL:
        raise ValueError("must be between one minute and 30 days")
    return found


def _duration(text: object) -> timedelta:
    match = _DURATION.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise ValueError('must be a duration such as "90s", "10m", "1h" or "1d"')
    return timedelta(seconds=int(match[1]) * UNITS[match[2]])


def address(value: Any) -> str:
    """An http(s) address without credentials, as written."""
    text = line(value)
    if canonicalise(text) is None:
        raise ValueError(f"must be an http:// or https:// address, not {text!r}")
    if "@" in text.partition("://")[2].partition("/")[0]:
        raise ValueError("must not hold a user name or password; use headers")
    return text


def is_private(url: str) -> bool:
    """Whether a URL names this machine or a private network by its address."""
    host = host_of(url)
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    try:
        return not ipaddress.ip_address(name).is_global
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def country(value: Any) -> str:
    """ISO 3166-1 alpha-2, in capitals."""
    code = line(value).upper()
    if code != _XK and pycountry.countries.get(alpha_2=code) is None:
        raise ValueError('must be an ISO 3166-1 code of two letters such as "GB"')
    return code


def language(value: Any) -> str:
    """BCP 47, of a language that ISO 639 knows, spelt as usual."""
    reason = 'must be a BCP 47 tag such as "pt-BR"'
    try:
        code, territory, script, variant = parse_locale(line(value), sep="-")[:4]
    except ValueError as error:
        raise ValueError(reason) from error
    if not (pycountry.languages.get(alpha_2=code) or pycountry.languages.get(alpha_3=code)):
        raise ValueError(reason)
    return "-".join(filter(None, (code, script, territory, variant)))


def timezone(value: Any) -> str:
    """A name of the time zone database."""
    name = line(value)
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        guess = closest(name, available_timezones())
        raise ValueError(f'must be an IANA time zone such as "Europe/Berlin"{guess}') from error
    return name


def headers(value: Any) -> tuple[tuple[str, str], ...]:
    """Request headers, in order."""
    pairs = tuple((name, line(text)) for name, text in table(value).items())
    for name, _ in pairs:
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a header")
    return pairs


def slug(value: Any) -> str:
    """Lower-case letters, digits and single hyphens."""
    if not isinstance(value, str) or not _SLUG.fullmatch(value):
        raise ValueError('must be lower-case letters, digits and hyphens such as "harbour-post"')
    return value


def line(value: Any) -> str:
    """Text on one line, stripped."""
    if not isinstance(value, str) or not value.strip() or _UNPRINTABLE.search(value):
        raise ValueError("must be text on one line")
    return value.strip()


def lines(value: Any) -> tuple[str, ...]:
    """A list of such texts."""
    if not isinstance(value, list):
        raise ValueError("must be a list of texts")
    return tuple(line(item) for item in value)


def flag(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")
    return value


def delay(value: Any) -> float:
    """Seconds between two requests."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_DELAY:
        raise ValueError(f"must be seconds between 0 and {MAX_DELAY:g}")
    return float(value)


def connections(value: Any) -> int:
    """Requests at the same time."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_CONNECTIONS:
        raise ValueError(f"must be a whole number between 1 and {MAX_CONNECTIONS}")
    return value


def table(value: Any) -> dict[str, Any]:
    """A TOML table."""
    if not isinstance(value, dict):
        raise ValueError("must be a table such as { key = value }")
    return value


def closest(word: str, words: Iterable[str]) -> str:
    """A question such as `; did you mean "feeds"?` where a word is close, else nothing."""
    close = difflib.get_close_matches(word, list(words), n=1)
    return f'; did you mean "{close[0]}"?' if close else ""
