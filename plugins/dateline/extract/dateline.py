"""The head of a wire story: "SEOUL, South Korea (AP) – ", "LONDON, Oct 5 (Reuters) - ".

A head is read from the left: a credit in brackets or a dash ends it; what stands before must be
places, with a date perhaps. The looser the form, the more the place itself must prove: in brackets
an agency vouches for any place; a lone word in capitals before a dash must not be an acronym.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dateline.extract.agencies import agency_of
from dateline.extract.places import country_of, known_city, known_region
from dateline.model import Dateline
from dateline.months import month_names
from dateline.text import fold, words

_LONGEST = 140
_LONGEST_PLACE = 70
_MOST_WORDS = 9
_DASH = r"(?:\.?\s*(?:--+|[-–—―‒−])|[.:](?=\s))"
_CREDITED = re.compile(
    rf"\s*(?P<head>[^()\[\]\n]{{0,{_LONGEST}}}?)\s*[(\[](?P<credit>[^()\[\]\n]{{2,60}})[)\]]"
    rf"(?P<dash>\s*{_DASH})?(?P<after>\s*)"
)
_SLASHED = re.compile(
    rf"\s*(?P<head>[^/\n]{{2,80}}?)\.?\s*/(?P<credit>[A-Z-]{{3,12}})/\.?(?P<dash>\s*{_DASH})?"
    rf"(?P<after>\s*)"
)
_AGENCY_FIRST = re.compile(
    r"\s*\((?P<credit>[^()\n]{2,30})\)\s*[-–—]\s*(?P<head>[A-ZÀ-Þ][^-–—()\n]{1,60}?)\s*[-–—]"
    r"(?P<after>\s*)"
)
_DASHED = re.compile(
    rf"\s*(?P<head>[^()\[\]\n–—―]{{2,{_LONGEST}}}?)(?P<dash>\s*(?:--+|[–—―])|\s+[-−]|\.-)"
    rf"(?P<after>\s*)(?=\S)"
)
_DATE = re.compile(
    r"(?P<before>.*?)[\s,-]*\b(?P<date>(?P<m1>[^\W\d_]{3,10})\.? ?(?P<d1>\d{1,2}[lO]?|\dO)(?:st|nd"
    r"|rd|th)?(?:,? [12]\d{3})?"
    r"|(?P<d2>\d{1,2})(?:\.|er|º)?(?: de)? (?P<m2>[^\W\d_]{3,10})\.?(?:,? (?:de )?[12]\d{3})?)"
    r"(?P<reuter>,? Reuters?)?[\s,.]*$"
)
_NOT_PLACES = frozenset(
    words(
        "breaking update updated news exclusive opinion analysis live watch video photos "
        "correction corrected factbox explainer editorial interview review recap preview "
        "advisory alert urgent flash wrapup timeline column commentary feature profile "
        "spotlight poll quiz podcast letters advertisement sponsored note editor reuters ap "
        "afp question answer summary background sources source result results final "
        "eilmeldung kommentar urgente direct exclusif note official confirmed spoiler warning "
        "today yesterday tomorrow monday tuesday wednesday thursday friday saturday sunday "
        "and or but the read more related listen subscribe share tech sport sports business "
        "health science world"
    )
)
_ACRONYMS = frozenset(
    words(
        "nasa nato fifa uefa unesco unicef opec fbi cia nba nfl nhl mlb ibm bbc abc cbs nbc "
        "espn hbo usa eu un who imf wto fda cdc epa nsa irs dhs doj ufc wwe nascar pga covid "
        "hiv aids lgbtq gop dnc rnc msnbc pbs npr tsmc ikea lego asean aipac nypd lapd isis "
        "hamas nasdaq nyse dow suv ceo cfo"
    )
)
_SHORT = 4
_LINKS = frozenset(
    words(
        "of de del la le les los las el al da do dos di du des am an der den im in on the "
        "near upon sur und and et y off aboard bei auf over with par"
    )
)
_PLACE_WORD = re.compile(r"[^\W\d_][\w.'’ʼ‘-]*")


@dataclass(frozen=True, slots=True)
class _Head:
    place: str | None
    date_text: str | None
    agency: str | None = None


def parse_dateline(text: str) -> Dateline | None:
    """The dateline at the head of a text, or None.

    Args:
        text: a paragraph; only its first two hundred characters are looked at.
    """
    text = text[: _LONGEST + _LONGEST_PLACE]
    for read in (_agency_first, _credited, _dashed):
        if found := read(text):
            return found
    return None


def _agency_first(text: str) -> Dateline | None:
    """ANSA's "(ANSA) - ROMA, 05 OTT - "."""
    match = _AGENCY_FIRST.match(text)
    if not match or not (agency := agency_of(match["credit"])):
        return None
    head = _head(match["head"])
    if head is None or head.place is None or not (head.place.isupper() or head.date_text):
        return None
    return _dateline(match, head, agency)


def _credited(text: str) -> Dateline | None:
    """A place, a date or neither, then the credit in brackets, or between slashes (TASS)."""
    match = _CREDITED.match(text) or _SLASHED.match(text)
    if not match:
        return None
    agency = agency_of(match["credit"])
    if not match["head"].strip():
        # A caption's "(File 2013/The Associated Press)" does not begin with the agency.
        agency = agency if agency == agency_of(match["credit"].partition("/")[0]) else None
        return _dateline(match, _Head(None, None), agency) if agency else None
    head = _head(match["head"])
    if head is None or (not agency and not match["dash"]):
        return None
    if not agency:
        # "(HawaiiNewsNow) - ": the publisher's own name; the place must stand for itself.
        if not _vouched(head):
            return None
        agency = (
            match["credit"].strip() if re.fullmatch(r"[A-Z][\w .'&-]+", match["credit"]) else None
        )
        if agency is None:
            return None
    return _dateline(match, head, agency)


def _dashed(text: str) -> Dateline | None:
    """A place in capitals, or with a date, and a dash."""
    match = _DASHED.match(text)
    if not match:
        return None
    rest = text[match.end() :].lstrip("\"'“”‘’«»„<¿¡ ")
    head = _head(match["head"])
    if not rest or head is None or not _vouched(head):
        return None
    if rest[0].islower() and not head.date_text:
        return None
    return _dateline(match, head, head.agency)


def _dateline(match: re.Match[str], head: _Head, agency: str | None) -> Dateline:
    place = head.place
    return Dateline(
        text=match[0].strip(),
        place=place,
        country=country_of(place) if place else None,
        agency=agency,
        date_text=head.date_text,
    )


def _head(text: str) -> _Head | None:
    """Places and a date, or None if the words are something else."""
    text = text.strip(" ,-")
    date_text = agency = None
    match = _DATE.fullmatch(text)
    if match and _is_month(match["m1"] or match["m2"]):
        date_text, text = match["date"].strip(" ,"), match["before"].strip(" ,-")
        if match["reuter"]:
            date_text = date_text.removesuffix(match["reuter"])
            agency = "Reuters"
    elif "," in text and (credit := agency_of(text.rpartition(",")[2])):
        agency, text = credit, text.rpartition(",")[0]
    if not text:
        return _Head(None, date_text, agency) if date_text else None
    if len(text) > _LONGEST_PLACE or not _place_like(text):
        return None
    return _Head(_printed(text), date_text, agency)


def _printed(place: str) -> str:
    """The place without a full stop that is not an abbreviation's ("Calif.")."""
    place = place.rstrip(" ,-")
    return place if "," in place else place.rstrip(".")


def _is_month(word: str) -> bool:
    name = word.casefold()
    return name in month_names() or name[:3] in {
        "jan",
        "feb",
        "mar",
        "apr",
        "may",
        "jun",
        "jul",
        "aug",
        "sep",
        "oct",
        "nov",
        "dec",
        "ott",
        "dic",
        "gen",
        "giu",
        "lug",
        "ago",
        "ene",
    }


def _place_like(text: str) -> bool:
    words = [word for word in re.split(r"[\s,/]+", text) if word.strip(".-")]
    if len(words) > _MOST_WORDS or not words or not words[0][0].isupper():
        return False
    return all(
        _PLACE_WORD.fullmatch(word) and (word[0].isupper() or fold(word) in _LINKS)
        for word in words
    )


def _vouched(head: _Head) -> bool:
    """Whether a place that no agency vouches for is one."""
    place = head.place
    if place is None:
        return False
    city, *regions = (part.strip() for part in place.split(","))
    words = fold(city).split()
    if not words or words[0] in _NOT_PLACES or words[-1] in _NOT_PLACES:
        return False
    if known_city(place):
        return True
    if any(known_region(region) for region in regions):
        return True
    if not _capitals(city) or (len(words) == 1 and words[0] in _ACRONYMS):
        return False
    return bool(head.date_text) or (not regions and (len(words) > 1 or len(city) > _SHORT))


def _capitals(city: str) -> bool:
    return all(
        word.isupper() or fold(word) in _LINKS or word.startswith(("Mc", "Mac", "O'"))
        for word in city.split()
    )
