"""Migrations: applied once, in order, by one at a time, and equal to schema.sql."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from tests.db.dump_er import FILE, page

from dateline.errors import MigrationError, StoreError
from dateline.store import Database
from dateline.store.migrate import migrate, migrations
from dateline.store.sqlfiles import sql_folder

if TYPE_CHECKING:
    from pathlib import Path

    from dateline.local.postgres import Cluster

CATALOG = """
select n.nspname, c.relname, c.relkind::text, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       a.attgenerated::text, a.attidentity::text, pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where n.nspname in ('news', 'ops') and coalesce(pg_get_indexdef(c.oid), '') !~ '_trgm_ops'
union all
select n.nspname, c.relname, 'constraint', k.conname, pg_get_constraintdef(k.oid), null, null, null, null, null
from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('news', 'ops')
union all
select n.nspname, p.proname, 'function', pg_get_function_arguments(p.oid), pg_get_functiondef(p.oid), null, null, null,
       null, obj_description(p.oid)
from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname in ('news', 'ops')
union all
select schemaname, viewname, 'view', definition, obj_description(format('%I.%I', schemaname, viewname)::regclass),
       null, null, null, null, null
from pg_views where schemaname in ('news', 'ops')
union all
select schemaname, tablename, 'index', indexname, indexdef, null, null, null, null, null
from pg_indexes where schemaname in ('news', 'ops') and indexdef !~ '_trgm_ops'
order by 1, 2, 3, 4
"""


RELATIONS = """
select oid::regclass::text from pg_class
where relnamespace = 'news'::regnamespace and relkind in ('r', 'p', 'v', 'm') order by 1
"""
UNCOMMENTED = """
select c.relname, null from pg_class c
where c.relnamespace = 'news'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and obj_description(c.oid, 'pg_class') is null
union all
select c.relname, a.attname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'news'::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and col_description(c.oid, a.attnum) is null
union all
select p.proname, null from pg_proc p
where p.pronamespace = 'news'::regnamespace and obj_description(p.oid, 'pg_proc') is null
"""
STORED = """
insert into news.source (slug, name, home_url) values ('s', 'S', 'https://s.example');
insert into news.article (source_id, url, canonical_url, url_key, kind, title, body, published_precision,
    first_seen_at, last_seen_at, revised_at, word_count, content_hash, extractor_version, archive_file,
    archive_offset, provenance)
values (1, 'https://s.example/1', 'https://s.example/1', 's.example/1', 'article', 'T', 'B', 'none',
    now(), now(), now(), 1, 'x', '1', 'a.warc.gz', 0, '{}');
insert into ops.staging (archive_file, archive_offset, frontier_id, source_id, fetched_at, url, canonical_url,
    url_key, kind, title, body, published_precision, word_count, content_hash, extractor_version, provenance,
    authors, roles, tags)
values ('a.warc.gz', 9, 1, 1, now(), 'https://s.example/2', 'https://s.example/2', 's.example/2', 'article',
    'T', 'B', 'none', 1, 'x', '1', '{}', '{}', '{}', '{}');
"""


def catalog(database: Database) -> list[tuple[object, ...]]:
    with database.transaction() as cursor:
        cursor.execute(CATALOG)
        return cursor.fetchall()


def test_applies_everything_once(empty_dsn: str) -> None:
    """The first call applies all migrations, the second none."""
    with Database(empty_dsn) as database:
        assert migrate(database) == [item.name for item in migrations()]
        assert migrate(database) == []


def test_two_at_once_apply_each_migration_once(empty_dsn: str) -> None:
    """Two starting workers do not apply a migration twice."""
    results: list[list[str]] = []

    def work() -> None:
        with Database(empty_dsn) as database:
            results.append(migrate(database))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [[], [item.name for item in migrations()]]


def test_a_database_with_articles_is_brought_up_to_date(empty_dsn: str, tmp_path: Path) -> None:
    """What the first version stored stays as it was; the new columns are empty."""
    first = migrations()[0]
    (tmp_path / f"0001_{first.name}.sql").write_text(first.sql)
    with Database(empty_dsn) as database:
        with pytest.raises(Exception, match="does not exist"):  # today's views need today's columns
            migrate(database, tmp_path)
        with database.transaction() as cursor:
            cursor.execute(STORED)
            cursor.execute("select to_jsonb(a) from news.article a")
            (before,) = cursor.fetchone()
        assert migrate(database) == [item.name for item in migrations()[1:]]
        with database.transaction() as cursor:
            cursor.execute("select to_jsonb(a) from news.article a")
            empty = ("body_html", "confidence", "story_id", "absences", "merged_into")
            assert cursor.fetchone() == (before | dict.fromkeys(empty),)
            cursor.execute("select article_id from ops.story_queue")
            assert cursor.fetchall() == [(before["id"],)], "its stories are found later"
            cursor.execute("select kind, url, title from news.changes_since(0)")
            assert cursor.fetchall() == [("new", "https://s.example/1", "T")]
            cursor.execute("select title, confidence from news.article_flat")
            assert cursor.fetchall() == [("T", None)]
            cursor.execute("select count(*) from ops.staging where body_html is null")
            assert cursor.fetchone() == (1,)


def test_schema_sql_equals_the_sum_of_the_migrations(empty_dsn: str, database: Database) -> None:
    """schema.sql is what a reader reads: it builds the same catalogue."""
    with Database(empty_dsn) as golden:
        with golden.transaction() as cursor:
            cursor.execute((sql_folder() / "schema.sql").read_text())
        assert catalog(golden) == catalog(database)


def test_a_changed_migration_is_refused(empty_dsn: str, tmp_path: Path) -> None:
    """A released migration that was edited is named, and nothing is applied."""
    (tmp_path / "0001_one.sql").write_text("create schema news; create schema ops;")
    with Database(empty_dsn) as database:
        with pytest.raises(Exception, match="does not exist"):  # the views need the real tables
            migrate(database, tmp_path)
        (tmp_path / "0001_one.sql").write_text("create schema news;")
        with pytest.raises(MigrationError, match=r"0001 \(one\) was changed after it was applied"):
            migrate(database, tmp_path)


def test_a_gap_in_the_numbers_is_refused(tmp_path: Path) -> None:
    """0001, 0003 is a mistake."""
    for name in ("0001_one.sql", "0003_three.sql"):
        (tmp_path / name).write_text("select 1;")
    with pytest.raises(MigrationError, match="without a gap"):
        migrations(tmp_path)


def test_a_failing_migration_leaves_nothing_behind(empty_dsn: str, tmp_path: Path) -> None:
    """One transaction a migration: half of it is not applied."""
    (tmp_path / "0001_bad.sql").write_text("create table half (id int); select no_such_column;")
    with Database(empty_dsn) as database:
        with pytest.raises(MigrationError, match=r"0001 \(bad\).*no_such_column"):
            migrate(database, tmp_path)
        with database.transaction() as cursor:
            cursor.execute("select to_regclass('half')")
            assert cursor.fetchone() == (None,)


def test_a_newer_database_is_refused(database: Database) -> None:
    """An old package does not touch what a newer one made."""
    with database.transaction() as cursor:
        cursor.execute("insert into public.dateline_migration values (9999, 'future', 'x')")
    with pytest.raises(MigrationError, match="upgrade the package"):
        migrate(database)


def test_every_table_and_column_is_documented(database: Database) -> None:
    """The public contract and the engine room explain themselves."""
    with database.transaction() as cursor:
        cursor.execute(
            """
            select format('%s.%s', c.oid::regclass, a.attname) from pg_class c
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where c.relnamespace in ('news'::regnamespace, 'ops'::regnamespace) and c.relkind in ('r', 'p')
              and not c.relispartition and c.relname <> 'staging' and col_description(c.oid, a.attnum) is null
            union all
            select c.oid::regclass::text from pg_class c
            where c.relnamespace in ('news'::regnamespace, 'ops'::regnamespace) and c.relkind in ('r', 'p', 'v')
              and not c.relispartition and obj_description(c.oid) is null
            """
        )
        assert cursor.fetchall() == []


def test_the_reader_reads_news_and_nothing_else(cluster: Cluster, database: Database) -> None:
    """A login in dateline_reader reads all of news, tables to come too, runs its functions, and no more."""
    with database.transaction() as cursor:
        cursor.execute(
            "create table news.later (id int); create function news.later() returns int return 1"
        )
        cursor.execute(RELATIONS)
        relations = [name for (name,) in cursor.fetchall()]
    assert {"news.article", "news.article_flat", "news.article_search", "news.later"} <= set(
        relations
    )
    cluster.execute("create role analyst login password 'analyst' in role dateline_reader")
    name = database.dsn.rsplit("/", 1)[1]
    with Database(f"postgresql://analyst:analyst@127.0.0.1:{cluster.port}/{name}") as analyst:
        for relation in relations:
            with analyst.transaction() as cursor:
                cursor.execute(f"select * from {relation} limit 1")
        with analyst.transaction() as cursor:
            cursor.execute(
                "select count(*), news.later() from news.search('otters'), news.find_title('x'), news.find_author('x')"
            )
            assert cursor.fetchone() == (0, 1)
        for forbidden in (
            "select from ops.run",
            "select from ops.search_work",
            "delete from news.article",
            "create table news.mine ()",
        ):
            with (
                pytest.raises(StoreError, match="permission denied"),
                analyst.transaction() as cursor,
            ):
                cursor.execute(forbidden)


def test_everything_public_has_its_comment(database: Database) -> None:
    """Each table, view, column and function of schema news."""
    with database.transaction() as cursor:
        cursor.execute(UNCOMMENTED)
        assert cursor.fetchall() == []


def test_the_picture_is_up_to_date(database: Database) -> None:
    """docs/schema.md is what `make er` writes now."""
    assert FILE.read_text(encoding="utf-8") == page(database)
