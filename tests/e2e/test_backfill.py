"""Backfills from end to end: WARC files of others, sitemaps of a publisher, lists of URLs."""

from __future__ import annotations

import gzip
import itertools
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from dateline import pipeline
from dateline.discover.backfill import Span
from dateline.errors import ArchiveError, SettingsError, StoreError
from dateline.model import Source
from dateline.pipeline import Backfilled, Choice
from dateline.stages import collecting
from dateline.stages import extract as extracting

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SITE = "https://daily.example.org"
CRAWLED = datetime(2026, 3, 4, 12, tzinfo=UTC)
DAY = Span(datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC))
KNOWN = Choice()
_runs = itertools.count()


def daily(slug: str = "daily", home: str = SITE) -> Source:
    return Source(slug, slug.title(), f"{home}/", ())


class Crawl:
    """Writes a WARC file, each record a gzip member of its own."""

    def __init__(self, path: Path, *, packed: bool = True) -> None:
        self.path = path
        self._packed = packed
        self._written = b""
        self._append("warcinfo", path.name, b"software: somebody's\r\n", CRAWLED, {})

    def add(
        self,
        url: str,
        body: str | bytes,
        *headers: tuple[str, str],
        status: str = "200 OK",
        at: datetime = CRAWLED,
        kind: str = "response",
        warc: dict[str, str] | None = None,
    ) -> None:
        given = headers or (("Content-Type", "text/html; charset=utf-8"),)
        lines = "".join(f"{name}: {value}\r\n" for name, value in given)
        block = f"HTTP/1.1 {status}\r\n{lines}\r\n".encode()
        block += body.encode() if isinstance(body, str) else body
        self._append(kind, url, block, at, warc or {})

    def _append(self, kind: str, url: str, block: bytes, at: datetime, more: dict) -> None:
        fields = {
            "WARC-Type": kind,
            "WARC-Record-ID": f"<urn:uuid:{uuid.uuid4()}>",
            "WARC-Target-URI": url,
            "WARC-Date": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            **more,
            "Content-Length": str(len(block)),
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        record = f"WARC/1.0\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"
        self._written += gzip.compress(record) if self._packed else record

    def done(self) -> Path:
        self.path.write_bytes(self._written)
        return self.path


@pytest.fixture
def crawl(tmp_path: Path) -> Callable[..., Crawl]:
    names = itertools.count()
    return lambda **options: Crawl(tmp_path / f"CC-{next(names)}.warc.gz", **options)


def context_of(desk, **settings) -> pipeline.Context:
    return pipeline.Context(
        replace(desk.settings, **settings), desk.database, f"backfill-{next(_runs)}"
    )


def take(desk, *files: Path, choice: Choice = KNOWN) -> tuple[list, Backfilled]:
    """Import WARC files; what each gave, and the whole."""
    *collected, done = pipeline.backfill_warc(context_of(desk), files, choice)
    return collected, done


class TestWarc:
    """Archive, extract and load as ever, without a fetch."""

    def test_pages_are_loaded_from_the_file_of_others(self, desk, crawl, say):
        desk.apply(daily())
        made = crawl()
        made.add(f"{SITE}/a", say.article("Bridge reopens after nine months of work"))
        made.add(f"{SITE}/b", say.article("Harbour gets a second crane this summer"))
        path = made.done()
        (collected,), done = take(desk, path)
        assert (collected.records, collected.taken, collected.known) == (3, 2, 0)
        assert collected.left_out == {"no_page": 1}
        ledger = done.ledger
        assert (ledger.discovered, ledger.new, ledger.requests) == (2, 2, 0)
        assert desk.balanced()
        archived = desk.settings.archive_dir / collected.file
        assert archived.read_bytes() == path.read_bytes()
        assert collected.file.startswith("import/CC-")
        assert desk.query(
            "select distinct archive_file, first_seen_at, extract(hour from last_seen_at)::int from news.article"
        ) == [(collected.file, CRAWLED, 12)]
        assert desk.query("select due_at, priority from ops.frontier limit 1") == [(None, 1)]

    def test_headers_of_what_is_decoded_already_are_forgiven(self, desk, crawl, say):
        desk.apply(daily())
        made, text = (
            crawl(),
            [say.article(f"Report number {n} on the harbour works") for n in range(4)],
        )
        made.add(f"{SITE}/0", text[0], ("Content-Encoding", "gzip"))
        made.add(f"{SITE}/1", text[1], ("X-Crawl-Content-Encoding", "br"))
        made.add(f"{SITE}/2", text[2], ("Transfer-Encoding", "chunked"))
        body = gzip.compress(text[3].encode())
        chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        made.add(
            f"{SITE}/3", chunked, ("Transfer-Encoding", "chunked"), ("Content-Encoding", "gzip")
        )
        _, done = take(desk, made.done())
        assert done.ledger.new == 4

    def test_what_is_no_page_is_left_out_with_its_reason(self, desk, crawl, say):
        desk.apply(daily())
        made, text = crawl(), say.article("A title of an article about the bridge")
        made.add(f"{SITE}/1", text, status="404 Not Found")
        made.add(f"{SITE}/2", text, status="OK")
        made.add(f"{SITE}/3", "{}", ("Content-Type", "application/json"))
        made.add(f"{SITE}/4", "", status="301 Moved")
        made.add(f"{SITE}/5", text, warc={"WARC-Truncated": "length"})
        made.add(f"{SITE}/6", text, at=datetime(2999, 1, 1, tzinfo=UTC))
        made.add(f"{SITE}/7", text, at=datetime(1970, 1, 1, tzinfo=UTC))
        made.add(f"{SITE}/8", gzip.compress(text.encode())[:-40], ("Content-Encoding", "gzip"))
        made.add(f"{SITE}/9", "")
        made.add("dns:daily.example.org", "1.2.3.4")
        made.add(f"{SITE}/10", text, kind="revisit")
        made.add("https://elsewhere.example.net/x", text)
        made.add("https://elsewhere.example.net/y", text)
        (collected,), done = take(desk, made.done())
        assert collected.taken == 0
        assert collected.left_out == {
            "http_404": 1,
            "no_http": 1,
            "http_301": 1,
            "truncated": 2,
            "impossible_date": 2,
            "empty": 1,
            "no_page": 3,
            "unknown_source": 2,
            "not_html": 1,
        }
        assert collected.unknown == {"example.net": 2}
        assert done.ledger.discovered == 0

    def test_the_newest_record_of_a_url_wins_within_a_file_and_across(self, desk, crawl, say):
        desk.apply(daily())
        first, second, old = crawl(), crawl(), crawl()
        for made, hour, title in (
            (first, 9, "First edition of the story about the bridge"),
            (first, 11, "Second edition of the story about the bridge"),
            (first, 10, "An edition in between about the bridge"),
            (second, 12, "Third edition of the story about the bridge"),
            (old, 8, "The very first edition about the bridge"),
        ):
            made.add(f"{SITE}/a", say.article(title), at=CRAWLED.replace(hour=hour))
        take(desk, first.done())
        assert desk.query("select title from news.article") == [
            ("Second edition of the story about the bridge",)
        ]
        _, done = take(desk, second.done())
        assert (done.ledger.revised, desk.held()) == (1, (1, 1))
        (collected,), done = take(desk, old.done())
        assert (collected.known, done.ledger.discovered) == (1, 0)
        assert desk.held() == (1, 1)
        assert desk.balanced()

    def test_an_old_crawl_does_not_touch_what_was_fetched_since(self, desk, crawl, press, say):
        """Neither the article nor its revision, whatever the old page said."""
        desk.apply(press.source())
        press.lists("/a")
        press.answers["/a"] = say.answer(say.article("The title as it is today on the site"))
        desk.ingest()
        made = crawl()
        made.add(f"{press.home}/a", say.article("The title as it was back in spring"))
        take(desk, made.done())
        assert desk.held() == (1, 0)
        assert desk.query("select title from news.article") == [
            ("The title as it is today on the site",)
        ]

    def test_the_same_bytes_are_no_news(self, desk, crawl, say):
        desk.apply(daily())
        for hour in (9, 10):
            made = crawl()
            made.add(
                f"{SITE}/a", say.article("One and the same title"), at=CRAWLED.replace(hour=hour)
            )
            (collected,), _ = take(desk, made.done())
        assert collected.known == 1
        assert desk.held() == (1, 0)

    def test_a_source_may_own_all_and_strangers_may_be_made_sources(self, desk, crawl, say):
        desk.apply(daily())
        made = crawl()
        made.add("https://one.example.net/a", say.article("A title of one about the bridge"))
        made.add("https://two.example.com/a", say.article("A title of two about the harbour"))
        path = made.done()
        take(desk, path, choice=Choice(create=True))
        assert desk.query(
            "select s.slug, o.enabled, s.tags from news.source s join ops.source o on o.source_id = s.id order by 1"
        ) == [
            ("daily", True, []),
            ("example-com", False, ["warc"]),
            ("example-net", False, ["warc"]),
        ]
        made = crawl()
        made.add("https://three.example.edu/a", say.article("A title of three about the road"))
        _, done = take(desk, made.done(), choice=Choice("daily"))
        assert done.ledger.new == 1
        with pytest.raises(SettingsError, match="no source 'nobody'"):
            take(desk, path, choice=Choice("nobody"))

    def test_a_file_is_read_once_until_a_source_comes(self, desk, crawl, say):
        desk.apply(daily())
        made = crawl()
        made.add(f"{SITE}/a", say.article("A title of the daily about the bridge"))
        made.add("https://one.example.net/a", say.article("A title of one about the harbour"))
        path = made.done()
        assert [take(desk, path)[0][0].read_before for _ in range(2)] == [False, True]
        desk.apply(daily("one", "https://one.example.net"))
        (collected,), _ = take(desk, path)
        assert (collected.read_before, collected.taken, collected.known) == (False, 1, 1)
        assert take(desk, path)[0][0].read_before

    def test_a_file_that_was_read_is_read_again_for_another_choice(self, desk, crawl, say):
        desk.apply(daily())
        made = crawl()
        made.add(f"{SITE}/a", say.article("A title of the daily about the bridge"))
        made.add("https://one.example.net/a", say.article("A title of one about the harbour"))
        path = made.done()
        for choice in (KNOWN, Choice("daily"), Choice(create=True)):
            assert not take(desk, path, choice=choice)[0][0].read_before
            assert take(desk, path, choice=choice)[0][0].read_before
        assert desk.counts() == {"loaded": 2}

    @pytest.mark.parametrize("form", ["plain", "whole", "damaged"])
    def test_other_forms_of_file(self, desk, crawl, say, form, tmp_path):
        """Not compressed; gzipped as a whole, which is written anew; damaged in the middle."""
        desk.apply(daily())
        made = crawl(packed=form == "damaged")
        for n in range(3):
            made.add(f"{SITE}/{n}", say.article(f"Report number {n} on the harbour works"))
        path = made.done()
        data = path.read_bytes()
        if form == "plain":
            path = tmp_path / "some file.warc"
            path.write_bytes(data)
        elif form == "whole":
            path.write_bytes(gzip.compress(data))
        else:
            places = [i for i in range(len(data)) if data.startswith(b"\x1f\x8b\x08", i)]
            path.write_bytes(data[: places[2] + 30] + b"0000" + data[places[2] + 34 :])
        (collected,), done = take(desk, path)
        assert done.ledger.new == (2 if form == "damaged" else 3)
        assert collected.left_out.get("damaged", 0) == (form == "damaged")
        assert collected.file.endswith(".warc" if form == "plain" else ".warc.gz")
        assert desk.balanced()

    def test_what_is_no_warc_file_is_refused_by_name(self, desk, tmp_path):
        path = tmp_path / "page.html"
        path.write_text("<html>")
        with pytest.raises(ArchiveError, match=r"page\.html: it is no WARC file"):
            take(desk, path)
        assert not list(desk.settings.archive_dir.rglob("*page*"))

    def test_a_killed_import_goes_on(self, desk, crawl, say, monkeypatch):
        """What it had taken is loaded by the next, and nothing twice."""
        desk.apply(daily())
        made = crawl()
        for n in range(7):
            made.add(f"{SITE}/{n}", say.article(f"Report number {n} on the harbour works"))
        path = made.done()
        monkeypatch.setattr(collecting, "BATCH", 2)
        calls = itertools.count()
        put = collecting.put_pages

        def dies(*args):
            if next(calls) == 2:
                raise StoreError("killed")
            return put(*args)

        monkeypatch.setattr(collecting, "put_pages", dies)
        with pytest.raises(StoreError):
            take(desk, path)
        assert desk.counts() == {"fetched": 4}
        _, done = take(desk, path)
        assert desk.counts() == {"loaded": 7}
        assert done.ledger.discovered == 7
        assert desk.balanced()


class TestPortions:
    """A large file is extracted batch by batch, and by several tasks."""

    @pytest.fixture
    def run(self, desk, crawl, say):
        """A run that has imported a file of seven pages."""
        desk.apply(daily())
        made = crawl()
        for n in range(7):
            made.add(f"{SITE}/{n}", say.article(f"Report number {n} on the harbour works"))
        context = context_of(desk)
        pipeline.start_backfill(context)
        pipeline.import_warc(context, made.done(), KNOWN)
        return context

    def test_a_killed_extraction_goes_on_behind_what_is_staged(self, run, desk, monkeypatch):
        (file,) = pipeline.pending(run, "backfill")
        monkeypatch.setattr(extracting, "BATCH", 2)
        calls, stage = itertools.count(), extracting.stage

        def dies(*args):
            if next(calls) == 2:
                raise StoreError("killed")
            stage(*args)

        monkeypatch.setattr(extracting, "stage", dies)
        with pytest.raises(StoreError):
            pipeline.extract(run, file)
        assert desk.query("select count(*) from ops.staging") == [(4,)]
        assert pipeline.extract(run, file).staged == 3
        assert pipeline.load(run).new == 7
        assert pipeline.account(run).loaded == 7

    def test_a_file_is_split_over_tasks_that_together_do_it_all(self, run, monkeypatch):
        monkeypatch.setattr(pipeline, "PORTION", 3)
        portions = pipeline.pending(run, "backfill")
        assert len(portions) == 3
        assert len({portion.partition("#")[0] for portion in portions}) == 1
        assert [pipeline.extract(run, portion).staged for portion in portions] == [3, 3, 1]
        assert pipeline.load(run).new == 7

    def test_portions_grow_before_they_get_too_many(self, run, monkeypatch):
        monkeypatch.setattr(pipeline, "PORTION", 1)
        monkeypatch.setattr(pipeline, "MAX_PORTIONS", 3)
        assert 1 < len(pipeline.pending(run, "backfill")) <= 3

    def test_the_pages_of_a_backfill_under_way_are_its_own(self, run, desk):
        """Neither the ingest run nor another backfill takes them, unless it ended or is dead."""
        other = context_of(desk)
        assert pipeline.pending(run, "ingest")
        assert pipeline.pending(other, "ingest") == pipeline.pending(other, "backfill") == []
        assert pipeline.pending(other, "all")
        desk.query("update ops.run set started_at = now() - interval '2 days'")
        assert pipeline.pending(other, "ingest")
        assert pipeline.pending(other, "backfill")


def urlset(*rows: tuple[str, str, str]) -> str:
    """(path, lastmod, news date) → a sitemap; empty values are left out."""
    items = "".join(
        f"<url><loc>{loc}</loc>"
        + (f"<lastmod>{modified}</lastmod>" if modified else "")
        + (
            "<news:news><news:publication_date>"
            f"{published}</news:publication_date><news:title>T</news:title></news:news>"
            if published
            else ""
        )
        + "</url>"
        for loc, modified, published in rows
    )
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{items}</urlset>'
    )


def index(*rows: tuple[str, str]) -> str:
    items = "".join(
        f"<sitemap><loc>{loc}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</sitemap>"
        for loc, at in rows
    )
    return (
        '<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"{items}</sitemapindex>"
    )


class TestSitemaps:
    """What a publisher's sitemaps list for a day is fetched and loaded, once."""

    @pytest.fixture
    def site(self, desk, press, say):
        """A publisher with an index of monthly sitemaps, named in robots.txt."""
        home = press.home
        desk.apply(press.source())
        press.lists()
        xml = lambda text: say.answer(text, "application/xml")  # noqa: E731
        press.answers |= {
            "/robots.txt": say.answer(f"Sitemap: {home}/index.xml\n", "text/plain"),
            "/index.xml": xml(
                index(
                    (f"{home}/2026-02.xml", ""),
                    (f"{home}/2026-03.xml", ""),
                    (f"{home}/old.xml", "2026-01-01"),
                    (f"{home}/more.xml", ""),
                )
            ),
            "/2026-03.xml": xml(
                urlset(
                    (f"{home}/a", "", "2026-03-04T10:00:00Z"),
                    (f"{home}/2026/03/04/b", "2026-06-01", ""),
                    (f"{home}/c", "2026-03-04T23:00:00Z", ""),
                    (f"{home}/early", "2026-03-04", "2026-03-03T23:59:00Z"),
                    (f"{home}/late", "2026-03-05", ""),
                    (f"{home}/undated", "", ""),
                    ("https://elsewhere.example.net/x", "", "2026-03-04T10:00:00Z"),
                )
            ),
            "/more.xml": xml(index((f"{home}/2026-03.xml", ""), (f"{home}/index.xml", ""))),
        }
        for path in ("/a", "/2026/03/04/b", "/c"):
            press.answers[path] = say.answer(say.article(f"The report about {path} and the bridge"))
        return press

    def walk(self, desk, span=DAY, *slugs, **settings):
        return list(pipeline.backfill_sitemaps(context_of(desk, **settings), span, slugs))

    def test_a_days_articles_are_found_fetched_and_loaded(self, desk, site):
        walked, done = self.walk(desk)
        assert (walked.sources, walked.files, walked.failed, walked.left) == (1, 3, 0, 0)
        assert (walked.listed, walked.new, walked.undated, walked.foreign) == (3, 3, 1, 1)
        assert sorted(desk.states()) == sorted(
            f"{site.home}{p}" for p in ("/a", "/2026/03/04/b", "/c")
        )
        assert (done.ledger.new, done.ledger.waiting) == (3, 0)
        assert desk.query("select distinct priority from ops.frontier") == [(1,)]
        assert site.hits["/2026-02.xml"] == site.hits["/old.xml"] == 0
        assert site.hits["/2026-03.xml"] == 1
        assert desk.balanced()

    def test_again_it_reads_only_the_indexes_and_changes_nothing(self, desk, site):
        self.walk(desk)
        before = dict(site.hits)
        walked, done = self.walk(desk)
        assert (walked.finished, walked.new, done.ledger.discovered) == (1, 0, 0)
        assert site.hits["/2026-03.xml"] == before["/2026-03.xml"]
        assert site.hits["/a"] == before["/a"]

    def test_a_span_that_is_not_over_is_read_again(self, desk, site):
        open_span = Span(DAY.since, datetime.now(UTC) + timedelta(days=1))
        self.walk(desk, open_span)
        self.walk(desk, open_span)
        assert site.hits["/2026-03.xml"] == 2

    def test_a_sitemap_that_fails_is_noted_and_tried_again(self, desk, site, say):
        good = site.answers["/2026-03.xml"]
        site.answers["/2026-03.xml"] = say.answer("", status="500 Oops")
        walked, _ = self.walk(desk)
        assert (walked.failed, walked.new) == (1, 0)
        assert desk.query("select state, problem from ops.backfill") == [("failed", "http_500")]
        site.answers["/2026-03.xml"] = good
        desk.wait()
        assert self.walk(desk)[0].new == 3
        assert desk.query("select state, listed, new from ops.backfill") == [("done", 3, 3)]

    def test_robots_are_obeyed(self, desk, site, say):
        site.answers["/robots.txt"] = say.answer(
            f"User-agent: *\nDisallow: /2026-03.xml\nSitemap: {site.home}/index.xml\n", "text/plain"
        )
        walked, _ = self.walk(desk)
        assert walked.failed == 1
        assert site.hits["/2026-03.xml"] == 0

    def test_without_a_hint_the_usual_places_are_tried_in_order(self, desk, site, say):
        site.answers["/robots.txt"] = say.answer("", "text/plain")
        site.answers["/news-sitemap.xml"] = site.answers["/2026-03.xml"]
        walked, _ = self.walk(desk)
        assert (walked.new, walked.failed) == (3, 0)
        assert [
            site.hits[p] for p in ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml")
        ] == [
            1,
            1,
            1,
        ]

    def test_a_source_without_sitemaps_is_no_failure(self, desk, press):
        desk.apply(press.source())
        walked, done = self.walk(desk)
        assert (walked.sources, walked.files, walked.failed) == (1, 0, 0)
        assert done.ledger.discovered == 0

    def test_an_unknown_source_is_an_error(self, desk):
        with pytest.raises(SettingsError, match="nobody"):
            self.walk(desk, DAY, "nobody")


class TestUrls:
    def test_a_list_is_fetched_and_bad_lines_are_named(self, desk, press, say, tmp_path):
        desk.apply(press.source())
        press.answers["/a"] = say.answer(say.article("The report about a and the bridge"))
        path = tmp_path / "list.txt"
        path.write_text(
            f"\ufeff# a list\n{press.home}/a\n\nnot a url\n{press.home}/a?utm_source=x\nhttps://x.example/\n"
        )
        collected, done = pipeline.backfill_urls(context_of(desk), path, Choice())
        assert (collected.records, collected.taken) == (4, 1)
        assert collected.bad == ("line 4: not a url",)
        assert collected.left_out == {"no_url": 1, "unknown_source": 1}
        assert done.ledger.new == 1
        assert desk.balanced()

    def test_a_file_that_is_not_there_is_named(self, desk, tmp_path):
        with pytest.raises(SettingsError, match="nowhere"):
            list(pipeline.backfill_urls(context_of(desk), tmp_path / "nowhere", Choice()))
