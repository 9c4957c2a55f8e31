"""What fetching costs, and how much of what politeness allows it uses: 200 hosts on loopback.

    python tests/benchmarks/bench_fetch.py [--hosts 200] [--pages 20000] [--seconds 30]

The publishers run in a process of their own, on the same cores. Three crawls: as fast as it goes,
with memory watched; the same with each page archived; and with a delay of one second, against hosts
that take 100 ms. Then one of 10,000 hosts without a network: what the crawl itself costs. The last
line is one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publishers import address
from rich.console import Console
from rich.table import Table

from dateline.archive import ArchiveWriter
from dateline.fetch import Client, Crawl, Request, Response
from dateline.model import Politeness
from dateline.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

PUBLISHERS = Path(__file__).with_name("publishers.py")
TARGETS = {
    "pages_per_second": (">=", 400.0),
    "cpu_ms_per_page": ("<=", 2.0),
    "polite_share": (">=", 0.95),
    "rss_growth": ("<=", 0.05),
}
_FLUSH = 64
_SETTINGS = Settings.load({"DATELINE_CONTACT": "bench@example.org"})


@contextmanager
def publishers(hosts: int, latency: float = 0.0) -> Iterator[int]:
    """The server; gives its port."""
    command = [sys.executable, str(PUBLISHERS), "--hosts", str(hosts), "--latency", str(latency)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


def requests(hosts: int, port: int, pages: int, politeness: Politeness) -> list[Request]:
    """So many pages, spread evenly over the hosts."""
    names = [f"{address(n)}:{port}" for n in range(hosts)]
    return [
        Request(
            number,
            f"http://{names[number % hosts]}/2026/03/04/story-{number}",
            names[number % hosts],
            politeness=politeness,
        )
        for number in range(pages)
    ]


@dataclass
class Run:
    """A crawl's cost: seconds of the wall and of this process; memory at each quarter, bytes."""

    pages: int
    wall: float
    cpu: float
    memory: list[int]


def resident() -> int:
    """This process's memory, bytes."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096


def crawl(wanted: list[Request], seconds: float, writer: ArchiveWriter | None = None) -> Run:
    """Fetch them all; archived if there is a writer, as the fetch stage does."""
    client, memory, pages = Client(_SETTINGS), [], 0
    quarter = max(len(wanted) // 4, 1)
    begun, cpu = time.monotonic(), time.process_time()
    with closing(client), closing(Crawl(client, _SETTINGS, {}).run(wanted, begun + seconds)) as run:
        for fetched in run:
            assert isinstance(fetched.result, Response), fetched
            assert fetched.result.status == 200
            pages += 1
            if writer:
                writer.write(fetched.result)
                if pages % _FLUSH == 0:
                    writer.flush()
            if pages % quarter == 0:
                memory.append(resident())
    return Run(pages, time.monotonic() - begun, time.process_time() - cpu, memory)


def fast(hosts: int, pages: int) -> dict[str, float]:
    """No delay, four connections a host; then again into an archive."""
    with publishers(hosts) as port, tempfile.TemporaryDirectory() as folder:
        wanted = requests(hosts, port, pages, Politeness(0, 4, allow_private=True))
        plain = crawl(wanted, 3600)
        with ArchiveWriter(Path(folder), "bench.warc.gz") as writer:
            archived = crawl(wanted, 3600, writer)
    assert plain.pages == pages
    alone, both = plain.cpu / plain.pages * 1000, archived.cpu / archived.pages * 1000
    return {
        "pages_per_second": round(plain.pages / plain.wall, 1),
        "archived_per_second": round(archived.pages / archived.wall, 1),
        "cpu_ms_per_page": round(alone, 3),
        "cpu_ms_archived": round(both, 3),
        "rss_mb": round(plain.memory[-1] / 1e6, 1),
        "rss_growth": round(plain.memory[-1] / plain.memory[0] - 1, 4),
    }


def polite(hosts: int, seconds: float) -> dict[str, float]:
    """One request a second and host, 100 ms each: the share that was used of what is allowed.

    Allowed is one request a host at the start and one for every second after it, robots.txt being
    the first.
    """
    with publishers(hosts, 0.1) as port:
        one = Politeness(1.0, 1, allow_private=True)
        wanted = requests(hosts, port, hosts * (int(seconds) + 10), one)
        run = crawl(wanted, seconds)
    allowed = hosts * int(seconds)
    return {
        "polite_share": round((run.pages + hosts) / allowed, 4),
        "polite_cpu_ms_per_page": round(run.cpu / run.pages * 1000, 3),
    }


class _Instant:
    """Stands in for the client: an empty page at once."""

    def get(self, url: str, **_: Any) -> Response:
        now = datetime.now(UTC)
        return Response(url, url, 200, "OK", (), b"", b"", now, 0.0)


def many(hosts: int) -> dict[str, float]:
    """One page of each of many hosts: what the crawl itself costs a request, microseconds."""
    figures = {}
    for count in (hosts // 10, hosts):
        names = [f"www.site{n}.example" for n in range(count)]
        wanted = [Request(n, f"http://{name}/story", name) for n, name in enumerate(names)]
        begun = time.process_time()
        instant: Any = _Instant()
        ended = Counter(
            type(item.result).__name__
            for item in Crawl(instant, _SETTINGS, {}).run(wanted, time.monotonic() + 600)
        )
        assert ended == {"Response": count}, ended
        figures[f"crawl_us_{count}_hosts"] = round((time.process_time() - begun) / count * 1e6, 1)
    return figures


def main() -> None:
    """Measure, print the table, then one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hosts", type=int, default=200)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=30.0)
    options = parser.parse_args()
    figures = fast(options.hosts, options.pages) | polite(options.hosts, options.seconds)
    figures |= many(10_000)
    table = Table("figure", "value", "target", "", box=None, title="fetching", title_justify="left")
    for name, value in figures.items():
        sign, target = TARGETS.get(name, ("", 0.0))
        reached = value >= target if sign == ">=" else value <= target
        shown = ("[green]yes[/]" if reached else "[red]no[/]") if sign else ""
        table.add_row(name, f"{value:g}", f"{sign} {target:g}" if sign else "", shown)
    Console(highlight=False).print(table)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
