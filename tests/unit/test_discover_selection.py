"""Which entries are taken up, which sitemaps of an index are polled, and when entries were missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dateline.discover import Child
from dateline.discover.selection import fingerprints, has_gap, select, wanted_children
from dateline.model import Candidate, Feed, FeedKind, Politeness, Validators

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SITE = "https://post.example"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def feed(kind: FeedKind = FeedKind.FEED, **changes: object) -> Feed:
    given = {"last_ok_at": NOW - HOUR, "home_url": f"{SITE}/"}
    return Feed(
        *(1, 1, "post", f"{SITE}/rss", "post.example", Validators(), None, Politeness(), kind),
        **(given | changes),  # type: ignore[arg-type]
    )


def entry(path: str, **values: object) -> Candidate:
    return Candidate(f"{SITE}/{path}", b"", **values)  # type: ignore[arg-type]


def skips(chosen: Feed, *entries: Candidate) -> dict[str, str | None]:
    """By path: why it is skipped; what is left out is missing."""
    found = select(chosen, entries, NOW)
    return {item.candidate.url.removeprefix(f"{SITE}/"): item.skip for item in found}


def test_links_to_other_domains_are_kept_apart() -> None:
    """They are known, and not fetched."""
    found = skips(feed(), entry("a"), entry("b", foreign="shop.example"))
    assert found == {"a": None, "b": "foreign_domain: shop.example"}


def test_a_digest_of_others_is_followed() -> None:
    """Most of its links lead elsewhere: they are no advertisements."""
    links = [entry(f"{n}", foreign=f"site{n}.example") for n in range(3)]
    assert set(skips(feed(), entry("own"), *links).values()) == {None}


def test_a_feeds_old_entries_are_taken_up() -> None:
    """It lists what its publisher wants to be read."""
    assert skips(feed(), entry("a", published=NOW - 400 * DAY)) == {"a": None}


def test_a_sitemaps_old_entries_are_left_out() -> None:
    """By publication, else the day in the address, else lastmod: an old article with a new footer is old."""
    found = skips(
        feed(FeedKind.SITEMAP),
        entry("published", published=NOW - 2 * DAY),
        entry("published-long-ago", published=NOW - 5 * DAY, updated=NOW),
        entry("2026/03/08/by-address"),
        entry("2019/03/08/footer", updated=NOW),
        entry("modified", updated=NOW - DAY),
        entry("modified-long-ago", updated=NOW - 9 * DAY),
    )
    assert set(found) == {"published", "2026/03/08/by-address", "modified"}


def test_a_sitemap_without_dates_starts_with_what_it_lists_later() -> None:
    """What it held at first is known, and skipped; what comes later is new."""
    first = skips(feed(FeedKind.SITEMAP, last_ok_at=None), entry("a"))
    assert first == {"a": "undated: listed before the first poll"}
    assert skips(feed(FeedKind.SITEMAP), entry("a"), entry("b")) == {"a": None, "b": None}


def test_after_a_gap_a_sitemap_reaches_further_back() -> None:
    """To the last poll before the gap."""
    after = feed(FeedKind.SITEMAP, since=NOW - 6 * DAY)
    assert skips(after, entry("a", published=NOW - 5 * DAY)) == {"a": None}


def test_the_newest_sitemaps_of_an_index() -> None:
    """By lastmod: those of the last days, the newest first."""
    children = [
        Child(f"{SITE}/2019.xml", NOW - 900 * DAY),
        Child(f"{SITE}/yesterday.xml", NOW - DAY),
        Child(f"{SITE}/today.xml", NOW - HOUR),
    ]
    chosen = wanted_children(feed(FeedKind.SITEMAP), children, NOW)
    assert [child.url for child in chosen] == [f"{SITE}/today.xml", f"{SITE}/yesterday.xml"]


def test_sitemaps_without_lastmod_are_chosen_by_their_address() -> None:
    """News and the current month; where nothing tells, both ends of the list."""
    by_month = [
        Child(f"{SITE}/sitemap-{year}-{m:02}.xml") for year in (2025, 2026) for m in range(1, 13)
    ]
    chosen = wanted_children(feed(FeedKind.SITEMAP), [*by_month, Child(f"{SITE}/news.xml")], NOW)
    assert [child.url for child in chosen] == [f"{SITE}/sitemap-2026-03.xml", f"{SITE}/news.xml"]
    numbered = [Child(f"{SITE}/sitemap-{n}.xml") for n in range(1, 40)]
    ends = wanted_children(feed(FeedKind.SITEMAP), numbered, NOW)
    assert [child.url[-6:] for child in ends] == ["-1.xml", "-2.xml", "38.xml", "39.xml"]


def gap(before: list[Candidate], after: list[Candidate], **changes: object) -> bool:
    chosen = feed(**{"listed": fingerprints(before)} | changes)
    return has_gap(chosen, after, fingerprints(after))


def test_two_polls_without_an_entry_in_common_are_a_gap() -> None:
    """One that stayed shows that nothing was missed, whatever tracking its link carries now."""
    before = [entry(f"{n}") for n in range(10)]
    assert gap(before, [entry(f"{n}") for n in range(10, 20)])
    assert not gap(before, [entry(f"{n}") for n in range(9, 19)])
    assert not gap(before, [entry("9?utm_source=rss"), *(entry(f"{n}") for n in range(10, 19))])


def test_no_gap_where_none_can_be_seen() -> None:
    """At the first poll, in feeds of one or two entries, in sitemaps."""
    after = [entry("7"), entry("8"), entry("9")]
    assert not gap([], after)
    assert not gap([entry("1")], after[:2])
    assert not gap([entry("1")], after, kind=FeedKind.SITEMAP)


def test_no_gap_if_the_feed_reaches_back_behind_the_last_poll() -> None:
    """All addresses were changed, nothing was missed."""
    after = [entry(f"new/{n}", published=NOW - n * HOUR) for n in range(5)]
    assert not gap([entry("1")], after, last_ok_at=NOW - 2 * HOUR)
    assert gap([entry("1")], after, last_ok_at=NOW - 9 * HOUR)
