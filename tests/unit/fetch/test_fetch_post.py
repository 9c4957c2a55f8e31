"""Forms: what goes out, where redirects lead it, and the guards that hold for it as for pages."""

from __future__ import annotations

import os
from urllib.parse import parse_qsl

import pytest

from dateline.fetch import Failure, Response
from dateline.model import Politeness
from dateline.newsroom.listener import Listener
from dateline.newsroom.site import Reply

FORM = {"hub.mode": "subscribe", "hub.topic": "https://n.example/?a=1&b=ü"}


class Desk(Listener):
    """Answers by path; `seen` are the requests: method, path, body."""

    def __init__(self):
        super().__init__("127.0.0.1", 0, "one port")
        self.pages = {"/": Reply(202, b"Accepted", "text/plain")}
        self.seen = []
        self.fault = lambda _: None
        self.app = self._answer
        self.url = f"http://127.0.0.1:{self.server_port}"

    def _answer(self, method, path, body):
        self.seen.append((method, path, body))
        return self.pages.get(path, Reply(404))


@pytest.fixture
def desk():
    desk = Desk()
    desk.start()
    yield desk
    desk.stop()


def test_form_goes_out_as_a_browser_sends_it(client, desk, friendly):
    answer = client.post_form(f"{desk.url}/", FORM, politeness=friendly)
    assert isinstance(answer, Response)
    assert (answer.status, answer.body) == (202, b"Accepted")
    ((method, path, body),) = desk.seen
    assert (method, path) == ("POST", "/")
    assert dict(parse_qsl(body.decode("ascii"))) == FORM


def test_connection_is_kept_and_a_page_after_a_form_is_got(client, desk, friendly):
    desk.pages["/page"] = Reply(200, b"page")
    client.post_form(f"{desk.url}/", FORM, politeness=friendly)
    page = client.get(f"{desk.url}/page", politeness=friendly, max_size=100)
    assert page.body == b"page"
    assert [(method, body) for method, _, body in desk.seen][1] == ("GET", b"")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirect_is_sent_the_form_as_well(client, desk, friendly, status):
    """A hub that moved is asked at its new address, as WebSub's conformance tests want it."""
    desk.pages["/old"] = Reply(status, location="/")
    answer = client.post_form(f"{desk.url}/old", FORM, politeness=friendly)
    assert (answer.status, answer.redirects) == (202, (f"{desk.url}/old",))
    assert [seen[0] for seen in desk.seen] == ["POST", "POST"]
    assert desk.seen[0][2] == desk.seen[1][2] != b""


def test_see_other_is_the_answer(client, desk, friendly):
    """It points to a page about the form, which is not to be sent there."""
    desk.pages["/old"] = Reply(303, location="/")
    assert client.post_form(f"{desk.url}/old", FORM, politeness=friendly).status == 303
    assert len(desk.seen) == 1


def test_private_address_is_refused(client, desk):
    answer = client.post_form(f"{desk.url}/", FORM)
    assert isinstance(answer, Failure)
    assert answer.reason == "forbidden_port"
    bare = client.post_form("http://127.0.0.1/", FORM, politeness=Politeness())
    assert bare.reason == "forbidden_address"
    assert desk.seen == []


def test_redirect_loop_ends(client, desk, friendly):
    desk.pages["/old"] = Reply(307, location="/old")
    assert client.post_form(f"{desk.url}/old", FORM, politeness=friendly).reason == "redirect_loop"


def test_answer_has_a_limit(client, desk, friendly):
    desk.pages["/"] = Reply(400, os.urandom(100_001), "text/plain")
    assert client.post_form(f"{desk.url}/", FORM, politeness=friendly).reason == "too_large"
