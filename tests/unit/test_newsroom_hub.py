"""The newsroom's hub: who may subscribe, what is verified, what is pushed and how it is signed."""

from __future__ import annotations

import hmac
import http.client
import queue
import urllib.request
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from dateline import newsroom
from dateline.discover.websub import advertised
from dateline.newsroom import Newsroom
from dateline.newsroom.hub import LONGEST, SHORTEST, Hub
from dateline.newsroom.listener import Listener
from dateline.newsroom.site import Reply

SECRET = "a key"


class Reader(Listener):
    """A subscriber. `seen` are the hub's requests: method, path, body; `headers` go with them."""

    def __init__(self):
        super().__init__("127.0.0.1", 0, "one port")
        self.fault = lambda _: None
        self.app = self._answer
        self.seen = queue.Queue()
        self.reply = self.echo
        self.url = f"http://127.0.0.1:{self.server_port}/callback"

    def echo(self, path):
        challenge = parse_qs(urlsplit(path).query).get("hub.challenge", [""])[0]
        return Reply(200, challenge.encode(), "text/plain")

    def _answer(self, method, path, body):
        self.seen.put((method, path, body))
        return self.reply(path)


@pytest.fixture
def reader():
    reader = Reader()
    reader.start()
    yield reader
    reader.stop()


@pytest.fixture
def room():
    with Newsroom(0) as room:
        yield room


def site_of(room, slug):
    return next(site for site in room.sites if site.publisher.slug == slug)


def subscribe(room, reader, **changes):
    """The status of the hub's answer; `mode="x"` changes hub.mode."""
    form = {
        "mode": "subscribe",
        "topic": site_of(room, "newsroom-ledger").feed_url,
        "callback": reader.url,
        "secret": SECRET,
        "lease_seconds": "3600",
    } | changes
    body = urlencode({f"hub.{name}": text for name, text in form.items() if text is not None})
    line = http.client.HTTPConnection("127.0.0.1", room.port, timeout=10)
    line.request("POST", "/hub", body)
    with line.getresponse() as answer:
        answer.read()
    line.close()
    return answer.status


def question(reader):
    """The hub's next question: parameter without "hub." to value."""
    method, path, _ = reader.seen.get(timeout=10)
    assert method == "GET"
    query = parse_qs(urlsplit(path).query, strict_parsing=True)
    return {name.removeprefix("hub."): values[0] for name, values in query.items()}


def settle(room):
    """The hub has done what it was asked to before."""
    room.hub._thread.submit(lambda: None).result(timeout=20)


def test_feeds_name_the_hub_in_body_or_header(room):
    """RSS and Atom by a link element, one by its Link header, the others not at all."""
    named = {}
    for site in room.sites:
        with urllib.request.urlopen(site.feed_url, timeout=10) as answer:
            headers, body = answer.headers.items(), answer.read().decode("latin-1")
        in_body = f'rel="hub" href="{room.hub.address}"' in body
        if in_body:
            assert f'rel="self" href="{site.feed_url}"' in body
        in_header = advertised(headers, None, None, site.feed_url)
        assert in_header in {None, (room.hub.address, site.feed_url)}
        named[site.publisher.slug] = "body" * in_body + "header" * (in_header is not None)
    assert {slug: where for slug, where in named.items() if where} == {
        "newsroom-courier": "body",
        "newsroom-ledger": "body",
        "newsroom-standard": "header",
    }


def test_subscription_is_verified_before_it_counts(room, reader):
    assert subscribe(room, reader) == 202
    asked = question(reader)
    assert (asked["mode"], asked["lease_seconds"]) == ("subscribe", "3600")
    assert asked["topic"] == site_of(room, "newsroom-ledger").feed_url
    settle(room)
    (known,) = room.hub.subscribers
    assert (known.callback, known.topic) == (reader.url, asked["topic"])


@pytest.mark.parametrize(
    "reply",
    [Reply(404), Reply(200, b"yes"), Reply(500), Reply(302, location="/elsewhere"), Reply(200)],
    ids=["404", "not the challenge", "500", "redirect", "empty"],
)
def test_callback_that_does_not_confirm_is_not_subscribed(room, reader, reply):
    reader.reply = lambda _: reply
    assert subscribe(room, reader) == 202
    settle(room)
    assert room.hub.subscribers == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": "publish"},
        {"mode": None},
        {"topic": "http://127.0.0.1:1/feed"},
        {"topic": None},
        {"callback": None},
        {"callback": "http://news.example/websub"},
        {"callback": "http://10.0.0.1/websub"},
        {"callback": "file:///etc/passwd"},
        {"callback": "http:///x"},
        {"secret": "x" * 200},
        {"lease_seconds": "soon"},
    ],
    ids=str,
)
def test_request_that_makes_no_sense_is_refused(room, reader, changes):
    """Above all, it calls this machine only."""
    assert subscribe(room, reader, **changes) == 400
    settle(room)
    assert reader.seen.empty()


def test_publication_is_pushed_with_its_signature(room, reader):
    """To subscribers of that feed alone: the feed as it now is, its own links, its HMAC."""
    pushed = {}
    subscribe(room, reader)
    question(reader)
    settle(room)
    take = reader._answer

    def remember(method, path, body):
        pushed["body"] = body
        return take(method, path, body)

    reader.app = remember
    room.publish("newsroom-standard")
    settle(room)
    assert reader.seen.empty()
    url = newsroom.publish(room.port, "newsroom-ledger")
    settle(room)
    method, path, body = reader.seen.get(timeout=10)
    assert (method, path) == ("POST", "/callback")
    assert url in body.decode()
    assert body == pushed["body"]


def test_signature_is_the_hmac_of_the_body(monkeypatch):
    sent = []
    hub = Hub("http://127.0.0.1:1/hub", ["http://127.0.0.1:2/feed"])
    monkeypatch.setattr("dateline.newsroom.hub.secrets.token_urlsafe", lambda _: "c")
    monkeypatch.setattr(
        "dateline.newsroom.hub._send",
        lambda *request: (sent.append(request), (200, b"c"))[1],
    )
    form = {
        "hub.mode": "subscribe",
        "hub.topic": "http://127.0.0.1:2/feed",
        "hub.callback": "http://127.0.0.1:3/c?x=1",
        "hub.secret": SECRET,
    }
    assert hub.answer(urlencode(form).encode()).status == 202
    hub._thread.submit(lambda: None).result(timeout=20)
    hub.distribute("http://127.0.0.1:2/feed", b"<rss/>", "text/xml")
    hub._thread.submit(lambda: None).result(timeout=20)
    hub.stop()
    (verification,), (url, body, headers) = sent
    assert verification.startswith("http://127.0.0.1:3/c?x=1&hub.mode=subscribe&")
    assert (url, body) == ("http://127.0.0.1:3/c?x=1", b"<rss/>")
    digest = hmac.new(SECRET.encode(), b"<rss/>", "sha256").hexdigest()
    assert headers["X-Hub-Signature"] == f"sha256={digest}"
    assert headers["Content-Type"] == "text/xml"
    assert advertised(list(headers.items()), None, None, "http://127.0.0.1/x") == (
        "http://127.0.0.1:1/hub",
        "http://127.0.0.1:2/feed",
    )


def test_edit_and_removal_are_pushed_too(room, reader):
    subscribe(room, reader)
    question(reader)
    settle(room)
    piece = site_of(room, "newsroom-ledger").pieces[0]
    room.edit(piece.url)
    room.remove(piece.url)
    settle(room)
    bodies = [reader.seen.get(timeout=10)[2].decode() for _ in range(2)]
    assert [piece.url in body for body in bodies] == [True, False]


def test_subscriber_that_is_gone_is_forgotten(room, reader):
    subscribe(room, reader)
    settle(room)
    reader.reply = lambda _: Reply(410)
    room.publish("newsroom-ledger")
    settle(room)
    assert room.hub.subscribers == ()


def test_unsubscription_is_verified_too(room, reader):
    subscribe(room, reader)
    settle(room)
    reader.reply = lambda _: Reply(404)
    subscribe(room, reader, mode="unsubscribe")
    settle(room)
    assert len(room.hub.subscribers) == 1
    reader.reply = reader.echo
    subscribe(room, reader, mode="unsubscribe")
    settle(room)
    assert room.hub.subscribers == ()


def test_lease_ends_and_has_bounds():
    now = [0.0]
    hub = Hub("http://127.0.0.1:1/hub", ["t"], monotonic=lambda: now[0])
    leases = []
    hub._verify = lambda _, new, lease: leases.append((lease, new.until))
    for seconds in ("5", "7200", "9" * 40):
        hub.answer(
            urlencode(
                {
                    "hub.mode": "subscribe",
                    "hub.topic": "t",
                    "hub.callback": "http://127.0.0.1:3/",
                    "hub.lease_seconds": seconds,
                }
            ).encode()
        )
    hub._thread.submit(lambda: None).result(timeout=20)
    hub.stop()
    assert leases == [(n, float(n)) for n in (SHORTEST, 7200, LONGEST)]


def test_lease_that_ran_out_is_not_served(room, reader):
    subscribe(room, reader, lease_seconds=str(SHORTEST))
    settle(room)
    known = room.hub.subscribers[0]
    room.hub._monotonic = lambda: known.until
    assert room.hub.subscribers == ()


def test_hub_in_a_container_calls_other_hosts():
    hub = Hub("http://newsroom:1/hub", ["t"], anywhere=True)
    hub._verify = lambda *_: None
    form = {
        "hub.mode": "subscribe",
        "hub.topic": "t",
        "hub.callback": "http://api-server:8080/websub/x",
    }
    assert hub.answer(urlencode(form).encode()).status == 202
    hub.stop()


def test_callback_that_does_not_answer_harms_nothing(room, reader):
    """It may come back: the lease decides."""
    subscribe(room, reader)
    settle(room)
    reader.stop()
    room.publish("newsroom-ledger")
    settle(room)
    assert len(room.hub.subscribers) == 1
