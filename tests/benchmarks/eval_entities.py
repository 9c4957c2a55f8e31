"""Names on labelled texts beside the bare model, checks on seed articles, and what it all costs.

    python tests/benchmarks/eval_entities.py CORPORA [--seeds FOLDER] [--most N]

CORPORA/ner/*.jsonl.gz hold {tokens, tags (BIO)}; the files of FOLDER are plain wire texts. Without
the extra `entities` only the rules are measured. The last line is one line of JSON.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from dateline.enrich import tagger as taggers
from dateline.enrich.gazetteer import gazetteer
from dateline.enrich.mentions import find
from dateline.enrich.model import Mention, Subject
from dateline.enrich.names import read
from dateline.extract.dateline import parse_dateline
from dateline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dateline.enrich.model import Span
    from dateline.enrich.tagger import Tagger

KINDS = {
    "PER": "person",
    "ORG": "organisation",
    "LOC": "place",
    "corporation": "organisation",
    "group": "organisation",
}
FILES = {"wikigold": "wikigold.jsonl.gz", "wnut17": "wnut17_test.jsonl.gz"}
ROUNDS = 20
PUBLISHED = date(2025, 10, 20)
"""The day that the seeds' relative dates are read against."""
_console = Console(width=100, highlight=False)


@dataclass(frozen=True, slots=True)
class Check:
    """What a seed text must give: some mention with that surface's kind, name or value."""

    label: str
    holds: Callable[[list[Mention]], bool]


def _named(kind: str, name: str) -> Callable[[list[Mention]], bool]:
    return lambda found: any(m.kind == kind and m.name == name for m in found)


def _valued(kind: str, **value: Any) -> Callable[[list[Mention]], bool]:
    return lambda found: any(
        m.kind == kind and m.value is not None and value.items() <= dict(m.value).items()
        for m in found
    )


def _seoul(found: list[Mention]) -> bool:
    places = [m.place for m in found if m.in_dateline and m.name == "Seoul" and m.place]
    return bool(places) and places[0].country == "KR" and places[0].latitude is not None


BY_RULES = (
    Check("Seoul is in KR, with coordinates", _seoul),
    Check("248 kilometers", _valued("quantity", value=248, unit="km", si=248_000)),
    Check("August 2024", _valued("date", day="2024-08-01", precision="month")),
    Check("Sunday", _valued("date", day="2025-10-19", precision="day")),
)
BY_MODEL = (
    Check("Lee Jae Myung is a person", _named("person", "Lee Jae Myung")),
    Check("one person", lambda found: len({m.name for m in found if m.kind == "person"}) == 1),
    Check("Joint Chiefs of Staff", _named("organisation", "Joint Chiefs of Staff")),
    Check("China", _named("place", "China")),
    Check("Pyongyang", _named("place", "Pyongyang")),
    Check("AP is no mention", lambda found: all(m.surface != "AP" for m in found)),
)


def sentences(path: Path, most: int) -> Iterator[tuple[str, set[tuple[int, int, str]]]]:
    """Texts, and in each the spans of its persons, organisations and places."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in itertools.islice(lines, most):
            item = json.loads(line)
            yield " ".join(item["tokens"]), set(_spans(item["tokens"], item["tags"]))


def _spans(tokens: list[str], tags: list[str]) -> Iterator[tuple[int, int, str]]:
    at, open_at, end, kind = 0, 0, 0, ""
    for token, tag in zip([*tokens, ""], [*tags, "O"], strict=True):
        if kind and not tag.startswith("I-"):
            yield open_at, end, kind
            kind = ""
        if tag.startswith("B-"):
            open_at, kind = at, KINDS.get(tag[2:], "")
        at, end = at + len(token) + 1, at + len(token)


def scores(path: Path, tagger: Tagger, most: int) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 by exact span and kind, of the bare model and of ours."""
    texts, truths = zip(*sentences(path, most), strict=True)
    counts = {"bare": Counter[str](), "ours": Counter[str]()}
    for text, truth, spans in zip(texts, truths, tagger.tag(texts), strict=True):
        names = read({"title": "", "body": text}, {"body": spans}, gazetteer())
        bare = {(s.start, s.end, s.kind) for s in spans}
        ours = {(n.start, n.end, n.kind) for n in names}
        for who, found in (("bare", bare), ("ours", ours)):
            _count(counts[who], {item for item in found if item[2] != "other"}, truth)
    return {who: _figures(count) for who, count in counts.items()}


def _count(
    counts: Counter[str], found: set[tuple[int, int, str]], truth: set[tuple[int, int, str]]
) -> None:
    for kind in ("person", "organisation", "place"):
        ours, true = ({x for x in group if x[2] == kind} for group in (found, truth))
        for name in (kind, "all"):
            counts[f"{name} right"] += len(ours & true)
            counts[f"{name} found"] += len(ours)
            counts[f"{name} true"] += len(true)


def _figures(counts: Counter[str]) -> dict[str, float]:
    made: dict[str, float] = {}
    for name in ("person", "organisation", "place", "all"):
        right, found, true = (counts[f"{name} {part}"] for part in ("right", "found", "true"))
        precision, recall = right / max(found, 1), right / max(true, 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        made |= {f"{name}_p": precision, f"{name}_r": recall, f"{name}_f1": f1}
    return {key: round(value, 3) for key, value in made.items()}


def subject(text: str) -> Subject:
    """A seed as the pipeline would load it, but that its first sentence is its headline."""
    head = parse_dateline(text)
    title = text[len(head.text) if head else 0 :].strip().partition(".")[0][:80]
    place, country = (head.place, head.country) if head else (None, None)
    return Subject(title, text, None, "en", PUBLISHED, place, country)


def mentions(item: Subject, tagger: Tagger | None) -> list[Mention]:
    """What is found in an article by itself."""
    texts = item.texts()
    spans: dict[str, list[Span]] | None = None
    if tagger:
        spans = dict(zip(texts, tagger.tag(texts.values()), strict=True))
    return find(item, gazetteer(), spans)


def costs(items: list[Subject], tagger: Tagger | None) -> dict[str, float]:
    """CPU milliseconds an article."""
    gazetteer()
    made = {"rules_ms": _timed(lambda: [find(item, gazetteer()) for item in items], len(items))}
    if tagger:
        bodies = [item.body for item in items]
        texts = bodies * (ROUNDS // len(bodies) + 1)
        made["names_single_ms"] = _timed(
            lambda: [mentions(item, tagger) for item in items], len(items)
        )
        made["names_batch_ms"] = _timed(lambda: list(tagger.tag(texts)), len(texts), rounds=1)
    return made


def _timed(work: Callable[[], object], articles: int, rounds: int = ROUNDS) -> float:
    work()
    start = time.process_time()
    for _ in range(rounds):
        work()
    return round((time.process_time() - start) * 1000 / rounds / articles, 2)


def checks(items: list[Subject], tagger: Tagger | None) -> dict[str, bool]:
    """Whether what the seeds must give is found."""
    found = [mention for item in items for mention in mentions(item, tagger)]
    return {check.label: check.holds(found) for check in (*BY_RULES, *(BY_MODEL if tagger else ()))}


def main() -> None:
    """Print the figures, then one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--seeds", type=Path, help="folder of wire texts (default: beside CORPORA)")
    parser.add_argument("--most", type=int, default=5000, help="sentences of a file")
    asked = parser.parse_args()
    tagger = taggers.load(Settings.load().entities_model)
    result: dict[str, Any] = {"model": tagger.name if tagger else None}
    files = sorted((asked.seeds or asked.corpora.parent / "seeds").glob("*.txt"))
    items = [subject(path.read_text(encoding="utf-8").strip()) for path in files]
    if items:
        result |= {"checks": checks(items, tagger), **costs(items, tagger)}
    if tagger:
        for name, file in FILES.items():
            result[name] = scores(asked.corpora / "ner" / file, tagger, asked.most)
    _print(result)
    print(json.dumps(result))


def _print(result: dict[str, Any]) -> None:
    for label, holds in result.get("checks", {}).items():
        _console.print("right" if holds else "WRONG", label)
    table = Table("texts", "who", "P", "R", "F1", "persons", "organisations", "places")
    for name in FILES:
        for who, row in result.get(name, {}).items():
            cells = ("all_p", "all_r", "all_f1", "person_f1", "organisation_f1", "place_f1")
            table.add_row(name, who, *(f"{row[cell]:.3f}" for cell in cells))
    _console.print(table)
    for key in ("rules_ms", "names_single_ms", "names_batch_ms"):
        if key in result:
            _console.print(f"{key}: {result[key]} CPU ms an article")


if __name__ == "__main__":
    main()
