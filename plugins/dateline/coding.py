"""Content codings (gzip, deflate, br, zstd) undone in full or not at all.

requests and urllib3 accept a compressed stream that ends early in silence; here its end is checked,
and what it may grow to is bounded.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import brotli
from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Sequence

_GZIP = 31
_ZLIB = 15
_RAW = -15
_GZIP_MAGIC = b"\x1f\x8b"
_BOMB_RATIO = 100
"""Pages shrink to a fifth or so; only bytes repeated without end get here."""
ACCEPTED = "gzip, deflate, br, zstd"
"""What to offer as Accept-Encoding."""
_ZSTD_WINDOW = 23
"""Binary logarithm: RFC 9659 allows 8 MB on the web; the format itself, terabytes."""


class CodingError(Exception):
    """A body cannot be decoded. `reason`: truncated, bad_encoding, too_large or bomb."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def codings(headers: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """The content codings of a message, in the order in which they were applied."""
    values = ",".join(value for name, value in headers if name.lower() == "content-encoding")
    names = (name.strip().lower().removeprefix("x-") for name in values.split(","))
    return tuple(name for name in names if name not in {"", "identity"})


def decode(wire: bytes, applied: Sequence[str], *, limit: int) -> bytes:
    """Undo the codings.

    Args:
        wire: the entity as sent; an empty one stays empty.
        applied: see `codings`.
        limit: bytes that any stage may grow to.

    Raises:
        CodingError: unknown, damaged, unfinished, or larger than the limit.
    """
    body = wire
    for name in reversed(applied):
        if not body:
            break
        if name == "gzip":
            body = _gunzip(body, limit)
        elif name == "deflate":
            # RFC 9110 means the zlib format; some servers send raw deflate.
            zlib_header = body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0  # noqa: PLR2004 - RFC 1950
            body = _inflate(body, _ZLIB if zlib_header else _RAW, limit)[0]
        elif name == "br":
            body = _unbrotli(body, limit)
        elif name == "zstd":
            body = _unzstd(body, limit)
        else:
            raise CodingError("bad_encoding", f"Content-Encoding {name[:40]!r}")
    return body


def _gunzip(data: bytes, limit: int) -> bytes:
    body, rest = _inflate(data, _GZIP, limit)
    parts, size = [body], len(body)
    while rest.startswith(_GZIP_MAGIC):  # what else follows is padding, which browsers ignore
        body, rest = _inflate(rest, _GZIP, limit - size)
        parts.append(body)
        size += len(body)
    return b"".join(parts) if len(parts) > 1 else parts[0]


def _inflate(data: bytes, window: int, limit: int) -> tuple[bytes, bytes]:
    stream = zlib.decompressobj(window)
    try:
        body = stream.decompress(data, limit + 1)
    except zlib.error as error:
        raise CodingError("bad_encoding", str(error)) from error
    _bound(len(data) - len(stream.unconsumed_tail), len(body), limit)
    if not stream.eof:
        raise CodingError("truncated", "compressed stream has no end")
    return body, stream.unused_data


def _unbrotli(data: bytes, limit: int) -> bytes:
    stream, parts, size = brotli.Decompressor(), [], 0
    try:
        part = stream.process(data, output_buffer_limit=limit + 1)
        while part:
            parts.append(part)
            size += len(part)
            _bound(len(data), size, limit)
            part = stream.process(b"", output_buffer_limit=limit + 1)
    except brotli.error as error:
        raise CodingError("bad_encoding", str(error)) from error
    if not stream.is_finished():
        raise CodingError("truncated", "compressed stream has no end")
    return b"".join(parts)


def _unzstd(data: bytes, limit: int) -> bytes:
    parts, size, rest = [], 0, data
    options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW}
    while rest:  # a body may be several frames
        stream = zstd.ZstdDecompressor(options=options)
        try:
            parts.append(stream.decompress(rest, limit - size + 1))
        except zstd.ZstdError as error:
            raise CodingError("bad_encoding", str(error)) from error
        size += len(parts[-1])
        _bound(len(data), size, limit)
        if not stream.eof:
            raise CodingError("truncated", "compressed stream has no end")
        rest = stream.unused_data
    return b"".join(parts)


def _bound(packed: int, unpacked: int, limit: int) -> None:
    if unpacked > limit:
        reason = "bomb" if unpacked > _BOMB_RATIO * packed else "too_large"
        raise CodingError(reason, f"{packed} bytes unpack to more than {limit}")
