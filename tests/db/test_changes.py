"""The change feed: in the transaction of the change, in the order of its cursor, without holes."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from tests.db.conftest import Desk, article, candidate

from dateline.store import Database
from dateline.store.changes import (
    changes_since,
    cursor_before,
    cursor_of_last,
    follow,
    put_changes,
    read,
    wait_for_news,
)
from dateline.store.load import load

if TYPE_CHECKING:
    from collections.abc import Callable


def put(database: Database, article_id: int) -> None:
    """One change in one transaction."""
    database.run(lambda cursor: put_changes(cursor, [(article_id, 1, "new", 1, None)]))


def cursors(database: Database, after: int = 0) -> list[int]:
    return [change.cursor for change in read(database, after)]


def test_a_change_names_its_article(desk: Desk) -> None:
    """What an incremental consumer needs is in the line."""
    desk.discover(candidate("a"), candidate("b"))
    desk.extract(desk.fetch())
    load(desk.database, "run-1")
    first, second = changes_since(desk.database, 0)
    assert (first.kind, first.source, first.title, first.revision) == (
        "new",
        "example",
        "Title of a",
        1,
    )
    assert changes_since(desk.database, first.cursor) == [second]
    assert changes_since(desk.database, 0, 1) == [first]


def test_a_change_is_there_with_what_it_is_about_or_not_at_all(desk: Desk) -> None:
    """A merge that fails leaves no line."""
    desk.discover(candidate("a"))
    desk.extract(desk.fetch())
    desk.query("update ops.staging set kind = 'no such kind'")
    assert load(desk.database, "run-1").quarantined == 1
    assert cursors(desk.database) == []


def test_a_writer_waits_until_the_one_before_it_is_visible(database: Database) -> None:
    """So no smaller cursor ever appears behind a reader: the order of ids is that of commits."""
    put(database, 1)
    with Database(database.dsn) as early, Database(database.dsn) as reader:
        second = threading.Thread(target=put, args=(database, 3))
        with early.transaction() as cursor:
            put_changes(cursor, [(2, 1, "new", 1, None)])
            second.start()
            while not _waits(reader):
                assert second.is_alive()
            seen = changes_since(reader, 0)
            assert [change.article_id for change in seen] == [1]
        second.join()
        late = changes_since(reader, seen[-1].cursor)
        assert [change.article_id for change in late] == [2, 3]


def _waits(database: Database) -> bool:
    with database.transaction() as cursor:
        cursor.execute(
            "select exists (select from pg_locks where locktype = 'advisory' and not granted)"
        )
        return bool(cursor.fetchall()[0][0])


def test_a_reader_beside_many_writers_misses_nothing(database: Database) -> None:
    """Writers commit and roll back at will; who reads on from the last cursor gets every line once."""
    done = threading.Event()

    def write(base: int) -> None:
        with Database(database.dsn) as mine:
            for n in range(60):
                with mine.transaction() as cursor:
                    put_changes(cursor, [(base + n, 1, "new", 1, None)] * (1 + n % 3))
                    if n % 5 == 0:
                        cursor.connection.rollback()

    seen: list[int] = []

    def read_on() -> None:
        with Database(database.dsn) as mine:
            last = False
            while not last:
                last = done.is_set()
                seen.extend(cursors(mine, seen[-1] if seen else 0))

    reader = threading.Thread(target=read_on)
    writers = [threading.Thread(target=write, args=(1000 * k,)) for k in range(3)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    assert seen == cursors(database)
    assert len(seen) == 3 * sum(1 + n % 3 for n in range(60) if n % 5)


def test_any_insert_takes_its_turn(database: Database) -> None:
    """The guard is in the table, not in those who write to it."""
    with database.transaction() as cursor:
        cursor.execute(
            "with put as (insert into news.change (article_id, source_id, kind, revision) "
            "select n, 1, 'new', 1 from generate_series(1, 3) n returning id) select count(*) from put"
        )
        cursor.execute("select count(*) from pg_locks where locktype = 'advisory' and granted")
        assert cursor.fetchone() == (1,)


def test_times_and_counts_give_cursors(database: Database) -> None:
    """From a time on, the last so many; of an empty feed the beginning."""
    assert (cursor_before(database, datetime.now(UTC)), cursor_of_last(database, 5)) == (0, 0)
    for n in range(4):
        put(database, n)
    found = changes_since(database, 0)
    assert cursors(database, cursor_before(database, found[2].at)) == [c.cursor for c in found[2:]]
    assert cursors(database, cursor_before(database, found[3].at + timedelta(seconds=1))) == []
    assert cursors(database, cursor_of_last(database, 2)) == [c.cursor for c in found[2:]]


def test_a_follower_is_told(database: Database) -> None:
    """It reads what there is, then waits for Postgres to say that there is more; lost connections are renewed."""
    put(database, 1)
    waits = 0

    def wait(listening: Database) -> None:
        nonlocal waits
        waits += 1
        if waits == 2:
            with database.transaction() as cursor:
                cursor.execute(
                    "select pg_terminate_backend(%s)", (listening.connection().get_backend_pid(),)
                )
            wait_for_news(listening)
        put(database, 1 + waits)
        wait_for_news(listening)

    with Database(database.dsn) as mine:
        found = follow(mine, 0, wait)
        assert [next(found).article_id for _ in range(4)] == [1, 2, 3, 4]


def test_a_consumer_may_read_the_feed(desk: Desk, reader: Callable[[str], list[tuple]]) -> None:
    """As the reading role."""
    desk.discover(candidate("a"))
    desk.extract(desk.fetch(), lambda _: article("a"))
    load(desk.database, "run-1")
    assert reader("select kind, title from news.changes_since(0)") == [("new", "Title of a")]


@pytest.mark.parametrize("values", ["'merged', null", "'new', 5", "'other', null"])
def test_a_change_that_says_nothing_is_impossible(database: Database, values: str) -> None:
    """Merged names its article, the others none; other kinds there are not."""
    with pytest.raises(Exception, match="check constraint"), database.transaction() as cursor:
        cursor.execute(
            f"insert into news.change (article_id, source_id, revision, kind, merged_into) values (1, 1, 1, {values})"
        )
