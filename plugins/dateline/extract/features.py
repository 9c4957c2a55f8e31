"""What the body model sees of each block: numbers, most of them about the block's surroundings.

The features follow what is known to carry: paragraph mass by container and by signature
(Readability, Mozilla 2010–), text and link density of a block and its neighbours (Kohlschütter,
Fankhauser and Nejdl: Boilerplate Detection using Shallow Text Features, 2010), and words of
class names.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dateline.extract.blocks import HINTS, ZONES
from dateline.extract.compiled import native
from dateline.text import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from dateline.extract.blocks import Blocks

    Floats = NDArray[np.float32]

_CAPITALS = re.compile(r"[A-ZÀ-ÖØ-ÞΑ-ΩА-Я]")
_DIGITS = re.compile(r"[0-9]")
_DATED = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.]\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b")
_ENDS: Final = frozenset(".!?…。！？\"”“»'’)।؟")

# Words of short lines that are no text of the article, in the languages of large news markets; the
# first two words of a line are looked up together as well.
PHRASES: Final = {
    "account": """password passwort contraseña e-mail-adresse email cookies cookie consent
        javascript browser registrierung benutzerkonto einwilligung datenschutzerklärung kennwort
        aktivieren opt-out captcha adblocker""",
    "subscribe": """newsletter newsletters subscribe subscriber subscribers subscription signup
        login abonnieren abonnement abonnez abo anmelden registrieren suscríbete suscribirse
        registrarse iscriviti abbonati подписаться подпишитесь подписка donate membership
        inscrivez boletín assine prenumeruj zaloguj εγγραφή sign-up log|in sign|in sign|up
        jetzt|abonnieren""",
    "related": """related recommended trending lesen|sie mehr|zum mehr|dazu lire|aussi à|lire
        lea|también te|puede leggi|anche leia|também leia|mais czytaj читайте διαβάστε σχετικά
        zobacz weitere read|more read|also read|next also|read more|on more|from more|about
        see|also click|here watch watch: most|read most|popular top|stories more|stories you|may
        popular latest next previous weiterlesen более ещё przeczytaj siehe""",
    "rights": """© (c) copyright reserved rechte droits derechos riservati права terms privacy
        datenschutz impressum cookie cookies disclaimer""",
    "share": """share facebook twitter whatsapp instagram telegram linkedin pinterest email e-mail
        follow teilen partager compartir condividi udostępnij поделиться print drucken copy|link
        tweet youtube tiktok reddit flipboard κοινοποίηση""",
    "credit": """photo photo: image image: foto foto: bild bild: picture: credit credit: source
        source: quelle fuente fonte crédit crédits imagen фото źródło video illustration imago epa
        afp file|photo photograph photograph: getty reuters/ shutterstock images) via/ap dpa
        file|photo fot. fot copyright/ afp/getty caption pictured ap|photo""",
    "comment": """comment comments kommentar kommentare kommentieren comentario comentarios commenti
        комментарии комментарий komentarze komentarz σχόλια σχόλιο reply replies leave|a
        respond antworten""",
    "byline": """by von par por di da av door автор autor author text: written|by posted|by
        published|by reporting|by editing|by edited|by the|author about|the redaktion redacción""",
    "update": """updated updated: published published: posted modified aktualisiert veröffentlicht
        publié mis|à publicado actualizado aggiornato pubblicato opublikowano обновлено опубликовано
        lesezeit stand: uhr ago min read|time min. gmt est edt am pm""",
    "ad": """advertisement advertising anzeige werbung publicité publicidad pubblicità sponsored
        reklama реклама""",
}
_PHRASE_BITS: Final[dict[str, int]] = {}
for _i, _listed in enumerate(PHRASES.values()):
    for _phrase in words(_listed):
        _PHRASE_BITS[_phrase] = _PHRASE_BITS.get(_phrase, 0) | 1 << _i
_PHRASE_KEYS = frozenset(_PHRASE_BITS)
_SHORT = 240
_COMPARED = 600

_TAGS: Final = {
    tag: i
    for i, group in enumerate(
        words(line)
        for line in (
            "p",
            "h1",
            "h2",
            "h3 h4 h5 h6",
            "li dd dt",
            "td th caption tr",
            "div",
            "blockquote",
            "figcaption",
            "section article main",
            "pre",
        )
    )
    for tag in group
}
_TAG_KINDS = 12
_LEVELS: Final = ("own", "parent", "grandparent", "third", "fourth")

_PARAGRAPH = 60.0
_LINKED = 0.35


def matrix(found: Blocks, title: str, descriptions: Sequence[str], declared: str = "") -> Floats:
    """The features of a page's blocks, as float32 of (blocks, len(NAMES)).

    Args:
        found: the page's blocks, at least one.
        title: the article's, as far as it is known.
        descriptions: the page's own summaries of itself.
        declared: the body that the page's metadata give (JSON-LD's articleBody), if any.
    """
    said = _words(text if len(text) <= _COMPARED else "" for text in found.text)
    texts = text_numbers(found, said)
    says = np.array([_phrases(words_) if words_ else 0 for words_ in said], np.uint32)
    likeness = _likeness(found, said, title, descriptions, declared)
    return (native_grouped if native else grouped)(found, texts, says, likeness)


def native_grouped(
    found: Blocks, texts: NDArray[np.float64], says: NDArray[np.uint32], likeness: Floats
) -> Floats:
    """`grouped`, compiled."""
    assert native
    out = np.empty((len(found), len(NAMES)), np.float32)
    tags = [_TAGS.get(tag, _TAG_KINDS - 1) for tag in found.tag]
    columns = (
        *(found.element, found.parent, found.depth, found.signature, found.zone, found.hints),
        *(found.above, found.begin, found.end, tags, found.h1),
    )
    native.matrix(
        *(out, len(NAMES), texts, says, likeness, columns),
        *(len(PHRASES), len(ZONES), len(HINTS)),
    )
    return out


def grouped(
    found: Blocks, texts: NDArray[np.float64], says: NDArray[np.uint32], likeness: Floats
) -> Floats:
    """All columns, of each block by itself and of what is around it.

    Args:
        found: the page's blocks.
        texts: (blocks, 16), see `text_numbers`.
        says: (blocks,) bits by PHRASES.
        likeness: (blocks, 5), see `_likeness`.
    """
    groups = _Page(found, texts, says, likeness).groups()
    return np.concatenate(groups, axis=1, dtype=np.float32)


class _Page:
    """The features of one page, in groups of columns. Arrays are (blocks,) or (blocks, columns)."""

    def __init__(
        self, found: Blocks, texts: NDArray[np.float64], says: NDArray[np.uint32], likeness: Floats
    ) -> None:
        self.found = found
        self.n = len(found)
        self.texts, self.says, self.likeness = texts, says, likeness
        self.mass = texts[:, 0]
        self.linked = texts[:, 1]
        own = self.mass * (1 - self.linked)
        self.weight = np.where((self.mass >= _PARAGRAPH) & (self.linked < _LINKED), own, 0)
        # Summed up one after the other: numpy's own sum adds in another order.
        self.total = float(np.cumsum(self.weight)[-1]) or 1.0
        parent = np.array(found.parent, dtype=np.intp)
        self.parent = np.maximum(parent, 0, out=parent)
        chain = [np.array(found.element, dtype=np.intp)]
        for _ in _LEVELS[1:]:
            chain.append(self.parent[chain[-1]])
        self.chain = np.stack(chain)
        self.tags = np.array([_TAGS.get(tag, _TAG_KINDS - 1) for tag in found.tag], np.float32)
        self.head = self._head()

    def groups(self) -> list[NDArray[Any]]:
        """All groups of columns, in the order of `NAMES`."""
        return [
            np.log1p(self.texts[:, _LOGGED]),
            self.texts[:, 1:],
            _bits(self.says[:, None], (len(PHRASES),)),
            self.likeness,
            *self._elements(),
            *self._masses(),
            *self._signatures(),
            *self._places(),
            *self._neighbours(),
        ]

    def _head(self) -> int:
        """The block that the article's title stands in, as far as it can be told."""
        shared = self.likeness[:, 1]
        starts = [i for i in self.found.h1 if i < self.n]
        if both := [i for i in starts if shared[i] >= _TITLED]:
            return both[0]
        if len(near := np.flatnonzero(shared >= _MOSTLY_TITLED)):
            return int(near[0])
        return starts[0] if starts else 0

    def _elements(self) -> list[NDArray[Any]]:
        """Depth, tags, zones and hints of the chain."""
        found, (own, parent, grand, _, _) = self.found, self.chain
        depth = np.array(found.depth, np.float32)[own]
        hints = np.array(found.hints, np.uint32)
        bits = np.stack(
            [
                np.array(found.zone, np.uint32)[own],
                hints[own],
                hints[parent] | hints[grand],
                np.array(found.above, np.uint32)[grand],
            ],
            axis=1,
        )
        return [
            depth[:, None],
            self.tags[self.chain[:3]].T,
            _bits(bits, (len(ZONES), len(HINTS), len(HINTS), len(HINTS))),
        ]

    def _masses(self) -> list[NDArray[Any]]:
        """Paragraph mass, text, links and pieces of the containers, each a run of blocks."""
        begin = np.array(self.found.begin, np.intp)
        end = np.array(self.found.end, np.intp)
        sums = np.zeros((self.n + 1, 3))
        np.cumsum(
            np.stack([self.weight, self.mass, self.mass * self.linked], axis=1),
            axis=0,
            out=sums[1:],
        )
        inside = sums[end] - sums[begin]
        whole = float(sums[-1, 1]) or 1.0
        table = np.stack(
            [
                inside[:, 0] / self.total,
                inside[:, 1] / whole,
                inside[:, 2] / np.maximum(inside[:, 1], 1),
                np.log1p(end - begin),
            ],
            axis=1,
        )
        page = (np.log1p(self.total), np.log1p(self.n), sums[-1, 2] / whole, self.total / whole)
        return [
            table[self.chain.T].reshape(self.n, -1),
            np.log1p(inside[self.chain[1:3], 0]).T,
            np.broadcast_to(np.array(page), (self.n, len(page))),
        ]

    def _signatures(self) -> list[NDArray[Any]]:
        """Mass of the blocks whose element, or parent, looks the same: what joins split bodies."""
        signature = np.array(self.found.signature, np.intp)
        mine, parent, grand = signature[self.chain[:3]]
        kinds = int(signature.max()) + 1
        linked = self.mass * self.linked
        columns = []
        for keys in (
            mine,
            parent,
            _dense(mine * kinds + parent),
            _dense(parent * kinds + grand),
        ):
            mass = np.bincount(keys, self.mass)
            columns += [
                (np.bincount(keys, self.weight) / self.total)[keys],
                np.log1p(np.bincount(keys))[keys],
                (np.bincount(keys, linked) / np.maximum(mass, 1))[keys],
            ]
        return [np.stack(columns, axis=1)]

    def _places(self) -> list[NDArray[Any]]:
        """Where in the page: by blocks, by mass, from the title, from the nearest paragraphs."""
        n, index = self.n, np.arange(self.n)
        mass, weight = np.cumsum(self.mass), np.cumsum(self.weight)
        away = index - self.head
        is_paragraph = self.weight > 0
        last = np.maximum.accumulate(np.where(is_paragraph, index, -50))
        after = np.minimum.accumulate(np.where(is_paragraph, index, n + 50)[::-1])[::-1]
        # The heaviest container of paragraphs: is this block in it, and near it?
        best = int(np.argmax(np.bincount(self.chain[1], self.weight)))
        inside = self.chain[1] == best
        where = np.flatnonzero(inside)
        first, end = (int(where[0]), int(where[-1])) if len(where) else (0, n)
        return [
            np.stack(
                [
                    index / n,
                    mass / max(mass[-1], 1),
                    weight / max(weight[-1], 1),
                    np.sign(away) * np.log1p(np.abs(away)),
                    (weight - weight[self.head]) / max(weight[-1], 1),
                    np.log1p(index - last),
                    np.log1p(after - index),
                    inside,
                    (self.chain[2] == best) | (self.chain[0] == best),
                    np.clip(index - first, -100, 100),
                    np.clip(index - end, -100, 100),
                ],
                axis=1,
            )
        ]

    def _neighbours(self) -> list[NDArray[Any]]:
        """The three blocks before and after: mass, links, weight, tag, whether of one parent."""
        n, own, parent = self.n, self.chain[0], self.chain[1]
        table = np.stack(
            [np.log1p(self.mass), self.linked, np.log1p(self.weight), self.tags[own], own, parent],
            axis=1,
        )
        padded = np.full((n + 6, 6), -1.0)
        padded[3 : n + 3] = table
        near = [padded[3 + step : n + 3 + step] for step in (-2, -1, 1, 2)]
        far = [padded[3 + step : n + 3 + step, :2] for step in (-3, 3)]
        sums = np.concatenate([[0.0], np.cumsum(self.weight)])
        index = np.arange(n)
        around = sums[np.minimum(index + 5, n)] - sums[np.maximum(index - 4, 0)]
        return [
            *(step[:, :4] for step in near),
            *(step[:, 4:] == table[:, 4:] for step in near),
            *far,
            np.log1p(around)[:, None],
        ]


_TITLED = 0.5
_MOSTLY_TITLED = 0.6


def _dense(keys: NDArray[np.intp]) -> NDArray[np.intp]:
    """Keys renumbered from 0."""
    inverse: NDArray[np.intp] = np.unique(keys, return_inverse=True)[1]
    return inverse


def _bits(values: NDArray[np.uint32], widths: tuple[int, ...]) -> NDArray[np.uint8]:
    """The low bits of each column of (blocks, columns), as many as its width says."""
    rows = np.ascontiguousarray(values).view(np.uint8)
    unpacked = np.unpackbits(rows, axis=1, bitorder="little")
    keep = [32 * column + bit for column, width in enumerate(widths) for bit in range(width)]
    return unpacked[:, keep]


_LOGGED: Final = (0, 2, 3, 4, 5)
_TEXT_NAMES: Final = (
    *("mass", "linked", "words", "anchors", "commas", "stops"),
    *("bold", "capitals", "digits", "ends", "begins_lower", "dated", "marked", "length"),
    *("credit", "broken"),
)
_WORDLESS = 20
_DATE_LINE = 120
_CREDIT_WORDS = 12
_CREDITS: Final = frozenset(
    words(
        """getty images shutterstock imago handout pictured photograph photo photos foto fotos image
        imagen bild picture credit crédit crédits fotografía © courtesy epa/ afp/ /afp file
        copyright quelle fuente фото"""
    )
)


def numbers(texts: list[str]) -> NDArray[np.float64]:
    """Nine counts of each text's characters.

    Args:
        texts: none empty.

    Returns:
        (texts, 9): bytes in UTF-8, spaces, commas, ends of sentences, capitals, digits, whether it
        ends like a sentence, whether it begins in lower case, kinds of marks ("|", "•", a "»" at
        the start).
    """
    if not native:
        return np.array([_counts(text) for text in texts], np.float64).reshape(-1, 9)
    out = np.empty((len(texts), 9))
    native.numbers(texts, out)
    return out


def _counts(text: str) -> tuple[float, ...]:
    size = len(text) if text.isascii() else len(text.encode())
    commas, stops = text.count(","), text.count(". ") + text.count("? ") + text.count("! ")
    if size > len(text):
        commas += text.count("，") + text.count("、")
        stops += text.count("。") + text.count("।")
    ends = text[-1] in _ENDS
    return (
        *(size, text.count(" "), commas, stops + ends),
        *(len(_CAPITALS.findall(text)), len(_DIGITS.findall(text)), ends, text[0].islower()),
        ("|" in text) + ("•" in text) + ("»" in text[:3]),
    )


def text_numbers(found: Blocks, said: list[list[str]]) -> NDArray[np.float64]:
    """(blocks, len(_TEXT_NAMES)): numbers of each text by itself.

    Args:
        found: the page's blocks.
        said: the words of each text that is not too long.
    """
    length = np.array([len(text) for text in found.text], np.float64)
    counts = numbers(found.text)
    short = length <= _SHORT
    some = length > _WORDLESS
    columns = [
        # Ideographs weigh two letters and more, as they do in UTF-8.
        (length + counts[:, 0]) / 2,
        np.minimum(np.array(found.links) / length, 1),
        counts[:, 1] + 1,
        np.array(found.anchors),
        counts[:, 2] * some,
        counts[:, 3] * some,
        np.minimum(np.array(found.bold) / length, 1),
        np.where(short, counts[:, 4] / (counts[:, 1] + 1), 0.1),
        np.where(short, counts[:, 5] / length, 0.02),
        counts[:, 6],
        counts[:, 7],
        _dated(found.text, (counts[:, 5] > 0) & (length < _DATE_LINE)),
        counts[:, 8] * short,
        length,
        np.array([not _CREDITS.isdisjoint(words_[-_CREDIT_WORDS:]) for words_ in said]),
        np.array(found.broken),
    ]
    return np.ascontiguousarray(np.array(columns, np.float64).T)


def _dated(texts: list[str], possible: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Whether a line that possibly does holds a date or a time."""
    dated = np.zeros(len(texts))
    for i in np.flatnonzero(possible).tolist():
        dated[i] = _DATED.search(texts[i]) is not None
    return dated


def _phrases(said: Sequence[str]) -> int:
    """Bits by PHRASES of the words of a line."""
    bits = _PHRASE_BITS.get("|".join(said[:2]), 0)
    for word in _PHRASE_KEYS.intersection(said):
        bits |= _PHRASE_BITS[word]
    return bits


def _words(texts: Iterable[str]) -> list[list[str]]:
    """The words of each text, lower case, without punctuation around them."""
    joined = "\n".join(texts).lower()
    # Replacing each takes a tenth of the time of one translate.
    for mark in _PUNCTUATION:
        joined = joined.replace(mark, " ")
    return [line.split() for line in joined.split("\n")]


_PUNCTUATION = '"“”„‘‚«»‹›()[]{}.,;:!?…|·•–—/。、，'


def _likeness(
    found: Blocks, said: list[list[str]], title: str, descriptions: Sequence[str], declared: str
) -> Floats:
    """What a block shares with the page's title, summaries, body and other blocks.

    Returns:
        (blocks, 5): equal to the title, words shared with it, words shared with a description,
        times repeated, whether in the declared body (-1 where none is, or for short blocks).
    """
    numbers = np.zeros((len(found), 5), np.float32)
    head, *others = _words([title, *descriptions])
    bag = frozenset(head)
    told = [
        (frozenset(mine), text) for mine, text in zip(others, descriptions, strict=True) if mine
    ]
    known = bag.union(*(mine for mine, _ in told))
    for i, listed in enumerate(said):
        if known.isdisjoint(listed):
            continue
        mine = frozenset(listed)
        if bag:
            numbers[i, 0] = mine == bag
            numbers[i, 1] = len(mine & bag) / max(len(mine), len(bag))
        numbers[i, 2] = max((_described(found.text[i], mine, *one) for one in told), default=0)
    seen = Counter(found.text)
    numbers[:, 3] = [seen[text] for text in found.text]
    numbers[:, 4] = [_in_declared(text, declared) for text in found.text] if declared else -1
    return numbers


def _described(text: str, mine: frozenset[str], other: frozenset[str], description: str) -> float:
    if len(mine) > _WORDY and description.startswith(text[: len(text) - 8]):
        return 0.9
    return len(mine & other) / max(len(mine), len(other))


def _in_declared(text: str, declared: str) -> int:
    return (text[:_PROBE] in declared) if len(text) >= _PROBE else -1


_WORDY = 4
_PROBE = 30


NAMES: Final = (
    *(f"log_{_TEXT_NAMES[i]}" for i in _LOGGED),
    *_TEXT_NAMES[1:],
    *(f"says_{name}" for name in PHRASES),
    *("title_equal", "title_shared", "described", "repeated", "declared"),
    *("depth", "tag", "parent_tag", "grandparent_tag"),
    *(f"in_{name}" for name in ZONES),
    *(f"{where}_{name}" for where in ("is", "near", "far") for name in HINTS),
    *(f"{name}_{level}" for level in _LEVELS for name in ("mass", "text", "linked", "pieces")),
    *("mass_log_parent", "mass_log_grandparent"),
    *("page_mass", "page_blocks", "page_linked", "page_paragraphs"),
    *(
        f"signature_{name}_{what}"
        for name in ("own", "parent", "pair", "grand")
        for what in ("mass", "count", "linked")
    ),
    *("place", "place_text", "place_mass", "from_title", "mass_from_title"),
    *("since_paragraph", "until_paragraph", "in_best", "near_best", "from_best", "after_best"),
    *(f"{name}_{step}" for step in (-2, -1, 1, 2) for name in ("mass", "linked", "weight", "tag")),
    *(f"same_{name}_{step}" for step in (-2, -1, 1, 2) for name in ("element", "parent")),
    *(f"{name}_{step}" for step in (-3, 3) for name in ("mass", "linked")),
    "weight_around",
)
"""The columns of `matrix`."""
