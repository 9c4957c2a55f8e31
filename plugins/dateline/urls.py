"""URLs: parsed as browsers do, cleaned of what only tracks, and compared by a natural key.

`canonicalise` gives the address to fetch: it never drops what could change the answer. `url_key`
gives the identity of an article: it also folds away the twins (http and https, www, mobile, AMP
and print editions) under which publishers serve the same text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import ada_url
import tldextract

from dateline.tracking import tracks
from dateline.wrappers import target_of

MAX_LENGTH: Final = 2000
"""Longer addresses are traps or data, not articles; it also keeps `url_key` indexable."""

_MOST_WRAPPERS: Final = 8
"""Redirectors within redirectors; as each is shorter than the one around it, this ends anyway."""

_STRIPPED: Final = "\ufeff\u200b\u200e\u200f"
"""Invisible characters that survive copying into feeds; whitespace goes as well."""

_TWIN_PARAMETERS: Final = frozenset({"amp", "rss", "rssfeed", "print", "printable"})
_TWIN_VALUES: Final = frozenset({"", "1", "true", "yes"})
_TWIN_PAIRS: Final = frozenset(
    {"outputtype=amp", "output=amp", "view=amp", "mode=amp", "format=amp", "print=print"}
)

_TWIN_HOST: Final = re.compile(r"^(?:www\.)?(?:(?:m|mobile|amp)\.)?(?:www\.)?(?=[^.]+\.[^.])")
_TWIN_PATH: Final = re.compile(r"(?<=[^/])(?:/(?:amp|print)/?$|\.amp(?=\.html?$|/?$))")
_INDEX: Final = re.compile(
    r"/(?:index\.(?:html?|php|aspx?|jsp)|default\.(?:html?|aspx?))$", re.IGNORECASE
)
_ESCAPE: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_BARE: Final = frozenset(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$'()*,:;@"
)
"""Spelt bare in keys: the unreserved characters (RFC 3986), and those reserved for nothing here."""
_ESCAPED: Final = {ord(char): f"%{ord(char):02X}" for char in "[]^`{|}"}
"""Spelt escaped in keys: browsers leave these bare here and escape them there."""

_domains = tldextract.TLDExtract(
    cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True
)
"""The packaged snapshot of the Public Suffix List: no download, no cache on disk."""


def canonicalise(url: str, base: str | None = None) -> str | None:
    """The address to fetch and store, or None if it is not one of the web.

    Parsed by the WHATWG URL standard. Credentials, default port, fragment (but for "#!") and
    parameters that only track are dropped; the order of the rest is kept.

    Args:
        url: as found, absolute or relative, maybe wrapped in white space.
        base: absolute URL that a relative `url` is joined with.

    Returns:
        An absolute http(s) URL in ASCII, at most `MAX_LENGTH` long; a fixed point of this function.
    """
    href = _parse(url, base)
    if href is None:
        return None
    # From here on plain text will do: the grammar of a serialised URL is strict.
    scheme, _, rest = href.partition("://")
    authority, _, rest = rest.partition("/")
    rest, _, fragment = rest.partition("#")
    path, _, query = rest.partition("?")
    host = _host(authority)
    if host is None:
        return None
    clean = f"{scheme}://{host}/{path}"
    if query := query and _without_tracking(query):
        clean += f"?{query}"
    if fragment[:1] == "!" and fragment != "!":
        clean += f"#{fragment}"
    return clean if len(clean) <= MAX_LENGTH else None


def unwrap(url: str) -> str:
    """The address that a redirector's or an AMP cache's address holds, or `url` itself.

    Args:
        url: canonicalised.

    Returns:
        Canonicalised; a fixed point of this function.
    """
    for _ in range(_MOST_WRAPPERS):
        target = target_of(url)
        inner = canonicalise(target) if target else None
        if inner is None:
            break
        url = inner
    return url


def url_key(url: str) -> str:
    """The natural key of an article's URL: equal for addresses that serve the same article.

    Scheme, www./m./amp. hosts, trailing slash, index pages, fragment, tracking, AMP and print
    variants are folded, redirectors unwrapped, the query is sorted. The case of paths, ports and
    other parameters stay.

    Args:
        url: an absolute http(s) URL, canonicalised or not.

    Returns:
        "host[:port]/path?query" in ASCII; for anything else than a URL the text itself, stripped.
    """
    clean = canonicalise(url)
    if clean is None:
        return url.strip()
    rest = unwrap(clean).partition("://")[2]
    rest, _, fragment = rest.partition("#")
    rest, _, query = rest.partition("?")
    host, _, path = rest.partition("/")
    key = _TWIN_HOST.sub("", host, count=1) + _path_key(path)
    if query:
        key += _query_key(query)
    return f"{key}#{fragment}" if fragment else key


def host_of(url: str) -> str:
    """Host of an absolute URL: "host" or "host:port", lower case, punycode; "" if it has none."""
    try:
        return ada_url.URL(url).host
    except ValueError:
        return ""


@lru_cache(maxsize=65536)
def domain_of(host: str) -> str:
    """Registered domain ("bbc.co.uk") of a host by the Public Suffix List, private part included.

    A host without one (an IP address, localhost, a name within the network) is returned as it is,
    with its port: such hosts are told apart by port.
    """
    name = host if host.startswith("[") else host.partition(":")[0]
    return _domains.extract_str(name).top_domain_under_public_suffix or host


def _parse(url: str, base: str | None) -> str | None:
    """The serialised absolute URL, "scheme://authority/…", or None."""
    url = url.strip().strip(_STRIPPED)
    if not url:  # as a reference it would mean the base itself
        return None
    try:
        href = ada_url.normalize_url(url) if base is None else ada_url.join_url(base, url)
    except ValueError:  # also UnicodeEncodeError, for lone surrogates
        return None
    return href if href.startswith(("http://", "https://")) else None


def _host(authority: str) -> str | None:
    """Host and port without credentials and without the dot of the root domain."""
    host = authority.rpartition("@")[2]
    name, colon, port = host.partition(":")
    if name.endswith("."):
        name = name[:-1]
        if name.endswith(".") or not name:
            return None
        host = f"{name}{colon}{port}"
    # "http://http://host/" parses, with "http" as its host.
    return None if name in {"http", "https"} else host


def _without_tracking(query: str) -> str:
    if "&amp;" in query:  # escaped twice by the feed's author
        query = re.sub(r"&(?:amp;)+", "&", query)
    pairs = query.split("&")
    kept = [pair for pair in pairs if not tracks(pair)]
    return query if len(kept) == len(pairs) else "&".join(kept) if any(kept) else ""


def _path_key(path: str) -> str:
    path = _unescape(re.sub("/{2,}", "/", f"/{path}"))
    path = _INDEX.sub("", path)
    return _TWIN_PATH.sub("", path).rstrip("/")


def _query_key(query: str) -> str:
    pairs = sorted(
        pair[:-1] if pair.find("=") == len(pair) - 1 else pair
        for pair in _unescape(query.replace("+", "%20")).split("&")
        if pair.strip("=") and not _twin(pair)
    )
    return "?" + "&".join(pairs) if pairs else ""


def _twin(pair: str) -> bool:
    name, _, value = pair.lower().partition("=")
    return (name in _TWIN_PARAMETERS and value in _TWIN_VALUES) or pair.lower() in _TWIN_PAIRS


def _unescape(text: str) -> str:
    """Spell escapes alike (RFC 3986, 6.2.2), those that remain in capitals."""
    text = text.translate(_ESCAPED)
    return _ESCAPE.sub(_spell, text) if "%" in text else text


def _spell(match: re.Match[str]) -> str:
    character = chr(int(match[0][1:], 16))
    return character if character in _BARE else match[0].upper()
