"""robots.txt: RFC 9309, and what the web makes of it."""

from __future__ import annotations

import time

import pytest

from dateline.robots import MAX_BYTES, Verdict, parse


def allowed(text: str | bytes, path: str, agent: str = "Dateline") -> bool:
    body = text.encode() if isinstance(text, str) else text
    return parse(body).check(agent, "https://example.org" + path).allowed


class TestGroups:
    TEXT = """
        User-agent: Dateline
        User-agent: other
        Disallow: /both
        User-agent: third
        Disallow: /third

        User-agent: *
        Disallow: /

        user-agent: DATELINE
        Disallow: /more
    """

    @pytest.mark.parametrize("agent", ["Dateline", "dateline"])
    def test_all_groups_of_an_agent_count_and_only_those(self, agent):
        assert not allowed(self.TEXT, "/both", agent)
        assert not allowed(self.TEXT, "/more", agent)
        assert allowed(self.TEXT, "/third", agent)

    def test_consecutive_agents_share_the_rules(self):
        assert not allowed(self.TEXT, "/both", "Other")
        assert allowed(self.TEXT, "/more", "Other")

    def test_everybody_else_gets_the_star(self):
        assert not allowed(self.TEXT, "/anything", "Stranger")

    def test_a_group_without_rules_still_shields_from_the_star(self):
        assert allowed("User-agent: dateline\n\nUser-agent: *\nDisallow: /", "/x") is False
        assert allowed("User-agent: *\nDisallow: /\nUser-agent: dateline\n", "/x")

    def test_other_lines_do_not_end_a_list_of_agents(self):
        text = "User-agent: dateline\nSitemap: https://example.org/s\nUser-agent: *\nDisallow: /x"
        assert not allowed(text, "/x")

    def test_rules_before_any_agent_are_ignored(self):
        assert allowed("Disallow: /\nUser-agent: *\nDisallow: /x", "/y")

    @pytest.mark.parametrize("name", ["Dateline/2.0", "dateline bot", "Dateline*"])
    def test_the_product_token_is_what_counts(self, name):
        assert not allowed(f"User-agent: {name}\nDisallow: /", "/")

    @pytest.mark.parametrize("name", ["Datelines", "Date", "2Dateline", "*Dateline", ""])
    def test_another_name_is_another_agent(self, name):
        assert allowed(f"User-agent: {name}\nDisallow: /", "/")


class TestMatching:
    @pytest.mark.parametrize(
        ("rules", "path", "expected"),
        [
            (["Disallow: /a", "Allow: /a/b"], "/a/b/c", True),
            (["Allow: /a/b", "Disallow: /a"], "/a/x", False),
            (["Disallow: /same", "Allow: /same"], "/same", True),
            (["Disallow:"], "/x", True),
            (["Disallow: /"], "", False),
            (["Disallow: /"], "?q=1", False),
            (["Disallow: /*.pdf$"], "/x/y.pdf", False),
            (["Disallow: /*.pdf$"], "/x/y.pdf?page=1", True),
            (["Disallow: /*.pdf$"], "/a.pdf/b.pdf", False),
            (["Disallow: /a*b*c"], "/aXbXcX", False),
            (["Disallow: /a*b*c"], "/acb", True),
            (["Disallow: /a*a$"], "/a", True),
            (["Disallow: /*?print="], "/story?print=1", False),
            (["Disallow: /x$"], "/x", False),
            (["Disallow: /x$"], "/xy", True),
            (["Disallow: *"], "/x", False),
            (["Disallow: /caf%c3%a9"], "/caf%C3%A9", False),
            (["Disallow: /café"], "/caf%C3%A9", False),
            (["Disallow: /caf%C3%A9"], "/caf%c3%a9", False),
            (["Disallow: /x#y"], "/x", False),
            (["Disallow: /X"], "/x", True),
            (["Disallow: /", "Allow: /n/index.html"], "/n/", True),
            (["Disallow: /", "Allow: /n/index.html"], "/n/other", False),
        ],
    )
    def test_rules(self, rules, path, expected):
        assert allowed("\n".join(["User-agent: *", *rules]), path) is expected

    def test_the_fragment_is_no_part_of_the_path(self):
        assert allowed("User-agent: *\nDisallow: /a", "/#/a")

    def test_the_deciding_rule_is_told(self):
        robots = parse(b"user-agent: *\ndisallow: /a\nallow: /a/b")
        assert robots.check("x", "http://h/a") == Verdict(allowed=False, rule="Disallow: /a")
        assert robots.check("x", "http://h/a/b") == Verdict(allowed=True, rule="Allow: /a/b")
        assert robots.check("x", "http://h/c") == Verdict(allowed=True, rule=None)

    def test_a_pattern_of_stars_does_not_explode(self):
        """A backtracking matcher would not end within the age of the universe."""
        started = time.process_time()
        assert allowed("User-agent: *\nDisallow: /" + "*a" * 2000 + "b$", "/" + "a" * 4000)
        assert time.process_time() - started < 5


class TestTolerance:
    @pytest.mark.parametrize(
        "text",
        [
            "\ufeffUser-agent: *\nDisallow: /",
            "User-agent: *\r\nDisallow: /\r\n",
            "User-agent: *\rDisallow: /",
            "USER-AGENT:*\nDISALLOW:/",
            "  User-agent : *  \n\tDisallow : /  # all",
            "useragent: *\ndissallow: /",
            "User agent: *\nDisalow: /",
            "User-agent *\nDisallow /",
            "User-agent: *\n\n\nDisallow: /",
            "User-agent: *\nGarbage\nMore: garbage\nDisallow: /",
        ],
    )
    def test_it_is_read_as_meant(self, text):
        assert not allowed(text, "/x")

    @pytest.mark.parametrize(
        "body",
        [b"", b"<!doctype html><p>User-agent: none", b"\xff\xfe\x00U", b"\0" * 100, b":::\n:\n#"],
    )
    def test_what_is_no_robots_file_allows_all(self, body):
        assert allowed(body, "/x")

    def test_what_is_beyond_500_kib_is_not_read(self):
        head = b"User-agent: *\nDisallow: /a\n"
        body = head + b"#" * (MAX_BYTES - len(head)) + b"\nDisallow: /b"
        assert not allowed(body, "/a")
        assert allowed(body, "/b")


def test_crawl_delay_belongs_to_its_group():
    robots = parse(b"User-agent: a\nUser-agent: b\nCrawl-delay: 2.5\n\nUser-agent: *\nDisallow:\n")
    assert (robots.crawl_delay("a"), robots.crawl_delay("b")) == (2.5, 2.5)
    assert robots.crawl_delay("c") == robots.crawl_delay("*")


@pytest.mark.parametrize("value", ["soon", "-1", "nan", "inf", ""])
def test_a_crawl_delay_that_is_none_is_ignored(value):
    assert parse(f"User-agent: *\nCrawl-delay: {value}".encode()).crawl_delay("x") is None


def test_sitemaps_are_listed_wherever_they_stand():
    text = b"Sitemap: https://example.org/1\nUser-agent: x\nsite-map:https://example.org/2"
    assert parse(text).sitemaps == ("https://example.org/1", "https://example.org/2")
