"""The archive: WARC files of what was fetched, as it came over the wire.

A file is written as NAME.open under a lock and renamed to NAME when it is whole. Names may hold
folders ("2026/11/23/….warc.gz"); open files all stand in the archive's own folder, so that looking
for them costs the same however much is stored. Every record is a
gzip member of its own, so a record is read by its offset, and a file that was cut off by a crash
loses at most its last record.
"""

from __future__ import annotations

import errno
import fcntl
import os
import zlib
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Self

from dateline import coding, records, warc
from dateline.errors import ArchiveError
from dateline.model import ArchiveRef, Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from types import TracebackType

    from dateline.fetch import Response
    from dateline.records import Record

OPEN = ".open"
"""Suffix of a file that is being written."""
_SLASH = "~"
MAX_BODY = 256 * 1024**2
"""Bytes a stored body may decode to: above every fetch limit, it stops a foreign file's bomb."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_CHUNK = 64 * 1024


class ArchiveWriter:
    """Writes one WARC file; a context manager.

    Args:
        folder: made if it is missing.
        name: relative to it, e.g. "2026/11/23/….warc.gz".

    Raises:
        ArchiveError: the folder cannot be written to, or the name is taken.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._name = name
        self._path = folder / name
        self._open_path = _open_path(folder, name)
        self._fd = -1
        self._end = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if self._path.exists():
                raise FileExistsError(errno.EEXIST, "the file is already there")
            self._fd = _create_locked(self._open_path)
        except OSError as error:
            raise self._failed(error) from error
        try:
            self._append(warc.warcinfo(name, datetime.now(UTC)))
        except ArchiveError:
            self._open_path.unlink()
            self._release()
            raise
        self._empty_end = self._end

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def write(self, response: Response, parts: Sequence[Response] = ()) -> ArchiveRef:
        """Append a response, and the further pages of its article behind it.

        Raises:
            ArchiveError: the disk is full or failing. What was archived before stays readable, and
                the writer can go on once there is room.
        """
        return self._append(warc.response(response, parts))

    def write_resource(
        self, uri: str, content_type: str, body: bytes, fetched_at: datetime
    ) -> ArchiveRef:
        """Append bytes that came without HTTP; they are read back as a page of status 200."""
        return self._append(warc.resource(uri, content_type, body, fetched_at))

    def flush(self) -> None:
        """Have the disk keep what was written (fsync)."""
        try:
            os.fsync(self._fd)
        except OSError as error:
            raise self._failed(error) from error

    def close(self) -> None:
        """Give the file its name; one without records is removed. Closing again does nothing."""
        if self._fd < 0:
            return
        try:
            if self._end == self._empty_end:
                self._open_path.unlink()
            else:
                os.ftruncate(self._fd, self._end)
                self.flush()
                _rename(self._open_path, self._path)
        except OSError as error:
            raise self._failed(error) from error
        finally:
            self._release()

    def _append(self, record: bytes) -> ArchiveRef:
        view, written = memoryview(record), 0
        try:
            while written < len(view):
                written += os.pwrite(self._fd, view[written:], self._end + written)
        except OSError as error:
            with suppress(OSError):  # the next record goes to the same place in any case
                os.ftruncate(self._fd, self._end)
            raise self._failed(error) from error
        ref = ArchiveRef(self._name, self._end)
        self._end += written
        return ref

    def _release(self) -> None:
        os.close(self._fd)
        self._fd = -1

    def _failed(self, error: OSError) -> ArchiveError:
        if error.errno in _FULL:
            advice = "is full: free some space, or set DATELINE_ARCHIVE to a folder on another disk"
            return ArchiveError(f"cannot archive: {self._path.parent} {advice}")
        return ArchiveError(f"cannot archive to {self._path}: {error.strerror or error}")


def read_pages(
    folder: Path, file: str, offsets: Iterable[int]
) -> Iterator[tuple[int, Page | ArchiveError]]:
    """Read pages back, bodies decoded.

    Yields:
        Each offset with its page, or with an `ArchiveError` that says how the record is damaged.

    Raises:
        ArchiveError: the file is not there or cannot be read.
    """
    with _open(folder, file) as stream:
        for offset in offsets:
            try:
                yield offset, _read(stream, ArchiveRef(file, offset))
            except ArchiveError as error:
                yield offset, error


def read_page(folder: Path, ref: ArchiveRef) -> Page:
    """Read one page back.

    Raises:
        ArchiveError: the file is not there, or the record is damaged.
    """
    with _open(folder, ref.file) as stream:
        return _read(stream, ref)


def recover(folder: Path) -> list[str]:
    """Finish the files whose writers died: cut after the last whole record, and named.

    Returns:
        The names of the files that now are readable in full. A file without a record is removed.

    Raises:
        ArchiveError: a file cannot be read, cut or renamed.
    """
    names = []
    for path in sorted(folder.glob(f"*{OPEN}")):
        try:
            name = path.name.removesuffix(OPEN).replace(_SLASH, "/")
            if _recover(path, folder / name):
                names.append(name)
        except OSError as error:
            raise ArchiveError(f"cannot recover {path}: {error.strerror or error}") from error
    return names


def _recover(path: Path, target: Path) -> bool:
    with suppress(FileNotFoundError), path.open("r+b") as stream:
        if not _lock(stream.fileno(), path):
            return False
        records, end = _whole_records(stream)
        if records <= 1:  # the warcinfo alone
            path.unlink()
            return False
        stream.truncate(end)
        os.fsync(stream.fileno())
        _rename(path, target)
        return True
    return False


def _whole_records(stream: IO[bytes]) -> tuple[int, int]:
    """How many gzip members are complete and undamaged from the start on, and where they end."""
    records = end = position = 0
    member, data = zlib.decompressobj(31), b""
    while data := data or stream.read(_CHUNK):
        try:
            member.decompress(data)
        except zlib.error:
            break
        position += len(data) - len(member.unused_data)
        data = member.unused_data
        if member.eof:
            records, end, member = records + 1, position, zlib.decompressobj(31)
    return records, end


def _open_path(folder: Path, name: str) -> Path:
    return folder / (name.replace("/", _SLASH) + OPEN)


def _create_locked(path: Path) -> int:
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    if not _lock(fd, path):  # `recover` came between and took it for a dead writer's
        os.close(fd)
        return _create_locked(path)
    return fd


def _lock(fd: int, path: Path) -> bool:
    """Lock a file, if nobody else has, and if the path still leads to it."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.fstat(fd).st_ino == path.stat().st_ino
    except (BlockingIOError, FileNotFoundError):
        return False


def _rename(source: Path, target: Path) -> None:
    if target.exists():
        raise FileExistsError(errno.EEXIST, f"{target.name} is already there")
    target.parent.mkdir(parents=True, exist_ok=True)
    source.rename(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _open(folder: Path, file: str) -> IO[bytes]:
    path = folder / file
    for name in (path, _open_path(folder, file), path):  # it may be renamed meanwhile
        try:
            return name.open("rb")
        except FileNotFoundError:
            continue
        except OSError as error:
            raise ArchiveError(f"cannot read {name}: {error.strerror}") from error
    raise ArchiveError(f"no archive file {file} in {folder}")


def _read(stream: IO[bytes], ref: ArchiveRef) -> Page:
    try:
        return _page(stream, records.read(stream, ref.offset), ref)
    except (OSError, ValueError, coding.CodingError) as error:
        raise ArchiveError(f"damaged record in {ref.file} at {ref.offset}: {error}") from error


def _page(stream: IO[bytes], record: Record, ref: ArchiveRef) -> Page:
    if record.kind == "resource":
        content_type = ("Content-Type", record.headers.get("content-type", ""))
        block = record.block
        return Page(record.uri, record.uri, 200, (content_type,), block, record.date, ref)
    if record.kind != "response":
        raise ValueError(f"it is a {record.kind} record")
    status, headers, wire = warc.parse_http(record.block)
    body = warc.entity(headers, wire, limit=MAX_BODY)
    told, end = _told(stream, record)
    parts = _parts(stream, end, told.get("parts", "").split(), ref)
    url = told.get("via") or record.uri
    return Page(url, record.uri, status, headers, body, record.date, ref, parts)


def _told(stream: IO[bytes], response: Record) -> tuple[Mapping[str, str], int]:
    """What the metadata record behind a response says of it, and where the next record begins."""
    identity = response.headers.get("warc-concurrent-to")
    if identity is not None:
        with suppress(ValueError):  # in a file of others it need not be there
            record = records.read(stream, response.end)
            if record.kind == "metadata" and record.headers.get("warc-record-id") == identity:
                return warc.parse_fields(record.block), record.end
    return {}, response.end


def _parts(
    stream: IO[bytes], offset: int, identities: list[str], ref: ArchiveRef
) -> tuple[Page, ...]:
    """The further pages of an article, as far as they are whole: the first stands alone too."""
    parts: list[Page] = []
    with suppress(OSError, ValueError, coding.CodingError):
        while len(parts) < len(identities):
            record = records.read(stream, offset)
            if record.headers.get("warc-record-id") != identities[len(parts)]:
                break
            parts.append(replace(_page(stream, record, ref), ref=None))
            offset = _told(stream, record)[1]
    return tuple(parts)
