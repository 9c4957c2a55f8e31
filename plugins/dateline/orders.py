"""What a backfill is asked for, by the form in Airflow or by its data interval."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dateline.discover.backfill import Span
from dateline.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Order:
    """A backfill's order.

    Attributes:
        span: sitemaps are read for it; None: none are.
        sources: slugs; none: all. WARC files and URLs all belong to it if it is one.
        warc: paths and patterns of WARC files.
        urls: path of a list of URLs.
        create: make a source for a domain in the WARC files that has none.
    """

    span: Span | None = None
    sources: tuple[str, ...] = ()
    warc: tuple[str, ...] = ()
    urls: str | None = None
    create: bool = False


def order(params: Mapping[str, Any], interval: tuple[datetime, datetime] | None) -> Order:
    """Read the form: its dates, else, if it names no files, the run's data interval.

    Raises:
        SettingsError: a date cannot be read, or there is nothing to do.
    """
    warc, urls = tuple(params.get("warc") or ()), params.get("urls") or None
    span = None
    if params.get("since") or params.get("until"):
        span = read_span(params.get("since") or "", params.get("until") or "")
    elif not warc and not urls:
        if interval is None or interval[0] >= interval[1]:
            raise SettingsError("nothing to do: give `since` and `until`, or `warc`, or `urls`")
        span = Span(*interval)
    return Order(
        span=span,
        sources=tuple(params.get("sources") or ()),
        warc=warc,
        urls=urls,
        create=bool(params.get("create")),
    )


def read_span(since: str, until: str) -> Span:
    """A span by two dates or times (ISO 8601; UTC if they name no zone).

    Raises:
        SettingsError: one of them is missing or cannot be read, or they are in the wrong order.
    """
    span = Span(_instant("since", since), _instant("until", until))
    if span.since >= span.until:
        raise SettingsError(f"until ({until}) must be later than since ({since})")
    return span


def _instant(name: str, text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(f"{name}={text!r}: write it as 2026-10-01") from error
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
