"""`python -m dateline.local.native`: compile extract/_native.c, the hot loops of body extraction.

They exist twice: in Python, and in C for those machines that have a compiler, with the same results
(tests/unit/test_extract_native.py). Extraction then takes about half the CPU.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "extract" / "_native.c"


def build(folder: Path | None = None) -> Path:
    """Compile the module for this Python; returns the library, beside the source or in `folder`.

    Raises:
        OSError: there is no compiler, or the folder cannot be written.
        subprocess.CalledProcessError: the compiler failed; its `stderr` says why.
    """
    target = (folder or SOURCE.parent) / f"_native{sysconfig.get_config_var('EXT_SUFFIX')}"
    compiler = os.environ.get("CC", "cc").split()
    shared = ["-shared"]
    if sys.platform == "darwin":
        shared = ["-bundle", "-undefined", "dynamic_lookup"]
    include = sysconfig.get_paths()["include"]
    # Written beside and renamed: a process that has the old one open keeps it.
    unfinished = target.with_suffix(f".{os.getpid()}.tmp")
    command = [
        *compiler,
        "-O3",
        "-fPIC",
        *shared,
        f"-I{include}",
        f"{SOURCE}",
        "-o",
        f"{unfinished}",
    ]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target


def main() -> int:
    """Compile, and say what came of it: it is never an error to go without."""
    try:
        build()
    except OSError as error:
        why = f"no C compiler ({error.filename or error})"
    except subprocess.CalledProcessError as error:
        lines = (error.stderr or "").strip().splitlines() or [f"exit status {error.returncode}"]
        why = next((line for line in lines if "error" in line), lines[-1])
    else:
        print("extraction is compiled")  # noqa: T201
        return 0
    print(f"extraction runs in pure Python, at about twice the CPU: {why}")  # noqa: T201
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
