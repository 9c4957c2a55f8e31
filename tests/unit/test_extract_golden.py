"""Golden pairs: whole pages and the whole record that is read off them.

`python tests/unit/test_extract_golden.py` writes the "expected" parts anew (tests/golden/README.md).
"""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dateline.extract import extract, record
from dateline.model import Article, Hints, Page

GOLDEN = Path(__file__).parent.parent / "golden"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
PAIRS = sorted(GOLDEN.glob("*/*.json"))


def read(pair: Path) -> dict[str, object]:
    """What extraction makes of the page beside `pair`, as JSON reads it back."""
    given = json.loads(pair.read_text(encoding="utf-8"))["given"]
    hints = dict(given["hints"])
    if "published" in hints:
        hints["published"] = datetime.fromisoformat(hints["published"])
    page = Page(
        url=given["url"],
        final_url=given["url"],
        status=200,
        headers=(("Content-Type", given["content_type"]),),
        body=gzip.decompress(pair.with_suffix(".html.gz").read_bytes()),
        fetched_at=NOW,
    )
    article = extract(page, Hints(**hints), now=NOW)
    assert isinstance(article, Article), article
    return json.loads(json.dumps(record(article)))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.parent.name}/{pair.stem}")
def test_a_page_gives_the_record_of_its_golden_file(pair: Path):
    """Every field and where it came from is as the reviewed file says."""
    assert read(pair) == json.loads(pair.read_text(encoding="utf-8"))["expected"]


def test_there_are_pages_and_each_has_its_partner():
    """A missing half or an empty folder does not pass unseen."""
    pages = {path.name.removesuffix(".html.gz") for path in GOLDEN.glob("*/*.html.gz")}
    assert pages == {pair.stem for pair in PAIRS}
    assert len(PAIRS) >= 12


if __name__ == "__main__":
    for path in PAIRS:
        content = json.loads(path.read_text(encoding="utf-8"))
        content["expected"] = read(path)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
