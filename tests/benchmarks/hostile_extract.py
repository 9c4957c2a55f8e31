"""`make fuzz`, first part: every hostile page in a process of its own: what it gave, CPU and memory.

One line of JSON a page; the exit status is 1 if one exceeds its bounds, or if the extractor failed.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from datetime import UTC, datetime
from typing import Any

from hostile_pages import PAGES

from dateline.extract import extract, prepare
from dateline.model import Article, Hints, Page

SECONDS, MEGABYTES = 1.0, 200.0
_LONGEST = 30
NOW = datetime(2026, 3, 1, tzinfo=UTC)
URL = "https://isle.example/2026/02/ferry"


def page(body: bytes) -> Page:
    """A page as if fetched."""
    return Page(URL, URL, 200, (), body, NOW)


def measure(name: str) -> dict[str, Any]:
    """Extract one page in a fork of this process, which is warm."""
    body = PAGES[name]()
    reading, writing = os.pipe()
    sys.stdout.flush()
    if (child := os.fork()) == 0:
        os.close(reading)
        # What never ends is a crash, too.
        resource.setrlimit(resource.RLIMIT_CPU, (_LONGEST, _LONGEST))
        with os.fdopen(writing, "w") as out:
            json.dump({"page": name, "bytes": len(body)} | _extract(body), out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as result:
        text = result.read()
    _, status = os.waitpid(child, 0)
    return json.loads(text) if text else {"page": name, "crashed": status}


def _extract(body: bytes) -> dict[str, Any]:
    before, begun = _peak(), time.process_time()
    result = extract(page(body), Hints(), now=NOW)
    seconds, grown = time.process_time() - begun, _peak() - before
    if isinstance(result, Article):
        gave = f"article, {len(result.body)} characters from {result.provenance['body']['from']}"
    else:
        gave = f"{result.state}: {result.reason}"
    return {"seconds": round(seconds, 3), "mb": round(grown, 1), "gave": gave}


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024 / 1e6


def within(found: dict[str, Any]) -> bool:
    """Whether a page kept its bounds, and the extractor its head."""
    return (
        "crashed" not in found
        and found["seconds"] <= SECONDS
        and found["mb"] <= MEGABYTES
        and "extract_failed" not in found["gave"]
    )


def main() -> int:
    """Measure the pages that were asked for, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pages", nargs="*", help="names; without them, all")
    names = parser.parse_args().pages or list(PAGES)
    prepare()
    failed = 0
    for name in names:
        found = measure(name)
        failed += not within(found)
        print(json.dumps(found | ({} if within(found) else {"exceeds": True})), flush=True)
    print(f"{len(names)} pages, {failed} beyond their bounds", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
