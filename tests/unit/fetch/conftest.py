"""A server on loopback that says exactly what a test tells it to, byte by byte."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from dateline.fetch import Client
from dateline.model import Politeness
from dateline.settings import Settings

Answer = bytes | Callable[[socket.socket], None]


def reply(body: bytes = b"", *headers: str, status: str = "200 OK") -> bytes:
    """A whole answer with its Content-Length; the connection is kept."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body


@dataclass
class Seen:
    """A request as the server got it."""

    connection: int
    path: str
    headers: dict[str, str]
    at: float


class Server:
    """Answers by path.

    Bytes are sent and the connection kept; a function gets the socket, after which the connection
    is closed; of a list, each request gets the next. `pages` may be changed at any time.
    """

    def __init__(self, monotonic: Callable[[], float], address: str = "127.0.0.1") -> None:
        self.pages: dict[str, Answer | list[Answer]] = {}
        self.seen: list[Seen] = []
        self._monotonic = monotonic
        self._listener = socket.create_server((address, 0))
        self.port: int = self._listener.getsockname()[1]
        self.host = f"{address}:{self.port}"
        self.url = f"http://{self.host}"
        self.connections = 0
        self.stopped = threading.Event()
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def paths(self) -> list[str]:
        return [seen.path for seen in self.seen]

    def close(self) -> None:
        self.stopped.set()
        for sock in (self._listener, *self._open):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(sock)
            thread = threading.Thread(target=self._serve, args=(sock, self.connections))
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        with suppress(OSError), sock, sock.makefile("rb") as stream:
            while head := stream.readline().decode("latin-1"):
                headers = {}
                while line := stream.readline().decode("latin-1").strip():
                    name, _, value = line.partition(":")
                    headers[name.lower()] = value.strip()
                path = head.partition(" ")[2].partition(" ")[0]
                self.seen.append(Seen(number, path, headers, self._monotonic()))
                answer = self.pages.get(path, reply(status="404 Not Found"))
                if isinstance(answer, list):
                    answer = answer.pop(0)
                if isinstance(answer, bytes):
                    sock.sendall(answer)
                else:
                    answer(sock)
                    with suppress(OSError):
                        sock.shutdown(socket.SHUT_RDWR)
                    return


@dataclass
class FakeTime:
    """A clock that only sleeping moves."""

    seconds: float = 1000.0
    start: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC)
    sleeps: list[float] = field(default_factory=list)

    def clock(self) -> datetime:
        return self.start + timedelta(seconds=self.seconds - 1000.0)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.seconds += seconds


@pytest.fixture
def fake() -> FakeTime:
    return FakeTime()


@pytest.fixture
def server(fake: FakeTime) -> Iterator[Server]:
    server = Server(fake.monotonic)
    yield server
    server.close()


@pytest.fixture
def other(fake: FakeTime) -> Iterator[Server]:
    """A second host."""
    server = Server(fake.monotonic, "127.0.0.2")
    yield server
    server.close()


@pytest.fixture
def settings() -> Settings:
    return Settings.load(
        {
            "DATELINE_CONNECT_TIMEOUT": "2",
            "DATELINE_READ_TIMEOUT": "0.6",
            "DATELINE_TOTAL_TIMEOUT": "1.2",
            "DATELINE_THREADS": "4",
            "DATELINE_CONTACT": "desk@example.org",
        }
    )


@pytest.fixture
def client(settings: Settings) -> Iterator[Client]:
    client = Client(settings)
    yield client
    client.close()


@pytest.fixture
def friendly() -> Politeness:
    """Loopback may be reached, at any pace."""
    return Politeness(delay=0, allow_private=True)


@pytest.fixture(name="reply")
def reply_fixture() -> Callable[..., bytes]:
    return reply


@pytest.fixture
def page() -> bytes:
    """A page that compresses as pages do."""
    return b"".join(b"<p>Paragraph %d of the story.</p>" % n for n in range(400))


@pytest.fixture
def packed(page: bytes) -> bytes:
    return gzip.compress(page, mtime=0)
