"""Whose a URL is: the source of its registered domain."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dateline.model import Source
from dateline.urls import domain_of, host_of

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Owners:
    """Registered domain → slug of its source.

    Attributes:
        domains: the sources' own domains, and those that only one source has its feeds on.
        only: the slug that all URLs belong to, whatever their domain.
    """

    domains: dict[str, str] = field(default_factory=dict)
    only: str | None = None

    def of(self, url: str) -> str | None:
        """The slug of the source, None if nobody is known by that domain."""
        return self.only or self.domains.get(domain_of(host_of(url)))


def owners(sources: Iterable[Source]) -> Owners:
    """Who has which domain; of several sources at one domain the first by slug has it."""
    homes: dict[str, str] = {}
    feeds: dict[str, str] = {}
    claims: Counter[str] = Counter()
    for source in sorted(sources, key=lambda item: item.slug):
        homes.setdefault(domain_of(host_of(source.home_url)), source.slug)
        for domain in {domain_of(host_of(feed.url)) for feed in source.feeds}:
            feeds[domain] = source.slug
            claims[domain] += 1
    shared = {domain for domain, count in claims.items() if count > 1}  # a service for feeds
    return Owners({k: v for k, v in feeds.items() if k not in shared} | homes)


def stranger(url: str, taken: Iterable[str]) -> Source:
    """A source for the domain of a URL that nobody is known by: named after it, and disabled.

    Args:
        url: absolute.
        taken: slugs that are in use.
    """
    domain = domain_of(host_of(url))
    slug = base = re.sub(r"[^a-z0-9]+", "-", domain.lower()).strip("-") or "unknown"
    used, number = set(taken), 2
    while slug in used:
        slug, number = f"{base}-{number}", number + 1
    return Source(slug, domain, f"https://{domain}/", (), tags=("warc",), enabled=False)
