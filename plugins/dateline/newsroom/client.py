"""Asking a running newsroom: what it has, a new article, an edit, a fault."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from dateline.errors import StackError
from dateline.model import Dateline, FeedSpec, Kind, Source, State
from dateline.newsroom.content import load
from dateline.newsroom.site import Expected

if TYPE_CHECKING:
    from collections.abc import Mapping

_TIMEOUT: Final = 10.0


@dataclass(frozen=True, slots=True)
class Hits:
    """How often a path was answered with a status (0: closed without an answer)."""

    path: str
    status: int
    count: int


@dataclass(frozen=True, slots=True)
class SiteStatus:
    """A publisher of a running newsroom: its addresses, its articles, what was asked of it."""

    slug: str
    name: str
    home: str
    feed: str
    articles: int
    requests: tuple[Hits, ...]


def sources(port: int, public_host: str = "127.0.0.1") -> tuple[Source, ...]:
    """The newsroom's publishers as sources, for a newsroom whose control port is `port`."""
    return tuple(
        Source(
            slug=publisher.slug,
            name=publisher.name,
            home_url=f"http://{public_host}:{port + i}/",
            feeds=(FeedSpec(f"http://{public_host}:{port + i}{publisher.feed_path}"),),
            country=publisher.country,
            language=publisher.language,
            timezone=publisher.timezone,
            tags=("newsroom",),
            interval=timedelta(seconds=1),
            delay=0.05,
            allow_private=True,
            verified=True,
        )
        for i, publisher in enumerate(load(), start=1)
    )


def status(port: int, host: str = "127.0.0.1") -> tuple[SiteStatus, ...]:
    """What each publisher carries and what was asked of it.

    Raises:
        StackError: no newsroom answers on that port.
    """
    return tuple(
        SiteStatus(**(site | {"requests": tuple(Hits(*row) for row in site["requests"])}))
        for site in _ask(host, port, "status")["publishers"]
    )


def expected(port: int, host: str = "127.0.0.1") -> tuple[Expected, ...]:
    """The truth of every address that the feeds list now.

    Raises:
        StackError: no newsroom answers on that port.
    """
    return tuple(_expected(row) for row in _ask(host, port, "expected")["articles"])


def publish(port: int, publisher: str | None = None, host: str = "127.0.0.1") -> str:
    """Bring out a new article and return its URL.

    Raises:
        StackError: no newsroom answers on that port, or it has no such publisher.
    """
    arguments = {} if publisher is None else {"publisher": publisher}
    return str(_ask(host, port, "publish", arguments)["url"])


def edit(port: int, url: str | None = None, host: str = "127.0.0.1") -> str:
    """Change an article (None: one that was not edited yet) and return its URL.

    Raises:
        StackError: no newsroom answers on that port, or it has no such article.
    """
    return str(_ask(host, port, "edit", {} if url is None else {"url": url})["url"])


def remove(port: int, url: str | None = None, host: str = "127.0.0.1") -> str:
    """Take an article off its site, so that it answers 410, and return its URL.

    Raises:
        StackError: no newsroom answers on that port, or it has no such article.
    """
    return str(_ask(host, port, "remove", {} if url is None else {"url": url})["url"])


def misbehave(port: int, faults: Mapping[str, str], host: str = "127.0.0.1") -> None:
    """Replace the table of faults (see faults.py); an empty one ends them.

    Raises:
        StackError: no newsroom answers on that port, or a fault is unknown.
    """
    _ask(host, port, "faults", dict(faults))


def _ask(host: str, port: int, command: str, arguments: dict[str, str] | None = None) -> Any:
    url = f"http://{host}:{port}/{command}"
    body = None if arguments is None else json.dumps(arguments).encode()
    request = urllib.request.Request(url, data=body)
    # A proxy from the environment must not stand between this machine and itself.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_TIMEOUT) as response:
            return json.load(response)
    except urllib.error.HTTPError as error:
        with error:
            text = error.read().decode(errors="replace")
        raise StackError(f"the newsroom refused {command}: {_message(text)}") from error
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise StackError(
            f"no newsroom answers on {host}:{port}: start it with `dateline newsroom`, or set "
            "DATELINE_NEWSROOM_PORT to the port it runs on"
        ) from error


def _message(text: str) -> str:
    try:
        return str(json.loads(text)["error"])
    except (ValueError, KeyError, TypeError):
        return text[:200] or "no reason given"


def _expected(row: dict[str, Any]) -> Expected:
    modified_at, dateline = row["modified_at"], row["dateline"]
    return Expected(
        **row
        | {
            "state": State(row["state"]),
            "kind": Kind(row["kind"]),
            "published_at": datetime.fromisoformat(row["published_at"]),
            "modified_at": datetime.fromisoformat(modified_at) if modified_at else None,
            "paragraphs": tuple(row["paragraphs"]),
            "authors": tuple(row["authors"]),
            "tags": tuple(row["tags"]),
            "dateline": Dateline(**dateline) if dateline else None,
        }
    )
