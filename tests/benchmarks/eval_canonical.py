"""Canonical links on real pages: which are believed, and which lies are noticed.

    python tests/benchmarks/eval_canonical.py CORPORA [--show]

Every page is read as it is; then with its canonical link (and og:url) pointing to another article of its
publisher, to the folder it is in, and to the home page; then as if it had been fetched at the addresses
of its AMP and mobile twins, whose link is the true one. The last line is one line of JSON.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dateline.charset import decode
from dateline.extract import facts, signals
from dateline.urls import canonicalise, domain_of, host_of, url_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dateline.extract.signals import Signals

SETS = ("aeb", "fundus", "trafilatura_eval", "postlight", "mcmetadata", "htmldate", "readability")


def pages(corpora: Path) -> Iterator[Signals]:
    for name in SETS:
        folder = corpora / "articles" / name
        if not (folder / "truth.jsonl").is_file():
            continue
        for line in (folder / "truth.jsonl").open():
            truth = json.loads(line)
            if url := canonicalise(truth.get("url") or ""):
                html = decode(gzip.decompress((folder / truth["page"]).read_bytes()), None).text
                yield signals.read(html, url)


def linked(page: Signals, target: str) -> Signals:
    """The page with another canonical link."""
    meta = {name: values for name, values in page.meta.items() if name != "og:url"}
    return replace(page, links=page.links | {"canonical": [target]}, meta=meta)


def lies(page: Signals, other: str | None) -> Iterator[tuple[str, str]]:
    """Addresses that are not the page's."""
    parts = urlsplit(page.url)
    folders = parts.path.rstrip("/").split("/")
    yield "home", f"{parts.scheme}://{parts.netloc}/"
    if len(folders) > 2:
        yield "folder", f"{parts.scheme}://{parts.netloc}{'/'.join(folders[:-1])}/"
    if other:
        yield "article", other


def twins(url: str) -> Iterator[tuple[str, str]]:
    """Addresses at which publishers keep the same article."""
    parts = urlsplit(url)
    bare = parts.netloc.removeprefix("www.")
    yield "amp_folder", f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/amp"
    yield "amp_first", f"{parts.scheme}://{parts.netloc}/amp{parts.path}"
    yield "amp_host", f"{parts.scheme}://amp.{bare}{parts.path}"
    yield "mobile_host", f"{parts.scheme}://m.{bare}{parts.path}"
    yield "amp_query", f"{parts.scheme}://{parts.netloc}{parts.path}?outputType=amp"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--show", action="store_true", help="print the links not believed")
    given = parser.parse_args()
    figures: Counter[str] = Counter()
    last: dict[str, str] = {}
    rejected = defaultdict(list)
    for page in pages(given.corpora):
        figures["pages"] += 1
        figures["with_link"] += bool(page.links.get("canonical"))
        found = facts.canonical_url(page)
        for reason in (found.provenance or {}).get("rejected", {}).values():
            rejected[reason.partition(":")[0]].append((page.url, reason))
        site = domain_of(host_of(page.url))
        for name, target in lies(page, last.get(site)):
            figures[f"lies_{name}"] += 1
            chosen = facts.canonical_url(linked(page, target)).value
            figures[f"lies_{name}_noticed"] += url_key(chosen) != url_key(target)
        last[site] = page.url
        for name, address in twins(page.url):
            chosen = facts.canonical_url(linked(replace(page, url=address), page.url)).value
            figures[f"twins_{name}"] += 1
            figures[f"twins_{name}_merged"] += url_key(chosen) == url_key(page.url)
    for reason, cases in sorted(rejected.items()):
        figures[f"not_believed_{reason.replace(' ', '_')}"] = len(cases)
        for case in cases if given.show else ():
            print(reason, *case, sep="\t")
    for name, count in sorted(figures.items()):
        print(f"{name:40} {count:6}")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
