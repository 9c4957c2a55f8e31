"""Dates in running text, as days of the calendar: "On Sunday", "Oct. 5", "last year".

What is relative is read against the day of publication. A weekday is the last one up to that day,
as wire style has it, unless what stands before looks ahead. English in full; of other languages
the dates that name a month. Each finder is anchored on what is rare in a text (a digit, a
capital), so that a long text costs little.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from dateline.enrich.model import Value
from dateline.enrich.numbers import WRITTEN
from dateline.months import ENGLISH, month_names
from dateline.text import words

if TYPE_CHECKING:
    from collections.abc import Iterator

_YEARS = range(1500, 2200)
_HALF_YEAR = 183
_WEEK = 7
_SHORTEST_MONTH = 4
_SHORT_MONTHS = frozenset({"mai", "mei", "maj", "май", "мая"})
_WEEKDAYS = {
    name: number for number, name in enumerate(words("Mon Tues Wednes Thurs Fri Satur Sun"))
}
_MONTH = re.compile(
    r"(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b(\.?)"
    r"(?:\s{1,2}(\d{1,2})(?:st|nd|rd|th)?\b(?![:%\d]|[.,]\d))?(?:(?:,\s?|\s)([12]\d{3})\b(?!,\d))?"
)
_DAY_BEFORE = re.compile(r"(?<![\d.,/:])(\d{1,2})(?:st|nd|rd|th)?(?: of)? $")
_WEEKDAY_BEFORE = re.compile(r"(?<!\w)(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? $")
_MONTH_CUE = re.compile(
    r"(?<!\w)(in|since|until|till|last|next|this|early|late|mid|during|throughout|through"
    r"|from|by|of|before|after)[ -]$",
    re.IGNORECASE,
)
_OF_PEOPLE = frozenset({"from", "by", "of", "before", "after", "through"})
"""Before May and March these may as well stand before a person's name or a walk."""
_WEEKDAY = re.compile(
    r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b"
    r"(?! (?:Times|Mirror|Telegraph|Mail|Herald|Express|Post|Night))"
)
_WEEKDAY_CUE = re.compile(r"(?<!\w)(\w+)(?: (coming|past))? $")
_NO_DAY = frozenset(
    words("every each most some black good ash bloody super cyber palm easter giving maundy")
)
_AHEAD = re.compile(
    r"\b(?:will|due|set to|scheduled|expected|planned|plans?|upcoming|ahead of|until|by|would"
    r"|starting|beginning)\b[^.;\n]*$"
)
_SAID = re.compile(r"\b(?:said|told|announced|reported|confirmed|wrote|added|warned)\b[^.;\n]*$")
# Both cases spelled out: a pattern that ignores case takes three times as long.
_RELATIVE = re.compile(
    r"(?:(today|tonight|yesterday|tomorrow|last night|Today|Tonight|Yesterday|Tomorrow|Last night)"
    r"|(last|this|next|Last|This|Next) (year|month|week))\b"
)
_DAY_WORDS = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1, "last night": -1}
_STEPS = {"last": -1, "this": 0, "next": 1}
_AGO = re.compile(
    rf"(?<!\w)(\d{{1,3}}|an?|{'|'.join(WRITTEN)}) (day|week|month|year)s?$", re.IGNORECASE
)
_YEAR = re.compile(r"([12]\d{3})(?![\w%]|[-–/.,:]\d|-[a-z])")
_YEAR_CUE = re.compile(
    r"(?<!\w)(?:in|since|until|till|from|by|before|after|during|early|late|mid"
    r"|(?:spring|summer|autumn|fall|winter|end|start|beginning|middle) of)[ -]$",
    re.IGNORECASE,
)
_ISO = re.compile(r"([12]\d{3})-(\d\d)-(\d\d)(?!\w|-\d)")
_DOTTED = re.compile(r"(\d{1,2})\. ?(\d{1,2})\. ?([12]\d{3})\b")
_NAMED_DAY = re.compile(
    r"(\d{1,2})(?:\.|er|º|ª)?\s(?:de |d['’])?([^\W\d_]{3,})\b\.?(?:,?\s(?:de |del )?([12]\d{3})\b)?"
)
_NAMED_MONTH = re.compile(r"([^\W\d_]{3,})\.? (?:de |del )?$")
_EAST_ASIAN = re.compile(r"(?:([12]\d{3})\s?[年년]\s?)(\d{1,2})\s?[月월](?:\s?(\d{1,2})\s?[日일])?")
_LOOK_BACK = 48


def find_days(text: str, language: str | None, published: date | None) -> list[Value]:
    """The dates in a text.

    Args:
        text: any text.
        language: BCP 47; it decides which words are dates.
        published: what relative dates count from; None: only dates with a year are found.

    Returns:
        Values {"day": ISO 8601, "precision": day | week | month | year}; the day is the first
        one of its period. Overlaps are possible.
    """
    english = (language or "en").partition("-")[0] == "en"
    found = [*_numeric(text)]
    if english:
        found += [*_months(text, published), *_years(text)]
        if published is not None:
            found += [*_weekdays(text, published), *_relative(text, published)]
            found += _ago(text, published)
    else:
        found += _foreign(text, published)
    return found


def _value(start: int, end: int, day: date, precision: str) -> Value:
    first = {"month": day.replace(day=1), "year": day.replace(month=1, day=1)}.get(precision, day)
    if precision == "week":
        first = day - timedelta(days=day.weekday())
    return Value(start, end, {"day": first.isoformat(), "precision": precision})


def _numeric(text: str) -> Iterator[Value]:
    for match in _ISO.finditer(text):
        if _free(text, match.start()) and (day := _date(match[1], match[2], match[3])):
            yield _value(*match.span(), day, "day")
    for match in _DOTTED.finditer(text):
        if _free(text, match.start()) and (day := _date(match[3], match[2], match[1])):
            yield _value(*match.span(), day, "day")


def _months(text: str, published: date | None) -> Iterator[Value]:
    """Reads "Oct. 5", "5 October 2024", "Sunday, Aug. 18, 2024", "August 2024", "in May"."""
    for match in _MONTH.finditer(text):
        start, end = match.span()
        if not _free(text, start):
            continue
        name, dot, number, year = match.groups()
        month = ENGLISH[name[:3].lower()]
        before = text[max(0, start - _LOOK_BACK) : start]
        if number is None and (day := _DAY_BEFORE.search(before)):
            number, start = day[1], start - len(day[0])
            before = before[: day.start()]
        if number is not None:
            if weekday := _WEEKDAY_BEFORE.search(before):
                start -= len(weekday[0])
            if on := _on(year, month, number, published):
                yield _value(start, end, on, "day")
        elif year is not None:
            if on := _date(year, month, 1):
                yield _value(start, end, on, "month")
        elif published is not None and (on := _bare_month(name, month, before, published)):
            yield _value(start, end - len(dot), on, "month")


def _bare_month(name: str, month: int, before: str, published: date) -> date | None:
    """The month that a preposition or the like announces: the last one, unless it looks ahead."""
    cue = _MONTH_CUE.search(before)
    if cue is None or (name in {"May", "March"} and cue[1].lower() in _OF_PEOPLE):
        return None
    word, year = cue[1].lower(), published.year
    if word == "last":
        year -= month >= published.month
    elif word == "next" or _looks_ahead(before[: cue.end()]):
        year += month <= published.month if word == "next" else month < published.month
    elif word != "this":
        year -= month > published.month
    return date(year, month, 1)


def _weekdays(text: str, published: date) -> Iterator[Value]:
    for match in _WEEKDAY.finditer(text):
        start, end = match.span()
        if not _free(text, start):
            continue
        before = text[max(0, start - _LOOK_BACK) : start]
        cue = _WEEKDAY_CUE.search(before)
        word, more = (cue[1].lower(), cue[2]) if cue else ("", None)
        if word in _NO_DAY or (cue and word not in {"on", "last", "next", "this"} and more):
            continue
        back = (published.weekday() - _WEEKDAYS[match[1]]) % _WEEK
        if word == "next" or more == "coming" or (word != "last" and _looks_ahead(before)):
            back -= _WEEK
        elif word == "last" and back == 0:
            back = _WEEK
        if cue and word in {"last", "next", "this"}:
            start -= len(cue[0])
        yield _value(start, end, published - timedelta(days=back), "day")


def _looks_ahead(before: str) -> bool:
    """Whether the clause up to here is about what is to come, and not about what was said of it."""
    ahead, said = _AHEAD.search(before), _SAID.search(before)
    return ahead is not None and (said is None or said.start() < ahead.start())


def _relative(text: str, published: date) -> Iterator[Value]:
    for match in _RELATIVE.finditer(text):
        # "Today" with a capital inside a sentence is a programme or a newspaper.
        if not _free(text, match.start()) or (match[0][0].isupper() and _inside(text, match)):
            continue
        if match[1]:
            day = published + timedelta(days=_DAY_WORDS[match[1].lower()])
            yield _value(*match.span(), day, "day")
        else:
            step, unit = _STEPS[match[2].lower()], match[3].lower()
            yield _value(*match.span(), _stepped(published, step, unit), unit)


def _inside(text: str, match: re.Match[str]) -> bool:
    before = text[: match.start()].rstrip(" \"“‘'")
    return bool(before) and before[-1] not in ".!?\n:–—-"


def _ago(text: str, published: date) -> Iterator[Value]:
    """Reads "three days ago": anchored on its last word, the rarest."""
    at = -1
    while (at := text.find(" ago", at + 1)) >= 0:
        match = _AGO.search(text, max(0, at - _LOOK_BACK), at)
        if match is None:
            continue
        word, unit = match[1].lower(), match[2].lower()
        number = int(word) if word.isdigit() else WRITTEN.get(word, 1)
        yield _value(match.start(), at + 4, _stepped(published, -number, unit), unit)


def _years(text: str) -> Iterator[Value]:
    for match in _YEAR.finditer(text):
        before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
        if _YEAR_CUE.search(before) and int(match[1]) in _YEARS:
            yield _value(*match.span(), date(int(match[1]), 1, 1), "year")


def _foreign(text: str, published: date | None) -> Iterator[Value]:
    """Reads "5. Oktober 2024", "1er mai", "octobre 2024", "2024年8月5日"."""
    table = month_names()
    for match in _NAMED_DAY.finditer(text):
        word = match[2].casefold()
        month = table.get(word)
        if month is None or not _free(text, match.start()):
            continue
        if not match[3] and len(word) < _SHORTEST_MONTH and word not in _SHORT_MONTHS:
            continue
        if day := _on(match[3], month, match[1], published):
            end = match.end() if match[3] else match.end(2)
            yield _value(match.start(), end, day, "day")
    for match in _YEAR.finditer(text):
        name = _NAMED_MONTH.search(text, max(0, match.start() - 24), match.start())
        if name and (month := table.get(name[1].casefold())) and (day := _date(match[1], month, 1)):
            yield _value(name.start(), match.end(), day, "month")
    for match in _EAST_ASIAN.finditer(text):
        if day := _date(match[1], match[2], match[3] or 1):
            yield _value(*match.span(), day, "day" if match[3] else "month")


def _on(year: str | None, month: int, number: str, published: date | None) -> date | None:
    """The day; without a year the one nearest to the publication."""
    if year is not None:
        return _date(year, month, number)
    if published is None:
        return None
    near = [_date(published.year + step, month, number) for step in (-1, 0, 1)]
    known = [day for day in near if day is not None]
    return min(known, key=lambda day: abs((day - published).days), default=None)


def _stepped(day: date, step: int, unit: str) -> date:
    """The day moved by days, weeks, months or years; of the latter two the first day."""
    if unit in {"day", "week"}:
        return day + timedelta(days=step * (_WEEK if unit == "week" else 1))
    if unit == "year":
        return date(day.year + step, 1, 1)
    months = day.year * 12 + day.month - 1 + step
    return date(months // 12, months % 12 + 1, 1)


def _date(year: str | int, month: str | int, day: str | int) -> date | None:
    if int(year) not in _YEARS:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _free(text: str, start: int) -> bool:
    """Whether a word or number begins here."""
    return start == 0 or not (text[start - 1].isalnum() or text[start - 1] in "/.,:$£€")
