"""WebSub as it is on the wire: which hub a feed names, and whether a push is signed. Pure.

https://www.w3.org/TR/websub/; how a subscription goes on is in `subscription.py`.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import ada_url

from dateline.urls import MAX_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Possessive throughout: a header of 256 KiB is read in one pass, whatever is in it.
_TARGET: Final = re.compile(r"<([^<>]*+)>")
_PARAMETER: Final = re.compile(
    r'\s*+;\s*+([^\s=;,"<>]*+)\s*+(?:=\s*+("(?:[^"\\]|\\.)*+"|[^\s;,"<>]*+))?'
)
_PLAIN: Final = re.compile(r"https?://[!-~]+", re.IGNORECASE)
_SIGNATURE: Final = re.compile(r"\s*(sha1|sha256|sha384|sha512)=([0-9a-f]+)\s*", re.IGNORECASE)


def advertised(
    headers: Sequence[tuple[str, str]], hub: str | None, topic: str | None, url: str
) -> tuple[str, str] | None:
    """The hub of a feed and the feed's address there, or None if it names no hub.

    Both are kept letter for letter, for the hub compares them so; only a relative or unescaped one
    is resolved and escaped.

    Args:
        headers: of the answer. Its Link headers (RFC 8288) win over what the body says.
        hub: what the body says (`ParsedFeed`), absolute or relative, or None.
        topic: likewise.
        url: where the answer came from, after redirects; the topic where none is named.
    """
    header_hub = header_topic = None
    for target, relations in _links(headers):
        if "hub" in relations:
            header_hub = header_hub or _absolute(target, url)
        if "self" in relations:
            header_topic = header_topic or _absolute(target, url)
    found = header_hub or _absolute(hub, url)
    return (found, header_topic or _absolute(topic, url) or url) if found else None


def _links(headers: Sequence[tuple[str, str]]) -> Iterator[tuple[str, frozenset[str]]]:
    """Target and relations of every link of this document; those with an anchor are another's."""
    for name, value in headers:
        if name.lower() != "link":
            continue
        position = 0
        while link := _TARGET.search(value, position):
            position = link.end()
            parameters: dict[str, str] = {}
            while parameter := _PARAMETER.match(value, position):
                position = parameter.end()
                # A second `rel` does not count (RFC 8288, 3.3).
                parameters.setdefault(parameter[1].lower(), _unquoted(parameter[2] or ""))
            if "anchor" not in parameters:
                yield link[1], frozenset(parameters.get("rel", "").lower().split())


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if value.startswith('"') else value


def _absolute(target: str | None, base: str) -> str | None:
    """The target as an http(s) URL of a bearable length, or None."""
    if not target or not target.strip():
        return None
    try:
        joined = ada_url.join_url(base, target.strip())
    except ValueError:  # also UnicodeEncodeError, for lone surrogates
        return None
    found = target.strip() if _PLAIN.fullmatch(target.strip()) else joined
    usable = joined.startswith(("http://", "https://")) and len(found) <= MAX_LENGTH
    return found if usable else None


@dataclass(frozen=True, slots=True)
class Signature:
    """What X-Hub-Signature says: the name of the hash, and the HMAC in lower-case hexadecimal."""

    algorithm: str
    digest: str

    @classmethod
    def read(cls, header: str | None) -> Signature | None:
        """The header's signature; None if there is none by a hash that WebSub names."""
        match = _SIGNATURE.fullmatch(header or "")
        return cls(match[1].lower(), match[2].lower()) if match else None

    def begin(self, secret: str) -> hmac.HMAC:
        """The HMAC to be updated with the body, piece by piece."""
        return hmac.new(secret.encode(), digestmod=self.algorithm)

    def matches(self, computed: hmac.HMAC) -> bool:
        """Whether it is that of the body, compared in a time that does not depend on it."""
        return hmac.compare_digest(computed.hexdigest(), self.digest)


def is_local(address: str) -> bool:
    """Whether an address is of this machine or network, so that no hub outside can reach it."""
    host = urlsplit(address).hostname or ""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal"))
