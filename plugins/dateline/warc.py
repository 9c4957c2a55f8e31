"""WARC 1.1 records as bytes: each a gzip member of its own.

https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/
"""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dateline import __version__, coding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dateline.fetch import Response

STORED, FAST = 0, 1
"""zlib levels: what arrived compressed is not compressed again; the rest costs little."""
_FIELDS = "application/warc-fields"
_LINE_BREAK = re.compile(r"[\r\n]+[ \t]*")
MAX_HTTP_HEAD = 256 * 1024
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
_TEXT = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,1000}<")
"""Markup, as no compressed stream begins."""


def warcinfo(name: str, at: datetime) -> bytes:
    """The record at the head of a file."""
    fields = {"software": f"Dateline/{__version__}", "format": "WARC File Format 1.1"}
    return _record("warcinfo", at, {"WARC-Filename": name}, _FIELDS, _lines(fields.items()))


def response(answer: Response, parts: Sequence[Response] = ()) -> bytes:
    """A `response` record; if there is more to tell of it, with a `metadata` record behind it.

    The record's URI is the final one. The metadata tells where it came from (`via`) and the ids of
    the records that hold the article's further pages (`parts`), which follow. The response names
    the metadata's id in WARC-Concurrent-To, and the metadata the response's in WARC-Refers-To,
    which the standard forbids the responses themselves.
    """
    followers = [(_record_id(), part) for part in parts]
    fields = _via(answer)
    if followers:
        fields["parts"] = " ".join(own for own, _ in followers)
    written = _response(answer, _record_id(), fields)
    return written + b"".join(_response(part, own, _via(part)) for own, part in followers)


def _via(answer: Response) -> dict[str, str]:
    """What the metadata tells of a redirected response."""
    if answer.url == answer.final_url:
        return {}
    return {"via": answer.url, "hopsFromSeed": "R" * max(len(answer.redirects), 1)}


def _response(answer: Response, identity: str, fields: Mapping[str, str]) -> bytes:
    head = {
        "WARC-Record-ID": identity,
        "WARC-Target-URI": answer.final_url,
        "WARC-Payload-Digest": _digest(answer.wire),
    }
    if answer.peer:
        head["WARC-IP-Address"] = answer.peer
    metadata = b""
    if fields:
        head["WARC-Concurrent-To"] = _record_id()
        refer = {
            "WARC-Record-ID": head["WARC-Concurrent-To"],
            "WARC-Refers-To": identity,
            "WARC-Target-URI": answer.final_url,
        }
        block = _lines(fields.items())
        metadata = _record("metadata", answer.fetched_at, refer, _FIELDS, block)
    level = STORED if coding.codings(answer.headers) else FAST
    block = _http_head(answer.status, answer.reason, answer.headers) + answer.wire
    kind = "application/http;msgtype=response"
    return _record("response", answer.fetched_at, head, kind, block, level) + metadata


def resource(uri: str, content_type: str, body: bytes, at: datetime) -> bytes:
    """A `resource` record: bytes that came without HTTP."""
    head = {"WARC-Target-URI": uri, "WARC-Payload-Digest": _digest(body)}
    return _record("resource", at, head, content_type, body)


def parse_http(block: bytes) -> tuple[int, tuple[tuple[str, str], ...], bytes]:
    """Status, headers and entity of an HTTP response as archived.

    Raises:
        ValueError: there is no status line, or the head has no end within reason.
    """
    gap = _HEAD_END.search(block, 0, MAX_HTTP_HEAD)
    if gap is None and len(block) > MAX_HTTP_HEAD:
        raise ValueError(f"more than {MAX_HTTP_HEAD} bytes of HTTP headers")
    head, body = (block[: gap.start()], block[gap.end() :]) if gap else (block, b"")
    text = re.sub(r"\r?\n[ \t]+", " ", head.decode("latin-1"))
    status_line, *lines = re.split(r"\r?\n", text)
    match = re.match(r"HTTP/[\d.]+ (\d{3})", status_line)
    if match is None:
        raise ValueError(f"no status line: {status_line[:40]!r}")
    pairs = (line.partition(":") for line in lines if ":" in line)
    return int(match[1]), tuple((name.strip(), value.strip()) for name, _, value in pairs), body


def entity(headers: Sequence[tuple[str, str]], wire: bytes, *, limit: int) -> bytes:
    """The decoded body of an archived answer.

    Other archives keep the headers of what they have decoded: what a header claims and the bytes
    do not show counts as done.

    Args:
        headers: of the answer.
        wire: as archived.
        limit: bytes that any step may grow to.

    Raises:
        CodingError: it is damaged, unfinished, of an unknown coding, or too large.
    """
    chunked = any(
        name.lower() == "transfer-encoding" and "chunked" in value.lower()
        for name, value in headers
    )
    body = _without_chunks(wire) if chunked else wire
    try:
        return coding.decode(body, coding.codings(headers), limit=limit)
    except coding.CodingError as error:
        if error.reason == "bad_encoding" and _TEXT.match(body):
            return body
        raise


def _without_chunks(wire: bytes) -> bytes:
    """RFC 9112, section 7.1; bytes that do not begin with a chunk are none."""
    pieces: list[bytes] = []
    at = 0
    while size := _CHUNK_SIZE.match(wire, at):
        length, start = int(size[1], 16), size.end()
        if not length:
            return b"".join(pieces)
        if start + length > len(wire):
            raise coding.CodingError("truncated", "its last chunk is cut off")
        pieces.append(wire[start : start + length])
        at = start + length
        at += 2 if wire.startswith(b"\r\n", at) else wire.startswith(b"\n", at)
    if pieces:
        raise coding.CodingError("truncated", "its chunks have no end")
    return wire


def parse_fields(block: bytes) -> Mapping[str, str]:
    """The lines of an application/warc-fields block."""
    lines = (line.partition(":") for line in block.decode("utf-8", "replace").splitlines())
    return {name.strip(): value.strip() for name, colon, value in lines if colon}


def _http_head(status: int, reason: str, headers: Sequence[tuple[str, str]]) -> bytes:
    """As received; http.client read it as Latin-1. Chunks are gone, so what announced them goes."""
    kept = [(k, v) for k, v in headers if k.lower() != "transfer-encoding"]
    return _lines(kept, f"HTTP/1.1 {status} {reason}", "latin-1") + b"\r\n"


def _record(
    kind: str,
    at: datetime,
    head: Mapping[str, str],
    content_type: str,
    block: bytes,
    level: int = FAST,
) -> bytes:
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": _record_id(),
        "WARC-Date": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        **head,
        "Content-Type": content_type,
        "Content-Length": str(len(block)),
    }
    member = zlib.compressobj(level, zlib.DEFLATED, 31)
    pieces = [
        member.compress(_lines(fields.items(), "WARC/1.1") + b"\r\n"),
        member.compress(block),
        member.compress(b"\r\n\r\n"),
        member.flush(),
    ]
    return b"".join(pieces)


def _lines(
    pairs: Iterable[tuple[str, str]], first: str | None = None, encoding: str = "utf-8"
) -> bytes:
    lines = [] if first is None else [first]
    lines += [f"{name}: {value}" for name, value in pairs]
    clean = (_LINE_BREAK.sub(" ", line) for line in lines)
    return "".join(f"{line}\r\n" for line in clean).encode(encoding, "replace")


def _record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def _digest(body: bytes) -> str:
    """SHA-1 in base 32: what WARC tools check and deduplicate by."""
    digest = hashlib.sha1(body, usedforsecurity=False).digest()
    return f"sha1:{base64.b32encode(digest).decode()}"
