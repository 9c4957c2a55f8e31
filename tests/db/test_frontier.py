"""The frontier: one row a URL, leases that end with their holder, retries, rechecks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg2
import pytest
from tests.db.conftest import NOW, SITE, Desk, candidate, lease

from dateline.errors import LedgerError, StoreError
from dateline.model import ArchiveRef, Outcome, State
from dateline.store import Database
from dateline.store.feeds import claim_feeds
from dateline.store.frontier import (
    FetchRecord,
    claim_targets,
    make_due,
    pending_portions,
    release_targets,
    save_fetches,
)
from dateline.store.ledger import account, due_shards, start_run
from dateline.store.load import load
from dateline.store.sources import set_enabled
from dateline.store.staging import Refused


def waiting(desk: Desk) -> list[str]:
    """The portions that an ingest run would extract."""
    found = pending_portions(desk.database, "any", "ingest", size=1000, most=10)
    return [str(portion) for portion in found]


def test_a_url_is_discovered_once_whatever_its_spelling(desk: Desk) -> None:
    """The natural key is the URL without scheme, www. and trailing slash."""
    assert desk.discover(candidate("a"), candidate("a/"), candidate("b")) == (2, 0)
    assert desk.discover(candidate("a"), candidate("c")) == (1, 0)
    assert sorted(desk.states()) == ["a", "b", "c"]


def test_targets_come_newest_first_and_only_once(desk: Desk) -> None:
    """A claimed URL is nobody else's while its holder lives."""
    hour = timedelta(hours=1)
    desk.discover(
        candidate("old", published=NOW - 2 * hour),
        candidate("new", published=NOW),
        candidate("undated", published=None),
    )
    taken = claim_targets(desk.database, lease())
    assert [item.url for item in taken] == [f"{SITE}/{p}" for p in ("new", "old", "undated")]
    with Database(desk.database.dsn) as other:
        assert claim_targets(other, lease("run-2")) == []
        release_targets(desk.database, lease().owner)
        assert len(claim_targets(other, lease("run-2"))) == 3


def test_a_killed_workers_rows_are_free_at_once(desk: Desk) -> None:
    """The lease ends with the connection of its holder, long before it expires."""
    desk.discover(candidate("a"))
    killed = Database(desk.database.dsn)
    assert len(claim_targets(killed, lease())) == 1
    with killed.transaction() as cursor:
        cursor.execute("select pg_backend_pid()")
        ((pid,),) = cursor.fetchall()
    killed.connection().close()  # what the kernel does to a process that was killed
    while desk.query("select 1 from pg_stat_activity where pid = %s", pid):
        pass
    assert len(claim_targets(desk.database, lease("run-2"))) == 1


def test_an_expired_lease_is_free_though_its_holder_lives(desk: Desk) -> None:
    """A worker that hangs holds its rows for the length of the lease only."""
    desk.discover(candidate("a"))
    with Database(desk.database.dsn) as hanging:
        claim_targets(hanging, lease())
        desk.query("update ops.frontier set lease_until = now() - interval '1 second'")
        assert len(claim_targets(desk.database, lease("run-2"))) == 1


def test_shards_share_the_domains_without_overlap(database: Database) -> None:
    """Every URL is in exactly one shard, all of a domain in the same."""
    desk = Desk(database)
    from tests.db.conftest import source

    desk.apply(source())
    urls = [f"https://site{i}.example.net/{j}" for i in range(40) for j in range(2)]
    from dataclasses import replace

    desk.discover(*(replace(candidate(str(i)), url=url) for i, url in enumerate(urls)))
    with database.transaction() as cursor:
        cursor.execute("update ops.frontier set domain = host")
    claimed = [claim_targets(database, lease("r", shard, 3)) for shard in range(3)]
    assert sorted(item.url for part in claimed for item in part) == sorted(urls)
    hosts = [{item.host for item in part} for part in claimed]
    assert all(hosts)
    assert sum(map(len, hosts)) == 40


def test_a_failed_fetch_waits_and_counts(desk: Desk) -> None:
    """It is due again after its back-off, with its reason."""
    desk.discover(candidate("a"))
    desk.fetch(outcome=Outcome(State.WAITING, "http_503", timedelta(minutes=7)))
    assert desk.states() == {"a": ("waiting", "http_503")}
    assert desk.query(
        "select attempts, due_at - now() between interval '6 minutes' and interval '7 minutes' from ops.frontier"
    ) == [(1, True)]
    assert claim_targets(desk.database, lease("run-2")) == []


def test_a_failed_recheck_leaves_the_article_loaded(desk: Desk) -> None:
    """An article that is loaded stays so, whatever its server says later."""
    desk.discover(candidate("a"))
    desk.extract(desk.fetch())
    load(desk.database, "run-1")
    desk.age(1.1)
    desk.fetch("run-2", Outcome(State.WAITING, "http_503", timedelta(minutes=1)))
    assert desk.states() == {"a": ("loaded", "recheck: http_503")}
    desk.age(1)
    desk.fetch("run-3", Outcome(State.QUARANTINED, "gave_up: http_503"))
    assert desk.states() == {"a": ("loaded", "recheck: gave_up: http_503")}
    assert desk.query("select count(*) from ops.quarantine") == [(0,)]
    account(desk.database, "run-3")


def test_rechecks_come_after_an_hour_six_a_day_and_a_week(desk: Desk) -> None:
    """Then never again. The times are a little longer after each look in vain."""
    desk.discover(candidate("a"))
    desk.extract(desk.fetch())
    load(desk.database, "run-1")
    waits = []
    for hours in (1, 5, 18, 144):
        ((wait,),) = desk.query(
            "select round(extract(epoch from due_at - now()) / 3600) from ops.frontier"
        )
        waits.append(int(wait))
        desk.query("update ops.frontier set due_at = now()")
        desk.age(hours)
        desk.fetch(f"run-{hours}", Outcome(State.UNCHANGED, "not_modified"))
    assert waits == [1, 5, 19, 152]
    assert desk.query("select due_at, state from ops.frontier") == [(None, "unchanged")]


def test_a_changed_feed_entry_makes_its_article_due(desk: Desk) -> None:
    """At once the first time, later each time that nothing had changed."""
    desk.discover(candidate("a"))
    desk.extract(desk.fetch())
    load(desk.database, "run-1")
    assert desk.discover(candidate("a", "A new title"), run="run-2") == (0, 1)
    desk.fetch("run-2", Outcome(State.UNCHANGED, "same_bytes"))
    assert desk.discover(candidate("a", "Yet another"), run="run-3") == (0, 0)
    ((wait,),) = desk.query(
        "select round(extract(epoch from due_at - now()) / 60) from ops.frontier"
    )
    assert wait == 10
    assert desk.discover(candidate("a", "Yet another"), run="run-4") == (0, 0)


def test_pages_that_gave_no_article_are_settled(desk: Desk) -> None:
    """Skipped, quarantined with the bytes' place, or fetched again when the archive lost them."""
    desk.discover(*(candidate(name) for name in "abc"))
    file = desk.fetch()
    assert waiting(desk) == [file]
    ids = {url[-1]: id_ for id_, _, url, _ in desk.pages(file)}
    refused = [
        Refused(ids["a"], ArchiveRef(file, 0), State.SKIPPED, "not_html: application/pdf"),
        Refused(ids["b"], ArchiveRef(file, 1), State.QUARANTINED, "no_body", "why"),
        Refused(ids["c"], ArchiveRef(file, 2), State.WAITING, "archive_lost: gone"),
    ]
    desk.extract(file, refused=refused)
    assert desk.states() == {
        "a": ("skipped", "not_html: application/pdf"),
        "b": ("quarantined", "no_body"),
        "c": ("waiting", "archive_lost: gone"),
    }
    assert desk.query("select stage, detail, archive_file from ops.quarantine") == [
        ("extract", "why", file)
    ]
    assert waiting(desk) == []
    ledger = account(desk.database, "run-1")
    assert (ledger.discovered, ledger.skipped, ledger.quarantined, ledger.waiting) == (3, 1, 1, 1)
    assert make_due(desk.database, "retry", "example") == 1
    assert len(claim_targets(desk.database, lease("run-2"))) == 2


def test_a_disabled_source_is_neither_polled_nor_fetched(desk: Desk) -> None:
    """What is loaded or waits stays as it is."""
    desk.discover(candidate("a"))
    assert set_enabled(desk.database, "example", enabled=False)
    desk.query("update ops.feed set next_poll_at = now()")
    assert claim_feeds(desk.database, lease(), datetime.now(UTC)) == []
    assert claim_targets(desk.database, lease()) == []
    assert due_shards(desk.database, 4, datetime.now(UTC)) == []
    assert set_enabled(desk.database, "example", enabled=True)
    assert due_shards(desk.database, 4, datetime.now(UTC)) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("check", "sql"),
    [
        (
            "loaded_without_article",
            "update ops.frontier set article_id = null where url like '%/a'",
        ),
        ("article_of_no_url", "update ops.frontier set state = 'duplicate'"),
        (
            "quarantined_without_record",
            "update ops.frontier set state = 'quarantined', reason = 'x' where url like '%/a'",
        ),
        ("revisions_not_in_row", "update news.article set revision = 3 where url like '%/a'"),
        (
            "fetched_but_not_extracted",
            "update ops.frontier set state = 'fetched' where url like '%/a'",
        ),
        (
            "fetch_log_disagrees",
            "update ops.frontier set state = 'waiting', due_at = now() where url like '%/a'",
        ),
        (
            "staged_but_not_loaded",
            """update ops.frontier set state = 'fetched';
               insert into ops.staging (
                 archive_file, archive_offset, frontier_id, source_id, fetched_at, url, canonical_url, url_key, kind,
                 title, body, published_precision, word_count, content_hash, extractor_version, provenance, authors,
                 roles, tags)
               select archive_file, archive_offset, id, source_id, now(), url, url, url_key, 'article', 't', 'b', 'none', 1, '',
                 'x', '{}', '{}', '{}', '{}' from ops.frontier limit 1""",
        ),
    ],
)
def test_the_ledger_names_what_does_not_agree(desk: Desk, check: str, sql: str) -> None:
    """Each check finds the damage it is for."""
    desk.discover(candidate("a"), candidate("b"))
    desk.extract(desk.fetch())
    load(desk.database, "run-1")
    assert account(desk.database, "run-1").loaded == 2
    assert desk.query("select balanced from ops.run") == [(True,)]
    desk.query(sql)
    with pytest.raises(LedgerError, match=check):
        account(desk.database, "run-1")
    assert desk.query("select balanced from ops.run") == [(False,)]


def test_a_run_that_was_never_started_is_named(database: Database) -> None:
    """Accounting an unknown run is a mistake."""
    with pytest.raises(LedgerError, match="'nope' was never started"):
        account(database, "nope")


def test_the_fetch_log_is_partitioned_by_day(desk: Desk) -> None:
    """Starting a run makes the partitions of today and the next three days, once."""
    start_run(desk.database, "run-1", "ingest")
    start_run(desk.database, "run-2", "ingest")
    desk.discover(candidate("a"))
    desk.fetch()
    assert desk.query(
        "select count(*) from pg_inherits where inhparent = 'ops.fetch'::regclass"
    ) == [(5,)]
    assert desk.query(
        "select tableoid::regclass::text ~ 'fetch_[0-9]{8}' from ops.fetch where feed_id is null"
    ) == [(True,)]


def test_an_unknown_state_is_impossible(desk: Desk) -> None:
    """One state a URL, and never without a reason."""
    desk.discover(candidate("a"))
    for sql in (
        "update ops.frontier set state = 'lost'",
        "update ops.frontier set reason = ''",
        "update ops.frontier set due_at = null",
    ):
        with pytest.raises(StoreError) as caught:
            desk.query(sql)
        assert isinstance(caught.value.__cause__, psycopg2.errors.CheckViolation)


def test_the_fetch_log_names_the_robots_txt_that_was_obeyed(desk: Desk) -> None:
    """Its hash and the line that decided, whatever bytes a publisher put there."""
    desk.discover(candidate("a"))
    (target,) = claim_targets(desk.database, lease())
    save_fetches(
        desk.database,
        "run-1",
        [
            FetchRecord(
                target,
                Outcome(State.SKIPPED, "robots"),
                NOW,
                robots_hash=b"0123456789abcdef",
                robots_rule="Disallow: /a\0",
            )
        ],
    )
    ((digest, rule),) = desk.query(
        "select robots_hash, robots_rule from ops.fetch where frontier_id = %s", target.id
    )
    assert (bytes(digest), rule) == (b"0123456789abcdef", "Disallow: /a")
