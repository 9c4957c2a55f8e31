"""The smaller fields: canonical URL, section, image, paywall, summary."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dateline.extract import jsonld
from dateline.extract.addresses import segments
from dateline.extract.evidence import Choice, Evidence, confidence, first
from dateline.text import clip, fold, plain
from dateline.urls import canonicalise, domain_of, host_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dateline.extract.signals import Signals
    from dateline.model import Hints

_LONGEST_SECTION = 80
_LONGEST_SUMMARY = 1_200
_SHORTEST_SUMMARY = 20
_SLACK = 100
_ADDRESS, _SAID = 0.6, 2.0
_LONGEST_URL = 2_000
_SLUG, _WORD = 3, 3
"""Words that make a part of an address a slug; letters that make a word."""
_SAME, _OTHER = 0.6, 0.34
"""Shares of a slug's words: from here on it is the headline's, up to here it is another's."""
_NUMBER = re.compile(r"(?<!\d)(?!(?:19|20)\d\d(?!\d))\d{3,}")
_ID = re.compile(r"(?<!\d)(?!(?:19|20)\d{6}(?!\d))\d{5,}(?!\d)")
_FREE = {"true": False, "1": False, "yes": False, "false": True, "0": True, "no": True}
_LOCKED_TIERS = frozenset(
    {"locked", "metered", "premium", "paid", "subscriber", "subscribers", "plus"}
)
_FREE_TIERS = frozenset({"free", "public", "open"})


def canonical_url(signals: Signals) -> Choice[str]:
    """The page's own canonical address: of the same registered domain, not home, not another's."""
    own = domain_of(host_of(signals.url))
    rejected: dict[str, str] = {}
    note: dict[str, Any]
    listed = [("link.canonical", url) for url in signals.links.get("canonical", ())]
    listed += [("meta.og:url", url) for url in signals.meta.get("og:url", ())]
    for source, raw in listed:
        url = canonicalise(raw, signals.url)
        if url is None or len(url) > _LONGEST_URL:
            rejected.setdefault(source, "not a URL")
        elif domain_of(host_of(url)) != own:
            rejected.setdefault(source, f"other domain: {url[:120]}")
        elif urlsplit(url).path in {"", "/"} and urlsplit(signals.url).path not in {"", "/"}:
            rejected.setdefault(source, "home page")
        elif url != signals.url and _names_another(url, signals):
            rejected.setdefault(source, f"another page: {url[:120]}")
        else:
            others = sum(other != url for other_source, other in listed if other_source != source)
            note = {"from": source, "confidence": confidence(1.0 + (len(listed) > 1), others)}
            return Choice(url, note | ({"rejected": rejected} if rejected else {}))
    note = {"from": "url", "confidence": confidence(_ADDRESS)}
    return Choice(signals.url, note | ({"rejected": rejected} if rejected else {}))


def _names_another(url: str, signals: Signals) -> bool:
    """It is a folder that the page is in, or its slug is of another headline.

    Templates repeat the link of the article that they were made from, or of the section. An address
    without words (an id, another script) says nothing and is believed, as is one with the same id.
    """
    own, other = _named(signals.url), _named(url)
    if _ids(signals.url) & _ids(url):
        return False
    if _is_folder(url, signals.url):
        return len(own) >= _SLUG or bool(_ids(signals.url))
    headline = {*_pieces(signals.label("og:title")), *_pieces(signals.page_title or "")}
    headline.update(word for heading, _ in signals.headings for word in _pieces(heading))
    return (
        min(len(own), len(other)) >= _SLUG
        and len(own & headline) >= _SAME * len(own)
        and len(other & (own | headline)) <= _OTHER * len(other)
    )


def _is_folder(url: str, page: str) -> bool:
    """Whether an address is above a page, without a slug or a number other than a date's."""
    parts, below = segments(url), segments(page)
    return (
        len(parts) < len(below)
        and parts == below[: len(parts)]
        and len(_named(url)) < _SLUG
        and not any(_NUMBER.search(part) for part in parts)
    )


def _ids(url: str) -> set[str]:
    return set(_ID.findall(urlsplit(url).path))


def _named(url: str) -> set[str]:
    """The words of an address's longest part: its slug, if it has one."""
    return set(_pieces(max(segments(url), key=len, default="")))


def _pieces(text: str) -> list[str]:
    return [word for word in fold(text).split() if len(word) >= _WORD and not word.isdigit()]


def section(signals: Signals) -> Choice[str]:
    """The section as published; the last crumb of a path such as "News / Europe"."""
    return first(item for item in _sections(signals) if len(item.value) <= _LONGEST_SECTION)


def _sections(signals: Signals) -> Iterator[Evidence[str]]:
    for source, value in signals.metas("article:section"):
        if not value.startswith(("http:", "https:")):
            yield Evidence(value, source)
    for value in jsonld.strings(signals.ld, "articleSection"):
        yield Evidence(value, "jsonld.articleSection")
    for source, value in signals.metas(
        "parsely-section", "cxenseparse:section", "section", "category", "dc.subject"
    ):
        yield Evidence(value, source)
    for value in signals.props.get("articlesection"):
        yield Evidence(value, "microdata.articleSection")


def image(signals: Signals, hints: Hints) -> Choice[str]:
    """The lead picture's absolute address."""
    for item in _images(signals, hints):
        url = canonicalise(item.value, signals.url)
        if url and len(url) <= _LONGEST_URL:
            return Choice(url, {"from": item.source, "confidence": confidence(item.weight)})
    return Choice(None)


def _images(signals: Signals, hints: Hints) -> Iterator[Evidence[str]]:
    for source, value in signals.metas("og:image", "og:image:secure_url", "og:image:url"):
        yield Evidence(value, source)
    ld_image = (signals.ld or {}).get("image")
    for item in jsonld.objects(ld_image, signals.ids):
        values = jsonld.strings(item, "url", "contentUrl") if isinstance(item, dict) else [item]
        yield from (Evidence(value, "jsonld.image") for value in values)
    for source, value in signals.metas(
        "twitter:image", "twitter:image:src", "parsely-image-url", "sailthru.image.full"
    ):
        yield Evidence(value, source)
    for value in signals.links.get("image_src", ()):
        yield Evidence(value, "link.image_src")
    if hints.image_url:
        yield Evidence(hints.image_url, "feed.image")


def paywall(signals: Signals) -> Choice[bool]:
    """Whether the page says it is not free; None where it says nothing."""
    values = [str((signals.ld or {}).get("isAccessibleForFree", ""))]
    values += [str(node.get("isAccessibleForFree", "")) for node in signals.ld_nodes]
    for value in values:
        word = value.rpartition("/")[2].strip().lower()
        if word in _FREE:
            note = {"from": "jsonld.isAccessibleForFree", "confidence": confidence(_SAID)}
            return Choice(_FREE[word], note)
    for value in signals.props.get("isaccessibleforfree"):
        if value.lower() in _FREE:
            note = {"from": "microdata.isAccessibleForFree", "confidence": confidence(_SAID)}
            return Choice(_FREE[value.lower()], note)
    for source, value in signals.metas(
        "article:content_tier", "content_tier", "cxenseparse:articlepaywall", "paywall"
    ):
        word = value.lower()
        if word in _LOCKED_TIERS | _FREE_TIERS:
            return Choice(word in _LOCKED_TIERS, {"from": source, "confidence": confidence(1.0)})
    return Choice(None)


def summary(signals: Signals, hints: Hints, *, title: str, lead: str) -> Choice[str]:
    """The standfirst: what the page declares, unless it is the title or cut from the lead.

    Args:
        signals: what was read off the page.
        hints: the feed's own summary.
        title: a description that only repeats it is none.
        lead: the body's first paragraph; a description that only repeats its beginning yields to
            a better one, and counts if there is none.
    """
    weak: Evidence[str] | None = None
    for item in _summaries(signals, hints):
        text = (
            item.value.strip(" …").removesuffix("[...]").rstrip(".… ")
            if item.value.endswith(("…", "..."))
            else item.value
        )
        folded = fold(text)
        if len(text) < _SHORTEST_SUMMARY or folded == fold(title):
            continue
        begins = fold(lead[: len(text) + _SLACK]).startswith(folded)
        if not begins and not item.value.endswith(("…", "...")):
            note: dict[str, Any] = {"from": item.source, "confidence": confidence(1.0)}
            return Choice(clip(item.value, _LONGEST_SUMMARY), note)
        weak = weak or item
    if weak:
        note = {"from": weak.source, "confidence": confidence(_ADDRESS), "repeats": "lead"}
        return Choice(clip(weak.value, _LONGEST_SUMMARY), note)
    return Choice(None)


def _summaries(signals: Signals, hints: Hints) -> Iterator[Evidence[str]]:
    for value in jsonld.strings(signals.ld, "description"):
        yield Evidence(value, "jsonld.description")
    for source, value in signals.metas(
        "og:description",
        "description",
        "twitter:description",
        "dc.description",
        "sailthru.description",
    ):
        yield Evidence(value, source)
    for value in signals.props.get("description")[:1]:
        yield Evidence(value, "microdata.description")
    if hints.summary:
        yield Evidence(plain(hints.summary), "feed.summary")
