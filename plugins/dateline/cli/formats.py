"""Rows as CSV, JSON Lines and Parquet, written as they come.

Times are ISO 8601 in UTC, arrays and JSON values are JSON; in CSV a null is an empty field and an
empty text is "", as Postgres's own COPY writes and reads them.
"""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from dateline.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from dateline.store.export import Column, Rows

_ARROW = {
    16: "bool_",
    17: "binary",
    20: "int64",
    21: "int16",
    23: "int32",
    25: "string",
    700: "float32",
    701: "float64",
    1082: "date32",
    1700: "float64",
}
"""pg_type oid → name of the function of pyarrow that makes the type."""
_TIMESTAMPTZ = 1184
_TIMES = frozenset({1114, _TIMESTAMPTZ})
_TEXT_ARRAYS = frozenset({1009, 1015})


def write_csv(rows: Rows, file: IO[str]) -> int:
    """Write a header and all rows; gives how many rows."""
    file.write(_csv_line(column.name for column in rows.columns))
    return _write(rows, lambda row: file.write(_csv_line(row)))


def write_jsonl(rows: Rows, file: IO[str]) -> int:
    """Write an object a line; gives how many."""
    names = [column.name for column in rows.columns]
    return _write(
        rows, lambda row: file.write(_json(dict(zip(names, map(_finite, row), strict=True))) + "\n")
    )


def _write(rows: Rows, one: Callable[[tuple[Any, ...]], object]) -> int:
    count = 0
    for chunk in rows.chunks:
        for row in chunk:
            one(row)
        count += len(chunk)
    return count


def _csv_line(values: Iterable[Any]) -> str:
    return ",".join(map(_csv_field, values)) + "\r\n"


def _csv_field(value: Any) -> str:
    if value is None:
        return ""
    text = _text(value)
    quoted = not text or any(mark in text for mark in ',"\r\n') or text != text.strip()
    return '"' + text.replace('"', '""') + '"' if quoted else text


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case bool() | list() | dict():
            return _json(value)
        case _:
            return str(value if isinstance(value, int | float) else _plain(value))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> Any:
    """What JSON has no word for, as text or number; null for a number that it lacks (NaN)."""
    match value:
        case Decimal():
            if not value.is_finite():
                return None
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime():
            at = value.astimezone(UTC) if value.tzinfo else value
            return at.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case bytes() | memoryview():
            return bytes(value).hex()
        case _:
            return str(value)


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write_parquet(rows: Rows, path: Path) -> int:
    """Write a row group for each chunk; gives how many rows.

    Raises:
        SettingsError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise SettingsError(
            "--format parquet needs pyarrow: pip install 'dateline[parquet]', or take csv or jsonl"
        ) from error
    schema = pa.schema([(item.name, _arrow_type(item, pa)) for item in rows.columns])
    count = 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for chunk in rows.chunks:
            columns = [
                [_cell(value, item) for value in values]
                for item, values in zip(rows.columns, zip(*chunk, strict=True), strict=True)
            ]
            arrays = [
                pa.array(values, field.type) for values, field in zip(columns, schema, strict=True)
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            count += len(chunk)
    return count


def _arrow_type(column: Column, pa: Any) -> Any:
    if column.oid in _TIMES:
        return pa.timestamp("us", tz="UTC" if column.oid == _TIMESTAMPTZ else None)
    if column.oid in _TEXT_ARRAYS:
        return pa.list_(pa.string())
    return getattr(pa, _ARROW.get(column.oid, "string"))()


def _cell(value: Any, column: Column) -> Any:
    """A value as pyarrow takes it for the column's type; what has no type of its own is text."""
    if value is None or column.oid in _TIMES | _TEXT_ARRAYS:
        return value
    match value:
        case Decimal():
            return float(value)
        case memoryview():
            return bytes(value)
    return value if column.oid in _ARROW else _text(value)
