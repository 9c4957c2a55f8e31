"""One publisher's site as a value that changes: what it answers to a path, and its editors' desk.

path ─► Site.reply ─► Reply          no sockets here: server.py puts it on the wire
publish, edit, remove ─► Piece       pages, feed, sitemap and validators follow at once
"""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dateline.errors import StackError
from dateline.model import Dateline, Kind, State
from dateline.newsroom.content import Ghost, Publisher, Story, fill, plain

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_NUMBER = 48_201


@dataclass(frozen=True, slots=True)
class Piece:
    """A story on the site.

    Attributes:
        number: its id in addresses and feeds.
        modified_at: as the page states it, or None if it never changed.
        edits: how often it was edited since the start.
    """

    story: Story
    number: int
    url: str
    published_at: datetime
    modified_at: datetime | None
    edits: int = 0

    @property
    def changed_at(self) -> datetime:
        """The last change, publication included."""
        return self.modified_at or self.published_at


@dataclass(frozen=True, slots=True)
class Expected:
    """What a correct run makes of one address that a feed lists.

    Attributes:
        state: where it must end (`duplicate`: it leads to an article that has its own row).
        paragraphs: texts a reader sees, in order, without headline, subheadings and captions.
        free: whether the whole text is free to read.
    """

    publisher: str
    url: str
    state: State
    title: str
    published_at: datetime
    language: str
    kind: Kind = Kind.ARTICLE
    summary: str = ""
    paragraphs: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    section: str = ""
    tags: tuple[str, ...] = ()
    modified_at: datetime | None = None
    image_url: str = ""
    free: bool = True
    dateline: Dateline | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer before it goes on the wire; `body` is in the publisher's charset."""

    status: int
    body: bytes = b""
    content_type: str = "text/html; charset=utf-8"
    last_modified: datetime | None = None
    location: str | None = None
    link: str | None = None


class Site:
    """A publisher's site.

    Args:
        publisher: what it carries.
        home: its address without a trailing slash.
        epoch: the moment that the ages of the stories count back from.
        clock: tells the time of a change; aware.
        hub: address of the WebSub hub.

    Attributes:
        changed_at: the last change of anything on the site.
        opening: what it carried at the start.
        published: articles brought out since the start.
        edits: edits since the start.
    """

    def __init__(
        self,
        publisher: Publisher,
        home: str,
        epoch: datetime,
        clock: Callable[[], datetime],
        hub: str,
    ) -> None:
        self.publisher = publisher
        self.home = home
        self.hub = hub
        self.epoch = epoch
        self.zone = ZoneInfo(publisher.timezone)
        self._clock = clock
        self._lock = threading.Lock()
        self._pieces: list[Piece] = []
        self._removed: set[str] = set()
        self.published = 0
        self.edits = 0
        for story in publisher.stories:
            self._pieces.append(self._piece(story, self.ago(story.age)))
        self.opening = tuple(self._pieces)
        self.changed_at = max(piece.changed_at for piece in self._pieces)

    @property
    def feed_url(self) -> str:
        """Address of its one feed."""
        return self.home + self.publisher.feed_path

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """What it carries now, newest first."""
        newest_first = sorted(self._pieces, key=lambda p: (p.published_at, p.number), reverse=True)
        return tuple(newest_first)

    def ago(self, minutes: int) -> datetime:
        """The moment `minutes` before the start, in the publisher's time zone."""
        return (self.epoch - timedelta(minutes=minutes)).astimezone(self.zone)

    def removed(self, path: str) -> bool:
        """Whether an article was taken off this path."""
        return self.home + path in self._removed

    def publish(self) -> Piece:
        """Bring out the next story of the stock, or the next bulletin when that is used up."""
        with self._lock:
            stock, count = self.publisher.stock, self.published
            self.published += 1
            story = stock[count] if count < len(stock) else None
            story = story or fill(self.publisher.bulletin, count - len(stock) + 1)
            piece = self._piece(story, self._touch().replace(second=0))
            self._pieces.append(piece)
            return piece

    def edit(self, url: str | None = None) -> Piece:
        """Change a fact of an article and add a sentence to it.

        Args:
            url: which; None takes the newest that has a change prepared and was not edited yet,
                else the newest.

        Raises:
            StackError: no article has that address.
        """
        with self._lock:
            ready = [p for p in self.pieces if p.story.edit and not p.edits and p.story.shown]
            old = self._find(url) if url else (ready or self.pieces)[0]
            story, when = self._edited(old), self._touch()
            new = replace(old, story=story, modified_at=when, edits=old.edits + 1)
            self._pieces[self._pieces.index(old)] = new
            self.edits += 1
            return new

    def remove(self, url: str | None = None) -> Piece:
        """Take an article off the site, so that its address answers 410; None takes the oldest.

        Raises:
            StackError: no article has that address.
        """
        with self._lock:
            piece = self._find(url) if url else self.pieces[-1]
            self._pieces.remove(piece)
            self._removed.add(piece.url)
            self._touch()
            return piece

    def expected(self) -> tuple[Expected, ...]:
        """The truth of every address that the feed lists now."""
        ghosts = (self._expected_ghost(ghost) for ghost in self.publisher.ghosts)
        return (*(self._expected_piece(piece) for piece in self.pieces), *ghosts)

    def target(self, ghost: Ghost) -> Piece | None:
        """The article that a ghost leads to, while it is on the site."""
        return next((piece for piece in self._pieces if piece.story.slug == ghost.moved_to), None)

    def image_url(self, piece: Piece) -> str:
        """Address of an article's picture."""
        return f"{self.home}/media/{piece.number}.png"

    def _touch(self) -> datetime:
        """The time of a change. HTTP dates have whole seconds: no two changes share one."""
        now = self._clock().astimezone(self.zone).replace(microsecond=0)
        self.changed_at = max(now, self.changed_at + timedelta(seconds=1))
        return self.changed_at

    def _piece(self, story: Story, published_at: datetime) -> Piece:
        number = FIRST_NUMBER + len(self._pieces) + len(self._removed)
        path = self.publisher.address.format(
            section=slugify(story.section), slug=story.slug, number=number
        )
        modified_at = self.ago(story.modified) if story.modified is not None else None
        return Piece(story, number, self.home + path, published_at, modified_at)

    def _find(self, url: str) -> Piece:
        for piece in self._pieces:
            if piece.url == url:
                return piece
        raise StackError(f"{self.publisher.slug} carries no article at {url}")

    def _edited(self, piece: Piece) -> Story:
        old, new = piece.story.edit if piece.story.edit and not piece.edits else ("", "")
        body = [paragraph.replace(old, new) if old else paragraph for paragraph in piece.story.body]
        sentence = self.publisher.words["update"].format(n=piece.edits + 1)
        last = len(piece.story.shown) - 1
        body[last] = f"{body[last]} {sentence}"
        return replace(piece.story, body=tuple(body))

    def _expected_piece(self, piece: Piece) -> Expected:
        story = piece.story
        entries = [paragraph for entry in story.entries for paragraph in entry.body]
        return Expected(
            publisher=self.publisher.slug,
            url=piece.url,
            state=State.SKIPPED if story.forbidden else State.LOADED,
            title=story.title,
            published_at=piece.published_at,
            language=self.publisher.language,
            kind=Kind.LIVE if story.entries else Kind.ARTICLE,
            summary=story.standfirst,
            paragraphs=tuple(plain(p) for p in (*story.shown, *entries) if not p.startswith("## ")),
            authors=story.authors,
            section=story.section,
            tags=story.tags,
            modified_at=piece.modified_at,
            image_url=self.image_url(piece),
            free=story.free is None,
            dateline=story.dateline,
        )

    def _expected_ghost(self, ghost: Ghost) -> Expected:
        return Expected(
            publisher=self.publisher.slug,
            url=self.home + ghost.path,
            state=State.DUPLICATE if self.target(ghost) else State.GONE,
            title=ghost.title,
            published_at=self.ago(ghost.age),
            language=self.publisher.language,
        )


def slugify(text: str) -> str:
    """A name as it stands in an address: ASCII, lower case, hyphens."""
    text = text.replace("ß", "ss").replace("ł", "l")
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", text).strip("-")
