"""`python -m dateline.newsroom --port 8610`: run the newsroom until interrupted."""

from __future__ import annotations

import argparse
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime

from dateline.errors import DatelineError
from dateline.newsroom import Newsroom
from dateline.settings import Settings


def main(argv: list[str] | None = None) -> int:
    """Run it; 0 after an interrupt, 1 with a message when it cannot start."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        parser = _parser(Settings.load().newsroom_port)
        options = parser.parse_args(argv)
        newsroom = Newsroom(
            options.port,
            options.host,
            public_host=options.public_host,
            allow_public=options.allow_public,
            epoch=options.epoch,
        )
        with suppress(KeyboardInterrupt), newsroom:
            lines = [f"newsroom: control http://{newsroom.public_host}:{newsroom.port}/status"]
            lines += [
                f"{site.home}/  {site.publisher.name} ({len(site.pieces)} articles)"
                for site in newsroom.sites
            ]
            sys.stdout.write("\n".join(lines) + "\n")
            sys.stdout.flush()
            newsroom.wait()
    except DatelineError as error:
        sys.stderr.write(f"newsroom: {error}\n")
        return 1
    return 0


def _parser(port: int) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dateline.newsroom", description=__doc__)
    parser.add_argument("--port", type=int, default=port, help="control port; publishers follow")
    parser.add_argument("--host", default="127.0.0.1", help="address to bind")
    parser.add_argument("--public-host", help="name of the host in the addresses it prints")
    parser.add_argument(
        "--allow-public", action="store_true", help="bind an address that others can reach"
    )
    parser.add_argument(
        "--epoch", type=_instant, help="count dates back from this ISO 8601 moment, not from now"
    )
    return parser


def _instant(text: str) -> datetime:
    when = datetime.fromisoformat(text)
    return when if when.tzinfo else when.replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
