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
import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_auth_from_url
from urllib3 import make_headers, proxy_from_url
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
_UNICAST = ip_network("2000::/3")
"""The only part of IPv6 that is handed out."""
_NOT_PUBLIC = (
    ip_network("192.0.0.0/24"),
    ip_network("192.88.99.0/24"),
    ip_network("3fff::/20"),
)
"""What Python's versions differ on: protocol assignments, 6to4 relays, documentation."""


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

    Times are of `time.monotonic`. `received` counts the bytes of the current response, of which
    there may be `limit`: chunk sizes and trailers count too.
    """

    deadline: float
    connect_timeout: float
    read_timeout: float
    limit: int
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
    if isinstance(ip, IPv6Address) and ip not in _UNICAST:
        return False
    if any(ip in network for network in _NOT_PUBLIC):
        return False
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


def check_addresses(host: str) -> None:
    """Raise Aborted if a host that a proxy is to be asked for is not of the open internet.

    A name that is not known here is left to the proxy, which may be the only one to know names.
    """
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, None)}
    except (socket.gaierror, UnicodeError):
        return
    if private := sorted(address for address in found if not is_public(address)):
        raise Aborted("forbidden_address", f"{host} is {', '.join(private)}", permanent=True)


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
        if call.received > call.limit:
            raise Aborted("too_large", f"more than {call.limit} bytes", permanent=True)
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
        if self.proxy is None:
            return self._open_socket()
        try:
            return self._open_socket()
        except Aborted as error:
            if error.reason == "timeout_total":
                raise
            raise Aborted("proxy", f"{error.reason}: {error}") from error

    def _open_socket(self) -> socket.socket:
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
        proxy: URL of the HTTP proxy that all requests go through, whatever its own address:
            `check_addresses` guards the targets then.
        hosts: how many hosts' connections are kept.
        connections: how many of one host.
    """

    def __init__(
        self,
        *,
        allow_private: bool,
        proxy: str | None = None,
        hosts: int = 512,
        connections: int = 4,
    ) -> None:
        self._allow_private = allow_private
        self._proxy = proxy
        super().__init__(pool_connections=hosts, pool_maxsize=connections)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **kwargs: Any
    ) -> None:
        """Use our connections."""
        kwargs["ssl_context"] = _verifying()
        if self._proxy is None:
            super().init_poolmanager(connections, maxsize, block, **kwargs)
        else:
            user, password = get_auth_from_url(self._proxy)
            headers = make_headers(proxy_basic_auth=f"{user}:{password}") if user else None
            kwargs |= {"num_pools": connections, "maxsize": maxsize, "block": block}
            self.poolmanager = proxy_from_url(self._proxy, proxy_headers=headers, **kwargs)
        anywhere = self._allow_private or self._proxy is not None
        classes = (_Open, _OpenTLS) if anywhere else (_Guarded, _GuardedTLS)
        self.poolmanager.pool_classes_by_scheme = _pools(*classes)

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, *_: Any, **__: Any
    ) -> HTTPConnectionPool:
        """The pool for a request; requests works out anew for each what never changes here."""
        parts = urlsplit(request.url or "")
        pool: HTTPConnectionPool = self.poolmanager.connection_from_host(
            str(parts.hostname), parts.port, str(parts.scheme)
        )
        return pool

    def request_url(self, request: requests.PreparedRequest, *_: Any) -> str:
        """What stands in the request line: an HTTP proxy needs the whole URL."""
        url = request.url or ""
        return url if self._proxy and url.startswith("http:") else request.path_url

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leave verification, which is always on, to the shared context."""
        assert verify is True, url
        assert cert is None, url
        conn.cert_reqs = "CERT_REQUIRED"

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        """As little as closing it needs: cookies and charsets are none of its business here."""
        response = requests.Response()
        response.raw, response.request = resp, req
        return response
