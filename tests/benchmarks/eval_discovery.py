"""Discovery on public material: feeds, dates, addresses, sitemaps, OPML, autodiscovery, robots.txt, charsets.

    python tests/benchmarks/eval_discovery.py CORPORA

Each part prints its table and may be run by itself (eval_feeds.py, eval_sitemaps.py, eval_robots.py); the
last line is one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from eval_feeds import dates, feeds, poll_cost
from eval_robots import charsets, robots
from eval_sitemaps import autodiscovery, opml, sitemaps
from eval_urls import urls

PARTS = (feeds, dates, urls, sitemaps, opml, autodiscovery, robots, charsets, poll_cost)


def main() -> int:
    """Measure all parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpora", type=Path, help="the folder of the corpora")
    corpora = parser.parse_args().corpora
    figures: dict[str, float] = {}
    for part in PARTS:
        figures |= part(corpora)
    print(json.dumps({name: round(value, 4) for name, value in figures.items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
