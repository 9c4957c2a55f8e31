"""Sitemaps, OPML and autodiscovery on collected files: `eval_sitemaps.py CORPORA`.

The corpora are not part of the project; each part prints a table and returns flat figures.
"""

from __future__ import annotations

import base64
import gzip
import json
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from dateline.discover import parse_feed
from dateline.discover.autodiscover import feed_like, find_feeds, news_like
from dateline.model import FeedKind
from dateline.opml import as_sources, parse
from dateline.urls import canonicalise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dateline.discover import ParsedFeed

NOW = datetime(2030, 1, 1, tzinfo=UTC)
_console = Console(width=118, highlight=False)


@dataclass
class Share:
    """How many of how many."""

    right: int = 0
    all: int = 0

    def add(self, *, right: bool) -> None:
        """Count one."""
        self.all += 1
        self.right += right

    def __str__(self) -> str:
        return f"{self.right} of {self.all}"

    @property
    def value(self) -> float:
        return round(self.right / self.all, 4) if self.all else 0.0


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    packed = path.read_bytes()
    text = gzip.decompress(packed) if path.suffix == ".gz" else packed
    yield from map(json.loads, filter(None, text.decode().split("\n")))


def _data(row: dict[str, Any]) -> bytes:
    return base64.b64decode(row["data_b64"]) if "data_b64" in row else row["data"].encode()


def _show(title: str, rows: dict[str, object]) -> None:
    table = Table(title=f"\n{title}", title_justify="left", box=None, pad_edge=False)
    table.add_column("figure")
    table.add_column("value", justify="right")
    for name, value in rows.items():
        table.add_row(name, str(value))
    _console.print(table)


def _at(text: str) -> datetime:
    """By the standard library: whole seconds, days and bare times in UTC."""
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)


def _words(text: str | None) -> list[str]:
    return (text or "").split()


class _Sitemaps:
    """Counts what is read of the files against what is known of them."""

    def __init__(self) -> None:
        self.shares: dict[str, Share] = {}

    def count(self, name: str, *, right: bool) -> None:
        """One more of a figure."""
        self.shares.setdefault(name, Share()).add(right=right)

    def file(self, row: dict[str, Any], found: ParsedFeed) -> None:
        """Compare one file."""
        is_index = row["kind"] == "index"
        expected = row.get("n_entries", row.get("n_urls"))
        self.count("files: kind", right=bool(found.children) == is_index or not expected)
        self.count("files: number of entries", right=found.entries == expected)
        if row["kind"] == "text":
            urls = [canonicalise(url) for url in row["urls"]]
            self.count("urls of text files", right=[c.url for c in found.candidates] == urls)
            return
        listed = found.children if is_index else found.candidates
        by_url = {one.url: one for one in listed}
        for entry in row["entries"]:
            url = canonicalise(entry.get("loc") or entry.get("bare_text") or "")
            one = by_url.get(url or "")
            if url is None:
                continue
            self.count("entries: address", right=one is not None)
            if entry.get("lastmod"):
                at = getattr(one, "modified" if is_index else "updated", None)
                self.count("entries: lastmod", right=at == _at(entry["lastmod"]))
            if news := entry.get("news"):
                self._news(news, one)

    def _news(self, news: dict[str, Any], one: Any) -> None:
        self.count(
            "news: publication date",
            right=one is not None and one.published == _at(news["publication_date"]),
        )
        self.count(
            "news: title", right=one is not None and _words(one.title) == _words(news["title"])
        )
        self.count(
            "news: language",
            right=one is not None and (one.language or "").lower() == news["language"].lower(),
        )
        if news.get("keywords"):
            words = {word.strip() for word in news["keywords"].split(",") if word.strip()}
            self.count("news: keywords", right=one is not None and set(one.tags) == words)


def sitemaps(corpora: Path) -> dict[str, float]:
    """Kind, entries, dates and news of the collected sitemaps; and the cost of a large one."""
    counts = _Sitemaps()
    folder = corpora / "sitemaps"
    for row in _lines(folder / "index.jsonl"):
        body = (folder / row["file"]).read_bytes()
        counts.file(row, _read(body))
    cost = _cost()
    _show("sitemaps", dict(counts.shares) | {"50,000 news entries, CPU seconds": f"{cost:.2f}"})
    figures = {name: share.value for name, share in counts.shares.items()}
    return figures | {"seconds of 50,000 entries": round(cost, 2)}


def _read(body: bytes) -> ParsedFeed:
    return parse_feed(
        body,
        url="https://x.example/sitemap.xml",
        content_type=None,
        now=NOW,
        kind=FeedKind.SITEMAP,
    )


def _cost() -> float:
    entry = (
        "<url><loc>https://x.example/news/2024/05/a-headline-of-some-words-{n}</loc>"
        "<lastmod>2024-05-04T12:00:00+02:00</lastmod><news:news><news:publication>"
        "<news:name>X</news:name><news:language>en</news:language></news:publication>"
        "<news:publication_date>2024-05-04T11:00:00Z</news:publication_date>"
        "<news:title>A headline &amp; more, number {n}</news:title></news:news></url>"
    )
    text = "".join(entry.format(n=n) for n in range(50_000))
    body = f'<urlset xmlns:news="n">{text}</urlset>'.encode()
    begun = time.process_time()
    found = _read(body)
    taken = time.process_time() - begun
    assert len(found.candidates) == 50_000
    return taken


def opml(corpora: Path) -> dict[str, float]:
    """Every OPML file is read; each of its outlines becomes a feed, a folder or a named problem."""
    folder = corpora / "opml"
    files = [*(folder / "format_tests").iterdir(), *folder.rglob("*.opml")]
    read = outlines = problems = sources = 0
    for path in sorted(set(files)):
        found, wrong = parse(path.read_bytes())
        read += bool(found or wrong)
        outlines += len(found)
        problems += len(wrong)
        sources += len(as_sources(found, taken=(), enabled=False))
    begun = time.process_time()
    rows = [row["feed_url"] for row in _lines(folder / "all_feeds.jsonl.gz")]
    lines = "".join(
        f'<outline text="Feed {n}" xmlUrl="{url.replace("&", "&amp;")}"/>\n'
        for n, url in enumerate(rows)
    )
    many, left = parse(f"<opml><body>{lines}</body></opml>".encode())
    taken = time.process_time() - begun
    shown = {
        "files read": f"{read} of {len(set(files))}",
        "feeds": outlines,
        "sources": sources,
        "lines named as left out": problems,
        "one file of all listed feeds: read": f"{len(many)} of {len(rows)}",
        "of these left out, with reason": len(left),
        "CPU seconds": f"{taken:.2f}",
    }
    _show("OPML", shown)
    return {
        "opml files read": read / len(set(files)),
        "opml feeds": outlines,
        "opml problems": problems,
        "opml lines accounted for": (len(many) + len(left)) / len(rows),
    }


def autodiscovery(corpora: Path) -> dict[str, float]:
    """Feeds that pages name; and how many real addresses look like what they are."""
    pages, feeds, news = Share(), Share(), Share()
    for row in _lines(corpora / "feeds" / "discovery_feedfinder" / "index.jsonl"):
        expected = tuple(canonicalise(url) for url in row["expected_feed_urls"])
        pages.add(right=find_feeds(_data(row), row["base_url"]) == expected)
    for row in _lines(corpora / "opml" / "all_feeds.jsonl.gz"):
        feeds.add(right=feed_like(row["feed_url"]))
    for row in _lines(corpora / "opml" / "fundus_publisher_sources.jsonl"):
        for url in row["newsmap"]:
            news.add(right=news_like(url))
    shares = {
        "pages whose feeds are found exactly": pages,
        "feeds whose address looks like one": feeds,
        "news sitemaps whose address says so": news,
    }
    _show("autodiscovery", dict(shares))
    return {name: share.value for name, share in shares.items()}


def main(argv: list[str]) -> int:
    """Print the tables, then all figures as one line of JSON."""
    if len(argv) != 1:
        print("usage: eval_sitemaps.py CORPORA", file=sys.stderr)
        return 2
    corpora = Path(argv[0])
    figures = sitemaps(corpora) | opml(corpora) | autodiscovery(corpora)
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
