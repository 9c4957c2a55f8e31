"""Source files: what they may say, how mistakes are named, and that they can be written back."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline.errors import SettingsError
from dateline.model import FeedKind, FeedSpec, Source
from dateline.sources import dump, load_file, load_folder, load_paths
from dateline.urls import domain_of, host_of

STARTER = Path(__file__).parents[2] / "dags" / "sources"

GOOD = """
[[source]]
slug = "post"
name = "The Post"
home = "https://post.example/"
feeds = ["https://post.example/rss"]
"""

FULL = """
[[source]]
slug = "harbour-post"
name = "The Harbour Post"
home = "https://post.example/"
listings = [{ url = "https://post.example/latest", interval = "1h" }]
sitemaps = ["https://post.example/news-sitemap.xml"]
feeds = ["https://post.example/rss", { url = "https://post.example/live.xml", interval = "2m" }]
country = "gb"
language = "en-gb"
timezone = "Europe/London"
tags = ["regional", "port"]
interval = "1h"
max_interval = "7d"
politeness = { delay = 2, connections = 3, allow_private = true, cookies = true }
headers = { "Accept-Language" = "en", X-Token = "a b" }
recipe = "harbour"
enabled = false
verified = true
"""


def write(folder: Path, text: str, name: str = "one.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def message(folder: Path, text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        load_file(write(folder, text))
    return str(caught.value)


def test_a_short_source_takes_the_defaults(tmp_path):
    assert load_file(write(tmp_path, GOOD)) == (
        Source(
            "post", "The Post", "https://post.example/", (FeedSpec("https://post.example/rss"),)
        ),
    )


def test_every_key_is_read(tmp_path):
    assert load_file(write(tmp_path, FULL)) == (
        Source(
            slug="harbour-post",
            name="The Harbour Post",
            home_url="https://post.example/",
            feeds=(
                FeedSpec("https://post.example/rss"),
                FeedSpec("https://post.example/live.xml", timedelta(minutes=2)),
                FeedSpec("https://post.example/news-sitemap.xml", kind=FeedKind.SITEMAP),
                FeedSpec("https://post.example/latest", timedelta(hours=1), FeedKind.LISTING),
            ),
            country="GB",
            language="en-GB",
            timezone="Europe/London",
            tags=("regional", "port"),
            interval=timedelta(hours=1),
            max_interval=timedelta(days=7),
            delay=2.0,
            connections=3,
            allow_private=True,
            cookies=True,
            enabled=False,
            verified=True,
            headers=(("Accept-Language", "en"), ("X-Token", "a b")),
            recipe="harbour",
        ),
    )


def test_a_file_may_hold_many_sources_or_none(tmp_path):
    other = GOOD.replace("post", "times")
    assert [source.slug for source in load_file(write(tmp_path, GOOD + other))] == ["post", "times"]
    assert load_file(write(tmp_path, "# nothing yet\n")) == ()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('contry = "GB"', 'contry: unknown key; did you mean "country"?'),
        ("zzz = 1", "zzz: unknown key"),
        (
            'country = "UK"',
            'country: must be an ISO 3166-1 code of two letters such as "GB" ("UK")',
        ),
        ('language = "english"', 'language: must be a BCP 47 tag such as "pt-BR" ("english")'),
        ('language = "qq"', "language: must be a BCP 47 tag"),
        ('timezone = "Europe/Berln"', 'did you mean "Europe/Berlin"?'),
        ('timezone = "../etc/passwd"', "timezone: must be an IANA time zone"),
        ('interval = "10 minutes"', 'interval: must be a duration such as "90s", "10m", "1h"'),
        ("interval = 10", 'interval: must be a duration such as "90s", "10m", "1h" or "1d" (10)'),
        ('interval = "30s"', "interval: must be between one minute and one day"),
        ('interval = "2d"', "interval: must be between one minute and one day"),
        ('max_interval = "31d"', "max_interval: must be between one minute and 30 days"),
        ('max_interval = "5m"', "max_interval: 5m is shorter than interval, 10m"),
        ("politeness = { cookies = 1 }", "politeness: cookies: must be true or false"),
        ('sitemaps = "x"', "sitemaps: must be a list with at least one address"),
        ("listings = []", "listings: must be a list with at least one address"),
        ('sitemaps = ["/map.xml"]', "sitemaps: must be an http:// or https:// address"),
        ('listings = [{ adress = "x" }]', "listings: url: is missing; adress: unknown key"),
        ('listings = ["http://10.0.0.1/"]', "listings: http://10.0.0.1/ is a private address"),
        ("politeness = { delay = -1 }", "politeness: delay: must be seconds between 0 and 3600"),
        ("politeness = { delay = nan }", "politeness: delay: must be seconds between 0 and 3600"),
        (
            "politeness = { connections = 99 }",
            "connections: must be a whole number between 1 and 16",
        ),
        ("politeness = { conections = 2 }", 'conections: unknown key; did you mean "connections"?'),
        ("politeness = 3", "politeness: must be a table"),
        ('headers = { "X Y" = "1" }', "headers: 'X Y' is no name of a header"),
        ('headers = { X = "1\\r\\nHost: evil" }', "headers: must be text on one line"),
        ('enabled = "yes"', "enabled: must be true or false"),
        ('tags = "news"', "tags: must be a list of texts"),
        ('recipe = "../x"', "recipe: must be lower-case letters"),
    ],
)
def test_a_mistake_is_named_with_file_source_key_and_reason(tmp_path, line, reason):
    text = message(tmp_path, GOOD + line)
    assert text.startswith(f'{tmp_path / "one.toml"}: source "post": {line.split(" ")[0]}')
    assert reason in text


@pytest.mark.parametrize(
    ("feeds", "reason"),
    [
        ("[]", "must be a list with at least one address"),
        ('"https://post.example/rss"', "must be a list with at least one address"),
        ('["post.example/rss"]', "must be an http:// or https:// address, not 'post.example/rss'"),
        ('["ftp://post.example/rss"]', "must be an http:// or https:// address"),
        ('["https://me:secret@post.example/rss"]', "must not hold a user name or password"),
        ("[7]", "must be a table such as"),
        ('[{ url = "https://post.example/rss", intervall = "1m" }]', 'did you mean "interval"?'),
        ('[{ interval = "1m" }]', "url: is missing"),
        (
            '[{ url = "https://post.example/rss", interval = "1s" }]',
            "between one minute and one day",
        ),
        ('["http://127.0.0.1:8611/rss"]', "add politeness = { allow_private = true }"),
        ('["http://localhost/rss"]', "add politeness = { allow_private = true }"),
        ('["http://0x7f.1/rss"]', "add politeness = { allow_private = true }"),
        ('["http://[::1]/rss"]', "add politeness = { allow_private = true }"),
        ('["http://[::ffff:10.0.0.1]/rss"]', "add politeness = { allow_private = true }"),
        ('["http://169.254.169.254/latest"]', "add politeness = { allow_private = true }"),
    ],
)
def test_a_wrong_feed_is_named_with_its_reason(tmp_path, feeds, reason):
    text = message(tmp_path, GOOD.replace('["https://post.example/rss"]', feeds))
    assert 'source "post": feeds: ' in text
    assert reason in text


@pytest.mark.parametrize("key", ["sitemaps", "listings"])
def test_one_list_of_addresses_is_enough(tmp_path, key):
    """A site may have no feed."""
    (source,) = load_file(write(tmp_path, GOOD.replace("feeds =", f"{key} =")))
    assert [feed.kind.value for feed in source.feeds] == [key.removesuffix("s")]


def test_a_source_with_nothing_to_poll_is_named(tmp_path):
    text = message(tmp_path, GOOD.replace("feeds =", "# feeds ="))
    assert 'source "post": feeds: is missing, and so are sitemaps and listings' in text


def test_an_address_that_is_feed_and_sitemap_is_named(tmp_path):
    text = message(tmp_path, GOOD + 'sitemaps = ["http://post.example/rss"]')
    assert 'sitemaps: http://post.example/rss is also a feed of source "post"' in text


def test_a_private_home_page_needs_the_permission_too(tmp_path):
    text = message(tmp_path, GOOD.replace('https://post.example/"\n', 'http://10.0.0.1/"\n'))
    assert 'source "post": home: http://10.0.0.1/ is a private address' in text


def test_a_private_address_is_fine_where_it_is_allowed(tmp_path):
    text = GOOD.replace("https://post.example", "http://127.0.0.1:8611")
    sources = load_file(write(tmp_path, text + "politeness = { allow_private = true }"))
    assert sources[0].feeds == (FeedSpec("http://127.0.0.1:8611/rss"),)


def test_all_mistakes_of_a_file_come_at_once(tmp_path):
    text = message(tmp_path, '[[source]]\nslug = "Bad Slug"\n[[source]]\nname = "x"\nfoo = 1\n')
    assert 'source "Bad Slug": slug: must be lower-case' in text
    assert 'source "Bad Slug": name: is missing' in text
    assert "source number 2: slug: is missing" in text
    assert "source number 2: foo: unknown key" in text
    assert text.count("\n") == 7


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[source]\n", "not valid TOML: "),
        ('\n\nslug = "open\n', "at line 3"),
        ('[source]\nslug = "x"\n', "write each source as a [[source]] table"),
        ('[[sources]]\nslug = "x"\n', 'sources: unknown key; did you mean "source"?'),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_named(tmp_path, text, reason):
    assert reason in message(tmp_path, text)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"none\.toml: cannot be read"):
        load_file(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'name = "\xff"')
    with pytest.raises(SettingsError, match=r"latin\.toml: not UTF-8 text"):
        load_file(tmp_path / "latin.toml")
    with pytest.raises(SettingsError, match="no such folder"):
        load_folder(tmp_path / "nowhere")


def test_a_slug_or_feed_in_two_files_is_named_with_both(tmp_path):
    write(tmp_path, GOOD, "a.toml")
    write(tmp_path, GOOD.replace("https://post", "https://other"), "b.toml")
    write(tmp_path, GOOD.replace('"post"', '"third"').replace("https:", "http:"), "c.toml")
    with pytest.raises(SettingsError) as caught:
        load_folder(tmp_path)
    first, second = str(caught.value).splitlines()
    assert (
        first == f'{tmp_path / "b.toml"}: source "post": slug: also used in {tmp_path / "a.toml"}'
    )
    assert second.startswith(f'{tmp_path / "c.toml"}: source "third": feeds: ')
    assert second.endswith(f'is also a feed of source "post" in {tmp_path / "a.toml"}')


def test_a_folder_is_read_in_the_order_of_its_files(tmp_path):
    write(tmp_path, GOOD.replace("post", "zebra"), "1.toml")
    write(tmp_path, GOOD, "2.toml")
    write(tmp_path, "not toml at all", "notes.txt")
    assert [source.slug for source in load_folder(tmp_path)] == ["zebra", "post"]


def test_files_and_folders_are_read_together_each_source_with_its_file(tmp_path):
    folder = tmp_path / "more"
    folder.mkdir()
    one = write(tmp_path, GOOD)
    two = write(folder, GOOD.replace("post", "times"))
    found = load_paths([one, folder, two])
    assert [(path, source.slug) for path, source in found] == [(one, "post"), (two, "times")]


def test_what_is_dumped_loads_to_the_same(tmp_path):
    sources = load_file(write(tmp_path, FULL + GOOD.replace("post", "times")))
    assert load_file(write(tmp_path, dump(sources), "again.toml")) == sources
    assert dump(()) == ""


_lines = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20).map(
    lambda text: text.strip() or "x"
)
_intervals = st.integers(60, 86_400).map(lambda seconds: timedelta(seconds=seconds))
_sources = st.builds(
    Source,
    slug=st.just("a-1"),
    name=_lines,
    home_url=st.just("https://a.example/"),
    feeds=st.builds(
        FeedSpec,
        st.just("https://a.example/f?x=1&y='\""),
        st.none() | _intervals,
        st.sampled_from(FeedKind),
    ).map(lambda feed: (feed,)),
    tags=st.lists(_lines, max_size=3).map(tuple),
    interval=_intervals,
    max_interval=st.integers(86_400, 30 * 86_400).map(lambda seconds: timedelta(seconds=seconds)),
    cookies=st.booleans(),
    delay=st.floats(0, 3600),
    connections=st.integers(1, 16),
    allow_private=st.booleans(),
    enabled=st.booleans(),
    headers=st.dictionaries(st.sampled_from(["X-A", "b.c", "~d"]), _lines).map(
        lambda headers: tuple(headers.items())
    ),
)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(source=_sources)
def test_any_source_survives_dump_and_load(tmp_path_factory, source):
    path = tmp_path_factory.mktemp("dump") / "a.toml"
    path.write_text(dump([source]), encoding="utf-8")
    assert load_file(path) == (source,)


def test_the_starter_list_is_off_unverified_and_wide():
    starter = [source for path in STARTER.glob("starter-*.toml") for source in load_file(path)]
    assert len(starter) >= 300
    assert not any(source.enabled or source.verified for source in starter)
    assert all(source.country and source.language and source.timezone for source in starter)
    assert len({source.country for source in starter}) >= 100
    assert not [source for source in starter if domain_of(host_of(source.home_url)) == source.name]


def test_the_source_files_of_the_repository_load_together():
    slugs = [source.slug for source in load_folder(STARTER)]
    assert len(set(slugs)) == len(slugs)
