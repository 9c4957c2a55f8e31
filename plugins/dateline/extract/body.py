"""The body: the blocks that the model takes for it, put together as paragraphs.

    tree ──segment──▶ blocks ──matrix──▶ features ──probabilities──▶ verdicts ──▶ paragraphs, HTML
   (lexbor)         (blocks.py)        (features.py)    (model.py)   (verdict.py)    (markup.py)

Where a page's text is not in its blocks (scripts fill it in), its JSON-LD, its microdata, the
feed's full text and at last its summary stand in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dateline.extract import feedtext, jsonld, markup
from dateline.extract.verdict import BODY, Judged, is_call, is_date_line, judge
from dateline.text import fold, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from dateline.extract.blocks import Blocks
    from dateline.extract.signals import Signals
    from dateline.model import Hints

_LONGEST = 2_000_000
_SHORTEST_BODY = 25
_MUCH_MORE = 1.5
_SHOWN = 1_500
_DECLARED = 0.6
_POOR = 0.2
_HEAD = 3
_MARKUP = re.compile(r"</?(?:p|br|div|h[1-6]|li|ul|ol|blockquote|tr)\b[^>]*>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Body:
    """A page's text.

    Attributes:
        paragraphs: cleaned, none empty.
        html: the same for readers, in `markup.TAGS`.
        origin: the engine or signal it comes from.
        standfirst: what the page calls its standfirst, which is then not in the paragraphs.
        confidence: 0 to 1; how sure the model is of its choice, by length of text.
    """

    paragraphs: tuple[str, ...]
    html: str
    origin: str
    standfirst: str | None = None
    confidence: float = 0.0

    @property
    def text(self) -> str:
        """The paragraphs, one blank line between them."""
        return "\n\n".join(self.paragraphs)


def body_of(signals: Signals, found: Blocks, hints: Hints, *, title: str) -> Body | None:
    """The body of a page, or None if there is no text to be had.

    Args:
        signals: what was read from the page.
        found: the page's blocks.
        hints: the feed's full text, then its summary, are the last resort.
        title: not repeated at the top.
    """
    if (hints.summary or hints.content) and not _alike(title, hints.title):
        # A notice in the article's place ("be right back") must not pass for the article.
        hints = replace(hints, summary=None, content=None)
    judged = judged_blocks(signals, found, title)
    chosen = _capped(judged)
    length = sum(len(judged.blocks.text[i]) for i in chosen)
    updates = _live_updates(signals) if length < _SHOWN else ()
    # A page that shows a good part of its blog is read as it is shown.
    if sum(map(len, updates)) > _MUCH_MORE * length:
        return _body(updates, "jsonld.liveBlogUpdate")
    if length >= _SHORTEST_BODY:
        return _from_blocks(judged, chosen, signals.url)
    return (
        _stand_in(_declared(signals), title)
        or _from_feed(hints.content, signals.url, title)
        or _stand_in(_elsewhere(signals, judged, hints), title)
    )


def _stand_in(texts: Iterable[tuple[str, Sequence[str]]], title: str) -> Body | None:
    """The first of the texts that is one."""
    for origin, paragraphs in texts:
        kept = [text for text in _without_title(paragraphs, title) if not is_call(text)]
        if sum(map(len, kept)) >= _SHORTEST_BODY:
            return _body(kept, origin)
    return None


def _from_feed(content: str | None, base: str, title: str) -> Body | None:
    found = feedtext.read(content, base=base, title=title) if content else None
    if found is None or sum(map(len, found[0])) < _SHORTEST_BODY:
        return None
    return Body(*found, "feed.content", confidence=_DECLARED)


def judged_blocks(signals: Signals, found: Blocks, title: str) -> Judged:
    """The page's blocks with what becomes of each."""
    return judge(found, title, descriptions(signals), declared_body(signals))


def declared_body(signals: Signals) -> str:
    """JSON-LD's articleBody as one line; "" if there is none.

    Too often cut or foreign to be the body, but a witness of what belongs to it.
    """
    text = (signals.ld or {}).get("articleBody")
    return plain(text) if isinstance(text, str) else ""


def _from_blocks(judged: Judged, chosen: Sequence[int], base: str) -> Body:
    found = judged.blocks
    standfirst = judged.all("standfirst")
    return Body(
        tuple(
            f"- {found.text[i]}" if found.tag[found.element[i]] == "li" else found.text[i]
            for i in chosen
        ),
        markup.from_blocks(found, chosen, base),
        "model",
        standfirst=found.text[standfirst[0]] if standfirst else None,
        confidence=judged.confidence(),
    )


def _body(paragraphs: Sequence[str], origin: str) -> Body:
    total, kept = 0, []
    for text in paragraphs:
        if total >= _LONGEST:
            break
        kept.append(text[: _LONGEST - total].rstrip())
        total += len(text)
    sure = _DECLARED if origin.startswith(("jsonld.", "microdata.")) else _POOR
    return Body(tuple(kept), markup.from_paragraphs(kept), origin, confidence=sure)


def _capped(judged: Judged) -> list[int]:
    """The blocks of the body, as far as two million characters reach."""
    total, kept = 0, []
    for i in judged.all(BODY):
        total += len(judged.blocks.text[i])
        if total > _LONGEST:
            break
        kept.append(i)
    return kept


def _alike(title: str, listed: str | None) -> bool:
    """Whether the page's title and the feed's share a third of the shorter one's letter triples."""
    one, other = (
        {text[i : i + 3] for i in range(max(len(text) - 2, 1))}
        for text in (fold(title), fold(plain(listed or title)))
    )
    return 3 * len(one & other) >= min(len(one), len(other))


def _declared(signals: Signals) -> Iterator[tuple[str, Sequence[str]]]:
    """What the page declares to be its text, best first; computed only as far as it is needed."""
    for name in ("articleBody", "text"):
        if isinstance(text := (signals.ld or {}).get(name), str):
            yield f"jsonld.{name}", _marked_up(text)
    for text in signals.props.get("articlebody", ()):
        yield "microdata.articleBody", (text,)


def _elsewhere(
    signals: Signals, judged: Judged, hints: Hints
) -> Iterator[tuple[str, Sequence[str]]]:
    """What may be taken for the text where nothing better is found, best first."""
    yield "paragraphs", _plain_paragraphs(judged)
    for source, text in signals.metas("og:description", "description"):
        if jsonld.types(signals.ld or {}) & jsonld.MEDIA:
            yield source, (text,)
    if hints.summary:
        yield "feed.summary", _marked_up(hints.summary)


def _plain_paragraphs(judged: Judged) -> list[str]:
    """All long lines outside of navigation: where the model takes nothing."""
    found = judged.blocks
    return [
        text
        for i, text in enumerate(found.text)
        if len(text) > 2 * _SHORTEST_BODY
        and 2 * found.links[i] < len(text)
        and not found.zone[found.element[i]] & feedtext.ASIDE
    ]


def _live_updates(signals: Signals) -> tuple[str, ...]:
    """A live blog's entries in the page's order, each with its headline."""
    found: list[str] = []
    for node in signals.ld_nodes:
        if "liveblogposting" not in jsonld.types(node):
            continue
        for update in jsonld.objects(node.get("liveBlogUpdate"), signals.ids):
            if isinstance(update, dict):
                headline = next(jsonld.strings(update, "headline", "name"), "")
                text = update.get("articleBody")
                entry = _marked_up(text) if isinstance(text, str) else ()
                found += (
                    [headline] if headline and not (entry and entry[0].startswith(headline)) else []
                )
                found += entry
    return tuple(found)


def _marked_up(text: str) -> tuple[str, ...]:
    """Paragraphs of a text that may carry (escaped) HTML."""
    broken = _MARKUP.sub("\n", text.replace("&lt;", "<").replace("&gt;", ">"))
    return tuple(line for raw in broken.splitlines() if (line := plain(raw)))


def _without_title(paragraphs: Sequence[str], title: str) -> Sequence[str]:
    """Drop the title where it stands at the top, what stands before it, and a date line after."""
    folded = fold(title)
    for position, text in enumerate(paragraphs[:_HEAD]):
        if folded and fold(text) == folded:
            paragraphs = paragraphs[position + 1 :]
            break
    while paragraphs and is_date_line(paragraphs[0]):
        paragraphs = paragraphs[1:]
    return paragraphs


def descriptions(signals: Signals) -> list[str]:
    """What the page says in its head that it is about."""
    told = [
        text for _, text in signals.metas("og:description", "description", "twitter:description")
    ]
    told += jsonld.strings(signals.ld, "description", "alternativeHeadline")
    return list(dict.fromkeys(told))
