"""All that an article mentions.

Names come from a tagger, where there is one; dates, quantities and the place of the dateline from
rules.

Mentions do not overlap: the dateline's place comes first, then what is longer. Nothing is claimed
that is not there: text[start:end] is the surface.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dateline.enrich.amounts import find_amounts
from dateline.enrich.days import find_days
from dateline.enrich.model import Mention
from dateline.enrich.names import read
from dateline.enrich.places import Locator
from dateline.extract.agencies import agency_of
from dateline.extract.dateline import parse_dateline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dateline.enrich.gazetteer import Gazetteer
    from dateline.enrich.model import Span, Subject
    from dateline.enrich.names import Name

_HEAD = 250
_CREDIT = re.compile(
    r"(?:^|\n)[^\n]*?(?:contributed to this (?:report|story)|reporting by|editing by|writing by"
    r"|(?:writers?|reporters?|journalists?|photographers?|producers?) [^\n]{3,120}? contributed)"
    r"[^\n]*",
    re.IGNORECASE,
)
_ORDER = {"date": 0, "quantity": 1}


def find(
    subject: Subject, places: Gazetteer, spans: Mapping[str, Sequence[Span]] | None = None
) -> list[Mention]:
    """What an article mentions, in the order of its texts.

    Args:
        subject: the article.
        places: the world.
        spans: what a tagger marked, by field; None: nobody read it for names.
    """
    texts = subject.texts()
    locator = Locator(subject, places)
    head = _head(subject.body)
    found = [*locator.dateline(head)] if subject.dateline_place else []
    found += _values(subject, texts)
    if spans:
        names = [
            name for name in read(texts, spans, places) if not _credited(name, subject.body, head)
        ]
        found += locator.located(names, texts)
    return _apart(found, texts)


def _head(body: str) -> int:
    """Where the dateline ends."""
    dateline = parse_dateline(body[:_HEAD])
    return body.find(dateline.text) + len(dateline.text) if dateline else 0


def _credited(name: Name, body: str, head: int) -> bool:
    """Whether the name stands where an agency signs: in the dateline, or in the credits."""
    if name.field != "body" or name.kind == "place":
        return False
    if name.start < head:
        return True
    if agency_of(name.full) is None:
        return False
    brackets = body[name.start - 1 : name.start] + body[name.end : name.end + 1]
    return brackets == "()" or any(
        credit.start() <= name.start < credit.end() for credit in _CREDIT.finditer(body)
    )


def _values(subject: Subject, texts: Mapping[str, str]) -> Iterable[Mention]:
    for field, text in texts.items():
        for kind, values in (
            ("date", find_days(text, subject.language, subject.published)),
            ("quantity", find_amounts(text, subject.language, subject.source_country)),
        ):
            for item in values:
                surface = text[item.start : item.end]
                yield Mention(field, item.start, item.end, surface, kind, value=item.value)


def _apart(found: Iterable[Mention], texts: Mapping[str, str]) -> list[Mention]:
    """Those that do not overlap, the stronger first."""
    taken = {field: bytearray(len(text)) for field, text in texts.items()}
    kept: list[Mention] = []
    for item in sorted(
        found, key=lambda m: (not m.in_dateline, m.start - m.end, _ORDER.get(m.kind, 2), m.start)
    ):
        marks = taken[item.field]
        if not any(marks[item.start : item.end]):
            marks[item.start : item.end] = b"\1" * (item.end - item.start)
            kept.append(item)
    fields = list(texts)
    return sorted(kept, key=lambda m: (fields.index(m.field), m.start))
