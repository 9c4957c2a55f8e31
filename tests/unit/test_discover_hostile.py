"""Feeds made to hurt: they cost bounded time and memory, and nothing is opened or fetched for them."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from dateline.discover import parse_feed
from dateline.discover.document import MAX_ENTRIES

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SIZE = 500_000
"""Characters of each attack: what takes quadratic time runs into the limit at that size."""

LIMITS = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))
"""
ATTACK = (
    LIMITS
    + """
from datetime import UTC, datetime
from dateline.discover import parse_feed
feed = parse_feed(
    sys.stdin.buffer.read(), url="https://x.example/feed", content_type=None,
    now=datetime(2026, 3, 10, tzinfo=UTC),
)
print(len(feed.candidates), feed.problem)
"""
)
WATCHED = """
import json, sys
from datetime import UTC, datetime
from dateline.discover import parse_feed
from dateline.months import month_names

def parse(body):
    return parse_feed(
        body, url="https://x.example/feed", content_type=None, home_url="https://x.example/",
        now=datetime(2026, 3, 10, tzinfo=UTC),
    )

bodies = [body.encode() for body in json.load(sys.stdin)]
month_names()  # and the suffix list, modules and codecs: our own data, read once a process
parse(bodies[0])
seen = []
PREFIXES = ("open", "socket", "urllib", "http", "subprocess", "os.", "ftplib", "shutil")
sys.addaudithook(lambda event, _: event.startswith(PREFIXES) and seen.append(event))
for body in bodies:
    parse(body)
print(json.dumps(seen))
"""


def item(inner: str) -> str:
    return f"<item><title>T</title><link>https://x.example/1</link>{inner}</item>"


def rss(inner: str) -> str:
    return (
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>X</title>{inner}</channel></rss>"
    )


def filled(part: str, around: str = "{}") -> str:
    """As many of `part` as the size allows."""
    return around.format(part * (SIZE // len(part)))


ATTACKS = {
    "deep": rss(filled("<a>")),
    "deep_in_entry": rss(item("<b>" * 100_000 + "</b>" * 100_000)),
    "deep_escaped_html": rss(item(filled("&lt;div&gt;", "<description>{}</description>"))),
    "deep_html": rss(item(f"<content:encoded><![CDATA[{'<div>' * 200_000}]]></content:encoded>")),
    "unclosed_scripts": rss(
        item(f"<content:encoded><![CDATA[{'<script ' * 100_000}]]></content:encoded>")
    ),
    "unclosed_comments": rss(
        item(f"<content:encoded><![CDATA[{'<!-- ' * 200_000}]]></content:encoded>")
    ),
    "huge_attribute": rss(f'<item a="{"x" * SIZE}"><link>https://x.example/1</link></item>'),
    "many_attributes": rss("<item " + "".join(f"a{n}='>' " for n in range(100_000)) + "/>"),
    "many_namespaces": rss("<item " + "".join(f"xmlns:a{n}='u' " for n in range(60_000)) + "/>"),
    "ampersands": rss(item(filled("&", "<description>{}</description>"))),
    "half_entities": rss(item(filled("&a", "<description>{}</description>"))),
    "empty_entries": rss(filled("<item/>")),
    "tags": rss(filled("<a ")),
    "cdata": rss(filled("<![CDATA[")),
    "author": rss(item(filled("a@", "<author>{}</author>"))),
    "date": rss(item(filled("12:", "<pubDate>{}</pubDate>"))),
    "link": rss(filled("/http:", "<item><link>https://x.example/go?u={}</link></item>")),
    "json_deep": filled("[", '{{"version": "https://jsonfeed.org/version/1", "items":{}'),
    "json_number": filled("9", '{{"version": "https://jsonfeed.org/version/1", "items":[{}]}}'),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_stays_within_bounds(name: str):
    """Half a megabyte of it: 2 GB of address space and a minute of a core are far from reached."""
    command = [sys.executable, "-W", "ignore", "-c", ATTACK]
    done = subprocess.run(command, input=ATTACKS[name].encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-500:]


BOMB = (
    '<!DOCTYPE lolz [<!ENTITY a "lol">'
    + "".join(
        f'<!ENTITY {name} "{inner * 10}">'
        for name, inner in zip("bcdefghi", map("&{};".format, "abcdefgh"), strict=True)
    )
    + "]>"
)
HOSTILE = [
    rss(item("<description>Plain.</description>")),
    rss(item("<pubDate>4 Mai 2025 10:00</pubDate><enclosure url='file:///etc/passwd'/>")),
    BOMB + rss(item("&i;")),
    '<!DOCTYPE rss SYSTEM "https://x.example/evil.dtd">' + rss(item("&x;")),
    '<!DOCTYPE rss [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>' + rss(item("&x;")),
    '<!DOCTYPE rss [<!ENTITY x SYSTEM "https://x.example/">]>' + rss(item("&x;")),
    '<?xml-stylesheet href="https://x.example/a.xsl"?>' + rss(item("")),
    rss('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'),
    rss(item("<link>file:///etc/passwd</link>")) + rss(item("")),
    rss("<item><link>https://x.example/1</item></link>"),
    "https://x.example/feed",
    "/etc/passwd",
    "<rss",
]


def test_nothing_is_opened_or_fetched_while_a_feed_is_read():
    """Python's own audit events: no file, no socket, no process, whatever the feed asks for."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WATCHED],
        input=json.dumps(HOSTILE).encode(),
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout) == []


def test_the_newest_of_too_many_entries_are_read():
    """From the top, and the poll says that there were more."""
    entries = "".join(
        f"<item><link>https://x.example/{n}</link></item>" for n in range(MAX_ENTRIES + 5)
    )
    feed = parse_feed(rss(entries).encode(), url="https://x.example/", content_type=None, now=NOW)
    assert (len(feed.candidates), feed.problem) == (MAX_ENTRIES, "too_many_entries")
    assert feed.candidates[-1].url == f"https://x.example/{MAX_ENTRIES - 1}"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (ATTACKS["many_attributes"], "not_a_feed: too many attributes"),
        (rss("<a/>" * 600_000), "not_a_feed: too many tags"),
    ],
)
def test_what_is_built_to_be_slow_is_refused(body: str, problem: str):
    """No publisher writes a hundred attributes, or half a million tags."""
    feed = parse_feed(body.encode(), url="https://x.example/", content_type=None, now=NOW)
    assert (feed.candidates, feed.problem) == ((), problem)
