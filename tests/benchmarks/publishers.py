"""Many publishers in one small process: what `bench_fetch.py` and `bench_plan.py` fetch from.

    python tests/benchmarks/publishers.py --hosts 200 [--latency 0.1]

Host number n has an address of its own, from 127.1.0.1 on, all on one port; connections are kept
and pages come gzipped. So many hosts on so few cores must cost little: a page is made once and sent
as it is. What lies below /feed is a feed of twenty entries, unchanged ever after. Prints its port,
and ends with its standard input.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import random
import socket
import sys

PAGES = 64
_WORDS = [f"{a}{b}" for a in ("news", "city", "harbour", "vote", "river") for b in range(400)]
_ROBOTS = b"User-agent: *\nDisallow: /admin\nDisallow: /*?print=\nSitemap: /sitemap.xml\n"


def address(number: int) -> str:
    """Where host `number` is, from 0 on."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


def _answer(body: bytes, kind: str, *headers: str) -> bytes:
    lines = [f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers]
    lines += ["Server: bench", "Date: Wed, 04 Mar 2026 10:00:00 GMT", "Vary: Accept-Encoding"]
    return ("HTTP/1.1 200 OK\r\n" + "\r\n".join(lines) + "\r\n\r\n").encode() + body


def page(rng: random.Random) -> bytes:
    """HTML of 30 to 100 kB, as wordy as a news page is."""
    size, parts = rng.randrange(30_000, 100_000), ["<!DOCTYPE html><html lang=en><head><title>"]
    total = 0
    while total < size:
        words = " ".join(rng.choices(_WORDS, k=40))
        parts.append(
            f'<div class="teaser teaser--{rng.randrange(9)}"><a href="/2026/03/{words[:20]}">'
            f'<img src="/media/{rng.randrange(10**9)}.jpg" alt=""></a><p>{words}</p></div>\n'
        )
        total += len(parts[-1])
    return "".join(parts).encode()


def answers() -> tuple[bytes, list[bytes]]:
    """robots.txt, and the pages."""
    rng = random.Random(1)
    coded = "Content-Encoding: gzip"
    made = [
        _answer(
            gzip.compress(page(rng), 6, mtime=0),
            "text/html; charset=utf-8",
            coded,
            f'ETag: "{number}"',
        )
        for number in range(PAGES)
    ]
    return _answer(_ROBOTS, "text/plain"), made


def feed(path: bytes) -> bytes:
    """An RSS feed of its own for each path."""
    items = b"".join(
        b"<item><title>Entry %d of the feed</title><link>%s/%d</link><description>%s</description>"
        b"<pubDate>Wed, 04 Mar 2026 %02d:00:00 GMT</pubDate></item>"
        % (number, path, number, b"Some words of the story. " * 8, number)
        for number in range(20)
    )
    body = b"<rss version='2.0'><channel><title>A feed</title>%s</channel></rss>" % items
    return _answer(body, "application/rss+xml", 'ETag: "1"')


_UNMODIFIED = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'


class Publisher(asyncio.Protocol):
    """A connection: each request gets the page that its path's length picks."""

    def __init__(self, robots: bytes, pages: list[bytes], latency: float) -> None:
        self._robots, self._pages, self._latency = robots, pages, latency
        self._rest = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to write."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer the requests that are whole."""
        *heads, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for head in heads:
            answer = self._answer(head.split(b" ", 2)[1], head)
            if self._latency:
                asyncio.get_running_loop().call_later(self._latency, self._write, answer)
            else:
                self._write(answer)

    def _answer(self, path: bytes, head: bytes) -> bytes:
        if path == b"/robots.txt":
            return self._robots
        if path.startswith(b"/feed"):
            return _UNMODIFIED if b"If-None-Match" in head else feed(path)
        return self._pages[hash(path) % len(self._pages)]

    def _write(self, answer: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(answer)


async def serve(hosts: int, latency: float) -> None:
    """Answer until standard input ends."""
    robots, pages = answers()
    loop = asyncio.get_running_loop()

    def connection() -> Publisher:
        return Publisher(robots, pages, latency)

    first = socket.create_server((address(0), 0), backlog=64)
    port = first.getsockname()[1]
    rest = (socket.create_server((address(n), port), backlog=64) for n in range(1, hosts))
    servers = [await loop.create_server(connection, sock=sock) for sock in (first, *rest)]
    print(port, flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    for server in servers:
        server.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--latency", type=float, default=0.0, help="seconds")
    options = parser.parse_args()
    asyncio.run(serve(options.hosts, options.latency))
