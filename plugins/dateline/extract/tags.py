"""Tags: keywords as published, else the links to tags and topics at the page's foot."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dateline.extract import jsonld
from dateline.extract.evidence import Choice, confidence
from dateline.text import clean, fold, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from selectolax.lexbor import LexborNode

    from dateline.extract.signals import Signals
    from dateline.model import Hints

_LONGEST_TAG = 80
_MOST_TAGS = 50
_MOST_LOSERS = 3
_MOST_WRAPPERS = 3
_MUCH_MORE = 3
_LINKED = 0.6
_MOSTLY = 0.6
_LABELS = 3
_MACHINE = re.compile(
    r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4,}|[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|de|fr|co\.uk)|_\w+"
    r"|source:\S.*",
    re.IGNORECASE,
)
_CODE = re.compile(r"[A-Z0-9:-]{2,12}")
_LABELLED = re.compile(r"([A-Za-z][A-Za-z ]{1,18}):\s*(\S.*)")
_SUBJECTS = frozenset({"category", "subject", "topic", "tag", "keyword"})
_TAG_LINK = re.compile(r"/(?:tags?|topics?|thema|themen|themes?)/", re.IGNORECASE)
_MENU = re.compile(r"nav|menu|header|footer", re.IGNORECASE)


def choose(signals: Signals, hints: Hints) -> Choice[tuple[str, ...]]:
    """Keywords as published, without duplicates, in order; internal codes are left out."""
    note: dict[str, Any]
    others: dict[str, str] = {}
    best: tuple[str, list[str]] | None = None
    for source, values in _declared(signals, hints):
        seen: dict[str, str] = {}
        for value in _readable(values):
            if 0 < len(value) <= _LONGEST_TAG and (key := fold(value)):
                seen.setdefault(key, value)
        if not seen:
            continue
        listed = list(seen.values())
        keys = set(map(fold, best[1])) if best else set()
        if best is None or (keys < set(seen) and len(seen) <= _MUCH_MORE * len(keys)):
            best = source, listed
        elif len(others) < _MOST_LOSERS and listed != best[1]:
            others.setdefault(source, ", ".join(listed)[:120])
    if best is None:
        # The links at the page's foot cost a pass over it: only where nothing is declared.
        linked = list(dict.fromkeys(_linked(signals.tag_links())))[:_MOST_TAGS]
        note = {"from": "link.tag", "confidence": confidence(_LINKED)}
        return Choice(tuple(linked), note if linked else {})
    sure = confidence(1.0 if best[0] in _DECLARED_TAGS else _LINKED, 0.2 * len(others))
    note = {"from": best[0], "confidence": sure}
    return Choice(tuple(best[1])[:_MOST_TAGS], note | ({"others": others} if others else {}))


_DECLARED_TAGS = frozenset({"jsonld.keywords", "meta.news_keywords", "meta.article:tag"})


def _declared(signals: Signals, hints: Hints) -> Iterator[tuple[str, list[str]]]:
    yield "jsonld.keywords", _split(jsonld.strings(signals.ld, "keywords"))
    for name in (
        "news_keywords",
        "article:tag",
        "parsely-tags",
        "sailthru.tags",
        "keywords",
        "og:article:tag",
    ):
        yield f"meta.{name}", _split(signals.meta.get(name, ()))
    yield "microdata.keywords", _split(signals.props.get("keywords"))
    yield "feed.tags", [plain(tag) for tag in hints.tags]


def _split(values: Iterable[str]) -> list[str]:
    """One keyword list in a string, or one keyword each."""
    listed = list(dict.fromkeys(values))
    if len(listed) > 1 and not any(value.count(",") > 1 for value in listed):
        return [value.strip() for value in listed]
    mark = ";" if any(value.count(";") > value.count(",") for value in listed) else ","
    return [part.strip() for value in listed for part in value.split(mark)]


def _readable(values: list[str]) -> list[str]:
    """Keywords without what only machines read: ids, labelled properties, lists of codes."""
    values = [value for value in values if value and not _MACHINE.fullmatch(value)]
    if sum(map(bool, map(_CODE.fullmatch, values))) > _MOSTLY * len(values):
        return []
    if len(values) > 1 and all("/" in value for value in values):
        return [value.rpartition("/")[2] for value in values]
    labelled = [_LABELLED.match(value) for value in values]
    if sum(map(bool, labelled)) < _LABELS:
        return values
    return [
        match[2] if match else value
        for value, match in zip(values, labelled, strict=True)
        if match is None or match[1].lower() in _SUBJECTS
    ]


def _linked(links: Sequence[LexborNode]) -> list[str]:
    """The texts of links marked as tags; else of the longest run of links to tags or topics."""
    marked: list[str] = []
    runs: dict[int, list[str]] = {}
    for node in links:
        attributes = node.attributes
        if "tag" in (attributes.get("rel") or "").split():
            marked.append(_linktext(node))
        elif _TAG_LINK.search(attributes.get("href") or "") and (text := _linktext(node)):
            holder = _holder(node, text)
            if holder is not None and not _MENU.search(holder.attributes.get("class") or ""):
                runs.setdefault(holder.mem_id, []).append(text)
    if any(marked):
        return [text for text in marked if text][:_MOST_TAGS]
    best = max(runs.values(), key=len, default=[])
    return best if len(best) > 1 else []


def _holder(node: LexborNode, text: str) -> LexborNode | None:
    """The element that holds a link among others: the first above it that says more."""
    above = node.parent
    for _ in range(_MOST_WRAPPERS):
        if above is None or clean(above.text()[: len(text) + 200]) != text:
            break
        above = above.parent
    return above


def _linktext(node: LexborNode) -> str:
    text = clean(node.text()[:200])
    return text if 0 < len(text) <= _LONGEST_TAG // 2 else ""
