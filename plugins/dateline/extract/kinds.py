"""What a page is, and whether it is an article at all.

Signals in order of cost: what the page declares, its address, its shape, its title. A news article
wrongly refused costs more than an index page let in: refused is only what several of them agree on;
where they only lean that way, the page is loaded and its kind is OTHER.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Final

from dateline.extract import addresses, jsonld
from dateline.extract.evidence import Choice
from dateline.extract.notices import notice_in, wall_in
from dateline.extract.sight import DOUBTED, LISTS, REFUSED, SOME, Sight
from dateline.model import Kind
from dateline.text import words

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["DOUBTED", "REFUSED", "Sight", "kind_of", "looks_like_index", "not_an_article"]


_LIVE_TITLE = re.compile(
    r"\b(?:live ?blog|live updates?|live-ticker|liveticker|as it happened|en direct|en vivo|minuto"
    r" a minuto)\b|^live\b\s?[:|–-]",
    re.IGNORECASE,
)
_GALLERY_TITLE = re.compile(
    r"^\W*(?:(?:photo|picture|foto|image) ?(?:gallery|galerie|galería|galeria|s)"
    r"|in pictures|pictures of the (?:day|week)|galerie|galería|galleria|bildergalerie"
    r"|bilderstrecke|fotostrecke|in bildern|en images|en imágenes|em imagens|diaporama"
    r"|фотогалерея|фото)\s*[:|–—-]",
    re.IGNORECASE,
)
_VIDEO_TITLE = re.compile(
    r"^\W*(?:video|vídeo|watch|vidéo|видео|βίντεο|動画|视频)\s*[:|–—-]", re.IGNORECASE
)
_GALLERIES: Final = frozenset(
    words(
        """gallery galleries galerie galerien galeria galerias galleria gallerie photo-gallery
        photogallery photo-galleries picture-gallery pictures in-pictures photos fotos foto
        fotogaleria fotogalerie fotostrecke fotostrecken bildergalerie bildergalerien bilderstrecke
        bilderstrecken diaporama diaporamas slideshow slideshows portfolio-photo fotogallery"""
    )
)
_VIDEOS: Final = frozenset(
    words("video videos vidéo watch mediathek videoteca webtv clip clips v videogallery")
)
_CAPTION: Final = 900
"""Less running text than this stands beside a film or under pictures; more is an article."""
_NOTICE: Final = 700
_HARDLY: Final = 400
_FEW: Final = 40
_MANY: Final = 15

_SURE: Final = {"jsonld.@type": 0.95, "meta.og:type": 0.9}
_LIKELY: Final = 0.8
_CERTAIN: Final = 4.0

_NAMED: Final = ("product", "forum", "service")


def kind_of(sight: Sight) -> Choice[Kind]:
    """Article, live, video, gallery or other; ARTICLE where nothing says otherwise."""
    for kind, source, said in _kinds(sight):
        if said:
            return Choice(kind, {"from": source, "confidence": _SURE.get(source, _LIKELY)})
    # Points of doubt are about the logarithm of the odds.
    doubt = -_CERTAIN if sight.certain else sight.doubt
    sure = round(1 / (1 + math.exp(-abs(doubt))), 3)
    if doubt >= DOUBTED:
        note = {"from": "doubt", "confidence": sure, "reason": sight.reason}
        return Choice(Kind.OTHER, note | {"doubt": round(doubt, 2)})
    source = "jsonld.@type" if sight.written else "meta.og:type" if sight.declared else "default"
    return Choice(Kind.ARTICLE, {"from": source, "confidence": sure})


def _kinds(sight: Sight) -> Iterator[tuple[Kind, str, bool]]:
    """(kind, signal, whether the signal says so), in order of belief."""
    signals, title = sight.signals, sight.title or ""
    own = jsonld.types(signals.ld or {})
    folders = set(sight.segments[:-1])
    yield Kind.LIVE, "jsonld.@type", "liveblogposting" in sight.types
    yield Kind.LIVE, "title", bool(_LIVE_TITLE.search(title))
    yield Kind.LIVE, "url", "/live/" in signals.url or "/liveblog" in signals.url
    yield Kind.VIDEO, "jsonld.@type", "videoobject" in own
    yield Kind.VIDEO, "meta.og:type", sight.og_type.startswith("video") and not sight.written
    yield Kind.GALLERY, "jsonld.@type", bool(own & {"imagegallery", "mediagallery"})
    if folders & _GALLERIES:
        yield Kind.GALLERY, "url", sight.shape.mass < _CAPTION
    if _GALLERY_TITLE.search(title):
        yield Kind.GALLERY, "title", sight.shape.mass < _CAPTION
    if folders & _VIDEOS or _VIDEO_TITLE.search(title):
        source = "url" if folders & _VIDEOS else "title"
        yield Kind.VIDEO, source, _plays(sight) and sight.shape.mass < _CAPTION
    yield Kind.OTHER, "jsonld.@type", _listing(sight)


def _plays(sight: Sight) -> bool:
    """Whether the page declares a film of its own."""
    meta = sight.signals.meta
    return (
        "videoobject" in sight.types
        or any(name in meta for name in ("og:video", "og:video:url", "og:video:secure_url"))
        or "player" in meta.get("twitter:card", ())
    )


def not_an_article(sight: Sight) -> str | None:
    """Why a page is certainly no article ("home_page", "error_page", "index_page" …), or None."""
    if sight.certain or sight.written:
        return None
    if _is_home(sight) and (_lists(sight) or (not sight.declared and sight.shape.run < SOME)):
        return "home_page"
    if reason := _notice(sight):
        return reason
    return None if sight.declared else _asked_for(sight) or _by_doubt(sight)


def _is_home(sight: Sight) -> bool:
    address = addresses.split(sight.signals.url)
    return bool(address.netloc) and not sight.segments and not address.query


def _lists(sight: Sight) -> bool:
    """Whether it is a list of links by its shape, whatever it declares."""
    return sight.shape.run < SOME and sight.shape.links >= _MANY


def _notice(sight: Sight) -> str | None:
    """An error, a bot check, a consent wall, a login: by its title, or by its markup."""
    signals, texts = sight.signals, sight.found.text
    titles = (sight.title, signals.page_title, next((text for text, _ in signals.headings), None))
    if found := notice_in(dict.fromkeys(filter(None, titles))):
        return found if sight.shape.mass < _NOTICE else None
    if sight.declared or len(texts) > _FEW or sum(map(len, texts)) > _HARDLY:
        return None
    return wall_in(signals.tree)


def _asked_for(sight: Sight) -> str | None:
    """A search or a login, by the end of its address."""
    last = sight.segments[-1].partition(".")[0] if sight.segments else ""
    if last in addresses.SEARCHES:
        return "search"
    if last in addresses.LOGINS:
        return "login"
    return None


def _by_doubt(sight: Sight) -> str | None:
    """What everything together says."""
    if sight.doubt < REFUSED:
        return None
    return next((name for name in _NAMED if name in sight.doubts), "index_page")


def looks_like_index(sight: Sight) -> bool:
    """Whether the page declares itself a list and no article: the reason when no body was found."""
    return _listing(sight) or (not sight.declared and len(sight.segments) <= 1)


def _listing(sight: Sight) -> bool:
    return not sight.declared and bool(sight.types & (LISTS - {"itemlist"}))
