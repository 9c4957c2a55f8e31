"""Articles on several pages, from the feed to Postgres: one record each, fetched politely."""

from __future__ import annotations

import pytest

from dateline.archive import read_page
from dateline.model import ArchiveRef
from dateline.store.frontier import make_due

BRIDGE = "/2026/03/04/the-council-votes-on-the-old-bridge"
TITLE = "The council votes on the old bridge"
BOX = (
    "Jane Doe has reported from the town hall for this paper since 2011 and lives by the river in "
    "the old quarter with her family."
)
PLACES = {1: "the town hall", 2: "the river bank", 3: "the market square", 4: "the old mill"}


def texts(number):
    place = PLACES.get(number, f"street number {number}")
    return [
        f"Paragraph {n} of page {number} tells what was said on {day} at {place}, who was against "
        "the plan for the crossing, and what the engineers make of it."
        for n, day in enumerate(("Monday", "Tuesday", "Wednesday", "Thursday"), 1)
    ]


def paged(number, *listed, box=BOX):
    """A page of the article with a pager that lists addresses (number → href)."""
    pager = "".join(f'<li><a href="{href}">{n}</a></li>' for n, href in listed)
    text = "".join(f"<p>{text}</p>" for text in (*texts(number), box))
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{TITLE}</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{TITLE}">'
        '<meta property="article:published_time" content="2026-03-04T10:00:00Z"></head>'
        f"<body><article><h1>{TITLE}</h1>{text}</article>"
        f'<ul class="pagination">{pager}</ul></body></html>'
    )


def pager(count):
    return [(n, BRIDGE if n == 1 else f"{BRIDGE}?page={n}") for n in range(1, count + 1)]


@pytest.fixture
def publish(desk, press, say):
    """Publishes pages of the article (number → HTML or a whole answer) and ingests them."""

    def run(pages):
        for number, html in pages.items():
            path = BRIDGE if number == 1 else f"{BRIDGE}?page={number}"
            press.answers[path] = html if isinstance(html, bytes) else say.answer(html)
        press.lists(BRIDGE)
        desk.apply(press.source())
        return desk.ingest()

    return run


def body(desk):
    ((text, provenance),) = desk.query("select body, provenance from news.article")
    return text.split("\n\n"), provenance["body"]


def missing(desk):
    """What the fetch log says of parts that are missing."""
    ((outcome,),) = desk.query("select outcome from ops.fetch where frontier_id is not null")
    return outcome.partition("parts_missing: ")[2]


def test_an_article_on_three_pages_is_one_record(desk, press, publish):
    done = publish({n: paged(n, *pager(3)) for n in (1, 2, 3)})

    assert (done.ledger.discovered, done.ledger.new, done.ledger.loaded) == (1, 1, 1)
    assert desk.balanced()
    found, note = body(desk)
    assert found == [*texts(1), *texts(2), *texts(3), BOX]
    assert note["parts"] == 3
    assert [n for path, n in press.hits.items() if path.startswith(BRIDGE)] == [1, 1, 1]
    ((file, offset),) = desk.query("select archive_file, archive_offset from news.article")
    page = read_page(desk.settings.archive_dir, ArchiveRef(file, offset))
    assert [part.final_url for part in page.parts] == [
        f"{press.home}{BRIDGE}?page=2",
        f"{press.home}{BRIDGE}?page=3",
    ]


def test_a_recheck_of_an_unchanged_first_page_asks_for_no_parts(desk, press, publish):
    publish({n: paged(n, *pager(2)) for n in (1, 2)})
    before = desk.query("select id, body, revision from news.article")
    desk.wait()
    assert make_due(desk.database, "recheck", None) == 1
    desk.ingest()
    assert press.hits[BRIDGE] == 2
    assert press.hits[f"{BRIDGE}?page=2"] == 1
    assert desk.query("select id, body, revision from news.article") == before


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "http_500"),
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "http_404"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<html>", "truncated"),
        (f"HTTP/1.1 302 Found\r\nLocation: {BRIDGE}\r\n\r\n".encode(), "seen_before"),
    ],
)
def test_a_part_that_does_not_come_costs_only_itself(desk, publish, second, reason):
    done = publish({1: paged(1, *pager(3)), 2: second, 3: paged(3, *pager(3))})
    assert (done.ledger.new, done.ledger.quarantined) == (1, 0)
    found, note = body(desk)
    assert found == [*texts(1), BOX]
    assert "parts" not in note
    assert missing(desk) == f"from page 2, {reason}"


def test_a_host_that_asks_to_wait_is_not_asked_for_more(desk, press, publish):
    busy = b"HTTP/1.1 429 Busy\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n"
    publish({1: paged(1, *pager(2)), 2: busy})
    assert body(desk)[0] == [*texts(1), BOX]
    assert press.hits[f"{BRIDGE}?page=2"] == 1


def test_robots_txt_is_asked_for_the_parts_too(desk, press, say, publish):
    press.answers["/robots.txt"] = say.answer("User-agent: *\nDisallow: /*?page=", "text/plain")
    publish({n: paged(n, *pager(2)) for n in (1, 2)})
    assert body(desk)[0] == [*texts(1), BOX]
    assert press.hits[f"{BRIDGE}?page=2"] == 0
    assert missing(desk).startswith("from page 2, robots")


def test_a_server_that_ignores_the_number_and_a_loop_end(desk, press, publish):
    publish({1: paged(1, *pager(2)), 2: paged(1, *pager(2))})
    assert body(desk)[0] == [*texts(1), BOX]
    assert press.hits[BRIDGE] == press.hits[f"{BRIDGE}?page=2"] == 1


def test_pages_that_lead_in_a_circle(desk, press, publish):
    publish({1: paged(1, (2, f"{BRIDGE}?page=2")), 2: paged(2, (3, BRIDGE), (3, "?page=2"))})
    assert body(desk)[0] == [*texts(1), *texts(2), BOX]
    assert press.hits[BRIDGE] == press.hits[f"{BRIDGE}?page=2"] == 1


def test_an_endless_pager_ends_after_ten_pages(desk, press, publish):
    publish({n: paged(n, *pager(n + 1)) for n in range(1, 15)})
    found, note = body(desk)
    assert note["parts"] == 10
    assert found[-2] == texts(10)[-1]
    assert sum(n for path, n in press.hits.items() if path.startswith(BRIDGE)) == 10


def test_time_that_runs_out_leaves_the_first_page(desk, press, say):
    press.answers["/robots.txt"] = say.answer("User-agent: *\nCrawl-delay: 2", "text/plain")
    press.answers[BRIDGE] = say.answer(paged(1, *pager(2)))
    press.lists(BRIDGE)
    desk.apply(press.source())
    desk.ingest(fetch_budget=3.0)
    assert body(desk)[0] == [*texts(1), BOX]
    assert missing(desk) == "from page 2, out_of_time"
