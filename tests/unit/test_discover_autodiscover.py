"""Where feeds and sitemaps may be: what pages and robots.txt name, and what is usual."""

from __future__ import annotations

import pytest

from dateline.discover import find_feeds
from dateline.discover.autodiscover import (
    feed_like,
    guessed_feeds,
    guessed_news_sitemaps,
    guessed_sitemaps,
    linked_feeds,
    named_sitemaps,
    news_like,
    site_name,
)
from dateline.robots import parse

HOME = "https://www.example.com/en/"


def test_feeds_are_found_in_order_absolute_and_once():
    html = b"""<html><head>
      <LINK REL="Alternate" TYPE="application/rss+xml; charset=utf-8" href="/rss.xml">
      <link rel="alternate" type="application/atom+xml" href="atom.xml">
      <link rel="alternate" type="application/feed+json" href="//cdn.example.com/feed.json">
      <link rel="alternate" type="application/rss+xml" href="https://www.example.com/rss.xml#x">
    </head><body></body></html>"""
    assert find_feeds(html, HOME) == (
        "https://www.example.com/rss.xml",
        "https://www.example.com/en/atom.xml",
        "https://cdn.example.com/feed.json",
    )


def test_the_base_element_counts():
    html = b'<base href="/de/"><link rel="alternate" type="text/xml" href="rss">'
    assert find_feeds(html, HOME) == ("https://www.example.com/de/rss",)


def test_other_links_and_comments_are_no_feeds():
    html = b"""
      <link rel="stylesheet" type="text/css" href="/a.css">
      <link rel="alternate" hreflang="fr" href="/fr/">
      <link rel="alternate" type="application/json" href="/wp-json/1">
      <link rel="alternate" type="application/rss+xml" href="/comments/feed/">
      <link rel="alternate" type="application/rss+xml">
      <link rel="alternate" type="application/rss+xml" href="javascript:void(0)">"""
    assert find_feeds(html, HOME) == ()


def test_a_page_that_is_no_html_names_none():
    assert find_feeds(b"", HOME) == ()
    assert find_feeds(b"\x00\xff%PDF-1.7", HOME) == ()
    assert find_feeds(b"/etc/hosts", HOME) == ()
    assert (
        find_feeds(b'<?xml version="1.0"?><rss><channel><link>x</link></channel></rss>', HOME) == ()
    )


def test_xhtml_is_read_like_html():
    html = b"""<?xml version="1.0" encoding="utf-8"?>
      <html xmlns="http://www.w3.org/1999/xhtml"><head>
      <link rel="alternate" type="application/rss+xml" href="/rss" /></head></html>"""
    assert find_feeds(html, HOME) == ("https://www.example.com/rss",)


def test_a_base_counts_from_where_it_stands_and_once():
    html = b"""<link rel="alternate" type="text/xml" href="1"><base href="https://a.example/x/">
      <link rel="alternate" type="text/xml" href="2"><base href="https://b.example/">
      <link rel="alternate" type="text/xml" href="3">"""
    assert find_feeds(html, HOME) == (
        "https://www.example.com/en/1",
        "https://a.example/x/2",
        "https://a.example/x/3",
    )


def test_a_link_without_a_type_is_a_feed_if_it_looks_like_one():
    """Not if it is a translation."""
    html = b"""<link rel="alternate" href="/rss.xml"><link rel="alternate" href="/mobile/">
      <link rel="alternate" hreflang="de" href="/de/feed/"><link rel="feed" href="/all">"""
    assert find_feeds(html, HOME) == (
        "https://www.example.com/rss.xml",
        "https://www.example.com/all",
    )


def test_links_of_the_page_that_look_like_feeds_are_found():
    """By their address or by what they say."""
    html = b"""<a href="/rss/">All</a> <a href="/x?id=7"> RSS </a> <a href="/news/feeding-the-poor">RSS feeds explained</a>
      <a href="https://feeds.elsewhere.example/x">Elsewhere</a> <a href="/comments/feed/">RSS</a> <a name="rss">RSS</a>
      <a href="/rss/#top">All</a>"""
    assert linked_feeds(html, HOME) == (
        "https://www.example.com/rss/",
        "https://www.example.com/x?id=7",
        "https://feeds.elsewhere.example/x",
    )


@pytest.mark.parametrize(
    "url",
    [
        *("/feed", "/feed/", "/news/rss", "/rss.xml", "/feed.json", "/atom.xml", "/index.rdf"),
        *("/?feed=rss2", "/rss/politics", "/all.rss", "/x?format=rss", "/newsRss.do", "/live-feed"),
        *("/feeds/posts/default?alt=rss", "/rssfeeds/-21.cms", "/news/rss_full.xml"),
    ],
)
def test_addresses_of_feeds(url):
    assert feed_like(f"https://x.example{url}")


@pytest.mark.parametrize(
    "url",
    [
        *("/", "/news", "/2026/03/feeding-the-poor", "/newsfeed-is-dead", "/tag/feed-the-world"),
        *("/about/rss-explained", "/atomic", "/news?from=rss", "/sitemap.xml", "/feed-1.html"),
    ],
)
def test_addresses_of_no_feeds(url):
    assert not feed_like(f"https://x.example{url}")


def test_the_sitemaps_of_robots_come_news_first():
    robots = parse(
        b"User-agent: *\nSitemap: https://news.example.com/sitemap.xml\nsitemap: /sitemap-news.xml\n"
        b"Sitemap: https://cdn.example.net/maps/google-news/1.xml\nSitemap: ftp://x/\nSitemap: /sitemap-news.xml\n"
    )
    assert named_sitemaps(robots.sitemaps, HOME) == (
        "https://www.example.com/sitemap-news.xml",
        "https://cdn.example.net/maps/google-news/1.xml",
        "https://news.example.com/sitemap.xml",
    )


def test_a_host_for_news_makes_no_sitemap_one_for_news():
    assert not news_like("https://news.example.com/sitemap.xml")
    assert news_like("https://example.com/sitemap.xml?type=news")


def test_guesses_are_at_the_root_and_start_with_the_commonest():
    assert guessed_feeds(HOME)[:2] == (
        "https://www.example.com/feed",
        "https://www.example.com/rss",
    )
    assert "https://www.example.com/sitemap-news.xml" in guessed_news_sitemaps(HOME)
    assert guessed_sitemaps(HOME)[0] == "https://www.example.com/sitemap.xml"


def test_a_site_tells_its_name():
    assert site_name(b'<meta property="og:site_name" content=" The  Post ">') == "The Post"
    assert site_name(b'<meta name="application-name" content="Post">') == "Post"
    assert site_name(b"<title>Front page</title><meta property='og:site_name' content=''>") is None
