"""Loads: rows arrive under their names, all of them and once, or the load says what is wrong."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analytics.errors import StoreError
from analytics.store import load, relations, versions

DAY = date(2024, 6, 10)


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with versions.scratch() as connection:
        relations.create_tables(connection)
        yield connection


def splits(ratios: list[float]) -> pa.Table:
    """Return one split a ratio, with the columns in another order than the table's."""
    return pa.table({"ratio": ratios, "session": [DAY] * len(ratios), "ticker": ["NVDA"] * len(ratios)})


def stored(connection: duckdb.DuckDBPyConnection) -> list[float]:
    return [ratio for (ratio,) in connection.execute("select ratio from splits").fetchall()]


def test_rows_arrive_by_name_after_those_that_are_there(connection: duckdb.DuckDBPyConnection) -> None:
    assert load.insert(connection, "splits", splits([2.0])) == 1
    assert load.insert(connection, "splits", splits([10.0, 4.0])) == 2
    assert connection.execute("from splits").fetchall() == [("NVDA", DAY, 2.0), ("NVDA", DAY, 10.0), ("NVDA", DAY, 4.0)]


def test_no_rows_are_no_fault(connection: duckdb.DuckDBPyConnection) -> None:
    empty = splits([1.0]).slice(1)
    assert load.insert(connection, "splits", empty) == 0


def test_a_key_that_is_there_is_replaced(connection: duckdb.DuckDBPyConnection) -> None:
    load.insert(connection, "splits", splits([2.0]))
    load.replace(connection, "splits", splits([10.0]))
    assert stored(connection) == [10.0]


@pytest.mark.parametrize(
    ("table", "rows", "said"),
    [
        ("nothing", splits([1.0]), "no base table nothing"),
        ("splits; drop table splits", splits([1.0]), "no base table"),
        ("splits", splits([1.0]).rename_columns(["ratio", "session", "symbol"]), "^Table splits: "),
        ("splits", splits([1.0]).drop_columns(["ticker"]), "^Table splits: "),
        ("splits", pa.table({"ticker": [None], "session": [DAY], "ratio": [1.0]}), "^Table splits: "),
        ("splits", pa.table({"ticker": ["A"], "session": ["soon"], "ratio": [1.0]}), "^Table splits: "),
    ],
    ids=["unknown table", "sql for a table", "unknown column", "column missing", "null", "no date"],
)
def test_rows_that_do_not_fit_are_refused(
    table: str, rows: pa.Table, said: str, connection: duckdb.DuckDBPyConnection
) -> None:
    with pytest.raises(StoreError, match=said):
        load.insert(connection, table, rows)
    assert stored(connection) == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("delete from splits where ratio = 4", "3 rows were given"),
        ("update splits set ratio = 5", "sum of splits.ratio"),
    ],
    ids=["a row lost", "a value changed"],
)
def test_a_load_that_loses_or_changes_rows_is_seen(
    fault: str, said: str, connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    append = load._append

    def faulty(connection: duckdb.DuckDBPyConnection, table: str) -> int:
        last = append(connection, table)
        connection.execute(fault)
        return last

    monkeypatch.setattr(load, "_append", faulty)
    with pytest.raises(StoreError, match=said):
        load.insert(connection, "splits", splits([2.0, 4.0, 10.0]))


def test_parquet_is_scanned_in_place(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "it's.parquet"
    pq.write_table(splits([2.0, float("nan"), 4.0]), path)
    assert load.insert_parquet(connection, "splits", path) == 3
    assert stored(connection)[::2] == [2.0, 4.0]
    with pytest.raises(StoreError, match=r"gone\.parquet cannot be read"):
        load.insert_parquet(connection, "splits", tmp_path / "gone.parquet")


def test_what_is_no_parquet_is_refused(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    path.write_text("ticker,session,ratio\n", encoding="utf-8")
    with pytest.raises(StoreError, match=r"rows\.parquet cannot be read as Parquet"):
        load.insert_parquet(connection, "splits", path)


numbers = st.one_of(st.floats(), st.floats(-1e6, 1e6), st.none())
lists = st.lists(st.tuples(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20), numbers))


@given(lists, st.integers(1, 50), st.integers(0, 3), st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_rows_arrive_as_arrow_holds_them(
    pairs: list[tuple[str, float | None]], size: int, cut: int, coded: bool
) -> None:
    """Chunks, slices, dictionaries, nulls, NaN and infinities: the shapes in which scans of 2.0.0 are said to err."""
    names = pa.array([name for name, _ in pairs], pa.string())
    rows = pa.table(
        {
            "ticker": names.dictionary_encode() if coded else names,
            "session": pa.array([DAY] * len(pairs), pa.date32()),
            "close": pa.array([close for _, close in pairs], pa.float64()),
            "source": pa.array(["test"] * len(pairs)),
            "flags": pa.array([["a"] * (place % 3) for place in range(len(pairs))], pa.list_(pa.string())),
        }
    )
    rows = pa.Table.from_batches(rows.to_batches(max_chunksize=size), rows.schema).slice(cut)
    with versions.scratch() as connection:
        relations.create_tables(connection)
        load.insert(connection, "prices", rows)
        found = connection.execute("select ticker, close, flags from prices").fetchall()
    expected = [(row["ticker"], row["close"], row["flags"]) for row in rows.to_pylist()]
    assert [repr(row) for row in found] == [repr(row) for row in expected]
