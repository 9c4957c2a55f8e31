"""Import from what others have collected: WARC files, and lists of URLs.

    WARC file ─► adopt ─► its pages, by offset ─► frontier, `fetched` ─► extract as ever
    URL list ─────────────────────────────────► frontier, `waiting` ─► fetch as ever

Nothing is kept between files, and of a file no more than a batch: a file of any size takes the
same memory. A file that was read in part is read again from its start, which changes nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dateline import coding, warc
from dateline.adopt import adopt, walk
from dateline.discover.owners import Owners, owners, stranger
from dateline.errors import SettingsError
from dateline.hashes import digest
from dateline.model import Candidate
from dateline.records import Damage, Record
from dateline.store.backfill import FileRead, Imported, is_read, put_pages, put_urls, save_file
from dateline.store.sources import apply_sources, list_sources, source_ids
from dateline.urls import canonicalise, domain_of, host_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dateline.stages.context import Context

BATCH: Final = 500
"""Pages or URLs stored at once."""
TOP: Final = 10
"""Unknown domains and bad lines that are named."""
_FIRST_DATE = datetime(1996, 1, 1, tzinfo=UTC)
"""No web archive goes back further."""
_OK = 200
_MB = 1024**2
_HTML = ("text/html", "application/xhtml")


@dataclass(frozen=True, slots=True)
class Choice:
    """Whose the pages and URLs are.

    Attributes:
        source: slug of the source that all belong to; None: by registered domain.
        create: make a source, disabled, for a domain that nobody is known by; else its pages are
            left out.
    """

    source: str | None = None
    create: bool = False


@dataclass(frozen=True, slots=True)
class Collected:
    """What a file gave.

    Attributes:
        file: its name in the archive, or the list's.
        records: records, or lines with a URL.
        taken: put on the frontier.
        known: left alone: nothing newer than what is there.
        left_out: reason → how many, of what is no page of a source.
        unknown: registered domain → pages, the most frequent of those without a source.
        bad: the first lines that are no URL, each with its number.
        read_before: it was read to its end by an earlier run; nothing was done.
    """

    file: str
    records: int = 0
    taken: int = 0
    known: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    bad: tuple[str, ...] = ()
    read_before: bool = False


def find_files(patterns: Sequence[str]) -> list[str]:
    """The files that paths and glob patterns (`*`, `**`) stand for, each once, by name.

    Raises:
        SettingsError: one of them stands for none.
    """
    found: set[str] = set()
    for pattern in patterns:
        paths = glob(pattern, recursive=True)  # noqa: PTH207 (a pattern may be absolute)
        files = [path for path in paths if Path(path).is_file()]
        if not files:
            raise SettingsError(f"{pattern}: no such file")
        found.update(files)
    return sorted(found)


def import_warc(context: Context, path: Path, choice: Choice) -> Collected:
    """Take a WARC file into the archive and its pages onto the frontier.

    Raises:
        ArchiveError: it is no WARC file, or it or the archive cannot be read or written.
        SettingsError: there is no such source.
    """
    desk = _Desk(context, choice)
    name = adopt(context.settings.archive_dir, path)
    # Read for the known domains, for all, or for one source: one is not the other.
    known = choice.source is None and not choice.create
    mark = name if known else f"{name}#{'all' if choice.create else 'only'}"
    if is_read(context.database, mark, choice.source, known=known):
        return Collected(name, read_before=True)
    size = max(path.stat().st_size // _MB, 1)
    batch: list[Imported] = []
    for page in _pages(context, desk, name):
        batch.append(page)
        if len(batch) >= BATCH:
            desk.put_pages(name, batch)
            context.progress("import", page.offset // _MB, size)
            batch = []
    desk.put_pages(name, batch)
    context.progress("import", size, size)
    save_file(context.database, context.run, FileRead(mark, desk.listed, desk.new))
    return desk.collected(name)


def import_urls(context: Context, path: Path, choice: Choice) -> Collected:
    """Put a list of URLs, one a line, on the frontier; `#` begins a comment.

    Raises:
        SettingsError: the file cannot be read, or there is no such source.
    """
    desk = _Desk(context, choice)
    found: dict[int, list[Candidate]] = {}
    for number, text in _lines(path):
        desk.records += 1
        if (url := canonicalise(text)) is None:
            desk.refuse(number, text)
        elif (id_ := desk.source_of(url)) is not None:
            batch = found.setdefault(id_, [])
            batch.append(Candidate(url, digest(url.encode())))
            if len(batch) >= BATCH:
                desk.put_urls(id_, found.pop(id_))
    for id_, batch in found.items():
        desk.put_urls(id_, batch)
    save_file(context.database, context.run, FileRead(path.name, desk.listed, desk.new))
    return desk.collected(path.name)


class _Desk:
    """Finds the sources, makes those that are wanted, and counts."""

    def __init__(self, context: Context, choice: Choice) -> None:
        self._context, self._choice = context, choice
        sources, only = list_sources(context.database), choice.source
        if only and only not in {source.slug for source in sources}:
            raise SettingsError(f"no source {only!r}: `dateline sources list` shows them")
        self._owners = Owners(only=only) if only else owners(sources)
        self._ids = source_ids(context.database, [source.slug for source in sources])
        self.records = 0
        self.listed: Counter[int] = Counter()
        self.new: Counter[int] = Counter()
        self.left_out: Counter[str] = Counter()
        self._unknown: Counter[str] = Counter()
        self._bad: list[str] = []

    def source_of(self, url: str) -> int | None:
        """The id of the source that a URL belongs to; None, and counted, if it has none."""
        slug = self._owners.of(url)
        if slug is None and self._choice.create:
            slug = self._create(url)
        if slug is None:
            self.left_out["unknown_source"] += 1
            self._unknown[domain_of(host_of(url))] += 1
            return None
        return self._ids[slug]

    def _create(self, url: str) -> str:
        made = stranger(url, self._ids)
        apply_sources(self._context.database, [(made, None)])
        self._ids[made.slug] = source_ids(self._context.database, [made.slug])[made.slug]
        self._owners.domains[domain_of(host_of(url))] = made.slug
        return made.slug

    def refuse(self, number: int, text: str) -> None:
        """Count a line that is no URL."""
        self.left_out["no_url"] += 1
        if len(self._bad) < TOP:
            self._bad.append(f"line {number}: {text[:80]}")

    def put_pages(self, file: str, pages: Sequence[Imported]) -> None:
        self.listed.update(page.source_id for page in pages)
        self.new.update(put_pages(self._context.database, self._context.run, file, pages))

    def put_urls(self, source_id: int, candidates: Sequence[Candidate]) -> None:
        database, run = self._context.database, self._context.run
        self.listed[source_id] += len(candidates)
        self.new[source_id] += put_urls(database, run, source_id, candidates)

    def collected(self, file: str) -> Collected:
        taken = self.new.total()
        return Collected(
            file=file,
            records=self.records,
            taken=taken,
            known=self.listed.total() - taken,
            left_out=dict(self.left_out.most_common()),
            unknown=dict(self._unknown.most_common(TOP)),
            bad=tuple(self._bad),
        )


def _pages(context: Context, desk: _Desk, name: str) -> Iterator[Imported]:
    settings, now = context.settings, context.clock()
    for record in walk(settings.archive_dir, name, limit=settings.max_page_size):
        desk.records += 1
        url = _address(record)
        if isinstance(record, Damage) or url is None:
            desk.left_out["damaged" if isinstance(record, Damage) else "no_page"] += 1
            continue
        if (source_id := desk.source_of(url)) is None:
            continue
        body = _body(record, now, settings.max_page_size)
        if isinstance(body, str):
            desk.left_out[body] += 1
            continue
        yield Imported(source_id, url, record.date, record.offset, digest(body))


def _address(record: Record | Damage) -> str | None:
    """The URL of a response; None for what holds no page (requests, revisits, DNS answers)."""
    if isinstance(record, Damage) or record.kind != "response":
        return None
    return canonicalise(record.uri)


def _body(record: Record, now: datetime, limit: int) -> bytes | str:
    """The page in a response, or the reason why there is none that can be used."""
    if "warc-truncated" in record.headers:
        return "truncated"
    if not _is_possible(record, now):
        return "impossible_date"
    try:
        status, headers, wire = warc.parse_http(record.block)
    except ValueError:
        return "no_http"
    kind = next((value for name, value in headers if name.lower() == "content-type"), _HTML[0])
    if status != _OK or not kind.strip().lower().startswith(_HTML):
        return "not_html" if status == _OK else f"http_{status}"
    try:
        return warc.entity(headers, wire, limit=limit) or "empty"
    except coding.CodingError as error:
        return error.reason


def _is_possible(record: Record, now: datetime) -> bool:
    try:
        return _FIRST_DATE <= record.date <= now + timedelta(days=1)
    except ValueError:
        return False


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines that are to be URLs, with their numbers."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as stream:
            for number, line in enumerate(stream, 1):
                if (text := line.strip()) and not text.startswith("#"):
                    yield number, text
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or error}") from error
