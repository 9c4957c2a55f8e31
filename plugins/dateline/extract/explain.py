"""An article for people: each field, its value, and which signal it was read from."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dateline.model import Article


def record(article: Article) -> dict[str, Any]:
    """The article as JSON-ready values: instants as ISO 8601, the body as a list of paragraphs."""
    values = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(article).items()
    }
    return values | {"body": article.body.split("\n\n"), "published_at": _date(article) or None}


def describe(article: Article) -> list[tuple[str, str, str]]:
    """(field, value, from) for each field; "" where there is no value or no signal."""
    dateline = article.dateline
    rows = [
        ("url", article.url, "page"),
        ("canonical_url", article.canonical_url, ""),
        ("kind", article.kind.value, ""),
        ("title", article.title, ""),
        ("summary", article.summary or "", ""),
        (
            "authors",
            "; ".join(f"{a.name} ({a.role})" if a.role else a.name for a in article.authors),
            "",
        ),
        ("published_at", _date(article), ""),
        ("modified_at", article.modified_at.isoformat() if article.modified_at else "", ""),
        ("language", article.language or "", ""),
        ("section", article.section or "", ""),
        ("tags", ", ".join(article.tags), ""),
        ("image_url", article.image_url or "", ""),
        (
            "is_paywalled",
            "" if article.is_paywalled is None else str(article.is_paywalled).lower(),
            "",
        ),
        ("dateline", dateline.text if dateline else "", ""),
        ("place", (dateline.place or "") if dateline else "", "dateline"),
        ("country", (dateline.country or "") if dateline else "", "dateline"),
        ("agency", article.agency or "", ""),
        ("charset", str(article.provenance.get("charset", {}).get("value", "")), ""),
        ("body", article.body, ""),
    ]
    return [(name, value, _from(article, name, value, origin)) for name, value, origin in rows]


def _date(article: Article) -> str:
    if article.published_at is None:
        return ""
    if article.published_precision.value == "day":
        return article.published_at.date().isoformat()
    return article.published_at.isoformat()


def _from(article: Article, name: str, value: str, origin: str) -> str:
    """Which signal, with its doubts: an assumed zone, rejected candidates."""
    note = article.provenance.get(name, {})
    if not value:
        origin = ""
    parts = [str(note.get("from", origin))]
    parts += [f"zone {note['zone']}"] if "zone" in note else []
    parts += [f"rejected {signal}: {why}" for signal, why in note.get("rejected", {}).items()]
    return "; ".join(part for part in parts if part)
