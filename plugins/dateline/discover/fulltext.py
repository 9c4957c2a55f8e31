"""Whether an entry brings the article itself, and that text as HTML."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Final

from dateline.text import paragraphs_of, scrub

MAX_CONTENT: Final = 200_000
"""Characters of HTML that are kept of an entry's text."""
SHORTEST: Final = 500
"""Characters of text below which an entry's content is a teaser by itself."""
LONG_SUMMARY: Final = 1000
"""A description of that many characters is the article: no teaser is that long."""
MORE_THAN_SUMMARY: Final = 1.5

_TAG: Final = re.compile(r"<[^<>]*>")
_UNSEEN: Final = re.compile(
    r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL
)
_CUT: Final = re.compile(r"(?:…|\.\.\.|\[(?:…|\.\.\.|&hellip;)\]|\(…\))[\s»>›]*$")
_TAIL: Final = 400


def full_text(content: str | None, summary: str | None) -> str | None:
    """The article's text as the entry has it, or None if that is but a teaser.

    Args:
        content: HTML of content:encoded, Atom's content or JSON Feed's content_html.
        summary: HTML of the description; stands in where there is no content.

    Returns:
        HTML as written, without what the database cannot hold, at most `MAX_CONTENT` characters.
    """
    text = content or summary
    least = SHORTEST if content else LONG_SUMMARY
    if text is None or len(text) < least:
        return None
    seen = _visible(text)
    if content and summary and summary != content:
        least = max(least, round(MORE_THAN_SUMMARY * len(_visible(summary))))
    if len(seen) < least or _CUT.search(seen[-_TAIL:]):
        return None
    return _clipped(scrub(text))


def as_html(text: str | None) -> str | None:
    """Plain text as HTML, a paragraph a line."""
    if not text:
        return None
    return "\n".join(f"<p>{escape(line, quote=False)}</p>" for line in paragraphs_of(text)) or None


def _visible(html: str) -> str:
    """The text, roughly: to be measured, not shown."""
    text = html[:MAX_CONTENT]
    if "&lt;" in text and not _TAG.search(text):
        text = unescape(text)  # escaped twice
    if "<" in text:
        text = _TAG.sub(" ", _UNSEEN.sub(" ", text))
    return " ".join(unescape(text).split())


def _clipped(html: str) -> str:
    if len(html) <= MAX_CONTENT:
        return html
    return html[:MAX_CONTENT].rpartition("<")[0] or html[:MAX_CONTENT]
