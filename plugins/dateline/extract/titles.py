"""The title: a weighted vote, with the site's name cut off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dateline.extract import jsonld
from dateline.extract.evidence import Choice, Evidence, vote
from dateline.text import clip, fold, plain, words
from dateline.urls import domain_of, host_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dateline.extract.signals import Signals
    from dateline.model import Hints

_LONGEST = 500
_ABSURD = 2_000
_SEPARATOR = re.compile(r"\s+[|–—\-·•»«:/]+\s+|\s*\|\s*")
_GENERIC = frozenset(
    words(
        "home homepage index untitled news article page loading login startseite accueil "
        "inicio 404 error"
    )
)


def choose(signals: Signals, hints: Hints) -> Choice[str]:
    """The title, or a Choice of None."""
    site = site_names(signals)
    rejected: dict[str, str] = {}
    found = []
    for item in _evidence(signals, hints):
        if len(item.value) > _ABSURD:
            rejected[item.source] = f"too long: {len(item.value)} characters"
            continue
        value = _without_site(item.value, site)
        if value and fold(value) not in _GENERIC and fold(value) not in site:
            found.append(Evidence(value, item.source, item.weight))
    choice = vote(_agreeing(found), fold)
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
    names = [
        value
        for _, value in signals.metas(
            "og:site_name", "application-name", "publisher", "twitter:site"
        )
    ]
    names += jsonld.strings(signals.ld, "publisher")
    names += [domain, domain.partition(".")[0].replace("-", " "), domain.partition(".")[0]]
    return frozenset(folded for name in names if (folded := fold(name.lstrip("@"))))


def _evidence(signals: Signals, hints: Hints) -> Iterator[Evidence[str]]:
    for value in list(jsonld.strings(signals.ld, "headline"))[:1]:
        yield Evidence(value, "jsonld.headline", 1.2)
    weights = {
        "og:title": 1.1,
        "twitter:title": 0.5,
        "parsely-title": 0.5,
        "sailthru.title": 0.4,
        "dc.title": 0.4,
    }
    for source, value in signals.metas(*weights):
        yield Evidence(value, source, weights[source.removeprefix("meta.")])
    for value in signals.headings[:1]:
        yield Evidence(value, "h1", 1.6 if len(signals.headings) == 1 else 1.0)
    for value in signals.headings[1:4]:
        yield Evidence(value, "h1", 0.3)
    for value in signals.props.get("headline", [])[:1]:
        yield Evidence(value, "microdata.headline", 0.8)
    if signals.page_title:
        yield Evidence(signals.page_title, "title", 0.4)
    if hints.title and (title := plain(hints.title)):
        yield Evidence(title, "feed.title", 0.5)
    for value in list(jsonld.strings(signals.ld, "name", "alternativeHeadline"))[:1]:
        yield Evidence(value, "jsonld.name", 0.3)


def _without_site(title: str, site: frozenset[str]) -> str:
    """Cut "… | The Example" and "The Example: …" where that part is the site's name."""
    for _ in range(3):
        cuts = list(_SEPARATOR.finditer(title))
        if not cuts:
            break
        head, tail = title[: cuts[0].start()], title[cuts[-1].end() :]
        if _is_site(tail, site):
            title = title[: cuts[-1].start()]
        elif _is_site(head, site):
            title = title[cuts[0].end() :]
        else:
            break
    return title.strip()


def _is_site(part: str, site: frozenset[str]) -> bool:
    name = fold(part)
    squeezed = name.replace(" ", "")
    return name in site or any(squeezed == known.replace(" ", "") for known in site)


def _agreeing(found: list[Evidence[str]]) -> list[Evidence[str]]:
    """Where a title is another one with a suffix or a kicker, its weight goes to the shorter."""
    others = {fold(item.value) for item in found}
    result = []
    for item in found:
        value = item.value
        for cut in _SEPARATOR.finditer(value):
            head = value[: cut.start()].strip()
            if fold(head) in others and item.source in {
                "title",
                "meta.og:title",
                "meta.twitter:title",
            }:
                value = head
                break
        result.append(Evidence(value, item.source, item.weight))
    return result


def _clipped(signals: Signals, provenance: dict[str, object]) -> Choice[str]:
    """Nothing but an absurdly long title: its beginning is better than none."""
    for source, text in (
        ("h1", next(iter(signals.headings), "")),
        ("title", signals.page_title or ""),
    ):
        if text:
            return Choice(
                clip(text, _LONGEST), {**provenance, "from": source, "clipped": len(text)}
            )
    return Choice(None, dict(provenance))
