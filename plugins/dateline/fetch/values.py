"""What fetching takes and gives.

Request ─► Crawl ─► Fetched(Response | Failure | Forbidden | Deferred)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dateline.model import Politeness, Validators

UNCONDITIONAL = Validators()
DEFAULT_POLITENESS = Politeness()
Unwanted = Callable[[str | None, bytes], str | None]
"""Given a Content-Type and the first bytes (empty: not there yet, or compressed), the type of a
body that is not worth reading; None: it is."""


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP answer of any status, read to its proper end.

    Attributes:
        url: as requested, without credentials and fragment.
        final_url: after redirects.
        headers: as received, in order; folded lines are unfolded.
        wire: the entity as sent: Content-Encoding kept, chunking removed.
        body: content-decoded.
        fetched_at: UTC, when the request was sent.
        elapsed: seconds, redirects and body included.
        redirects: the URLs that redirected, `url` first.
        moved: all of them say that it is for good (301, 308).
        peer: IP address that answered.
    """

    url: str
    final_url: str
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    wire: bytes = field(repr=False)
    body: bytes = field(repr=False)
    fetched_at: datetime
    elapsed: float
    redirects: tuple[str, ...] = ()
    moved: bool = False
    peer: str | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case."""
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def validators(self) -> Validators:
        """What to send with the next conditional GET."""
        return Validators(self.header("etag"), self.header("last-modified"))


@dataclass(frozen=True, slots=True)
class Failure:
    """No usable answer.

    Attributes:
        reason: timeout_connect, timeout_read, timeout_total, dns, refused, reset, tls, truncated,
            too_large, bomb, forbidden_address, forbidden_scheme, forbidden_port,
            forbidden_redirect, redirect_loop, bad_redirect, bad_encoding, bad_http, bad_url, proxy
            or not_html (its detail is the type).
        detail: for people; holds no credentials.
        permanent: trying again would end the same way.
        status: if the answer broke off after its status line.
    """

    reason: str
    detail: str
    permanent: bool
    status: int | None = None
    elapsed: float = 0.0
    redirects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Forbidden:
    """robots.txt says no. `rule` is the line that decided."""

    rule: str | None
    reason: str = "robots"


@dataclass(frozen=True, slots=True)
class Deferred:
    """Not asked: the host wants us to wait, or is out of reach. `at` is when that was decided."""

    until: datetime
    reason: str
    at: datetime

    @property
    def wait(self) -> timedelta:
        """From the decision on."""
        return max(self.until - self.at, timedelta(0))


@dataclass(frozen=True, slots=True)
class Request:
    """A URL to fetch.

    Attributes:
        key: the caller's own.
        host: `urls.host_of(url)`.
        obey_robots: off for what is published to be polled by programs and was named by a person.
        unwanted: see `Client.get`.
    """

    key: int
    url: str
    host: str
    validators: Validators = UNCONDITIONAL
    politeness: Politeness = DEFAULT_POLITENESS
    max_size: int = 10 * 1024**2
    accept: str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.5"
    obey_robots: bool = True
    unwanted: Unwanted | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """How a request ended, and which robots.txt (16 bytes of its hash) and rule let it pass."""

    request: Request
    result: Response | Failure | Forbidden | Deferred
    robots_hash: bytes | None = None
    robots_rule: str | None = None
