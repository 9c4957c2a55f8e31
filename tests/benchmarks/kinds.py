"""`python tests/benchmarks/kinds.py CORPORA`: what is refused or flagged as no article, and what should be.

CORPORA holds `articles/SET/truth.jsonl` with its pages and `urls/article_url_labels.jsonl`. Prints a table
a set and a page type, and one JSON line at the end. Pages of a set count as articles, but for those that a
`page_type` names as something else.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dateline import charset
from dateline.extract import gate, kinds, titles
from dateline.extract.addresses import article_likeness
from dateline.extract.blocks import segment
from dateline.extract.signals import read
from dateline.model import Hints, Kind
from dateline.urls import canonicalise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SETS = (
    *("aeb", "fundus", "trafilatura_eval", "htmldate", "postlight", "readability", "daniel"),
    "wcxb",
)


@dataclass
class Group:
    """The pages of a set, or of a page type in it."""

    name: str
    is_article: bool
    pages: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    doubts: list[float] = field(default_factory=list)
    listed: list[str] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return self.reasons.total()

    def share(self, number: int) -> float:
        return round(100 * number / max(self.pages, 1), 2)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python tests/benchmarks/kinds.py")
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--sets", nargs="*", default=SETS)
    parser.add_argument("--list", action="store_true", help="print every refused article page")
    options = parser.parse_args(arguments)
    groups: list[Group] = []
    spent: list[float] = []
    for name in options.sets:
        groups += _measure(options.corpora / "articles" / name, spent)
    print(f"{'set':<24}{'pages':>6}{'refused %':>11}{'other %':>9}  reasons; kinds of the others")
    for group in groups:
        reasons = ", ".join(f"{name} {n}" for name, n in group.reasons.most_common())
        others = ", ".join(f"{name} {n}" for name, n in group.kinds.most_common())
        print(
            f"{group.name:<24}{group.pages:>6}{group.share(group.refused):>11}"
            f"{group.share(group.kinds['other']):>9}  {reasons or '-'}; {others}"
        )
        if options.list and group.is_article:
            print("\n".join(f"    {line}" for line in group.listed))
    report = _report(groups) | {
        "addresses": _addresses(options.corpora / "urls" / "article_url_labels.jsonl"),
        "stories_against_homes": _stories(options.corpora / "urls"),
        "cpu_ms_mean": round(1000 * sum(spent) / max(len(spent), 1), 3),
        "cpu_ms_median": round(1000 * sorted(spent)[len(spent) // 2], 3) if spent else 0,
    }
    print(json.dumps(report))
    return 0


def _measure(folder: Path, spent: list[float]) -> list[Group]:
    groups: dict[str, Group] = {}
    for truth, sight in _sights(folder):
        kind = truth.get("page_type", "")
        name = f"{folder.name} {kind}".strip()
        group = groups.setdefault(name, Group(name, kind in {"", "article"}))
        begun = time.process_time()
        reason = kinds.not_an_article(sight)
        choice = None if reason else kinds.kind_of(sight)
        spent.append(time.process_time() - begun)
        group.pages += 1
        group.doubts.append(sight.doubt)
        if reason:
            group.reasons[reason] += 1
            group.listed.append(f"{reason}: {sight.signals.url}")
        elif choice:
            group.kinds[str((choice.value or Kind.ARTICLE).value)] += 1
            if choice.value is Kind.OTHER:
                group.listed.append(f"other ({choice.provenance}): {sight.signals.url}")
    return list(groups.values())


def _sights(folder: Path) -> Iterator[tuple[dict[str, Any], kinds.Sight]]:
    for number, line in enumerate((folder / "truth.jsonl").read_text("utf-8").strip().split("\n")):
        truth = json.loads(line)
        body = gzip.decompress((folder / truth["page"]).read_bytes())
        decoded = charset.decode(body)
        if not body.strip() or gate.too_much(decoded.text):
            continue
        # Neither for nor against an article, where the address is not known.
        url = canonicalise(truth.get("url") or "") or f"https://unknown.example/page-{number}"
        signals = read(decoded.text.replace("\0", ""), url)
        title = titles.choose(signals, Hints()).value
        yield truth, kinds.Sight(signals, segment(signals.tree), title)


def _report(groups: list[Group]) -> dict[str, Any]:
    wcxb = [group for group in groups if group.name.startswith("wcxb")]
    others = [group for group in wcxb if not group.is_article]
    articles = [group for group in wcxb if group.is_article]
    refused = sum(group.refused for group in others)
    flagged = sum(group.refused + group.kinds["other"] for group in others)
    wrong = sum(group.refused for group in articles)
    wrongly = sum(group.refused + group.kinds["other"] for group in articles)
    return {
        "refused_percent": {g.name: g.share(g.refused) for g in groups if g.is_article},
        "other_percent": {g.name: g.share(g.kinds["other"]) for g in groups if g.is_article},
        "recall_refused": {g.name: g.share(g.refused) for g in others},
        "recall_refused_or_other": {g.name: g.share(g.refused + g.kinds["other"]) for g in others},
        "precision_refused": _part(refused, refused + wrong),
        "precision_refused_or_other": _part(flagged, flagged + wrongly),
        "wcxb_auc": _auc(
            [doubt for group in others for doubt in group.doubts],
            [doubt for group in articles for doubt in group.doubts],
        ),
    }


def _addresses(path: Path) -> dict[str, float]:
    labelled = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    scores = [(article_likeness(item["url"]), bool(item["article"])) for item in labelled]
    articles = [score for score, is_article in scores if is_article]
    others = [score for score, is_article in scores if not is_article]
    right = sum((score > 0) == is_article for score, is_article in scores)
    return {
        "addresses": len(scores),
        "accuracy": _part(right, len(scores)),
        "auc": _auc(articles, others),
    }


def _stories(folder: Path) -> dict[str, float]:
    """Addresses of stories against those of the front pages and sections that listed them."""
    text = gzip.decompress((folder / "mediacloud_random_stories.jsonl.gz").read_bytes()).decode()
    stories = [json.loads(line) for line in text.split("\n") if line]
    articles = [article_likeness(story["url"]) for story in stories]
    homes = [article_likeness(story["media_url"]) for story in stories]
    return {
        "stories": len(stories),
        "stories_above_zero": _part(sum(score > 0 for score in articles), len(articles)),
        "homes_above_zero": _part(sum(score > 0 for score in homes), len(homes)),
        "auc": _auc(articles, homes),
    }


def _part(part: int, whole: int) -> float:
    return round(part / max(whole, 1), 3)


def _auc(higher: list[float], lower: list[float]) -> float:
    """How often a value of the first list is above one of the second; equal ones count half."""
    wins = sum((a > b) + 0.5 * (a == b) for a in higher for b in lower)
    return round(wins / max(len(higher) * len(lower), 1), 3)


if __name__ == "__main__":
    raise SystemExit(main())
