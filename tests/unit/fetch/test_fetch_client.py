"""The client against servers that lie, stall, flood and redirect."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
import zlib
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import brotli
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from dateline.fetch import Client, Failure, Response, guard
from dateline.model import Politeness, Validators

LIMIT = 1_000_000


@pytest.fixture
def get(client, server, friendly):
    def get(path="/", **options):
        url = path if "://" in path else server.url + path
        return client.get(url, **({"politeness": friendly, "max_size": LIMIT} | options))

    return get


def raw(*pieces):
    """Sends the pieces and then closes."""

    def answer(sock):
        for piece in pieces:
            sock.sendall(piece)

    return answer


def test_a_page_is_read_whole(server, get, reply, page):
    """Status, headers in order with their case and repetitions, bytes untouched."""
    body = page + "é€".encode("cp1252")
    server.pages["/"] = reply(body, "Content-Type: text/html; charset=utf-8", "X-A: 1", "X-A: 2")
    before = datetime.now(UTC)
    response = get("/")
    assert isinstance(response, Response)
    assert (response.status, response.reason, response.body) == (200, "OK", body)
    assert response.wire == body
    assert response.headers[1:] == (
        ("Content-Type", "text/html; charset=utf-8"),
        ("X-A", "1"),
        ("X-A", "2"),
    )
    assert before <= response.fetched_at <= datetime.now(UTC)
    assert response.peer == "127.0.0.1"
    assert response.redirects == ()


def test_a_404_is_a_response(server, get, reply):
    server.pages["/gone"] = reply(b"no such page", status="404 Not Found")
    response = get("/gone")
    assert isinstance(response, Response)
    assert (response.status, response.body) == (404, b"no such page")


@pytest.mark.parametrize(
    ("coding", "encode"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data, wbits=-15)),
        ("br", brotli.compress),
        ("gzip, identity", gzip.compress),
        ("deflate, gzip", lambda data: gzip.compress(zlib.compress(data))),
        ("gzip", lambda data: gzip.compress(data[:99]) + gzip.compress(data[99:])),
        ("gzip", lambda data: gzip.compress(data) + b"\0" * 64),
    ],
)
def test_codings_are_undone_and_the_wire_is_kept(server, get, reply, page, coding, encode):
    wire = encode(page)  # once: gzip notes the time
    server.pages["/"] = reply(wire, f"Content-Encoding: {coding}")
    response = get("/")
    assert isinstance(response, Response)
    assert (response.body, response.wire) == (page, wire)


def test_chunks_are_joined_and_their_coding_undone(server, get, page, packed):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n"
    half = len(packed) // 2
    chunks = [b"%x\r\n%s\r\n" % (len(part), part) for part in (packed[:half], packed[half:])]
    server.pages["/"] = head + b"".join(chunks) + b"0\r\n\r\n"
    response = get("/")
    assert isinstance(response, Response)
    assert (response.wire, response.body) == (packed, page)


def test_a_body_without_length_ends_with_the_connection(server, get, page):
    server.pages["/"] = raw(b"HTTP/1.1 200 OK\r\n\r\n", page)
    response = get("/")
    assert isinstance(response, Response)
    assert response.body == page


TEXT = bytes(range(256)) * 40
HEAD = b"HTTP/1.1 200 OK\r\n"
GZIP = HEAD + b"Content-Encoding: gzip\r\n"


def coded(coding, wire):
    return raw(HEAD, f"Content-Encoding: {coding}\r\n\r\n".encode(), wire)


def close_delimited_gzip_cut_short(sock):
    sock.sendall(GZIP + b"\r\n" + gzip.compress(TEXT)[:-9])


def announced_but_empty_gzip(sock):
    sock.sendall(GZIP + b"\r\n")


def half_closed(sock):
    sock.sendall(HEAD + b"Content-Length: 100\r\n\r\nhalf")
    sock.shutdown(socket.SHUT_WR)
    sock.recv(1)


def reset(sock):
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    sock.close()


def drip_body(sock):
    sock.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
    drip(sock)


def drip_head(sock):
    sock.sendall(HEAD + b"X-Slow: ")
    drip(sock)


def drip(sock):
    try:
        while True:
            sock.sendall(b".")
            time.sleep(0.05)
    except OSError:
        return


def stall(sock):
    sock.sendall(HEAD + b"Content-Length: 5\r\n\r\n12")
    sock.recv(1)


def endless_body(sock):
    sock.sendall(HEAD + b"\r\n")
    while True:
        sock.sendall(b"x" * 65536)


def endless_head(sock):
    sock.sendall(HEAD)
    while True:
        sock.sendall(b"X-Filler: " + b"x" * 60_000 + b"\r\n")


def endless_trailers(sock):
    sock.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n")
    while True:
        sock.sendall(b"X-Filler: %s\r\n" % (b"x" * 4000) * 16)


def endless_chunk_line(sock):
    sock.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        sock.sendall(b"0" * 65536)


def drip_chunks(sock):
    sock.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    with suppress(OSError):
        while True:
            sock.sendall(b"1\r\nx\r\n")
            time.sleep(0.05)


def endless_continue(sock):
    while True:
        sock.sendall(b"HTTP/1.1 100 Continue\r\nX: %s\r\n\r\n" % (b"y" * 4096))


BOMB = gzip.compress(bytes(200 * LIMIT), 9)


@pytest.mark.parametrize(
    ("answer", "reason", "permanent"),
    [
        (raw(HEAD, b"Content-Length: 100\r\n\r\nhalf"), "truncated", False),
        (half_closed, "truncated", False),
        (raw(HEAD, b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"), "truncated", False),
        (raw(HEAD, b"Transfer-Encoding: chunked\r\n\r\n9\r\nabc"), "truncated", False),
        (raw(HEAD, b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc"), "bad_http", False),
        (close_delimited_gzip_cut_short, "truncated", False),
        (announced_but_empty_gzip, "truncated", False),
        (raw(GZIP, b"Content-Length: 5\r\n\r\nplain"), "bad_encoding", False),
        (coded("br", brotli.compress(TEXT)[:-1]), "truncated", False),
        (coded("br", b"\xff" + brotli.compress(TEXT)), "bad_encoding", False),
        (coded("deflate", zlib.compress(TEXT)[:-1]), "truncated", False),
        (coded("gzip", gzip.compress(TEXT)[:-5] + b"12345"), "bad_encoding", False),
        (raw(HEAD, b"Content-Encoding: exotic\r\n\r\nplain"), "bad_encoding", False),
        (raw(), "reset", False),
        (reset, "reset", False),
        (raw(b"SSH-2.0-OpenSSH\r\n"), "bad_http", False),
        (raw(HEAD, b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"), "bad_http", False),
        (drip_body, "timeout_total", False),
        (drip_head, "timeout_total", False),
        (stall, "timeout_read", False),
        (endless_body, "too_large", True),
        (raw(HEAD, b"Content-Length: 99999999999\r\n\r\n"), "too_large", True),
        (endless_head, "too_large", True),
        (endless_continue, "too_large", True),
        (raw(HEAD, b"X: y\r\n" * 200, b"\r\n"), "bad_http", False),
        (endless_trailers, "too_large", True),
        (endless_chunk_line, "bad_http", False),
        (drip_chunks, "timeout_total", False),
        (raw(GZIP, b"Content-Length: %d\r\n\r\n" % len(BOMB), BOMB), "bomb", True),
        (
            raw(HEAD, b"Content-Encoding: br\r\n\r\n", brotli.compress(bytes(20 * LIMIT))),
            "bomb",
            True,
        ),
    ],
)
def test_a_bad_answer_is_a_failure_with_its_reason(server, get, answer, reason, permanent):
    """Nothing that breaks off, stalls or floods passes for a page."""
    server.pages["/"] = answer
    failure = get("/")
    assert isinstance(failure, Failure), failure
    assert (failure.reason, failure.permanent) == (reason, permanent), failure


def test_the_limit_is_inclusive_and_counts_decoded_bytes(server, get, reply, page):
    server.pages["/fits"] = reply(gzip.compress(page[:5000]), "Content-Encoding: gzip")
    server.pages["/more"] = reply(gzip.compress(page[:5001]), "Content-Encoding: gzip")
    assert isinstance(get("/fits", max_size=5000), Response)
    failure = get("/more", max_size=5000)
    assert isinstance(failure, Failure)
    assert failure.reason == "too_large"


def test_a_failure_after_the_status_line_tells_the_status(server, get):
    server.pages["/"] = raw(b"HTTP/1.1 410 Gone\r\nContent-Length: 9\r\n\r\nab")
    failure = get("/")
    assert isinstance(failure, Failure)
    assert (failure.reason, failure.status) == ("truncated", 410)


def test_nobody_listens(get):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    failure = get(f"http://127.0.0.1:{port}/")
    assert isinstance(failure, Failure)
    assert (failure.reason, failure.permanent) == ("refused", False)


def test_a_name_that_does_not_exist(get):
    failure = get("http://no-such-host.invalid/")
    assert isinstance(failure, Failure)
    assert failure.reason == "dns"


def test_a_host_that_does_not_answer_the_connection(get):
    """A full backlog drops the handshake: connecting ends at its own limit or at the total."""
    with socket.socket() as listener, socket.socket() as first, socket.socket() as second:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for filler in (first, second):
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        failure = get(f"http://127.0.0.1:{listener.getsockname()[1]}/")
    assert isinstance(failure, Failure)
    assert failure.reason in {"timeout_connect", "timeout_total"}


class TestConnections:
    def test_one_connection_serves_many_requests(self, server, get, reply, packed):
        """Also after 304, 404, an empty body, a chunked one and a redirect."""
        server.pages |= {
            "/a": reply(packed, "Content-Encoding: gzip"),
            "/b": b"HTTP/1.1 304 Not Modified\r\n\r\n",
            "/c": HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
            "/d": reply(),
            "/e": reply(b"moved", "Location: /a", status="301 Moved"),
        }
        for path in ("/a", "/b", "/c", "/d", "/missing", "/e", "/a"):
            assert isinstance(get(path), Response)
        assert server.connections == 1

    def test_threads_share_kept_connections(self, server, get, reply):
        server.pages["/"] = reply(b"x")
        for _ in range(3):
            thread = threading.Thread(target=get)
            thread.start()
            thread.join()
        assert server.connections == 1

    def test_a_kept_connection_that_the_server_closed_is_replaced(self, server, get, reply):
        """The close arrives together with the next request: it is sent again, once."""

        def last_words(sock):
            sock.sendall(reply(b"x"))
            sock.recv(1)

        server.pages["/"] = [last_words, reply(b"y")]
        answers = [get("/"), get("/")]
        assert [getattr(answer, "body", answer) for answer in answers] == [b"x", b"y"]
        assert server.connections == 2

    def test_a_failed_answer_does_not_poison_the_next(self, server, get, reply):
        server.pages |= {"/": reply(b"a" * 20), "/big": reply(b"b" * 2000)}
        assert isinstance(get("/big", max_size=100), Failure)
        assert get("/").body == b"a" * 20

    def test_a_body_longer_than_announced_does_not_answer_the_next_request(
        self, server, get, reply
    ):
        """The rest of a body, shaped like an answer, must not pass for another page's."""
        forged = reply(b"forged")
        server.pages["/a"] = reply(b"real") + forged
        server.pages["/b"] = reply(b"other")
        assert get("/a").body == b"real"
        time.sleep(0.05)
        assert get("/b").body == b"other"


class TestUnwanted:
    """What is no page is hung up on before it is read."""

    @staticmethod
    def unwanted(content_type, head):
        if head.startswith(b"%PDF"):
            return "application/pdf"
        return content_type if content_type and content_type.startswith("video/") else None

    @pytest.mark.parametrize(
        ("first", "kind"),
        [
            (b"Content-Type: video/mp4\r\n\r\n", "video/mp4"),
            (b"Content-Type: video/mp4\r\nContent-Encoding: gzip\r\n\r\n", "video/mp4"),
            (b"Content-Type: video/mp4\r\nContent-Length: 99999999999\r\n\r\n", "video/mp4"),
            (b"Content-Type: text/html\r\n\r\n%PDF-1.7", "application/pdf"),
        ],
    )
    def test_an_endless_body_of_a_foreign_type(self, server, get, first, kind):
        sent = []

        def flood(sock):
            sock.sendall(HEAD + first)
            with suppress(OSError):
                while True:
                    sock.sendall(bytes(65536))
                    sent.append(65536)

        server.pages["/"] = flood
        failure = get("/", unwanted=self.unwanted, max_size=10**12)
        assert isinstance(failure, Failure)
        assert (failure.reason, failure.detail, failure.permanent) == ("not_html", kind, True)
        server.close()
        assert sum(sent) < 50_000_000

    def test_only_a_page_that_came_is_judged(self, server, get, reply):
        """A 404 of a foreign type is still a 404."""
        server.pages["/"] = reply(b"x", "Content-Type: video/mp4", status="404 Not Found")
        assert get("/", unwanted=self.unwanted).status == 404

    def test_a_redirect_of_a_foreign_type_is_followed(self, server, get, reply):
        server.pages["/"] = reply(b"", "Content-Type: video/mp4", "Location: /b", status="302 Go")
        server.pages["/b"] = reply(b"b", "Content-Type: text/html")
        assert get("/", unwanted=self.unwanted).body == b"b"


class TestCookies:
    def test_they_are_kept_only_if_asked_for(self, server, get, reply, friendly):
        server.pages["/"] = reply(b"", "Set-Cookie: id=1; Path=/")
        asks = replace(friendly, cookies=True)
        for politeness in (friendly, friendly, asks, asks):
            get("/", politeness=politeness)
        assert [seen.headers.get("cookie") for seen in server.seen] == [None, None, None, "id=1"]

    def test_a_cookie_wall_lets_us_pass(self, server, get, reply, friendly):
        """It sets a cookie and leads back; with another client, all is forgotten."""
        server.pages["/a"] = [
            reply(b"", "Location: /wall", status="302 Found"),
            reply(b"story"),
        ]
        server.pages["/wall"] = reply(
            b"", "Set-Cookie: seen=yes; Path=/", "Location: /a?again", status="302 Found"
        )
        server.pages["/a?again"] = reply(b"story")
        response = get("/a", politeness=replace(friendly, cookies=True))
        assert response.body == b"story"
        assert server.seen[-1].headers["cookie"] == "seen=yes"

    def test_no_other_host_gets_them(self, server, other, get, reply, friendly):
        """Neither by a redirect nor by asking it; nor may it set some for others."""
        asks = replace(friendly, cookies=True)
        server.pages["/"] = reply(
            b"", "Set-Cookie: a=1; Path=/", f"Location: {other.url}/", status="302 Go"
        )
        other.pages["/"] = reply(b"", f"Set-Cookie: b=2; Domain={server.host}; Path=/")
        get("/", politeness=asks)
        get(f"{other.url}/", politeness=asks)
        get("/", politeness=asks)
        assert [seen.headers.get("cookie") for seen in other.seen] == [None, None, None]
        assert server.seen[-1].headers.get("cookie") == "a=1"

    def test_a_flood_of_them_is_forgotten(self, server, get, reply, friendly):
        asks = replace(friendly, cookies=True)
        server.pages["/"] = reply(b"", *(f"Set-Cookie: c{n}=1" for n in range(90)))
        get("/", politeness=asks)
        get("/", politeness=asks)
        assert "cookie" not in server.seen[1].headers


class TestProxy:
    """All requests go through the proxy, and the guard still holds."""

    @pytest.fixture
    def proxied(self, server, settings):
        client = Client(
            replace(settings, proxy=f"http://user:hunter2@{server.host}", connect_timeout=1)
        )
        yield client
        client.close()

    def test_a_page_is_asked_for_by_its_whole_url(self, server, proxied, friendly, reply):
        server.pages["http://www.example.invalid/a?b=1"] = reply(b"through")
        result = proxied.get(
            "http://www.example.invalid/a?b=1#c", politeness=friendly, max_size=LIMIT
        )
        assert isinstance(result, Response), result
        assert (result.body, result.peer) == (b"through", None)
        (seen,) = server.seen
        assert seen.headers["host"] == "www.example.invalid"
        assert seen.headers["proxy-authorization"] == "Basic dXNlcjpodW50ZXIy"

    def test_a_name_that_is_unknown_here_is_left_to_it(self, server, proxied, reply):
        server.pages["http://www.example.invalid/"] = reply(b"through")
        result = proxied.get("http://www.example.invalid/", max_size=LIMIT)
        assert getattr(result, "body", result) == b"through"

    @pytest.mark.parametrize(
        "url",
        [
            "http://127.0.0.1/",
            "http://localhost/",
            "http://169.254.169.254/latest",
            "http://[fd00:ec2::254]/",
            "https://10.0.0.1/",
            "http://2130706433/",
        ],
    )
    def test_private_addresses_are_never_handed_to_it(self, server, proxied, url):
        failure = proxied.get(url, max_size=LIMIT)
        assert isinstance(failure, Failure)
        assert (failure.reason, failure.permanent) == ("forbidden_address", True)
        assert server.connections == 0

    def test_nor_by_a_redirect(self, server, proxied, reply):
        server.pages["http://www.example.invalid/"] = reply(
            b"", "Location: http://169.254.169.254/", status="302 Found"
        )
        failure = proxied.get("http://www.example.invalid/", max_size=LIMIT)
        assert getattr(failure, "reason", failure) == "forbidden_address"
        assert len(server.seen) == 1

    def test_a_refused_tunnel_is_the_proxys_failure(self, server, proxied, friendly, reply):
        """Credentials are neither in the failure nor in what the client says of itself."""
        server.pages["www.example.invalid:443"] = reply(status="407 Proxy Authentication Required")
        failure = proxied.get("https://www.example.invalid/", politeness=friendly, max_size=LIMIT)
        assert isinstance(failure, Failure)
        assert failure.reason == "proxy"
        assert "hunter2" not in repr(failure) + repr(proxied._settings)
        assert server.paths == ["www.example.invalid:443"]

    def test_a_proxy_that_is_down_does_not_count_against_the_host(self, server, proxied, friendly):
        server.close()
        failure = proxied.get("http://www.example.invalid/", politeness=friendly, max_size=LIMIT)
        assert isinstance(failure, Failure)
        assert (failure.reason, failure.permanent) == ("proxy", False)
        assert "hunter2" not in repr(failure)


class TestRequest:
    def test_it_says_who_we_are_and_nothing_else(self, server, get, reply):
        server.pages["/"] = reply(b"", "Set-Cookie: id=1; Path=/")
        get("/", accept="text/html")
        get("/", accept="text/html")
        headers = server.seen[1].headers
        assert headers["user-agent"].startswith("Dateline/")
        assert "desk@example.org" in headers["user-agent"]
        assert headers["accept"] == "text/html"
        assert headers["accept-encoding"].startswith("gzip, deflate, br")
        assert set(headers) == {"host", "user-agent", "accept", "accept-encoding"}

    def test_validators_make_it_conditional(self, server, get):
        server.pages["/"] = b'HTTP/1.1 304 Not Modified\r\nETag: "v2"\r\n\r\n'
        response = get("/", validators=Validators('"v1"', "Mon, 02 Mar 2026 10:00:00 GMT"))
        assert isinstance(response, Response)
        assert (response.status, response.body) == (304, b"")
        assert response.validators.etag == '"v2"'
        assert server.seen[0].headers["if-none-match"] == '"v1"'
        assert server.seen[0].headers["if-modified-since"] == "Mon, 02 Mar 2026 10:00:00 GMT"

    @pytest.mark.parametrize("etag", ['"a"\r\nX-Evil: 1', "\n", ' "spaced"', "\x00"])
    def test_a_validator_that_is_no_header_value_is_left_out(self, server, get, etag):
        server.pages["/"] = HEAD + b"Content-Length: 0\r\n\r\n"
        assert isinstance(get("/", validators=Validators(etag)), Response)
        assert not {"if-none-match", "x-evil"} & set(server.seen[0].headers)

    def test_a_sources_headers_stay_on_its_host(self, server, other, get, reply):
        server.pages["/"] = reply(b"", f"Location: {other.url}/b", status="302 Found")
        other.pages["/b"] = reply(b"b")
        headers = (("X-Key", "secret"), ("Accept-Encoding", "zstd"))
        polite = Politeness(delay=0, allow_private=True, headers=headers)
        assert isinstance(get("/", politeness=polite), Response)
        assert server.seen[0].headers["x-key"] == "secret"
        assert server.seen[0].headers["accept-encoding"].startswith("gzip")
        assert "x-key" not in other.seen[0].headers

    def test_credentials_in_a_url_are_neither_sent_nor_kept(self, server, get, reply):
        server.pages["/"] = reply(b"", "Location: /b", status="302 Found")
        server.pages["/b"] = reply(b"b")
        response = get(f"http://user:hunter2@{server.host}/#part")
        assert isinstance(response, Response)
        assert "hunter2" not in repr(response)
        assert response.url == f"{server.url}/"
        assert all("authorization" not in seen.headers for seen in server.seen)

    @pytest.mark.parametrize(
        "location",
        [
            "http://user:hunter2@{host}/b",
            "//user:hunter2@{host}/b",
            "http://user:hunter2@[::1/",
            "http://user:hunter2@{host}:x/",
            "ftp://user:hunter2@{host}/",
            "http://user:hunter2@no-such-host.invalid/",
        ],
    )
    def test_credentials_in_a_redirect_are_neither_sent_nor_kept(
        self, server, get, reply, location
    ):
        """Wherever it leads: to a page, nowhere or into an error."""
        server.pages["/"] = reply(
            b"", f"Location: {location.format(host=server.host)}", status="302 Found"
        )
        server.pages["/b"] = reply(b"b")
        result = get("/")
        assert "hunter2" not in repr(result)
        assert all("authorization" not in seen.headers for seen in server.seen)

    @pytest.mark.parametrize(
        "path",
        [
            "/a HTTP/1.1\r\nX-Evil: 1\r\n\r\nGET /b",
            "/a\r\nX-Evil: 1",
            "/a\nX-Evil: 1",
            "/a\tb\x00c d",
            "/a\u2028b\u010a\u010d",
            "/%0d%0aX-Evil:1",
            "/a?q=\r\nX-Evil: 1",
        ],
    )
    def test_a_url_cannot_smuggle_a_second_request(self, server, get, path):
        """One request line, and no header that is not ours."""
        get(path)
        time.sleep(0.02)
        assert len(server.seen) == 1
        assert set(server.seen[0].headers) == {"host", "user-agent", "accept", "accept-encoding"}
        assert server.paths[0].isascii()
        assert not set(server.paths[0]) & set(" \r\n\t\0")

    @pytest.mark.parametrize(
        "header", [("X-A", "1\r\nX-Evil: 1"), ("X-Evil: 1\r\nX-B", "2"), ("X C", "3")]
    )
    def test_a_sources_header_that_is_none_is_left_out(self, server, get, reply, header):
        server.pages["/"] = reply(b"x")
        polite = Politeness(delay=0, allow_private=True, headers=(header, ("X-Good", "yes")))
        assert get("/", politeness=polite).body == b"x"
        assert set(server.seen[0].headers) == {
            *("host", "user-agent", "accept", "accept-encoding", "x-good")
        }

    @pytest.mark.parametrize(
        ("host", "sent"),
        [
            ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER.example", "xn--bcher-kva.example"),
            ("пример.example", "xn--e1afmkfd.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ],
    )
    def test_a_unicode_host_is_asked_for_in_ascii(
        self, settings, server, reply, friendly, host, sent
    ):
        """Seen at a proxy, which gets the whole URL."""
        server.pages[f"http://{sent}/"] = reply(b"found")
        client = Client(replace(settings, proxy=server.url))
        result = client.get(f"http://{host}/", politeness=friendly, max_size=LIMIT)
        client.close()
        assert isinstance(result, Response), result
        assert result.final_url == f"http://{sent}/"

    def test_credentials_in_a_broken_url_are_not_repeated(self, get):
        failure = get("http://user:hunter2@[::1/")
        assert isinstance(failure, Failure)
        assert failure.reason == "bad_url"
        assert "hunter2" not in repr(failure)

    def test_proxies_of_the_environment_are_ignored(self, server, other, get, reply, monkeypatch):
        monkeypatch.setenv("http_proxy", other.url)
        server.pages["/"] = reply(b"direct")
        assert get("/").body == b"direct"
        assert other.connections == 0


class TestRedirects:
    def test_they_are_followed_and_listed(self, server, other, get, reply):
        server.pages["/a"] = reply(b"", "Location: b?x=1#top", status="301 Moved")
        server.pages["/b?x=1"] = reply(b"", f"Location: {other.url}/c", status="307 Go")
        other.pages["/c"] = reply(b"here")
        response = get("/a")
        assert isinstance(response, Response)
        assert (response.url, response.final_url) == (f"{server.url}/a", f"{other.url}/c")
        assert response.redirects == (f"{server.url}/a", f"{server.url}/b?x=1")
        assert response.body == b"here"

    def test_a_move_for_good_is_told_from_a_detour(self, server, get, reply):
        """Only if every hop says 301 or 308."""
        server.pages["/old"] = reply(b"", "Location: /older", status="301 Moved")
        server.pages["/older"] = reply(b"", "Location: /new", status="308 Moved")
        server.pages["/detour"] = reply(b"", "Location: /old", status="302 Found")
        server.pages["/new"] = reply(b"here")
        assert get("/old").moved
        assert not get("/detour").moved
        assert not get("/new").moved

    def test_a_location_in_utf8_is_escaped(self, server, get, reply):
        server.pages["/"] = reply(b"", "Location: /é", status="302 Found")
        server.pages["/%C3%A9"] = reply(b"accent")
        assert get("/").body == b"accent"

    @pytest.mark.parametrize(
        ("location", "reason"),
        [
            ("/", "redirect_loop"),
            ("file:///etc/passwd", "forbidden_scheme"),
            ("ftp://127.0.0.1/", "forbidden_scheme"),
            ("gopher://127.0.0.1:70/x", "forbidden_scheme"),
            ("javascript:alert(1)", "forbidden_scheme"),
            ("http://[::1", "bad_redirect"),
            ("http://127.0.0.1:x/", "bad_redirect"),
        ],
    )
    def test_a_bad_one_is_not_followed(self, server, get, reply, location, reason):
        server.pages["/"] = reply(b"", f"Location: {location}", status="302 Found")
        failure = get("/")
        assert isinstance(failure, Failure)
        assert (failure.reason, failure.permanent) == (reason, True)

    def test_five_are_followed_and_no_more(self, server, get, reply):
        for n in range(6):
            server.pages[f"/{n}"] = reply(b"", f"Location: /{n + 1}", status="302 Found")
        server.pages["/6"] = reply(b"end")
        assert isinstance(get("/1"), Response)
        failure = get("/0")
        assert isinstance(failure, Failure)
        assert failure.reason == "redirect_loop"
        assert len(failure.redirects) == 6

    @pytest.mark.parametrize("body", [endless_body, drip_body])
    def test_the_body_of_a_redirect_is_not_swallowed(self, server, get, reply, body):
        """Requests reads it in full, even where it is told not to follow."""

        def answer(sock):
            sock.sendall(b"HTTP/1.1 302 Found\r\nLocation: /b\r\nX: ")
            body(sock)

        server.pages["/"] = answer
        server.pages["/b"] = reply(b"b")
        result = get("/")
        assert (getattr(result, "body", None) == b"b") == (body is endless_body)
        assert len(server.seen) == (2 if body is endless_body else 1)

    def test_one_without_location_is_a_response(self, server, get, reply):
        server.pages["/"] = reply(b"choose", status="302 Found")
        assert get("/").status == 302

    def test_the_caller_may_object(self, server, get, reply):
        server.pages["/"] = reply(b"", "Location: /private", status="302 Found")
        asked = []

        def object_to(url):
            asked.append(url)
            return False

        failure = get("/", allow_redirect=object_to)
        assert isinstance(failure, Failure)
        assert failure.reason == "forbidden_redirect"
        assert asked == [f"{server.url}/private"]
        assert server.paths == ["/"]


class TestGuard:
    @pytest.mark.parametrize(
        "host",
        [
            "127.0.0.1",
            "localhost",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "169.254.169.254",
            "224.0.0.1",
            "255.255.255.255",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:a9fe:a9fe]",
            "[::127.0.0.1]",
            "[64:ff9b::a00:1]",
            "[2002:7f00:1::]",
            "[fe80::1]",
            "[fc00::1]",
            "[ff02::1]",
            "[fec0::1]",
            "[fd00:ec2::254]",
            "[::ffff:100.64.0.1]",
            "[64:ff9b::a9fe:a9fe]",
            "[64:ff9b:1::a00:1]",
            "[2002:a9fe:a9fe::1]",
            "[2001::1]",
            "[2001:db8::1]",
            "[3fff::1]",
            "[100::1]",
            "198.18.0.1",
            "192.0.0.8",
            "192.88.99.1",
            "0177.0.0.1",
            "１２７.0.0.1",
            "①⑥⑨.254.169.254",
            "127。0。0。1",
        ],
    )
    def test_addresses_that_are_not_public_are_refused(self, client, host):
        failure = client.get(f"http://{host}:8080/", max_size=LIMIT)
        assert isinstance(failure, Failure)
        # A name system may itself refuse the old notations.
        assert failure.reason in {"forbidden_address", "dns", "bad_url"}, failure
        assert failure.permanent or failure.reason == "dns"

    @pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::808:808"])
    def test_public_addresses_are_not(self, address):
        assert guard.is_public(address)

    def test_every_address_of_a_name_is_looked_at(self, client, monkeypatch):
        """A name that is public and private at once: only its public address is connected to."""
        tried = []
        monkeypatch.setattr(
            guard.socket,
            "getaddrinfo",
            lambda *_, **__: [
                (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))
                for address in ("10.0.0.1", "93.184.216.34", "169.254.169.254")
            ],
        )

        def connect(_self, _call, _family, address):
            tried.append(address[0])
            raise guard.Aborted("refused", "no network here")

        monkeypatch.setattr(guard._Guarded, "_connect", connect)
        failure = client.get("http://rebind.example/", max_size=LIMIT)
        assert isinstance(failure, Failure)
        assert failure.reason == "refused"
        assert tried == ["93.184.216.34"]

    @pytest.mark.parametrize("port", [22, 25, 81, 5432, 6379])
    def test_other_ports_are_refused(self, client, port):
        failure = client.get(f"http://example.org:{port}/", max_size=LIMIT)
        assert isinstance(failure, Failure)
        assert (failure.reason, failure.permanent) == ("forbidden_port", True)

    @pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/", "data:,x"])
    def test_other_schemes_are_refused(self, client, url):
        failure = client.get(url, max_size=LIMIT)
        assert isinstance(failure, Failure)
        assert failure.reason == "forbidden_scheme"

    @pytest.mark.parametrize("url", ["", "example.org", "http://", "http:///x", "http://a b/"])
    def test_what_is_no_url_is_refused(self, client, url):
        failure = client.get(url, max_size=LIMIT)
        assert isinstance(failure, Failure)
        assert failure.reason == "bad_url"

    @pytest.mark.parametrize(
        "target",
        [
            "http://169.254.169.254:80/meta",
            "http://localhost:80/",
            "http://[fd00:ec2::254]:80/",
            "http://[::ffff:10.0.0.1]:80/",
            "//10.0.0.1:80/",
        ],
    )
    def test_a_redirect_from_a_public_to_a_private_address_is_refused(
        self, client, server, reply, monkeypatch, target
    ):
        """This machine has no public address, so one of its own is declared to be one."""
        monkeypatch.setattr(guard, "is_public", lambda address: address == "127.0.0.9")
        public = type(server)(time.monotonic, "127.0.0.9")
        monkeypatch.setattr(guard, "PORTS", {80, public.port})
        public.pages["/"] = reply(b"", f"Location: {target}", status="302 Found")
        try:
            failure = client.get(f"{public.url}/", max_size=LIMIT)
        finally:
            public.close()
        assert isinstance(failure, Failure)
        assert (failure.reason, failure.redirects) == ("forbidden_address", (f"{public.url}/",))

    def test_a_connection_kept_by_a_trusted_source_is_not_lent_to_another(
        self, client, server, get, reply, monkeypatch
    ):
        monkeypatch.setattr(guard, "PORTS", {server.port})
        server.pages["/"] = reply(b"internal")
        assert isinstance(get("/"), Response)
        failure = client.get(f"{server.url}/", max_size=LIMIT)
        assert isinstance(failure, Failure)
        assert failure.reason == "forbidden_address"
        assert len(server.seen) == 1


class TestTLS:
    """Nothing is ever fetched over a connection that was not verified."""

    @pytest.fixture
    def authority(self, tmp_path, monkeypatch):
        """Issues certificates, and is the only authority that the client trusts."""
        authority = Authority()
        path = tmp_path / "authority.pem"
        path.write_bytes(authority.certificate.public_bytes(serialization.Encoding.PEM))
        monkeypatch.setattr(guard.certifi, "where", lambda: str(path))
        guard._verifying.cache_clear()
        yield authority
        guard._verifying.cache_clear()

    @pytest.fixture
    def secure(self, authority, settings, friendly, tmp_path):
        """Fetches a page from a server with a certificate of the given kind."""

        def fetch(**kind):
            path = tmp_path / "server.pem"
            path.write_bytes(authority.issue(**kind))
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(path)
            requests = []

            def serve(listener):
                with (
                    suppress(OSError),
                    listener.accept()[0] as sock,
                    context.wrap_socket(sock, server_side=True) as tls,
                ):
                    requests.append(tls.recv(4096))
                    tls.sendall(HEAD + b"Content-Length: 6\r\n\r\nsecret")

            with socket.create_server(("127.0.0.1", 0)) as listener:
                thread = threading.Thread(target=serve, args=(listener,))
                thread.start()
                client = Client(settings)
                url = f"https://127.0.0.1:{listener.getsockname()[1]}/"
                result = client.get(url, politeness=friendly, max_size=LIMIT)
                client.close()
                thread.join()
            return result, requests

        return fetch

    def test_a_good_certificate_is_accepted(self, secure):
        """So that the refusals below have no other cause."""
        result, _ = secure()
        assert isinstance(result, Response), result
        assert result.body == b"secret"

    @pytest.mark.parametrize(
        "kind",
        [{"self_signed": True}, {"address": "127.0.0.2"}, {"age": 40}, {"age": -3}],
        ids=["self-signed", "another host's", "expired", "not yet valid"],
    )
    def test_a_bad_one_is_refused_before_anything_is_asked(self, secure, kind):
        result, requests = secure(**kind)
        assert isinstance(result, Failure)
        assert (result.reason, result.permanent) == ("tls", False)
        assert requests == []

    def test_a_server_that_does_not_speak_tls(self, server, get):
        failure = get(server.url.replace("http:", "https:") + "/")
        assert isinstance(failure, Failure)
        assert failure.reason in {"tls", "reset", "timeout_connect"}


class Authority:
    """A certificate authority of a test's own."""

    def __init__(self):
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
        now = datetime.now(UTC)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(self._name)
            .issuer_name(self._name)
            .public_key(self._key.public_key())
            .serial_number(1)
            .not_valid_before(now - timedelta(days=99))
            .not_valid_after(now + timedelta(days=99))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self._key, hashes.SHA256())
        )

    def issue(self, *, address="127.0.0.1", age=1, self_signed=False):
        """A key and its certificate, valid for 30 days, `age` days ago begun; PEM."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
        start = datetime.now(UTC) - timedelta(days=age)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name if self_signed else self._name)
            .public_key(key.public_key())
            .serial_number(2)
            .not_valid_before(start)
            .not_valid_after(start + timedelta(days=30))
            .add_extension(
                x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False
            )
            .sign(key if self_signed else self._key, hashes.SHA256())
        )
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return private + certificate.public_bytes(serialization.Encoding.PEM)


def test_closing_lets_the_connections_go(settings, server, friendly, reply):
    client = Client(settings)
    server.pages["/"] = reply(b"x")
    client.get(server.url, politeness=friendly, max_size=10)
    client.close()
    assert isinstance(client.get(server.url, politeness=friendly, max_size=10), Response)
    client.close()
    assert server.connections == 2
