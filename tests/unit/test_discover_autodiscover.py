"""The feeds that a home page names."""

from __future__ import annotations

from dateline.discover import find_feeds

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
