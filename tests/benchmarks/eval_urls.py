"""Addresses measured on public vectors: how many we spell, join, group and clean alike.

Each library's vectors follow its own convention, so two things are asked of them: whether we write
the address the same (`canonicalise`), and whether we take both spellings for one (`url_key`). Where
we differ on purpose, the table says how.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dateline.urls import canonicalise, domain_of, host_of, unwrap, url_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_CONVENTIONS = {
    "w3lib.safe_url_string": "decodes in other charsets, keeps fragments, quotes what is no URL",
    "w3lib.canonicalize_url": "sorts the query (ours: only in the key), keeps blank and ;-pairs",
    "courlan.clean_url": "keeps fragments, sorts the query; cuts markup off the end",
    "courlan.scrub_url": "cuts markup off the end; drops the last slash; unwraps share links",
    "courlan.normalize_url": "shows hosts in Unicode, keeps fragments; strict: drops languages",
    "courlan.fix_relative_urls": "keeps what is no address of the web",
    "courlan.extract_domain": "the fast way guesses; refuses what it takes for no host",
    "mediacloud.normalize_url": "drops ports (ours: they are hosts of their own), mends typing errors",
    "mediacloud.feeds.normalize_url": "keeps fragments, even in the identity",
    "mediacloud.canonical_domain": "knows single aggregators",
}
_CONTENT = (
    "id p page pid story storyid article articleid aid newsid nid s q v lang l section cat topic"
    " year date tid t sid d item itemid docid contentid idarticle post postid ref_id key type view"
    " c a n file name title uid guid issue edition release oid mid videoid play idnews r"
)
"""Names under which news sites' addresses tell one article from another."""


@dataclass
class Tally:
    """A row: of `n` vectors, how many we write alike, and how many of the others have one key."""

    name: str
    n: int = 0
    same: int = 0
    one_key: int = 0
    differ: list[tuple[Any, ...]] | None = None

    def add(self, *, same: bool, one_key: bool = False, case: tuple[Any, ...] = ()) -> None:
        """Count a vector."""
        self.n += 1
        self.same += same
        self.one_key += one_key and not same
        if not (same or one_key):
            self.differ = [*(self.differ or []), case]


def urls(corpora: Path, *, show: bool = False) -> dict[str, float]:
    """Measure addresses; prints a table, with `show` each vector that we do not meet."""
    folder = corpora / "urls"
    tallies = [
        _wpt(folder),
        *_vectors(folder),
        *_crawler_commons(folder),
        _suffixes(folder),
        *_tracking(folder),
    ]
    print(f"\n{'addresses':<36}{'n':>6}{'same':>6}{'one key':>9}{'other':>7}  where we differ")
    figures: dict[str, float] = {}
    for tally in tallies:
        other = tally.n - tally.same - tally.one_key
        reason = _CONVENTIONS.get(tally.name, "") if other or tally.one_key else ""
        print(f"{tally.name:<36}{tally.n:>6}{tally.same:>6}{tally.one_key:>9}{other:>7}  {reason}")
        for case in (tally.differ or []) if show else []:
            print("      ", *map(repr, case))
        figures[f"urls.{tally.name}.n"] = tally.n
        figures[f"urls.{tally.name}.same"] = tally.same
        figures[f"urls.{tally.name}.met"] = tally.same + tally.one_key
    return figures


def _wpt(folder: Path) -> Tally:
    """Web Platform Tests, as far as they end at http or https: parsed as browsers do."""
    tally = Tally("wpt.urltestdata")
    for case in json.loads((folder / "wpt_urltestdata.json").read_text()):
        if not isinstance(case, dict) or (case.get("base") or "http:")[:4] != "http":
            continue
        failure = case.get("failure", False)
        if not failure and case["protocol"] not in {"http:", "https:"}:
            continue
        if failure and case.get("base") is None and not case["input"].lower().startswith("http"):
            continue
        expected = None if failure else _without_credentials(case["href"])
        found = canonicalise(case["input"], case.get("base"))
        tally.add(same=found == expected, case=(case["input"], case.get("base"), expected, found))
    return tally


def _without_credentials(href: str) -> str:
    """What `canonicalise` adds to the standard: no credentials, no fragment, no empty query."""
    scheme, _, rest = href.partition("://")
    authority, slash, path = rest.partition("#")[0].partition("/")
    return f"{scheme}://{authority.rpartition('@')[2]}{slash}{path}".removesuffix("?")


def _vectors(folder: Path) -> Iterator[Tally]:
    tallies: dict[str, Tally] = {}
    for line in (folder / "canonicalisation_vectors.jsonl").open():
        case = json.loads(line)
        repo = {"scrapy/w3lib": "w3lib", "adbar/courlan": "courlan"}.get(case["repo"], "mediacloud")
        name = f"{repo}.{case['function']}"
        ask = _ASKED.get(name)
        arguments = [argument for argument in case["args"] if isinstance(argument, str)]
        if ask is None or len(arguments) != len(case["args"]) or "://" not in arguments[0]:
            continue
        found = ask(*arguments[: 2 if name.endswith("relative_urls") else 1])
        expected = case["expected"]
        if isinstance(expected, list):  # check_url: the address and its domain
            expected = expected[0]
        one = found is not None and bool(expected) and url_key(found) == url_key(str(expected))
        same = (found or None) == (expected or None)
        tallies.setdefault(name, Tally(name)).add(
            same=same, one_key=one, case=(case["args"], expected, found)
        )
    yield from tallies.values()


def _domain(url: str) -> str | None:
    return domain_of(host_of(unwrap(canonicalise(url) or url))) or None


_ASKED: dict[str, Callable[..., str | None]] = {
    "w3lib.safe_url_string": canonicalise,
    "w3lib.safe_download_url": canonicalise,
    "w3lib.canonicalize_url": canonicalise,
    "courlan.clean_url": canonicalise,
    "courlan.scrub_url": canonicalise,
    "courlan.normalize_url": canonicalise,
    "courlan.fix_relative_urls": lambda base, link: canonicalise(link, base),
    "courlan.extract_domain": _domain,
    "mediacloud.normalize_url": canonicalise,
    "mediacloud.feeds.normalize_url": canonicalise,
    "mediacloud.canonical_domain": _domain,
}


def _rows(path: Path) -> Iterator[list[str]]:
    for line in path.read_text().split("\n"):
        if line.strip() and not line.startswith("#"):
            yield [part.strip().strip('"') for part in line.split(", ")]


def _crawler_commons(folder: Path) -> Iterator[Tally]:
    joined, spelt, refused = (
        Tally(f"crawler-commons.{name}") for name in ("resolve", "normalise", "invalid")
    )
    for link, base, expected in _rows(folder / "crawler-commons_url-resolve.csv"):
        if expected.startswith("http"):
            found, wanted = canonicalise(link, base or None), canonicalise(expected)
            joined.add(same=found == wanted, case=(link, base, wanted, found))
    for row in _rows(folder / "crawler-commons_weirdToNormalizedUrls.csv"):
        found, key = canonicalise(row[0]), url_key(row[0]) == url_key(row[-1])
        spelt.add(same=found == row[-1], one_key=key, case=(*row, found))
    for (link,) in _rows(folder / "crawler-commons_invalidUrls.csv"):
        refused.add(same=canonicalise(link) is None, case=(link, canonicalise(link)))
    yield from (joined, spelt, refused)


def _suffixes(folder: Path) -> Tally:
    """The Public Suffix List's own test: the registered domain, or the host where there is none."""
    tally = Tally("publicsuffix.test_psl")
    pattern = re.compile(r"^checkPublicSuffix\('([^.'][^']*)', (?:'([^']*)'|null)\);", re.MULTILINE)
    for match in pattern.finditer((folder / "test_psl.txt").read_text()):
        host = host_of(f"http://{match[1]}/")
        expected = host_of(f"http://{match[2]}/") if match[2] else host
        tally.add(same=domain_of(host) == expected, case=(match[0], domain_of(host)))
    return tally


def _tracking(folder: Path) -> Iterator[Tally]:
    """Dropped of the lists' parameters, by how many lists name them; and what must be kept."""
    rows = map(json.loads, (folder / "tracking" / "global_params_merged.jsonl").open())
    tallies = {n: Tally(f"tracking.named_by_{n}") for n in (3, 2, 1)}
    for row in rows:
        if not row["param"].startswith("re:"):
            found = canonicalise(f"https://a.example/x?{row['param']}=k3")
            tallies[len(row["lists"])].add(
                same=found == "https://a.example/x", case=(row["param"], *row["lists"])
            )
    yield from tallies.values()
    kept = Tally("tracking.content_kept")
    for name in _CONTENT.split():
        address = f"https://a.example/x?{name}=k3"
        kept.add(same=canonicalise(address) == address, case=(name,))
    yield kept
