"""When it was published and modified: the first signal with a credible date, kept as an instant.

What a page declares comes first; then what is printed near its headline, checked against the
address. A date far from the headline belongs to another story more often than not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dateline.dates import ParsedDate, parse_date, plausible
from dateline.extract import jsonld
from dateline.extract.evidence import confidence
from dateline.extract.visible import DATE, UPDATE
from dateline.model import Hints, Precision
from dateline.text import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dateline.extract.signals import Signals
    from dateline.extract.visible import Seen

_DAY = timedelta(days=1)
_LONGEST = 80
_LAST_RESORT_CAP = 500_000
_MOST = 40
_LONGEST_PRINTED = 160
_GUESSED = 0.3
_FEW_WORDS, _SENTENCE = 4, 6
_FARTHEST = 2.5
_LEAST_LIKELY = -2.6
_NEXT_DAY = timedelta(days=2)
_DECLARED, _PRINTED, _AGREES = 2.0, 1.0, 0.5
_URL_DATE = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<s>[/_-])(?P<m>[01]?\d|[a-z]{3})(?:(?P=s)|/)(?P<d>[0-3]\d(?!\d)|\d(?=[/.]|$))"
    r"|[/_-](?P<c>20[012]\d[01]\d[0-3]\d)(?!\d)"
    r"|(?<!\d)(?P<dd>[0-3]\d)[-_.](?P<mm>[01]\d)[-_.](?P<yy>20\d\d)(?!\d)",
    re.IGNORECASE,
)

_PUBLISHED = tuple(
    words(
        "article:published_time og:article:published_time article:published parsely-pub-date "
        "sailthru.date datepublished cxenseparse:recs:publishtime cxenseparse:publishtime "
        "publishdate publish-date publish_date published_time publication_date "
        "publicationdate pubdate ptime displaydate article.published originalpublicationdate "
        "article:post_date date.created date dc.date.issued dcterms.issued dcterms.created "
        "dc.date.created dc.date dcterms.date dc.date.published rnews:datepublished "
        "article_date_original citation_publication_date citation_date created og:pubdate "
        "og:published_time timestamp iso-8601-publish-date bt:pubdate"
    )
)
_MODIFIED = tuple(
    words(
        "article:modified_time og:article:modified_time og:updated_time article:updated_time "
        "lastmod last-modified datemodified dcterms.modified dc.date.modified date.modified "
        "utime article:modified revision_date"
    )
)

_UPDATED = re.compile(
    r"updat|modif|aktualisiert|geändert|stand:?\s|mis à jour|màj|actualiza|aggiorna|atualiza"
    r"|oppdatert|opdateret|uppdaterad|bijgewerkt|aktualiz|güncelle|更新|revised|edited",
    re.IGNORECASE,
)
_POSTED = re.compile(
    r"publi|posted|veröffentlicht|erstellt|geschrieben|verfasst|publisert|julkaistu|geplaatst"
    r"|inserito|written|created|投稿|公開|掲載|発表|发布|yayın",
    re.IGNORECASE,
)
_EVENT = re.compile(
    r"©|copyright|\b(?:bis|until|from|born|since|seit|deadline|termin|expires|kommentar|comment)\b",
    re.IGNORECASE,
)
# Three numbers, or a day and a year with a word by them; "14.-20. Januar" is none.
_LIKE_A_DATE = re.compile(
    r"(?<!\d)(?:\d{1,2}\s?[./-]\s?\d{1,2}\s?[./-]\s?(?:\d{2}|[12]\d{3})|[12]\d{3}[./-]\d{1,2}[./-]\d{1,2})(?!\d)"
    r"|\d\W{0,3}(?:de |of )?[^\W\d_]{3,}\W{1,3}(?:de |del )?'?(?:[12]\d{3}|\d{2})(?!\d)"
    r"|[^\W\d_]{3,}\W{1,2}\d{1,2}(?:st|nd|rd|th)?\W{1,2}(?:\d{1,2}:\d\d\W*)?[12]\d{3}(?!\d)|\d\s*[年년]",
    re.IGNORECASE,
)
_NOT_SAID = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True)
class Dated:
    """A date chosen.

    Attributes:
        precision: NONE where there is no date.
        signal: what it was read from, e.g. "jsonld.datePublished".
        provenance: as `evidence.Choice.provenance`; "zone": "assumed …" for a local time.
    """

    at: datetime | None = None
    precision: Precision = Precision.NONE
    signal: str | None = None
    provenance: dict[str, Any] = field(default_factory=dict)


def choose_published(signals: Signals, hints: Hints, *, now: datetime, title: str = "") -> Dated:
    """The publication date.

    Args:
        signals: what was read off the page.
        hints: the feed's date, and the zone of times without one.
        now: nothing later than a day after it is believed.
        title: the title chosen: dates are looked for near its heading.
    """
    dated = _choose(_declared(signals, hints), hints.timezone, now, _DECLARED)
    # A local time may be printed, or told by the address, no better: no use in looking for it.
    if dated.at is not None:
        return dated
    late = _choose(_around(signals, hints, title, now), hints.timezone, now, _PRINTED)
    rejected = dated.provenance.get("rejected", {}) | late.provenance.get("rejected", {})
    provenance = late.provenance | ({"rejected": rejected} if rejected else {})
    return Dated(late.at, late.precision, late.signal, provenance)


def from_whole_text(html: str, hints: Hints, before: Dated, *, now: datetime) -> Dated:
    """The day that htmldate finds where nothing else gave a date: it costs a second parse.

    Args:
        html: the decoded page; not looked at if it is very long.
        hints: the zone of the day.
        before: what was rejected until now.
        now: nothing later than a day after it is believed.
    """
    if len(html) > _LAST_RESORT_CAP:
        return before
    from htmldate import find_date  # noqa: PLC0415 (few pages need it)

    try:
        # Its search through all text finds some more days, and nearly as many wrong ones.
        day = find_date(
            html, extensive_search=False, original_date=True, max_date=now.date().isoformat()
        )
    except Exception:  # noqa: BLE001 (no date is what its failure means)
        return before
    if not day:
        return before
    late = _choose(iter([("htmldate", day)]), hints.timezone, now, _GUESSED)
    return replace(late, provenance=before.provenance | late.provenance)


def choose_modified(signals: Signals, hints: Hints, *, now: datetime) -> Dated:
    """The modification date, from what the page declares only."""
    return _choose(_modified(signals), hints.timezone, now, _DECLARED)


def _declared(signals: Signals, hints: Hints) -> Iterator[tuple[str, str | datetime]]:
    for name in ("datePublished", "dateCreated"):
        for text in jsonld.strings(signals.ld, name):
            yield f"jsonld.{name}", text
    yield from signals.metas(*_PUBLISHED)
    for name in ("datepublished", "datecreated"):
        for text in signals.props.get(name):
            yield f"microdata.{name}", text
    if hints.published:
        yield "feed.published", hints.published
    for node in signals.ld_nodes:
        if jsonld.types(node) & jsonld.PAGES:
            for text in jsonld.strings(node, "datePublished"):
                yield "jsonld.page.datePublished", text


def _around(
    signals: Signals, hints: Hints, title: str, now: datetime
) -> Iterator[tuple[str, str | datetime]]:
    """Dates printed around the headline, the likeliest first, and the day in the address.

    Where the address has a day, a printed date must be of that day, or next to it, to sharpen it.
    """
    around = signals.around(title)
    listed = printed(around.near()) or printed(around.far())
    day = url_date(signals.url)
    told = parse_date(day, timezone=hints.timezone) if day else None
    if told is None or not plausible(told.at, now):
        yield from ((source, raw) for _, source, raw in listed)
    else:
        for _, source, raw in listed:
            read = parse_date(raw, timezone=hints.timezone)
            if read and abs(read.at - told.at) < _NEXT_DAY:
                yield source, raw
        yield "url", day or ""
    for text in jsonld.strings(signals.ld, "uploadDate"):
        yield "jsonld.uploadDate", text


def printed(seen: list[Seen]) -> list[tuple[float, str, str]]:
    """(likelihood, signal, text) of what may be the date printed, the likeliest first.

    Args:
        seen: what stands around the headline (`visible.Around`).
    """
    found: list[tuple[float, str, str]] = []
    for item in seen:
        # Its stamp is exact, but a title or a content attribute need not be a date.
        stamped = item.stamp is not None and parse_date(item.stamp) is not None
        raw = item.stamp if stamped else item.text
        if not raw or len(raw) > _LONGEST_PRINTED or not (stamped or _LIKE_A_DATE.search(raw)):
            continue
        if not (stamped or item.tag in {"time", "-text"} or item.flags & DATE):
            continue
        score = 3.0 if stamped else 2.0 if item.flags & DATE or item.tag == "time" else 1.2
        score += _said(item, "" if stamped else raw)
        away = item.at / 600 if item.at >= 0 else -item.at / 150
        score -= min(away, _FARTHEST)
        if score > _LEAST_LIKELY:
            found.append((score, "time" if item.tag == "time" else "printed", _after_posted(raw)))
    found.sort(key=lambda entry: -entry[0])
    return found[:_MOST]


def _said(item: Seen, raw: str) -> float:
    """What the words around a date make of it."""
    score = 0.0
    if _POSTED.search(item.text):
        score += 0.8
    elif item.flags & UPDATE or _UPDATED.search(item.text):
        score -= 1.2
    if _EVENT.search(item.text):
        score -= 1.0
    # A sentence with a date in it, or a caption, tells of something else.
    words_ = len(_NOT_SAID.sub(" ", raw).split())
    return score - (1.2 if words_ > _SENTENCE else 0.4 if words_ > _FEW_WORDS else 0.0)


def _after_posted(raw: str) -> str:
    """What follows the word for publishing in "Updated 5 May, published 3 May 2024"."""
    posted = list(_POSTED.finditer(raw))
    updated = _UPDATED.search(raw)
    if posted and updated and updated.start() < posted[-1].start():
        return raw[posted[-1].end() :]
    return raw


def _modified(signals: Signals) -> Iterator[tuple[str, str | datetime]]:
    for text in jsonld.strings(signals.ld, "dateModified"):
        yield "jsonld.dateModified", text
    yield from signals.metas(*_MODIFIED)
    for text in signals.props.get("datemodified"):
        yield "microdata.datemodified", text


def url_date(url: str) -> str | None:
    """The day in an address such as /2024/05/04/ or /20240504/, as ISO text."""
    match = _URL_DATE.search(url)
    if not match:
        return None
    if match["c"]:
        return match["c"]
    if match["yy"]:
        return f"{match['yy']}-{match['mm']}-{match['dd']}"
    if match["m"].isalpha():
        return f"{match['d']} {match['m']} {match['y']}"
    return f"{match['y']}-{match['m']}-{match['d']}"


def _choose(
    candidates: Iterator[tuple[str, str | datetime]],
    timezone: str | None,
    now: datetime,
    weight: float,
) -> Dated:
    """The first credible candidate, sharpened by a later one that says the same better."""
    best: tuple[str, str, ParsedDate] | None = None
    rejected: dict[str, str] = {}
    agree = 0
    for source, raw in candidates:
        parsed = _parsed(raw, timezone)
        if parsed is None:
            continue
        if not plausible(parsed.at, now):
            why = "in the future" if parsed.at > now else "before 1990"
            rejected.setdefault(source, f"{why}: {str(raw)[:40]}")
        elif best is None or _sharper(parsed, best[2]):
            best = (source, str(raw), parsed)
        elif parsed.at.date() == best[2].at.date():
            agree += 1
        if best and best[2].zone_known:
            break
    provenance: dict[str, Any] = {"rejected": rejected} if rejected else {}
    if best is None:
        return Dated(provenance=provenance)
    source, raw_text, parsed = best
    sure = confidence(weight + _AGREES * agree)
    provenance = {"from": source, "confidence": sure, "raw": raw_text[:_LONGEST]} | provenance
    if parsed.precision is Precision.INSTANT and not parsed.zone_known:
        provenance["zone"] = f"assumed {timezone or 'UTC'}"
    return Dated(parsed.at, parsed.precision, source, provenance)


def _parsed(raw: str | datetime, timezone: str | None) -> ParsedDate | None:
    if isinstance(raw, datetime):
        return ParsedDate(raw, Precision.INSTANT, zone_known=True)
    return parse_date(raw, timezone=timezone)


def _sharper(new: ParsedDate, old: ParsedDate) -> bool:
    """The same moment said better: a time for a day, a zone for a local time."""
    if new.precision is not Precision.INSTANT:
        return False
    if old.precision is Precision.DAY:
        return new.at.date() == old.at.date()
    if not new.zone_known:
        return False
    # The same clock in another zone, or the same minute and second some hours apart.
    apart = abs(new.at - old.at)
    return apart < _DAY and (new.at.minute, new.at.second) == (old.at.minute, old.at.second)
