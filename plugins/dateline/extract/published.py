"""When it was published and modified: the first signal with a credible date, kept as an instant."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dateline.dates import ParsedDate, parse_date, plausible
from dateline.extract import jsonld
from dateline.model import Hints, Precision
from dateline.text import words

if TYPE_CHECKING:
    from dateline.extract.signals import Signals

_DAY = timedelta(days=1)
_LONGEST = 80
_MOST = 40
_URL_DATE = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<s>[/_-])(?P<m>[01]?\d|[a-z]{3})(?P=s)(?P<d>[0-3]?\d)(?!\d)|/"
    r"(?P<c>20[012]\d[01]\d[0-3]\d)(?!\d)",
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

LastResort = Callable[[], str | None]


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


def choose_published(
    signals: Signals, hints: Hints, *, now: datetime, last_resort: LastResort
) -> Dated:
    """The publication date.

    Args:
        signals: what was read off the page.
        hints: the feed's date, and the zone of times without one.
        now: nothing later than a day after it is believed.
        last_resort: reads a day from the page's text; called only when nothing else gave one.
    """
    dated = _choose(_published(signals, hints), hints.timezone, now)
    if dated.at is None and (day := last_resort()):
        late = _choose(iter([("htmldate", day)]), hints.timezone, now)
        rejected = dated.provenance | late.provenance
        return Dated(late.at, late.precision, late.signal, rejected)
    return dated


def choose_modified(signals: Signals, hints: Hints, *, now: datetime) -> Dated:
    """The modification date, from what the page declares only."""
    return _choose(_modified(signals), hints.timezone, now)


def _published(signals: Signals, hints: Hints) -> Iterator[tuple[str, str | datetime]]:
    yield from _declared(signals)
    if hints.published:
        yield "feed.published", hints.published
    for node in signals.ld_nodes:
        for text in (
            jsonld.strings(node, "datePublished") if jsonld.types(node) & jsonld.PAGES else ()
        ):
            yield "jsonld.page.datePublished", text
    for text in signals.times[:_MOST]:
        yield "time", text
    if day := url_date(signals.url):
        yield "url", day
    for text in signals.printed_dates():
        if len(text) <= _LONGEST:
            yield "visible", text


def _declared(signals: Signals) -> Iterator[tuple[str, str]]:
    for name in ("datePublished", "dateCreated", "uploadDate"):
        for text in jsonld.strings(signals.ld, name):
            yield f"jsonld.{name}", text
    yield from signals.metas(*_PUBLISHED)
    for name in ("datepublished", "datecreated"):
        for text in signals.props.get(name, ()):
            yield f"microdata.{name}", text


def _modified(signals: Signals) -> Iterator[tuple[str, str | datetime]]:
    for text in jsonld.strings(signals.ld, "dateModified"):
        yield "jsonld.dateModified", text
    yield from signals.metas(*_MODIFIED)
    for text in signals.props.get("datemodified", ()):
        yield "microdata.datemodified", text


def url_date(url: str) -> str | None:
    """The day in an address such as /2024/05/04/ or /20240504/, as ISO text."""
    match = _URL_DATE.search(url)
    if not match:
        return None
    if match["c"]:
        return match["c"]
    if match["m"].isalpha():
        return f"{match['d']} {match['m']} {match['y']}"
    return f"{match['y']}-{match['m']}-{match['d']}"


def _choose(
    candidates: Iterator[tuple[str, str | datetime]], timezone: str | None, now: datetime
) -> Dated:
    """The first credible candidate, sharpened by a later one that says the same better."""
    best: tuple[str, str, ParsedDate] | None = None
    rejected: dict[str, str] = {}
    for source, raw in candidates:
        parsed = _parsed(raw, timezone)
        if parsed is None:
            continue
        if not plausible(parsed.at, now):
            why = "in the future" if parsed.at > now else "before 1990"
            rejected.setdefault(source, f"{why}: {str(raw)[:40]}")
        elif best is None or _sharper(parsed, best[2]):
            best = (source, str(raw), parsed)
        if best and best[2].zone_known:
            break
    provenance: dict[str, Any] = {"rejected": rejected} if rejected else {}
    if best is None:
        return Dated(provenance=provenance)
    source, raw_text, parsed = best
    provenance = {"from": source, "raw": raw_text[:_LONGEST]} | provenance
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
