"""One page at a person's request: nothing is stored here."""

from __future__ import annotations

import gzip
import mimetypes
import re
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dateline.errors import SettingsError
from dateline.fetch import Client, Failure, Response
from dateline.model import Page, Politeness
from dateline.stages.discover import ACCEPT

if TYPE_CHECKING:
    from dateline.settings import Settings


def read_page(page: str, url: str | None, settings: Settings, *, allow_private: bool) -> Page:
    """Fetch a URL, or read a file as if it had been fetched from `url`.

    Raises:
        SettingsError: it cannot be fetched or read; says why.
    """
    if re.match(r"https?://", page):
        answer = _get(settings, page, Politeness(allow_private=allow_private))
        return Page(
            page, answer.final_url, answer.status, answer.headers, answer.body, answer.fetched_at
        )
    path = Path(page)
    kind, packed = mimetypes.guess_type(path.name)
    try:
        body = gzip.decompress(path.read_bytes()) if packed == "gzip" else path.read_bytes()
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingsError(f"{page}: {reason} (a file, or a URL)") from error
    address = url or path.absolute().as_uri()
    return Page(
        address, address, 200, (("Content-Type", kind or "text/html"),), body, datetime.now(UTC)
    )


def _get(settings: Settings, url: str, politeness: Politeness) -> Response:
    client = Client(settings)
    try:
        answer = client.get(
            url,
            politeness=politeness,
            max_size=settings.max_feed_size,
            accept=f"{ACCEPT},text/html",
        )
    finally:
        client.close()
    if isinstance(answer, Failure):
        hint = ""
        if answer.reason in {"forbidden_address", "forbidden_port"}:
            hint = " (--allow-private allows it)"
        raise SettingsError(f"{url}: {answer.reason}: {answer.detail}{hint}")
    if answer.status != 200:  # noqa: PLR2004 (OK)
        raise SettingsError(f"{url}: HTTP {answer.status} {answer.reason}")
    return answer
