"""Plain wire text: one article a text, perhaps with a headline line, paragraphs by lines."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from dateline.dates import parse_date, plausible
from dateline.extract import language, markup
from dateline.extract.agencies import agency_of
from dateline.extract.bylines import parse_byline
from dateline.extract.dateline import parse_dateline
from dateline.extract.people import agency_in
from dateline.model import Article, Dateline, Hints, Outcome, Precision, State
from dateline.text import clip, paragraphs_of, plain, scrub

if TYPE_CHECKING:
    from datetime import datetime

    from dateline.charset import Decoded

_LONGEST = 2_000_000
_LONGEST_HEADLINE = 150
_LONGEST_TITLE = 120
_LONGEST_BYLINE = 90
_BYLINE = re.compile(r"(?:By|Von|Par|Por|Di)\s+[A-ZÀ-Þ]")
_SENTENCE = re.compile(r"""(?<=[.!?。！？])["'”’»)]*(?=\s+["'“‘«(]?[A-ZÀ-Þ0-9]|$)|(?<=[。！？])""")
_ABBREVIATION = re.compile(
    r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|St|Gen|Sen|Rep|Gov|Lt|Col|Sgt|Prof|Jr|Sr|vs|No|Inc|Ltd|Co|Corp|U\.S"
    r"|U\.K|U\.N)\.$"
)


def read(decoded: Decoded, url: str, hints: Hints, *, now: datetime) -> Article | Outcome:
    """The record of a plain text.

    Args:
        decoded: the text; a blank line, or failing those a line, ends a paragraph.
        url: the article's address, canonicalised.
        hints: title, date and the like from elsewhere; they fill what the text does not say.
        now: aware; a later date in the hints is not believed.
    """
    headline, byline, paragraphs = _parts(decoded.text[:_LONGEST])
    if not paragraphs:
        return Outcome(State.QUARANTINED, "no_body")
    lead = paragraphs[0]
    dateline = parse_dateline(lead)
    title, title_from = _title(headline, hints, lead, dateline)
    if not any(character.isalnum() for character in title):
        return Outcome(State.QUARANTINED, "no_title")
    body = "\n\n".join(paragraphs)
    authors = tuple(parse_byline(byline)) if byline else ()
    named = agency_in(authors)
    known = agency_of(dateline.agency) if dateline and dateline.agency else None
    spoken = language.choose(None, hints, body)
    published = hints.published if hints.published and plausible(hints.published, now) else None
    provenance = {
        "charset": decoded.provenance(),
        "title": {"from": title_from},
        "body": {"from": "text"},
        "language": spoken.provenance,
        "dateline": {"from": "body"} if dateline else {},
        "agency": {"from": "dateline" if known else "authors"} if known or named else {},
        "authors": {"from": "byline"} if authors else {},
        "published_at": {"from": "feed.published"} if published else {},
    }
    return Article(
        url=url,
        canonical_url=url,
        title=title,
        body=body,
        summary=plain(hints.summary) if hints.summary else None,
        language=spoken.value,
        authors=authors or tuple(who for name in hints.authors for who in parse_byline(name)),
        tags=tuple(tag for raw in hints.tags if (tag := plain(raw))),
        published_at=published,
        published_precision=Precision.INSTANT if published else Precision.NONE,
        published_from="feed.published" if published else None,
        dateline=dateline,
        agency=known or named,
        body_html=markup.from_paragraphs(paragraphs),
        confidence=1.0,
        provenance={name: note for name, note in provenance.items() if note},
    )


def _parts(text: str) -> tuple[str | None, str | None, tuple[str, ...]]:
    """(headline, byline, paragraphs)."""
    lines = [line.strip() for line in scrub(text).strip().splitlines()]
    headline = byline = None
    if _is_headline(lines):
        headline, lines = " ".join(lines[0].split()), lines[1:]
    lines = _from_first_text(lines)
    if (
        lines
        and len(lines[0]) <= _LONGEST_BYLINE
        and _BYLINE.match(lines[0])
        and lines[0][-1] not in ".!?"
    ):
        byline, lines = lines[0], lines[1:]
    return headline, byline, _paragraphs(lines)


def _from_first_text(lines: list[str]) -> list[str]:
    start = next((position for position, line in enumerate(lines) if line), len(lines))
    return lines[start:]


def _is_headline(lines: list[str]) -> bool:
    """A short first line that ends no sentence, with a blank line or a dateline after it."""
    rest = _from_first_text(lines[1:])
    if not rest or len(lines[0]) > _LONGEST_HEADLINE or lines[0][-1:] in {".", ":", ";", ","}:
        return False
    if parse_dateline(lines[0]) or _BYLINE.match(lines[0]) or parse_date(lines[0]):
        return False
    return not lines[1] or parse_dateline(rest[0]) is not None or _BYLINE.match(rest[0]) is not None


def _paragraphs(lines: list[str]) -> tuple[str, ...]:
    """Hard-wrapped lines are joined where blank lines part them; else each line is a paragraph."""
    filled = [line for line in lines if line]
    blanks = sum(1 for before, after in pairwise(lines) if before and not after)
    wrapped = blanks and len(filled) > 2 * (blanks + 1) and max(map(len, filled)) <= _LONGEST_BYLINE
    if not wrapped:
        return paragraphs_of("\n".join(filled))
    return paragraphs_of(
        "\n".join(block.replace("\n", " ") for block in re.split(r"\n\s*\n", "\n".join(lines)))
    )


def _title(
    headline: str | None, hints: Hints, lead: str, dateline: Dateline | None
) -> tuple[str, str]:
    if headline:
        return headline, "headline"
    if hints.title and (title := plain(hints.title)):
        return clip(title, _LONGEST_HEADLINE), "feed.title"
    # Looking for the end of a sentence takes long in a lead of megabytes.
    opening = without_dateline(lead, dateline)[: 4 * _LONGEST_TITLE]
    return clip(first_sentence(opening), _LONGEST_TITLE), "lead"


def without_dateline(text: str, dateline: Dateline | None) -> str:
    """A lead without the dateline printed at its head."""
    if dateline is None:
        return text
    _, _, rest = text.partition(dateline.text)
    return rest.strip() or text


def first_sentence(text: str) -> str:
    """The first sentence, its full stop dropped; abbreviations do not end it."""
    for match in _SENTENCE.finditer(text):
        head = text[: match.end()]
        if not _ABBREVIATION.search(head):
            return head.rstrip().removesuffix(".")
    return text.removesuffix(".")
