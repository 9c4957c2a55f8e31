"""Import: plain wire texts go into the archive as if fetched, then the usual way."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dateline.archive import ArchiveWriter
from dateline.errors import SettingsError
from dateline.hashes import digest
from dateline.model import Source
from dateline.store.imports import imported_hash, put_page, same_bytes
from dateline.store.sources import apply_sources, list_sources

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from dateline.stages.context import Context

CONTENT_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import took in: files archived, and files whose bytes were loaded before."""

    archived: int
    unchanged: int


def import_texts(context: Context, files: Sequence[Path], source: str) -> Imported:
    """Archive each file under `urn:dateline:SOURCE:STEM`, its natural key.

    Raises:
        SettingsError: a file cannot be read.
    """
    texts = [(path, _read(path)) for path in files]
    if not list_sources(context.database, source):
        home = f"urn:dateline:{source}"
        made = Source(source, source.replace("-", " ").title(), home, (), tags=("import",))
        apply_sources(context.database, [(made, None)])
    unchanged = 0
    name = f"{context.clock():%Y/%m/%d}/import-{secrets.token_hex(4)}.warc.gz"
    with ArchiveWriter(context.settings.archive_dir, name) as writer:
        for path, body in texts:
            url = f"urn:dateline:{source}:{path.stem}"
            if imported_hash(context.database, url) == digest(body):
                same_bytes(context.database, url, context.run)
                unchanged += 1
                continue
            ref = writer.write_resource(url, CONTENT_TYPE, body, context.clock())
            writer.flush()
            put_page(context.database, context.run, source, url, ref, digest(body), context.clock())
    return Imported(len(texts) - unchanged, unchanged)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or error}") from error
