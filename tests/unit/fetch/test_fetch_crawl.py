"""Pace, robots.txt, waiting and ending of a crawl, against real servers and a clock of our own."""

from __future__ import annotations

import itertools
import sys
import threading
import time
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest

from dateline.fetch import (
    Crawl,
    Deferred,
    Failure,
    Forbidden,
    Request,
    Response,
)
from dateline.model import HostState, Politeness, Slot
from dateline.urls import host_of

FAR = 1_000_000.0


@pytest.fixture
def requests_for(friendly):
    def make(server, *paths, **changes):
        polite = replace(friendly, **changes)
        return [
            Request(key, server.url + path, server.host, politeness=polite)
            for key, path in enumerate(paths)
        ]

    return make


@pytest.fixture
def crawl(client, settings, fake):
    def make(hosts=None, **options):
        times = {"clock": fake.clock, "sleep": fake.sleep, "monotonic": fake.monotonic}
        return Crawl(client, settings, hosts or {}, **(times | options))

    return make


def results(fetched):
    return [item.result for item in fetched]


class TestPace:
    def test_requests_keep_order_and_distance_within_a_host(self, server, crawl, requests_for):
        """robots.txt is a request like the others."""
        list(crawl().run(requests_for(server, "/a", "/b", "/c", delay=2.0), FAR))
        assert server.paths == ["/robots.txt", "/a", "/b", "/c"]
        assert [seen.at - 1000 for seen in server.seen] == [0, 2, 4, 6]

    def test_a_request_that_is_added_is_the_next_of_its_host(self, server, crawl, requests_for):
        """At the same pace; also when it comes with the last result."""
        first, last, more, end = requests_for(server, "/a", "/b", "/more", "/end", delay=2.0)
        under_way, paths = crawl(), []
        for fetched in under_way.run([first, last], FAR):
            paths.append(fetched.result.url.removeprefix(server.url))
            added = {"/a": more, "/b": end}.get(paths[-1])
            assert added is None or under_way.add(added)
        assert paths == ["/a", "/more", "/b", "/end"]
        assert [seen.at - 1000 for seen in server.seen] == [0, 2, 4, 6, 8]

    def test_a_request_of_another_host_may_be_added(self, server, other, crawl, requests_for):
        (first,), (added,) = requests_for(server, "/a"), requests_for(other, "/x")
        under_way = crawl()
        found = []
        for fetched in under_way.run([first], FAR):
            found.append(fetched.request)
            if len(found) == 1:
                assert under_way.add(added)
        assert found == [first, added]
        assert other.paths == ["/robots.txt", "/x"]

    def test_nothing_is_added_for_a_host_that_asked_to_be_left_alone(
        self, server, crawl, requests_for, reply
    ):
        server.pages["/a"] = reply(b"", "Retry-After: 60", status="429 Busy")
        first, added = requests_for(server, "/a", "/b")
        under_way = crawl()
        assert [under_way.add(added) for _ in under_way.run([first], FAR)] == [False]
        assert server.paths == ["/robots.txt", "/a"]

    def test_what_is_added_too_late_is_not_started(self, server, crawl, requests_for, fake):
        first, added = requests_for(server, "/a", "/b", delay=5.0)
        under_way = crawl()
        deadline = fake.monotonic() + 7
        assert [under_way.add(added) for _ in under_way.run([first], deadline)] == [True]
        assert server.paths == ["/robots.txt", "/a"]

    def test_hosts_do_not_wait_for_each_other(self, server, other, crawl, requests_for):
        requests = requests_for(server, "/a", "/b", delay=5.0) + requests_for(other, "/x", "/y")
        list(crawl().run(requests, FAR))
        assert [seen.at - 1000 for seen in server.seen] == [0, 5, 10]
        assert [seen.at - 1000 for seen in other.seen] == [0, 0, 0]

    @pytest.mark.parametrize(("asked", "kept"), [("7", 7), ("0.5", 2), ("86400", 60)])
    def test_crawl_delay_counts_if_longer_and_up_to_a_minute(
        self, server, crawl, requests_for, reply, asked, kept
    ):
        server.pages["/robots.txt"] = reply(f"User-agent: *\nCrawl-delay: {asked}".encode())
        list(crawl().run(requests_for(server, "/a", "/b", delay=2.0), FAR))
        assert [seen.at - 1000 for seen in server.seen] == [0, kept, 2 * kept]

    def test_one_connection_means_one_request_at_a_time(self, server, crawl, requests_for, reply):
        running, most = [], []

        def count(sock):
            running.append(1)
            most.append(len(running))
            time.sleep(0.01)
            running.pop()
            sock.sendall(reply(b"x", "Connection: close"))

        paths = [f"/{n}" for n in range(6)]
        server.pages = dict.fromkeys(paths, count)
        list(crawl().run(requests_for(server, *paths, connections=1), FAR))
        assert most == [1] * 6

    def test_more_connections_are_used_together(self, server, crawl, requests_for, reply):
        """Each answer waits for the other request to arrive; on one connection both would fail."""
        both = threading.Barrier(2, timeout=5)

        def together(sock):
            both.wait()
            sock.sendall(reply(b"x", "Connection: close"))

        server.pages |= {"/a": together, "/b": together}
        fetched = crawl().run(requests_for(server, "/a", "/b", connections=2), FAR)
        assert [result.body for result in results(fetched)] == [b"x", b"x"]

    def test_the_pace_goes_on_where_the_last_run_ended(self, server, crawl, requests_for, fake):
        first = crawl()
        list(first.run(requests_for(server, "/a", delay=9.0), FAR))
        second = crawl(first.hosts)
        list(second.run(requests_for(server, "/b", delay=9.0), FAR))
        assert server.paths == ["/robots.txt", "/a", "/b"]
        assert [seen.at - 1000 for seen in server.seen] == [0, 9, 18]
        assert second.hosts[server.host].next_at == fake.start + timedelta(seconds=27)

    def test_latency_is_remembered(self, server, crawl, requests_for):
        run = crawl()
        list(run.run(requests_for(server, "/a"), FAR))
        assert (run.hosts[server.host].latency or 0) > 0


class TestRobots:
    RULES = b"User-agent: *\nDisallow: /private\nAllow: /private/open\n"

    def test_what_is_disallowed_is_not_asked_for(self, server, crawl, requests_for, reply):
        server.pages["/robots.txt"] = reply(self.RULES)
        server.pages["/private/open"] = reply(b"o")
        requests = requests_for(server, "/private/x", "/private/open", "/c")
        by_key = {item.request.key: item for item in crawl().run(requests, FAR)}
        assert by_key[0].result == Forbidden("Disallow: /private")
        assert by_key[1].result.body == b"o"
        assert by_key[1].robots_rule == "Allow: /private/open"
        assert by_key[2].result.status == 404
        assert by_key[2].robots_rule is None
        assert len({item.robots_hash for item in by_key.values()}) == 1
        assert len(by_key[0].robots_hash) == 16
        assert "/private/x" not in server.paths

    def test_our_own_group_goes_before_the_general_one(self, server, crawl, requests_for, reply):
        server.pages["/robots.txt"] = reply(b"User-agent: dateline\nDisallow: /\n\nUser-agent: *\n")
        assert results(crawl().run(requests_for(server, "/a"), FAR)) == [Forbidden("Disallow: /")]

    @pytest.mark.parametrize("status", ["404 Not Found", "403 Forbidden", "401 No", "410 Gone"])
    def test_no_file_allows_all(self, server, crawl, requests_for, reply, status):
        server.pages["/robots.txt"] = reply(b"User-agent: *\nDisallow: /", status=status)
        run = crawl()
        (fetched,) = run.run(requests_for(server, "/a"), FAR)
        assert isinstance(fetched.result, Response)
        assert fetched.robots_hash is None
        assert run.hosts[server.host].robots is None
        assert run.hosts[server.host].robots_status == int(status[:3])

    @pytest.mark.parametrize("status", ["500 Oops", "503 Busy", "429 Slow"])
    def test_an_error_means_wait_and_ask_nothing(
        self, server, crawl, requests_for, reply, fake, status
    ):
        server.pages["/robots.txt"] = reply(b"", status=status)
        run = crawl()
        until = fake.start + timedelta(minutes=10)
        reason = f"robots_http_{status[:3]}"
        expected = Deferred(until, reason, fake.start)
        assert results(run.run(requests_for(server, "/a", "/b"), FAR)) == [expected] * 2
        assert server.paths == ["/robots.txt"]
        assert run.hosts[server.host].blocked_until == until

    def test_a_host_out_of_reach_is_deferred(self, server, crawl, requests_for):
        requests = requests_for(server, "/a", "/b")
        server.close()
        for result in results(crawl().run(requests, FAR)):
            assert isinstance(result, Deferred)
            assert result.reason == "robots_refused"

    def test_its_redirects_are_followed(self, server, other, crawl, requests_for, reply):
        server.pages["/robots.txt"] = reply(b"", f"Location: {other.url}/rules", status="301 Moved")
        other.pages["/rules"] = reply(b"User-agent: *\nDisallow: /a")
        assert results(crawl().run(requests_for(server, "/a"), FAR)) == [Forbidden("Disallow: /a")]

    def test_a_redirect_loop_counts_as_no_file(self, server, crawl, requests_for, reply):
        server.pages["/robots.txt"] = reply(b"", "Location: /robots.txt", status="301 Moved")
        (result,) = results(crawl().run(requests_for(server, "/a"), FAR))
        assert isinstance(result, Response)

    @pytest.mark.parametrize(
        ("header", "hours"),
        [
            ("Cache-Control: max-age=7200", 2),
            ("Cache-Control: max-age=5", 1),
            ("Cache-Control: max-age=999999999", 24),
            ("X: y", 24),
        ],
    )
    def test_it_is_kept_as_long_as_it_says_within_bounds(
        self, server, crawl, requests_for, reply, fake, header, hours
    ):
        server.pages["/robots.txt"] = reply(self.RULES, header)
        first = crawl()
        list(first.run(requests_for(server, "/a"), FAR))
        state = first.hosts[server.host]
        assert (state.robots, state.robots_status) == (self.RULES, 200)
        assert state.robots_expires_at == fake.start + timedelta(hours=hours)
        fake.seconds += hours * 3600 - 1
        list(crawl(first.hosts).run(requests_for(server, "/b"), FAR))
        assert server.paths == ["/robots.txt", "/a", "/b"]
        fake.seconds += 2
        list(crawl(first.hosts).run(requests_for(server, "/c"), FAR))
        assert server.paths[3:] == ["/robots.txt", "/c"]

    def test_a_redirect_into_a_forbidden_place_ends_there(
        self, server, other, crawl, requests_for, reply
    ):
        """The robots.txt of the target's host counts, fetched where it is not known."""
        server.pages["/a"] = reply(b"", f"Location: {other.url}/private/1", status="302 Found")
        server.pages["/b"] = reply(b"", f"Location: {other.url}/open", status="302 Found")
        other.pages |= {"/robots.txt": reply(self.RULES), "/open": reply(b"open")}
        first, second = results(crawl().run(requests_for(server, "/a", "/b"), FAR))
        assert first == Forbidden("Disallow: /private")
        assert second.body == b"open"
        assert other.paths == ["/robots.txt", "/open"]

    def test_a_request_may_do_without_it(self, server, other, crawl, requests_for, reply):
        """A feed is not held up by a robots.txt; the pages of the same host still obey."""
        forbid = reply(b"User-agent: *\nDisallow: /")
        server.pages |= {"/robots.txt": forbid, "/feed": reply(b"feed")}
        server.pages["/old"] = reply(b"", f"Location: {other.url}/feed", status="301 Moved")
        other.pages |= {"/robots.txt": forbid, "/feed": reply(b"moved")}
        feed, page, old = requests_for(server, "/feed", "/page", "/old")
        requests = [replace(feed, obey_robots=False), page, replace(old, obey_robots=False)]
        found = {item.request.key: item.result for item in crawl().run(requests, FAR)}
        assert (found[0].body, found[2].body) == (b"feed", b"moved")
        assert found[1] == Forbidden("Disallow: /")
        assert server.paths == ["/feed", "/robots.txt", "/old"]
        assert other.paths == ["/feed"]


class TestWaiting:
    @pytest.mark.parametrize("status", ["429 Slow down", "503 Busy"])
    @pytest.mark.parametrize("form", ["seconds", "date"])
    def test_retry_after_silences_the_host(
        self, server, other, crawl, requests_for, reply, fake, status, form
    ):
        until = fake.start + timedelta(seconds=90)
        value = "90" if form == "seconds" else format_datetime(until, usegmt=True)
        server.pages["/a"] = reply(b"", f"Retry-After: {value}", status=status)
        run = crawl()
        requests = requests_for(server, "/a", "/b", "/c") + requests_for(other, "/x")
        by_url = {item.request.url: item.result for item in run.run(requests, FAR)}
        assert by_url[f"{server.url}/a"].status == int(status[:3])
        deferred = Deferred(until, f"host_http_{status[:3]}", fake.start)
        assert by_url[f"{server.url}/b"] == by_url[f"{server.url}/c"] == deferred
        assert deferred.wait == timedelta(seconds=90)
        assert by_url[f"{other.url}/x"].status == 404
        assert run.hosts[server.host].blocked_until == until

    def test_a_silenced_host_stays_so_in_the_next_run(self, server, crawl, requests_for, fake):
        state = HostState(server.host, blocked_until=fake.start + timedelta(seconds=5))
        (result,) = results(crawl({server.host: state}).run(requests_for(server, "/a"), FAR))
        assert result == Deferred(state.blocked_until, "host_blocked", fake.start)
        fake.seconds += 5
        (result,) = results(crawl({server.host: state}).run(requests_for(server, "/a"), FAR))
        assert isinstance(result, Response)

    def test_a_429_that_does_not_say_how_long_is_a_minute(
        self, server, crawl, requests_for, reply, fake
    ):
        server.pages["/a"] = reply(b"", status="429 Slow down")
        _, deferred = results(crawl().run(requests_for(server, "/a", "/b"), FAR))
        assert deferred.until == fake.start + timedelta(minutes=1)

    def test_a_host_that_refuses_twice_is_left_alone(self, server, crawl, requests_for, fake):
        requests = requests_for(server, "/a", "/b", "/c", "/d")
        server.close()
        later = fake.start + timedelta(hours=1)
        state = HostState(server.host, robots_status=404, robots_expires_at=later)
        *failed, third, fourth = results(crawl({server.host: state}).run(requests, FAR))
        assert [failure.reason for failure in failed] == ["refused", "refused"]
        until = fake.start + timedelta(minutes=10)
        assert third == fourth == Deferred(until, "host_refused", fake.start)

    def test_other_failures_do_not_silence_it(self, server, crawl, requests_for, reply):
        paths = ("/a", "/b", "/c", "/d")
        server.pages = dict.fromkeys(paths, lambda sock: sock.sendall(b"garbage\r\n"))
        server.pages["/robots.txt"] = reply(b"")
        found = results(crawl().run(requests_for(server, *paths), FAR))
        assert [getattr(result, "reason", None) for result in found] == ["bad_http"] * 4


class TestEnding:
    def test_nothing_starts_after_the_deadline(self, server, crawl, requests_for, fake):
        """What was started is yielded; the rest is not even mentioned, nor slept for."""
        run = crawl().run(requests_for(server, "/a", "/b", "/c", delay=10.0), fake.seconds + 15.0)
        assert [item.request.key for item in run] == [0]
        assert fake.seconds == 1010.0

    def test_a_deadline_in_the_past_starts_nothing(self, server, crawl, requests_for, fake):
        assert list(crawl().run(requests_for(server, "/a"), fake.seconds)) == []
        assert server.connections == 0

    def test_no_requests_is_no_work(self, crawl):
        assert list(crawl().run([], FAR)) == []

    def test_every_request_ends_once(self, server, other, crawl, requests_for):
        requests = requests_for(server, *(f"/{n}" for n in range(60)), connections=3)
        requests += requests_for(other, *(f"/{n}" for n in range(60)))
        fetched = [item.request.url for item in crawl().run(requests, FAR)]
        assert sorted(fetched) == sorted(request.url for request in requests)

    def test_closing_early_ends_the_threads(self, server, crawl, requests_for):
        run = crawl().run(requests_for(server, *(f"/{n}" for n in range(50))), FAR)
        next(run)
        run.close()
        left = [t for t in threading.enumerate() if t.name.startswith("dateline-fetch")]
        assert left == []
        assert len(server.seen) < 50

    def test_an_error_in_a_thread_reaches_the_consumer(self, server, crawl, requests_for):
        """A size that is no number makes the client itself fail."""
        requests = requests_for(server, "/a", "/b")
        requests[0] = replace(requests[0], max_size="many")  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            list(crawl().run(requests, FAR))
        left = [t for t in threading.enumerate() if t.name.startswith("dateline-fetch")]
        assert left == []

    def test_a_waiting_host_holds_no_thread(self, server, other, client, settings, requests_for):
        """With one thread and real time, the quick host is done while the slow one waits."""
        run = Crawl(client, replace(settings, threads=1), {})
        requests = requests_for(server, "/a", "/b", delay=0.3) + requests_for(
            other, *(f"/{n}" for n in range(20))
        )
        order = [item.request.url for item in run.run(requests, time.monotonic() + 30)]
        assert order[-1] == f"{server.url}/b"
        assert len(order) == 22


@pytest.mark.parametrize(
    ("url", "reason"), [("ftp://example.org/a", "forbidden_scheme"), ("http://[::1", "bad_url")]
)
def test_what_can_never_be_fetched_fails_and_does_not_wait(crawl, url, reason):
    (result,) = results(crawl().run([Request(1, url, host_of(url))], FAR))
    assert isinstance(result, Failure)
    assert (result.reason, result.permanent) == (reason, True)


def test_the_guard_holds_in_a_crawl(server, crawl):
    """Also for robots.txt: nothing is sent to a private address without leave."""
    request = Request(1, server.url + "/a", server.host, politeness=Politeness(delay=0))
    (result,) = results(crawl().run([request], FAR))
    assert isinstance(result, Failure)
    assert result.reason == "forbidden_port"
    assert server.connections == 0


class TestSlowing:
    """A host that refuses or is slow is asked less often."""

    @pytest.fixture
    def known(self, fake):
        """A host whose robots.txt is known, so that every request is a page."""

        def state(server, **changes):
            later = fake.start + timedelta(hours=1)
            return {
                server.host: HostState(
                    server.host, robots_status=404, robots_expires_at=later, **changes
                )
            }

        return state

    def test_a_refusal_doubles_the_distance_and_good_answers_bring_it_back(
        self, server, crawl, requests_for, reply, known
    ):
        server.pages["/0"] = reply(b"", "Retry-After: 0", status="503 Busy")
        run = crawl(known(server))
        list(run.run(requests_for(server, *(f"/{n}" for n in range(13)), delay=1.0), FAR))
        times = [seen.at - 1000 for seen in server.seen]
        gaps = [b - a for a, b in itertools.pairwise(times)]
        assert gaps[:3] == pytest.approx([2.0, 2.0, 1.8])
        assert gaps[-1] == 1.0
        assert run.hosts[server.host].slowdown == 1.0

    def test_one_burst_slows_down_once(self, server, crawl, requests_for, reply, known):
        """Three requests are under way together when the first is refused."""
        together = threading.Barrier(3, timeout=5)

        def refuse(sock):
            together.wait()
            sock.sendall(reply(b"", "Connection: close", status="503 Busy"))

        paths = [f"/{n}" for n in range(3)]
        server.pages = dict.fromkeys(paths, refuse)
        run = crawl(known(server))
        list(run.run(requests_for(server, *paths, connections=3), FAR))
        assert run.hosts[server.host].slowdown == 2.0

    def test_burst_after_burst_slows_down_further_up_to_a_bound(
        self, server, crawl, requests_for, reply, known
    ):
        paths = [f"/{n}" for n in range(9)]
        server.pages = dict.fromkeys(paths, reply(b"", status="503 Busy"))
        run = crawl(known(server))
        list(run.run(requests_for(server, *paths, delay=1.0), FAR))
        gaps = [b.at - a.at for a, b in itertools.pairwise(server.seen)]
        assert gaps == [2, 4, 8, 16, 16, 16, 16, 16]
        assert run.hosts[server.host].slowdown == 16.0

    def test_a_slow_down_outlives_the_run(self, server, crawl, requests_for, known):
        run = crawl(known(server, slowdown=4.0))
        list(run.run(requests_for(server, "/a", "/b", delay=1.0), FAR))
        first, second = (seen.at for seen in server.seen)
        assert second - first == 4

    def test_a_slow_host_is_asked_less_often(self, server, crawl, requests_for, known):
        """It took six seconds of late: with two connections, one request in three seconds."""
        run = crawl(known(server, latency=6.0))
        list(run.run(requests_for(server, "/a", "/b", delay=1.0, connections=2), FAR))
        first, second = (seen.at for seen in server.seen)
        assert 1.5 < second - first <= 3.0

    def test_a_host_without_a_delay_follows_its_own_speed(self, server, crawl, requests_for, known):
        list(crawl(known(server, latency=6.0)).run(requests_for(server, "/a", "/b"), FAR))
        assert [seen.at for seen in server.seen] == [1000, 1000]


class TestShare:
    """No domain holds more than its share of the threads while another one has work."""

    @pytest.fixture
    def site(self, monkeypatch):
        """Both loopback servers' ports, and more of them, belong to the domain of their address."""
        monkeypatch.setattr("dateline.fetch.lanes.domain_of", lambda host: host.partition(":")[0])

    @pytest.mark.usefixtures("site")
    def test_a_tar_pit_holds_a_quarter_of_the_threads(
        self, server, other, client, settings, requests_for
    ):
        """Four threads: one hangs on the slow domain, and the other one's pages all come."""
        gate, entered = threading.Event(), []

        def hang(sock):
            entered.append(1)
            gate.wait(1.0)
            sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

        paths = [f"/{n}" for n in range(4)]
        server.pages = dict.fromkeys(paths, hang)
        slow = [replace(r, obey_robots=False) for r in requests_for(server, *paths, connections=4)]
        quick = [
            replace(r, obey_robots=False)
            for r in requests_for(other, *(f"/{n}" for n in range(30)))
        ]
        order, most = [], 0
        for fetched in Crawl(client, settings, {}).run(slow + quick, time.monotonic() + 30):
            order.append(fetched.request.host)
            if order.count(other.host) < 30:
                most = max(most, len(entered))
            else:
                gate.set()
        assert order.count(server.host) == 4
        assert most == 1

    @pytest.mark.usefixtures("site")
    def test_alone_it_may_use_all_of_them(self, server, client, settings, requests_for, reply):
        all_of_them = threading.Barrier(4, timeout=5)

        def together(sock):
            all_of_them.wait()
            sock.sendall(reply(b"x", "Connection: close"))

        paths = [f"/{n}" for n in range(4)]
        server.pages = dict.fromkeys(paths, together)
        wanted = [
            replace(r, obey_robots=False) for r in requests_for(server, *paths, connections=4)
        ]
        found = results(Crawl(client, settings, {}).run(wanted, time.monotonic() + 30))
        assert [result.body for result in found] == [b"x"] * 4


class _Ledger:
    """Reserves slots as the database does, and counts the calls."""

    def __init__(self, fake):
        self.fake, self.next_at = fake, {}
        self.calls, self.blocked = [], []
        self.slowdown, self.blocked_until = 1.0, None

    def reserve(self, bookings):
        self.calls.append(list(bookings))
        slots, now = {}, self.fake.monotonic()
        for booking in bookings:
            start = max(self.next_at.get(booking.host, now), now)
            self.next_at[booking.host] = start + booking.count * booking.interval
            slots[booking.host] = Slot(start - now, self.blocked_until, self.slowdown)
        return slots

    def block(self, state):
        self.blocked.append(state)


class TestReserving:
    @pytest.fixture
    def ledger(self, fake):
        return _Ledger(fake)

    def test_slots_are_reserved_by_the_block_and_kept(self, server, crawl, requests_for, ledger):
        """Ten seconds' worth at once, robots.txt included, and no more than what waits."""
        paths = [f"/{n}" for n in range(6)]
        list(crawl(shared=ledger).run(requests_for(server, *paths, delay=2.0), FAR))
        assert [[b.count for b in call] for call in ledger.calls] == [[5], [2]]
        assert [seen.at - 1000 for seen in server.seen] == [0, 2, 4, 6, 8, 10, 12]

    def test_what_another_crawl_has_reserved_is_waited_for(
        self, server, crawl, requests_for, ledger, fake
    ):
        ledger.next_at[server.host] = fake.seconds + 30
        list(crawl(shared=ledger).run(requests_for(server, "/a", delay=2.0), FAR))
        assert [seen.at - 1000 for seen in server.seen] == [30, 32]

    def test_a_block_that_has_passed_is_not_used(self, server, crawl, requests_for, ledger, fake):
        """An answer takes longer than the block; another crawl reserves meanwhile."""
        requests = requests_for(server, "/a", "/b", delay=2.0)
        run = crawl(shared=ledger)
        for fetched in run.run([replace(r, obey_robots=False) for r in requests], FAR):
            if fetched.request.url.endswith("/a"):
                fake.seconds += 60
                ledger.next_at[server.host] = fake.seconds + 7
        assert [seen.at - 1000 for seen in server.seen] == [0, 67]

    def test_hosts_that_get_ready_together_cost_one_call(
        self, server, other, crawl, requests_for, ledger
    ):
        requests = requests_for(server, "/a", "/b", delay=2.0)
        requests += requests_for(other, "/a", "/b", delay=2.0)
        list(crawl(shared=ledger).run(requests, FAR))
        assert [len(call) for call in ledger.calls] == [2]

    def test_a_host_without_a_delay_is_not_reserved(self, server, crawl, requests_for, ledger):
        list(crawl(shared=ledger).run(requests_for(server, "/a", "/b"), FAR))
        assert ledger.calls == []

    def test_a_block_that_another_crawl_met_is_seen(
        self, server, crawl, requests_for, ledger, fake
    ):
        ledger.blocked_until = until = fake.start + timedelta(minutes=3)
        found = results(crawl(shared=ledger).run(requests_for(server, "/a", "/b", delay=2.0), FAR))
        assert found == [Deferred(until, "host_blocked", fake.start)] * 2
        assert server.paths == []

    def test_another_crawls_slow_down_counts(self, server, crawl, requests_for, ledger):
        ledger.slowdown = 4.0
        run = crawl(shared=ledger)
        list(run.run(requests_for(server, "/a", "/b", delay=2.0), FAR))
        assert server.seen[1].at - server.seen[0].at == 8

    def test_a_refusal_is_told_at_once(self, server, crawl, requests_for, reply, ledger, fake):
        """With the robots.txt that was fetched, which it must not undo."""
        server.pages["/a"] = reply(b"", "Retry-After: 90", status="429 Slow down")
        run = crawl(shared=ledger).run(requests_for(server, "/a", "/b", delay=2.0), FAR)
        next(run)
        (told,) = ledger.blocked
        assert told.blocked_until == fake.start + timedelta(seconds=92)
        assert (told.slowdown, told.robots_status) == (2.0, 404)
        run.close()


def test_a_deadline_that_passes_while_a_host_is_ready_ends_the_crawl(
    server, crawl, requests_for, fake
):
    """The last answer comes after the deadline, with a request left that could start."""
    run = crawl()
    found = []
    for fetched in run.run(requests_for(server, "/a", "/b"), fake.seconds + 5):
        found.append(fetched)
        fake.seconds += 10
    assert len(found) == 1


def test_a_host_more_costs_the_same(settings, fake):
    """Work by request must not grow with the number of hosts: looked-at lanes are counted."""

    class Instant:
        def get(self, url, **_):
            return Response(url, url, 200, "OK", (), b"", b"", fake.start, 0.0)

    def steps(count):
        names = [f"www.site{n}.example" for n in range(count)]
        requests = [Request(n, f"http://{name}/a", name) for n, name in enumerate(names)]
        run = Crawl(Instant(), settings, {}, fake.clock, fake.sleep, fake.monotonic)
        calls = itertools.count()
        sys.setprofile(lambda *_: next(calls))
        try:
            assert len(list(run.run(requests, FAR))) == count
        finally:
            sys.setprofile(None)
        return next(calls) / count

    assert steps(2000) < 1.5 * steps(200)
