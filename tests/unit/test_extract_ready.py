"""Nothing is loaded by a page that could have been loaded before it."""

from __future__ import annotations

import json
import subprocess
import sys

PROGRAM = """
import json, sys
import dateline.extract, dateline.extract.fallback
dateline.extract.prepare()
filled = {}
for name, module in sorted(sys.modules.items()):
    if name.startswith(("dateline.extract", "dateline.months", "dateline.urls")):
        for attribute, value in vars(module).items():
            info = getattr(value, "cache_info", None)
            if info and info().maxsize == 1 and value.__module__ == name:
                filled[f"{name}.{attribute}"] = info().currsize
filled["weights"] = dateline.extract.model.Trees.load.cache_info().currsize
filled["suffixes"] = int(dateline.urls._domains._extractor is not None)
print(json.dumps(filled))
"""


def filled() -> dict[str, int]:
    """How full each cache for one value is, in a process that did nothing but prepare."""
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def test_prepare_loads_every_table():
    """Whatever is kept once a process is there before the first page."""
    found = filled()
    assert {"dateline.months.month_names", "dateline.extract.places._cities"} <= set(found)
    assert set(found.values()) == {1}, found
