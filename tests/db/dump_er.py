"""Writes docs/schema.md: a picture and a list of the tables, from a migrated database (`make er`)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from dateline.local.postgres import ephemeral_postgres
from dateline.store import Database
from dateline.store.migrate import migrate

if TYPE_CHECKING:
    from dateline.store import Cursor

FILE = Path(__file__).parents[2] / "docs" / "schema.md"
HEAD = """# The schema

Made by `make er` from the migrations; a test compares them. Every column has its comment in the database:
`\\d+ news.article` in `make psql`, or `sql/schema.sql`.
"""
TITLES = {
    "news": "The public contract: schema news",
    "ops": "The engine room: schema ops",
}
TABLES = """
select c.relname, c.relkind = 'v', obj_description(c.oid) from pg_class c
where c.relnamespace = %s::regnamespace and c.relkind in ('r', 'p', 'v') and not c.relispartition
order by c.relkind = 'v', c.relname
"""
COLUMNS = """
select a.attname, regexp_replace(replace(format_type(a.atttypid, null), 'timestamp with time zone', 'timestamptz'), '\\W+', '_', 'g'),
       array_remove(array[
           case when exists (select from pg_constraint k where k.conrelid = a.attrelid and k.contype = 'p'
                             and a.attnum = any (k.conkey)) then 'PK' end,
           case when exists (select from pg_constraint k where k.conrelid = a.attrelid and k.contype = 'f'
                             and a.attnum = any (k.conkey)) then 'FK' end,
           case when exists (select from pg_constraint k where k.conrelid = a.attrelid and k.contype = 'u'
                             and k.conkey = array[a.attnum]) then 'UK' end], null)
from pg_attribute a
where a.attrelid = format('%%I.%%I', %s::text, %s::text)::regclass and a.attnum > 0 and not a.attisdropped
order by a.attnum
"""
LINKS = """
select k.confrelid::regclass::text, k.conrelid::regclass::text,
       bool_or(a.attnotnull), (select a.attname from pg_attribute a where a.attrelid = k.conrelid and a.attnum = k.conkey[1]),
       exists (select from pg_constraint u where u.conrelid = k.conrelid and u.contype in ('p', 'u') and u.conkey = k.conkey)
from pg_constraint k
join pg_attribute a on a.attrelid = k.conrelid and a.attnum = any (k.conkey)
where k.contype = 'f' and k.connamespace = %s::regnamespace and k.conparentid = 0
group by k.oid, k.confrelid, k.conrelid, k.conkey
order by 1, 2, 4
"""


def picture(cursor: Cursor, schema: str) -> str:
    """A mermaid diagram of a schema's tables, then what a row of each is."""
    cursor.execute(TABLES, (schema,))
    tables = cursor.fetchall()
    lines = [f"## {TITLES[schema]}", "", "```mermaid", "erDiagram"]
    cursor.execute(LINKS, (schema,))
    for parent, child, needed, column, single in cursor.fetchall():
        ends = ("||" if needed else "|o") + "--" + ("o|" if single else "o{")
        lines.append(f"    {_short(parent, schema)} {ends} {_short(child, schema)} : {column}")
    for name, is_view, _ in tables:
        if is_view:
            continue
        cursor.execute(COLUMNS, (schema, name))
        lines.append(f"    {name} {{")
        lines += [
            f"        {kind} {column} {', '.join(keys)}".rstrip()
            for column, kind, keys in cursor.fetchall()
        ]
        lines.append("    }")
    lines += ["```", "", "| table or view | |", "|---|---|"]
    lines += [f"| `{schema}.{name}` | {said.replace('|', '/')} |" for name, _, said in tables]
    return "\n".join(lines)


def _short(table: str, schema: str) -> str:
    """A table of the other schema is drawn under its full name."""
    return table.removeprefix(f"{schema}.").replace(".", "_")


def page(database: Database) -> str:
    """The whole of docs/schema.md."""
    with database.transaction() as cursor:
        return "\n".join([HEAD, *(f"{picture(cursor, schema)}\n" for schema in TITLES)])


def dump() -> str:
    """The page of a database of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ephemeral_postgres(Path(folder)) as cluster,
        Database(cluster.warehouse_dsn) as database,
    ):
        migrate(database)
        return page(database)


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(dump(), encoding="utf-8")
