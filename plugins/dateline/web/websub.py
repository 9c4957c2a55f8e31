"""The callback of WebSub hubs, as an application for Airflow's API server. Nobody logs in here.

    GET  /{token}  the hub asks whether we want the subscription, or says that it refuses it
    POST /{token}  the hub tells of news: the feed is polled by the next run

The token cannot be guessed, and the content of a push is not used: so the worst that a stranger
can do costs an indexed look-up, and the worst that a hub can do is to have its feed polled. All
statements go through one thread and connection of their own: a flood here waits for itself alone.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response
from starlette.requests import ClientDisconnect

from dateline.discover.subscription import denied, verified
from dateline.discover.websub import Signature
from dateline.errors import DatelineError
from dateline.store import websub as store

if TYPE_CHECKING:
    from collections.abc import Callable

    from dateline.discover.subscription import Subscription
    from dateline.store import Database

T = TypeVar("T")

MOST_WAITING = 64
"""Requests that wait for the database; the next is sent away, and a hub comes again."""
BODY_SECONDS = 30.0
"""For sending a body."""
IDLE_SECONDS = 60.0
"""A connection that was not used for longer is opened anew: it may be dead without a sign."""
LONGEST_QUERY = 16 * 1024
LONGEST_CHALLENGE = 1000

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_NONE = Signature("sha256", "")
"""What a push without a signature is measured by, so that it takes the same way as a wrong one."""
_TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{store.TOKEN_LENGTH}}}")

log = logging.getLogger(__name__)


class Warehouse:
    """The database for coroutines: one statement after the other, in a thread of its own.

    Args:
        open_database: gives the database; may raise a DatelineError.
    """

    def __init__(self, open_database: Callable[[], Database]) -> None:
        self._open = open_database
        self._thread = ThreadPoolExecutor(1, "dateline-websub")
        self._database: Database | None = None
        self._used = 0.0
        self._waiting = 0

    async def ask(self, work: Callable[[Database], T]) -> T:
        """What `work` gives.

        Raises:
            HTTPException: 503: too many wait, or Postgres does not answer.
        """
        if self._waiting >= MOST_WAITING:
            raise HTTPException(503, "busy", {"Retry-After": "60"})
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._run, work)
        except DatelineError as error:
            log.warning("websub callback has no database: %s", error)
            raise HTTPException(503, "busy", {"Retry-After": "60"}) from error
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """End the thread and the connection."""
        self._thread.submit(self._drop)
        self._thread.shutdown()

    def _run(self, work: Callable[[Database], T]) -> T:
        if time.monotonic() - self._used > IDLE_SECONDS:
            self._drop()
        if self._database is None:
            self._database = self._open()
        try:
            return work(self._database)
        finally:
            self._used = time.monotonic()

    def _drop(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None


def create_app(
    open_database: Callable[[], Database],
    max_size: Callable[[], int],
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> FastAPI:
    """The application.

    Args:
        open_database: gives the warehouse; called in another thread, after every long pause.
        max_size: gives the bytes that a push may have; called there, for every push.
        clock: the time, UTC.
    """
    app = FastAPI(title="Dateline WebSub", docs_url=None, redoc_url=None, openapi_url=None)
    warehouse = app.state.warehouse = Warehouse(open_database)

    @app.get("/{token}")
    async def verify(token: str, request: Request) -> Response:
        challenge, decide = _asked(request, clock())
        if not _TOKEN.fullmatch(token) or decide is None:
            raise HTTPException(404)
        row, agreed = await warehouse.ask(partial(_decide, token=token, decide=decide))
        if not agreed:
            raise HTTPException(404 if row is None or row.wanted else 410)
        return Response(challenge, media_type="text/plain", headers=HEADERS)

    @app.post("/{token}")
    async def push(token: str, request: Request) -> Response:
        if not _TOKEN.fullmatch(token):
            raise _unread(404)
        key, limit = await warehouse.ask(lambda found: (store.key_of(found, token), max_size()))
        if key is None:
            raise _unread(404)
        secret, wanted = key
        if not wanted:
            raise _unread(410)
        if problem := await _signed(request, secret, limit):
            log.warning("websub push ignored: %s, callback %s…", problem, token[:6])
            await warehouse.ask(partial(store.save_bad_push, token=token, problem=problem))
        else:
            await warehouse.ask(partial(store.save_push, token=token, now=clock()))
        # The same to both: who cannot sign learns nothing (WebSub, 7.1.1).
        return Response(status_code=202, headers=HEADERS)

    return app


def _asked(
    request: Request, now: datetime
) -> tuple[str, Callable[[Subscription], Subscription | None] | None]:
    """What to echo, and what to make of the subscription; None if the question makes no sense.

    We never ask to end a subscription, so a hub that asks whether we want that hears no.
    """
    if len(request.scope["query_string"]) > LONGEST_QUERY:
        return "", None
    query = request.query_params
    mode, topic = query.get("hub.mode"), query.get("hub.topic", "")
    challenge = query.get("hub.challenge", "")
    if mode == "denied":
        reason = query.get("hub.reason", "")
        return "", partial(denied, topic=topic, reason=reason, now=now)
    if mode == "subscribe" and 0 < len(challenge) <= LONGEST_CHALLENGE:
        lease = query.get("hub.lease_seconds")
        return challenge, partial(verified, topic=topic, lease_seconds=lease, now=now)
    return "", None


def _decide(
    database: Database, token: str, decide: Callable[[Subscription], Subscription | None]
) -> tuple[Subscription | None, bool]:
    """The subscription as it was, and whether `decide` agreed to the hub's question."""
    agreed = False

    def remembered(row: Subscription) -> Subscription | None:
        nonlocal agreed
        new = decide(row)
        agreed = new is not None
        return new

    return store.change(database, token, remembered), agreed


async def _signed(request: Request, secret: str, max_size: int) -> str | None:
    """What is wrong with a push's signature, or None. The body is read piece by piece, not kept.

    Raises:
        HTTPException: 413: it is too large; 408: it takes too long; 400: it breaks off.
    """
    signature = Signature.read(request.headers.get("x-hub-signature"))
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length[:20]) > max_size:
        raise _unread(413)
    computed, size = (signature or _NONE).begin(secret), 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for piece in request.stream():
                size += len(piece)
                if size > max_size:
                    raise _unread(413)
                computed.update(piece)
    except TimeoutError as error:
        raise _unread(408) from error
    except ClientDisconnect as error:
        raise _unread(400) from error
    if signature is None:
        return "push without a signature"
    return None if signature.matches(computed) else "push with a wrong signature"


def _unread(status: int) -> HTTPException:
    """A refusal that ends the connection: whoever goes on sending is cut off."""
    return HTTPException(status, headers={"Connection": "close"})
