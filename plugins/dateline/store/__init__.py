"""Postgres: the only importer of psycopg2. SQL lives in sql/, one function a named query."""

from dateline.store.database import Cursor, Database

__all__ = ["Cursor", "Database"]
