"""The columns that the market fills are those that the SQL files declare."""

import re
from pathlib import Path

import pyarrow as pa
import pytest

import analytics
from analytics.market import tables
from analytics.market.sessions import exchanges

ARROW = {
    "varchar": pa.string(),
    "date": pa.date32(),
    "double": pa.float64(),
    "integer": pa.int32(),
    "timestamptz": pa.timestamp("us", "UTC"),
    "varchar[]": pa.list_(pa.string()),
}


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("prices", tables.PRICES),
        ("shares", tables.SHARES),
        ("splits", tables.SPLITS),
        ("fx", tables.FX),
        ("sessions", tables.SESSIONS),
        ("exchanges", exchanges().schema),
    ],
)
def test_a_table_has_the_columns_and_types_of_its_sql_file(name: str, schema: pa.Schema) -> None:
    text = (Path(analytics.__file__).parent / "sql" / "tables" / f"{name}.sql").read_text(encoding="utf-8")
    declared = re.findall(r"^    (\w+) (\S+?)(?: not null)?,?$", text, flags=re.MULTILINE)
    plain = [(field.name, pa.string() if field.type == tables.NAME else field.type) for field in schema]
    assert plain == [(column, ARROW[kind]) for column, kind in declared]
