"""Who may be connected to, and for how long: the connections under requests.

The address is checked on the socket's own way, after name resolution and before a byte is sent, so
that neither a redirect nor a rebinding name gets around it.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any, ClassVar, cast
from urllib.parse import urlsplit

import certifi
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

if TYPE_CHECKING:
    import ssl

    from urllib3.response import HTTPResponse

PORTS = frozenset({80, 443, 8080, 8443})
MAX_HEAD = 256 * 1024
"""Bytes of status line and headers together."""
_BUFFER = 64 * 1024
_EMBEDDED_IPV4 = (ip_network("64:ff9b::/96"), ip_network("::/96"))


class Aborted(Exception):  # noqa: N818 - not an error of ours: it becomes a Failure
    """Ends a request from within the connection.

    Not an OSError on purpose: urllib3 and requests then neither wrap nor retry it.
    """

    def __init__(self, reason: str, detail: str, *, permanent: bool = False) -> None:
        super().__init__(detail)
        self.reason = reason
        self.permanent = permanent


class Stale(Exception):  # noqa: N818 - the request is simply sent again
    """A kept connection was closed by the server before it answered."""


@dataclass(slots=True)
class Call:
    """The limits of the request under way in this thread, and what its connection reports back.

    Times are of `time.monotonic`. `received` counts the bytes of the current response.
    """

    deadline: float
    connect_timeout: float
    read_timeout: float
    in_head: bool = True
    received: int = 0
    reused: bool = True
    peer: str | None = None
    status: int | None = None

    def start(self) -> None:
        """Forget what the last response reported, before the next request."""
        self.in_head, self.received, self.reused, self.status = True, 0, True, None

    def remaining(self) -> float:
        """Seconds until the deadline, never 0 (which would mean a non-blocking socket)."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise Aborted("timeout_total", "time limit for one response")
        return left


CALL: ContextVar[Call] = ContextVar("dateline_call")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet."""
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        embedded = ip.ipv4_mapped or ip.sixtofour
        if embedded is None and any(ip in network for network in _EMBEDDED_IPV4):
            embedded = IPv4Address(ip.packed[-4:])
        if embedded is not None:
            ip = embedded
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def refusal(url: str, *, allow_private: bool) -> Aborted | None:
    """Why a URL may not be asked for by what it says: its scheme or port."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        return Aborted("forbidden_scheme", f"{parts.scheme[:20]!r} is not http(s)", permanent=True)
    port = parts.port if parts.port is not None else (443 if parts.scheme == "https" else 80)
    if not allow_private and port not in PORTS:
        return Aborted("forbidden_port", f"port {port}", permanent=True)
    return None


class _TimedSocket(io.RawIOBase):
    """A socket's reading end that keeps the limits of the `Call`."""

    def __init__(self, sock: socket.socket, call: Call) -> None:
        self._sock = sock
        self._call = call
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        call = self._call
        remaining = call.remaining()
        self._sock.settimeout(min(call.read_timeout, remaining))
        try:
            count = self._raw.readinto(buffer) or 0
        except TimeoutError as error:
            reason = "timeout_total" if remaining <= call.read_timeout else "timeout_read"
            raise Aborted(reason, "no more bytes in time") from error
        call.received += count
        if call.in_head and call.received > MAX_HEAD:
            raise Aborted("too_large", f"headers of more than {MAX_HEAD} bytes", permanent=True)
        return count

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


class _TimedFiles:
    """Stands in for the socket where http.client asks it for a file to read from."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_TimedSocket(self._sock, CALL.get()), _BUFFER)


def _timed_response(sock: socket.socket, *args: Any, **kwargs: Any) -> http.client.HTTPResponse:
    # http.client only calls makefile() on it.
    return http.client.HTTPResponse(cast("socket.socket", _TimedFiles(sock)), *args, **kwargs)


class _Guarded(HTTPConnection):
    """The part that both schemes share."""

    response_class = staticmethod(_timed_response)  # type: ignore[assignment]
    allow_private: ClassVar[bool] = False
    _peer: str | None = None  # kept: a socket that was reset no longer tells it

    def _new_conn(self) -> socket.socket:
        call = CALL.get()
        call.reused = False
        host = self._dns_host.strip("[]")
        try:
            found = socket.getaddrinfo(host, self.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            raise Aborted("dns", f"{host}: {error}") from error
        targets = [(info[0], info[4]) for info in found if self._allowed(str(info[4][0]))]
        if not targets:
            addresses = ", ".join(sorted({str(info[4][0]) for info in found}))
            raise Aborted("forbidden_address", f"{host} is {addresses}", permanent=True)
        for family, address in targets[:-1]:
            try:
                return self._connect(call, family, address)
            except Aborted as error:
                if error.reason == "timeout_total":
                    raise
        return self._connect(call, *targets[-1])

    def _allowed(self, address: str) -> bool:
        return self.allow_private or is_public(address)

    def _connect(self, call: Call, family: int, address: Any) -> socket.socket:
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            for option in self.socket_options or ():
                sock.setsockopt(*option)
            sock.settimeout(min(call.connect_timeout, call.remaining()))
            sock.connect(address)
        except TimeoutError as error:
            sock.close()
            raise Aborted("timeout_connect", f"{address[0]} does not answer") from error
        except OSError as error:
            sock.close()
            raise Aborted("refused", f"{address[0]}: {error.strerror or error}") from error
        except BaseException:
            sock.close()
            raise
        self._peer = str(address[0])
        return sock

    def getresponse(self) -> HTTPResponse:  # type: ignore[override] # as urllib3 does
        call = CALL.get()
        call.peer = self._peer
        try:
            response = super().getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError) as error:
            if call.reused and not call.received:
                raise Stale from error
            raise
        call.in_head = False
        call.status = response.status
        return response


class _GuardedTLS(_Guarded, HTTPSConnection):
    pass


class _Open(_Guarded):
    allow_private = True


class _OpenTLS(_GuardedTLS):
    allow_private = True


def _pools(plain: type[HTTPConnection], tls: type[HTTPSConnection]) -> dict[str, Any]:
    http_pool = type("Pool", (HTTPConnectionPool,), {"ConnectionCls": plain})
    https_pool = type("PoolTLS", (HTTPSConnectionPool,), {"ConnectionCls": tls})
    return {"http": http_pool, "https": https_pool}


@cache
def _verifying() -> ssl.SSLContext:
    """The one context of all connections: requests reads the certificates for each (20 ms)."""
    context = create_urllib3_context()
    context.load_verify_locations(certifi.where())
    return context


class Adapter(HTTPAdapter):
    """requests' adapter over guarded connections; one is shared by all threads.

    Args:
        allow_private: connect to any address. Its connections are never used by an adapter that
            may not.
        hosts: how many hosts' connections are kept.
        connections: how many of one host.
    """

    def __init__(self, *, allow_private: bool, hosts: int = 256, connections: int = 4) -> None:
        self._allow_private = allow_private
        super().__init__(pool_connections=hosts, pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Use our connections."""
        super().init_poolmanager(*args, **kwargs, ssl_context=_verifying())
        classes = (_Open, _OpenTLS) if self._allow_private else (_Guarded, _GuardedTLS)
        self.poolmanager.pool_classes_by_scheme = _pools(*classes)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leave verification, which is always on, to the shared context."""
        assert verify is True, url
        assert cert is None, url
        conn.cert_reqs = "CERT_REQUIRED"
