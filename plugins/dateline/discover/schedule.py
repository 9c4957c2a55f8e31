"""When a feed is polled next. Pure: the clock and the feed's past come in.

    its rhythm ─► quiet spells ─► publisher's hints ─► turnover ─► bounds ─► spread
    a third of the  slower while    not before they      before all      the        no two
    week's mean gap  nothing comes   expect anything      entries change  source's   in step

The rhythm is Miniflux's idea, failures as fractions are Media Cloud's (rss-fetcher).
"""

from __future__ import annotations

import re
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WEEK: Final = timedelta(days=7)
DAY: Final = timedelta(days=1)
HARD, SOFT, DNS, GONE = 1.0, 0.5, 0.25, 5.0
"""How much a failed poll counts: what may pass by itself counts less, a clear answer more."""
LONGEST: Final = timedelta(days=30)
"""Between two polls of a dead feed: many come back."""
DEAD: Final = 20.0
"""Failures in a row from which on a feed counts as dead; the daily ones before take weeks."""
PER_ENTRY: Final = 3
"""Polls to an entry of the feed, on average: an entry waits a sixth of their mean distance."""
QUIET_SHARE: Final = 8
MAX_QUIET: Final = timedelta(hours=1)
"""Nothing new for so long: an eighth of it is added, an hour at the most."""
PUSHED: Final = timedelta(hours=6)
"""Between two polls while a WebSub hub tells of every entry: only to notice if it stops."""
_EARLIEST, _LATEST = 0.75, 0.9
"""A feed of ten minutes, polled late in one run, must be due in the next."""


def rhythm(times: Iterable[datetime | None], now: datetime) -> timedelta | None:
    """Mean time between the entries of the last week, as far back as the feed reaches.

    Args:
        times: when the feed's entries were published, in any order; None: not known.
        now: aware.

    Returns:
        None if no entry has a date; for a feed without an entry in the week, its age.
    """
    past = sorted(time for time in times if time is not None and time <= now)
    if not past:
        return None
    week = [time for time in past if time > now - WEEK]
    if not week:
        return now - past[-1]
    # What stands in the feed may be less than a week, if it holds only so many entries.
    reach = WEEK if week[0] > past[0] else now - past[0]
    return reach / len(week)


def interval(
    *,
    rhythm: timedelta | None,
    idle: timedelta,
    asked: timedelta,
    turnover: timedelta | None,
    bounds: tuple[timedelta, timedelta],
    pushed: bool,
) -> timedelta:
    """Time to the next poll of a feed that answered.

    Args:
        rhythm: see `rhythm`; None: no entry has a date.
        idle: since the feed last changed.
        asked: shortest time that the publisher expects (ttl, max-age …).
        turnover: how long an entry stays in the feed, about; None: not known.
        bounds: shortest and longest, by the source.
        pushed: a hub tells of new entries.
    """
    shortest, longest = bounds
    if pushed:
        return max(shortest, min(longest, PUSHED))
    quiet = idle / QUIET_SHARE
    found = max(rhythm / PER_ENTRY, min(quiet, MAX_QUIET)) if rhythm is not None else 2 * quiet
    found = max(found, asked)
    if turnover is not None:  # no hint shall make us miss entries
        found = min(found, turnover / 2)
    return min(max(found, shortest), longest)


def after_failure(failures: float, shortest: timedelta) -> timedelta:
    """Time to the next poll of a feed that failed: doubling to a day, a month for a dead one.

    Args:
        failures: in a row, this one included.
        shortest: the source's.
    """
    if failures >= DEAD:
        return LONGEST
    # A first failure that may pass by itself is tried again as soon as may be.
    return min(shortest * 2 ** min(max(failures - SOFT, 0.0), 16.0), max(DAY, shortest))


def spread(wait: timedelta, key: object, now: datetime) -> timedelta:
    """A wait made a tenth to a quarter shorter, differently for each feed and poll: no herd forms.

    Args:
        wait: the interval.
        key: of the feed.
        now: of this poll.
    """
    share = zlib.crc32(f"{key}:{now.timestamp():.0f}".encode()) / 0xFFFFFFFF
    return wait * (_EARLIEST + (_LATEST - _EARLIEST) * share)


_MAX_AGE: Final = re.compile(r"(?:^|[\s,])(s-maxage|max-age)\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_UNCACHED: Final = re.compile(r"(?:^|[\s,])no-(?:cache|store)\b", re.IGNORECASE)


def freshness(headers: Sequence[tuple[str, str]], now: datetime) -> timedelta:
    """How long an answer stays fresh by Cache-Control, else Expires (RFC 9111, 4.2.1): 0 to a day.

    Args:
        headers: of the answer.
        now: when it came.
    """
    control = ",".join(value for name, value in headers if name.lower() == "cache-control")
    age = _number(headers, "age")
    if _UNCACHED.search(control):
        return timedelta(0)
    ages = {match[1].lower(): int(match[2]) for match in _MAX_AGE.finditer(control)}
    if ages:
        seconds = ages.get("s-maxage", ages.get("max-age", 0)) - age
        return min(max(timedelta(seconds=seconds), timedelta(0)), DAY)
    expires, date = _date(headers, "expires"), _date(headers, "date") or now
    return min(max(expires - date, timedelta(0)), DAY) if expires else timedelta(0)


def _number(headers: Sequence[tuple[str, str]], wanted: str) -> int:
    value = next((text.strip() for name, text in headers if name.lower() == wanted), "")
    return int(value) if re.fullmatch(r"[0-9]{1,9}", value) else 0


def _date(headers: Sequence[tuple[str, str]], wanted: str) -> datetime | None:
    value = next((text.strip() for name, text in headers if name.lower() == wanted), "")
    try:
        found = parsedate_to_datetime(value)
    except ValueError:  # "Expires: 0" and the like: stale already
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
