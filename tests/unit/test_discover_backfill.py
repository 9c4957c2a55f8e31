"""Which sitemaps and entries belong to a span of time, and whose a URL is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dateline.discover import Child
from dateline.discover.backfill import Span, dated, is_in, well_known, worth_reading
from dateline.discover.owners import Owners, owners, stranger
from dateline.errors import SettingsError
from dateline.model import Candidate, FeedSpec, Source
from dateline.orders import order, read_span

SITE = "https://example.org"


def day(month, number, hour=0):
    return datetime(2026, month, number, hour, tzinfo=UTC)


MAY_13 = Span(day(5, 13), day(5, 14))
MAY = Span(day(5, 1), day(6, 1))


def entry(path="a", published=None, updated=None):
    return Candidate(f"{SITE}/{path}", b"", published=published, updated=updated)


@pytest.mark.parametrize(
    ("path", "span"),
    [
        ("2026/05/13/slug", MAY_13),
        ("news/2026-05-13-slug", MAY_13),
        ("slug_20260513.html", MAY_13),
        ("2026.05.13/x", MAY_13),
        ("sitemap.xml?yyyy=2026&mm=05&dd=13", MAY_13),
        ("sitemap.xml?yyyy=2026&mm=05", MAY),
        ("2026/05/slug", MAY),
        ("slug-2026-05", MAY),
        ("202605", None),
        ("2026/13/45/slug", None),
        ("slug-20260231", None),
        ("id-120260513", None),
        ("2026-05/131", MAY),
        ("slug-1234567", None),
        ("1066/05/13/slug", None),
    ],
)
def test_a_date_in_an_address_is_read_where_it_can_be_nothing_else(path, span):
    assert dated(f"https://2025-01-01.example.org/{path}") == span


class TestEntries:
    """The publication date decides, then the day in the address, then the last change."""

    @pytest.mark.parametrize(
        ("published", "inside"),
        [(day(5, 13), True), (day(5, 13, 23), True), (day(5, 14), False), (day(5, 12, 23), False)],
    )
    def test_the_publication_date_decides(self, published, inside):
        one = entry("2026/05/13/x", published, day(5, 13))
        assert is_in(one, MAY_13) is inside
        assert is_in(entry("2025/01/01/x", published), MAY_13) is inside

    def test_the_day_in_the_address_counts_more_than_a_change(self):
        assert is_in(entry("2026/05/13/x", updated=day(6, 9)), MAY_13) is True
        assert is_in(entry("2026/05/12/x", updated=day(5, 13)), MAY_13) is False

    def test_each_day_of_a_month_takes_its_own(self):
        """Runs for one day after the other take an entry exactly once."""
        spans = [Span(day(5, n), day(5, n + 1)) for n in range(1, 31)]
        for one in (
            entry("2026/05/13/x"),
            entry(published=day(5, 13, 7)),
            entry(updated=day(5, 13)),
        ):
            assert [span for span in spans if is_in(one, span)] == [MAY_13]

    def test_a_month_in_the_address_needs_the_change_to_tell_the_day(self):
        assert is_in(entry("2026/05/x", updated=day(5, 13)), MAY_13) is True
        assert is_in(entry("2026/05/x", updated=day(5, 20)), MAY_13) is False
        assert is_in(entry("2026/05/x"), MAY_13) is True
        assert is_in(entry("2026/04/x", updated=day(5, 13)), MAY_13) is False

    def test_the_last_change_is_the_last_resort(self):
        assert is_in(entry(updated=day(5, 13)), MAY_13) is True
        assert is_in(entry(updated=day(5, 14)), MAY_13) is False
        assert is_in(entry(), MAY_13) is None


class TestChildren:
    """Only what may list the span is read."""

    def read(self, *names, span=MAY_13, modified=None):
        children = [Child(f"{SITE}/{name}", modified) for name in names]
        return [child.url.removeprefix(f"{SITE}/") for child in worth_reading(children, span)]

    def test_what_did_not_change_since_is_left_out(self):
        assert self.read("a.xml", modified=day(5, 11)) == []
        assert self.read("a.xml", modified=day(5, 12, 12)) == ["a.xml"]  # a bare date says no hour
        assert self.read("a.xml", modified=day(9, 1)) == ["a.xml"]
        assert self.read("a.xml") == ["a.xml"]

    def test_days_and_months_by_name(self):
        names = ["2026/04.xml", "m-2026-05.xml", "m-202605.xml", "m-202606.xml", "2026_05.xml.gz"]
        assert self.read(*names) == ["m-2026-05.xml", "m-202605.xml", "2026_05.xml.gz"]
        days = [f"d-2026051{n}.xml" for n in range(9)]
        assert self.read(*days) == [f"d-2026051{n}.xml" for n in (2, 3, 4)]

    def test_a_day_is_one_of_some_time_zone(self):
        """In Auckland the 14th begins while it is the 13th in UTC."""
        assert self.read("2026-05-14.xml", span=Span(day(5, 13, 11), day(5, 13, 12))) == [
            "2026-05-14.xml"
        ]
        assert self.read("2026-05-14.xml", span=Span(day(5, 13, 8), day(5, 13, 9))) == []

    def test_years_by_name_unless_the_numbers_are_pages(self):
        assert self.read("s-2025.xml", "s-2026.xml", "pages.xml") == ["s-2026.xml", "pages.xml"]
        pages = ["s-1.xml", "s-2025.xml", "s-2026.xml"]
        assert self.read(*pages) == pages


def test_the_usual_places_are_those_of_the_host():
    assert well_known("https://example.org/en/")[0] == "https://example.org/sitemap.xml"
    assert well_known("urn:dateline:x") == []


def source(slug, home, *feeds):
    return Source(slug, slug, home, tuple(FeedSpec(url) for url in feeds))


def test_a_url_belongs_to_the_source_of_its_registered_domain():
    known = owners(
        [
            source("post", "https://www.post.example.co.uk/", "https://feeds.svc.example/post"),
            source("echo", "https://echo.example.net/", "https://feeds.svc.example/echo"),
            source("star", "https://star.example/", "https://rss.example.com/all"),
        ]
    )
    assert known.of("https://example.net/x") == "echo"
    assert known.of("http://m.echo.example.net/x") == "echo"
    assert known.of("https://post.example.co.uk/y") == "post"
    assert known.of("https://img.example.com/y") == "star"
    assert known.of("https://feeds.svc.example/z") is None  # a service of several
    assert known.of("https://other.example/z") is None
    assert Owners(only="echo").of("https://other.example/z") == "echo"


def test_of_several_sources_at_a_domain_the_first_has_it():
    several = [source("b", "https://x.example/b"), source("a", "https://x.example/a")]
    assert owners(several).of("https://x.example/b/1") == "a"


def test_a_strangers_source_is_disabled_and_named_after_its_domain():
    made = stranger("https://www.Daily-News.example.org:8080/a", ["example-org"])
    assert (made.slug, made.home_url) == ("example-org-2", "https://example.org/")
    assert (made.enabled, made.tags, made.feeds) == (False, ("warc",), ())
    assert stranger("http://192.0.2.7:80/", []).slug == "192-0-2-7"


class TestOrders:
    """The form's dates, else the interval; nothing to do is an error that says so."""

    INTERVAL = (day(5, 13), day(5, 14))

    def test_the_interval_is_the_span(self):
        assert order({}, self.INTERVAL).span == MAY_13

    def test_the_form_overrides_it(self):
        given = {"since": "2026-05-01", "until": "2026-06-01T00:00:00+00:00", "sources": ["a"]}
        made = order(given, self.INTERVAL)
        assert (made.span, made.sources) == (MAY, ("a",))

    @pytest.mark.parametrize("files", [{"warc": ["x.warc"]}, {"urls": "list.txt"}])
    def test_files_alone_read_no_sitemaps(self, files):
        assert order(files, self.INTERVAL).span is None
        assert order(files | {"since": "2026-05-13", "until": "2026-05-14"}, None).span == MAY_13

    @pytest.mark.parametrize("interval", [None, (day(5, 13), day(5, 13))])
    def test_nothing_to_do_is_an_error(self, interval):
        with pytest.raises(SettingsError, match="nothing to do"):
            order({}, interval)

    @pytest.mark.parametrize(
        ("since", "until", "message"),
        [
            ("2026-05-13", "", "until=''"),
            ("", "2026-05-13", "since=''"),
            ("13.5.2026", "2026-05-14", "write it as 2026-10-01"),
            ("2026-05-14", "2026-05-13", "later than"),
            ("2026-05-14", "2026-05-14", "later than"),
        ],
    )
    def test_dates_that_are_wrong_are_named(self, since, until, message):
        with pytest.raises(SettingsError, match=message):
            read_span(since, until)

    def test_a_zone_is_minded(self):
        span = read_span("2026-05-13T02:00+02:00", "2026-05-14")
        assert span == MAY_13
        assert span.until - span.since == timedelta(days=1)
