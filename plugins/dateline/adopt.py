"""WARC files of others, taken into the archive as they are.

A file is linked where the archive is on its disk, else copied: its records are referred to by
offset, so nothing in it is touched. Only a file that is gzipped as a whole is written anew, record
by record, for nothing in it could be found by offset.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import zlib
from contextlib import suppress
from hashlib import blake2b
from typing import IO, TYPE_CHECKING, Final

from dateline.errors import ArchiveError
from dateline.records import (
    BUFFER,
    MAX_BLOCK,
    Damage,
    RecordError,
    SharedMemberError,
    member,
    read,
    scan,
)
from dateline.warc import FAST

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dateline.records import Record

FOLDER: Final = "import"
"""Where in the archive they are."""
MAX_RATIO: Final = 200
"""What a file that is gzipped as a whole may unpack to, by its size: more is a bomb."""
_PART = ".part"


def adopt(folder: Path, path: Path) -> str:
    """Take a file into the archive; again, it is there already.

    Args:
        folder: the archive's.
        path: the file; it must not be changed afterwards, the archive may share its bytes.

    Returns:
        Its name in the archive: "import/NAME-HASH.warc.gz", the hash over its bytes.

    Raises:
        ArchiveError: it is no WARC file, or it or the archive cannot be read or written.
    """
    try:
        with path.open("rb", buffering=BUFFER) as stream:
            shared = _is_shared(stream)
            gzipped = shared or _is_gzipped(stream)
            name = f"{FOLDER}/{_stem(path)}-{_hash(stream)}.warc{'.gz' * gzipped}"
        target = folder / name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            _respell(path, target) if shared else _place(path, target)
    except RecordError as error:
        raise ArchiveError(f"{path}: {error}") from error
    except (EOFError, zlib.error, OSError) as error:
        raise ArchiveError(f"cannot archive {path}: {error}") from error
    return name


def walk(folder: Path, name: str, *, limit: int = MAX_BLOCK) -> Iterator[Record | Damage]:
    """The records of a file of the archive.

    Raises:
        ArchiveError: it is not there, or cannot be read.
    """
    try:
        with (folder / name).open("rb", buffering=BUFFER) as stream:
            yield from scan(stream, limit=limit)
    except (OSError, RecordError) as error:
        raise ArchiveError(f"cannot read {folder / name}: {error}") from error


def _is_shared(stream: IO[bytes]) -> bool:
    """Whether the file is gzipped as a whole; its first two records tell."""
    try:
        read(stream, read(stream, 0).end)
    except SharedMemberError:
        return True
    except RecordError:
        next(scan(stream), None)  # raises if it is no WARC file at all
    return False


def _is_gzipped(stream: IO[bytes]) -> bool:
    stream.seek(0)
    return stream.read(2) == b"\x1f\x8b"


def _stem(path: Path) -> str:
    stem = re.sub(r"(\.warc)?(\.gz)?$", "", path.name, flags=re.IGNORECASE)
    return re.sub(r"[^A-Za-z0-9_.]+", "-", stem).strip("-.")[:120] or "file"


def _hash(stream: IO[bytes]) -> str:
    stream.seek(0)
    found = blake2b(digest_size=6)
    while data := stream.read(BUFFER):
        found.update(data)
    return found.hexdigest()


def _place(path: Path, target: Path) -> None:
    try:
        target.hardlink_to(path.resolve())
    except FileExistsError:  # another task was first
        return
    except OSError:
        part = target.with_name(target.name + _PART)
        shutil.copyfile(path, part)
        _finish(part, target)


def _respell(path: Path, target: Path) -> None:
    plain = target.with_name(target.name + ".plain" + _PART)
    part = target.with_name(target.name + _PART)
    try:
        _unpack(path, plain)
        with plain.open("rb", buffering=BUFFER) as stream, part.open("wb") as out:
            for record in scan(stream):
                if not isinstance(record, Damage):
                    out.write(member(record, FAST))
        _finish(part, target)
    finally:
        plain.unlink(missing_ok=True)


def _unpack(path: Path, plain: Path) -> None:
    left = path.stat().st_size * MAX_RATIO
    with gzip.open(path) as stream, plain.open("wb") as out, suppress(EOFError):
        while data := stream.read(BUFFER):
            left -= len(data)
            if left < 0:
                raise RecordError(f"it unpacks to more than {MAX_RATIO} times its size")
            out.write(data)


def _finish(part: Path, target: Path) -> None:
    with part.open("rb") as stream:
        os.fsync(stream.fileno())
    part.replace(target)
