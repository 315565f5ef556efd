"""Relations: what the heads of the .sql files say is what the database holds."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from analytics.errors import StoreError
from analytics.store import relations, versions

PRICES = """-- One row per bar,
-- as it came.
-- key: ticker
-- ticker: the security
create table prices (ticker varchar);
"""
VIEW = """-- One row per ticker.
-- key: ticker
-- reads: {reads}
-- ticker: it's the ticker
create view {name} as {sql};
"""


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with versions.scratch() as connection:
        yield connection


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of .sql files of the test's own, in the place of the app's."""
    for folder in ("tables", "marts", "macros"):
        (tmp_path / folder).mkdir()
    (tmp_path / "tables" / "prices.sql").write_text(PRICES, encoding="utf-8")
    found = relations.relations.__wrapped__
    monkeypatch.setattr(relations, "relations", lambda: found(tmp_path))
    return tmp_path


def view(tree: Path, name: str, reads: str, sql: str) -> None:
    (tree / "marts" / f"{name}.sql").write_text(VIEW.format(name=name, reads=reads, sql=sql), encoding="utf-8")


def test_a_head_gives_description_key_and_columns(tree: Path) -> None:
    prices = relations.relations()["prices"]
    assert prices.description == "One row per bar, as it came."
    assert (prices.key, prices.reads, prices.columns) == (("ticker",), (), {"ticker": "the security"})


def test_marts_are_created_after_what_they_read(tree: Path, connection: duckdb.DuckDBPyConnection) -> None:
    view(tree, "alpha", "beta", "from beta")
    view(tree, "beta", "prices", "from prices")
    relations.create_tables(connection)
    relations.create_marts(connection)
    relations.create_marts(connection)  # again, over those that are there
    described = connection.execute("select view_name, comment from duckdb_views() where not internal").fetchall()
    assert sorted(described) == [("alpha", "One row per ticker."), ("beta", "One row per ticker.")]
    quoted = connection.execute("select comment from duckdb_columns() where table_name = 'alpha'").fetchall()
    assert quoted == [("it's the ticker",)]


def test_a_mart_may_turn_from_a_view_into_a_table(tree: Path, connection: duckdb.DuckDBPyConnection) -> None:
    view(tree, "alpha", "prices", "from prices")
    relations.create_tables(connection)
    relations.create_marts(connection)
    path = tree / "marts" / "alpha.sql"
    path.write_text(path.read_text(encoding="utf-8").replace("create view", "create table"), encoding="utf-8")
    relations.create_marts(connection)
    assert connection.execute("select table_name from duckdb_tables()").fetchall() == [("alpha",), ("prices",)]


def test_a_macro_is_created_and_described(tree: Path, connection: duckdb.DuckDBPyConnection) -> None:
    text = "-- Bars of one security.\ncreate macro bars(wanted) as table select * from prices where ticker = wanted;\n"
    (tree / "macros" / "bars.sql").write_text(text, encoding="utf-8")
    relations.create_tables(connection)
    relations.create_marts(connection)
    found = connection.execute("select comment from duckdb_functions() where function_name = 'bars'").fetchall()
    assert found == [("Bars of one security.",)]


def test_a_file_that_creates_another_relation_is_refused(tree: Path) -> None:
    view(tree, "alpha", "prices", "from prices")
    (tree / "marts" / "alpha.sql").rename(tree / "marts" / "beta.sql")
    with pytest.raises(StoreError, match=r"beta\.sql creates no relation named beta"):
        relations.relations()


def test_a_column_that_only_the_head_knows_is_refused(tree: Path, connection: duckdb.DuckDBPyConnection) -> None:
    path = tree / "tables" / "prices.sql"
    path.write_text(path.read_text(encoding="utf-8").replace("-- ticker:", "-- symbol:"), encoding="utf-8")
    with pytest.raises(StoreError, match=r"tables/prices\.sql"):
        relations.create_tables(connection)


def test_keys_that_come_twice_are_counted(connection: duckdb.DuckDBPyConnection) -> None:
    relations.create_tables(connection)
    connection.execute(
        "insert into splits values ('A', '2024-01-02', 2), ('A', '2024-01-02', 3), ('B', '2024-01-02', 2)"
    )
    [found] = relations.duplicate_keys(connection, "splits")
    assert (found["ticker"], found["rows"]) == ("A", 2)


def test_every_column_of_every_base_table_is_described(connection: duckdb.DuckDBPyConnection) -> None:
    relations.create_tables(connection)
    silent = connection.execute(
        "select table_name, column_name from duckdb_columns() where comment is null and not internal"
    )
    assert silent.fetchall() == []
