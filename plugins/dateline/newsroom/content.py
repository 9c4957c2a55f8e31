"""The newsroom's publishers and their articles, as written in `content/*.toml`.

Times in the files are minutes before the newsroom started, so that it always looks fresh. A
paragraph may hold `*emphasis*` and `[link text](/path)`; one that starts with `## ` is a subheading
and one that starts with `> ` a quotation.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from dateline.model import Dateline

if TYPE_CHECKING:
    from collections.abc import Mapping

PUBLISHERS: Final = ("courier", "ledger", "tagblatt", "diario", "goniec", "standard")
"""In the order of their ports; also the names of the files."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a live blog, `age` minutes old when the newsroom starts."""

    age: int
    title: str
    body: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """An article as written.

    Attributes:
        body: paragraphs, in the markup of the module's docstring.
        byline: as printed; empty: made from the authors.
        age: minutes between publication and the start of the newsroom.
        modified: minutes between the last change and the start, or None if never changed.
        split: paragraphs on the first of two pages, or None where there is one.
        free: paragraphs a reader sees before the paywall, or None where there is none.
        forbidden: its section is closed by robots.txt.
        edit: what an edit replaces (old, new), in the paragraphs; None: only a sentence is added.
    """

    slug: str
    title: str
    standfirst: str
    section: str
    body: tuple[str, ...]
    age: int = 0
    authors: tuple[str, ...] = ()
    byline: str = ""
    tags: tuple[str, ...] = ()
    caption: str = ""
    modified: int | None = None
    split: int | None = None
    free: int | None = None
    forbidden: bool = False
    dateline: Dateline | None = None
    edit: tuple[str, str] | None = None
    entries: tuple[Entry, ...] = ()

    @property
    def shown(self) -> tuple[str, ...]:
        """The body's paragraphs that a reader without a subscription sees."""
        return self.body[: self.free]

    def page(self, number: int) -> tuple[str, ...]:
        """What of it stands on the page of that number."""
        return self.shown[: self.split] if number == 1 else self.shown[self.split :]


@dataclass(frozen=True, slots=True)
class Ghost:
    """An address that the feed lists and that holds no article: gone, missing or moved.

    Attributes:
        moved_to: slug of the article that a 301 leads to, or None.
    """

    path: str
    title: str
    age: int
    status: int
    moved_to: str | None = None


@dataclass(frozen=True, slots=True)
class Publisher:
    """A publisher: how its site is made and what it carries.

    Attributes:
        layout: name of its page template.
        feed: "rss", "atom" or "rdf".
        address: pattern of an article's path, with {section}, {slug} and {number}.
        date_format: pattern of babel for printed dates.
        feed_query: what the feed appends to links.
        charset_in: where pages declare their charset: "header", "meta" or "both".
        validators: answers carry ETag and Last-Modified.
        robots: robots.txt with {home}, or None for a 404.
        hub: where the feed names the newsroom's WebSub hub: "body", "header" (Link) or "".
        words: the site's furniture in its own language.
        stock: articles kept back for `publish`; `bulletin` follows when they are used up.
    """

    slug: str
    name: str
    tagline: str
    language: str
    country: str
    timezone: str
    layout: str
    feed: str
    feed_path: str
    address: str
    date_format: str
    words: Mapping[str, str]
    stories: tuple[Story, ...]
    stock: tuple[Story, ...]
    bulletin: Story
    ghosts: tuple[Ghost, ...] = ()
    charset: str = "utf-8"
    charset_in: str = "both"
    feed_query: str = ""
    validators: bool = True
    robots: str | None = None
    hub: str = ""

    @property
    def sections(self) -> tuple[str, ...]:
        """Sections in the order of their first article."""
        return tuple(dict.fromkeys(story.section for story in self.stories))


def load() -> tuple[Publisher, ...]:
    """All publishers, in the order of their ports."""
    wires = _read("wire")
    return tuple(_publisher(_read(name), wires) for name in PUBLISHERS)


def fill(story: Story, number: int) -> Story:
    """The bulletin no. `number`: its {n} and three figures that follow from it are filled in."""
    figures = {
        "n": number,
        "a": 12 + number * 7 % 53,
        "b": 210 + number * 37 % 389,
        "c": 2 + number,
    }
    return replace(
        story,
        slug=story.slug.format(**figures),
        title=story.title.format(**figures),
        standfirst=story.standfirst.format(**figures),
        body=tuple(paragraph.format(**figures) for paragraph in story.body),
    )


def plain(paragraph: str) -> str:
    """The text of a paragraph without its markup."""
    return re.sub(r"\[([^]]+)\]\([^)]+\)", r"\1", paragraph.removeprefix("> ")).replace("*", "")


def _read(name: str) -> dict[str, Any]:
    text = files(__package__).joinpath("content", f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _publisher(raw: dict[str, Any], wires: dict[str, Any]) -> Publisher:
    stories = [_story(story | wires.get(story.pop("wire", ""), {})) for story in raw["article"]]
    return Publisher(
        stories=tuple(stories),
        stock=tuple(_story(story) for story in raw["stock"]),
        bulletin=_story(raw["bulletin"]),
        ghosts=tuple(Ghost(**ghost) for ghost in raw.get("ghost", ())),
        **raw["publisher"],
    )


def _story(raw: dict[str, Any]) -> Story:
    """A story from its table; `changes` are an editor's light changes to a wire text."""
    text = raw.pop("body")
    for old, new in raw.pop("changes", ()):
        text = text.replace(old, new)
    return Story(
        body=_paragraphs(text),
        authors=tuple(raw.pop("authors", ())),
        tags=tuple(raw.pop("tags", ())),
        dateline=Dateline(**raw.pop("dateline")) if "dateline" in raw else None,
        edit=tuple(raw.pop("edit")) if "edit" in raw else None,
        entries=tuple(
            Entry(entry["age"], entry["title"], _paragraphs(entry["body"]))
            for entry in raw.pop("entry", ())
        ),
        **raw,
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(block.split()) for block in text.strip().split("\n\n"))
