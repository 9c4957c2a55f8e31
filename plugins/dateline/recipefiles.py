"""Recipe files: `dags/recipes/*.toml`, read with every mistake named, and their golden pages.

    hosts = ["post.example"]

    [[version]]
    valid_until = 2026-06-30
    title = "h1.headline"
    authors = { selector = ".byline", pattern = "By (.+)", split = " and " }
    published = { selector = "time", attribute = "datetime" }
    body = "div.story > p"
    remove = ["aside", ".promo"]

    [[version]]
    valid_from = 2026-07-01
    …

    [listing]
    links = "ol.latest > li"
    title = "h3"
    published = { selector = "time", attribute = "datetime" }
    exclude = '/advertorial/'

A field is a selector, or a table of `extract.recipes.Rule`'s keys; `Version`, `ListingRules` and
`Recipe` tell what the others mean. A file needs a version or a listing.

Beside NAME.toml, NAME/PAGE.html (or .html.gz) is a page as it was served, and NAME/PAGE.json what
must be read off it: {"url": …, "fetched": "2026-05-01", "expected": {field: value}}, or for a
listing page "links": [{"url": …, "title": …, …}, …] in the place of "expected".
"""

# ruff: noqa: TRY004 (ValueError is what a reader of settings catches, whatever is wrong)
from __future__ import annotations

import gzip
import json
import re
import tomllib
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from dateline import source_values as check
from dateline.discover import parse_feed
from dateline.errors import SettingsError
from dateline.extract import extract, record
from dateline.extract.recipes import FIELDS, ListingRules, Recipe, Rule, Version
from dateline.model import Article, FeedKind, Hints, Page
from dateline.sources import Table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*")
_MOST_LINKS = 1000
_KEYS = {"published": "published_at", "modified": "modified_at", "image": "image_url"}


def load_recipe(path: Path) -> Recipe:
    """Read one recipe file.

    Raises:
        SettingsError: names the file and, for every mistake in it, version, key and reason.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: not valid TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not UTF-8 text") from error
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
    problems: list[str] = []
    recipe = _recipe(path.stem, document, problems)
    if problems:
        raise SettingsError("\n".join(f"{path}: {problem}" for problem in problems))
    return recipe


def find_recipe(folder: Path, name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        SettingsError: there is none, or its file is broken.
    """
    path = folder / f"{name}.toml"
    if not path.is_file():
        names = sorted(file.stem for file in folder.glob("*.toml"))
        known = f": there are {', '.join(names)}" if names else ""
        raise SettingsError(
            f"no recipe {name!r} in {folder}{known}{check.closest(name, names)}"
            " (DATELINE_RECIPES names another folder)"
        )
    return load_recipe(path)


def golden_pages(path: Path) -> list[Path]:
    """The JSON files of a recipe's golden pages, by name."""
    return sorted(path.with_suffix("").glob("*.json"))


def golden_differences(recipe: Recipe, golden: Path) -> list[str]:
    """How what is read off a golden page differs from what is expected: one line a field.

    Raises:
        SettingsError: the JSON is no golden file, or its page is missing.
    """
    try:
        given = json.loads(golden.read_text(encoding="utf-8"))
        url, links = str(given["url"]), given.get("links")
        expected = dict(given["expected"]) if links is None else {}
        fetched = datetime.fromisoformat(given["fetched"]).replace(tzinfo=UTC)
    except (ValueError, KeyError, TypeError) as error:
        raise SettingsError(
            f"{golden}: must hold url, fetched (a day) and expected (field: value) or links:"
            f" {error!r}"
        ) from error
    headers = (("Content-Type", str(given.get("content_type", "text/html; charset=utf-8"))),)
    page = Page(url, url, 200, headers, _page_beside(golden), fetched)
    if links is not None:
        return _listing_differences(recipe, page, links)
    found = extract(page, Hints(), now=fetched + timedelta(days=1), recipe=recipe)
    if not isinstance(found, Article):
        return [f"no article: {found.state}, {found.reason}"]
    values = json.loads(json.dumps(record(found)))
    differences = [
        f"{name}: {values.get(name)!r}, expected {wanted!r}"
        for name, wanted in expected.items()
        if values.get(name) != wanted
    ]
    missed = ((field, found.provenance.get(_KEYS.get(field, field), {})) for field in FIELDS)
    return differences + [
        f"{field}: {note['recipe_missed']}" for field, note in missed if "recipe_missed" in note
    ]


def _listing_differences(recipe: Recipe, page: Page, links: list[dict[str, Any]]) -> list[str]:
    if recipe.listing is None:
        return ["links: the recipe has no [listing]"]
    found = parse_feed(
        page.body,
        url=page.url,
        content_type=page.header("content-type"),
        now=page.fetched_at + timedelta(days=1),
        kind=FeedKind.LISTING,
        listing=recipe.listing,
    )
    if found.problem:
        return [f"links: {found.problem}"]
    read = [json.loads(json.dumps(asdict(one), default=str)) for one in found.candidates]
    differences = [
        f"links: number {number}: {name}: {one.get(name)!r}, expected {value!r}"
        for number, (one, wanted) in enumerate(zip(read, links, strict=False), start=1)
        for name, value in wanted.items()
        if one.get(name) != value
    ]
    if len(read) != len(links):
        differences.append(f"links: {len(read)} found, expected {len(links)}")
    return differences


def _page_beside(golden: Path) -> bytes:
    plain, packed = golden.with_suffix(".html"), golden.with_suffix(".html.gz")
    if plain.is_file():
        return plain.read_bytes()
    if packed.is_file():
        return gzip.decompress(packed.read_bytes())
    raise SettingsError(f"{golden}: its page {plain.name} (or {packed.name}) is missing")


def _recipe(name: str, document: dict[str, Any], problems: list[str]) -> Recipe:
    table = Table(document, "recipe")
    nobody: tuple[str, ...] = ()
    nothing: list[dict[str, Any]] = []
    hosts = table.take("hosts", _hosts, nobody)
    listing = table.take("listing", _listing, None)
    raw = table.take("version", _tables, nothing)
    if not (raw or listing or table.problems):
        table.problem("version: is missing, and so is listing: one of them must be there")
    table.finish()
    problems += table.problems
    versions = []
    for number, values in enumerate(raw, start=1):
        inner = Table(values, f"version number {number}")
        versions.append(_version(inner))
        problems += inner.problems
    for i, one in enumerate(versions):
        for j, other in enumerate(versions[:i]):
            if _overlap(one, other):
                problems.append(
                    f"version number {i + 1}: valid_from: it shares days with version number"
                    f" {j + 1}: end that one with valid_until"
                )
    return Recipe(name, tuple(versions), hosts, listing)


def _version(table: Table) -> Version:
    rules = {
        field: rule for field in FIELDS if (rule := table.take(field, _rule, None)) is not None
    }
    nothing: tuple[str, ...] = ()
    version = Version(
        rules=rules,
        remove=table.take("remove", _selectors, nothing),
        valid_from=table.take("valid_from", _day, None),
        valid_until=table.take("valid_until", _day, None),
    )
    if not rules and not version.remove and not table.problems:
        table.problem(f"has no rule: give one of {', '.join(FIELDS)}, remove")
    first, last = version.valid_from, version.valid_until
    if first and last and last < first:
        table.problem(f"valid_until: {last} is before valid_from, {first}")
    table.finish()
    return version


def _listing(value: Any) -> ListingRules:
    table = Table(check.table(value), "")
    default = ListingRules("")
    rules = ListingRules(
        links=table.need("links", _selector, ""),
        link=table.take("link", _rule, None),
        title=table.take("title", _rule, None),
        published=table.take("published", _rule, None),
        summary=table.take("summary", _rule, None),
        limit=table.take("limit", _limit, default.limit),
        include=table.take("include", _pattern, None),
        exclude=table.take("exclude", _pattern, None),
    )
    table.close()
    return rules


def _limit(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_LINKS:
        raise ValueError(f"must be a whole number between 1 and {_MOST_LINKS}")
    return value


def _overlap(one: Version, other: Version) -> bool:
    return max(one.valid_from or date.min, other.valid_from or date.min) <= min(
        one.valid_until or date.max, other.valid_until or date.max
    )


def _rule(value: Any) -> Rule:
    if isinstance(value, str):
        return Rule(_selector(value))
    table = Table(check.table(value), "")
    rule = Rule(
        selector=table.need("selector", _selector, ""),
        attribute=table.take("attribute", check.line, None),
        pattern=table.take("pattern", _pattern, None),
        split=table.take("split", _text, None),
        join=table.take("join", _text, None),
    )
    table.close()
    return rule


def _selector(value: Any) -> str:
    # Whoever loads a recipe is about to use it.
    from soupsieve import SelectorSyntaxError, compile  # noqa: A004, PLC0415

    text = check.line(value)
    try:
        compile(text)
    except (SelectorSyntaxError, NotImplementedError) as error:
        reason = str(error).partition("\n")[0].rstrip(".:")
        raise ValueError(f"is no CSS selector: {reason}") from error
    return text


def _pattern(value: Any) -> str:
    text = check.line(value)
    try:
        found = re.compile(text)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from error
    if found.groups > 1:
        raise ValueError("must have at most one group: write the others as (?:…)")
    return text


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("must be a text, not empty")
    return value


def _day(value: Any) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise ValueError("must be a day such as 2026-07-01, without quotes")
    return value


def _selectors(value: Any) -> tuple[str, ...]:
    return _each(value, _selector, 'selectors such as ["aside", ".promo"]')


def _hosts(value: Any) -> tuple[str, ...]:
    return _each(value, _host, 'host names such as ["post.example"]')


def _host(value: Any) -> str:
    text = check.line(value).lower()
    if not _HOST.fullmatch(text):
        raise ValueError(f"{text!r} is no host name: no scheme, port or path")
    return text.removeprefix("www.")


def _each(value: Any, read: Callable[[Any], str], what: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(f"must be a list of {what}")
    return tuple(read(item) for item in value)


def _tables(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not value or not all(isinstance(i, dict) for i in value):
        raise ValueError("write each version as a [[version]] table")
    return value
