"""The command line: `dateline`."""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point: one line for an error that a person can mend, 130 for Ctrl-C."""
    try:
        from dateline.cli.app import app
        from dateline.cli.console import fail
        from dateline.errors import DatelineError

        try:
            app()
        except DatelineError as error:
            fail(str(error))
            sys.exit(1)
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        sys.exit(130)
