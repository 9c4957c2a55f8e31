"""Feeds, dates and addresses on public test material: what is read, what is missed, what it costs.

    python tests/benchmarks/eval_feeds.py CORPORA [--show]

prints a table for each, and one line of JSON at the end.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import statistics
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval_urls import urls

from dateline.dates import parse_date
from dateline.discover import document, jsonfeed, parse_feed, xmlfeed
from dateline.discover.document import Kind, NotAFeedError
from dateline.discover.entries import person, plain_text
from dateline.discover.judge import judge_answer, plan
from dateline.hashes import digest
from dateline.model import Feed, Politeness, Precision, Validators
from dateline.urls import canonicalise, unwrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from dateline.discover import ParsedFeed
    from dateline.discover.entries import Draft, Entry

NOW = datetime(2026, 1, 1, tzinfo=UTC)
URL = "http://127.0.0.1:8097/tests/feed.xml"
POLLS_AN_HOUR = 10_000
UNMODIFIED = 0.8
_COMPARED = ("title", "summary", "content", "link", "guid", "author", "tag", "published", "updated")


def feeds(corpora: Path, *, show: bool = False) -> dict[str, float]:
    """Entries, links and fields of real feeds and of three libraries' test feeds."""
    figures = _real(corpora / "feeds", show=show)
    for name, told in (("gofeed", _gofeed), ("feedparser", _feedparser)):
        fields = _fields(corpora / "feeds", name, told, show=show)
        _print(f"{name}: fields as expected", fields)
        for field, (right, n) in fields.items():
            figures[f"feeds.{name}.{field}.n"], figures[f"feeds.{name}.{field}.right"] = n, right
    problems: Counter[str] = Counter()
    for _, body in _documents(corpora / "feeds", "feedvalidator"):
        found = _parse(body)
        problems[found.problem or "read"] += 1
    _print("feedvalidator: outcomes (none raises)", problems)
    figures["feeds.feedvalidator.n"] = problems.total()
    figures["feeds.feedvalidator.read"] = problems["read"] + problems["no_links"]
    return figures


def _documents(folder: Path, name: str) -> Iterator[tuple[dict[str, Any], bytes]]:
    for line in (folder / name / "index.jsonl").open():
        row = json.loads(line)
        if "file" in row:
            yield row, gzip.decompress((folder / name / row["file"]).read_bytes())
        elif "data_b64" in row:
            yield row, base64.b64decode(row["data_b64"])
        else:
            yield row, row["data"].encode()


def _parse(body: bytes, url: str = URL) -> ParsedFeed:
    return parse_feed(body, url=url, content_type=None, now=NOW)


def _real(folder: Path, *, show: bool) -> dict[str, float]:
    total: Counter[str] = Counter()
    for row, body in _documents(folder, "real"):
        found = _parse(body)
        expected = row.get("n_entries")
        if expected is None:
            continue
        total["feeds"] += 1
        total["counts as expected"] += found.entries == expected
        total["entries expected"] += expected
        total["entries read"] += found.entries
        total["candidates"] += len(found.candidates)
        total["without a link"] += found.dropped
        total["repeated"] += found.entries - found.dropped - len(found.candidates)
        listed = {candidate.url for candidate in found.candidates}
        wanted = [canonicalise(link, URL) for link in row.get("entry_links") or [] if link]
        # Where a feed service counts clicks, the feed also names the article itself.
        wanted_urls = [unwrap(link) for link in wanted if link and "/~r/" not in link]
        total["links expected"] += len(wanted_urls)
        total["links found"] += sum(link in listed for link in wanted_urls)
        total["dated expected"] += row.get("dates", 0)
        total["dated"] += sum(bool(entry.published or entry.updated) for entry in found.candidates)
        total["with full text"] += sum(entry.content is not None for entry in found.candidates)
        total["with enclosures"] += sum(bool(entry.enclosures) for entry in found.candidates)
        total["foreign"] += sum(entry.foreign is not None for entry in found.candidates)
        total["with a hub"] += found.hub is not None
        missed = [link for link in wanted_urls if link not in listed]
        if show and (found.entries != expected or missed):
            print("  ", row["id"], expected, found.entries, found.problem, missed[:3])
    _print("real feeds", total)
    return {f"feeds.real.{name.replace(' ', '_')}": number for name, number in total.items()}


def _draft(body: bytes) -> Draft | None:
    """What the feed says, before entries without a link are dropped: many test feeds have none."""
    try:
        found = document.read(body, None)
        return (xmlfeed if found.kind is Kind.XML else jsonfeed).read(found, URL)
    except NotAFeedError:
        return None


def _fields(
    folder: Path,
    name: str,
    told: Callable[[dict[str, Any]], Iterator[tuple[int, str, object]]],
    *,
    show: bool,
) -> dict[str, tuple[int, int]]:
    """(right, expected) by field of an entry, and of the number of entries."""
    counts: dict[str, list[bool]] = defaultdict(list)
    for row, body in _documents(folder, name):
        draft = _draft(body)
        entries = draft.entries if draft else ()
        if "n_entries" in row:
            counts["entries"].append(len(entries) == row["n_entries"])
        for position, field, expected in told(row):
            found = _values(entries[position], draft, field) if position < len(entries) else ()
            right = expected in found
            counts[field].append(right)
            if show and not right:
                print("  ", name, row["id"], field, repr(expected)[:100], repr(found)[:100])
    order = ["entries", *_COMPARED]
    return {field: (sum(counts[field]), len(counts[field])) for field in order if counts[field]}


def _values(entry: Entry, draft: Draft | None, field: str) -> Sequence[object]:
    base = draft.base if draft else URL
    found: dict[str, Sequence[object]] = {
        "title": (plain_text(entry.title),),
        "summary": (plain_text(entry.summary or entry.content),),
        "content": (plain_text(entry.content or entry.summary),),
        "link": [canonicalise(link, base) for link in entry.links[:1]],
        "guid": (entry.guid,),
        "author": [person(name) for name in entry.authors],
        "tag": entry.tags,
        "published": (entry.published,),
        "updated": (entry.updated, entry.published),
    }
    return found[field]


def _gofeed(row: dict[str, Any]) -> Iterator[tuple[int, str, object]]:
    for position, item in enumerate(row["expected"].get("items") or []):
        for field, value in _told(item):
            yield position, field, value


def _told(item: dict[str, Any]) -> Iterator[tuple[str, object]]:
    texts = {"title": "title", "summary": "description", "content": "content"}
    found: list[tuple[str, object]] = [
        *((field, plain_text(item.get(key))) for field, key in texts.items()),
        ("link", canonicalise(item.get("link") or "", URL)),
        ("guid", item.get("guid")),
        *(("author", author.get("name")) for author in item.get("authors") or []),
        *(("tag", tag) for tag in item.get("categories") or []),
        *((field, item.get(f"{field}Parsed")) for field in ("published", "updated")),
    ]
    for field, told in found:
        # With its attributes, as the RSS parser alone tells it.
        value: Any = told.get("value") if isinstance(told, dict) else told
        if value and field in {"published", "updated"}:
            yield field, datetime.fromisoformat(value).astimezone(UTC)
        elif value:
            yield field, value


_PATHS = {
    "title": "title",
    "summary": "summary",
    "description": "summary",
    "content[0].value": "content",
    "link": "link",
    "links[0].href": "link",
    "id": "guid",
    "guid": "guid",
    "author_detail.name": "author",
    "authors[0].name": "author",
    "authors[1].name": "author",
    "published_parsed": "published",
    "updated_parsed": "updated",
    "created_parsed": "published",
    **{f"tags[{n}].term": "tag" for n in range(3)},
}


def _feedparser(row: dict[str, Any]) -> Iterator[tuple[int, str, object]]:
    for path, operator, value in row.get("checks") or []:
        field = _PATHS.get(path.removeprefix("entries[0]."))
        if field is None or operator != "==" or not path.startswith("entries[0].") or not value:
            continue
        if field in {"published", "updated"}:
            yield 0, field, datetime(*value[:6], tzinfo=UTC)
        elif field == "link":
            yield 0, field, canonicalise(value, URL)
        else:
            yield 0, field, plain_text(value) if field in {"title", "summary", "content"} else value


def dates(corpora: Path, *, show: bool = False) -> dict[str, float]:
    """Date vectors by family and by language."""
    families: dict[str, Counter[str]] = defaultdict(Counter)
    for line in (corpora / "dates" / "feed_date_vectors.jsonl").open():
        row = json.loads(line)
        accepted = row.get("accepted") or ([row["expected"]] if row.get("expected") else [])
        outcome = _date_outcome(row, [datetime.fromisoformat(at) for at in accepted])
        family = families[f"feeds: {row.get('family') or row['source']}"]
        family[outcome] += 1
        if accepted:
            family["of instants"] += 1
            family["in a feed"] += _in_feed(row["input"]) in map(datetime.fromisoformat, accepted)
        if show and outcome != "right":
            print("  ", outcome, row["input"], accepted, parse_date(row["input"]))
    for line in (corpora / "dates" / "dateparser_multilingual.jsonl").open():
        row = json.loads(line)
        if row["has_year"]:
            outcome = _local_outcome(row)
            families[f"{row['group'] or 'no group'}"][outcome] += 1
            if show and outcome != "right":
                print("  ", outcome, row["input"], row["expected"], parse_date(row["input"]))
    print(f"\n{'dates':<36}{'n':>6}{'right':>7}{'day':>6}{'none':>6}{'wrong':>7}  through a feed")
    figures: dict[str, float] = {}
    for name, count in families.items():
        total = sum(count[outcome] for outcome in ("right", "day", "none", "wrong"))
        numbers = [count[outcome] for outcome in ("right", "day", "none", "wrong")]
        print(
            f"{name:<36}{total:>6}{numbers[0]:>7}{numbers[1]:>6}{numbers[2]:>6}{numbers[3]:>7}"
            + (f"  {count['in a feed']} of {count['of instants']}" if count["of instants"] else "")
        )
        if count["of instants"]:
            figures[f"dates.{name}.in_a_feed"] = count["in a feed"]
        figures[f"dates.{name}.n"], figures[f"dates.{name}.right"] = total, numbers[0]
    return figures


def _in_feed(text: str) -> datetime | None:
    """The date as a feed's reader takes it: by feedparser where ours knows no zone."""
    item = f"<item><link>{URL}</link><pubDate>{escape(text)}</pubDate></item>"
    draft = _draft(f'<rss version="2.0"><channel>{item}</channel></rss>'.encode())
    return draft.entries[0].published if draft else None


def _date_outcome(row: dict[str, Any], accepted: list[datetime]) -> str:
    """right; day: of a date that others refuse for its clock; none: not read; wrong."""
    found = parse_date(row["input"])
    if found is None:
        return "none" if accepted or row.get("must_parse") else "right"
    if not accepted:
        return (
            "right"
            if row.get("must_parse")
            else "day"
            if found.precision is Precision.DAY
            else "wrong"
        )
    return "right" if found.at in [at.astimezone(UTC) for at in accepted] else "wrong"


def _local_outcome(row: dict[str, Any]) -> str:
    found = parse_date(row["input"])
    if found is None:
        return "none"
    expected = datetime.fromisoformat(row["expected"]).replace(tzinfo=None)
    at = found.at.astimezone(UTC) if row["expected_tz"] == "UTC" else found.at
    if found.precision is Precision.DAY:
        return "right" if at.date() == expected.date() else "wrong"
    return "right" if at.replace(tzinfo=None) == expected.replace(microsecond=0) else "wrong"


def poll_cost(corpora: Path) -> dict[str, float]:
    """CPU of judging answers: new bodies, bodies seen before, and "not modified"."""
    bodies = [body for _, body in _documents(corpora / "feeds", "real")]
    entries = sum(_parse(body).entries for body in bodies)  # and everything is loaded
    new = [_cpu(200, body, None) for body in bodies for _ in range(3)]
    seen = [_cpu(200, body, digest(body)) for body in bodies]
    none = [_cpu(304, b"", None) for _ in bodies]
    changed = POLLS_AN_HOUR * (1 - UNMODIFIED) * statistics.mean(new)
    same = POLLS_AN_HOUR * UNMODIFIED * max(statistics.mean(seen), statistics.mean(none))
    figures = {
        "poll.feeds": len(bodies),
        "poll.entries": entries,
        "poll.new_ms_mean": 1000 * statistics.mean(new),
        "poll.new_ms_median": 1000 * statistics.median(new),
        "poll.new_ms_max": 1000 * max(new),
        "poll.new_ms_an_entry": 1000 * sum(new) / 3 / max(entries, 1),
        "poll.same_body_ms_mean": 1000 * statistics.mean(seen),
        "poll.not_modified_ms_mean": 1000 * statistics.mean(none),
        "poll.core_percent_at_10000_an_hour": 100 * (changed + same) / 3600,
    }
    _print("a poll: parse, judge, plan", {name: round(value, 4) for name, value in figures.items()})
    return figures


def _cpu(status: int, body: bytes, last_hash: bytes | None) -> float:
    begin = time.process_time()
    feed = Feed(1, 1, "", URL, "", Validators(), last_hash, Politeness())
    plan(feed, judge_answer(feed, status, body, (), url=URL, now=NOW), NOW)
    return time.process_time() - begin


def _print(title: str, rows: dict[str, Any]) -> None:
    print(f"\n{title}")
    for name, value in rows.items():
        text = f"{value[0]} of {value[1]}" if isinstance(value, tuple) else str(value)
        print(f"  {name:<44}{text:>16}")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure all; the last line printed is JSON."""
    parser = argparse.ArgumentParser(prog="python tests/benchmarks/eval_feeds.py")
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--show", action="store_true", help="print every case that is missed")
    options = parser.parse_args(argv)
    figures = (
        feeds(options.corpora, show=options.show)
        | dates(options.corpora, show=options.show)
        | urls(options.corpora, show=options.show)
        | poll_cost(options.corpora)
    )
    print(json.dumps({name: round(value, 4) for name, value in figures.items()}))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
