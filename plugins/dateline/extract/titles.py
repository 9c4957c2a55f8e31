"""The title: a weighted vote, with the site's name and what decorates the headline cut off."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from dateline.extract import jsonld
from dateline.extract.evidence import Choice, Evidence, vote
from dateline.text import clip, plain, words
from dateline.text import fold as fold_once
from dateline.urls import domain_of, host_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dateline.extract.signals import Signals
    from dateline.model import Hints

# A page says its title some ten times, and each is compared with the others.
fold = lru_cache(maxsize=512)(fold_once)

_LONGEST = 500
_ABSURD = 2_000
_SEPARATOR = re.compile(r"\s+(?:[|–—\-·•»«›‹⋆*~:/]+|::)\s+|\s*[|｜ǀ]\s*")
_STRONG = re.compile(r"\s*[|｜ǀ]\s*|\s+(?:[»«›‹⋆]|::)\s+")
_ANY_MARK = re.compile(r"[|–—\-·•»«›‹⋆*~:/｜ǀ_#>]")
_TIGHT = re.compile(r"[-_]|:\s")
_QUOTES = frozenset("\"'“”„‘’«»‹›")
# Scripts without spaces: the name of the site, and perhaps a section, after a bare dash or line.
_CJK_SITE = re.compile(
    r"(?<=[^\x00-\x7f])(?<=.{8})(?:[-_－—][\w・]{2,12}){1,3}$",
    re.DOTALL,
)
_MARKUP = re.compile(r"^(?:#+|[»›>*]+)\s+")
_LONGEST_KICKER = 6
_SHORTEST_HEADLINE = 2
_LONGEST_SITE = 6
_LEAST_SHARED = 0.5
_SHORTEST_LABEL = 4
_SHORTEST_PART = 10
_GENERIC = frozenset(
    words(
        "home homepage index untitled news article page loading login startseite accueil "
        "inicio 404 error navigation menu menü search suche blog quicklink quicklinks"
    )
)
_H1_ALONE, _H1_ALONE_UNLIKE, _H1, _H1_UNLIKE, _H1_LATER = 1.7, 1.45, 1.2, 0.45, 0.3
_WEIGHTS = {
    "og:title": 0.8,
    "twitter:title": 0.3,
    "parsely-title": 0.5,
    "sailthru.title": 0.4,
    "dc.title": 0.4,
}
_PAGE_TITLE = 0.4
_DELIBERATE = 5.0
# Spelled worse than a heading: of equal values the first one's spelling is taken.
_LATE = frozenset({"title", "feed.title", "jsonld.name"})


def choose(signals: Signals, hints: Hints) -> Choice[str]:
    """The title, or a Choice of None."""
    site = site_names(signals)
    rejected: dict[str, str] = {}
    found = []
    for item in _evidence(signals, hints, site):
        if len(item.value) > _ABSURD:
            rejected[item.source] = f"too long: {len(item.value)} characters"
            continue
        value = _without_site(item.value, site)
        folded = fold(value)
        if value and folded not in _GENERIC and folded not in site:
            found.append(Evidence(value, item.source, item.weight))
    late = next((i for i, item in enumerate(found) if item.source in _LATE), len(found))
    found[late:late] = _headings(signals, site, found)
    choice = vote(_with_deliberate(_agreeing(found)), fold)
    provenance = dict(choice.provenance)
    if rejected:
        provenance["rejected"] = rejected
    if choice.value is None:
        return _clipped(signals, provenance)
    if len(choice.value) > _LONGEST:
        provenance["clipped"] = len(choice.value)
    return Choice(clip(choice.value, _LONGEST), provenance)


def site_names(signals: Signals) -> frozenset[str]:
    """Folded names the site may append to its titles."""
    domain = domain_of(host_of(signals.url))
    label = domain.partition(".")[0]
    names = [
        value
        for _, value in signals.metas(
            "og:site_name", "application-name", "publisher", "twitter:site"
        )
    ]
    names += jsonld.strings(signals.ld, "publisher")
    for node in signals.ld_nodes[:20]:
        if jsonld.types(node) & {"website", "newsmediaorganization"}:
            names += jsonld.strings(node, "name")
    names += [domain, label.replace("-", " "), label]
    folded = {known for name in names if (known := fold(name[:200].lstrip("@")))}
    return frozenset(folded | {known.replace(" ", "") for known in folded})


def _evidence(signals: Signals, hints: Hints, site: frozenset[str]) -> Iterator[Evidence[str]]:
    """What names the page, site names cut off; the headings stand among it."""
    for value in list(jsonld.strings(signals.ld, "headline"))[:1]:
        yield Evidence(value, "jsonld.headline", 1.2)
    for source, value in signals.metas(*_WEIGHTS):
        yield Evidence(value, source, _WEIGHTS[source.removeprefix("meta.")])
    for value in signals.props.get("headline")[:1]:
        yield Evidence(value, "microdata.headline", 0.8)
    if title := signals.page_title:
        named = _page_title(title, site) if len(title) <= _ABSURD else title
        yield Evidence(named, "title", _PAGE_TITLE)
    if hints.title and (title := plain(hints.title)):
        yield Evidence(title, "feed.title", 0.5)
    for value in list(jsonld.strings(signals.ld, "name", "alternativeHeadline"))[:1]:
        yield Evidence(value, "jsonld.name", 0.3)


def _headings(
    signals: Signals, site: frozenset[str], others: list[Evidence[str]]
) -> list[Evidence[str]]:
    """The headings as evidence: the one most like what else names the page, then the next ones."""
    known = [set(fold(item.value).split()) for item in others]
    whole = {fold(item.value) for item in others}
    listed: list[tuple[float, str]] = []
    for full, main in signals.headings:
        value = _without_site(full if fold(full) in whole else main, site)
        folded = fold(value)
        if (
            not value
            or len(value) > _ABSURD
            or folded in site
            or folded in _GENERIC
            or "{{" in value
        ):
            continue
        said = set(folded.split())
        shares = [len(said & tokens) / (len(said | tokens) or 1) for tokens in known]
        listed.append((1.0 if folded in whole else max(shares, default=0.0), value))
    if not listed:
        return []
    best = max(range(len(listed)), key=lambda i: (listed[i][0], -i))
    share, value = listed.pop(best)
    like = share >= _LEAST_SHARED or not known
    weight = (_H1 if like else _H1_UNLIKE) if listed else _H1_ALONE if like else _H1_ALONE_UNLIKE
    if _ends(signals.page_title, value):
        weight = min(weight, _H1_LATER)
    later = [Evidence(text, "h1", _H1_LATER) for _, text in listed[:3]]
    return [Evidence(value, "h1", weight), *later]


def _ends(page_title: str | None, value: str) -> bool:
    """Whether a heading is only the end of a title of several parts: then it is the site's name."""
    cut = _SEPARATOR.search((page_title or "")[:_ABSURD])
    return cut is not None and fold((page_title or "")[cut.end() : _ABSURD]) == fold(value)


def _page_title(title: str, site: frozenset[str]) -> str:
    """<title> without its last part where that reads like a site's name."""
    title = _without_site(title, site)
    if cjk := _CJK_SITE.search(title):
        return title[: cjk.start()]
    cuts = _cuts(title)
    if not cuts:
        return title
    head, mark, tail = title[: cuts[-1].start()], cuts[-1][0], title[cuts[-1].end() :]
    enough = len(head) >= _SHORTEST_PART or len(head.split()) >= _SHORTEST_HEADLINE
    strong = _STRONG.fullmatch(mark) is not None
    few = len(tail.split()) <= _LONGEST_SITE and len(head.split()) > len(tail.split())
    return head.strip() if enough and (strong or few) and ":" not in mark else title


@lru_cache(maxsize=512)
def _without_site(title: str, site: frozenset[str]) -> str:
    """Cut "… | The Example" and "The Example: …" where that part is the site's name."""
    if not _ANY_MARK.search(title):
        return title.strip()
    for _ in range(3):
        cuts = _cuts(title) or list(_TIGHT.finditer(title))
        if not cuts:
            break
        head, tail = title[: cuts[0].start()], title[cuts[-1].end() :]
        if _is_site(tail, site):
            title = title[: cuts[-1].start()]
        elif _is_site(head, site) and cuts[0][0] != "-":
            title = title[cuts[0].end() :]
        else:
            break
    return _MARKUP.sub("", title.strip())


def _cuts(title: str) -> list[re.Match[str]]:
    """The marks between the parts of a title; « and » in a pair are quotation marks."""
    quoted = "«" in title and "»" in title
    return [cut for cut in _SEPARATOR.finditer(title) if not (quoted and cut[0].strip() in "«»")]


def _is_site(part: str, site: frozenset[str]) -> bool:
    name = fold(part)
    squeezed = name.replace(" ", "")
    return name in site or (len(squeezed) >= _SHORTEST_LABEL and squeezed in site)


def _agreeing(found: list[Evidence[str]]) -> list[Evidence[str]]:
    """Where a title is another one with a suffix or a kicker, it speaks for the shorter one."""
    shorter = {
        fold(item.value): item
        for item in reversed(found)
        if item.source in {"jsonld.headline", "meta.og:title", "h1", "microdata.headline", "title"}
    }
    if len(shorter) == 1 and all(fold(item.value) in shorter for item in found):
        return found
    return [_speaking(item, shorter) for item in found]


def _speaking(item: Evidence[str], shorter: dict[str, Evidence[str]]) -> Evidence[str]:
    own = fold(item.value)
    if any(own != key and (own.startswith(key) or own.endswith(key)) for key in shorter):
        value = _undecorated(item, shorter)
        return item if value == item.value else replace(item, value=value)
    whole = _cut_at_a_quote(item.value, shorter) if item.source != "h1" else None
    return replace(item, value=whole) if whole else item


def _with_deliberate(found: list[Evidence[str]]) -> list[Evidence[str]]:
    """Where all else repeats one field, a shorter og:title was written on purpose."""
    keys: dict[str, str] = {}
    for item in found:
        keys.setdefault(item.source, fold(item.value))
    others = {keys.get(name, "") for name in ("jsonld.headline", "h1", "title")}
    own = keys.get("meta.og:title")
    if own is None or len(others) > 1 or len(own) >= len(min(others)):
        return found
    return [
        replace(item, weight=_DELIBERATE) if item.source == "meta.og:title" else item
        for item in found
    ]


def _undecorated(item: Evidence[str], shorter: dict[str, Evidence[str]]) -> str:
    value = item.value
    if item.source == "title" and (head := _before_a_colon(value, shorter)):
        return head
    for cut in _cuts(value):
        head = value[: cut.start()].strip()
        other = shorter.get(fold(head))
        if other is None or item.source == "h1" or len(head) < _SHORTEST_PART:
            continue
        if other.source != "title" or _STRONG.fullmatch(cut[0]):
            return head
    for cut in re.finditer(r":\s+|\s+[-–—/]\s+|\s*[|｜ǀ]\s*", value):
        head, tail = value[: cut.start()], value[cut.end() :]
        other = shorter.get(fold(tail))
        if other is None or len(head.split()) > _LONGEST_KICKER:
            continue
        if len(tail.split()) >= _SHORTEST_HEADLINE and (
            other.source == "meta.og:title" or "|" in cut[0]
        ):
            return tail
    return value


def _before_a_colon(value: str, others: dict[str, Evidence[str]]) -> str | None:
    for cut in re.finditer(r"\s?[:：]", value):
        other = others.get(fold(value[: cut.start()]))
        if other is not None and other.source != "title" and cut.start() >= _SHORTEST_PART:
            return value[: cut.start()]
    return None


def _cut_at_a_quote(value: str, others: dict[str, Evidence[str]]) -> str | None:
    """The whole of a title that a template has cut where its first quotation mark stood."""
    for other in others.values():
        rest = other.value[len(value) :].lstrip()
        if rest[:1] in _QUOTES and len(value) >= _SHORTEST_PART and other.value.startswith(value):
            return other.value
    return None


def _clipped(signals: Signals, provenance: dict[str, object]) -> Choice[str]:
    """Nothing but an absurdly long title: its beginning is better than none."""
    for source, text in (
        ("h1", next((full for full, _ in signals.headings), "")),
        ("title", signals.page_title or ""),
    ):
        if text and "{{" not in text and fold(text) not in _GENERIC:
            return Choice(
                clip(text, _LONGEST), {**provenance, "from": source, "clipped": len(text)}
            )
    return Choice(None, dict(provenance))
