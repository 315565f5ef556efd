"""The app's own queries: one .sql file each, run by name with `$parameters`."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from analytics.store.faults import reported
from analytics.store.relations import SQL


def run(connection: duckdb.DuckDBPyConnection, name: str, **parameters: object) -> pa.Table:
    """Run sql/queries/`name`.sql on a cursor of its own and return all its rows.

    A connection shared by threads hands one thread's rows to another; a cursor per query does not.
    """
    with connection.cursor() as cursor, reported(f"queries/{name}.sql"):
        return cursor.sql(_text(name), params=parameters).to_arrow_table()


@contextmanager
def stream(connection: duckdb.DuckDBPyConnection, name: str, **parameters: object) -> Iterator[pa.RecordBatchReader]:
    """Run sql/queries/`name`.sql and hand out its rows batch by batch, for results beyond the memory."""
    with connection.cursor() as cursor, reported(f"queries/{name}.sql"):
        yield cursor.sql(_text(name), params=parameters).to_arrow_reader()


def change(connection: duckdb.DuckDBPyConnection, name: str, **parameters: object) -> None:
    """Run the statements of sql/queries/`name`.sql in order, each with those of the parameters that it names."""
    with reported(f"queries/{name}.sql"):
        for statement in connection.extract_statements(_text(name)):
            named = {key: parameters[key] for key in statement.named_parameters}
            connection.execute(statement, named or None)


def _text(name: str) -> str:
    return (SQL / "queries" / (name + ".sql")).read_text(encoding="utf-8")
