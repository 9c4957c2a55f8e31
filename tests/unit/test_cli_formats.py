"""Rows as CSV, JSON Lines and Parquet."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from dateline.cli.formats import write_csv, write_jsonl, write_parquet
from dateline.errors import SettingsError
from dateline.store.export import Column, Rows

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 3, 4, 13, 30, tzinfo=timezone(timedelta(hours=1)))
VALUES = {
    "nothing": (25, None),
    "empty": (25, ""),
    "text": (25, 'Ana said: "no",\nand went – 東京'),
    "spaces": (25, " a "),
    "flag": (16, True),
    "whole": (20, 7),
    "real": (701, 0.25),
    "nan": (701, float("nan")),
    "numeric": (1700, Decimal("2.50")),
    "count": (1700, Decimal(12)),
    "at": (1184, AT),
    "exact": (1184, datetime(2026, 3, 4, 12, 30, 0, 5, tzinfo=UTC)),
    "local": (1114, datetime(2026, 3, 4, 12, 30)),  # noqa: DTZ001 (a timestamp without a zone)
    "day": (1082, date(2026, 3, 4)),
    "names": (1009, ["Ana, Díaz", 'Bo "B"', None]),
    "times": (1185, [AT]),
    "json": (3802, {"title": {"from": "h1"}}),
    "hash": (17, memoryview(b"\x01\xff")),
    "span": (1186, timedelta(hours=1)),
}


def rows(copies: int = 1) -> Rows:
    columns = tuple(Column(name, oid) for name, (oid, _) in VALUES.items())
    row = tuple(value for _, value in VALUES.values())
    return Rows(columns, iter([[row]] * copies))


def test_csv_keeps_nulls_quotes_and_lines() -> None:
    """A null is nothing, an empty text is ""; times are UTC; arrays and JSON are JSON."""
    file = io.StringIO()
    assert write_csv(rows(2), file) == 2
    text = file.getvalue()
    header, first, second = csv.reader(io.StringIO(text, newline=""))
    assert header == list(VALUES)
    assert first == second
    got = dict(zip(header, first, strict=True))
    start = ',"","Ana said: ""no"",\nand went – 東京"," a ",true,7,0.25,'
    assert text.split("\r\n")[1].startswith(start)
    assert got["text"] == VALUES["text"][1]
    assert (got["at"], got["exact"]) == ("2026-03-04T12:30:00Z", "2026-03-04T12:30:00.000005Z")
    assert (got["local"], got["day"], got["span"]) == (
        "2026-03-04T12:30:00",
        "2026-03-04",
        "1:00:00",
    )
    assert (got["flag"], got["numeric"], got["count"], got["hash"]) == ("true", "2.5", "12", "01ff")
    assert json.loads(got["names"]) == VALUES["names"][1]
    assert json.loads(got["json"]) == {"title": {"from": "h1"}}
    assert json.loads(got["times"]) == ["2026-03-04T12:30:00Z"]


def test_json_lines_are_strict_json() -> None:
    """An object a line, nulls and NaN as null, numbers as numbers, letters as they are."""
    file = io.StringIO()
    assert write_jsonl(rows(3), file) == 3
    lines = file.getvalue().splitlines()
    assert len(lines) == 3
    assert "東京" in lines[0]

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    got = json.loads(lines[0], parse_constant=refuse)
    assert list(got) == list(VALUES)
    plain = ("nothing", "empty", "text", "flag", "whole", "real", "names", "json")
    assert {name: got[name] for name in plain} == {name: VALUES[name][1] for name in plain}
    assert (got["nan"], got["numeric"], got["count"]) == (None, 2.5, 12)
    assert (got["at"], got["times"]) == ("2026-03-04T12:30:00Z", ["2026-03-04T12:30:00Z"])


def test_parquet_without_pyarrow_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(SettingsError, match=r"pip install 'dateline\[parquet\]'"):
        write_parquet(rows(), tmp_path / "a.parquet")


@pytest.mark.skipif(
    importlib.util.find_spec("pyarrow") is None, reason="needs the extra [parquet]: not installed"
)
def test_parquet_keeps_types(tmp_path: Path) -> None:
    """Numbers, times and arrays stay what they are; the rest is text."""
    from pyarrow import parquet

    file = tmp_path / "a.parquet"
    assert write_parquet(rows(2), file) == 2
    table = parquet.read_table(file)
    types = {field.name: str(field.type) for field in table.schema}
    assert types["at"] == "timestamp[us, tz=UTC]"
    assert (types["whole"], types["flag"], types["json"]) == ("int64", "bool", "string")
    first = table.to_pylist()[0]
    assert (first["at"], first["names"], first["hash"]) == (AT, VALUES["names"][1], b"\x01\xff")
    assert (first["nothing"], first["empty"]) == (None, "")
    assert json.loads(first["json"]) == VALUES["json"][1]
