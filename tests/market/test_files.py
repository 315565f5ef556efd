"""Files of the user in every layout, with the rows that must be refused. Expected rows are written by hand."""

import gzip
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytics.config import resource
from analytics.errors import InputError
from analytics.market import sheet
from analytics.market.files import MarketFile, read_factors, read_fx, read_prices, read_shares

PRICE_COLUMNS = [
    "ticker",
    "session",
    "open",
    "high",
    "low",
    "close",
    "adj_close",
    "volume",
    "source",
    "fetched_at",
    "flags",
]


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def refusals(file: MarketFile) -> list[tuple[int, str]]:
    return [(row["line"], row["reason"]) for row in file.refused.to_pylist()]


def bars(file: MarketFile) -> list[tuple[str, date, float]]:
    return [(row["ticker"], row["session"], row["close"]) for row in file.rows.to_pylist()]


def test_a_long_table_becomes_rows_of_the_table_prices(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "mine.csv",
        "ticker,date,open,high,low,close,adj_close,volume,source\n"
        "NVDA,2024-11-04,137.21,138.96,135.57,136.05,136.04,187528200,desk\n"
        "^HSI,20241104,,,,20567.52,,,\n",
    )
    before = datetime.now(UTC)
    file = read_prices(path)
    assert (file.layout, refusals(file), file.rows.column_names) == ("long", [], PRICE_COLUMNS)
    nvda, hsi = file.rows.to_pylist()
    assert before <= nvda.pop("fetched_at") <= datetime.now(UTC)
    assert nvda == {
        "ticker": "NVDA",
        "session": date(2024, 11, 4),
        "open": 137.21,
        "high": 138.96,
        "low": 135.57,
        "close": 136.05,
        "adj_close": 136.04,
        "volume": 187528200.0,
        "source": "desk",
        "flags": [],
    }
    assert (hsi["session"], hsi["open"], hsi["volume"], hsi["source"]) == (date(2024, 11, 4), None, None, "mine.csv")


def test_a_file_of_yahoo_takes_the_ticker_from_its_name(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "0700.HK.csv",
        "Date,Open,High,Low,Close,Adj Close,Volume\n2024-11-04,410,412.4,405.2,410.2,405.9,13000000\n"
        "2024-11-05,null,null,null,null,null,null\n",
    )
    file = read_prices(path)
    assert file.layout == "one security"
    assert bars(file) == [("0700.HK", date(2024, 11, 4), 410.2)]
    assert file.rows["adj_close"].to_pylist() == [405.9]
    assert refusals(file) == [(3, "close '' is missing")]


def test_a_wide_table_has_a_column_a_ticker_and_no_bar_for_an_empty_cell(tmp_path: Path) -> None:
    path = write(tmp_path, "w.csv", "Date,AMZN,ZM\n2019-04-17,1864.82,NA\n2019-04-18,1861.69,62\n2019-04-19,0,\n")
    file = read_prices(path)
    assert file.layout == "wide"
    assert bars(file) == [
        ("AMZN", date(2019, 4, 17), 1864.82),
        ("AMZN", date(2019, 4, 18), 1861.69),
        ("ZM", date(2019, 4, 18), 62.0),
    ]
    assert refusals(file) == [(4, "close '0' is not a finite number above 0 such as 1234.5")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("A,2024-11-05,0,1", "close '0' is not a finite number above 0 such as 1234.5"),
        ("A,2024-11-05,-1.5,1", "close '-1.5' is not a finite number above 0 such as 1234.5"),
        ("A,2024-11-05,NaN,1", "close 'NaN' is not a finite number above 0 such as 1234.5"),
        ("A,2024-11-05,inf,1", "close 'inf' is not a finite number above 0 such as 1234.5"),
        ("A,2024-11-05,12a,1", "close '12a' is not a finite number above 0 such as 1234.5"),
        ('A,2024-11-05,"1,234.5",1', "close '1,234.5' is not a finite number above 0 such as 1234.5"),
        ("A,2024-11-05,,1", "close '' is missing"),
        ("A,2024-11-05,1,-1", "volume '-1' is not a finite number of at least 0 such as 1234.5"),
        ("A,2024-02-30,1,1", "date '2024-02-30' is not a date in the form 2024-11-04"),
        ("A,05/11/2024,1,1", "date '05/11/2024' is not a date in the form 2024-11-04"),
        ("A,24-11-05,1,1", "date '24-11-05' is not a date in the form 2024-11-04"),
        ("A,,1,1", "date '' is not a date in the form 2024-11-04"),
        (",2024-11-05,1,1", "ticker '' is missing"),
        ("A,2024-02-30,0,-1", "date '2024-02-30' is not a date in the form 2024-11-04"),
        ("A,2024-11-04,5,1", "a second row for the same ticker, session"),
        ("A,2024-11-05,1", "3 cells instead of 4: A,2024-11-05,1"),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_the_others_stay(tmp_path: Path, row: str, reason: str) -> None:
    text = f"ticker,date,close,volume\nA,2024-11-04,1.5,0\n\n{row}\nB,2024-11-05,2.5,\n"
    file = read_prices(write(tmp_path, "p.csv", text))
    assert bars(file) == [("A", date(2024, 11, 4), 1.5), ("B", date(2024, 11, 5), 2.5)]
    assert refusals(file) == [(4, reason)]


def test_lines_stay_right_behind_malformed_rows_and_every_row_is_accounted_for(tmp_path: Path) -> None:
    text = "ticker,date,close\nA,2024-11-04\nA,2024-11-04,1,2,3\nA,2024-11-05,-1\n\nA,2024-11-06,1\nA,2024-11-06,1\n"
    file = read_prices(write(tmp_path, "p.csv", text))
    assert bars(file) == [("A", date(2024, 11, 6), 1.0)]
    assert [line for line, _ in refusals(file)] == [2, 3, 4, 7]


def test_a_refused_row_does_not_stand_in_the_way_of_a_good_one(tmp_path: Path) -> None:
    file = read_prices(write(tmp_path, "p.csv", "ticker,date,close\nA,2024-11-04,0\nA,2024-11-04,7\n"))
    assert bars(file) == [("A", date(2024, 11, 4), 7.0)]


def test_a_duplicate_is_found_in_a_file_in_any_order(tmp_path: Path) -> None:
    text = "ticker,date,close\nB,2024-11-05,1\nA,2024-11-04,2\nB,2024-11-04,3\nA,2024-11-04,4\nB,2024-11-05,5\n"
    file = read_prices(write(tmp_path, "p.csv", text))
    assert [close for _, _, close in bars(file)] == [1.0, 2.0, 3.0]
    assert [line for line, _ in refusals(file)] == [5, 6]


def test_of_many_rows_with_one_key_the_first_is_kept(tmp_path: Path) -> None:
    tickers = [f"T{place * 7 % 10}" for place in range(200)]
    text = "".join(f"{ticker},2024-11-04,{place + 1}\n" for place, ticker in enumerate(tickers))
    file = read_prices(write(tmp_path, "p.csv", f"ticker,date,close\n{text}"))
    assert [close for _, _, close in bars(file)] == list(range(1, 11))
    assert [line for line, _ in refusals(file)] == list(range(12, 202))


def test_a_bar_adjusted_for_dividends_alone_is_kept_without_a_close(tmp_path: Path) -> None:
    file = read_prices(write(tmp_path, "p.csv", "ticker,date,close,adj_close\nA,2024-11-04,,127.42\n"))
    assert [(row["close"], row["adj_close"]) for row in file.rows.to_pylist()] == [(None, 127.42)]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("p.csv", "ticker,date,price,close\nA,2024-11-04,1,1\n", "price.*Needed are date, close; allowed beside them"),
        ("p.csv", "ticker,date\nA,2024-11-04\n", "p.csv, line 1: .*Needed are date, close"),
        ("p.csv", "ticker,close\nA,1\n", "Needed are date, close"),
        ("p.csv", "date\n2024-11-04\n", "Needed are date, close"),
        ("p.csv", "ticker,date,close,close\nA,2024-11-04,1,2\n", "the column 'close' stands more than once"),
        ("p.csv", "Date,session,close\n2024-11-04,2024-11-04,1\n", "the column 'date' stands more than once"),
        ("p.csv", "", "Is it a readable CSV"),
        ("p.xlsx", "PK", r"p.xlsx: this kind of file is not known. Allowed are .csv and .parquet"),
        ("p.parquet", "no parquet", "Is it a readable CSV .* or Parquet file"),
    ],
)
def test_a_file_that_is_no_price_table_is_refused_with_what_is_allowed(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        read_prices(write(tmp_path, name, text))


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.csv"):
        read_prices(tmp_path / "absent.csv")
    (tmp_path / "latin.csv").write_bytes("ticker,date,close\nÄ,2024-11-04,1\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"latin.csv.*UTF-8"):
        read_prices(tmp_path / "latin.csv")


def test_a_small_file_that_unpacks_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "_MOST_BYTES", 2**20)
    same = pa.table({"ticker": pa.array(["A"] * 100_000).dictionary_encode(), "close": np.ones(100_000)})
    pq.write_table(same, tmp_path / "p.parquet")
    assert (tmp_path / "p.parquet").stat().st_size < 2**14
    with pytest.raises(InputError, match="its 100,000 rows take"):
        read_prices(tmp_path / "p.parquet")


def test_parquet_gives_the_rows_that_csv_gives(tmp_path: Path) -> None:
    text = "ticker,date,close,volume\nA,2024-11-04,1.5,7\nB,2024-11-05,-2.5,\nB,2024-11-06,2,\n"
    frame = pd.DataFrame(
        {
            "ticker": pd.Categorical(["A", "B", "B"]),
            "date": pd.to_datetime(["2024-11-04", "2024-11-05", "2024-11-06"]),
            "close": [1.5, -2.5, 2.0],
            "volume": [7.0, np.nan, np.nan],
        }
    )
    frame.to_parquet(tmp_path / "p.parquet", index=False)
    csv, parquet = read_prices(write(tmp_path, "p.csv", text)), read_prices(tmp_path / "p.parquet")
    same = ["ticker", "session", "close", "volume"]
    assert parquet.rows.select(same) == csv.rows.select(same)
    assert refusals(parquet) == [(2, "close '-2.5' is not a finite number above 0 such as 1234.5")]


def test_a_compressed_file_is_read_and_named_like_the_plain_one(tmp_path: Path) -> None:
    (tmp_path / "NVDA.csv.gz").write_bytes(gzip.compress(b"Date,Close\n2024-11-04,136.05\n"))
    assert bars(read_prices(tmp_path / "NVDA.csv.gz")) == [("NVDA", date(2024, 11, 4), 136.05)]


@pytest.mark.parametrize(
    "dates",
    [
        pa.array([date(2024, 11, 4)]),
        pa.array([20241104]),
        pa.array(["2024-11-04"], pa.large_string()),
        pa.array([datetime(2024, 11, 4)]),  # noqa: DTZ001  # a naive timestamp is the point
        pa.array([datetime(2024, 11, 4, 5, tzinfo=UTC)], pa.timestamp("us", "America/New_York")),
    ],
)
def test_a_date_in_parquet_may_have_any_type(tmp_path: Path, dates: pa.Array) -> None:
    pq.write_table(pa.table({"ticker": ["A"], "session": dates, "close": [1]}), tmp_path / "p.parquet")
    assert bars(read_prices(tmp_path / "p.parquet")) == [("A", date(2024, 11, 4), 1.0)]


def test_share_counts_keep_their_basis_and_default_to_that_of_the_prices(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "s.csv",
        "ticker,as_of,shares,basis,source\nNVDA,2024-05-24,2460000000,as_reported,10-Q\n"
        "AAPL,2024-10-18,15115823000,,\nMSFT,2024-10-24,7434880776,diluted,10-Q\nMSFT,2024-10-25,,,\n",
    )
    file = read_shares(path)
    assert file.rows.to_pylist() == [
        {
            "ticker": "NVDA",
            "as_of": date(2024, 5, 24),
            "shares": 2.46e9,
            "basis": "as_reported",
            "source": "10-Q",
        },
        {
            "ticker": "AAPL",
            "as_of": date(2024, 10, 18),
            "shares": 15115823000.0,
            "basis": "split_adjusted",
            "source": "s.csv",
        },
    ]
    assert refusals(file) == [
        (4, "basis 'diluted' is not one of split_adjusted, as_reported"),
        (5, "shares '' is missing"),
    ]


def test_a_rate_quoted_the_other_way_round_is_turned_round(tmp_path: Path) -> None:
    path = write(tmp_path, "fx.csv", "date,usdhkd,eurusd\n2024-11-04,7.77,1.25\n2024-11-05,7.78,\n2024-11-06,0,1.6\n")
    file = read_fx(path)
    assert file.rows.to_pylist() == [
        {"currency": "HKD", "day": date(2024, 11, 4), "per_usd": 7.77, "source": "fx.csv"},
        {"currency": "HKD", "day": date(2024, 11, 5), "per_usd": 7.78, "source": "fx.csv"},
        {"currency": "EUR", "day": date(2024, 11, 4), "per_usd": 0.8, "source": "fx.csv"},
        {"currency": "EUR", "day": date(2024, 11, 6), "per_usd": 0.625, "source": "fx.csv"},
    ]
    assert refusals(file) == [(4, "rate '0' is not a finite number above 0 such as 1234.5")]
    with pytest.raises(InputError, match=r"bad\.csv, line 1: .*not known: hkd"):
        read_fx(write(tmp_path, "bad.csv", "date,hkd\n2024-11-04,7.77\n"))


def test_rates_in_rows_are_read_as_they_are(tmp_path: Path) -> None:
    text = "currency,date,per_usd,source\nCNY,2024-11-04,7.1,bank\n,2024-11-04,1,\nCNY,2024-11-04,7.2,bank\n"
    file = read_fx(write(tmp_path, "fx.csv", text))
    assert file.rows.to_pylist() == [{"currency": "CNY", "day": date(2024, 11, 4), "per_usd": 7.1, "source": "bank"}]
    assert refusals(file) == [(3, "currency '' is missing"), (4, "a second row for the same currency, day")]


def test_factors_in_the_form_of_ken_frenchs_library_become_shares(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "F-F_Research_Data_5_Factors_2x3_daily.CSV",
        "This file was created using a database\nSecond, note\n\n"
        ",Mkt-RF,SMB,HML,RMW,CMA,RF\n19630701,   -0.67,    0.02,   -0.35,    0.03,    0.13,   0.012\n"
        "19630702,    0.79,   -0.28,  -99.99,   -0.08,   -0.21,   0.012\n"
        "\n  Copyright 2025, someone\n",
    )
    file = read_factors(path)
    (row,) = file.rows.to_pylist()
    assert row.pop("session") == date(1963, 7, 1)
    expected = {"mkt_rf": -0.0067, "smb": 0.0002, "hml": -0.0035, "rmw": 0.0003, "cma": 0.0013, "rf": 0.00012}
    assert row == pytest.approx(expected)
    assert refusals(file) == [(6, "hml '  -99.99' is not a return")]


def test_factors_say_their_unit_or_are_percent(tmp_path: Path) -> None:
    text = "date,mkt_rf,rf,unit\n2024-11-04,0.0102,0.0002,share\n2024-11-05,1.02,0.02,percent\n2024-11-06,1,0,bp\n"
    file = read_factors(write(tmp_path, "f.csv", text))
    assert file.rows["mkt_rf"].to_pylist() == pytest.approx([0.0102, 0.0102])
    assert refusals(file) == [(4, "unit 'bp' is not percent or share")]
    plain = read_factors(write(tmp_path, "g.csv", "date,mkt_rf,rf\n2024-11-04,1.02,0.02\n"))
    assert plain.rows["rf"].to_pylist() == pytest.approx([0.0002])


@settings(deadline=None)  # how long a file takes to read says nothing about its rows
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["A", "B", "", " ", " A "]),
            st.sampled_from(["2024-11-04", "2024-11-05", "20241104", "2024-02-30", "soon", ""]),
            st.sampled_from(["1", "2.5", "1e3", "0", "-1", "NaN", "inf", "x", "", "1,2", '"1,2"']),
        )
    )
)
def test_every_line_is_either_a_bar_or_refused_and_no_key_stands_twice(
    rows: list[tuple[str, str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    stated = [line for line, row in enumerate(rows, start=2) if any(row)]
    assume(stated)
    text = "ticker,date,close\n" + "".join(f"{','.join(row)}\n" for row in rows)
    file = read_prices(write(tmp_path_factory.mktemp("any"), "p.csv", text))
    assert file.rows.num_rows + file.refused.num_rows == len(stated)
    assert set(file.refused["line"].to_pylist()) <= set(stated)
    keys = [(ticker, session) for ticker, session, _ in bars(file)]
    assert len(keys) == len(set(keys))
    assert all(ticker in {"A", "B"} and close in {1.0, 2.5, 1000.0} for ticker, _, close in bars(file))


def test_the_sample_that_comes_with_newswake_is_read_whole() -> None:
    sample = resource("data/sample")
    files = [read_prices(sample / "prices.csv"), read_shares(sample / "shares.csv"), read_fx(sample / "fx.csv")]
    assert [(file.rows.num_rows, file.refused.num_rows) for file in files] == [(3286, 0), (23, 0), (356, 0)]


def test_real_files_are_read_whole(shared: Path) -> None:
    market = shared / "market"
    readings = {
        "prices.csv": read_prices,
        "shares.csv": read_shares,
        "factors.csv": read_factors,
    }
    for name, read in readings.items():
        file = read(market / name)
        stated = len((market / name).read_text(encoding="utf-8").splitlines()) - 1
        assert (name, file.rows.num_rows, file.refused.num_rows) == (name, stated, 0)
    rates = read_fx(market / "fx.csv").rows.to_pylist()
    assert next(row["per_usd"] for row in rates if row["currency"] == "EUR") == pytest.approx(1 / 1.0697)
