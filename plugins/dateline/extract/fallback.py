"""Other extractors, asked for the body of a page where our own model is not sure of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dateline.errors import SettingsError
from dateline.text import paragraphs_of

if TYPE_CHECKING:
    from collections.abc import Callable

    Fallback = Callable[[str], tuple[str, ...] | None]
    """HTML in, the body's paragraphs out, or None."""

NAMES = ("off", "trafilatura")


def named(name: str) -> Fallback | None:
    """The fallback of that name; None for "off".

    Raises:
        SettingsError: it is not known, or not installed.
    """
    if name == "off":
        return None
    if name != "trafilatura":
        raise SettingsError(f"fallback {name!r}: must be one of {', '.join(NAMES)}")
    try:
        from trafilatura import bare_extraction  # noqa: PLC0415 - an optional extra, slow to import
    except ImportError as error:
        raise SettingsError(
            "the fallback trafilatura is not installed: pip install 'dateline[trafilatura]'"
        ) from error

    def trafilatura(html: str) -> tuple[str, ...] | None:
        try:
            found = bare_extraction(html, include_comments=False)
        # It parses with lxml, which gives up on pages that ours can read.
        except Exception:  # noqa: BLE001
            return None
        return paragraphs_of(getattr(found, "text", None) or "") or None

    return trafilatura
