"""Bytes of a page in, an `Article` with the provenance of every field out. No I/O.

gate ─► charset ─► signals (one parse) ─► titles, people, published, facts, language, kinds
                          └─────────────► body ─► dateline            plain text: wire
"""

from __future__ import annotations

from dateline.extract.explain import describe, record
from dateline.extract.language import prepare
from dateline.extract.normal import content_hash, word_count
from dateline.extract.page import extract

__all__ = ["content_hash", "describe", "extract", "prepare", "record", "word_count"]
