"""WARC records read back, whoever wrote them: one by its offset, or all of a file.

Files of others are not to be trusted: a record's head and block are bounded before they are held,
a gzip member is unpacked only as far as its record goes, and behind a damaged record the reading
goes on at the next.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_HEAD: Final = 64 * 1024
"""Bytes of a record's own head, and of what pads its end."""
MAX_BLOCK: Final = 256 * 1024**2
"""Bytes of a record's block: above every fetch limit."""
BUFFER: Final = 1024**2
"""Bytes to buffer a file by that is read with `scan`."""
_CHUNK = 16 * 1024
_GZIP = b"\x1f\x8b"
_ZSTANDARD = b"\x28\xb5\x2f\xfd"
_VERSION = b"WARC/"
_COMPACT_DATE = 14
_MAX_DIGITS = 18
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_MARK = re.compile(rb"\x1f\x8b\x08|(?<=\n)WARC/")
"""Where a gzip member or a plain record may begin."""
_NOTHING_THERE = "no record is there"


class RecordError(ValueError):
    """A record cannot be read; the message says why."""


class SharedMemberError(RecordError):
    """Several records share a gzip member: those behind the first have no offset."""


class _EndOfFileError(RecordError):
    """There is nothing more."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it stands in its file.

    Attributes:
        headers: by name in lower case; of several with a name the first.
        block: what it carries, `Content-Length` bytes.
        offset: where it begins in the file.
        end: where the next one does.
    """

    headers: Mapping[str, str]
    block: bytes
    offset: int
    end: int

    @property
    def kind(self) -> str:
        """WARC-Type: response, request, metadata and so on."""
        return self.headers.get("warc-type", "").lower()

    @property
    def uri(self) -> str:
        """WARC-Target-URI; some writers put it in angle brackets."""
        return self.headers.get("warc-target-uri", "").strip("<>")

    @property
    def date(self) -> datetime:
        """WARC-Date, aware.

        Raises:
            RecordError: there is none that can be read.
        """
        text = self.headers.get("warc-date", "")
        if len(text) == _COMPACT_DATE and text.isdigit():  # as ARC files have it
            text = f"{text[:8]}T{text[8:]}"
        try:
            at = datetime.fromisoformat(text)
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise RecordError(f"no date: {text[:40]!r}") from error


@dataclass(frozen=True, slots=True)
class Damage:
    """A place in a file where a record ought to be, and what is wrong with it."""

    offset: int
    problem: str


class _Member:
    """The bytes of one gzip member, unpacked as far as they are asked for."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._inflate = zlib.decompressobj(31)

    def read(self, size: int) -> bytes:
        """At most `size` bytes; none at the end of the member."""
        while not self._inflate.eof:
            packed = self._inflate.unconsumed_tail or self._stream.read(_CHUNK)
            try:
                data = self._inflate.decompress(packed, size)
            except zlib.error as error:
                raise RecordError(str(error)) from error
            if data:
                return data
            if not packed:
                raise RecordError("the file ends within it")
        return b""

    def end(self) -> int:
        """Where the next member begins."""
        return self._stream.tell() - len(self._inflate.unused_data)


class _Plain:
    """The bytes of a file that is not compressed."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def read(self, size: int) -> bytes:
        return self._stream.read(size)


def read(stream: IO[bytes], offset: int, *, limit: int = MAX_BLOCK) -> Record:
    """Read the record at an offset, gzipped or plain.

    Args:
        stream: seekable.
        offset: of the record, or of its gzip member.
        limit: bytes that its block may have.

    Raises:
        RecordError: there is none, or it is damaged, cut off or too large.
        OSError: the stream cannot be read.
    """
    stream.seek(offset)
    start = stream.read(len(_VERSION))
    if not start:
        raise _EndOfFileError(_NOTHING_THERE)
    if not start.startswith(_GZIP) and start != _VERSION:
        raise RecordError(_NOTHING_THERE)
    stream.seek(offset)
    source = _Member(stream) if start.startswith(_GZIP) else _Plain(stream)
    head, data = _head(source)
    headers = _fields(head)
    block, rest = _block(source, data, _length(headers, limit))
    if isinstance(source, _Member):
        _exhaust(source, rest)
        return Record(headers, block, offset, source.end())
    end = stream.tell() - len(rest)
    return Record(headers, block, offset, _following(stream, end))


def scan(stream: IO[bytes], *, limit: int = MAX_BLOCK) -> Iterator[Record | Damage]:
    """Read all records of a file, in order.

    Raises:
        SharedMemberError: it is gzipped, but not record by record: `respell` makes it so.
        RecordError: it is no WARC file.
        OSError: it cannot be read.
    """
    offset: int | None = 0
    while offset is not None:
        try:
            record = read(stream, offset, limit=limit)
        except SharedMemberError:
            raise
        except _EndOfFileError:
            return
        except RecordError as error:
            if offset == 0 and str(error) == _NOTHING_THERE:
                raise RecordError(_stranger(stream)) from error
            yield Damage(offset, str(error))
            offset = _resume(stream, offset + 1)
        else:
            yield record
            offset = record.end


def member(record: Record, level: int) -> bytes:
    """The record as a gzip member of its own, its headers as read."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in record.headers.items())
    packer = zlib.compressobj(level, zlib.DEFLATED, 31)
    head = packer.compress(f"WARC/1.1\r\n{lines}\r\n".encode("utf-8", "replace"))
    body = packer.compress(record.block) + packer.compress(b"\r\n\r\n")
    return head + body + packer.flush()


def _head(source: _Member | _Plain) -> tuple[bytes, bytes]:
    """The lines of the record's head, and what was read beyond it."""
    data = b""
    while len(data) <= MAX_HEAD:
        piece = source.read(4096)
        data += piece
        if data[: len(_VERSION)] != _VERSION[: len(data)]:
            raise RecordError(_NOTHING_THERE)
        gap = _HEAD_END.search(data)
        if gap and gap.start() <= MAX_HEAD:
            return data[: gap.start()], data[gap.end() :]
        if not piece:
            raise RecordError("it ends within its head")
    raise RecordError(f"its head has more than {MAX_HEAD} bytes")


def _fields(head: bytes) -> dict[str, str]:
    fields: dict[str, str] = {}
    last = ""
    for line in head.decode("utf-8", "replace").split("\n")[1:]:
        if line[:1] in {" ", "\t"} and last:
            fields[last] += f" {line.strip()}"
            continue
        name, colon, value = line.partition(":")
        name = name.strip().lower()
        if colon and name not in fields:
            fields[name] = value.strip()
            last = name
    return fields


def _length(fields: Mapping[str, str], limit: int) -> int:
    text = fields.get("content-length", "")
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        raise RecordError(f"no Content-Length: {text[:40]!r}")
    if int(text) > limit:
        raise RecordError(f"its {text} bytes are more than {limit}")
    return int(text)


def _block(source: _Member | _Plain, data: bytes, length: int) -> tuple[bytes, bytes]:
    """The block, and what was read beyond it."""
    pieces, have = [data], len(data)
    while have < length:
        piece = source.read(min(length - have, _CHUNK * 4))
        if not piece:
            raise RecordError(f"{have} of {length} bytes are there")
        pieces.append(piece)
        have += len(piece)
    whole = b"".join(pieces)
    return whole[:length], whole[length:]


def _exhaust(source: _Member, rest: bytes) -> None:
    """Read the end of a member: nothing but line breaks, and a checksum that fits."""
    seen = 0
    while rest or (rest := source.read(4096)):
        seen += len(rest)
        if text := rest.lstrip(b"\r\n"):
            text += source.read(len(_VERSION))
            if text.startswith(_VERSION):
                raise SharedMemberError(
                    "several records share a gzip member: `warcio recompress IN OUT` mends it"
                )
            raise RecordError("it is longer than its Content-Length")
        if seen > MAX_HEAD:
            raise RecordError("its end is padded without end")
        rest = b""


def _following(stream: IO[bytes], end: int) -> int:
    """Where the record behind a plain one begins."""
    stream.seek(end)
    gap = stream.read(64)
    text = gap.lstrip(b"\r\n")
    if text and not text.startswith(_VERSION):
        raise RecordError("it is longer than its Content-Length")
    return end + len(gap) - len(text)


def _resume(stream: IO[bytes], offset: int) -> int | None:
    """Where the next record behind a damaged one may begin; None: nowhere."""
    stream.seek(offset)
    window, position = b"", offset
    while data := stream.read(BUFFER):
        window += data
        for mark in _MARK.finditer(window):
            if _opens(stream, position + mark.start()):
                return position + mark.start()
        kept = len(_VERSION) + 1
        stream.seek(position + len(window))
        position, window = position + len(window) - kept, window[-kept:]
    return None


def _opens(stream: IO[bytes], offset: int) -> bool:
    stream.seek(offset)
    start = stream.read(len(_VERSION))
    if start == _VERSION:
        return True
    stream.seek(offset)
    try:
        return _Member(stream).read(len(_VERSION)) == _VERSION
    except RecordError:
        return False


def _stranger(stream: IO[bytes]) -> str:
    """What a file is that begins with no record."""
    stream.seek(0)
    if stream.read(len(_ZSTANDARD)) == _ZSTANDARD:
        return "it is compressed with Zstandard: unpack it first (zstd -d)"
    return "it is no WARC file"
