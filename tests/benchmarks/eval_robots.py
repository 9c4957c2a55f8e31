"""robots.txt beside two reference parsers, and charsets of real pages: what is read as it is meant.

    python tests/benchmarks/eval_robots.py CORPORA

The last line is one line of JSON.
"""

from __future__ import annotations

import argparse
import base64
import gzip
import json
import re
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpora import Sample
from rich.console import Console
from rich.table import Table

from dateline import charset
from dateline.extract.evaluate import truths
from dateline.robots import Robots, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

TARGETS = {
    "robots_vectors_share": 1.0,
    "robots_standard_share": 1.0,
    "robots_consensus_share": 0.999,
    "robots_files_share": 1.0,
    "charset_stored_share": 0.995,
    "charset_stored_header_share": 0.995,
    "charset_header_share": 0.995,
    "charset_meta_share": 0.995,
    "charset_undeclared_share": 0.95,
}
LEGACY = {
    "ru": ("windows-1251", "koi8-r"),
    "uk": ("windows-1251",),
    "bg": ("windows-1251",),
    "el": ("iso-8859-7", "windows-1253"),
    "pl": ("iso-8859-2", "windows-1250"),
    "cs": ("windows-1250",),
    "hu": ("iso-8859-2",),
    "zh": ("gb2312", "big5"),
    "ja": ("shift_jis", "euc-jp"),
    "ko": ("euc-kr",),
    "tr": ("iso-8859-9",),
    "ar": ("windows-1256",),
    "he": ("windows-1255",),
    "de": ("iso-8859-1",),
    "fr": ("iso-8859-1", "windows-1252"),
    "es": ("iso-8859-1",),
    "it": ("windows-1252",),
    "pt": ("iso-8859-1",),
    "sv": ("iso-8859-1",),
    "en": ("windows-1252",),
}
"""What pages in a language were written in before UTF-8, by their labels on the web."""
MOST = 12
"""Pages of a language that are written in each of its old charsets."""
_DECLARED = re.compile(
    r"""(?P<head><(?:meta|\?xml)\b[^>]{0,200}?(?:charset|encoding)\s*=\s*["']?\s*)[\w.:-]{2,40}""",
    re.IGNORECASE,
)
_console = Console(width=100, highlight=False)


def robots(corpora: Path) -> dict[str, float]:
    """Figures of robots.txt: the test vectors, the consensus of two parsers, odd files."""
    folder = corpora / "robots"
    vectors = list(_lines(folder / "google_vectors.jsonl"))
    right = [_agrees(item) for item in vectors]
    standard = [same for same, item in zip(right, vectors, strict=True) if item["standard"]]
    agreed, checks, seconds = _consensus(folder)
    odd = list(_lines(folder / "suites_files.jsonl"))
    read = sum(_is_read(_bytes(item)) for item in odd)
    figures = {
        "robots_vectors": len(vectors),
        "robots_vectors_share": sum(right) / len(vectors),
        "robots_standard": len(standard),
        "robots_standard_share": sum(standard) / len(standard),
        "robots_checks": checks,
        "robots_consensus_share": agreed / checks,
        "robots_files": len(odd),
        "robots_files_share": read / len(odd),
        "robots_parse_us": seconds * 1e6,
    }
    _show("robots.txt", figures)
    return {name: round(value, 5) for name, value in figures.items()}


def _agrees(item: dict[str, Any]) -> bool:
    verdict = parse(item["robots"].encode()).check(item["agent"], item["url"])
    return bool(verdict.allowed == item["allowed"])


def _consensus(folder: Path) -> tuple[int, int, float]:
    """(checks that agree, checks, mean seconds to parse a file)."""
    begun = time.process_time()
    files: dict[str, Robots] = {
        item["host"]: parse(_bytes(item)) for item in _lines(folder / "real_robots.jsonl.gz")
    }
    seconds = (time.process_time() - begun) / len(files)
    checks = list(_lines(folder / "real_checks_consensus.jsonl.gz"))
    agreed = sum(
        files[item["host"]].check(item["agent"], item["url"]).allowed == item["allowed"]
        for item in checks
    )
    return agreed, len(checks), seconds


def _is_read(body: bytes) -> bool:
    try:
        parse(body).check("Dateline", "https://www.example.org/")
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
        return False
    return True


def _bytes(item: dict[str, Any]) -> bytes:
    if "data_b64" in item:
        return base64.b64decode(item["data_b64"])
    return str(item["data"]).encode()


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def charsets(corpora: Path) -> dict[str, float]:
    """Figures of charsets: pages as stored, and pages written in the old charset of their language.

    A page counts if its whole text is that of the right charset. `header`: the HTTP header names
    it; `meta`: the page does; `undeclared`: neither.
    """
    hits: dict[str, list[bool]] = defaultdict(list)
    taken: dict[tuple[str, str], int] = defaultdict(int)
    wrong: dict[str, list[str]] = defaultdict(list)
    for sample in _pages(corpora):
        page = sample.page()
        if page is None:
            continue
        name = str(sample.truth["encoding"]).partition(" ")[0]
        text = page.body.decode(name, "replace").removeprefix("\ufeff")
        kind = f"text/html; charset={name.removesuffix('-sig')}"
        hits["stored"].append(charset.decode(page.body).text == text)
        hits["stored_header"].append(charset.decode(page.body, kind).text == text)
        if not hits["stored"][-1]:
            wrong["stored"].append(str(sample.truth["id"]))
        language = str(sample.truth.get("language") or sample.truth.get("language_inferred"))[:2]
        for label in LEGACY.get(language, ()):
            if taken[language, label] < MOST and not text.isascii() and "\ufffd" not in text:
                taken[language, label] += 1
                for way, same in _rewritten(text, label).items():
                    hits[way].append(same)
                    if not same:
                        wrong[f"{way} {label}"].append(str(sample.truth["id"]))
    figures: dict[str, float] = {}
    for way, same in hits.items():
        figures |= {f"charset_{way}": len(same), f"charset_{way}_share": sum(same) / len(same)}
    _show("charsets", figures)
    _console.print({where: len(pages) for where, pages in sorted(wrong.items())})
    return {name: round(value, 5) for name, value in figures.items()}


def _pages(corpora: Path) -> Iterator[Sample]:
    for folder in sorted((corpora / "articles").iterdir()):
        yield from (Sample(folder, truth) for truth in truths(folder) if truth.get("encoding"))


def _rewritten(text: str, label: str) -> dict[str, bool]:
    """Whether a page is read rightly when it is written in an old charset, by who declares it."""
    bare = _DECLARED.sub("<meta name=x content=", text)
    told = f"<meta charset={label}>{bare}"
    if "<html" in bare.lower():
        told = re.sub(r"(?i)(<html[^>]*>)", rf"\1<meta charset={label}>", bare, count=1)
    codec = charset._codec(label)
    assert codec is not None
    found = {}
    for way, page, kind in (
        ("header", bare, f"text/html; charset={label}"),
        ("meta", told, None),
        ("undeclared", bare, "text/html"),
    ):
        wire = page.encode(label, "xmlcharrefreplace")
        right = wire.decode(codec)  # as browsers read the label
        found[way] = charset.decode(wire, kind).text == right
    return found


def _show(title: str, figures: dict[str, float]) -> None:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 1))
    for column in ("figure", "value", "target", ""):
        table.add_column(column, justify="left" if column == "figure" else "right")
    for name, value in figures.items():
        target = TARGETS.get(name)
        told = ("", "")
        if target is not None:
            told = (f"≥ {target:g}", "[green]yes[/]" if value >= target else "[red]no[/]")
        table.add_row(name, f"{value:.5g}", *told)
    _console.print(table)


def main(argv: list[str] | None = None) -> None:
    """Measure both, then print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path)
    corpora = parser.parse_args(argv).corpora
    print(json.dumps(robots(corpora) | charsets(corpora)))


if __name__ == "__main__":
    main()
