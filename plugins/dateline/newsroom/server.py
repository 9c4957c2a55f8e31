"""The newsroom: a control server and one server a publisher, on consecutive ports.

control   GET  /status    what it carries and what was asked of it
          GET  /expected  the truth of every listed address (`site.Expected`)
          POST /publish   {"publisher"?: slug}   a new article; answers its URL
          POST /edit      {"url"?: URL}          a changed one
          POST /remove    {"url"?: URL}          one that answers 410 from now on
          POST /faults    {prefix: fault, ...}   see faults.py
          POST /hub       a form                 see hub.py
"""

from __future__ import annotations

import json
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Self

from dateline.errors import StackError
from dateline.newsroom.content import load
from dateline.newsroom.faults import Faults
from dateline.newsroom.hub import Hub, is_loopback
from dateline.newsroom.listener import Listener
from dateline.newsroom.router import answer
from dateline.newsroom.site import Expected, Piece, Reply, Site

if TYPE_CHECKING:
    from collections.abc import Callable

_TRIES: Final = 50


class Newsroom:
    """A set of news sites on loopback; a context manager, or `start` and `stop`.

    Args:
        port: of the control server, the publishers' follow; 0 takes free ones.
        host: address to bind.
        public_host: name of the host in the addresses that feeds and pages print.
        allow_public: bind an address that others can reach (in a container).
        epoch: the moment that all dates count back from, aware; default: now.
        clock: tells the time of a publication or an edit; aware.

    Raises:
        StackError: the host is not loopback.
    """

    def __init__(
        self,
        port: int,
        host: str = "127.0.0.1",
        *,
        public_host: str | None = None,
        allow_public: bool = False,
        epoch: datetime | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if not (allow_public or is_loopback(host)):
            raise StackError(
                f"the newsroom does not bind {host}: it is not loopback, and its sites are for "
                "this machine only (in a container: --allow-public)"
            )
        self.port = port
        self.host = host
        self.public_host = public_host or host
        self.epoch = (epoch or clock()).replace(second=0, microsecond=0)
        self.faults = Faults()
        self.sites: tuple[Site, ...] = ()
        self._clock = clock
        self._allow_public = allow_public
        self._listeners: list[Listener] = []
        self._stopped = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Bind all ports and answer in background threads.

        Raises:
            StackError: a port is taken; names it and the setting that moves it.
        """
        publishers, self.faults = load(), Faults()
        control, *listeners = self._listeners = self._bind(1 + len(publishers))
        self.port = control.server_port
        address = f"http://{self.public_host}"
        hub = f"{address}:{self.port}/hub"
        self.sites = tuple(
            Site(publisher, f"{address}:{self.port + i}", self.epoch, self._clock, hub)
            for i, publisher in enumerate(publishers, start=1)
        )
        topics = [site.feed_url for site in self.sites if site.publisher.hub]
        self.hub = Hub(hub, topics, anywhere=self._allow_public)
        control.app, control.fault = self._control, lambda _: None
        for listener, site in zip(listeners, self.sites, strict=True):
            listener.app = partial(_answer, site)
            listener.fault = partial(self.faults.take, site.home)
        self._stopped.clear()
        for listener in self._listeners:
            listener.start()

    def stop(self) -> None:
        """Close the ports and every open connection; started again, it begins afresh."""
        self._stopped.set()
        self.hub.stop()
        # At once: each waits until its loop has noticed.
        with ThreadPoolExecutor() as pool:
            list(pool.map(Listener.stop, self._listeners))
        self._listeners = []

    def serve_forever(self) -> None:
        """Start, and answer until `stop` or an interrupt."""
        with self:
            self.wait()

    def wait(self) -> None:
        """Block until `stop` is called, from another thread or a signal."""
        self._stopped.wait()

    def publish(self, publisher: str | None = None) -> str:
        """Bring out a new article and return its URL.

        Args:
            publisher: slug; None takes the one that published least.

        Raises:
            StackError: no such publisher.
        """
        sites = [site for site in self.sites if publisher in {None, site.publisher.slug}]
        if not sites:
            slugs = ", ".join(site.publisher.slug for site in self.sites)
            raise StackError(f"no publisher {publisher!r} in the newsroom: it has {slugs}")
        site = min(sites, key=lambda site: site.published)
        return self._told(site, site.publish())

    def edit(self, url: str | None = None) -> str:
        """Change an article (None: one that was not edited yet) and return its URL.

        Raises:
            StackError: no article has that address.
        """
        site = self._site_of(url)
        return self._told(site, site.edit(url))

    def remove(self, url: str | None = None) -> str:
        """Take an article (None: an old one) off its site and return its URL.

        Raises:
            StackError: no article has that address.
        """
        site = self._site_of(url)
        return self._told(site, site.remove(url))

    def expected(self) -> tuple[Expected, ...]:
        """The truth of every address that the feeds list now."""
        return tuple(row for site in self.sites for row in site.expected())

    def _told(self, site: Site, piece: Piece) -> str:
        """The piece's URL, once the hub was told that the feed changed."""
        feed = answer(site, site.publisher.feed_path)
        self.hub.distribute(site.feed_url, feed.body, feed.content_type)
        return piece.url

    def _site_of(self, url: str | None) -> Site:
        if url is None:
            return min(self.sites, key=lambda site: site.edits)
        for site in self.sites:
            if url.startswith(site.home + "/"):
                return site
        raise StackError(f"no publisher of the newsroom is at {url}")

    def _bind(self, count: int) -> list[Listener]:
        """Listeners on `count` consecutive ports."""
        if self.port:
            return self._bind_run(self.port, count)
        for _ in range(_TRIES):
            with suppress(StackError):
                # Below the ports that systems hand out to outgoing connections.
                return self._bind_run(20_000 + secrets.randbelow(12_000), count)
        raise StackError(f"no {count} free ports in a row between 20000 and 32000")

    def _bind_run(self, first: int, count: int) -> list[Listener]:
        needed = f"{first} to {first + count - 1}"
        with ExitStack() as undo:
            listeners = []
            for port in range(first, first + count):
                listeners.append(Listener(self.host, port, needed))
                undo.callback(listeners[-1].server_close)
            undo.pop_all()
        return listeners

    def _control(self, method: str, path: str, body: bytes) -> Reply:
        if f"{method} {path}" == "POST /hub":
            return self.hub.answer(body)
        try:
            arguments = json.loads(body or b"{}")
            if not isinstance(arguments, dict):
                return _json(400, {"error": "the request's body must be a JSON object"})
            return self._command(f"{method} {path}", arguments)
        except (StackError, ValueError, TypeError) as error:
            return _json(400, {"error": str(error)})

    def _command(self, command: str, arguments: dict[str, Any]) -> Reply:
        if command == "GET /status":
            return _json(200, {"publishers": self._status()})
        if command == "GET /expected":
            return _json(200, {"articles": [asdict(row) for row in self.expected()]})
        if command == "POST /faults":
            self.faults.replace(arguments)
            return _json(200, {"faults": arguments})
        desk = {"POST /publish": self.publish, "POST /edit": self.edit, "POST /remove": self.remove}
        if command in desk:
            return _json(200, {"url": desk[command](**arguments)})
        return _json(404, {"error": f"no such command: {command}"})

    def _status(self) -> list[dict[str, Any]]:
        return [
            {
                "slug": site.publisher.slug,
                "name": site.publisher.name,
                "home": site.home,
                "feed": site.feed_url,
                "articles": len(site.pieces),
                "requests": [[path, status, n] for (path, status), n in listener.hits_so_far()],
            }
            for site, listener in zip(self.sites, self._listeners[1:], strict=True)
        ]


def _answer(site: Site, method: str, path: str, body: bytes) -> Reply:
    del body
    return answer(site, path) if method in {"GET", "HEAD"} else Reply(405)


def _json(status: int, value: Any) -> Reply:
    text = json.dumps(value, default=str, ensure_ascii=False)
    return Reply(status, text.encode(), "application/json")
