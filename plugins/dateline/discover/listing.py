"""Listing pages: the articles that a page of links names, by a recipe or by what is usual."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from dateline.dates import in_utc, parse_date
from dateline.discover.document import NotAFeedError
from dateline.discover.entries import Draft, Entry
from dateline.discover.pages import base_of, read_page
from dateline.extract.addresses import article_likeness
from dateline.extract.recipes import read_rule
from dateline.text import clean
from dateline.urls import canonicalise, domain_of, host_of

if TYPE_CHECKING:
    from datetime import datetime

    from bs4.element import Tag

    from dateline.extract.recipes import ListingRules, Rule

_FURNITURE: Final = frozenset({"nav", "footer"})
_LIKELY: Final = 0.5
"""Likeness of an address that is an article's whatever its link says …"""
_POSSIBLE: Final = 0.15
"""… and of one that is if its link says as much as a headline."""
_HEADLINE_WORDS: Final = 4
_HEADLINE_LETTERS: Final = 25
_MOST: Final = 500


def read(
    body: bytes, content_type: str | None, url: str, rules: ListingRules | None, home_url: str
) -> Draft:
    """Read a listing page.

    Args:
        body: the page.
        content_type: of the answer; only its charset counts.
        url: where it came from; links are joined with it, or with the page's `<base>`.
        rules: the recipe; None: links of the same site that look like an article's.
        home_url: the source's home page: its domain is the same site, too.

    Raises:
        NotAFeedError: there are no such links; says which were looked for.
    """
    page = read_page(body, content_type)
    base = base_of(page, url)
    if rules is None:
        entries = _usual(page, base, {domain_of(host_of(one)) for one in (url, home_url)})
        missing = "no link looks like an article's"
    else:
        entries = _marked(page, base, rules)
        matches = page.select_one(rules.links) is not None
        missing = f"{rules.links} matches {'nothing with a wanted link' if matches else 'nothing'}"
    if not entries:
        raise NotAFeedError(f"no_links: {missing}")
    title = page.title.get_text() if page.title else None
    language = page.html.get("lang") if page.html else None
    return Draft(
        tuple(entries), base, title=title, language=language if isinstance(language, str) else None
    )


def _usual(page: Tag, base: str, domains: set[str]) -> list[Entry]:
    """Links that look like an article's, each with the longest text that links to it."""
    texts: dict[str, str] = {}
    for link in page.select("a[href]"):
        address = canonicalise(str(link["href"]), base)
        if address is None or domain_of(host_of(address)) not in domains:
            continue
        if any(parent.name in _FURNITURE for parent in link.parents):
            continue
        text = clean(link.get_text(" "))
        if len(text) >= len(texts.get(address, "")):
            texts[address] = text
    likely = [address for address, text in texts.items() if _is_article(address, text)]
    return [Entry(links=(address,), title=texts[address] or None) for address in likely[:_MOST]]


def _is_article(address: str, text: str) -> bool:
    likeness = article_likeness(address)
    if likeness >= _LIKELY:
        return True
    # Scripts without spaces make a headline of one word.
    words = len(text.split())
    says_much = words >= _HEADLINE_WORDS or (words == 1 and len(text) >= _HEADLINE_LETTERS)
    return likeness >= _POSSIBLE and says_much


def _marked(page: Tag, base: str, rules: ListingRules) -> list[Entry]:
    found: dict[str, Entry] = {}
    for item in page.select(rules.links):
        address = canonicalise(_link(item, rules.link), base)
        if address and address not in found and _wanted(address, rules):
            found[address] = _entry(item, address, rules)
        if len(found) == rules.limit:
            break
    return list(found.values())


def _link(item: Tag, rule: Rule | None) -> str:
    if rule:
        rule = replace(rule, attribute=rule.attribute or "href")
        return next(iter(read_rule(item, "link", rule)[0]), "")
    anchor = _anchor(item, "a[href]")
    return str(anchor["href"]) if anchor else ""


def _anchor(item: Tag, selector: str) -> Tag | None:
    return item if item.name == "a" and item.get("href") else item.select_one(selector)


def _wanted(address: str, rules: ListingRules) -> bool:
    if rules.include and not re.search(rules.include, address):
        return False
    return not (rules.exclude and re.search(rules.exclude, address))


def _entry(item: Tag, address: str, rules: ListingRules) -> Entry:
    def text(field: str, rule: Rule | None) -> str | None:
        return next(iter(read_rule(item, field, rule)[0]), None) if rule else None

    title = text("title", rules.title)
    if rules.title is None:
        link = _anchor(item, rules.link.selector if rules.link else "a[href]")
        title = clean(link.get_text(" ")) if link else None
    return Entry(
        links=(address,),
        title=title or None,
        summary=text("summary", rules.summary),
        published=_date(text("published", rules.published)),
    )


def _date(text: str | None) -> datetime | None:
    found = parse_date(text) if text else None
    return in_utc(found.at) if found else None
