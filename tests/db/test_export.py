"""Reading for export: every row, in chunks, by a transaction that cannot write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tests.db.conftest import NOW, Desk, article, candidate, source

from dateline.errors import SettingsError, StoreError
from dateline.store import Database
from dateline.store.export import Selection, read
from dateline.store.load import load


def taken(database: Database, what: str | Selection) -> tuple[list[str], list[tuple]]:
    with read(database, what) as rows:
        return [column.name for column in rows.columns], [
            row for chunk in rows.chunks for row in chunk
        ]


def test_a_result_comes_in_chunks(database: Database) -> None:
    """A thousand rows at a time, none twice; an empty result has its columns."""
    with read(database, "select n, n::text as t from generate_series(1, 2500) n;") as rows:
        assert [(column.name, column.oid) for column in rows.columns] == [("n", 23), ("t", 25)]
        chunks = list(rows.chunks)
    assert [len(chunk) for chunk in chunks] == [1000, 1000, 500]
    assert [row[0] for chunk in chunks for row in chunk] == list(range(1, 2501))
    assert taken(database, "select 1 as a where false") == (["a"], [])


def test_the_server_does_not_compute_what_is_not_read(database: Database) -> None:
    """A result without end can be begun: nothing holds it as a whole."""
    endless = "with recursive t (n) as (select 1 union all select n + 1 from t) select n from t"
    with read(database, endless) as rows:
        assert next(rows.chunks)[0] == (1,)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("select 1; commit; create table public.escaped ()", "multi-query"),
        ("select 1; select 2", "multi-query"),
        ("delete from news.article", "DELETE"),
        ("with x as (insert into news.tag (name, name_key) values ('a', 'a') returning 1) select * from x", "read-only"),
        ("select set_config('transaction_read_only', 'off', true)", "read-write"),
        ("commit", "COMMIT"),
        ("select nextval('news.tag_id_seq')", "read-only"),
        ("select * from news.articles", "news.articles"),
        ("selec 1", "selec"),
        ("select 1/0", "division by zero"),
        ("", "query"),
    ],
)  # fmt: skip
def test_a_query_that_is_no_single_reading_statement_is_refused(
    database: Database, statement: str, words: str
) -> None:
    """By Postgres, whose words are passed on; nothing was written."""
    with pytest.raises(SettingsError, match=words):
        taken(database, statement)
    with database.transaction() as cursor:
        cursor.execute("select to_regclass('public.escaped'), (select count(*) from news.tag)")
        assert cursor.fetchone() == (None, 0)


def test_percent_signs_and_quotes_are_left_alone(database: Database) -> None:
    _, rows = taken(database, "select 'it''s 100%', '%(since)s', $$a$$ where 'x' like '%x%'")
    assert rows == [("it's 100%", "%(since)s", "a")]


def test_times_are_in_utc_whatever_the_server_thinks(database: Database) -> None:
    with database.transaction() as cursor:
        cursor.execute("set timezone to 'Asia/Tokyo'")
    _, rows = taken(
        database, "select '2026-03-04 12:00+00'::timestamptz, current_setting('timezone')"
    )
    assert rows == [(NOW, "UTC")]
    assert rows[0][0].utcoffset() == timedelta()


def test_articles_are_chosen_by_time_and_source(desk: Desk) -> None:
    """Published, or else first seen: from since on, before until."""
    desk.discover(candidate("old"), candidate("new"), candidate("undated"))
    when = {"old": NOW - timedelta(days=9), "new": NOW, "undated": None}
    desk.extract(
        desk.fetch(),
        lambda url: article(
            path := url.rsplit("/", 1)[1], published_at=when[path], body=f"It's 5 % of {path}."
        ),
    )
    load(desk.database, "run-1")
    desk.apply(source("other", feeds=()))

    def urls(**limits: object) -> list[str]:
        columns, rows = taken(desk.database, Selection(**limits))
        return sorted(row[columns.index("url")].rsplit("/", 1)[1] for row in rows)

    assert urls() == ["new", "old", "undated"]
    assert urls(since=NOW) == ["new", "undated"]
    assert urls(until=NOW) == ["old"]
    assert urls(until=datetime.now(UTC) - timedelta(hours=1)) == ["new", "old"]
    assert urls(source="example") == ["new", "old", "undated"]
    assert urls(source="other") == []


def test_an_unreachable_postgres_is_no_wrong_query() -> None:
    """The error says where it was looked for."""
    with (
        Database("postgresql://x@127.0.0.1:1/x") as nowhere,
        pytest.raises(StoreError, match="cannot connect"),
    ):
        taken(nowhere, "select 1")
