"""A page as kinds.py looks at it: its address, its shape, what it declares, what that amounts to.

Everything that speaks against an article is evidence in points; their sum is the page's doubt.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from dateline.extract import addresses, jsonld
from dateline.extract.shape import Shape, shape_of
from dateline.text import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dateline.extract.blocks import Blocks
    from dateline.extract.signals import Signals

REFUSED: Final = 2.2
"""Doubt from which on a page that declares no article is refused."""
DOUBTED: Final = 0.5
"""Doubt from which on a page's kind is OTHER."""

SHORT: Final = 150
SOME: Final = 400
LONG: Final = 1500
"""Characters of running text in a row: less is hardly any, less is little, more is an article's."""
_ALIKE: Final = 20
_LINKED: Final = 0.4
_CARDS: Final = 10
_CARD: Final = 350
# What the shape can add to the doubt at the most, at an article's address and elsewhere.
_MOST_BY_TEXT: Final = 1.8
_MOST_BY_SHAPE: Final = 3.6

FORUMS: Final = frozenset({"discussionforumposting", "qapage"})
PRODUCTS: Final = frozenset({"product", "productgroup", "someproducts"})
LISTS: Final = frozenset({"itemlist", "collectionpage", "searchresultspage", "profilepage"})
SERVICES: Final = frozenset(
    words(
        """localbusiness service professionalservice softwareapplication course event jobposting
        contactpage aboutpage faqpage"""
    )
)


@dataclass(frozen=True)
class Sight:
    """A page as kinds.py looks at it; what takes time is computed when first asked for.

    Attributes:
        title: the chosen one, or None.
        found: the page's blocks.
    """

    signals: Signals
    found: Blocks
    title: str | None

    @cached_property
    def shape(self) -> Shape:
        """The page's main part in numbers."""
        return shape_of(self.found)

    @cached_property
    def likeness(self) -> float:
        """How much its address looks like an article's."""
        return addresses.article_likeness(self.signals.url)

    @cached_property
    def segments(self) -> list[str]:
        """The parts of its address's path."""
        return addresses.segments(self.signals.url)

    @cached_property
    def og_type(self) -> str:
        """og:type, or ""."""
        return next(iter(self.signals.meta.get("og:type", ())), "").lower()

    @cached_property
    def declared(self) -> bool:
        """Whether it says that it is an article, a film or a gallery."""
        return declares_article(self.signals)

    @cached_property
    def written(self) -> bool:
        """Whether its JSON-LD says that it is an article."""
        return bool(jsonld.types(self.signals.ld or {}) & jsonld.ARTICLES)

    @cached_property
    def types(self) -> set[str]:
        """The types of all its JSON-LD."""
        return set().union(*map(jsonld.types, self.signals.ld_nodes))

    @cached_property
    def certain(self) -> bool:
        """Whether nothing speaks against an article: declared, dated, at an article's address."""
        ld = self.signals.ld or {}
        dated = "datePublished" in ld or "article:published_time" in self.signals.meta
        foreign = not self.written and self.types & (FORUMS | PRODUCTS)
        return self.declared and dated and self.likeness > 0 and not foreign

    @cached_property
    def doubts(self) -> dict[str, float]:
        """Signal → how much it speaks against an article (below zero: for one).

        The shape is only measured where it could make a difference.
        """
        told = {name: points for name, points in _told(self) if points}
        most = _MOST_BY_SHAPE if self.likeness < 0 else _MOST_BY_TEXT
        if sum(told.values()) + most < DOUBTED:
            return told
        return told | {name: points for name, points in _shown(self) if points}

    @property
    def doubt(self) -> float:
        """The sum of them; above zero a page is no article as likely as not."""
        return sum(self.doubts.values())

    @property
    def reason(self) -> str:
        """What speaks against an article most."""
        return max(self.doubts, key=lambda name: self.doubts[name], default="")


def declares_article(signals: Signals) -> bool:
    """Whether the page says that it is an article, a video or a gallery."""
    og_type = next(iter(signals.meta.get("og:type", ())), "").lower()
    return (
        bool(jsonld.types(signals.ld or {}) & (jsonld.ARTICLES | jsonld.MEDIA))
        or og_type.startswith(("article", "video"))
        or "article:published_time" in signals.meta
    )


def _told(sight: Sight) -> Iterator[tuple[str, float]]:
    """Evidence against an article from what the page and its address say, in points.

    The points are a logistic regression's over labelled pages of all kinds, rounded by hand:
    about the logarithm of the odds.
    """
    types, meta, ld = sight.types, sight.signals.meta, sight.signals.ld or {}
    yield "no_signal", -0.8
    yield "address", -1.6 * sight.likeness
    yield "declared_article", -0.9 * sight.written - 1.0 * sight.og_type.startswith("article")
    yield "dated", -0.9 * bool(ld.get("datePublished")) - 0.4 * ("article:published_time" in meta)
    yield "declared_website", 1.0 * (sight.og_type == "website")
    if not sight.written:
        product = types & PRODUCTS or sight.og_type.startswith("product")
        yield "product", 2.4 * bool(product)
        yield "forum", 2.0 * bool(types & FORUMS)
        yield "list", 0.9 * bool(types & LISTS)
        yield "service", 1.2 * bool(types & SERVICES)


def _shown(sight: Sight) -> Iterator[tuple[str, float]]:
    """Evidence from the page's shape, in the same points."""
    shape = sight.shape
    yield "little_text", 0.6 * (shape.run < SHORT) + 0.6 * (shape.run < SOME)
    yield "much_text", -0.6 * (shape.run > LONG)
    yield "equal_links", 0.6 * (shape.alike >= _ALIKE)
    # Lists as long stand beside articles, too: only where the address is no article's.
    if sight.likeness < 0:
        yield "link_list", 0.6 * (shape.alike >= 2 * _ALIKE and shape.linked > _LINKED)
        yield "cards", 1.2 * (shape.cards >= _CARDS and shape.mass < _CARD * shape.cards)
