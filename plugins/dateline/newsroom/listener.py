"""An HTTP/1.1 server for `Reply` values: keep-alive, gzip, validators and 304, and faults.

A listener knows nothing of news: it asks its `app` for a reply to (method, path, body).
"""

from __future__ import annotations

import errno
import gzip
import re
import socket
import socketserver
import sys
import threading
from collections import Counter
from contextlib import suppress
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

from dateline.errors import StackError
from dateline.newsroom.site import Reply

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_REQUEST: Final = 1 << 20
_WORTH_ZIPPING: Final = 500
_PIECE: Final = 64
_NOTICE: Final = b"<!DOCTYPE html><title>Be right back</title><h1>We are updating our site</h1>"


class Listener(ThreadingHTTPServer):
    """Binds an address at once and answers when served.

    Attributes:
        app: (method, path with query, request body) to the reply.
        fault: path to the fault that its answer must have (see faults.py), or None.
        hits: how often each (path, status) was answered; status 0: closed without an answer.

    Raises:
        StackError: the port cannot be had; names it and the setting that moves it.
    """

    daemon_threads = True
    request_queue_size = 128
    app: Callable[[str, str, bytes], Reply]
    fault: Callable[[str], str | None]

    def __init__(self, host: str, port: int, needed: str) -> None:
        self.hits: Counter[tuple[str, int]] = Counter()
        self.stopped = threading.Event()
        self._lock = threading.Lock()
        self._open: set[Any] = set()
        try:
            super().__init__((host, port), _Handler)
        except (OSError, OverflowError) as error:
            taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
            problem = "is taken: end what uses it" if taken else f"cannot be had on {host}: {error}"
            raise StackError(
                f"port {port} {problem}, or set DATELINE_NEWSROOM_PORT to another "
                f"(the newsroom needs {needed})"
            ) from error

    def server_bind(self) -> None:
        """Bind without the base's look-up of the host's name, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def start(self) -> None:
        """Answer in the background."""
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Close the port and the connections that clients keep open."""
        self.stopped.set()
        self.shutdown()
        self.server_close()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection until it is closed."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection and close it."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news; anything else is shown."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def hits_so_far(self) -> list[tuple[tuple[str, int], int]]:
        """A copy of the counts."""
        with self._lock:
            return list(self.hits.items())

    def count(self, path: str, status: int) -> None:
        """Count an answer."""
        with self._lock:
            self.hits[path, status] += 1


class _Handler(BaseHTTPRequestHandler):
    server: Listener
    protocol_version = "HTTP/1.1"
    server_version = "Newsroom"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = 30
    wbufsize = -1

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _MAX_REQUEST:
            self._send(Reply(413))
            return
        body = self.rfile.read(length)
        fault = self.server.fault(self.path)
        if fault is None:
            self._send(self.server.app(self.command, self.path, body))
        elif fault.isdigit():
            self._send(Reply(int(fault)), retry=fault in {"429", "503"})
        else:
            self._misbehave(fault)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_POST(self) -> None:
        self.do_GET()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        del size
        self.server.count(self.path, int(code))

    def log_message(self, *args: Any, **kwargs: Any) -> None:
        """Keep quiet: /status counts the requests."""

    def _send(self, reply: Reply, *, retry: bool = False) -> None:
        """Answer; 304 where the client's validators still hold."""
        tag = f'W/"{blake2b(reply.body, digest_size=10).hexdigest()}"'
        fresh = reply.last_modified is not None and self._holds(tag, reply)
        body = b"" if fresh else reply.body
        self.send_response(HTTPStatus.NOT_MODIFIED if fresh else reply.status)
        if reply.last_modified is not None:
            when = reply.last_modified.astimezone(UTC)
            self.send_header("ETag", tag)
            self.send_header("Last-Modified", format_datetime(when, usegmt=True))
        if reply.location is not None:
            self.send_header("Location", reply.location)
        if reply.link is not None:
            self.send_header("Link", reply.link)
        if retry:
            self.send_header("Retry-After", "1")
        if not fresh:
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Vary", "Accept-Encoding")
            if len(body) > _WORTH_ZIPPING and self._takes_gzip():
                body = gzip.compress(body, mtime=0)
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _holds(self, tag: str, reply: Reply) -> bool:
        """Whether the client's copy is current; If-None-Match wins (RFC 9110, section 13.2.2)."""
        if (tags := self.headers.get("If-None-Match")) is not None:
            opaque = tag.removeprefix("W/")
            return tags.strip() == "*" or opaque in re.findall(r'"[^"]*"', tags)
        since = self.headers.get("If-Modified-Since")
        with suppress(ValueError, TypeError):
            return (
                since is not None
                and reply.last_modified is not None
                and reply.last_modified <= parsedate_to_datetime(since)
            )
        return False

    def _takes_gzip(self) -> bool:
        return "gzip" in (self.headers.get("Accept-Encoding") or "")

    def _misbehave(self, fault: str) -> None:
        """Answer as faults.py describes; the connection ends with it."""
        self.close_connection = True
        if fault == "close":
            self.server.count(self.path, 0)
        elif fault == "loop":
            self._send(Reply(302, location=self.path))
        elif fault in {"empty", "html"}:
            self._send(Reply(200, _NOTICE if fault == "html" else b""))
        else:
            self._send_badly(fault, self.server.app(self.command, self.path, b""))

    def _send_badly(self, fault: str, reply: Reply) -> None:
        """Half of the body in a frame that promises all of it, or all of it too slowly."""
        body = gzip.compress(reply.body, mtime=0) if fault == "truncate-gzip" else reply.body
        half = body[: len(body) // 2]
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Connection", "close")
        if fault == "truncate-gzip":
            self.send_header("Content-Encoding", "gzip")
        elif fault == "truncate-chunked":
            self.send_header("Transfer-Encoding", "chunked")
            half = b"%x\r\n%b\r\n" % (len(half), half)
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if fault == "slow":
            self._drip(body)
        else:
            self.wfile.write(half)

    def _drip(self, body: bytes) -> None:
        for start in range(0, len(body), _PIECE):
            self.wfile.write(body[start : start + _PIECE])
            self.wfile.flush()
            if self.server.stopped.wait(0.5):
                return
