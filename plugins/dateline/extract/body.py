"""The body: one engine behind one function, so that another can take its place.

The engine is trafilatura in its default mode. Its fast mode takes 30 % less CPU and is as good on
English news (F1 .960 against .959), but loses a hundredth on news of many languages (.946, .956).
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trafilatura import bare_extraction

from dateline.dates import parse_date
from dateline.extract import jsonld
from dateline.extract.signals import Signals, text_of
from dateline.text import fold, paragraphs_of, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from selectolax.lexbor import LexborNode

    from dateline.model import Hints

# Its warnings repeat, per page, what the outcome says anyway.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

_ENGINE_CAP = 1_500_000
_ENGINE_TAGS = 60_000
_LONGEST = 2_000_000
_LONGEST_PARAGRAPH = 20_000
_SHORTEST_BODY = 25
_MUCH_MORE = 1.5
_MOST_OF = 0.8
_HEAD = 3
_LONGEST_DATE = 60
_BLOCK = re.compile(r"</?(?:p|br|div|h[1-6]|li|ul|ol|blockquote|tr)\b[^>]*>", re.IGNORECASE)
_ASIDE = frozenset({"nav", "footer", "aside", "form", "figure", "header", "figcaption"})
_CALLS = re.compile(
    r"^(?:advertisement|anzeige|publicité|publicidad|read more|read also|also read|related|share"
    r" this|sign up|subscribe"
    r"|lesen sie auch|lire aussi|lea también|leggi anche)\b.{0,12}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Body:
    """A page's text.

    Attributes:
        paragraphs: cleaned, none empty.
        origin: the engine or signal it comes from.
        standfirst: a paragraph taken off the top because the page calls it its standfirst.
    """

    paragraphs: tuple[str, ...]
    origin: str
    standfirst: str | None = None

    @property
    def text(self) -> str:
        """The paragraphs, one blank line between them."""
        return "\n\n".join(self.paragraphs)


def body_of(html: str, signals: Signals, hints: Hints, *, title: str) -> Body | None:
    """The body of a page, or None if there is no text to be had.

    Args:
        html: the decoded page.
        signals: what was read from it.
        hints: the feed's summary is the last resort.
        title: not repeated at the top.
    """
    if hints.summary and not _alike(title, hints.title):
        # A notice in the article's place ("be right back") must not pass for the article.
        hints = replace(hints, summary=None)
    for origin, paragraphs in _attempts(html, signals, hints):
        kept = _without_calls(_without_title(paragraphs, title))
        if sum(map(len, kept)) >= _SHORTEST_BODY:
            return _without_standfirst(Body(_capped(kept), origin), signals)
    return None


def _alike(title: str, listed: str | None) -> bool:
    """Whether the page's title and the feed's share a third of the shorter one's letter triples."""
    one, other = (
        {text[i : i + 3] for i in range(max(len(text) - 2, 1))}
        for text in (fold(title), fold(plain(listed or title)))
    )
    return 3 * len(one & other) >= min(len(one), len(other))


def _attempts(html: str, signals: Signals, hints: Hints) -> Iterator[tuple[str, Sequence[str]]]:
    """Texts of the page, best first; computed only as far as they are needed."""
    engine = _trafilatura(html)
    updates = _live_updates(signals)
    if sum(map(len, updates)) > _MUCH_MORE * sum(map(len, engine)):
        yield "jsonld.liveBlogUpdate", updates
    printed: tuple[str, ...] = ()
    if len(engine) == 1:
        # For scripts without spaces it sometimes gives up the page's structure.
        printed = tuple(_plain_paragraphs(signals))
        if len(printed) >= _HEAD and sum(map(len, printed)) > _MOST_OF * len(engine[0]):
            yield "paragraphs", printed
    yield "trafilatura", engine
    for name in ("articleBody", "text"):
        if isinstance(text := (signals.ld or {}).get(name), str):
            yield f"jsonld.{name}", _marked_up(text)
    for text in signals.props.get("articlebody", ()):
        yield "microdata.articleBody", (text,)
    yield "paragraphs", printed or tuple(_plain_paragraphs(signals))
    for source, text in signals.metas("og:description", "description"):
        if jsonld.types(signals.ld or {}) & jsonld.MEDIA:
            yield source, (text,)
    if hints.summary:
        yield "feed.summary", _marked_up(hints.summary)


def _trafilatura(html: str) -> tuple[str, ...]:
    if len(html) > _ENGINE_CAP or html.count("<") > _ENGINE_TAGS:
        return ()
    try:
        document = bare_extraction(
            html.replace("\0", ""), include_comments=False, with_metadata=False, max_tree_size=None
        )
    except Exception:  # noqa: BLE001 - the engine's faults on odd pages are many
        return ()
    text = getattr(document, "text", None)
    return paragraphs_of(text) if text else ()


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
    broken = _BLOCK.sub("\n", text.replace("&lt;", "<").replace("&gt;", ">"))
    return tuple(line for raw in broken.splitlines() if (line := plain(raw)))


def _plain_paragraphs(signals: Signals) -> Iterator[str]:
    """The page's <p> outside of navigation: where the engine finds nothing or is not asked."""
    total = 0
    for node in signals.tree.css("p, pre"):
        if _is_aside(node) or total > _LONGEST:
            continue
        text = text_of(node, _LONGEST_PARAGRAPH)
        if text and len(text) > _SHORTEST_BODY:
            total += len(text)
            yield text
    if not total and signals.tree.body is not None:
        text = signals.tree.body.text(separator="\n") if not _is_big(signals) else ""
        yield from (line for line in paragraphs_of(text) if len(line) > _SHORTEST_BODY * 2)


def _is_big(signals: Signals) -> bool:
    return len(signals.tree.raw_html) > _ENGINE_CAP


def _is_aside(node: LexborNode) -> bool:
    parent = node.parent
    for _ in range(8):
        if parent is None:
            return False
        if parent.tag in _ASIDE:
            return True
        parent = parent.parent
    return False


def _without_title(paragraphs: Sequence[str], title: str) -> Sequence[str]:
    """Drop the title where it stands at the top, what stands before it, and a date line after."""
    folded = fold(title)
    for position, text in enumerate(paragraphs[:_HEAD]):
        if folded and fold(text) == folded:
            paragraphs = paragraphs[position + 1 :]
            break
    while paragraphs and _is_date_line(paragraphs[0]):
        paragraphs = paragraphs[1:]
    return paragraphs


def _is_date_line(text: str) -> bool:
    return len(text) <= _LONGEST_DATE and text[-1] not in ".!?" and parse_date(text) is not None


def _without_calls(paragraphs: Sequence[str]) -> Sequence[str]:
    return [text for text in paragraphs if not _CALLS.match(text)]


def _without_standfirst(body: Body, signals: Signals) -> Body:
    """Take the first paragraph off where the page calls it standfirst, subtitle or the like."""
    if len(body.paragraphs) < _HEAD:
        return body
    top = body.paragraphs[0]
    folded = fold(top)
    inside = {fold(text) for text in signals.standfirsts()}
    declared = {
        fold(text)
        for _, text in signals.metas("og:description", "description", "twitter:description")
    }
    declared |= {
        fold(text) for text in jsonld.strings(signals.ld, "description", "alternativeHeadline")
    }
    if folded in inside and folded in declared:
        return Body(body.paragraphs[1:], body.origin, standfirst=top)
    return body


def _capped(paragraphs: Sequence[str]) -> tuple[str, ...]:
    total, kept = 0, []
    for text in paragraphs:
        total += len(text)
        if total > _LONGEST:
            break
        kept.append(text)
    return tuple(kept)
