"""OPML, the list of feeds that readers exchange: read as far as it goes, and written.

    bytes ─► parse ─► Outline (a feed) ─► as_sources ─► Source ─► write ─► text
                └───► Problem (a line that gives none, and why)

http://opml.org/spec2.opml. Such files are written by many hands, so they are read the way browsers
read pages: there are no document types and no entities but the usual ones, names count in any
case, and a bare ampersand is an ampersand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from itertools import chain, count
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

from dateline import source_values as check
from dateline.charset import decode
from dateline.discover.mend import ampersands
from dateline.model import FeedKind, FeedSpec, Source
from dateline.sources import feed_key
from dateline.text import clean, slugify
from dateline.urls import canonicalise, domain_of, host_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_OUTLINE: Final = re.compile(r"<outline[\s/>]", re.IGNORECASE)
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_SCHEME: Final = re.compile(r"(?:feed|itpc|pcast|rss):(?=//|https?:)", re.IGNORECASE)
_FEED_TYPES: Final = frozenset({"rss", "atom", "rdf", "feed"})
_LONGEST: Final = 200
_MOST_FOLDERS: Final = 10


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed of the list.

    Attributes:
        line: of the file.
        title, home_url, language: as far as they are told and make sense.
        folders: the outlines that it stands in, outermost first, and its categories.
    """

    line: int
    url: str
    title: str | None = None
    home_url: str | None = None
    language: str | None = None
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that gives no feed. `what` is its title or address, as far as it has one."""

    line: int
    what: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}: {self.reason}"


def parse(body: bytes) -> tuple[tuple[Outline, ...], tuple[Problem, ...]]:
    """Read an OPML file of any make; every outline is a feed, a folder of some, or a problem.

    Returns:
        (feeds, problems), in the order of the file; a feed that is listed twice is the first of
        the two, in the folders of both. Never raises.
    """
    text = decode(body).text.replace("\0", "")
    reader = _Reader()
    reader.feed(ampersands(text))
    reader.close()
    reader.leave()
    problems = reader.problems
    written = len(_OUTLINE.findall(_COMMENT.sub("", text)))
    if lost := written - reader.seen:
        problems.append(
            Problem(reader.getpos()[0], f"{lost} of {written} outlines", "broken markup")
        )
    if not written:
        problems.append(Problem(1, "the file", "there is no <outline> in it: is it OPML?"))
    return _distinct(reader.outlines, problems)


class _Reader(HTMLParser):
    """Takes outlines as they come. `seen` counts all of them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.outlines: list[Outline] = []
        self.problems: list[Problem] = []
        self.seen = 0
        self._open: list[_Open] = []

    def set_cdata_mode(self, *_: object, **__: object) -> None:
        """Never: in a page, a <title> or <style> hides the tags in it."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "outline":
            return
        self.seen += 1
        values = {name: text for name, value in attrs if (text := clean(value or ""))}
        line = self.getpos()[0]
        title = (values.get("title") or values.get("text") or "")[:_LONGEST]
        url = values.get("xmlurl") or (
            values.get("url") if values.get("type", "").lower() in _FEED_TYPES else None
        )
        if self._open:
            self._open[-1].is_folder = True
        kind = f" (type {values['type']})" if "type" in values else ""
        self._open.append(_Open(line, title, f"no xmlUrl{kind}", is_feed=url is not None))
        if url is not None:
            self._take(line, url, title, values)

    def handle_endtag(self, tag: str) -> None:
        if tag == "outline" and self._open:
            closed = self._open.pop()
            if not (closed.is_feed or closed.is_folder):
                self._note(closed.line, closed.title or "an outline without text", closed.missing)
        elif tag == "body":
            self.leave()

    def leave(self) -> None:
        """Close what was left open."""
        while self._open:
            self.handle_endtag("outline")

    def _take(self, line: int, url: str, title: str, values: dict[str, str]) -> None:
        what = title or url
        if values.get("iscomment", "").lower() == "true":
            self._note(line, what, "commented out")
            return
        try:
            address = _address(url)
        except ValueError as error:
            self._note(line, what, f"xmlUrl: {error}")
            return
        home = canonicalise(values.get("htmlurl", ""))
        folders = [item.title for item in self._open if not item.is_feed and item.title]
        folders = folders[:_MOST_FOLDERS] + _categories(values.get("category", ""))
        self.outlines.append(
            Outline(
                line,
                address,
                title or None,
                None if home is None or check.is_private(home) else home,
                _language(values.get("language", "")),
                tuple(dict.fromkeys(folders)),
            )
        )

    def _note(self, line: int, what: str, reason: str) -> None:
        self.problems.append(Problem(line, what, reason))


@dataclass(slots=True)
class _Open:
    """An outline whose end has not come yet."""

    line: int
    title: str
    missing: str
    is_feed: bool
    is_folder: bool = False


def _address(text: str) -> str:
    """A feed's address, which some write as "feed://" or "feed:https://"."""
    wrapped = _SCHEME.match(text)
    bare = text[wrapped.end() :] if wrapped else text
    url = check.address(f"http:{bare}" if bare.startswith("//") else bare)
    if check.is_private(url):
        raise ValueError(f"{url} is a private address")
    return url


def _categories(text: str) -> list[str]:
    """The parts of all paths: of "/Boston/Weather,Politics" three."""
    parts = (clean(part) for path in text.split(",") for part in path.split("/"))
    return [part[:_LONGEST] for part in parts if part][:_MOST_FOLDERS]


def _language(text: str) -> str | None:
    try:
        return check.language(text)
    except ValueError:
        return None


def _distinct(
    outlines: Iterable[Outline], problems: Iterable[Problem]
) -> tuple[tuple[Outline, ...], tuple[Problem, ...]]:
    found: dict[str, Outline] = {}
    repeats = []
    for outline in outlines:
        key = feed_key(outline.url)
        first = found.setdefault(key, outline)
        if first is not outline:
            folders = dict.fromkeys(first.folders + outline.folders)
            found[key] = replace(first, folders=tuple(folders))
            reason = f"the same feed as in line {first.line}"
            repeats.append(Problem(outline.line, outline.title or outline.url, reason))
    ordered = sorted(chain(problems, repeats), key=lambda problem: problem.line)
    return tuple(found.values()), tuple(ordered)


def as_sources(
    outlines: Iterable[Outline], *, taken: Iterable[str], tags: Sequence[str] = (), enabled: bool
) -> tuple[Source, ...]:
    """A source for every outline; those of one title and one domain are one source.

    Args:
        outlines: what `parse` gave.
        taken: slugs that are in use.
        tags: for all of them, beside those of their folders.
        enabled: they are polled from the next run on.
    """
    groups: dict[tuple[str, str], list[Outline]] = {}
    for outline in outlines:
        domain = domain_of(host_of(outline.home_url or outline.url))
        alone = "" if outline.title or outline.home_url else outline.url
        groups.setdefault((domain, (outline.title or alone).casefold()), []).append(outline)
    slugs, sources = set(taken), []
    for (domain, _), group in groups.items():
        source = _source(group, domain, tags, enabled=enabled)
        slug = _unused(source.slug, slugs)
        slugs.add(slug)
        sources.append(replace(source, slug=slug))
    return tuple(sources)


def _source(group: list[Outline], domain: str, tags: Sequence[str], *, enabled: bool) -> Source:
    title = group[0].title
    parts = urlsplit(group[0].url)
    homes = (outline.home_url for outline in group if outline.home_url)
    folders = chain.from_iterable(outline.folders for outline in group)
    languages = (outline.language for outline in group if outline.language)
    return Source(
        slug=(slugify(title) if title else "") or slugify(domain) or "source",
        name=title or domain,
        home_url=next(homes, f"{parts.scheme}://{parts.netloc}/"),
        feeds=tuple(FeedSpec(outline.url) for outline in group),
        language=next(languages, None),
        tags=tuple(dict.fromkeys([*tags, *folders])),
        enabled=enabled,
    )


def _unused(slug: str, taken: set[str]) -> str:
    if slug not in taken:
        return slug
    return next(other for n in count(2) if (other := f"{slug}-{n}") not in taken)


def write(sources: Iterable[Source]) -> str:
    """The sources' feeds as OPML 2.0, in folders by their first tag; all tags as categories.

    Sitemaps and listing pages have no place in it.
    """
    folders: dict[str, list[str]] = {}
    for source in sources:
        folder = folders.setdefault(source.tags[0] if source.tags else "", [])
        folder += [_written(source, feed) for feed in source.feeds if feed.kind is FeedKind.FEED]
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            '<opml version="2.0">',
            "  <head>\n    <title>Dateline</title>\n  </head>",
            "  <body>",
            *chain.from_iterable(_folder(name, lines) for name, lines in folders.items() if lines),
            "  </body>\n</opml>\n",
        ]
    )


def _folder(name: str, lines: Iterable[str]) -> list[str]:
    if not name:
        return [f"    {line}" for line in lines]
    head = f"    <outline{_attributes(text=name)}>"
    return [head, *(f"      {line}" for line in lines), "    </outline>"]


def _written(source: Source, feed: FeedSpec) -> str:
    # A comma parts two categories, a slash the levels of one.
    tags = [re.sub("[,/]", " ", tag) for tag in source.tags]
    return "<outline{}/>".format(
        _attributes(
            type="rss",
            text=source.name,
            title=source.name,
            xmlUrl=feed.url,
            htmlUrl=source.home_url,
            language=source.language or "",
            category=",".join(f"/{tag}" for tag in tags[1:]),
        )
    )


def _attributes(**values: str) -> str:
    return "".join(f" {name}={quoteattr(clean(text))}" for name, text in values.items() if text)
