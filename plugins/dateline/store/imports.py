"""Texts that were imported from files instead of fetched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dateline.store.database import Cursor, Database, one
from dateline.store.sqlfiles import queries

if TYPE_CHECKING:
    from datetime import datetime

    from dateline.model import ArchiveRef


def imported_hash(database: Database, url: str) -> bytes | None:
    """The hash of the bytes loaded under that URL, None if there are none."""
    with database.transaction() as cursor:
        cursor.execute(queries("frontier")["imported_hash"], {"url_key": url})
        row = cursor.fetchone()
        return bytes(row[0]) if row is not None else None


def same_bytes(database: Database, url: str, run: str) -> None:
    """Notes that the file was seen again, unchanged."""

    def work(cursor: Cursor) -> None:
        cursor.execute(
            queries("frontier")["mark_imported_unchanged"], {"url_key": url, "run_id": run}
        )

    database.run(work)


def put_page(
    database: Database,
    run: str,
    source: str,
    url: str,
    ref: ArchiveRef,
    body_hash: bytes,
    at: datetime,
) -> None:
    """Puts an archived text on the frontier, to be extracted."""

    def work(cursor: Cursor) -> None:
        cursor.execute(queries("sources")["source_id"], {"slug": source})
        cursor.execute(
            queries("frontier")["import_page"],
            {
                "source_id": one(cursor)[0],
                "url": url,
                "url_key": url,
                "host": source,
                "run_id": run,
                "fetched_at": at,
                "archive_file": ref.file,
                "archive_offset": ref.offset,
                "body_hash": body_hash,
            },
        )

    database.run(work)
