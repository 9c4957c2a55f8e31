"""What publishers really send: each mishap ends in a state with its reason and costs nothing else."""

from __future__ import annotations

import gzip
import socket
import tracemalloc
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dateline.newsroom import misbehave
from dateline.store.frontier import make_due

if TYPE_CHECKING:
    from collections.abc import Callable

    from dateline.newsroom import Newsroom

FAST = {"read_timeout": 2.0, "total_timeout": 20.0}
MIB = 1024 * 1024


def half(answer: bytes) -> bytes:
    return answer[: len(answer) * 2 // 3]


def streamed(answer_head: bytes, piece: bytes, times: int) -> Callable[[socket.socket], None]:
    """An answer that is made while it is sent."""

    def send(connection: socket.socket) -> None:
        connection.sendall(answer_head)
        for _ in range(times):
            connection.sendall(piece)

    return send


def half_closed(connection: socket.socket) -> None:
    """Says that nothing more comes, before anything came, and keeps the connection."""
    connection.shutdown(socket.SHUT_WR)
    connection.recv(1)


# Feeds ------------------------------------------------------------------------------------------


def test_bad_feeds_name_their_problem_and_the_others_are_read(desk, press, say):
    """HTML, nothing, a cut feed, a wrong encoding: a problem at the feed, its usable entries kept."""
    press.lists("/good")
    whole = press.answers["/feed"].partition(b"\r\n\r\n")[2]
    latin = '<?xml version="1.0" encoding="utf-8"?>' + whole.decode().replace("/good", "/latin-1")
    press.answers |= {
        "/good": say.answer(say.article("Good")),
        "/cut-1": say.answer(say.article("Cut")),
        "/latin-1": say.answer(say.article("Latin")),
        "/html": say.answer("<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>"),
        "/empty": say.answer(b"", "application/rss+xml"),
        "/truncated": say.answer(
            whole.replace(b"/good", b"/cut-1").replace(b"</channel></rss>", b"<item><title>Ha"),
            "application/rss+xml",
        ),
        "/encoding": say.answer(
            latin.replace("About", "Über").encode("latin-1"), "application/rss+xml"
        ),
        "/error": say.answer(b"", status="500 Oops"),
    }
    desk.apply(
        press.source(
            "press", "/feed", "/html", "/empty", "/truncated", "/encoding", "/error", "/missing"
        )
    )

    done = desk.ingest(**FAST)

    problems = {
        url.removeprefix(press.home): problem
        for url, problem in desk.query("select url, last_problem from ops.feed")
    }
    assert problems.pop("/feed") is None
    assert problems.pop("/html").startswith("not_a_feed: html")
    assert problems == {
        "/empty": "empty",
        "/truncated": "truncated",
        "/encoding": problems["/encoding"],
        "/error": "http_500",
        "/missing": "http_404",
    }
    states = {url.removeprefix(press.home): s for url, (s, _) in desk.states().items()}
    assert states == {"/good": "loaded", "/cut-1": "loaded", "/latin-1": "loaded"}
    assert (done.discovered.polled, done.discovered.failed) == (7, 4)
    assert desk.query("select hint->>'title' from ops.frontier where url like '%latin-1'") == [
        ("Über /latin-1",)
    ]


@pytest.mark.parametrize("announced", [True, False], ids=["content-length", "endless"])
def test_a_feed_of_50_megabytes_is_refused_in_little_memory(desk, new_press, say, announced):
    """Its size stops it, announced or not; the feed beside it is read."""
    big, good = new_press(), new_press()
    length = f"Content-Length: {50 * MIB}\r\n" if announced else ""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n{length}\r\n<rss><channel>"
    big.answers["/feed"] = streamed(head.encode(), b"<item></item>   " * 4096, 50 * 16)
    good.lists("/one")
    good.answers["/one"] = say.answer(say.article("One"))
    desk.apply(big.source("big"), good.source("good"))

    tracemalloc.start()
    done = desk.ingest(max_feed_size=4 * MIB)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 25 * MIB
    assert (done.discovered.failed, done.ledger.loaded) == (1, 1)
    ((problem,),) = desk.query(
        "select last_problem from ops.feed where url like %s", f"{big.home}%"
    )
    assert problem.startswith("too_large")


# Pages ------------------------------------------------------------------------------------------


def test_bad_pages_end_with_their_reason_and_the_good_ones_are_loaded(desk, press, say):
    """No article, refused for good, or tried again: each by its own reason, in one run."""
    page = say.answer(say.article("Cut off in the middle"))
    zipped = gzip.compress(say.article("Zipped").encode())
    body = say.article("Chunked").encode()
    cell = "<tr><td>1</td><td>2</td></tr>"
    table = "<html><body><table>" + cell * (9 * MIB // len(cell)) + "</table></body></html>"
    press.answers |= {
        "/good": say.answer(say.article("A good page")),
        "/pdf": say.answer(b"%PDF-1.7\n" + bytes(range(256)) * 40, "application/pdf"),
        "/pdf-as-html": say.answer(b"%PDF-1.7\n" + bytes(range(256)) * 40),
        "/image": say.answer(b"\x89PNG\r\n\x1a\n" + bytes(2000), "image/png"),
        "/empty": say.answer(b""),
        "/table": say.answer(table),
        "/too-large": streamed(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<table>",
            cell.encode() * 4096,
            11 * MIB // (len(cell) * 4096) + 1,
        ),
        "/loop": say.answer(b"", status="302 Found", more="Location: /loop-2\r\n"),
        "/loop-2": say.answer(b"", status="302 Found", more="Location: /loop\r\n"),
        "/half-closed": half_closed,
        "/short": half(page),
        "/gzip": half(zipped).join(
            [
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n",
                b"",
            ]
        ),
        "/chunked": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n"
        b"\r\n%x\r\n%b\r\n" % (len(body), body),
    }
    paths = [path for path in press.answers if path != "/loop-2"]
    press.lists(*paths)
    desk.apply(press.source())

    desk.ingest(**FAST)

    assert named(desk, press.home) == {
        "/good": "loaded: new",
        "/pdf": "skipped: not_html: application/pdf",
        "/pdf-as-html": "skipped: not_html: application/pdf",
        "/image": "skipped: not_html: image/png",
        "/empty": "quarantined: empty_page",
        "/table": f"quarantined: too_many_tags: {table.count('<')}",
        "/too-large": "quarantined: too_large",
        "/loop": "quarantined: redirect_loop",
        "/half-closed": "waiting: reset",
        "/short": "waiting: truncated",
        "/gzip": "waiting: truncated",
        "/chunked": "waiting: truncated",
    }
    kept = dict(
        desk.query(
            "select f.url, q.reason from ops.quarantine q join ops.frontier f on f.id = q.frontier_id"
        )
    )
    assert len(kept) == 4
    assert desk.balanced()

    press.answers |= {path: say.answer(say.article(f"Mended {path}")) for path in paths[1:]}
    desk.wait()
    assert desk.ingest(**FAST).ledger.new == 4
    assert make_due(desk.database, "retry", None) == 4
    assert desk.ingest(**FAST).ledger.new == 4
    assert set(desk.counts()) == {"loaded", "skipped", "unchanged"}
    assert desk.query("select count(*) from ops.quarantine") == [(0,)]
    desk.wait()
    assert desk.ingest(**FAST).ledger.new == 0
    assert desk.held() == (9, 0)
    assert desk.balanced()


def test_odd_contents_are_stored_as_far_as_they_can_be_believed(desk, press, say):
    """Impossible dates are left out, NULs removed, a title of 100,000 characters is cut."""
    press.answers |= {
        "/1970": say.answer(say.article("Epoch", "1970-01-01T00:00:00Z")),
        "/2090": say.answer(say.article("Far ahead", "2090-05-05T05:00:00Z")),
        "/nul": say.answer(
            say.article("Nul\0 in the title", extra="<p>A\0B says it all, again.</p>")
        ),
        "/title": say.answer(say.article("Long " * 20_000)),
    }
    entries = "".join(
        f"<item><title>{title}</title><link>{press.home}{path}</link><pubDate>{date}</pubDate></item>"
        for path, title, date in (
            ("/1970", "Epoch", "Thu, 01 Jan 1970 00:00:00 GMT"),
            ("/2090", "Far ahead", "Fri, 05 May 2090 05:00:00 GMT"),
            ("/nul", "Nul\0 in the title", "Wed, 04 Mar 2026 10:00:00 GMT"),
            ("/title", "Long " * 20_000, "Wed, 04 Mar 2026 10:00:00 GMT"),
        )
    )
    press.answers["/feed"] = say.answer(
        f'<rss version="2.0"><channel><title>Odd</title>{entries}</channel></rss>',
        "application/rss+xml",
    )
    desk.apply(press.source())

    assert desk.ingest().ledger.loaded == 4

    rows = {
        url.removeprefix(press.home): row
        for url, *row in desk.query(
            "select url, title, published_at, published_precision, body from news.article"
        )
    }
    assert rows["/1970"][1:3] == rows["/2090"][1:3] == [None, "none"]
    assert rows["/nul"][0] == "Nul in the title"
    assert "AB says it all" in rows["/nul"][3]
    assert 100 < len(rows["/title"][0]) < 5_000
    assert "Paragraph three" in rows["/title"][3]
    assert desk.query("select count(*) from ops.frontier where published_hint > now()") == [(0,)]
    desk.wait()
    assert desk.ingest().ledger.revised == 0


# Hosts ------------------------------------------------------------------------------------------


def test_an_error_is_tried_again_later_and_then_loaded(desk, press, say):
    """500 waits with a growing pause, and counts; the same URL is loaded once the error ends."""
    press.lists("/flaky", "/fine")
    press.answers |= {
        "/flaky": say.answer("", status="500 Oops"),
        "/fine": say.answer(say.article("Fine")),
    }
    desk.apply(press.source())

    assert desk.ingest().ledger.waiting == 1
    desk.ingest()
    assert press.hits["/flaky"] == 1, "it is not asked again before it is due"
    desk.wait()
    desk.ingest()
    assert named(desk, press.home)["/flaky"] == "waiting: http_500"
    assert desk.query("select attempts from ops.frontier where url like '%flaky'") == [(2,)]

    press.answers["/flaky"] = say.answer(say.article("Mended"))
    desk.wait()
    assert desk.ingest().ledger.new == 1
    assert desk.held() == (2, 0)
    assert desk.query("select attempts from ops.frontier where url like '%flaky'") == [(0,)]
    assert desk.balanced()


def test_an_error_that_lasts_ends_in_quarantine(desk, press, say):
    press.lists("/broken")
    press.answers["/broken"] = say.answer("", status="500 Oops")
    desk.apply(press.source())

    for _ in range(3):
        desk.ingest(max_attempts=3)
        desk.wait()

    assert named(desk, press.home) == {"/broken": "quarantined: gave_up: http_500"}
    assert desk.query("select stage, reason from ops.quarantine") == [
        ("fetch", "gave_up: http_500")
    ]
    assert desk.balanced()


def test_a_host_that_asks_to_wait_is_left_alone_for_as_long_as_it_says(desk, new_press, say):
    """429 with Retry-After: one request, the rest of that host waits, other hosts do not."""
    busy, other = new_press(), new_press()
    paths = [f"/page-{n}" for n in range(5)]
    busy.lists(*paths)
    other.lists("/one")
    other.answers["/one"] = say.answer(say.article("One"))
    refusal = say.answer("", status="429 Too Many Requests", more="Retry-After: 1800\r\n")
    busy.answers |= dict.fromkeys(paths, refusal)
    desk.apply(replace(busy.source("busy"), connections=1), other.source("other"))

    done = desk.ingest()

    assert (done.ledger.loaded, done.ledger.waiting) == (1, 5)
    assert sum(busy.hits[path] for path in paths) == 1
    reasons = sorted(named(desk, busy.home).values())
    assert reasons == ["waiting: host_http_429"] * 4 + ["waiting: http_429"]
    assert desk.query(
        "select count(*) from ops.frontier where due_at > now() + interval '29 minutes'"
        " and url like %s",
        f"{busy.home}%",
    ) == [(5,)]
    attempts = desk.query("select sum(attempts) from ops.frontier where host <> ''")
    assert attempts == [(1,)], "who only waited for the host did not fail"

    busy.answers |= {path: say.answer(say.article(f"Busy {path}")) for path in paths}
    desk.wait()
    assert desk.ingest().ledger.new == 5
    assert desk.held() == (6, 0)
    assert desk.balanced()


def test_every_fault_of_the_newsroom_passes_without_loss(fed, room: Newsroom):
    """Each publisher misbehaves in another way; when it ends, all is as if it never had."""
    homes = [site.home for site in room.sites]
    faults = ("truncate", "truncate-gzip", "truncate-chunked", "close", "503", "html")
    pages = {
        home: next(row.url for row in room.expected() if row.url.startswith(home)) for home in homes
    }
    misbehave(room.port, dict(zip(pages.values(), faults, strict=True)))

    first = fed.ingest(**FAST)

    assert first.ledger.discovered == 39
    states = fed.states()
    reasons = [states[url] for url in pages.values()]
    assert reasons[:5] == [
        ("waiting", "truncated"),
        ("waiting", "truncated"),
        ("waiting", "truncated"),
        ("waiting", "reset"),
        ("waiting", "http_503"),
    ]
    assert reasons[5] == ("quarantined", "no_body"), "a notice in its place is no article"

    misbehave(room.port, {})
    fed.wait()
    make_due(fed.database, "retry", None)
    fed.ingest(**FAST)
    fed.wait()
    fed.ingest(**FAST)
    assert fed.held() == (35, 0)
    assert fed.balanced()


@pytest.mark.parametrize("fault", ["html", "empty", "shell"])
def test_a_notice_in_place_of_a_loaded_article_makes_no_revision(desk, press, say, fault):
    """A maintenance page, an empty answer or a page without its text: what is loaded stays."""
    press.lists("/story")
    feed = press.answers["/feed"]
    summary = b"<description>The council decided to mend the bridge before winter.</description>"
    feed = feed.partition(b"\r\n\r\n")[2].replace(b"<link>", summary + b"<link>")
    press.answers["/feed"] = say.answer(feed, "application/rss+xml")
    press.answers["/story"] = say.answer(say.article("About /story"))
    desk.apply(press.source())
    desk.ingest()
    before = desk.query("select title, body, revision from news.article")

    notices = {
        "html": "<!DOCTYPE html><title>Be right back</title><h1>We are updating our site</h1>",
        "empty": "",
        "shell": "<!DOCTYPE html><title>About /story</title><div id=app></div>",
    }
    press.answers["/story"] = say.answer(notices[fault])
    desk.wait()
    done = desk.ingest()

    assert (done.ledger.unchanged, done.ledger.revised) == (1, 0)
    assert desk.query("select title, body, revision from news.article") == before


def named(desk, home: str) -> dict[str, str]:
    """Path → "state: reason"."""
    return {
        url.removeprefix(home): f"{state}: {reason}"
        for url, (state, reason) in desk.states().items()
        if url.startswith(home)
    }
