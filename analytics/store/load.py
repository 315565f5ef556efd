"""The one place where rows are handed to DuckDB: registered Arrow tables and Parquet files, counted and summed.

DuckDB 2.0.0 is reported to read wrong rows from some pandas, NumPy and Arrow objects, so no other kind of object is
handed over, and what arrived is compared with what Arrow itself says was given.
"""

import math
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analytics.errors import StoreError
from analytics.store.faults import reported
from analytics.store.relations import relations

_GIVEN = "given_rows"
_BATCH = 4 * 122_880
_TOLERANCE = 1e-9  # of the sum of absolute values: two orders of adding up differ by about 1e-13


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> int:
    """Append `rows` to the base table `table`, matched by column name, and return their number.

    Raises StoreError for a table that is not a base table, for a column that does not fit, and where the count or a
    sum of what arrived differs from what was given; the version being built is then to be given up.
    """
    connection.register(_GIVEN, _whole_groups(rows))
    try:
        last = _append(connection, table)
    finally:
        connection.unregister(_GIVEN)
    _check(connection, table, last, rows.num_rows, rows.schema, rows.column)
    return int(rows.num_rows)


def replace(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> int:
    """Append `rows` in the place of those of `table` that have the same key; returns and raises as `insert`."""
    key = relations()[table].key
    connection.register(_GIVEN, rows.select(list(key)))
    try:
        same = " and ".join(table + "." + column + " = " + _GIVEN + "." + column for column in key)
        connection.execute(" ".join(("delete from", table, "using", _GIVEN, "where", same)))
    finally:
        connection.unregister(_GIVEN)
    return insert(connection, table, rows)


def insert_parquet(connection: duckdb.DuckDBPyConnection, table: str, path: Path) -> int:
    """Append the rows of the Parquet file at `path`, scanned in place, and return their number; errors as `insert`."""
    try:
        file = pq.ParquetFile(path)
        connection.read_parquet(str(path)).create_view(_GIVEN)
    except (OSError, pa.ArrowInvalid, duckdb.Error) as error:
        raise StoreError(f"{path.name} cannot be read as Parquet: {error}") from error
    try:
        last = _append(connection, table)
    finally:
        connection.execute("drop view " + _GIVEN)
    _check(connection, table, last, file.metadata.num_rows, file.schema_arrow, lambda name: file.read([name]).column(0))
    return int(file.metadata.num_rows)


def _whole_groups(rows: pa.Table) -> pa.RecordBatchReader:
    """Return rows in batches of whole row groups of DuckDB, which packs a group anew where batches meet within it."""
    parts = (rows.slice(first, _BATCH).combine_chunks() for first in range(0, rows.num_rows, _BATCH))
    return pa.RecordBatchReader.from_batches(rows.schema, (batch for part in parts for batch in part.to_batches()))


def _append(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    """Insert the given rows and return the last row id that stood before them."""
    known = [name for name, relation in relations().items() if relation.folder == "tables"]
    if table not in known:
        raise StoreError(f"There is no base table {table}.", hint="Base tables: " + ", ".join(sorted(known)) + ".")
    [(last,)] = connection.table(table).aggregate("coalesce(max(rowid), -1)").fetchall()
    with reported(f"Table {table}"):
        connection.execute(" ".join(("insert into", table, "by name from", _GIVEN)))
    return int(last)


def _check(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    last: int,
    count: int,
    schema: pa.Schema,
    column: Callable[[str], pa.ChunkedArray],
) -> None:
    """Compare count and sums of the rows after `last` with those given; `column` returns one given column."""
    summed = [field.name for field in schema if _is_number(field.type)]
    arrived = connection.table(table).filter("rowid > " + str(last))
    measures = ", ".join(["count(*)", *('sum("' + name + '")' for name in summed)])
    [(found, *totals)] = arrived.aggregate(measures).fetchall()
    if found != count:
        raise StoreError(f"{count} rows were given to table {table}, {found} arrived.")
    for name, total in zip(summed, totals, strict=True):
        if not _same_sum(column(name), total):
            raise StoreError(f"The sum of {table}.{name} differs from the sum of the rows given (found {total}).")


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _same_sum(given: pa.ChunkedArray, total: float | None) -> bool:
    expected: float | None = pc.sum(given).as_py()
    if expected is None or total is None:
        return expected is total
    if math.isfinite(expected):
        size = sum(pc.sum(pc.abs(chunk)).as_py() or 0 for chunk in given.chunks)
        return bool(abs(expected - total) <= _TOLERANCE * size)
    return bool(math.isnan(total) if math.isnan(expected) else expected == total)
