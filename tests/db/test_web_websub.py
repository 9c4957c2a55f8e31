"""The callback over real HTTP, as hubs and attackers meet it."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode, urlsplit

import pytest

from dateline.model import FeedSpec, Source
from dateline.store import Database
from dateline.store import websub as store
from dateline.store.sources import set_enabled
from dateline.web import websub

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
HUB = "https://hub.example/"
MAX_SIZE = 1_000_000


@dataclass
class Callback:
    """A running callback, and the subscription of the feed `example` that was asked for."""

    address: str
    desk: object
    now: list[datetime] = field(default_factory=lambda: [NOW])

    def __post_init__(self):
        self.row = store.claim_request(
            self.desk.database, 0, 1, NOW, local=False, skipped=()
        ).subscription

    def send(self, method, token=None, query=None, body=None, **headers):
        """Status, headers and body of the answer; "X_Y" is the header X-Y."""
        place = urlsplit(self.address)
        path = f"/{self.row.token if token is None else token}"
        path += f"?{query if isinstance(query, str) else urlencode(query)}" if query else ""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(http.client.HTTPConnection(place.hostname, place.port, timeout=20)) as line:
            line.request(method, path, body=body, headers=names)
            answer = line.getresponse()
            return answer.status, answer.headers, answer.read()

    def ask(self, token=None, **changes):
        """The hub's question; `mode="x"` changes hub.mode, None leaves it out."""
        question = {
            "mode": "subscribe",
            "topic": self.row.topic,
            "challenge": "c-1",
            "lease_seconds": "864000",
        } | changes
        query = {f"hub.{name}": text for name, text in question.items() if text is not None}
        return self.send("GET", token, query)

    def push(self, body=b"<rss/>", key=None, algorithm="sha256", token=None, **headers):
        digest = hmac.new((key or self.row.secret).encode(), body, algorithm).hexdigest()
        signed = {"X_Hub_Signature": f"{algorithm}={digest}"} | headers
        return self.send("POST", token, body=body, **signed)[0]

    def stored(self, *columns):
        return self.desk.query(f"select {', '.join(columns)} from ops.websub")[0]


@pytest.fixture
def callback(desk, serve):
    desk.query("update ops.feed set hub = %s, topic = url", HUB)
    made = Callback("", desk)
    app = websub.create_app(
        lambda: Database(desk.database.dsn, sleep=lambda _: None),
        lambda: MAX_SIZE,
        clock=lambda: made.now[0],
    )
    made.address = serve(app)
    yield made
    app.state.warehouse.close()


def test_hub_s_question_is_answered_with_its_challenge(callback):
    status, headers, body = callback.ask(challenge="a b&c=ü")
    assert (status, body.decode()) == (200, "a b&c=ü")
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert callback.stored("state", "verified_at", "expires_at") == (
        *("active", NOW),
        NOW + timedelta(days=10),
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"topic": "https://www.example.org/other.xml"},
        {"topic": None},
        {"topic": "' or 1=1 --"},
        {"topic": "\0"},
        {"mode": None},
        {"mode": "publish"},
        {"mode": "SUBSCRIBE"},
        {"challenge": None},
        {"challenge": ""},
        {"token": "x" * 43},
        {"token": "short"},
        {"token": "..%2f..%2fnews"},
        {"token": "%00" * 43},
    ],
    ids=str,
)
def test_any_other_question_gets_404_and_changes_nothing(callback, changes):
    status, _, body = callback.ask(**changes)
    assert status == 404
    assert b"c-1" not in body
    assert callback.stored("state") == ("pending",)


def test_stranger_cannot_end_a_subscription(callback):
    """Anyone may ask a hub to unsubscribe our callback; the hub asks us, and we say no."""
    callback.ask()
    assert callback.ask(mode="unsubscribe")[0] == 404
    assert callback.stored("state") == ("active",)


def test_token_of_one_feed_does_not_serve_for_another(callback):
    """Neither to verify its topic nor to push with its key."""
    feed = FeedSpec("https://other.example/feed")
    callback.desk.apply(Source("other", "Other", "https://other.example/", (feed,)))
    callback.desk.query("update ops.feed set hub = %s, topic = url", HUB)
    other = store.claim_request(
        callback.desk.database, 0, 1, NOW, local=False, skipped=()
    ).subscription
    assert callback.ask(token=other.token)[0] == 404
    assert callback.push(token=other.token) == 202
    assert callback.push(key=other.secret) == 202
    assert callback.desk.query("select sum(pushes)::int from ops.websub") == [(0,)]


def test_question_is_not_answered_a_day_after_the_request(callback):
    callback.now[0] = NOW + timedelta(days=1, seconds=1)
    assert callback.ask()[0] == 404


def test_denial_is_believed_from_whoever_knows_the_token(callback):
    callback.ask()
    status, _, body = callback.ask(mode="denied", reason="no\0\r\npushes", challenge=None)
    assert (status, body) == (200, b"")
    assert callback.stored("state", "problem") == ("denied", "denied: no pushes")
    assert callback.ask()[0] == 404


@pytest.mark.parametrize(
    "challenge",
    [
        "x\r\nSet-Cookie: session=1\r\n\r\n<script>alert(1)</script>",
        "<script>alert(document.domain)</script>",
        "\0\x1b[31m",
    ],
)
def test_challenge_gets_into_neither_headers_nor_a_page(callback, challenge):
    status, headers, body = callback.ask(challenge=challenge)
    assert (status, body.decode()) == (200, challenge)
    assert "Set-Cookie" not in headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"].startswith("text/plain")
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_challenge_has_a_limit(callback):
    assert callback.ask(challenge="x" * 1000)[0] == 200
    status, _, body = callback.ask(challenge="x" * 1001)
    assert status == 404
    assert len(body) < 100
    assert callback.send("GET", query=f"hub.mode=subscribe&{'&'.join(['a=b'] * 9000)}")[0] == 404


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_signed_push_is_recorded(callback, algorithm):
    callback.ask()
    assert callback.push(algorithm=algorithm) == 202
    assert callback.stored("pushes", "pushed_at", "problem") == (1, NOW, None)


def test_push_without_content_is_a_push(callback):
    """A thin ping: only that there is news."""
    assert callback.push(b"") == 202
    assert callback.stored("pushes") == (1,)


@pytest.mark.parametrize(
    ("headers", "problem"),
    [
        ({"X_Hub_Signature": ""}, "push without a signature"),
        ({"X_Hub_Signature": "md5=" + "0" * 32}, "push without a signature"),
        ({"X_Hub_Signature": "sha256=" + "0" * 64}, "push with a wrong signature"),
        ({"X_Hub_Signature": "sha256=00"}, "push with a wrong signature"),
        (
            {"X_Hub_Signature": "sha256=" + hashlib.sha256(b"<rss/>").hexdigest()},
            "push with a wrong signature",
        ),
    ],
    ids=str,
)
def test_unsigned_push_is_ignored_and_cannot_tell(callback, headers, problem):
    """The answer is that of a good one."""
    assert callback.push(**headers) == 202
    assert callback.stored("pushes", "pushed_at", "problem") == (0, None, problem)


def test_body_that_was_touched_is_ignored(callback):
    digest = hmac.new(callback.row.secret.encode(), b"<rss/>", "sha256").hexdigest()
    headers = {"X_Hub_Signature": f"sha256={digest}"}
    assert callback.send("POST", body=b"<rss />", **headers)[0] == 202
    assert callback.stored("pushes") == (0,)


def test_push_to_an_unknown_token_gets_404(callback):
    assert callback.push(token="x" * 43) == 404
    assert callback.push(token="x") == 404


def test_feed_that_is_off_tells_its_hub_to_stop(callback):
    callback.ask()
    set_enabled(callback.desk.database, "example", enabled=False)
    assert callback.push() == 410
    assert callback.ask()[0] == 410
    assert callback.stored("pushes") == (0,)


def test_huge_body_is_refused_by_what_it_announces(callback):
    place = urlsplit(callback.address)
    with socket.create_connection((place.hostname, place.port), timeout=20) as line:
        line.sendall(
            f"POST /{callback.row.token} HTTP/1.1\r\nHost: x\r\nX-Hub-Signature: sha256=00\r\n"
            "Content-Length: 99999999999\r\n\r\n".encode()
        )
        assert line.recv(100).startswith(b"HTTP/1.1 413 ")


def test_endless_body_is_refused_once_it_is_too_large(callback):
    """Chunked, so that nothing is announced; the sender is cut off."""
    sent = 0

    def endless():
        nonlocal sent
        while sent < 64 * MAX_SIZE:
            sent += 65536
            yield b"x" * 65536

    with suppress(ConnectionError):  # cut off while sending, or told so at the end
        assert callback.send("POST", body=endless(), X_Hub_Signature="sha256=00")[0] == 413
    assert sent < 64 * MAX_SIZE
    assert callback.stored("pushes") == (0,)


def test_body_at_the_limit_is_taken(callback):
    assert callback.push(b"x" * MAX_SIZE) == 202
    assert callback.stored("pushes") == (1,)
    assert callback.push(b"x" * (MAX_SIZE + 1)) == 413


def test_sender_that_stops_half_way_is_given_up(callback, monkeypatch):
    monkeypatch.setattr(websub, "BODY_SECONDS", 0.05)
    place = urlsplit(callback.address)
    with socket.create_connection((place.hostname, place.port), timeout=20) as line:
        line.sendall(
            f"POST /{callback.row.token} HTTP/1.1\r\nHost: x\r\nX-Hub-Signature: sha256=00\r\n"
            "Content-Length: 100\r\n\r\nhalf".encode()
        )
        assert line.recv(100).startswith(b"HTTP/1.1 408 ")


def test_sender_that_hangs_up_half_way_has_pushed_nothing(callback):
    place = urlsplit(callback.address)
    with socket.create_connection((place.hostname, place.port), timeout=20) as line:
        line.sendall(
            f"POST /{callback.row.token} HTTP/1.1\r\nHost: x\r\nX-Hub-Signature: sha256=00\r\n"
            "Content-Length: 100\r\n\r\nhalf".encode()
        )
    assert callback.push() == 202
    assert callback.stored("pushes", "problem") == (1, None)


def test_connection_is_opened_anew_after_a_pause(callback, monkeypatch):
    """It may be dead without a sign."""
    callback.ask()
    sessions = (
        "select pid from pg_stat_activity where datname = current_database() "
        "and pid <> pg_backend_pid()"
    )
    before = callback.desk.query(sessions)
    callback.ask()
    assert callback.desk.query(sessions) == before
    monkeypatch.setattr(websub, "IDLE_SECONDS", -1.0)
    assert callback.ask()[0] == 200
    assert callback.desk.query(sessions) != before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_no_other_method_is_answered(callback, method):
    assert callback.send(method)[0] == 405


@pytest.mark.parametrize("path", ["", "docs", "redoc", "openapi.json"])
def test_nothing_else_is_served(callback, path):
    assert callback.send("GET", token=path)[0] == 404


def test_flood_of_pushes_and_questions_loses_none_that_was_accepted(callback):
    """Each waits for the one connection or is sent away; the count agrees with the answers."""

    def one(number):
        return callback.push(b"%d" % number) if number % 2 else callback.ask()[0]

    with ThreadPoolExecutor(24) as pool:
        statuses = list(pool.map(one, range(600)))
    assert set(statuses) <= {200, 202, 503}
    assert callback.stored("pushes") == (statuses.count(202),)
    (connections,) = callback.desk.query(
        "select count(*) from pg_stat_activity where datname = current_database() "
        "and pid <> pg_backend_pid()"
    )
    assert connections == (1,)


def test_more_than_may_wait_are_sent_away(callback, monkeypatch):
    monkeypatch.setattr(websub, "MOST_WAITING", 0)
    status, headers, _ = callback.ask()
    assert (status, headers["Retry-After"]) == (503, "60")
    assert callback.stored("state") == ("pending",)


def test_lost_connection_is_opened_anew(callback):
    callback.ask()
    callback.desk.query(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where datname = current_database() and pid <> pg_backend_pid()"
    )
    assert callback.push() == 202
    assert callback.stored("pushes") == (1,)


def test_postgres_out_of_reach_is_503_without_a_word_on_where(serve):
    app = websub.create_app(
        lambda: Database("postgresql://me:geheim@127.0.0.1:1/news", sleep=lambda _: None),
        lambda: MAX_SIZE,
    )
    callback = object.__new__(Callback)
    callback.address = serve(app)
    status, headers, body = callback.send("POST", token="x" * 43, body=b"")
    assert (status, headers["Retry-After"]) == (503, "60")
    assert b"geheim" not in body
    assert b"127.0.0.1" not in body
    app.state.warehouse.close()
