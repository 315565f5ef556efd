"""Price files that went through spreadsheets, browsers and other programs: read right, or refused in one sentence."""

import gzip
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analytics.errors import InputError
from analytics.market.files import read_prices

TEXT = "ticker,date,close\nNVDA,2024-11-05,139.91\nAAPL,2024-11-05,223.45\n"
TUE, WED = date(2024, 11, 5), date(2024, 11, 6)
# Two sessions of two tickers as yfinance returns them: a field and a ticker name each column.
DOWNLOADED = pd.DataFrame(
    {
        ("Close", "AAPL"): [223.45, None],
        ("Close", "NVDA"): [139.91, 145.61],
        ("Adj Close", "AAPL"): [222.5, None],
        ("Adj Close", "NVDA"): [139.89, 145.59],
        ("Volume", "AAPL"): [28111300, None],
        ("Volume", "NVDA"): [160537400, 242043900],
    },
    index=pd.DatetimeIndex([TUE, WED], name="Date"),
).rename_axis(columns=["Price", "Ticker"])
BARS = [
    ("AAPL", TUE, 223.45, 222.5, 28111300.0),
    ("NVDA", TUE, 139.91, 139.89, 160537400.0),
    ("NVDA", WED, 145.61, 145.59, 242043900.0),
]


def bars(path: Path) -> list[tuple[str, date, float]]:
    rows = read_prices(path).rows.to_pylist()
    return [(row["ticker"], row["session"], row["close"]) for row in rows]


def refusals(path: Path) -> list[tuple[int, str]]:
    return [(row["line"], row["reason"]) for row in read_prices(path).refused.to_pylist()]


@pytest.mark.parametrize("order", ["field first", "ticker first"])
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_two_lines_of_names_are_a_field_and_a_ticker(tmp_path: Path, kind: str, order: str) -> None:
    frame = DOWNLOADED if order == "field first" else DOWNLOADED.swaplevel(axis=1).sort_index(axis=1)
    path = tmp_path / f"download.{kind}"
    if kind == "csv":
        frame.to_csv(path)
    else:
        frame.to_parquet(path)
    file = read_prices(path)
    rows = [(r["ticker"], r["session"], r["close"], r["adj_close"], r["volume"]) for r in file.rows.to_pylist()]
    assert (file.layout, sorted(rows), file.refused.num_rows) == ("wide", BARS, 0)


def test_a_bad_cell_below_two_lines_of_names_has_the_line_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "download.csv"
    path.write_text("Price,Close,Close\nTicker,AAPL,NVDA\nDate,,\n2024-11-05,223.45,139.91\n2024-11-06,0,145.61\n")
    assert refusals(path) == [(5, "close '0' is not a finite number above 0 such as 1234.5")]
    path.write_text("Price,Volume\nTicker,AAPL\nDate,\n2024-11-05,1\n")
    with pytest.raises(InputError, match=r"missing: close"):
        read_prices(path)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + TEXT,  # Excel
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        "," + TEXT.replace("\nNVDA", "\n0,NVDA").replace("\nAAPL", "\n1,AAPL"),  # pandas, with its row numbers
        TEXT.replace("2024-11-05", "2024-11-05 00:00:00"),
        TEXT.replace("2024-11-05", "2024-11-05 00:00:00-05:00"),
        TEXT.replace("2024-11-05", "2024-11-05T00:00:00.000Z"),
        TEXT.replace("close", "close,currency").replace(".91", ".91,USD").replace(".45", ".45,"),
    ],
)
def test_the_ways_of_other_programs_change_no_figure(tmp_path: Path, text: str) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(text.encode())
    assert bars(path) == [("NVDA", TUE, 139.91), ("AAPL", TUE, 223.45)]


def test_a_wide_table_may_hold_the_tickers_low_and_open(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("Date,AAPL,LOW,MSFT,NVDA,OPEN\n2024-11-05,223.45,264.2,411.46,139.91,1.75\n")
    assert ("LOW", TUE, 264.2) in bars(path)
    path.write_text("DATE,OPEN,HIGH,LOW,LAST\n2024-11-05,1,2,1,2\n")  # a bar without a close is no wide table
    with pytest.raises(InputError, match="missing: close; not known: last"):
        read_prices(path)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("NVDA,2024-11-05T21:00:00Z,1,", "date '2024-11-05T21:00:00Z' is not a date in the form 2024-11-04"),
        ("NV\0DA,2024-11-05,1,", "ticker 'NV\0DA' has a character that cannot be printed"),
        ("NVDA,1850-11-05,1,", "date '1850-11-05' is not between 1900-01-01 and today"),
        ("NVDA,9999-12-31,1,", "date '9999-12-31' is not between 1900-01-01 and today"),
        ("NVDA,2024-11-05,$1,", "close '$1' is not a finite number above 0 such as 1234.5"),
        ("NVDA,2024-11-05,1e400,", "close '1e400' is not a finite number above 0 such as 1234.5"),
        (
            "AZN.L,2024-11-05,11000,GBp",
            "currency 'GBp' is not the currency of the ticker's exchange; convert the prices (pence to pounds)",
        ),
        (
            "0700.HK,2024-11-05,52,USD",
            "currency 'USD' is not the currency of the ticker's exchange; convert the prices (pence to pounds)",
        ),
    ],
)
def test_a_row_that_would_mislead_is_refused(tmp_path: Path, cells: str, reason: str) -> None:
    path = tmp_path / "p.csv"
    path.write_text(f"ticker,date,close,currency\nABC.QQ,2024-11-05,2,XXX\n{cells}\n")
    assert bars(path) == [("ABC.QQ", TUE, 2.0)]
    assert refusals(path) == [(3, reason)]


def test_a_bar_of_today_is_taken_and_one_of_next_week_is_not(tmp_path: Path) -> None:
    today = datetime.now(UTC).date()
    path = tmp_path / "p.csv"
    path.write_text(f"ticker,date,close\nNVDA,{today},1\nNVDA,{today + timedelta(days=7)},1\n")
    assert bars(path) == [("NVDA", today, 1.0)]


def test_an_instant_in_parquet_is_a_date_only_at_midnight(tmp_path: Path) -> None:
    # Midnight in Hong Kong, told in UTC, lies on the day before.
    instants = pa.array([datetime(2024, 11, 4, 16, tzinfo=UTC)], pa.timestamp("us", "UTC"))
    pq.write_table(pa.table({"ticker": ["0700.HK"], "date": instants, "close": [1.0]}), tmp_path / "p.parquet")
    assert bars(tmp_path / "p.parquet") == []
    local = instants.cast(pa.timestamp("us", "Asia/Hong_Kong"))
    pq.write_table(pa.table({"ticker": ["0700.HK"], "date": local, "close": [1.0]}), tmp_path / "p.parquet")
    assert bars(tmp_path / "p.parquet") == [("0700.HK", TUE, 1.0)]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("p.csv", TEXT.encode("utf-16"), r"p.csv: it is UTF-16 text. Save it as CSV \(UTF-8, comma\)"),
        ("p.csv", TEXT.replace("AAPL", "\u00c4").encode("latin-1"), r"p.csv, line 3: it is not UTF-8 text"),
        ("p.csv", TEXT.replace(",", ";").encode(), r"p.csv, line 1: its cells are separated by semicolons. Save it"),
        ("p.csv", TEXT.replace(",", "\t").encode(), r"separated by tabs"),
        ("p.csv", gzip.compress(TEXT.encode()), r"p.csv: it is compressed with gzip. Name it .csv.gz"),
        ("p.csv", b"PK\x03\x04sheet", r"it is a workbook or a zip archive. Save its sheet as CSV"),
        ("p.csv", b"PAR1\x00\x00", r"it is a Parquet file. Name it .parquet"),
        ("p.csv", b"\n\n\n", r"p.csv: it holds no row of data"),
        ("p.csv", b"ticker,date,close\n", r"p.csv: it holds no row of data"),
        ("p.csv.gz", TEXT.encode(), r"p.csv.gz: .*header check\. Is it a readable CSV"),
        ("p.csv.gz", gzip.compress(TEXT.encode() * 500)[:60], r"p.csv.gz: Truncated compressed stream\. Is it"),
        ("p.parquet", b"", r"p.parquet: Parquet file size is 0 bytes\. Is it"),
        ("NVDA (1).csv", b"Date,Close\n2024-11-05,1\n", r"its name 'NVDA \(1\)' is no ticker. Add the column, or"),
        ("p.csv", b"Date,Close,Dividends\n2024-11-05,1,0\n", r"p.csv, line 1: .*\(not known: dividends\). Needed are"),
    ],
    ids=lambda part: "content" if isinstance(part, bytes) else part,  # gzip writes the time into its bytes
)
def test_a_file_of_another_kind_is_refused_by_its_name_with_what_to_do(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InputError, match=said):
        read_prices(path)


def test_a_parquet_file_cut_short_a_column_of_lists_and_a_folder_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    DOWNLOADED.to_parquet(path)
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(InputError, match=r"p.parquet: Parquet magic bytes not found"):
        read_prices(path)
    pq.write_table(pa.table({"ticker": ["A"], "date": [[1]], "close": [1.0]}), path)
    with pytest.raises(InputError, match=r"p.parquet: the column 'date' holds values of the type list"):
        read_prices(path)
    (tmp_path / "dir.csv").mkdir()
    with pytest.raises(InputError, match=r"dir.csv: this is a folder"):
        read_prices(tmp_path / "dir.csv")


@pytest.mark.parametrize(("name", "ticker"), [("NVDA.CSV", "NVDA"), ("^HSI.csv", "^HSI"), ("BRK-B.txt", "BRK-B")])
def test_a_ticker_in_the_name_of_a_file_loses_the_ending(tmp_path: Path, name: str, ticker: str) -> None:
    (tmp_path / name).write_text("Date,Close\n2024-11-05,1\n")
    assert bars(tmp_path / name) == [(ticker, TUE, 1.0)]
