"""`python -m dateline.extract.evaluate SET_DIR --out predictions.jsonl`: extract a labelled set.

SET_DIR holds `truth.jsonl` (one object a page: id, url, page and what is known of it) and the pages
as gzip files. One object a page is written, for any scorer; the last line printed is JSON.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dateline import charset
from dateline.extract import body as bodies
from dateline.extract import extract, gate, language, signals, titles
from dateline.model import Article, Hints, Outcome, Page, Precision

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m dateline.extract.evaluate")
    parser.add_argument("set_dir", type=Path, help="folder with truth.jsonl and its pages")
    parser.add_argument(
        "--out", type=Path, required=True, help="predictions, one JSON object a line"
    )
    parser.add_argument("--limit", type=int, default=None, help="only the first pages")
    parser.add_argument(
        "--steps", action="store_true", help="CPU of each step, measured on its own"
    )
    options = parser.parse_args(arguments)
    lines = (options.set_dir / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    truths = [json.loads(line) for line in lines[: options.limit]]
    now = datetime.now(UTC)
    # The language model takes a second to load, once a process: no page's cost.
    language.detect("warm up")
    figures: Counter[str] = Counter()
    times: list[float] = []
    with options.out.open("w", encoding="utf-8") as out:
        for truth in truths:
            page = _page(options.set_dir, truth, now)
            begun = time.process_time()
            result = extract(page, Hints(), now=now)
            times.append(time.process_time() - begun)
            _count(figures, truth, result)
            out.write(json.dumps(prediction(truth["id"], result), ensure_ascii=False) + "\n")
    report: dict[str, Any] = {"set": options.set_dir.name, "pages": len(truths), **figures}
    report["cpu_ms_mean"] = round(1000 * sum(times) / max(len(times), 1), 2)
    report["cpu_ms_median"] = round(1000 * sorted(times)[len(times) // 2], 2) if times else 0
    if options.steps:
        report["steps_ms"] = _steps(options.set_dir, truths, now)
    sys.stdout.write(json.dumps(report) + "\n")
    return 0


def prediction(identity: str, result: Article | Outcome) -> dict[str, Any]:
    """A page's record in the scorers' keys; an outcome gives only its reason."""
    if isinstance(result, Outcome):
        return {"id": identity, "outcome": result.state.value, "reason": result.reason}
    published = result.published_at.isoformat() if result.published_at else None
    if published and result.published_precision is Precision.DAY:
        published = published[:10]
    return {
        "id": identity,
        "title": result.title,
        "authors": [author.name for author in result.authors],
        "published": published,
        "modified": result.modified_at.isoformat() if result.modified_at else None,
        "body": result.body,
        "summary": result.summary,
        "language": result.language,
        "section": result.section,
        "tags": list(result.tags),
        "from": {name: note.get("from") for name, note in result.provenance.items()},
    }


def _page(folder: Path, truth: dict[str, Any], now: datetime) -> Page:
    body = gzip.decompress((folder / truth["page"]).read_bytes())
    url = truth.get("url") or f"https://unknown.example/{truth['id']}"
    return Page(url=url, final_url=url, status=200, headers=(), body=body, fetched_at=now)


def _count(figures: Counter[str], truth: dict[str, Any], result: Article | Outcome) -> None:
    if isinstance(result, Outcome):
        figures[f"outcome {result.state.value} {result.reason.partition(':')[0]}"] += 1
        return
    figures["title_and_body"] += bool(result.title.strip() and result.body.strip())
    figures["dated"] += result.published_at is not None
    figures["authored"] += bool(result.authors)
    figures["title_exact"] += " ".join(str(truth.get("title", "")).split()) == result.title


def _steps(folder: Path, truths: list[dict[str, Any]], now: datetime) -> dict[str, float]:
    """Mean CPU of the steps, each run by itself on the same pages."""
    spent: Counter[str] = Counter()

    def lap(name: str, begun: float) -> float:
        ended = time.process_time()
        spent[name] += ended - begun  # type: ignore[assignment]  # a Counter of seconds
        return ended

    for truth in truths:
        page = _page(folder, truth, now)
        clock = time.process_time()
        decoded = charset.decode(page.body)
        clock = lap("decode", clock)
        gate.too_much(decoded.text)
        clock = lap("gate", clock)
        read = signals.read(decoded.text, page.url)
        clock = lap("parse and signals", clock)
        title = titles.choose(read, Hints()).value or ""
        clock = lap("title", clock)
        bodies.body_of(decoded.text, read, Hints(), title=title)
        lap("body", clock)
    return {name: round(1000 * value / max(len(truths), 1), 2) for name, value in spent.items()}


if __name__ == "__main__":
    raise SystemExit(main())
