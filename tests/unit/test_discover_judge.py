"""What a poll's answer means for its feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dateline.discover.judge import judge_answer, judge_failure, plan
from dateline.hashes import digest
from dateline.model import Feed, FeedKind, Politeness, Validators

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
URL = "https://post.example/rss"
FEED = Feed(1, 1, "post", URL, "post.example", Validators(), None, Politeness())


def rss(*hours: float, channel: str = "") -> bytes:
    """A feed with entries of so many hours ago."""
    items = "".join(
        f"<item><title>T</title><link>https://post.example/{hour}</link>"
        f"<pubDate>{(NOW - timedelta(hours=hour)).isoformat()}</pubDate></item>"
        for hour in hours
    )
    return f"<rss version='2.0'><channel><title>P</title>{channel}{items}</channel></rss>".encode()


def judged(body: bytes = b"", status: int = 200, feed: Feed = FEED, **headers: str):
    pairs = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return judge_answer(feed, status, body, pairs, url=URL, now=NOW)


def wait(feed: Feed, verdict) -> timedelta:
    return plan(feed, verdict, NOW).next_at - NOW


def test_a_new_body_is_read_and_sets_the_rhythm() -> None:
    """Four entries in the last two days of a feed that reaches back for weeks."""
    verdict = judged(rss(1, 12, 36, 48, 500))
    made = plan(FEED, verdict, NOW)
    assert verdict.ok
    assert verdict.feed is not None
    assert len(made.listed) == 5
    assert made.rhythm == timedelta(days=7) / 4
    assert 0.75 * made.rhythm / 3 <= made.next_at - NOW <= 0.9 * made.rhythm / 3


def test_the_same_bytes_are_unmodified_whatever_the_etag_says() -> None:
    """Nothing is parsed or stored; the known rhythm goes on."""
    body = rss(1, 2)
    known = replace(FEED, body_hash=digest(body), rhythm=6 * HOUR, last_ok_at=NOW - HOUR)
    verdict = judged(body, feed=known)
    assert verdict.ok
    assert verdict.feed is None
    assert plan(known, verdict, NOW).rhythm == 6 * HOUR
    assert plan(known, verdict, NOW).listed == ()


def test_hints_of_the_feed_and_of_its_headers_are_kept() -> None:
    """The longer one counts."""
    times = [number / 2 for number in range(1, 100)]
    slow = judged(rss(*times, channel="<ttl>120</ttl>"), Cache_Control="max-age=60")
    assert slow.asked == 2 * HOUR
    assert wait(FEED, slow) >= 0.75 * 2 * HOUR
    cached = judged(status=304, Cache_Control="max-age=7200")
    assert cached.asked == 2 * HOUR


@pytest.mark.parametrize(
    ("status", "failure"),
    [(404, 0.5), (429, 0.5), (500, 0.5), (503, 0.5), (401, 1.0), (403, 1.0), (410, 5.0)],
)
def test_failures_count_as_much_as_they_say(status: int, failure: float) -> None:
    """What may pass by itself counts half, a clear "gone" five times."""
    verdict = judged(status=status)
    assert not verdict.ok
    assert verdict.failure == failure
    assert plan(FEED, verdict, NOW).failures == failure


def test_no_answer_counts_half_and_a_name_that_is_not_found_a_quarter() -> None:
    """Resolvers fail more often than publishers change their names."""
    assert judge_failure("timeout_read").failure == 0.5
    assert judge_failure("dns").failure == 0.25


def test_what_is_no_feed_is_a_hard_failure_with_its_reason() -> None:
    """A page of HTML under the feed's address."""
    verdict = judged(b"<!doctype html><html><body>Moved</body></html>")
    assert (verdict.ok, verdict.problem, verdict.failure) == (False, "not_a_feed: html", 1.0)


def test_a_good_answer_forgets_the_failures() -> None:
    """The feed is polled by its rhythm again."""
    failing = replace(FEED, failures=12.0)
    assert wait(failing, judge_failure("reset")) > 18 * HOUR
    assert plan(failing, judged(rss(1, 2)), NOW).failures == 0.0


def test_retry_after_is_obeyed_to_the_second() -> None:
    """It is no hint: nothing shortens it."""
    verdict = replace(judged(status=429), ordered=3 * HOUR)
    assert wait(FEED, verdict) == 3 * HOUR


def test_a_sitemap_index_is_an_answer() -> None:
    """Its sitemaps are no entries."""
    index = (
        b"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap>"
        b"<loc>https://post.example/a.xml</loc><lastmod>2026-03-10</lastmod></sitemap></sitemapindex>"
    )
    verdict = judged(index, feed=replace(FEED, kind=FeedKind.SITEMAP))
    assert verdict.ok
    assert verdict.feed is not None
    assert [child.url for child in verdict.feed.children] == ["https://post.example/a.xml"]
    assert verdict.feed.candidates == ()
