"""One GET, done with care: limits, guards, redirects by hand, bodies read to their proper end."""

from __future__ import annotations

import http.client
import logging
import re
import ssl
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests
import urllib3
import urllib3.exceptions

from dateline import coding
from dateline.fetch.guard import CALL, Aborted, Adapter, Call, Stale, refusal
from dateline.fetch.values import DEFAULT_POLITENESS, UNCONDITIONAL, Failure, Response
from dateline.robots import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dateline.model import Politeness, Validators
    from dateline.settings import Settings

log = logging.getLogger(__name__)

MAX_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 256 * 1024
_REDIRECT_BODY = 64 * 1024
"""Of a redirect's body so much is read, to keep the connection."""
_OURS = frozenset({"host", "connection", "accept-encoding", "content-length", "transfer-encoding"})
_HEADER_VALUE = re.compile(r"[^\s\x00-\x1f\x7f][^\x00-\x08\x0a-\x1f\x7f]*")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,20}):")
_FOLD = re.compile(r"\r?\n[ \t]*")


class _Session(requests.Session):
    """A session without cookies, proxies from the environment, .netrc and redirects."""

    def __init__(self, guarded: Adapter) -> None:
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.mount("http://", guarded)
        self.mount("https://", guarded)

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002
        """Nowhere: requests reads a redirect's body without limit even if it is not to follow."""
        return None


class Client:
    """Fetches URLs; safe to share between threads (a session for each, connections for all).

    Args:
        settings: time limits and the User-Agent.
        clock: the time of day, UTC, for `Response.fetched_at`.
    """

    def __init__(
        self, settings: Settings, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._adapters = {private: Adapter(allow_private=private) for private in (False, True)}
        self._local = threading.local()

    def close(self) -> None:
        """Close the kept connections."""
        for adapter in self._adapters.values():
            adapter.close()

    def get(
        self,
        url: str,
        *,
        validators: Validators = UNCONDITIONAL,
        politeness: Politeness = DEFAULT_POLITENESS,
        max_size: int,
        accept: str = "*/*",
        allow_redirect: Callable[[str], bool | Verdict] | None = None,
    ) -> Response | Failure:
        """Fetch a URL, following redirects.

        Args:
            url: absolute; credentials in it are dropped.
            validators: for a conditional GET.
            politeness: its headers (kept on the URL's own host), and whether private addresses
                may be reached.
            max_size: bytes of the body, as sent and decoded.
            accept: the Accept header.
            allow_redirect: asked for every redirect's target; if it says no, the result is the
                failure `forbidden_redirect`.
        """
        started, monotonic = self._clock(), time.monotonic()
        call = Call(
            deadline=monotonic + self._settings.total_timeout,
            connect_timeout=self._settings.connect_timeout,
            read_timeout=self._settings.read_timeout,
        )
        token = CALL.set(call)
        redirects: list[str] = []
        result: Response | Failure
        try:
            target = first = _clean(url)
            while True:
                _check(target, politeness, redirects, allow_redirect)
                headers = self._headers(validators, politeness, accept, own=_same(first, target))
                with self._answer(target, headers, call, politeness) as answer:
                    following = _location(answer, target)
                    if following is None:
                        result = _read(answer, first, target, max_size, started)
                        break
                    _drain(answer)
                redirects.append(target)
                target = following
        except Aborted as error:
            result = Failure(error.reason, str(error), error.permanent, call.status)
        except _LIBRARY_ERRORS as error:
            result = Failure(
                _classify(error), _describe(error), permanent=False, status=call.status
            )
        finally:
            CALL.reset(token)
        elapsed, hops = time.monotonic() - monotonic, tuple(redirects)
        if isinstance(result, Failure):
            return replace(result, elapsed=elapsed, redirects=hops)
        return replace(result, elapsed=elapsed, redirects=hops, peer=call.peer)

    def _headers(
        self, validators: Validators, politeness: Politeness, accept: str, *, own: bool
    ) -> dict[str, str]:
        headers = {"User-Agent": self._settings.user_agent, "Accept": accept}
        if own:  # they may hold a key: another host has no business with them
            headers |= {k: v for k, v in politeness.headers if k.lower() not in _OURS}
        headers["Accept-Encoding"] = coding.ACCEPTED
        conditions = {
            "If-None-Match": validators.etag,
            "If-Modified-Since": validators.last_modified,
        }
        # Servers send validators that are no header values; those are not sent back.
        return headers | {k: v for k, v in conditions.items() if v and _HEADER_VALUE.fullmatch(v)}

    @contextmanager
    def _answer(
        self, url: str, headers: dict[str, str], call: Call, politeness: Politeness
    ) -> Iterator[urllib3.BaseHTTPResponse]:
        """Send the request; once more if the kept connection turns out to be closed."""
        prepared = requests.Request("GET", url, headers).prepare()
        session = self._session(private=politeness.allow_private)
        while True:
            call.start()
            try:
                answer = session.send(prepared, stream=True, allow_redirects=False)
                break
            except Stale:
                log.debug("kept connection was closed")
        with answer:
            yield answer.raw

    def _session(self, *, private: bool) -> _Session:
        """This thread's own session; public and private addresses share no connections."""
        sessions: dict[bool, _Session] = self._local.__dict__.setdefault("sessions", {})
        if private not in sessions:
            sessions[private] = _Session(self._adapters[private])
        return sessions[private]


def _clean(url: str) -> str:
    """The URL as it goes out: escaped, without credentials and fragment."""
    try:
        prepared = requests.Request("GET", url.strip()).prepare().url or ""
        parts = urlsplit(prepared)
        parts.port  # noqa: B018 - raises if it is no number
    except (requests.RequestException, ValueError) as error:
        # The text of these errors quotes the URL, credentials included.
        scheme = _SCHEME.match(url.strip())
        if scheme and scheme[1].lower() not in {"http", "https"}:
            raise Aborted("forbidden_scheme", f"{scheme[1]!r}", permanent=True) from error
        raise Aborted("bad_url", type(error).__name__, permanent=True) from error
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, parts.query, ""))


def _same(first: str, target: str) -> bool:
    return urlsplit(first)[:2] == urlsplit(target)[:2]


def _check(
    target: str,
    politeness: Politeness,
    redirects: list[str],
    allow_redirect: Callable[[str], bool | Verdict] | None,
) -> None:
    """Raise Aborted if the URL, or the way there, may not be taken."""
    if refused := refusal(target, allow_private=politeness.allow_private):
        raise refused
    if not redirects:
        return
    if target in redirects or len(redirects) > MAX_REDIRECTS:
        raise Aborted("redirect_loop", f"{len(redirects)} redirects", permanent=True)
    verdict = allow_redirect(target) if allow_redirect else True
    if not (verdict.allowed if isinstance(verdict, Verdict) else verdict):
        rule = verdict.rule if isinstance(verdict, Verdict) else None
        raise Aborted("forbidden_redirect", rule or target, permanent=True)


def _location(answer: urllib3.BaseHTTPResponse, base: str) -> str | None:
    location = answer.headers.get("Location")
    if answer.status not in _REDIRECTS or not location:
        return None
    # http.client reads headers as Latin-1; what is not ASCII is UTF-8 in practice.
    raw = location.encode("latin-1", "replace")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = location
    try:
        return _clean(urljoin(base, text.strip()))
    except Aborted as error:
        if error.reason == "forbidden_scheme":
            raise
        raise Aborted("bad_redirect", str(error), permanent=True) from error
    except ValueError as error:
        raise Aborted("bad_redirect", "Location is no URL", permanent=True) from error


def _drain(answer: urllib3.BaseHTTPResponse) -> None:
    """Read a redirect's small body, so that its connection can be used again."""
    size = 0
    try:
        for chunk in answer.stream(_CHUNK, decode_content=False):
            size += len(chunk)
            if size > _REDIRECT_BODY:
                break
    except _LIBRARY_ERRORS:
        size = _REDIRECT_BODY + 1
    if size > _REDIRECT_BODY:
        answer.close()


def _read(
    answer: urllib3.BaseHTTPResponse, url: str, final_url: str, max_size: int, fetched_at: datetime
) -> Response:
    headers = tuple((k, _FOLD.sub(" ", v)) for k, v in answer.headers.iteritems())
    length = answer.length_remaining
    if length is not None and length > max_size:
        raise _too_large(answer, f"Content-Length {length}")
    chunks, size = [], 0
    for chunk in answer.stream(_CHUNK, decode_content=False):
        chunks.append(chunk)
        size += len(chunk)
        if size > max_size:
            raise _too_large(answer, f"more than {max_size} bytes")
    wire = b"".join(chunks)
    applied = coding.codings(headers)
    if applied and not wire and length is None and not answer.chunked:
        raise Aborted("truncated", "closed before the first byte of a compressed body")
    try:
        body = coding.decode(wire, applied, limit=max_size)
    except coding.CodingError as error:
        permanent = error.reason in {"bomb", "too_large"}
        raise Aborted(error.reason, str(error), permanent=permanent) from error
    return Response(
        url=url,
        final_url=final_url,
        status=answer.status,
        reason=answer.reason or "",
        headers=headers,
        wire=wire,
        body=body,
        fetched_at=fetched_at,
        elapsed=0.0,
    )


def _too_large(answer: urllib3.BaseHTTPResponse, detail: str) -> Aborted:
    answer.close()
    return Aborted("too_large", detail, permanent=True)


_LIBRARY_ERRORS = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
)
_REASONS: tuple[tuple[str, tuple[type[BaseException], ...]], ...] = (
    ("bad_http", (urllib3.exceptions.InvalidChunkLength,)),
    ("tls", (ssl.SSLError, ssl.CertificateError, urllib3.exceptions.SSLError)),
    ("truncated", (urllib3.exceptions.IncompleteRead, http.client.IncompleteRead)),
    ("timeout_connect", (TimeoutError, urllib3.exceptions.ConnectTimeoutError)),
    ("reset", (http.client.RemoteDisconnected, ConnectionError)),
    ("bad_http", (http.client.HTTPException, urllib3.exceptions.InvalidHeader)),
)
"""In this order: a closed connection is also a bad status line to http.client. What http.client
and urllib3 time out themselves is the TLS handshake; reading has limits of its own."""


def _classify(error: BaseException) -> str:
    """The failure's code, from the exceptions that one carries within it."""
    chain = list(_chain(error))
    for reason, types in _REASONS:
        if any(isinstance(link, types) for link in chain):
            return reason
    if any("prematurely" in str(link) for link in chain):  # urllib3 has no type for it
        return "truncated"
    return "bad_http"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and those in it: requests and urllib3 pack the cause into args or `reason`."""
    yield error
    for inner in (*error.args, getattr(error, "reason", None)):
        if isinstance(inner, BaseException):
            yield from _chain(inner)
    if error.__cause__ is not None:
        yield from _chain(error.__cause__)


def _describe(error: BaseException) -> str:
    innermost = list(_chain(error))[-1]
    return f"{type(innermost).__name__}: {innermost}"[:200]
