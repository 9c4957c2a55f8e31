"""Articles on several pages, from the feed to Postgres: one record each, fetched politely."""

from __future__ import annotations

from hashlib import sha256

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


def failing(status):
    return f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode()


FAILURES = [
    (failing("500 Oops"), "http_500"),
    (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<html>", "truncated"),
    (b"HTTP/1.1 429 Busy\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n", "http_429"),
]


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (failing("404 Not Found"), "http_404"),
        (f"HTTP/1.1 302 Found\r\nLocation: {BRIDGE}\r\n\r\n".encode(), "seen_before"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 2\r\n\r\nxx", "not_html"),
    ],
)
def test_a_part_that_will_never_come_costs_only_itself(desk, publish, second, reason):
    done = publish({1: paged(1, *pager(3)), 2: second, 3: paged(3, *pager(3))})
    assert (done.ledger.new, done.ledger.quarantined) == (1, 0)
    found, note = body(desk)
    assert found == [*texts(1), BOX]
    assert "parts" not in note
    assert missing(desk) == f"from page 2, {reason}"


@pytest.mark.parametrize(("second", "reason"), FAILURES)
def test_a_new_article_waits_for_a_part_that_failed(desk, press, publish, say, second, reason):
    """Nothing short is loaded; the next try takes all of it."""
    done = publish({1: paged(1, *pager(2)), 2: second})
    assert (done.ledger.discovered, done.ledger.new) == (1, 0)
    missed = f"parts_missing: from page 2, {reason}"
    assert desk.states() == {f"{press.home}{BRIDGE}": ("waiting", missed)}
    press.answers[f"{BRIDGE}?page=2"] = say.answer(paged(2, *pager(2)))
    desk.wait()
    desk.ingest()
    assert body(desk)[0] == [*texts(1), *texts(2), BOX]


def test_in_the_end_a_new_article_is_taken_as_far_as_it_came_and_completed_later(
    desk, press, publish, say
):
    """Page 1 does not change: the recheck asks for the missing part nevertheless."""
    publish({1: paged(1, *pager(2)), 2: failing("500 Oops")})
    for _ in range(4):
        desk.wait()
        desk.ingest()
    assert body(desk)[0] == [*texts(1), BOX]
    desk.wait()
    desk.ingest()
    assert [state for state, _ in desk.states().values()] == ["unchanged"]
    press.answers[f"{BRIDGE}?page=2"] = say.answer(paged(2, *pager(2)))
    desk.wait()
    desk.ingest()
    assert body(desk)[0] == [*texts(1), *texts(2), BOX]
    assert desk.query("select revision from news.article") == [(2,)]


def test_a_recheck_that_loses_a_part_leaves_the_article_alone(desk, press, publish, say):
    """Page 1 was edited, page 2 fails: it is no revision, and the edit is not lost either."""
    publish({n: paged(n, *pager(2)) for n in (1, 2)})
    whole = desk.query("select body, revision from news.article")
    edited = paged(1, *pager(2)).replace("town hall", "city hall")
    press.answers[BRIDGE] = say.answer(edited)
    press.answers[f"{BRIDGE}?page=2"] = failing("503 Busy")
    desk.wait()
    desk.ingest()
    assert desk.query("select body, revision from news.article") == whole
    ((state, reason),) = desk.states().values()
    assert (state, reason) == ("loaded", "recheck: parts_missing: from page 2, http_503")
    press.answers[f"{BRIDGE}?page=2"] = say.answer(paged(2, *pager(2)))
    desk.wait()
    desk.ingest()
    ((text, revision),) = desk.query("select body, revision from news.article")
    assert "city hall" in text
    assert texts(2)[0] in text
    assert revision == 2


def test_robots_txt_is_asked_for_the_parts_too(desk, press, say, publish):
    press.answers["/robots.txt"] = say.answer("User-agent: *\nDisallow: /*?page=", "text/plain")
    publish({n: paged(n, *pager(2)) for n in (1, 2)})
    assert body(desk)[0] == [*texts(1), BOX]
    assert press.hits[f"{BRIDGE}?page=2"] == 0
    assert missing(desk).startswith("from page 2, robots")
    ((digest,),) = desk.query("select robots_hash from ops.fetch where frontier_id is not null")
    assert bytes(digest) == sha256(b"User-agent: *\nDisallow: /*?page=").digest()[:16]


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


def test_an_article_that_time_ran_out_for_waits(desk, press, say):
    press.answers["/robots.txt"] = say.answer("User-agent: *\nCrawl-delay: 2", "text/plain")
    press.answers[BRIDGE] = say.answer(paged(1, *pager(2)))
    press.lists(BRIDGE)
    desk.apply(press.source())
    desk.ingest(fetch_budget=3.0)
    assert desk.query("select from news.article") == []
    assert missing(desk) == "from page 2, out_of_time"
