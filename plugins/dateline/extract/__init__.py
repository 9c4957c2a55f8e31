"""Bytes of a page in, an `Article` with the provenance of every field out. No I/O.

gate ─► charset ─► signals (one parse) ─► titles, people, published, facts, language, kinds
                          └─────────────► body ─► dateline            plain text: wire
pagination: where an article goes on      parts: its pages joined
kinds: addresses, shape, notices ─► sight (doubt)       recipes: a person's selectors over it all
"""

from __future__ import annotations

from dateline.extract.explain import describe, record
from dateline.extract.normal import content_hash, word_count
from dateline.extract.page import extract
from dateline.extract.ready import prepare

__all__ = ["content_hash", "describe", "extract", "prepare", "record", "word_count"]
