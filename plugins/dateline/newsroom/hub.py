"""A WebSub hub for the newsroom's feeds, https://www.w3.org/TR/websub/: verifies, signs, pushes.

subscriber ─POST─► Hub.answer ─► 202        publish, edit, remove ─► Hub.distribute
                       └─► GET callback: hub.challenge comes back?        └─► POST callback, signed
"""

from __future__ import annotations

import hmac
import http.client
import ipaddress
import logging
import secrets
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from dateline.newsroom.site import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_TIMEOUT: Final = 10.0
_GONE: Final = 410
_ANSWER: Final = 64 * 1024
_MAX_SECRET: Final = 200
SHORTEST, LONGEST = 60, 30 * 86_400
"""Leases that it grants, seconds."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Whom to push a topic to; `until` on the monotonic clock."""

    topic: str
    callback: str
    secret: str = field(repr=False)
    until: float


class Hub:
    """The hub; a thread of its own talks to the subscribers, in order.

    Args:
        address: its own, as feeds name it.
        topics: the feeds it knows.
        anywhere: push to any host, not to this machine alone (in a container).
        monotonic: the clock of leases.
    """

    def __init__(
        self,
        address: str,
        topics: Collection[str],
        *,
        anywhere: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.address = address
        self._topics = frozenset(topics)
        self._anywhere = anywhere
        self._monotonic = monotonic
        self._subscribers: dict[tuple[str, str], Subscriber] = {}
        self._thread = ThreadPoolExecutor(1, "newsroom-hub")

    def stop(self) -> None:
        """End what waits to be sent; what is under way ends by itself."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    @property
    def subscribers(self) -> tuple[Subscriber, ...]:
        """Those whose lease runs."""
        now = self._monotonic()
        return tuple(item for item in list(self._subscribers.values()) if item.until > now)

    def answer(self, body: bytes) -> Reply:
        """The reply to a form: 202 where the callback will be asked, else 400 and why."""
        form = {name: texts[-1] for name, texts in parse_qs(body.decode("latin-1")).items()}
        mode, topic = form.get("hub.mode"), form.get("hub.topic", "")
        callback, secret = form.get("hub.callback", ""), form.get("hub.secret", "")
        asked = form.get("hub.lease_seconds", str(LONGEST))
        if mode not in {"subscribe", "unsubscribe"}:
            return _refusal("hub.mode must be subscribe or unsubscribe")
        if topic not in self._topics:
            return _refusal("no such topic")
        if not self._may_call(callback):
            return _refusal("hub.callback must be an http address of this machine")
        if len(secret.encode()) >= _MAX_SECRET or not asked.isdecimal():
            return _refusal("hub.secret is too long, or hub.lease_seconds no number")
        lease = min(max(int(asked[:9]), SHORTEST), LONGEST)
        new = Subscriber(topic, callback, secret, self._monotonic() + lease)
        self._thread.submit(self._verify, mode, new, lease)
        return Reply(202, b"Accepted", "text/plain")

    def distribute(self, topic: str, body: bytes, content_type: str) -> None:
        """Push a feed's new content to its subscribers, in the background."""
        for subscriber in self.subscribers:
            if subscriber.topic == topic:
                self._thread.submit(self._push, subscriber, body, content_type)

    def _verify(self, mode: str, new: Subscriber, lease: int) -> None:
        challenge = secrets.token_urlsafe(24)
        question = {"hub.mode": mode, "hub.topic": new.topic, "hub.challenge": challenge}
        if mode == "subscribe":
            question["hub.lease_seconds"] = str(lease)
        mark = "&" if urlsplit(new.callback).query else "?"
        status, said = _send(f"{new.callback}{mark}{urlencode(question)}")
        if status // 100 != 2 or said != challenge.encode():  # noqa: PLR2004 (successes)
            log.warning("newsroom hub: the callback does not confirm: %s", status)
        elif mode == "subscribe":
            self._subscribers[new.topic, new.callback] = new
        else:
            self._subscribers.pop((new.topic, new.callback), None)

    def _push(self, subscriber: Subscriber, body: bytes, content_type: str) -> None:
        links = f'<{self.address}>; rel="hub", <{subscriber.topic}>; rel="self"'
        headers = {"Content-Type": content_type, "Link": links}
        if subscriber.secret:
            digest = hmac.new(subscriber.secret.encode(), body, "sha256").hexdigest()
            headers["X-Hub-Signature"] = f"sha256={digest}"
        status, _ = _send(subscriber.callback, body, headers)
        if status == _GONE:
            self._subscribers.pop((subscriber.topic, subscriber.callback), None)

    def _may_call(self, callback: str) -> bool:
        parts = urlsplit(callback)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            return False
        return self._anywhere or is_loopback(parts.hostname)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by what it is called."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A callback that redirects has failed (WebSub, 5.3)."""

    def redirect_request(self, *_: object) -> None:
        return None


# Straight there, whatever proxy the environment names.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


def _send(
    url: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    """Status and body of the callback's answer; status 0: there was none."""
    request = urllib.request.Request(url, body, headers or {})  # noqa: S310 (http only, see above)
    try:
        with _opener.open(request, timeout=_TIMEOUT) as answer:
            return answer.status, answer.read(_ANSWER)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, b""
    except (OSError, ValueError, http.client.HTTPException) as error:
        log.warning("newsroom hub: the callback does not answer: %s", error)
        return 0, b""


def _refusal(why: str) -> Reply:
    return Reply(400, why.encode(), "text/plain")
