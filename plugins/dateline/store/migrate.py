"""Brings a database to the version of this package: migrations, then views, then roles.

A migration is one file, one transaction, never changed once released (its checksum is kept). Views
are applied anew each time: `create or replace` is cheap and keeps them beside their history.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psycopg2

from dateline.errors import MigrationError
from dateline.store.sqlfiles import sql_folder

if TYPE_CHECKING:
    from pathlib import Path

    from dateline.store.database import Cursor, Database

_LEDGER = """
create table if not exists public.dateline_migration (
    version    integer primary key,
    name       text not null,
    checksum   text not null,
    applied_at timestamptz not null default now()
);
comment on table public.dateline_migration is 'The migrations of Dateline that this database has.';
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """A file sql/migrations/NNNN_name.sql."""

    version: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the file."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations(folder: Path | None = None) -> list[Migration]:
    """All migrations in order.

    Raises:
        MigrationError: a gap or a repeated number.
    """
    folder = folder or sql_folder() / "migrations"
    found = [
        Migration(int(path.stem[:4]), path.stem[5:], path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    ]
    if [item.version for item in found] != list(range(1, len(found) + 1)) or not found:
        raise MigrationError(f"{folder}: the files must be numbered 0001, 0002 … without a gap")
    return found


def migrate(database: Database, folder: Path | None = None) -> list[str]:
    """Applies what is missing; safe to run twice and by two at once.

    Returns:
        The names of the migrations applied now, in order.

    Raises:
        MigrationError: the database is newer than this package, or a released file was changed.
        StoreError: Postgres refused.
    """
    wanted = migrations(folder)
    with database.transaction() as cursor:
        cursor.execute("select pg_advisory_lock(hashtext('dateline.migrate'))")
        cursor.execute(_LEDGER)
    try:
        applied = [item.name for item in _missing(database, wanted) if _apply(database, item)]
        with database.transaction() as cursor:
            _views(cursor)
    finally:
        with database.transaction() as cursor:
            cursor.execute("select pg_advisory_unlock(hashtext('dateline.migrate'))")
    return applied


def _missing(database: Database, wanted: list[Migration]) -> list[Migration]:
    with database.transaction() as cursor:
        cursor.execute("select version, checksum from public.dateline_migration")
        have: dict[int, str] = dict(cursor.fetchall())
    if have and max(have) > len(wanted):
        raise MigrationError(
            f"the database has migration {max(have)}, this Dateline only knows {len(wanted)}: "
            "upgrade the package"
        )
    for item in wanted:
        if have.get(item.version, item.checksum) != item.checksum:
            raise MigrationError(
                f"migration {item.version:04} ({item.name}) was changed after it was applied: "
                "put the file back and write a new migration"
            )
    return [item for item in wanted if item.version not in have]


def _apply(database: Database, item: Migration) -> bool:
    with database.transaction() as cursor:
        try:
            cursor.execute(item.sql)
        except psycopg2.Error as error:
            raise MigrationError(f"migration {item.version:04} ({item.name}): {error}") from error
        cursor.execute(
            "insert into public.dateline_migration (version, name, checksum) values (%s, %s, %s)",
            (item.version, item.name, item.checksum),
        )
    return True


def _views(cursor: Cursor) -> None:
    last = [sql_folder() / name for name in ("trigram.sql", "roles.sql")]
    for path in [*sorted((sql_folder() / "views").glob("*.sql")), *last]:
        cursor.execute(path.read_text(encoding="utf-8"))
