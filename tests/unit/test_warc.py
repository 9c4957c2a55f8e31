"""HTTP answers as other archives keep them: half decoded, with the headers of before."""

from __future__ import annotations

import gzip

import pytest

from dateline.coding import CodingError
from dateline.warc import MAX_HTTP_HEAD, entity, parse_http

TEXT = b"<!DOCTYPE html><p>Text of a page."
GZIP = (("Content-Encoding", "gzip"),)
CHUNKED = (("Transfer-Encoding", "chunked"),)
CHUNKS = b"5\r\n<!DOC\r\n%x;name=value\r\n%s\r\n0\r\n\r\n" % (len(TEXT) - 5, TEXT[5:])


def decoded(headers, wire, limit=10_000):
    return entity(headers, wire, limit=limit)


@pytest.mark.parametrize(
    ("headers", "wire"),
    [
        ((), TEXT),
        (GZIP, gzip.compress(TEXT)),
        (GZIP, TEXT),
        (GZIP, b"\xef\xbb\xbf  " + TEXT),
        ((("Content-Encoding", "br"),), TEXT),
        ((("Content-Encoding", "deflate"),), TEXT),
        ((("Content-Encoding", "x-unheard-of"),), TEXT),
        (CHUNKED, CHUNKS),
        (CHUNKED, TEXT),
        ((*CHUNKED, *GZIP), gzip.compress(TEXT)),
        ((*CHUNKED, *GZIP), TEXT),
        ((("X-Crawl-Content-Encoding", "br"), ("X-Crawl-Transfer-Encoding", "chunked")), TEXT),
    ],
)
def test_what_the_headers_claim_and_the_bytes_do_not_show_is_done_already(headers, wire):
    assert decoded(headers, wire).lstrip(b"\xef\xbb\xbf ") == TEXT


def test_chunks_of_a_packed_body_are_joined_first():
    wire = gzip.compress(TEXT)
    chunks = b"".join(b"%X\r\n%s\r\n" % (len(part), part) for part in (wire[:9], wire[9:]))
    assert decoded((*CHUNKED, *GZIP), chunks + b"0\r\nTrailer: x\r\n\r\n") == TEXT


@pytest.mark.parametrize(
    ("headers", "wire", "reason"),
    [
        (GZIP, gzip.compress(TEXT)[:-9], "truncated"),
        (GZIP, gzip.compress(bytes(1_000_000)), "bomb"),
        (GZIP, b"\x00\x01 neither", "bad_encoding"),
        (CHUNKED, CHUNKS[:-5], "truncated"),
        (CHUNKED, CHUNKS[:20], "truncated"),
        (CHUNKED, b"ffffffff\r\n" + TEXT, "truncated"),
    ],
)
def test_what_is_damaged_is_no_page(headers, wire, reason):
    with pytest.raises(CodingError) as error:
        decoded(headers, wire)
    assert error.value.reason == reason


def test_a_head_ends_at_its_first_empty_line_however_it_is_written():
    status, headers, body = parse_http(b"HTTP/2 200\nA: 1\nB: 2\n\nx\r\n\r\ny")
    assert (status, headers, body) == (200, (("A", "1"), ("B", "2")), b"x\r\n\r\ny")


@pytest.mark.parametrize(
    "block",
    [b"", b"\r\n\r\n", b"<html>", b"HTTP/1.1 OK\r\n\r\n", b"200 OK\r\n\r\n", b"HTTP/1.1 \r\n\r\n"],
)
def test_an_answer_without_a_status_is_none(block):
    with pytest.raises(ValueError, match="no status line"):
        parse_http(block)


def test_a_head_without_end_is_refused():
    with pytest.raises(ValueError, match="HTTP headers"):
        parse_http(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * MAX_HTTP_HEAD)
