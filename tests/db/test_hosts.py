"""Hosts between runs and between tasks: robots.txt, blocks, and a pace that is kept together."""

from __future__ import annotations

import itertools
import statistics
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from tests.unit.fetch.conftest import Server

from dateline.fetch import Client, Crawl, Request
from dateline.model import Booking, HostState, Politeness
from dateline.settings import Settings
from dateline.store import Database
from dateline.store.hosts import SharedPace, load_hosts, save_hosts

NOW = datetime.now(UTC)
HOUR = timedelta(hours=1)
HOST = "www.example.org"


def known(database: Database) -> HostState:
    return load_hosts(database, [HOST])[HOST]


def test_a_host_comes_back_as_it_was_saved(database: Database) -> None:
    state = HostState(HOST, b"User-agent: *", 200, NOW + HOUR, NOW, NOW + HOUR, 0.5, 4.0)
    save_hosts(database, [state])
    assert known(database) == state
    assert load_hosts(database, ["other.example"]) == {}


def test_slots_follow_each_other_whoever_asks(database: Database) -> None:
    """Also at a host that was never seen, and for another task."""
    with Database(database.dsn) as other:
        first = SharedPace(database).reserve([Booking(HOST, 5, 60.0)])[HOST]
        second = SharedPace(other).reserve([Booking(HOST, 1, 60.0), Booking("b.example", 1, 60.0)])
        third = SharedPace(database).reserve([Booking(HOST, 1, 60.0)])[HOST]
    assert first.wait == 0
    assert second[HOST].wait == pytest.approx(300, abs=20)
    assert second["b.example"].wait == 0
    assert third.wait == pytest.approx(360, abs=20)


def test_time_that_nobody_reserved_is_not_made_up_for(database: Database) -> None:
    """A host that was idle for an hour is not asked sixty times at once."""
    save_hosts(database, [HostState(HOST, next_at=NOW - HOUR)])
    pace = SharedPace(database)
    waits = [pace.reserve([Booking(HOST, 1, 60.0)])[HOST].wait for _ in range(3)]
    assert waits == pytest.approx([0, 60, 120], abs=10)


def test_a_block_is_told_with_the_next_reservation_and_nothing_is_reserved(
    database: Database,
) -> None:
    pace = SharedPace(database)
    pace.block(HostState(HOST, blocked_until=NOW + HOUR, slowdown=2.0))
    slot = pace.reserve([Booking(HOST, 9, 60.0)])[HOST]
    assert (slot.wait, slot.blocked_until, slot.slowdown) == (0, NOW + HOUR, 2.0)
    assert known(database).next_at is None


def test_a_block_that_is_over_is_none(database: Database) -> None:
    save_hosts(database, [HostState(HOST, blocked_until=NOW - HOUR)])
    assert SharedPace(database).reserve([Booking(HOST, 1, 1.0)])[HOST].blocked_until is None


def test_saving_does_not_undo_what_another_task_knows(database: Database) -> None:
    """It was told to wait, fetched robots.txt and reserved slots after this one loaded the host."""
    mine = HostState(HOST, next_at=NOW, latency=0.5)
    save_hosts(
        database,
        [HostState(HOST, b"User-agent: *", 200, NOW + HOUR, NOW + HOUR, NOW + HOUR, 0.4, 2.0)],
    )
    save_hosts(database, [mine])
    assert known(database) == HostState(
        HOST, b"User-agent: *", 200, NOW + HOUR, NOW + HOUR, NOW + HOUR, 0.5, 1.0
    )


def test_a_newer_robots_txt_replaces_the_older_one(database: Database) -> None:
    save_hosts(database, [HostState(HOST, b"old", 200, NOW - HOUR)])
    save_hosts(database, [HostState(HOST, None, 404, NOW + HOUR)])
    found = known(database)
    assert (found.robots, found.robots_status) == (None, 404)


def test_tasks_that_reserve_the_same_hosts_do_not_lock_each_other_out(database: Database) -> None:
    """They name them in opposite orders, at the same time, over and over."""
    names = [f"h{n}.example" for n in range(40)]
    failed: list[BaseException] = []

    def work(hosts: list[str]) -> None:
        try:
            with Database(database.dsn) as mine:
                for _ in range(15):
                    SharedPace(mine).reserve([Booking(host, 1, 0.01) for host in hosts])
                    save_hosts(mine, [HostState(host, next_at=NOW) for host in hosts])
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=work, args=(order,)) for order in (names, names[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_two_crawls_share_one_hosts_pace(database: Database) -> None:
    """The host's own log shows it: an ingest and a backfill at once, one request in 0.2 s."""
    delay, pages = 0.2, 8
    settings = Settings.load({"DATELINE_THREADS": "4"})
    later = datetime.now(UTC) + HOUR
    done: list[int] = []

    def crawl(server: Server, name: str) -> None:
        polite = Politeness(delay, 2, allow_private=True)
        wanted = [
            Request(n, f"{server.url}/{name}/{n}", server.host, politeness=polite)
            for n in range(pages)
        ]
        states = {server.host: HostState(server.host, None, 404, later)}
        with Database(database.dsn) as mine, closing(Client(settings)) as client:
            run = Crawl(client, settings, states, shared=SharedPace(mine))
            done.append(len(list(run.run(wanted, time.monotonic() + 60))))

    server = Server(time.monotonic)
    with closing(server):
        threads = [
            threading.Thread(target=crawl, args=(server, name)) for name in ("ingest", "backfill")
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    times = sorted(seen.at for seen in server.seen)
    gaps = [b - a for a, b in itertools.pairwise(times)]
    assert done == [pages, pages]
    assert len(times) == 2 * pages
    # Alone, each would be done in half of the time.
    assert times[-1] - times[0] > (2 * pages - 1) * delay * 0.9
    assert statistics.median(gaps) > delay * 0.75


def test_a_refusal_to_one_crawl_stops_the_other(database: Database) -> None:
    """The first is told to wait; the second, which knows nothing of it, asks nothing."""
    settings = Settings.load({"DATELINE_THREADS": "2"})
    server = Server(time.monotonic)
    busy = b"HTTP/1.1 429 Busy\r\nRetry-After: 600\r\nContent-Length: 0\r\n\r\n"
    server.pages["/1"] = busy
    polite = Politeness(0.01, 1, allow_private=True)
    with closing(server), closing(Client(settings)) as client:
        first, second = (
            Crawl(client, settings, {}, shared=SharedPace(database)).run(
                [Request(1, f"{server.url}/{n}", server.host, politeness=polite)],
                time.monotonic() + 30,
            )
            for n in (1, 2)
        )
        list(first)
        (deferred,) = second
    assert deferred.result.reason == "host_blocked"
    assert server.paths == ["/robots.txt", "/1"]
