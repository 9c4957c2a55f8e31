"""The extractors that are measured side by side, each timed on the same decoded page."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dateline import charset
from dateline.extract import extract, gate, prepare
from dateline.extract.evaluate import prediction
from dateline.model import Hints, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dateline.extract.fallback import Fallback
    from dateline.model import Page

OURS, DEFAULT, FAST = "dateline", "trafilatura", "fast"


@dataclass(frozen=True)
class Read:
    """What an engine made of a page, and the CPU milliseconds from decoded HTML to record."""

    record: dict[str, Any]
    ms: float


def trafilatura(html: str, url: str | None, *, fast: bool) -> dict[str, Any]:
    """Trafilatura's record in the scorer's keys; empty where it gives nothing."""
    from trafilatura import bare_extraction

    found = bare_extraction(
        html, with_metadata=True, fast=fast, include_comments=False, url=url or None
    )
    if found is None:
        return {}
    return {
        "title": found.title,
        "authors": [name.strip() for name in (found.author or "").split(";") if name.strip()],
        "published": found.date,
        "body": found.text,
        "summary": found.description,
        "language": found.language,
        "tags": list(found.tags or ()),
    }


class Bench:
    """Runs the engines on page after page, in turn, so that what disturbs hits all alike."""

    def __init__(self, engines: Sequence[str], fallback: Fallback | None) -> None:
        self._engines, self._fallback, self._turn = engines, fallback, 0
        prepare()

    def read(self, page: Page, now: Any, wanted: Sequence[str]) -> tuple[dict[str, Read], float]:
        """(what each engine made of the page, CPU milliseconds of typing and decoding it)."""
        begun = time.process_time()
        gate.media_type(page.body, None)
        decoded = charset.decode(page.body)
        decoding = 1000 * (time.process_time() - begun)
        self._turn += 1
        engines = [name for name in self._engines if name in wanted]
        shift = self._turn % len(engines)
        found = {}
        for name in (*engines[shift:], *engines[:shift]):
            begun = time.process_time()
            record = self._run(name, page, decoded.text, now)
            ms = 1000 * (time.process_time() - begun)
            # Ours begins with the bytes: what decoding took is not its reading.
            found[name] = Read(record, max(ms - decoding, 0.0) if name == OURS else ms)
        return found, decoding

    def _run(self, name: str, page: Page, html: str, now: Any) -> dict[str, Any]:
        if name == OURS:
            result = extract(page, Hints(), now=now, fallback=self._fallback)
            record = prediction("", result)
            return record | ({"body": ""} if isinstance(result, Outcome) else {})
        try:
            return trafilatura(html, page.url, fast=name == FAST)
        except Exception as error:
            return {"failed": f"{type(error).__name__}: {error}"}
