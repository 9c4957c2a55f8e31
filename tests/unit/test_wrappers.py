"""Addresses within addresses are found where they are certain, and only there."""

from __future__ import annotations

import pytest

from dateline.urls import canonicalise, unwrap, url_key
from dateline.wrappers import target_of

ARTICLE = "https://post.example/a?id=1"
QUOTED = "https%3A%2F%2Fpost.example%2Fa%3Fid%3D1"


@pytest.mark.parametrize(
    "wrapper",
    [
        f"https://x.example/redirect?url={QUOTED}",
        f"https://x.example/news/apiclick.aspx?ref=f&aid=&url={QUOTED}&c=1",
        f"https://x.example/l.php?u={QUOTED}&h=AT0",
        f"https://x.example/url?rct=j&sa=t&q={QUOTED}&ct=ga",
        f"https://go.x.example/?id=7&url={QUOTED}",
        f"https://x.example/away/{QUOTED}",
        f"https://x.example/away/{QUOTED}?utm_source=k",
        "https://x.example/rss091/*https://post.example/a?id=1",
        "https://x.example/click?to=https://post.example/a?id=1",
        "https://post-example.cdn.ampproject.org/c/s/post.example/a?id=1",
        "https://cdn.ampproject.org/v/s/post.example/a?id=1",
        "https://www.google.co.uk/amp/s/post.example/a?id=1",
        f"https://x.example/out?u=https%3A%2F%2Fgo.y.example%2Fgo%3Fto%3D{QUOTED.replace('%', '%25')}",
    ],
)
def test_the_target_of_a_redirector_is_found(wrapper: str):
    """By the form of the address; also a redirector within a redirector, and in the key."""
    assert unwrap(canonicalise(wrapper) or "") == ARTICLE
    assert url_key(wrapper) == url_key(ARTICLE)


@pytest.mark.parametrize(
    "url",
    [
        ARTICLE,
        f"https://x.example/login?redirect={QUOTED}",
        f"https://x.example/share?url={QUOTED}",
        f"https://x.example/listen?ge=1&uf={QUOTED}",
        f"https://x.example/go?ref={QUOTED}",
        "https://x.example/go?to=https%3A%2F%2Fpost.example%2F",
        "https://x.example/go?to=post.example/a",
        "https://x.example/go?to=https://post.example/a?b=1&c=2",
        f"https://x.example/go?to={QUOTED}&url=https%3A%2F%2Fother.example%2Fb",
        "https://archive.example/web/20131021165347/https://post.example/a",
        "https://x.example/2024/why-https://post.example/a-went-down",
        "https://x.example/amp/s/post.example/a",
        "https://x.example/go?to=https%3A%2F%2Flocalhost%2Fa",
    ],
)
def test_any_other_address_is_left_as_it_is(url: str):
    """A log-in page, an archive's copy, a share button, a front page, an unclear parameter."""
    assert target_of(url) is None
    assert unwrap(url) == url


def test_a_long_address_is_searched_in_no_time():
    """Every segment could begin a target."""
    for part in ("/http", "/https://", "/*http", "/go", "%2Fhttp"):
        assert target_of("https://x.example" + part * (2000 // len(part))) is None
