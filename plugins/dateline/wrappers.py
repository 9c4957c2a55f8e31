"""Addresses that hold another address: redirectors, click counters and AMP caches.

Told by their form, not by their site: a word for "redirect" at the place where the resource is
named, and a whole address where its target belongs. What is not told for certain stays as it is:
following the redirect costs one request, a wrong guess costs the article.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

_WRAPPER: Final = re.compile(
    r"(?:[a-z]{0,12}[-_]?(?:redir|redirect|redirector|redirection|click|clickthru|clickthrough))"
    r"|r|rd|l|t|ck|go|goto|go2|out|outbound|outgoing|outlink|link|linkout|url|away|leave|leaving"
    r"|exit|jump|visit|track|tracker|tracking",
    re.IGNORECASE,
)
_EXTENSION: Final = re.compile(r"\.(?:php|aspx?|html?|cgi|do|jsp|ashx)$", re.IGNORECASE)
_TARGET: Final = re.compile(
    r"u(?:rl|ri)?|q|to|link|href|out|goto|rurl|target(?:_?url)?|dest(?:ination|_url)?"
    r"|redir(?:ect(?:_to|_?url)?)?",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"https?://[^/?#\s]+\.[^/?#\s]+(?:/[^?#]|/?\?.)", re.IGNORECASE)
"""An address with a path or a query: no article is a bare front page."""
_IN_PATH: Final = re.compile(
    r"/(?:[^/?#]*/)*?(?:(?P<word>[^/?#]+)/|[^/?#]*\*)(?P<target>https?(?::|%3a)(?:/|%2f){2}[^\s]+)",
    re.IGNORECASE,
)
_AMP_CACHE: Final = re.compile(
    r"https?://(?:(?:[a-z0-9-]+\.)?cdn\.ampproject\.org/[a-z]|(?:www\.)?google(?:\.[a-z]{2,3}){1,2}/amp)"
    r"/(s/)?([^/]+\.[^/]+/.+)"
)


def target_of(url: str) -> str | None:
    """The address within another one, as written there, decoded; None if there is none for sure.

    Args:
        url: absolute, canonicalised.
    """
    if (".ampproject.org/" in url or "/amp/" in url) and (cached := _AMP_CACHE.match(url)):
        return f"http{'s' if cached[1] else ''}://{cached[2]}"
    if url.find("http", 4) < 0:
        return None
    host, slash, rest = url.partition("://")[2].partition("/")
    path, _, query = rest.partition("?")
    return _in_path(slash + rest) or (_in_query(query) if _wraps(host, path) else None)


def _wraps(host: str, path: str) -> bool:
    """Whether the resource's name, or the host's where it has none, is a redirector's."""
    last = path.rstrip("/").rpartition("/")[2]
    name = _EXTENSION.sub("", last) if last else host.partition(".")[0]
    return _WRAPPER.fullmatch(name) is not None


def _in_path(path: str) -> str | None:
    """As in "/rss/*https://target" and "/redirect/https%3A%2F%2Ftarget"."""
    match = _IN_PATH.match(path)
    if match is None or (match["word"] and not _WRAPPER.fullmatch(match["word"])):
        return None
    found = match["target"]
    if "://" not in found:
        found = unquote(found.partition("?")[0])  # the query is the wrapper's own
    return found if _ADDRESS.match(found) else None


def _in_query(query: str) -> str | None:
    """The only parameter whose name says target and whose value is an address."""
    pairs = query.split("&")
    found = [
        (position, value)
        for position, (name, _, value) in enumerate(pair.partition("=") for pair in pairs)
        if _TARGET.fullmatch(name) and _ADDRESS.match(unquote(value))
    ]
    if len(found) != 1:
        return None
    position, value = found[0]
    if "?" in value and position + 1 < len(pairs):
        return None  # written unescaped: whose are the parameters behind it?
    return unquote(value)
