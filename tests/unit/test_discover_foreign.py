"""Links that lead away from the publisher are marked, and kept."""

from __future__ import annotations

import pytest

from dateline.discover.foreign import mark_foreign
from dateline.model import Candidate


def marked(*urls: str, own: tuple[str | None, ...]) -> list[str | None]:
    listed = tuple(Candidate(url, b"") for url in urls)
    found = mark_foreign(listed, own)
    assert [candidate.url for candidate in found] == list(urls)
    return [candidate.foreign for candidate in found]


def test_another_registered_domain_is_foreign():
    """Hosts of one domain belong together; an advertiser's does not."""
    found = marked(
        "https://www.post-example.org/a",
        "https://sport.post-example.org/b",
        "https://ads.shop-example.com/c",
        own=("https://post-example.org/",),
    )
    assert found == [None, None, "shop-example.com"]


def test_the_feeds_own_domain_and_its_site_are_not():
    """A feed on a service's host lists its publisher's and the service's pages."""
    found = marked(
        "https://post-example.org/a",
        "https://feeds.service-example.net/b",
        "https://shop-example.com/c",
        own=(None, "https://feeds.service-example.net/post", "https://post-example.org/"),
    )
    assert found == [None, None, "shop-example.com"]


def test_the_domain_that_most_link_to_is_not():
    """A publisher that has moved, or whose home page is declared elsewhere."""
    urls = [f"https://new.example/{n}" for n in range(3)]
    found = marked(*urls, "https://shop-example.com/c", own=("https://old.example/",))
    assert found == [None, None, None, "shop-example.com"]
    two = marked("https://a.example/", "https://b.example/", own=("https://c.example/",))
    assert two == ["a.example", "b.example"]


@pytest.mark.parametrize("url", ["https://www.bbc.com/news/a", "https://m.bbc.co.uk/news/a"])
def test_one_name_under_several_suffixes_is_one_publisher(url: str):
    """bbc.com and bbc.co.uk."""
    other = [f"https://o{n}.example/" for n in range(3)]
    assert marked(url, *other, own=("https://www.bbc.co.uk/",))[0] is None


def test_without_any_own_domain_nothing_is_foreign():
    """A feed read from a file."""
    assert marked("https://a.example/", "https://b.example/", own=("file:///x",)) == [None, None]


def test_addresses_of_numbers_are_told_apart():
    """192.0.2.1 and 192.0.2.2 share no name."""
    urls = ("http://192.0.2.1/a", "http://192.0.2.2/a", "http://192.0.2.3/a")
    assert marked(*urls, own=("http://192.0.2.1/",)) == [None, "192.0.2.2", "192.0.2.3"]
