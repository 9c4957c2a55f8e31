"""The evaluation of feeds, dates and addresses runs on any corpora of the shape."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
EVALUATION = ROOT / "tests" / "benchmarks" / "eval_feeds.py"
FEED = (
    '<rss version="2.0"><channel><title>P</title>'
    "<item><title>A</title><link>https://post.example/a</link>"
    "<pubDate>Sun, 01 Jun 2025 10:00:00 GMT</pubDate></item>"
    "<item><title>B</title></item></channel></rss>"
)


def lines(path: Path, *rows: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))


def corpora(folder: Path) -> Path:
    feeds, urls = folder / "feeds", folder / "urls"
    lines(
        feeds / "real" / "index.jsonl",
        {"id": "a", "file": "a.gz", "n_entries": 2, "entry_links": ["https://post.example/a"]},
        {"id": "b", "data": "no feed", "n_entries": 1},
    )
    (feeds / "real" / "a.gz").write_bytes(gzip.compress(FEED.encode()))
    item = {
        "title": "A",
        "link": "https://post.example/a",
        "publishedParsed": "2025-06-01T10:00:00Z",
    }
    lines(
        feeds / "gofeed" / "index.jsonl",
        {"id": "a", "n_entries": 2, "expected": {"items": [item, {"title": "Z"}]}, "data": FEED},
    )
    checks = [["entries[0].title", "==", "A"], ["bozo", "falsy", None]]
    lines(feeds / "feedparser" / "index.jsonl", {"id": "a", "checks": checks, "data": FEED})
    lines(feeds / "feedvalidator" / "index.jsonl", {"id": "a", "data": FEED})
    lines(
        folder / "dates" / "feed_date_vectors.jsonl",
        {"input": "2025-06-01T10:00:00Z", "expected": "2025-06-01T10:00:00+00:00", "family": "x"},
        {"input": "nothing", "expected": None, "family": "x"},
        {"input": "2025-06-01", "expected": "2024-01-01T00:00:00+00:00", "family": "x"},
    )
    local = {"group": "German", "has_year": True, "expected_tz": "naive local"}
    lines(
        folder / "dates" / "dateparser_multilingual.jsonl",
        {"input": "1. Juni 2025", "expected": "2025-06-01T00:00:00", **local},
    )
    urls.mkdir()
    wpt = [
        "comment",
        {"input": "HTTP://a.example:80/x#y", "base": None, "href": "http://a.example/x#y"}
        | {"protocol": "http:"},
        {"input": "http://[", "base": None, "failure": True},
    ]
    (urls / "wpt_urltestdata.json").write_text(json.dumps(wpt))
    vector = {"function": "canonicalize_url", "repo": "scrapy/w3lib"}
    lines(
        urls / "canonicalisation_vectors.jsonl",
        vector | {"args": ["http://a.example/?b=1&a=2"], "expected": "http://a.example/?a=2&b=1"},
        {"function": "langcodes_score", "repo": "adbar/courlan", "args": ["en"], "expected": 1},
    )
    (urls / "crawler-commons_url-resolve.csv").write_text(
        "# x\nb, http://a.example/, http://a.example/b\n"
    )
    (urls / "crawler-commons_weirdToNormalizedUrls.csv").write_text(
        "http://A.example, http://a.example/\n"
    )
    (urls / "crawler-commons_invalidUrls.csv").write_text("http://%41%/\n")
    (urls / "test_psl.txt").write_text("checkPublicSuffix('www.example.com', 'example.com');\n")
    lines(
        urls / "tracking" / "global_params_merged.jsonl",
        {"param": "utm_source", "lists": ["a", "b"]},
        {"param": "kept", "lists": ["a"]},
    )
    return folder


def test_every_part_is_measured_and_the_last_line_is_json(tmp_path: Path):
    """What is read and what is missed is counted as it is."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(EVALUATION), str(corpora(tmp_path)), "--show"],
        check=True,
        capture_output=True,
        text=True,
    )
    figures = json.loads(done.stdout.splitlines()[-1])
    expected = {
        "feeds.real.feeds": 2,
        "feeds.real.counts_as_expected": 1,
        "feeds.real.entries_read": 2,
        "feeds.real.candidates": 1,
        "feeds.real.links_found": 1,
        "feeds.gofeed.entries.right": 1,
        "feeds.gofeed.title.n": 2,
        "feeds.gofeed.title.right": 1,
        "feeds.gofeed.published.right": 1,
        "feeds.feedparser.title.right": 1,
        "feeds.feedvalidator.read": 1,
        "dates.feeds: x.n": 3,
        "dates.feeds: x.right": 2,
        "dates.German.right": 1,
        "urls.wpt.urltestdata.same": 2,
        "urls.w3lib.canonicalize_url.same": 0,
        "urls.w3lib.canonicalize_url.met": 1,
        "urls.crawler-commons.resolve.same": 1,
        "urls.publicsuffix.test_psl.same": 1,
        "urls.tracking.named_by_2.same": 1,
        "urls.tracking.named_by_1.same": 0,
        "poll.entries": 2,
    }
    assert {name: figures[name] for name in expected} == expected
    assert figures["poll.core_percent_at_10000_an_hour"] > 0
