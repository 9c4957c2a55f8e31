"""How well datelines are found: first paragraphs read by hand, and Reuters' wire of 1987."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

from dateline.extract.dateline import parse_dateline

if TYPE_CHECKING:
    from pathlib import Path

TARGETS = {"lead_f1": 0.95, "reuters_place": 0.98}


def measure(corpora: Path) -> dict[str, float]:
    """Figures by name: F1 of finding a dateline in a lead, and the places of wire stories."""
    folder = corpora / "datelines"
    return _leads(folder / "article_leads.jsonl") | _reuters(folder / "reuters21578_index.jsonl.gz")


def _leads(path: Path) -> dict[str, float]:
    hit = extra = missed = places = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        truth = json.loads(line)
        found = parse_dateline(truth["text"])
        hit += bool(found and truth["is_dateline"])
        extra += bool(found and not truth["is_dateline"])
        missed += bool(not found and truth["is_dateline"])
        if found and truth["is_dateline"]:
            places += _same(found.place, truth["place"])
    return {"lead_f1": 2 * hit / (2 * hit + extra + missed), "lead_place": places / max(hit, 1)}


def _reuters(path: Path) -> dict[str, float]:
    stories = right = 0
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            truth = json.loads(line)
            if truth.get("dateline_place"):
                found = parse_dateline(f"{truth['dateline']} {truth['lead']}")
                stories += 1
                right += found is not None and _same(found.place, truth["dateline_place"])
    return {"reuters_stories": stories, "reuters_place": right / max(stories, 1)}


def _same(found: str | None, truth: str | None) -> bool:
    return " ".join((found or "").split()).casefold() == " ".join((truth or "").split()).casefold()
