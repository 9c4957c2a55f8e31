"""What the libraries raise, as reasons of a `Failure`."""

from __future__ import annotations

import http.client
import re
import ssl
from typing import TYPE_CHECKING

import requests
import urllib3.exceptions

if TYPE_CHECKING:
    from collections.abc import Iterator

LIBRARY_ERRORS = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
)
_REASONS: tuple[tuple[str, tuple[type[BaseException], ...]], ...] = (
    ("bad_http", (urllib3.exceptions.InvalidChunkLength,)),
    ("tls", (ssl.SSLError, ssl.CertificateError, urllib3.exceptions.SSLError)),
    ("proxy", (urllib3.exceptions.ProxyError, requests.exceptions.ProxyError)),
    ("truncated", (urllib3.exceptions.IncompleteRead, http.client.IncompleteRead)),
    ("timeout_connect", (TimeoutError, urllib3.exceptions.ConnectTimeoutError)),
    ("reset", (http.client.RemoteDisconnected, ConnectionError)),
    ("bad_http", (http.client.HTTPException, urllib3.exceptions.InvalidHeader)),
)
"""In this order: a closed connection is also a bad status line to http.client. What http.client
and urllib3 time out themselves is the TLS handshake; reading has limits of its own."""
_USERINFO = re.compile(r"//[^/?#\s@]*@")


def classify(error: BaseException) -> str:
    """The failure's code, from the exceptions that one carries within it."""
    chain = list(_chain(error))
    for reason, types in _REASONS:
        if any(isinstance(link, types) for link in chain):
            return reason
    if any("prematurely" in str(link) for link in chain):  # urllib3 has no type for it
        return "truncated"
    return "bad_http"


def describe(error: BaseException) -> str:
    """The innermost exception, for people; credentials of a URL in it are left out."""
    innermost = list(_chain(error))[-1]
    return without_credentials(f"{type(innermost).__name__}: {innermost}")[:200]


def without_credentials(text: str) -> str:
    """A text whose URLs name no user."""
    return _USERINFO.sub("//", text)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and those in it: requests and urllib3 pack the cause into args or `reason`."""
    yield error
    for inner in (*error.args, getattr(error, "reason", None)):
        if isinstance(inner, BaseException):
            yield from _chain(inner)
    if error.__cause__ is not None:
        yield from _chain(error.__cause__)
