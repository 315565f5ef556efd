"""Tables as files: what a spreadsheet would take for a formula is none, and no row is lost however many there are."""

import csv
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.report.tables import SIGNATURE, csv_file, csv_text, json_file, parquet_file

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＠a"]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_and_no_heading_is_a_formula(text: str) -> None:
    table = pa.table({text: [text, "a " + text], "parts": [[text], ["b", text]]})
    heading, first, second = csv.reader(io.StringIO(csv_text(table), newline=""))
    shown = text.replace("\r", "\n")
    assert heading[0] == first[0] == first[1] == "'" + shown
    assert second == ["a " + shown, "b;" + "'" + shown]


def test_numbers_below_zero_stay_numbers() -> None:
    assert csv_text(pa.table({"car": [-0.0165]})) == "car\n-0.0165\n"


def test_every_row_comes_however_many() -> None:
    table = pa.table({"n": range(25_001), "headline": ["英伟达"] * 25_001})
    lines = csv_file(table).decode().splitlines()
    assert lines[0] == SIGNATURE + "n,headline"
    assert lines[1:] == [f"{n},英伟达" for n in range(25_001)]
    assert json.loads(json_file(table)) == table.to_pylist()
    assert pq.read_table(io.BytesIO(parquet_file(table))).equals(table)


def test_a_table_without_rows_is_an_empty_list() -> None:
    assert json.loads(json_file(pa.table({"n": pa.array([], pa.int64())}))) == []
