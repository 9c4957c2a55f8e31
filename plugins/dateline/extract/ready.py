"""What loads once a process is loaded before the first page, so that no page pays for it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from dateline import charset
from dateline.extract import language, places
from dateline.extract.page import extract
from dateline.model import Hints, Page
from dateline.months import month_names

_URL: Final = "https://news.example/2026/03/01/ferry-returns-to-the-islands"
_TEXT: Final = "The ferry came back to the islands on Sunday, a week after the storms, they said. "
_PAGE: Final = f"""<html lang="en"><title>Ferry returns | Isle Post</title>
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Ferry returns"}}</script>
<article><h1>Ferry returns</h1><p class="byline">By Ada Holm</p><time>1 March 2026</time>
<p>OSLO, Norway (AP) — {_TEXT * 3}</p><p>{_TEXT * 4}</p>
<p><a href="/b?x=1">Ferries</a> {_TEXT * 4}</p>
</article>"""

_UNDECLARED: Final = "図書館は七月から金曜日の夜に限って午後十時まで開館する。".encode("shift_jis")


def prepare() -> None:
    """Load the models and tables, and read one page: half a second and more, once a process.

    Raises:
        OSError: there is no room for the language model, which is unpacked into the temporary
            folder first.
    """
    language.prepare()
    month_names()
    places.prepare()
    # Guessing a charset imports dozens of codecs.
    charset.decode(_UNDECLARED)
    # The rest: the body model, the suffix list, what numpy and the regular expressions keep.
    now = datetime(2026, 3, 2, tzinfo=UTC)
    page = Page(_URL, _URL, 200, (("Content-Type", "text/html"),), _PAGE.encode(), now)
    extract(page, Hints(timezone="Europe/Oslo"), now=now)
