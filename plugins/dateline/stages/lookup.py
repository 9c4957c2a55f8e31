"""A publisher's feeds and sitemaps, found from any of its addresses.

the address ─► it is one itself
            └► feeds that it names ─► feeds that it links to ─► the usual addresses
               and robots.txt ─► a news sitemap ─► the usual ones ─► else any sitemap
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dateline.discover import ParsedFeed, parse_feed
from dateline.discover.autodiscover import (
    find_feeds,
    guessed_feeds,
    guessed_news_sitemaps,
    guessed_sitemaps,
    linked_feeds,
    named_sitemaps,
    news_like,
    site_name,
)
from dateline.errors import SettingsError
from dateline.fetch.rulebook import Rules
from dateline.model import FeedKind, FeedSpec, Politeness, Source
from dateline.stages.scout import Scout, Tried
from dateline.text import slugify
from dateline.urls import canonicalise, domain_of, host_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from dateline.extract.recipes import ListingRules
    from dateline.fetch import Response
    from dateline.settings import Settings

MAX_FEEDS = 5
"""Feeds of a publisher that are taken, and news sitemaps that are looked at."""
_FRESH = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Seen:
    """A feed, sitemap or listing page that works, and what it holds."""

    url: str
    kind: FeedKind
    parsed: ParsedFeed
    at: datetime

    @property
    def is_news(self) -> bool:
        """Whether a sitemap is one for news: by its entries; if it has none, by its name."""
        listed = self.parsed.candidates
        if any(one.published for one in listed):
            return True
        newest = max((one.updated for one in listed if one.updated), default=None)
        fresh = not listed or (newest is not None and newest >= self.at - _FRESH)
        return news_like(self.url) and not self.parsed.children and fresh

    def describe(self) -> str:
        """In words: what it is, with numbers."""
        if self.parsed.children:
            return f"an index of {len(self.parsed.children)} sitemaps"
        listed = self.parsed.candidates
        name = (
            "a news sitemap"
            if self.kind is FeedKind.SITEMAP and self.is_news
            else _NAMES[self.kind]
        )
        newest = max((at for one in listed if (at := one.published or one.updated)), default=None)
        last = f", the newest of {newest:%Y-%m-%d %H:%M} UTC" if newest else ""
        return f"{name} with {len(listed)} {'entry' if len(listed) == 1 else 'entries'}{last}"


_NAMES = {
    FeedKind.FEED: "a feed",
    FeedKind.SITEMAP: "a sitemap",
    FeedKind.LISTING: "a listing page",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a look at a publisher gave.

    Attributes:
        source: ready to be stored.
        seen: what it polls.
        tried: all addresses, these included, with what came of them.
    """

    source: Source
    seen: tuple[Seen, ...]
    tried: tuple[Tried, ...]


def look_up(
    settings: Settings,
    url: str,
    wanted: Source,
    *,
    listing: bool = False,
    rules: ListingRules | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Found:
    """Make a source of any address of a publisher; what `wanted` leaves empty is filled in.

    Args:
        settings: limits of a fetch.
        url: a feed, a sitemap, or a page whose site is searched for them.
        wanted: what is decided already.
        listing: the address is a listing page.
        rules: the recipe of a listing page; None: links that look like an article's.
        sleep: how to pause between two requests to a host.

    Raises:
        SettingsError: the address cannot be fetched, or nothing to poll was found; tells all that
            was tried, and what to do.
    """
    politeness = Politeness(delay=wanted.delay, allow_private=wanted.allow_private)
    with Scout(settings, politeness, sleep=sleep) as scout:
        answer = scout.first(url)
        if listing:
            seen = [_listing(scout, answer, rules)]
        elif own := _see(scout, answer, FeedKind.FEED) or _see(scout, answer, FeedKind.SITEMAP):
            seen = [own]
        else:
            seen = _search(scout, answer)
        if not seen:
            raise SettingsError(_nothing(scout, url, answer))
        return Found(_source(wanted, url, answer, seen), tuple(seen), scout.tried)


def _search(scout: Scout, answer: Response) -> list[Seen]:
    feeds = _feeds(scout, answer)
    sitemaps = list(_sitemaps(scout, answer, thorough=not feeds))
    news = next((one for one in sitemaps if one.is_news), None)
    if feeds or news:
        return [*feeds, *([news] if news else [])]
    return sitemaps[:1]


def _feeds(scout: Scout, answer: Response) -> list[Seen]:
    page, url = answer.body, answer.final_url
    feeds = _working(scout, find_feeds(page, url), most=MAX_FEEDS)
    if not feeds:
        feeds = _working(scout, linked_feeds(page, url)[:MAX_FEEDS], most=MAX_FEEDS, follow=True)
    home = canonicalise("/", url)
    if not feeds and home and home != url and (front := scout.ask(home)):
        scout.note(home, "a page")
        feeds = _working(scout, find_feeds(front.body, front.final_url), most=MAX_FEEDS)
    if feeds:
        return feeds
    # What robots.txt names as a sitemap is looked at as one.
    sitemaps = _named(scout, url)
    return _first(scout, (guess for guess in guessed_feeds(url) if guess not in sitemaps))


def _working(
    scout: Scout, addresses: Iterable[str], *, most: int, follow: bool = False
) -> list[Seen]:
    """Those that are feeds, each content once; `follow` looks into a page of feeds as well."""
    found: dict[frozenset[str], Seen] = {}
    for address in addresses:
        if len(found) == most:
            scout.note(address, f"not asked: {most} will do")
            continue
        answer = scout.ask(address, obey=False)
        seen = _see(scout, answer, FeedKind.FEED, address) if answer else None
        if seen:
            found.setdefault(frozenset(one.url for one in seen.parsed.candidates), seen)
        elif answer and follow and not found:
            named = find_feeds(answer.body, answer.final_url)
            named += linked_feeds(answer.body, answer.final_url)
            return _working(scout, named[: 2 * MAX_FEEDS], most=most)
    return list(found.values())


def _first(scout: Scout, guessed: Iterable[str]) -> list[Seen]:
    for address in guessed:
        answer = scout.ask(address)
        if answer and (seen := _see(scout, answer, FeedKind.FEED, address)):
            return [seen]
    return []


def _sitemaps(scout: Scout, answer: Response, *, thorough: bool) -> Iterator[Seen]:
    """Working sitemaps, until one for news is found; then it is the last.

    `thorough` also tries where a plain one usually is.
    """
    url = answer.final_url
    named = _named(scout, url)
    news = [address for address in named if news_like(address)]
    others = [address for address in named if not news_like(address)][:2]
    guessed = () if news else guessed_news_sitemaps(url)
    plain = guessed_sitemaps(url) if thorough and not others else ()
    for address in (*news[:MAX_FEEDS], *others, *guessed, *plain):
        for seen in _with_news_children(scout, address):
            yield seen
            if seen.is_news:
                return


def _named(scout: Scout, url: str) -> tuple[str, ...]:
    rules = scout.rules(url)
    return named_sitemaps(rules.robots.sitemaps, url) if isinstance(rules, Rules) else ()


def _with_news_children(scout: Scout, address: str) -> Iterator[Seen]:
    answer = scout.ask(address)
    seen = _see(scout, answer, FeedKind.SITEMAP, address) if answer else None
    if seen is None:
        return
    yield seen
    children = [child.url for child in seen.parsed.children if news_like(child.url)]
    for child in children[:2]:
        answer = scout.ask(child)
        if answer and (inner := _see(scout, answer, FeedKind.SITEMAP, child)):
            yield inner


def _see(scout: Scout, answer: Response, kind: FeedKind, url: str | None = None) -> Seen | None:
    """What an answer is, if it can be polled as that kind; noted."""
    address = url or canonicalise(answer.final_url) or answer.final_url
    parsed = _parse(answer, kind)
    usable = parsed.candidates or parsed.children or (url and news_like(url) and not parsed.problem)
    seen = Seen(address, kind, parsed, answer.fetched_at) if usable else None
    if seen or url:
        scout.note(address, seen.describe() if seen else parsed.problem or "no entries")
    return seen


def _parse(answer: Response, kind: FeedKind, rules: ListingRules | None = None) -> ParsedFeed:
    return parse_feed(
        answer.body,
        url=answer.final_url,
        content_type=answer.header("content-type"),
        now=answer.fetched_at,
        kind=kind,
        listing=rules,
    )


def _listing(scout: Scout, answer: Response, rules: ListingRules | None) -> Seen:
    parsed = _parse(answer, FeedKind.LISTING, rules)
    address = canonicalise(answer.final_url) or answer.final_url
    if not parsed.candidates:
        raise SettingsError(
            f"{address}: {parsed.problem}: a recipe can tell which links are articles"
            " (see CONTRIBUTING.md; `dateline recipe try URL --listing` tries one)"
        )
    seen = Seen(address, FeedKind.LISTING, parsed, answer.fetched_at)
    scout.note(address, seen.describe())
    return seen


def _nothing(scout: Scout, url: str, answer: Response) -> str:
    tried = "".join(f"\n  {one.url}: {one.said}" for one in scout.tried)
    links = len(_parse(answer, FeedKind.LISTING).candidates)
    advice = "give the address of a feed or sitemap, if you know one"
    if links:
        advice += (
            f"; or poll the page itself, which links to what looks like {links} articles:"
            f" dateline sources add {url} --listing"
        )
    return f"{url}: found no feed and no sitemap. Tried:{tried}\n{advice}"


def _source(wanted: Source, url: str, answer: Response, seen: list[Seen]) -> Source:
    first = seen[0].parsed
    parts = urlsplit(answer.final_url)
    name = wanted.name or site_name(answer.body) or first.title or host_of(answer.final_url)
    languages = (one.language for found in seen for one in found.parsed.candidates)
    return replace(
        wanted,
        slug=wanted.slug or slugify(name) or slugify(domain_of(host_of(url))),
        name=name,
        home_url=f"{parts.scheme}://{parts.netloc}/",
        feeds=tuple(FeedSpec(found.url, kind=found.kind) for found in seen),
        language=wanted.language or first.language or next(filter(None, languages), None),
    )
