"""The further pages of an article joined to its first: one text, each paragraph once."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dateline.extract import markup
from dateline.extract.verdict import is_date_line
from dateline.model import Article, Outcome
from dateline.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LONGEST = 2_000_000
_LONG = 40
"""Characters of a paragraph that nobody writes twice; a shorter one ("Why?") may come again."""
_AROUND_TITLE = 20
_LABEL = re.compile(r"\W*\w{1,10}\W{1,3}\d{1,2}(?:\W{1,3}\w{1,5}\W{1,3}\d{1,2})?\W*")
"""As "Page 2 of 3" at the top of a page."""
_GROUP = re.compile(r"<(/?)(ul|ol|table)>")


@dataclass(frozen=True, slots=True)
class _Row:
    """A paragraph, its HTML and the list or table that it stands in, or ""."""

    text: str
    html: str
    group: str = ""

    @property
    def key(self) -> str:
        return fold(self.text) or self.text


def join(first: Article, parts: Iterable[tuple[str, Article | Outcome]]) -> Article:
    """The first page's record with the bodies of all pages.

    What stands on a later page and on one before it, such as the lead or a box on the author, is
    kept once; what ends the first and the last page alike ends the whole.

    Args:
        first: all other fields are its own.
        parts: the further pages in order: address, and what was read there. Those without an
            article are left out and noted.
    """
    rows = _rows(first)
    confidence, joined, left_out = first.confidence, 1, []
    seen, length = {row.key for row in rows}, len(first.body)
    whole, last = list(rows), rows
    for address, part in parts:
        if isinstance(part, Outcome):
            left_out.append(f"{address}: {part.reason}")
            continue
        own = _rows(part)
        fresh = _fresh(own, first, seen)
        more = sum(len(row.text) for row in fresh)
        if not fresh or length + more > _LONGEST:
            left_out.append(f"{address}: {'too_long' if fresh else 'nothing_new'}")
            continue
        whole += fresh
        length += more
        seen.update(row.key for row in fresh)
        joined, last = joined + 1, own
        if confidence is not None and part.confidence is not None:
            confidence = min(confidence, part.confidence)
    if joined > 1 and (end := _common_end(rows, last)):
        whole = whole[: len(rows) - end] + whole[len(rows) :] + rows[len(rows) - end :]
    note: dict[str, Any] = {"parts": joined} | ({"parts_left_out": left_out} if left_out else {})
    body = first.provenance.get("body", {}) | {"confidence": confidence} | note
    return replace(
        first,
        body="\n\n".join(row.text for row in whole),
        body_html=_html(whole),
        confidence=confidence,
        provenance=first.provenance | {"body": body},
    )


def _fresh(rows: Sequence[_Row], first: Article, seen: set[str]) -> list[_Row]:
    """What a later page adds."""
    start, stop = 0, len(rows)
    while start < stop and _repeats_head(rows[start], first, seen):
        start += 1
    while stop > start and rows[stop - 1].key in seen:
        stop -= 1
    return [row for row in rows[start:stop] if len(row.text) < _LONG or row.key not in seen]


def _repeats_head(row: _Row, first: Article, seen: set[str]) -> bool:
    title = fold(first.title)
    return (
        row.key in seen
        or row.key == fold(first.summary or "")
        or (row.key.startswith(title) and len(row.key) <= len(title) + _AROUND_TITLE)
        or _LABEL.fullmatch(row.text) is not None
        or is_date_line(row.text)
    )


def _common_end(rows: Sequence[_Row], last: Sequence[_Row]) -> int:
    count = 0
    while count + 1 < min(len(rows), len(last)) and rows[-count - 1].key == last[-count - 1].key:
        count += 1
    return count


def _rows(article: Article) -> list[_Row]:
    texts = article.body.split("\n\n")
    rows: list[_Row] = []
    group = ""
    for line in (article.body_html or "").splitlines():
        if match := _GROUP.fullmatch(line):
            group = "" if match[1] else match[2]
        elif len(rows) < len(texts):
            rows.append(_Row(texts[len(rows)], line, group))
        else:
            break
    else:
        if len(rows) == len(texts):
            return rows
    return [_Row(text, markup.from_paragraphs([text])) for text in texts]


def _html(rows: Sequence[_Row]) -> str:
    lines: list[str] = []
    group = ""
    for row in (*rows, _Row("", "")):
        if row.group != group:
            lines += [f"</{group}>"] if group else []
            lines += [f"<{row.group}>"] if row.group else []
            group = row.group
        lines.append(row.html)
    return "\n".join(lines[:-1])
