"""A page to its record: the order of the steps, and the outcomes of pages that give none."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dateline import charset
from dateline.extract import body as bodies
from dateline.extract import (
    facts,
    gate,
    kinds,
    language,
    markup,
    parts,
    people,
    published,
    recipes,
    tags,
    titles,
    wire,
)
from dateline.extract.agencies import agency_of
from dateline.extract.blocks import segment
from dateline.extract.dateline import parse_dateline
from dateline.extract.evidence import Choice
from dateline.extract.signals import Signals, read
from dateline.model import Article, Dateline, Hints, Kind, Outcome, Page, State
from dateline.text import clean, clip, scrub
from dateline.urls import canonicalise

if TYPE_CHECKING:
    from datetime import datetime

    from dateline.extract.fallback import Fallback

_LEADS = 3
_SHORT_LINE = 200
"""Characters of a line before the story: a standfirst, a caption, a byline."""
_LONGEST_HEAD = 100
_DASH = re.compile(r"[-–—―−]")
_LABEL = re.compile(r"[A-ZÀ-Þ][A-ZÀ-Þ .,'’/-]{2,40}\s*[-–—―−:]\s*\S")
_LONGEST_TITLE = 160
_UNSURE = 0.5
_SURE = 0.95
_LIKELY = 0.85


def extract(
    page: Page,
    hints: Hints,
    *,
    now: datetime,
    recipe: recipes.Recipe | None = None,
    fallback: Fallback | None = None,
) -> Article | Outcome:
    """Read the article off a page.

    Args:
        page: as fetched, or as read from the archive; the bodies of its parts are joined to its
            own, all else is the first page's.
        hints: what the source and the feed know of it.
        now: aware; no date a day later than this is believed.
        recipe: a person's selectors for the page's publisher, over what is found without.
        fallback: asked for the body where the model is not sure of its own (`fallback.named`).

    Returns:
        The record; or an Outcome, SKIPPED for what is no article on purpose ("not_html: …",
        "not_an_article: …"), QUARANTINED for what should have been one ("empty_page", "no_body",
        "no_title", "too_deep: …", "too_large: …", "too_many_tags: …", "extract_failed: …").
    """
    try:
        article = _extract(page, hints, now, recipe, fallback)
        if not page.parts or isinstance(article, Outcome):
            return article
        # Read as if at the first page's address: one that ends in "2" looks like a list's.
        first, hints = replace(page, parts=()), replace(hints, summary=None, content=None)
        further = (
            replace(first, headers=part.headers, body=part.body, fetched_at=part.fetched_at)
            for part in page.parts
        )
        read_parts = (
            extract(part, hints, now=now, recipe=recipe, fallback=fallback) for part in further
        )
        addresses = (part.final_url for part in page.parts)
        return parts.join(article, zip(addresses, read_parts, strict=True))
    # The boundary of one item: whatever a page provokes is stored as its reason, with its bytes.
    except Exception as error:  # noqa: BLE001
        return Outcome(
            State.QUARANTINED, clean(f"extract_failed: {type(error).__name__}: {error}"[:300])
        )


def _extract(
    page: Page,
    hints: Hints,
    now: datetime,
    recipe: recipes.Recipe | None,
    fallback: Fallback | None,
) -> Article | Outcome:
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
        return wire.read(decoded, address_of(page), hints, now=now)
    # The HTML parser makes U+FFFD of NUL.
    html, url = decoded.text.replace("\0", ""), address_of(page)
    if reason := gate.too_much(html):
        return Outcome(State.QUARANTINED, reason)
    marked = recipes.mark(recipe, html, url, page.fetched_at) if recipe else None
    signals = read(marked.html if marked else html, url)
    return _Reading(decoded, signals, hints, now, marked, fallback).record()


def address_of(page: Page) -> str:
    """Where a page was found, after redirects, canonicalised if it can be."""
    return canonicalise(page.final_url) or canonicalise(page.url) or scrub(page.final_url)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One page being read."""

    decoded: charset.Decoded
    signals: Signals
    hints: Hints
    now: datetime
    marked: recipes.Marked | None = None
    fallback: Fallback | None = None

    def record(self) -> Article | Outcome:
        signals = self.signals
        title, told = titles.choose(signals, self.hints), self._told()
        if self.marked:
            title = self.marked.over("title", title, lambda texts: texts[0])
        sight = kinds.Sight(signals, segment(signals.tree), title.value)
        # A recipe that finds a body vouches for the page.
        if not told and (reason := kinds.not_an_article(sight)):
            return Outcome(State.SKIPPED, f"not_an_article: {reason}")
        body = told or self._second_opinion(
            bodies.body_of(signals, sight.found, self.hints, title=title.value or "")
        )
        if body is None:
            if kinds.looks_like_index(sight):
                return Outcome(State.SKIPPED, "not_an_article: no_text")
            return Outcome(State.QUARANTINED, "no_body")
        if title.value is None:
            title = Choice(clip(body.paragraphs[0], _LONGEST_TITLE), {"from": "lead"})
        article = self._article(title, body, kinds.kind_of(sight))
        if self.marked:
            return recipes.override(article, self.marked, self.hints, now=self.now)
        return article

    def _told(self) -> bodies.Body | None:
        """The body by the recipe."""
        paragraphs = self.marked.values.get("body") if self.marked else None
        if self.marked is None or paragraphs is None:
            return None
        return bodies.Body(
            paragraphs, markup.from_paragraphs(paragraphs), self.marked.origin, confidence=1.0
        )

    def _second_opinion(self, body: bodies.Body | None) -> bodies.Body | None:
        """The fallback's body where there is one to ask and ours is unsure; else ours."""
        if self.fallback is None or (body is not None and body.confidence >= _UNSURE):
            return body
        paragraphs = self.fallback(self.decoded.text)
        if not paragraphs:
            return body
        standfirst = body.standfirst if body else None
        confidence = body.confidence if body else 0.0
        html = markup.from_paragraphs(paragraphs)
        return bodies.Body(paragraphs, html, "fallback", standfirst, confidence)

    def _article(self, title: Choice[str], body: bodies.Body, kind: Choice[Kind]) -> Article:
        assert title.value is not None
        signals, hints = self.signals, self.hints
        byline = people.choose(signals, hints, site=titles.site_names(signals), title=title.value)
        dated = published.choose_published(signals, hints, now=self.now, title=title.value)
        if dated.at is None:
            html = self.decoded.text.replace("\0", "")
            dated = published.from_whole_text(html, hints, dated, now=self.now)
        modified = published.choose_modified(signals, hints, now=self.now)
        summary = self._summary(title.value, body)
        dateline = dateline_of(body.paragraphs)
        text = body.text
        chosen: dict[str, Choice[Any]] = {
            "canonical_url": facts.canonical_url(signals),
            "title": title,
            "kind": kind,
            "summary": summary,
            "language": language.choose(signals, hints, text),
            "section": facts.section(signals),
            "tags": tags.choose(signals, hints),
            "image_url": facts.image(signals, hints),
            "is_paywalled": facts.paywall(signals),
        }
        agency, agency_from = agency_named(dateline, byline.agency)
        provenance = {name: choice.provenance for name, choice in chosen.items()} | {
            "charset": self.decoded.provenance(),
            "body": {"from": body.origin, "confidence": body.confidence} | self._missed("body"),
            "authors": byline.provenance,
            "published_at": dated.provenance,
            "modified_at": modified.provenance,
            "agency": agency_from,
            "dateline": {"from": "body", "confidence": _LIKELY} if dateline else {},
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
            body_html=body.html,
            confidence=body.confidence,
            provenance={name: note for name, note in provenance.items() if note},
        )

    def _missed(self, field: str) -> dict[str, str]:
        missed = self.marked.missed if self.marked else {}
        return {"recipe_missed": missed[field]} if field in missed else {}

    def _summary(self, title: str, body: bodies.Body) -> Choice[str]:
        if body.standfirst:
            return Choice(body.standfirst, {"from": "standfirst", "confidence": _SURE})
        lead = body.paragraphs[0]
        found = facts.summary(self.signals, self.hints, title=title, lead=lead)
        if found.value and (dateline := parse_dateline(found.value)):
            # A description that is the lead, cut: where from belongs into its own fields.
            return Choice(wire.without_dateline(found.value, dateline), found.provenance)
        return found


def dateline_of(paragraphs: tuple[str, ...]) -> Dateline | None:
    """The dateline of a body: at the head of its first paragraph, or after a standfirst.

    One that no agency, date or known place vouches for is believed only where the story begins:
    short lines at most stand before it, and no other paragraph has such a head, as in a list
    ("HEALTH CARE — …", "PUBLIC SCHOOLS — …").
    """
    for position, text in enumerate(paragraphs[:_LEADS]):
        found = parse_dateline(text)
        if found is None:
            continue
        if found.agency or found.date_text or found.country:
            return found
        if any(len(line) > _SHORT_LINE or _LABEL.match(line) for line in paragraphs[:position]):
            continue
        return None if _is_list(paragraphs[position + 1 :]) else found
    return None


def _is_list(paragraphs: tuple[str, ...]) -> bool:
    """Whether a paragraph has the head of a dateline that nothing vouches for."""
    heads = (parse_dateline(text) for text in paragraphs if _DASH.search(text, 0, _LONGEST_HEAD))
    return any(head and not (head.agency or head.date_text or head.country) for head in heads)


def agency_named(
    dateline: Dateline | None, byline: str | None
) -> tuple[str | None, dict[str, Any]]:
    """The agency by dateline, else by byline, with its provenance."""
    if dateline and dateline.agency and _is_agency(dateline.agency):
        return dateline.agency, {"from": "dateline", "confidence": _SURE}
    return (byline, {"from": "authors", "confidence": _LIKELY}) if byline else (None, {})


def _is_agency(name: str) -> bool:
    return agency_of(name) is not None
