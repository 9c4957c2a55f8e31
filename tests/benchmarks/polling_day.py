"""A day of polling a thousand made-up feeds every ten minutes, by a clock that jumps.

    python tests/benchmarks/polling_day.py [--feeds 1000] [--hours 24] [--seed 1]

Everything is real but the network and the clock: the discover stage, its SQL in a real Postgres, the
parser. The feeds differ as feeds do: from 300 entries a day to one in a month, more by day than by
night, in bursts; they ask for nothing, for a ttl or by Cache-Control; their ETags hold, are missing or
lie; some fail now and then, some for good. The first hours are a warm-up: all feeds are registered at
once. The last line is one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import tempfile
import time
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dateline.fetch import Failure, Response
from dateline.local.postgres import ephemeral_postgres
from dateline.model import FeedSpec, Source, Validators
from dateline.settings import Settings
from dateline.stages.context import Context
from dateline.stages.discover import discover
from dateline.store import Database
from dateline.store.ledger import start_run
from dateline.store.migrate import migrate
from dateline.store.sources import apply_sources

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dateline.fetch import Client

RUN = timedelta(minutes=10)
WARM_UP = timedelta(hours=6)
DAYS_BEFORE = 8
START = datetime(2030, 5, 6, tzinfo=UTC)
"""A Monday, in the future: what Postgres takes for now lies before all of it."""


@dataclass
class MadeFeed:
    """A feed as its publisher sees it. `times`: of all its entries, in order."""

    url: str
    times: list[datetime]
    shown: int
    ttl: int | None
    max_age: int | None
    etag: str
    failing: float
    polls: list[tuple[datetime, bool]] = field(default_factory=list)
    caught_up: list[datetime] = field(default_factory=list)

    def answer(
        self, now: datetime, validators: Validators, rng: random.Random
    ) -> Response | Failure:
        """What the publisher's server says now."""
        failed = rng.random() < self.failing
        self.polls.append((now, not failed))
        if failed:
            return Failure("timeout_read", "made up", permanent=False)
        count = bisect_right(self.times, now)
        headers = [("Content-Type", "application/rss+xml")]
        if self.max_age is not None:
            headers.append(("Cache-Control", f"max-age={self.max_age}"))
        if self.etag == "lies":
            headers.append(("ETag", f'"{now.timestamp()}"'))
        elif self.etag == "holds":
            headers.append(("ETag", f'"{count}"'))
            if validators.etag == f'"{count}"':
                return self._response(304, headers, b"", now)
        return self._response(200, headers, self._document(count), now)

    def sitemap(self, url: str, now: datetime) -> Response:
        """The last two days, as a news sitemap."""
        first = bisect_right(self.times, now - timedelta(days=2))
        news = "http://www.google.com/schemas/sitemap-news/0.9"
        items = "".join(
            f"<url><loc>{self.url}/{number}</loc><n:news><n:publication_date>"
            f"{self.times[number].isoformat()}</n:publication_date></n:news></url>"
            for number in range(first, bisect_right(self.times, now))
        )
        base = "http://www.sitemaps.org/schemas/sitemap/0.9"
        body = f"<urlset xmlns='{base}' xmlns:n='{news}'>{items}</urlset>".encode()
        self.caught_up.append(now)
        return Response(url, url, 200, "", (), body, body, now, 0.01)

    def _response(
        self, status: int, headers: list[tuple[str, str]], body: bytes, now: datetime
    ) -> Response:
        return Response(self.url, self.url, status, "", tuple(headers), body, body, now, 0.01)

    def _document(self, count: int) -> bytes:
        ttl = f"<ttl>{self.ttl}</ttl>" if self.ttl else ""
        items = "".join(
            f"<item><title>Entry {number} of the day</title><link>{self.url}/{number}</link>"
            f"<pubDate>{format_datetime(self.times[number])}</pubDate></item>"
            for number in reversed(range(max(count - self.shown, 0), count))
        )
        return f"<rss version='2.0'><channel><title>A feed</title>{ttl}{items}</channel></rss>".encode()


class MadeWeb:
    """Stands in for the client: answers from the made-up feeds, at the clock's time."""

    def __init__(self, feeds: Iterable[MadeFeed], seed: int) -> None:
        self.feeds = {feed.url: feed for feed in feeds}
        self.now = START
        self._rng = random.Random(seed)

    def clock(self) -> datetime:
        """The time of day."""
        return self.now

    def get(
        self, url: str, *, validators: Validators = Validators(), **_: object
    ) -> Response | Failure:
        """As `Client.get`; every site has a news sitemap, and no robots.txt."""
        site, _, path = url.rpartition("/")
        feed = self.feeds[f"{site}/rss"]
        if path == "rss":
            return feed.answer(self.now, validators, self._rng)
        if path == "news-sitemap.xml":
            return feed.sitemap(url, self.now)
        return Response(url, url, 404, "", (), b"", b"", self.now, 0.01)

    def close(self) -> None:
        """Nothing is open."""


def made_feed(number: int, end: datetime, rng: random.Random) -> MadeFeed:
    """A feed with entries from a week before the day to its end."""
    per_day = min(math.exp(rng.gauss(2.0, 1.8)), 300.0)
    dead = rng.random() < 0.02
    return MadeFeed(
        url=f"https://feed{number}.example/rss",
        times=[] if dead else sorted(entry_times(per_day, end, rng)),
        shown=rng.choice((10, 20, 30, 50)),
        ttl=rng.choice((None, None, None, 5, 60, 60, 1440)),
        max_age=rng.choice((None, None, 0, 60, 300, 3600)),
        etag=rng.choice(("holds", "holds", "holds", "missing", "lies")),
        failing=1.0 if dead else rng.choice((0.0,) * 9 + (0.03,)),
    )


def entry_times(per_day: float, end: datetime, rng: random.Random) -> Iterable[datetime]:
    """Publication times by a daily curve, every fourth in a burst behind another."""
    begin = START - timedelta(days=DAYS_BEFORE)
    expected = per_day * (end - begin) / timedelta(days=1)
    made = 0
    while made < expected:
        at = begin + rng.random() * (end - begin)
        by_day = 0.5 + 0.5 * math.sin((at.hour - 7) / 24 * 2 * math.pi)
        if rng.random() > 0.15 + 0.85 * by_day:
            continue
        for _ in range(rng.choice((1, 1, 1, 3))):
            yield at.replace(microsecond=0) + timedelta(seconds=rng.randrange(900))
            made += 1


def simulate(database: Database, web: MadeWeb, runs: int) -> list[Counter[str]]:
    """Run the discover stage every ten minutes."""
    counts = []
    settings = Settings.load({"DATELINE_THREADS": "2"})
    for number in range(runs):
        name = f"run-{number}"
        start_run(database, name, "ingest")
        context = Context(settings, database, name, clock=web.clock)
        client: Client = web  # type: ignore[assignment]
        done = discover(context, 0, 1, client)
        counts.append(Counter(polled=done.polled, unmodified=done.unmodified, gaps=done.gaps))
        web.now += RUN
    return counts


def delays(
    feed: MadeFeed, since: datetime, until: datetime
) -> Iterable[tuple[timedelta, timedelta, bool]]:
    """For each entry of the day: when it was found, the feed's interval then, a failure in between."""
    good = [at for at, ok in feed.polls if ok]
    every = [at for at, _ in feed.polls]
    for time_ in feed.times:
        if not since <= time_ < until:
            continue
        after = bisect_right(good, time_)
        if after == len(good):
            found = until if every[-1] + timedelta(days=1) > until else None
            if found is None:
                yield timedelta.max, RUN, True
            continue
        next_try = every[bisect_right(every, time_)]
        last = every[bisect_right(every, time_) - 1]
        yield good[after] - time_, max(next_try - last, RUN), good[after] != next_try


def measure(count: int, hours: float, seed: int) -> dict[str, float]:
    """The figures of a day, in a Postgres of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ephemeral_postgres(Path(folder)) as cluster,
        Database(cluster.warehouse_dsn) as database,
    ):
        migrate(database)
        return poll_day(database, count, hours, seed)


def poll_day(database: Database, count: int, hours: float, seed: int) -> dict[str, float]:
    """Make feeds, register them, poll them for so many hours behind the warm-up."""
    rng = random.Random(seed)
    end = START + WARM_UP + timedelta(hours=hours)
    web = MadeWeb((made_feed(number, end, rng) for number in range(count)), seed)
    sources = [
        Source(f"s{n}", f"S{n}", f"https://feed{n}.example/", (FeedSpec(url),), delay=0.0)
        for n, url in enumerate(web.feeds)
    ]
    apply_sources(database, [(source, None) for source in sources])
    began = time.process_time()
    runs = simulate(database, web, round((WARM_UP.total_seconds() / 3600 + hours) * 6))
    cpu = time.process_time() - began
    return figures(web, runs, end, cpu, found_entries(database))


def found_entries(database: Database) -> set[str]:
    """The URLs on the frontier."""
    with database.transaction() as cursor:
        cursor.execute("select url from ops.frontier")
        return {url for (url,) in cursor.fetchall()}


def missed(feed: MadeFeed, since: datetime, found: set[str]) -> int:
    """Entries that came before the feed's last good poll and were never found."""
    last = max((at for at, ok in feed.polls if ok), default=since)
    numbers = range(bisect_right(feed.times, since), bisect_right(feed.times, last))
    return sum(f"{feed.url}/{number}" not in found for number in numbers)


def figures(
    web: MadeWeb, runs: list[Counter[str]], end: datetime, cpu: float, found: set[str]
) -> dict[str, float]:
    """What the day came to."""
    begin = START + WARM_UP
    day = runs[int(WARM_UP / RUN) :]
    polls = [run["polled"] for run in day]
    fixed = len(web.feeds) * len(day)
    entries = [item for feed in web.feeds.values() for item in delays(feed, begin, end)]
    clean = [(delay, interval) for delay, interval, failed in entries if not failed]
    late = sum(delay > 2 * interval for delay, interval in clean)
    minutes = sorted(delay.total_seconds() / 60 for delay, _ in clean)
    return {
        "feeds": len(web.feeds),
        "requests": sum(polls),
        "requests_share_of_fixed": round(sum(polls) / fixed, 3),
        "unmodified_share": round(sum(run["unmodified"] for run in day) / sum(polls), 3),
        "busiest_run_to_mean": round(max(polls) / statistics.mean(polls), 2),
        "entries": len(clean),
        "entries_behind_a_failed_poll": len(entries) - len(clean),
        "found_later_than_twice_the_interval": late,
        "never_found": sum(missed(feed, begin, found) for feed in web.feeds.values()),
        "gaps_noticed": sum(run["gaps"] for run in day),
        "sitemaps_read_for_them": sum(
            at >= begin for feed in web.feeds.values() for at in feed.caught_up
        ),
        "delay_minutes_median": round(statistics.median(minutes), 1),
        "delay_minutes_p95": round(minutes[int(len(minutes) * 0.95)], 1),
        "cpu_ms_per_poll": round(cpu * 1000 / sum(run["polled"] for run in runs), 2),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--hours", type=float, default=24.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    found = measure(given.feeds, given.hours, given.seed)
    for name, value in found.items():
        print(f"{name:40} {value}")
    print(json.dumps(found))
