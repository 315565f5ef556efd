"""A table as CSV, JSON or Parquet, byte for byte the same on every machine."""

import csv
import io
import json
import math
from collections.abc import Iterable
from datetime import date, datetime

import pyarrow as pa
import pyarrow.parquet as pq

SIGNATURE = "\ufeff"
"""Tells Excel that a file is UTF-8; standard output goes without it."""

_ROWS_AT_ONCE = 10_000
_FORMULA_STARTS = tuple("=+-@\t\n＝＋－＠")  # spreadsheets take the wide signs for the narrow ones


def csv_text(table: pa.Table) -> str:
    """Return the table as CSV with line feeds: 12 significant digits, ISO dates, lists joined by ";".

    Text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_plain(name) for name in table.column_names])
    for part in _parts(table):
        columns = [[_cell(value) for value in _values(column)] for column in part.columns]
        writer.writerows(zip(*columns, strict=True))
    return out.getvalue()


def csv_file(table: pa.Table) -> bytes:
    """Return the bytes of a CSV file: UTF-8 with the signature."""
    return (SIGNATURE + csv_text(table)).encode()


def json_file(table: pa.Table) -> bytes:
    """Return the bytes of a JSON file: a list with an object a line, values as in `json_text`."""
    lines = (json.dumps(_jsonable(row), ensure_ascii=False) for part in _parts(table) for row in rows(part))
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


def parquet_file(table: pa.Table) -> bytes:
    """Return the bytes of a Parquet file."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return bytes(sink.getvalue())


def json_text(value: object) -> str:
    """Return JSON with exact numbers and ISO dates; tables become lists of objects, NaN becomes null."""
    return json.dumps(_jsonable(value), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def rows(table: pa.Table) -> list[dict[str, object]]:
    """Return the rows as plain Python values keyed by column."""
    names = table.column_names
    return [dict(zip(names, row, strict=True)) for row in zip(*map(_values, table.columns), strict=True)]


def _parts(table: pa.Table) -> Iterable[pa.Table]:
    # Python's values of a million rows at once would take gigabytes.
    return (table.slice(start, _ROWS_AT_ONCE) for start in range(0, table.num_rows, _ROWS_AT_ONCE))


def _values(column: pa.ChunkedArray) -> Iterable[object]:
    # Offsets and counts in a chart or a link stay integers, dates stay dates.
    return column.to_pylist()  # type: ignore[no-any-return]  # pyarrow has no types


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case float():
            return "" if math.isnan(value) else format(value, ".12g")
        case list():
            return _plain(";".join(_cell(part) for part in value))
        case dict():
            return " ".join(_cell(part) for part in value.values() if part)
        case datetime() | date():
            return value.isoformat()
        case str():
            return _plain(value)
        case _:
            return str(value)


def _plain(text: str) -> str:
    # The writer quotes line feeds alone: a carriage return would begin a row, and what follows it a cell.
    text = text.replace("\r", "\n")
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _jsonable(value: object) -> object:
    match value:
        case pa.Table():
            return [_jsonable(row) for row in rows(value)]
        case float():
            return value if math.isfinite(value) else None
        case dict():
            return {str(key): _jsonable(part) for key, part in value.items()}
        case list() | tuple():
            return [_jsonable(part) for part in value]
        case datetime() | date():
            return value.isoformat()
        case None | bool() | int() | str():
            return value
        case _:
            return str(value)
