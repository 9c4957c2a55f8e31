"""Writes sql/schema.sql: what all migrations and views add up to (`make schema`)."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path

from dateline.local.postgres import ephemeral_postgres
from dateline.store import Database
from dateline.store.migrate import migrate
from dateline.store.sqlfiles import sql_folder

HEAD = "-- The whole schema, for reading. Made by `make schema` from migrations/ and views/; a test compares them.\n"


def dump() -> str:
    """pg_dump's text without what depends on its version."""
    with tempfile.TemporaryDirectory() as folder, ephemeral_postgres(Path(folder)) as cluster:
        with Database(cluster.warehouse_dsn) as database:
            migrate(database)
        command = [cluster.binaries["pg_dump"], "--schema-only", "--no-owner", "--no-privileges"]
        text = subprocess.run(
            [*command, "--schema=news", "--schema=ops", cluster.warehouse_dsn],
            check=True,
            capture_output=True,
            text=True,
            env=os.environ | {"PGCONNECT_TIMEOUT": "10"},
        ).stdout
    # Functions may name tables that follow them. Indexes of pg_trgm are made where it is: sql/trigram.sql.
    kept = [
        line
        for line in text.splitlines()
        if not re.match(
            r"(--|SET (?!check_function_bodies)|SELECT pg_catalog\.set_config|\\|CREATE INDEX .*_trgm_ops)",
            line,
        )
    ]
    return HEAD + re.sub(r"\n{2,}", "\n\n", "\n".join(kept)).strip() + "\n"


if __name__ == "__main__":
    (sql_folder() / "schema.sql").write_text(dump(), encoding="utf-8")
