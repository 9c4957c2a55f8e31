"""Links that lead away from the publisher: advertisements and syndication, as a rule."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from dateline.urls import domain_of, host_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dateline.model import Candidate


def mark_foreign(listed: tuple[Candidate, ...], own: Iterable[str | None]) -> tuple[Candidate, ...]:
    """The candidates, those of a foreign registered domain marked with it.

    Own are the domains of the given addresses and the one that more than half of the candidates
    lead to. The same name under another suffix (bbc.com, bbc.co.uk) is the same publisher.

    Args:
        listed: what one feed lists.
        own: addresses of the source: its home page, the feed itself, the site the feed names.
    """
    domains = [domain_of(host_of(candidate.url)) for candidate in listed]
    names = {_name(domain_of(host_of(url))) for url in own if url}
    for domain, count in Counter(domains).most_common(1):
        if 2 * count > len(domains):
            names.add(_name(domain))
    names.discard("")
    return tuple(
        candidate if not names or _name(domain) in names else replace(candidate, foreign=domain)
        for candidate, domain in zip(listed, domains, strict=True)
    )


def _name(domain: str) -> str:
    """The label that a publisher chose ("bbc"); an address of numbers is its own."""
    first = domain.partition(".")[0]
    return domain if not first or first.isdigit() or domain.startswith("[") else first
