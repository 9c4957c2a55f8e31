"""Extract a labelled set of pages, for any scorer: the function behind `dateline evaluate`.

    SET/truth.jsonl    one object a page: "id", "page" (the file, relative to SET), "url" if known
    SET/pages/…        .html or .html.gz

One object a page is written, in the keys that scorers of article extraction use. A page that cannot
be read gives a line with its outcome and reason, as one does that is no article.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
import zlib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean, median
from typing import TYPE_CHECKING, Any

from dateline.errors import SettingsError
from dateline.extract import gate
from dateline.extract.page import extract
from dateline.extract.ready import prepare
from dateline.model import Article, Hints, Outcome, Page, Precision, State
from dateline.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

TRUTH = "truth.jsonl"
NOWHERE = "https://unknown.example/a/page"
"""The address of a page whose own is not known: it gives nothing away."""
_GZIP = b"\x1f\x8b"
_LAYOUTS = ("{}", "pages/{}", "pages/{}.html.gz", "pages/{}.html", "{}.html.gz", "{}.html")


def sets(folder: Path) -> list[Path]:
    """The sets of a folder: itself, the folders in it, or those in its folder `articles`.

    Raises:
        SettingsError: there is none.
    """
    if (folder / TRUTH).is_file():
        return [folder]
    for parent in (folder, folder / "articles"):
        if found := sorted(path.parent for path in parent.glob(f"*/{TRUTH}")):
            return found
    raise SettingsError(f"{folder}: no {TRUTH} in it, nor in the folders below")


def truths(folder: Path) -> Iterator[dict[str, Any]]:
    """The objects of a set's truth, each with an "id"; a line that is none gives only that."""
    with (folder / TRUTH).open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                truth = json.loads(line)
            except ValueError:
                truth = None
            if not isinstance(truth, dict):
                truth = {"unreadable": True}
            yield truth | {"id": truth.get("id", truth.get("page", f"line-{number}"))}


def read_page(folder: Path, truth: dict[str, Any], now: datetime) -> Page | Outcome:
    """A page of a set as if just fetched; or why it cannot be read ("page_missing: …" …)."""
    if truth.get("unreadable"):
        return Outcome(State.QUARANTINED, "truth_unreadable")
    name = str(truth.get("page") or truth["id"])
    places = (folder / layout.format(name) for layout in _LAYOUTS)
    try:
        path = next((place for place in places if place.is_file()), None)
        if path is None:
            return Outcome(State.QUARANTINED, f"page_missing: {clean(name[:200])}")
        body = _bytes(path)
    except (OSError, EOFError, zlib.error) as error:
        return Outcome(State.QUARANTINED, f"page_unreadable: {clean(str(error)[:200])}")
    url = str(truth.get("url") or NOWHERE)
    return Page(url=url, final_url=url, status=200, headers=(), body=body, fetched_at=now)


def _bytes(path: Path) -> bytes:
    """A file's bytes, unpacked whatever it is called; more than the gate lets through is cut."""
    with path.open("rb") as file:
        packed = file.read(len(_GZIP)) == _GZIP
        file.seek(0)
        if not packed:
            return file.read(gate.MAX_BYTES + 1)
        with gzip.GzipFile(fileobj=file) as unpacked:
            return unpacked.read(gate.MAX_BYTES + 1)


def prediction(identity: Any, result: Article | Outcome) -> dict[str, Any]:
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
        "kind": result.kind.value,
        "confidence": result.confidence,
        "from": {name: note.get("from") for name, note in result.provenance.items()},
    }


def evaluate(
    folder: Path,
    out: Path,
    *,
    limit: int | None = None,
) -> dict[str, Any]:
    """Extract the pages of one set.

    Args:
        folder: the set.
        out: where its predictions go, one JSON object a line.
        limit: only the first pages.

    Returns:
        Counts, and the CPU milliseconds of a page from its bytes to its record.
    """
    # What takes a second to load, once a process, is no page's cost.
    prepare()
    now = datetime.now(UTC)
    figures: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    spent: list[float] = []
    with out.open("w", encoding="utf-8", errors="replace") as lines:
        for done, truth in enumerate(truths(folder), 1):
            if limit is not None and done > limit:
                break
            result: Article | Outcome | Page = read_page(folder, truth, now)
            if isinstance(result, Page):
                begun = time.process_time()
                result = extract(result, Hints(), now=now)
                spent.append(1000 * (time.process_time() - begun))
            lines.write(json.dumps(prediction(truth["id"], result), ensure_ascii=False) + "\n")
            figures["pages"] += 1
            if isinstance(result, Outcome):
                refused[f"{result.state.value} {result.reason.partition(':')[0]}"] += 1
            else:
                figures.update(_filled(result))
    return {
        "set": folder.name,
        "out": str(out),
        **figures,
        "refused": dict(refused.most_common()),
        "cpu_ms_mean": round(mean(spent), 2) if spent else None,
        "cpu_ms_median": round(median(spent), 2) if spent else None,
    }


def _filled(article: Article) -> dict[str, int]:
    return {
        "articles": 1,
        "dated": int(article.published_at is not None),
        "authored": int(bool(article.authors)),
    }


def evaluate_all(
    folder: Path,
    out: Path,
    *,
    limit: int | None = None,
    note: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Extract one set into the file `out`, or each of several into `out`/SET.jsonl.

    Args:
        folder: a set, or a folder of sets.
        out: a file for one set, a folder for several (made if missing); ids may repeat among them.
        limit: only the first pages of each.
        note: told what is being done.

    Raises:
        SettingsError: there is no set, or `out` cannot be written.
    """
    found = sets(folder)
    several = len(found) > 1 or found[0] != folder
    reports = []
    try:
        (out if several else out.parent).mkdir(parents=True, exist_ok=True)
        for path in found:
            note(f"extracting {path.name}")
            target = out / f"{path.name}.jsonl" if several or out.is_dir() else out
            reports.append(evaluate(path, target, limit=limit))
    except OSError as error:
        raise SettingsError(f"{error.filename or out}: {error.strerror or error}") from error
    return reports[0] if not several else {"sets": reports}


def main(arguments: Sequence[str] | None = None) -> int:
    """`python -m dateline.extract.evaluate`: as `dateline evaluate`; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m dateline.extract.evaluate")
    parser.add_argument("articles_dir", type=Path, help="a set, or a folder of sets")
    parser.add_argument("--out", type=Path, required=True, help="predictions: a file, or a folder")
    parser.add_argument("--limit", type=int, default=None, help="only the first pages of each set")
    options = parser.parse_args(arguments)
    report = evaluate_all(options.articles_dir, options.out, limit=options.limit)
    sys.stdout.write(json.dumps(report) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
