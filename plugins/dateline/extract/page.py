"""A page to its record: the order of the steps, and the outcomes of pages that give none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from htmldate import find_date

from dateline import charset
from dateline.extract import body as bodies
from dateline.extract import facts, gate, kinds, language, people, published, titles, wire
from dateline.extract.agencies import agency_of
from dateline.extract.dateline import parse_dateline
from dateline.extract.evidence import Choice
from dateline.extract.signals import Signals, read
from dateline.model import Article, Dateline, Hints, Kind, Outcome, Page, State
from dateline.text import clean, clip, scrub
from dateline.urls import canonicalise

if TYPE_CHECKING:
    from datetime import datetime

_LEADS = 3
_LONGEST_TITLE = 160
_LAST_RESORT_CAP = 500_000


def extract(page: Page, hints: Hints, *, now: datetime) -> Article | Outcome:
    """Read the article off a page.

    Args:
        page: as fetched, or as read from the archive.
        hints: what the source and the feed know of it.
        now: aware; no date a day later than this is believed.

    Returns:
        The record; or an Outcome, SKIPPED for what is no article on purpose ("not_html: …",
        "not_an_article: …"), QUARANTINED for what should have been one ("empty_page", "no_body",
        "no_title", "too_deep: …", "too_large: …", "too_many_tags: …", "extract_failed: …").
    """
    try:
        return _extract(page, hints, now)
    # The boundary of one item: whatever a page provokes is stored as its reason, with its bytes.
    except Exception as error:  # noqa: BLE001
        return Outcome(
            State.QUARANTINED, clean(f"extract_failed: {type(error).__name__}: {error}"[:300])
        )


def _extract(page: Page, hints: Hints, now: datetime) -> Article | Outcome:
    if not page.body.strip(b" \t\r\n\0\xef\xbb\xbf"):
        return Outcome(State.QUARANTINED, "empty_page")
    content_type = page.header("content-type")
    found = gate.media_type(page.body, content_type)
    if found not in {"text/html", "text/plain"}:
        return Outcome(State.SKIPPED, f"not_html: {clean(found[:80])}")
    if len(page.body) > gate.MAX_BYTES:
        return Outcome(State.QUARANTINED, f"too_large: {len(page.body)} bytes")
    decoded = charset.decode(page.body, content_type)
    if found == "text/plain":
        return wire.read(decoded, _address(page), hints, now=now)
    if reason := gate.too_much(decoded.text):
        return Outcome(State.QUARANTINED, reason)
    # The HTML parser makes U+FFFD of NUL.
    signals = read(decoded.text.replace("\0", ""), _address(page))
    return _Reading(decoded, signals, hints, now).record()


def _address(page: Page) -> str:
    return canonicalise(page.final_url) or canonicalise(page.url) or scrub(page.final_url)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One page being read."""

    decoded: charset.Decoded
    signals: Signals
    hints: Hints
    now: datetime

    def record(self) -> Article | Outcome:
        signals = self.signals
        title = titles.choose(signals, self.hints)
        if reason := kinds.not_an_article(signals, title=title.value):
            return Outcome(State.SKIPPED, f"not_an_article: {reason}")
        body = bodies.body_of(self.decoded.text, signals, self.hints, title=title.value or "")
        if body is None:
            if kinds.looks_like_index(signals):
                return Outcome(State.SKIPPED, "not_an_article: no_text")
            return Outcome(State.QUARANTINED, "no_body")
        if title.value is None:
            title = Choice(clip(body.paragraphs[0], _LONGEST_TITLE), {"from": "lead"})
        return self._article(title, body)

    def _article(self, title: Choice[str], body: bodies.Body) -> Article:
        assert title.value is not None
        signals, hints = self.signals, self.hints
        byline = people.choose(signals, hints, site=titles.site_names(signals))
        dated = published.choose_published(
            signals, hints, now=self.now, last_resort=self._day_in_text
        )
        modified = published.choose_modified(signals, hints, now=self.now)
        summary = self._summary(title.value, body)
        dateline = dateline_of(body.paragraphs)
        text = body.text
        chosen: dict[str, Choice[Any]] = {
            "canonical_url": facts.canonical_url(signals),
            "title": title,
            "kind": kinds.kind_of(signals, title=title.value),
            "summary": summary,
            "language": language.choose(signals, hints, text),
            "section": facts.section(signals),
            "tags": facts.tags(signals, hints),
            "image_url": facts.image(signals, hints),
            "is_paywalled": facts.paywall(signals),
        }
        agency, agency_from = agency_named(dateline, byline.agency)
        provenance = {name: choice.provenance for name, choice in chosen.items()} | {
            "charset": self.decoded.provenance(),
            "body": {"from": body.origin},
            "authors": byline.provenance,
            "published_at": dated.provenance,
            "modified_at": modified.provenance,
            "agency": agency_from,
            "dateline": {"from": "body"} if dateline else {},
        }
        return Article(
            url=signals.url,
            canonical_url=chosen["canonical_url"].value or signals.url,
            title=title.value,
            body=text,
            kind=chosen["kind"].value or Kind.OTHER,
            summary=summary.value,
            language=chosen["language"].value,
            section=chosen["section"].value,
            authors=byline.authors,
            tags=chosen["tags"].value or (),
            published_at=dated.at,
            published_precision=dated.precision,
            published_from=dated.signal,
            modified_at=modified.at,
            image_url=chosen["image_url"].value,
            is_paywalled=chosen["is_paywalled"].value,
            dateline=dateline,
            agency=agency,
            provenance={name: note for name, note in provenance.items() if note},
        )

    def _summary(self, title: str, body: bodies.Body) -> Choice[str]:
        if body.standfirst:
            return Choice(body.standfirst, {"from": "standfirst"})
        return facts.summary(self.signals, self.hints, title=title, lead=body.paragraphs[0])

    def _day_in_text(self) -> str | None:
        """The day by htmldate, the last resort: it costs more than everything else but the body."""
        if len(self.decoded.text) > _LAST_RESORT_CAP:
            return None
        try:
            day = find_date(
                self.decoded.text.replace("\0", ""),
                # Its search through all text finds more days, and as many wrong ones.
                extensive_search=False,
                original_date=True,
                max_date=self.now.date().isoformat(),
            )
        except Exception:  # noqa: BLE001 - no date is what its failure means
            return None
        return str(day) if day else None


def dateline_of(paragraphs: tuple[str, ...]) -> Dateline | None:
    """The dateline of a body: at the head of its first paragraph, or after a standfirst.

    Further down only a form that an agency or a date vouches for is believed.
    """
    for position, text in enumerate(paragraphs[:_LEADS]):
        found = parse_dateline(text)
        if found and (position == 0 or found.agency or found.date_text or found.country):
            return found
    return None


def agency_named(
    dateline: Dateline | None, byline: str | None
) -> tuple[str | None, dict[str, str]]:
    """The agency by dateline, else by byline, with its provenance."""
    if dateline and dateline.agency and _is_agency(dateline.agency):
        return dateline.agency, {"from": "dateline"}
    return (byline, {"from": "authors"}) if byline else (None, {})


def _is_agency(name: str) -> bool:
    return agency_of(name) is not None
