"""One GET, done with care: limits, guards, redirects by hand, bodies read to their proper end."""

from __future__ import annotations

import logging
import re
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit, urlunsplit

import requests
from requests.structures import CaseInsensitiveDict

from dateline import coding
from dateline.fetch.cookies import Cookies
from dateline.fetch.failures import LIBRARY_ERRORS, classify, describe
from dateline.fetch.guard import (
    CALL,
    MAX_HEAD,
    Aborted,
    Adapter,
    Call,
    Stale,
    check_addresses,
    refusal,
)
from dateline.fetch.values import (
    DEFAULT_POLITENESS,
    UNCONDITIONAL,
    Failure,
    Response,
    Unwanted,
)
from dateline.robots import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import urllib3

    from dateline.model import Politeness, Validators
    from dateline.settings import Settings

log = logging.getLogger(__name__)

MAX_REDIRECTS = 5
_OK = 200
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})
_SEE_OTHER = 303
"""The one redirect that answers a form elsewhere; the others say where to send it."""
_CHUNK = 256 * 1024
_REDIRECT_BODY = 64 * 1024
"""Of a redirect's body so much is read, to keep the connection."""
_OURS = frozenset({"host", "connection", "accept-encoding", "content-length", "transfer-encoding"})
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_HEADER_VALUE = re.compile(r"[^\s\x00-\x1f\x7f][^\x00-\x08\x0a-\x1f\x7f]*")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,20}):")
_FOLD = re.compile(r"\r?\n[ \t]*")


class Client:
    """Fetches URLs; safe to share between threads, which share the kept connections.

    Nothing of requests' sessions is used: they read proxies and passwords from the environment,
    keep every cookie, and read a redirect's body without limit even if it is not to follow.

    Args:
        settings: time limits, the User-Agent, the proxy.
        clock: the time of day, UTC, for `Response.fetched_at`.
    """

    def __init__(
        self, settings: Settings, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._adapters = {
            private: Adapter(allow_private=private, proxy=settings.proxy or None)
            for private in (False, True)
        }
        self._cookies = Cookies()

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
        unwanted: Unwanted | None = None,
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
            unwanted: tells the type of a 200's body that is not worth reading; the result then is
                the failure `not_html` with that type.
        """
        return self._ask(
            url, None, validators, politeness, max_size, accept, allow_redirect, unwanted
        )

    def post_form(
        self,
        url: str,
        form: Mapping[str, str],
        *,
        politeness: Politeness = DEFAULT_POLITENESS,
        max_size: int = 64 * 1024,
    ) -> Response | Failure:
        """Send a form, with the guards and limits of `get`; a redirect is sent it as well.

        Args:
            url: absolute.
            form: goes out as application/x-www-form-urlencoded, UTF-8.
            politeness: as for `get`.
            max_size: bytes of the answer.
        """
        return self._ask(url, form, UNCONDITIONAL, politeness, max_size, "*/*", None, None)

    def _ask(
        self,
        url: str,
        form: Mapping[str, str] | None,
        validators: Validators,
        politeness: Politeness,
        max_size: int,
        accept: str,
        allow_redirect: Callable[[str], bool | Verdict] | None,
        unwanted: Unwanted | None,
    ) -> Response | Failure:
        started, monotonic = self._clock(), time.monotonic()
        call = Call(
            deadline=monotonic + self._settings.total_timeout,
            connect_timeout=self._settings.connect_timeout,
            read_timeout=self._settings.read_timeout,
            limit=MAX_HEAD + max_size + max_size // 4 + _CHUNK,
        )
        token = CALL.set(call)
        redirects: list[str] = []
        moved = True
        result: Response | Failure
        try:
            target = first = _clean(url)
            while True:
                self._check(target, politeness, redirects, allow_redirect)
                headers = self._headers(validators, politeness, accept, own=_same(first, target))
                with self._answer(target, headers, call, politeness, first, form) as answer:
                    following = _location(answer, target, form)
                    if following is None:
                        result = _read(answer, first, target, max_size, started, unwanted)
                        break
                    _drain(answer)
                    moved = moved and answer.status in _FOR_GOOD
                redirects.append(target)
                target = following
        except Aborted as error:
            result = Failure(error.reason, str(error), error.permanent, call.status)
        except LIBRARY_ERRORS as error:
            result = Failure(classify(error), describe(error), permanent=False, status=call.status)
        finally:
            CALL.reset(token)
        elapsed, hops = time.monotonic() - monotonic, tuple(redirects)
        if isinstance(result, Failure):
            return replace(result, elapsed=elapsed, redirects=hops)
        return replace(
            result,
            elapsed=elapsed,
            redirects=hops,
            moved=bool(hops) and moved,
            peer=None if self._settings.proxy else call.peer,
        )

    def _headers(
        self, validators: Validators, politeness: Politeness, accept: str, *, own: bool
    ) -> dict[str, str]:
        headers = {"User-Agent": self._settings.user_agent, "Accept": accept}
        if own:  # they may hold a key: another host has no business with them
            headers |= {
                k: v
                for k, v in politeness.headers
                if k.lower() not in _OURS
                and _HEADER_NAME.fullmatch(k)
                and _HEADER_VALUE.fullmatch(v)
            }
        headers["Accept-Encoding"] = coding.ACCEPTED
        conditions = {
            "If-None-Match": validators.etag,
            "If-Modified-Since": validators.last_modified,
        }
        # Servers send validators that are no header values; those are not sent back.
        return headers | {k: v for k, v in conditions.items() if v and _HEADER_VALUE.fullmatch(v)}

    def _check(
        self,
        target: str,
        politeness: Politeness,
        redirects: list[str],
        allow_redirect: Callable[[str], bool | Verdict] | None,
    ) -> None:
        """Raise Aborted if the URL, or the way there, may not be taken."""
        private = politeness.allow_private
        if refused := refusal(target, allow_private=private):
            raise refused
        if self._settings.proxy and not private:  # else the connection itself is checked
            check_addresses(urlsplit(target).hostname or "")
        if not redirects:
            return
        if target in redirects or len(redirects) > MAX_REDIRECTS:
            raise Aborted("redirect_loop", f"{len(redirects)} redirects", permanent=True)
        verdict = allow_redirect(target) if allow_redirect else True
        if not (verdict.allowed if isinstance(verdict, Verdict) else verdict):
            rule = verdict.rule if isinstance(verdict, Verdict) else None
            raise Aborted("forbidden_redirect", rule or target, permanent=True)

    @contextmanager
    def _answer(
        self,
        url: str,
        headers: dict[str, str],
        call: Call,
        politeness: Politeness,
        first: str,
        form: Mapping[str, str] | None,
    ) -> Iterator[urllib3.BaseHTTPResponse]:
        """Send the request; once more if the kept connection turns out to be closed."""
        request = requests.PreparedRequest()  # `_clean` and `_headers` have prepared it
        request.method, request.url, request.headers = "GET", url, CaseInsensitiveDict(headers)
        if form is not None:
            request.method = "POST"
            request.prepare_body(form, None)
        host = urlsplit(first).netloc
        if politeness.cookies:
            self._cookies.put(host, request)
        adapter = self._adapters[politeness.allow_private]
        while True:
            call.start()
            try:
                answer = adapter.send(request, stream=True)
                break
            except Stale:
                log.debug("kept connection was closed")
        with answer:
            if politeness.cookies:
                self._cookies.learn(host, request, answer.raw)
            yield answer.raw


def _clean(url: str) -> str:
    """The URL as it goes out: escaped, without credentials and fragment."""
    try:
        prepared = requests.PreparedRequest()
        prepared.prepare_url(url.strip(), None)
        parts = urlsplit(prepared.url or "")
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


def _location(
    answer: urllib3.BaseHTTPResponse, base: str, form: Mapping[str, str] | None
) -> str | None:
    location = answer.headers.get("Location")
    if answer.status not in _REDIRECTS or not location:
        return None
    if form is not None and answer.status == _SEE_OTHER:
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
    except LIBRARY_ERRORS:
        size = _REDIRECT_BODY + 1
    if size > _REDIRECT_BODY:
        answer.close()


def _read(
    answer: urllib3.BaseHTTPResponse,
    url: str,
    final_url: str,
    max_size: int,
    fetched_at: datetime,
    unwanted: Unwanted | None,
) -> Response:
    headers = tuple((k, _FOLD.sub(" ", v)) for k, v in answer.headers.iteritems())
    applied = coding.codings(headers)
    if unwanted and answer.status == _OK:
        _refuse(answer, unwanted, b"")
    length = answer.length_remaining
    if length is not None and length > max_size:
        raise _too_large(answer, f"Content-Length {length}")
    chunks: list[bytes] = []
    size = 0
    for chunk in answer.stream(_CHUNK, decode_content=False):
        if unwanted and not chunks and not applied and answer.status == _OK:
            _refuse(answer, unwanted, chunk)
        chunks.append(chunk)
        size += len(chunk)
        if size > max_size:
            raise _too_large(answer, f"more than {max_size} bytes")
    wire = b"".join(chunks)
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


def _refuse(answer: urllib3.BaseHTTPResponse, unwanted: Unwanted, head: bytes) -> None:
    """Hang up on a body that is not wanted, by its Content-Type or first bytes."""
    if kind := unwanted(answer.headers.get("Content-Type"), head):
        answer.close()
        raise Aborted("not_html", kind[:80], permanent=True)


def _too_large(answer: urllib3.BaseHTTPResponse, detail: str) -> Aborted:
    answer.close()
    return Aborted("too_large", detail, permanent=True)
