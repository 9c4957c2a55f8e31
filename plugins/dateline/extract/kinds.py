"""What a page is, and the few things that certainly are no article.

A news article wrongly refused costs more than an index page let in: a refusal needs the address
and the page to agree.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dateline.extract import jsonld
from dateline.extract.evidence import Choice
from dateline.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dateline.extract.signals import Signals

_LIVE_TITLE = re.compile(
    r"\b(?:live ?blog|live updates?|live-ticker|liveticker|as it happened|en direct|en vivo|minuto"
    r" a minuto)\b|^live\b\s?[:|–-]",
    re.IGNORECASE,
)
_SEARCH = re.compile(
    r"/(?:search|suche|recherche|buscar|busca|cerca|zoeken)(?:/|\.\w+)?$", re.IGNORECASE
)
_LOGIN = re.compile(
    r"/(?:login|log-in|signin|sign-in|anmelden|connexion|register|account|subscribe|checkout|cart)"
    r"(?:/|\.\w+)?$",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"^\W*(?:404\b|page not found|not found|seite nicht gefunden|page introuvable|página no"
    r" encontrada|access denied|error 40[34])",
    re.IGNORECASE,
)
_LISTS = frozenset({"collectionpage", "searchresultspage", "profilepage"})


def kind_of(signals: Signals, *, title: str) -> Choice[Kind]:
    """Article, live, video, gallery or other; ARTICLE where nothing says otherwise."""
    for kind, source, said in _kinds(signals, title):
        if said:
            return Choice(kind, {"from": source})
    return Choice(Kind.ARTICLE, {"from": "default"})


def _kinds(signals: Signals, title: str) -> Iterator[tuple[Kind, str, bool]]:
    """(kind, signal, whether the signal says so), in order of belief."""
    kinds = jsonld.types(signals.ld or {})
    og_type = next(iter(signals.meta.get("og:type", ())), "").lower()
    live = any("liveblogposting" in jsonld.types(node) for node in signals.ld_nodes)
    written = bool(kinds & jsonld.ARTICLES)
    yield Kind.LIVE, "jsonld.@type", live
    yield Kind.LIVE, "title", bool(_LIVE_TITLE.search(title))
    yield Kind.LIVE, "url", "/live/" in signals.url or "/liveblog" in signals.url
    yield Kind.VIDEO, "jsonld.@type", "videoobject" in kinds
    yield Kind.VIDEO, "meta.og:type", og_type.startswith("video") and not written
    yield Kind.GALLERY, "jsonld.@type", bool(kinds & {"imagegallery", "mediagallery"})
    yield Kind.ARTICLE, "jsonld.@type", written
    yield Kind.ARTICLE, "meta.og:type", declares_article(signals)
    yield Kind.OTHER, "jsonld.@type", _listing(signals)


def not_an_article(signals: Signals, *, title: str | None) -> str | None:
    """Why a page is certainly no article ("home_page", "search", "login" …), or None."""
    parts = urlsplit(signals.url)
    declared = declares_article(signals)
    if parts.netloc and parts.path in {"", "/"} and not parts.query and not declared:
        return "home_page"
    if title and _ERROR.match(title) and not declared:
        return "error_page"
    if declared:
        return None
    if _SEARCH.search(parts.path):
        return "search"
    if _LOGIN.search(parts.path):
        return "login"
    return None


def looks_like_index(signals: Signals) -> bool:
    """Whether the page declares itself a list and no article: the reason when no body was found."""
    return _listing(signals) or (
        not declares_article(signals) and urlsplit(signals.url).path.count("/") <= 1
    )


def declares_article(signals: Signals) -> bool:
    """Whether the page says that it is an article, a video or a gallery."""
    og_type = next(iter(signals.meta.get("og:type", ())), "").lower()
    return (
        bool(jsonld.types(signals.ld or {}) & (jsonld.ARTICLES | jsonld.MEDIA))
        or og_type.startswith(("article", "video"))
        or "article:published_time" in signals.meta
    )


def _listing(signals: Signals) -> bool:
    return not declares_article(signals) and any(
        jsonld.types(node) & _LISTS for node in signals.ld_nodes
    )
