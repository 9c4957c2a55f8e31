"""A warehouse, a newsroom and the whole path between them, in this process."""

from __future__ import annotations

import itertools
import socketserver
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from dateline import pipeline
from dateline.model import FeedSpec, Source
from dateline.newsroom import Newsroom, sources
from dateline.store.sources import apply_sources

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator

    from dateline.pipeline import Ingested
    from dateline.settings import Settings
    from dateline.store import Database


@dataclass
class Desk:
    """Runs the path, lets time pass and looks at what is there."""

    settings: Settings
    database: Database
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def apply(self, *found: Source) -> None:
        apply_sources(self.database, [(source, None) for source in found])

    def ingest(self, **settings: object) -> Ingested:
        """One run; it raises if the ledger does not balance."""
        context = pipeline.Context(
            replace(self.settings, **settings), self.database, f"run-{next(self._numbers)}"
        )
        return pipeline.ingest(context)

    def query(self, sql: str, *values: object) -> list[tuple]:
        with self.database.transaction() as cursor:
            cursor.execute(sql, values or None)
            return cursor.fetchall() if cursor.description else []

    def wait(self) -> None:
        """As if the time had passed that feeds, URLs and hosts wait for."""
        self.query("update ops.feed set next_poll_at = now()")
        self.query("update ops.frontier set due_at = now() where due_at is not null")
        self.query("update ops.host set blocked_until = null, next_at = null")

    def states(self) -> dict[str, tuple[str, str]]:
        """URL → (state, reason)."""
        return {
            url: (state, reason)
            for url, state, reason in self.query("select url, state, reason from ops.frontier")
        }

    def counts(self) -> dict[str, int]:
        """State → URLs."""
        return dict(self.query("select state, count(*)::int from ops.frontier group by 1"))

    def held(self) -> tuple[int, int]:
        """Articles, revisions."""
        ((articles, revisions),) = self.query(
            "select (select count(*) from news.article), (select count(*) from news.revision)"
        )
        return articles, revisions

    def balanced(self) -> bool:
        """Whether every run that ended balances, and one did."""
        found = self.query("select balanced from ops.run where ended_at is not null")
        return bool(found) and all(ok for (ok,) in found)


@pytest.fixture
def desk(settings: Settings, database: Database) -> Desk:
    return Desk(settings, database)


@pytest.fixture
def room() -> Iterator[Newsroom]:
    with Newsroom(0) as running:
        yield running


@pytest.fixture
def fed(desk: Desk, room: Newsroom) -> Desk:
    """A desk whose sources are the newsroom's; the pace is left to its robots.txt files."""
    desk.apply(*(replace(source, delay=0.0) for source in sources(room.port)))
    return desk


class _Handler(socketserver.StreamRequestHandler):
    server: Press
    timeout = 10

    def handle(self):
        path = self.rfile.readline().split(b" ")[1].decode()
        while self.rfile.readline().strip():
            pass
        self.server.hits[path] += 1
        told = self.server.answers.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        with suppress(OSError):
            if isinstance(told, bytes):
                self.wfile.write(told)
            else:
                told(self.connection)


class Press(socketserver.ThreadingTCPServer):
    """A publisher of raw bytes: path → what goes on the wire, or a function of the socket.

    The connection is closed after every answer. `/feed` lists `listed` (path → title).
    """

    daemon_threads = True
    block_on_close = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, bytes | Callable[[socket.socket], None]] = {}
        self.hits: Counter[str] = Counter()

    @property
    def home(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def source(self, slug: str = "press", *feeds: str) -> Source:
        return Source(
            slug,
            slug.title(),
            f"{self.home}/",
            tuple(FeedSpec(f"{self.home}{feed}") for feed in feeds or ("/feed",)),
            delay=0.0,
            connections=4,
            allow_private=True,
        )

    def lists(self, *paths: str, feed: str = "/feed") -> None:
        """Answer `feed` with these entries."""
        items = "".join(
            f"<item><title>About {path}</title><link>{self.home}{path}</link></item>"
            for path in paths
        )
        self.answers[feed] = answer(
            f'<rss version="2.0"><channel><title>Press</title>{items}</channel></rss>',
            "application/rss+xml",
        )


def answer(
    body: str | bytes,
    kind: str = "text/html; charset=utf-8",
    status: str = "200 OK",
    more: str = "",
) -> bytes:
    """A whole HTTP answer; `more` are header lines, each with its CRLF."""
    body = body.encode() if isinstance(body, str) else body
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nConnection: close\r\n{more}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def article(title: str, date: str = "2026-03-04T10:00:00Z", extra: str = "") -> str:
    """The HTML of an article with three paragraphs of its own."""
    text = "".join(
        f"<p>Paragraph {n} of the report headed {title[:60]!r} says what the council decided on "
        "Tuesday evening, who spoke against it, and when the works on the bridge will begin.</p>"
        for n in ("one", "two", "three")
    )
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>{title}</title>'
        f'<meta property="og:type" content="article"><meta property="og:title" content="{title}">'
        f'<meta property="article:published_time" content="{date}"></head>'
        f"<body><article><h1>{title}</h1>{extra}{text}</article></body></html>"
    )


@pytest.fixture
def new_press() -> Iterator[Callable[[], Press]]:
    """Starts publishers of raw bytes, as many as are asked for."""
    running: list[Press] = []

    def start() -> Press:
        running.append(Press())
        threading.Thread(target=running[-1].serve_forever, args=(0.02,), daemon=True).start()
        return running[-1]

    yield start
    for press in running:
        press.shutdown()
        press.server_close()


@pytest.fixture
def press(new_press: Callable[[], Press]) -> Press:
    return new_press()


@pytest.fixture
def say() -> SimpleNamespace:
    """What publishers of raw bytes answer with: `say.answer`, `say.article`."""
    return SimpleNamespace(answer=answer, article=article)


@pytest.fixture
def desk_of() -> type[Desk]:
    """Makes a desk of settings and a database."""
    return Desk
