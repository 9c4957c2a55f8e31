"""WebSub on the wire: hub and topic out of Link headers and bodies, signatures of pushes."""

from __future__ import annotations

import hashlib
import hmac
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.discover.websub import Signature, advertised, is_local

FEED = "https://news.example/feeds/all.xml"
HUB = "https://hub.example/"


def links(*values: str) -> list[tuple[str, str]]:
    return [("Content-Type", "text/xml"), *(("Link", value) for value in values)]


@pytest.mark.parametrize(
    "headers",
    [
        links(f'<{HUB}>; rel="hub", <{FEED}>; rel="self"'),
        links(f"<{HUB}>; rel=hub", f"<{FEED}>; rel=self"),
        links(f"<{HUB}>;rel=HUB,<{FEED}>;REL=Self"),
        links(f'  <{HUB}>  ;  rel = "hub"  ,, , <{FEED}> ; rel = "self"'),
        links(f'<{HUB}>; rel="preload hub"; as=x, <{FEED}>; rel="alternate self"; type="a/b"'),
        links(f'<{HUB}>; title="a, b; rel=none"; rel=hub, <{FEED}>; rel=self'),
        links(f'<{HUB}>; title="say \\"<x>\\""; rel=hub, <{FEED}>; rel=self'),
        links("<all.xml>; rel=self, <//hub.example/>; rel=hub"),
        links(f'<{HUB}>; rel=hub; rel=self, <{FEED}>; rel="self"; rel="hub"'),
        links(f"<{HUB}>; rel=hub; crossorigin, <{FEED}>; rel=self;"),
        links(f"<{HUB}>; rel=hub, <https://other.example/>; rel=hub, <{FEED}>; rel=self"),
        [("LINK", f"<{HUB}>; rel=hub, <{FEED}>; rel=self")],
    ],
    ids=str,
)
def test_link_headers_name_hub_and_topic(headers: list[tuple[str, str]]) -> None:
    """Every spelling that RFC 8288 allows; of several hubs the first."""
    assert advertised(headers, None, None, FEED) == (HUB, FEED)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "no link at all",
        f"<{HUB}>",
        f"<{HUB}>; rel=",
        f"<{HUB}>; rel=hubs",
        f'<{HUB}>; title="rel=hub"',
        f'<https://x.example/>; title="<{HUB}>; rel=hub"; rel=next',
        f'<{HUB}>; rel=hub; anchor="https://else.example/"',
        f'<{HUB}>; rel="hub',
        f"<{HUB}; rel=hub",
        "<ftp://hub.example/>; rel=hub",
        "<javascript:alert(1)>; rel=hub",
        "<>; rel=hub",
        "<   >; rel=hub",
        "<http://[::1>; rel=hub",
        f"<https://hub.example/{'x' * 3000}>; rel=hub",
    ],
)
def test_what_is_no_hub_is_none(value: str) -> None:
    """Damaged, empty, of another document, or of no use to HTTP."""
    assert advertised(links(value), None, None, FEED) is None


def test_header_wins_over_the_body() -> None:
    headers = links(f"<{HUB}>; rel=hub, <{FEED}>; rel=self")
    body = "https://body.example/hub", "https://body.example/feed"
    assert advertised(headers, *body, FEED) == (HUB, FEED)
    assert advertised(links(), *body, FEED) == body


def test_each_part_comes_from_wherever_it_is_said() -> None:
    topic = "https://news.example/self.xml"
    assert advertised(links(f"<{HUB}>; rel=hub"), None, topic, FEED) == (HUB, topic)
    assert advertised(links(f"<{topic}>; rel=self"), HUB, FEED, FEED) == (HUB, topic)
    assert advertised(links(f"<{topic}>; rel=self"), None, None, FEED) is None


def test_topic_is_the_address_of_the_answer_where_none_is_said() -> None:
    assert advertised([], HUB, None, FEED) == (HUB, FEED)
    assert advertised([], HUB, "mailto:editor@news.example", FEED) == (HUB, FEED)


@pytest.mark.parametrize(
    "topic",
    [
        "HTTP://News.Example:80/Feed?utm_source=rss&b=2&a=1",
        "https://news.example",
        "https://news.example/a/../feed%7e.xml#x",
    ],
)
def test_absolute_addresses_are_kept_letter_for_letter(topic: str) -> None:
    """A hub compares the topic as text."""
    assert advertised([], HUB, topic, FEED) == (HUB, topic)


def test_addresses_from_the_body_are_resolved_and_escaped() -> None:
    assert advertised([], " /hub ", "/f\u00fc.xml", FEED) == (
        "https://news.example/hub",
        "https://news.example/f%C3%BC.xml",
    )
    broken = advertised([], "https://hub.example/a b\r\nX: y", "\ud800", FEED)
    assert broken == ("https://hub.example/a%20bX:%20y", FEED)


@given(st.lists(st.text(string.printable, max_size=200), max_size=5))
@settings(derandomize=True, max_examples=300, deadline=None)
def test_any_header_is_survived(values: list[str]) -> None:
    found = advertised(links(*values), None, None, FEED)
    assert found is None or all(url.lower().startswith("http") for url in found)


@pytest.mark.parametrize("piece", ["<", "<a>;", " ", '<a>; rel="', ";", "\\", '<a>;b="\\'])
def test_header_at_the_client_s_limit_is_read_in_one_pass(piece: str) -> None:
    """Backtracking over 256 KiB would take hours: pytest itself would be the time-out."""
    assert advertised(links(piece * (256 * 1024 // len(piece))), None, None, FEED) is None


# RFC 2202, test case 2 (SHA-1) and RFC 4231, test case 2 (the SHA-2 family).
KEY, DATA = "Jefe", b"what do ya want for nothing?"
VECTORS = {
    "sha1": "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
    "sha256": "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    "sha384": "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
    "8e2240ca5e69e2c78b3239ecfab21649",
    "sha512": "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
    "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
}


def signed(header: str | None, secret: str, *pieces: bytes) -> bool:
    signature = Signature.read(header)
    if signature is None:
        return False
    computed = signature.begin(secret)
    for piece in pieces:
        computed.update(piece)
    return signature.matches(computed)


@pytest.mark.parametrize(("algorithm", "digest"), VECTORS.items())
def test_published_vectors_verify(algorithm: str, digest: str) -> None:
    assert signed(f"{algorithm}={digest}", KEY, DATA)
    assert signed(f" {algorithm.upper()}={digest.upper()} ", KEY, DATA[:5], DATA[5:])


@pytest.mark.parametrize(("algorithm", "digest"), VECTORS.items())
def test_anything_changed_does_not_verify(algorithm: str, digest: str) -> None:
    assert not signed(f"{algorithm}={digest}", KEY, DATA + b" ")
    assert not signed(f"{algorithm}={digest}", KEY)
    assert not signed(f"{algorithm}={digest}", KEY + "y", DATA)
    assert not signed(f"{algorithm}={digest[:-1]}", KEY, DATA)
    assert not signed(f"{algorithm}={digest[:-1]}{int(digest[-1], 16) ^ 1:x}", KEY, DATA)


def test_digest_under_the_name_of_another_hash_does_not_verify() -> None:
    for name in VECTORS:
        for algorithm, digest in VECTORS.items():
            assert signed(f"{name}={digest}", KEY, DATA) is (name == algorithm)


@pytest.mark.parametrize("hash_", ["md5", "sha224", "sha3_256", "blake2b", "sha", "", "none"])
def test_hashes_that_websub_does_not_name_are_not_accepted(hash_: str) -> None:
    digest = hmac.new(
        KEY.encode(), DATA, hash_ if hash_ in hashlib.algorithms_available else "md5"
    ).hexdigest()
    assert Signature.read(f"{hash_}={digest}") is None


@pytest.mark.parametrize(
    "header", [None, "", "sha256", "sha256=", "sha256=zz", "=ab", "sha256=ab,sha1=cd", "sha256=é"]
)
def test_what_is_no_signature_is_none(header: str | None) -> None:
    assert Signature.read(header) is None


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("http://127.0.0.1:8080/websub", True),
        ("http://[::1]/websub", True),
        ("http://10.1.2.3/websub", True),
        ("http://localhost/websub", True),
        ("http://api-server:8080/websub", True),
        ("https://desk.internal/websub", True),
        ("https://news.example.org/websub", False),
        ("https://93.184.216.34/websub", False),
    ],
)
def test_local_is_what_no_outer_hub_reaches(address: str, *, local: bool) -> None:
    assert is_local(address) is local
