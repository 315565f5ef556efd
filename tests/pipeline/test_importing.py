"""Files of prices: what fails a check is kept, named and counted, also across two files and over whole series."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from analytics.errors import InputError
from analytics.pipeline.publish import import_files
from analytics.pipeline.snapshot import open_snapshot
from analytics.store import versions

FIRST = date(2024, 6, 3)  # Monday; NYSE is closed on Wednesday 19 June
DAYS = [day for day in (FIRST + timedelta(days=n) for n in range(30)) if day.weekday() < 5 and day.day != 19]


def write(path: Path, ticker: str, closes: dict[date, float]) -> Path:
    lines = [f"{ticker},{day},{close}" for day, close in closes.items()]
    path.write_text("\n".join(["ticker,date,close", *lines]) + "\n", encoding="utf-8")
    return path


def flags(home: Path, ticker: str) -> dict[date, list[str]]:
    with open_snapshot(home) as data:
        rows = data.ask("stored_bars", tickers=[ticker]).to_pylist()
    return {row["session"]: row["flags"] for row in rows if row["flags"]}


def test_a_bad_tick_is_seen_once_the_file_of_the_next_day_comes(home: Path, tmp_path: Path) -> None:
    first = write(tmp_path / "a.csv", "ZZA", {DAYS[0]: 100.0, DAYS[1]: 101.0, DAYS[2]: 160.0})
    (imported,) = import_files(home, [("prices", first)])
    assert (imported.flagged, flags(home, "ZZA")) == (0, {})
    (imported,) = import_files(home, [("prices", write(tmp_path / "b.csv", "ZZA", {DAYS[3]: 100.5}))])
    assert (imported.rows, imported.flagged) == (1, 0)
    assert flags(home, "ZZA") == {DAYS[2]: ["reversed jump"]}


def test_a_file_that_is_read_in_several_parts_is_imported_whole(home: Path, tmp_path: Path) -> None:
    days = [FIRST + timedelta(days=n) for n in range(-9000, 1)]
    lines = [f"ZZ{ticker}.XX,{day},{100 + day.day}" for ticker in "ABCDEF" for day in days]
    text, packed = tmp_path / "long.csv", tmp_path / "long.parquet"
    text.write_text("\n".join(["ticker,date,close", *lines]) + "\n", encoding="utf-8")
    assert text.stat().st_size > 2**20  # Arrow's block
    pq.write_table(pyarrow.csv.read_csv(text), packed, row_group_size=len(days) * 2 + 7)
    for file in (text, packed):
        (imported,) = import_files(home, [("prices", file)])
        assert (imported.rows, imported.refused) == (len(lines), ())
        with open_snapshot(home) as data:
            counted = {row["ticker"]: row["bars"] for row in data.ask("coverage").to_pylist()}
        assert {ticker: bars for ticker, bars in counted.items() if ticker.startswith("ZZ")} == {
            f"ZZ{ticker}.XX": len(days) for ticker in "ABCDEF"
        }


def test_a_close_that_stays_is_seen_over_files_of_a_day_each(home: Path, tmp_path: Path) -> None:
    for day in DAYS[:5]:
        (imported,) = import_files(home, [("prices", write(tmp_path / "day.csv", "ZZA", {day: 100.0}))])
    assert imported.flagged == 1
    assert flags(home, "ZZA") == {DAYS[4]: ["unchanged close"]}


def test_coverage_names_gaps_and_series_that_stopped(home: Path, tmp_path: Path) -> None:
    # Shanghai: its newest bar is the one of the sample's index, on 31 December 2024.
    new_year = [date(2024, 12, day) for day in (19, 20, 23, 24, 25, 26, 27, 30, 31)]
    whole = {day: 100.0 + place for place, day in enumerate(new_year)}
    kinds = {
        "600001.SS": whole,
        "600002.SS": {day: close for day, close in whole.items() if day.day not in {20, 26, 27}},
        "600003.SS": {day: close for day, close in whole.items() if day.day < 24},  # six sessions behind the others
        "600004.SS": {day: close for day, close in whole.items() if day.day < 25},  # five, as many as are allowed
        "600005.SS": whole | {date(2024, 12, 21): 101.5},  # a Saturday
        "MINE.XX": {day: close for day, close in whole.items() if day.day != 20},
    }
    import_files(home, [("prices", write(tmp_path / f"{name}.csv", name, closes)) for name, closes in kinds.items()])
    with open_snapshot(home) as data:
        rows = {row["ticker"]: (row["missing"], row["checks"]) for row in data.ask("coverage").to_pylist()}
    assert {ticker: rows[ticker] for ticker in kinds} == {
        "600001.SS": (0, []),
        "600002.SS": (3, ["missing sessions"]),
        "600003.SS": (0, ["stale series"]),
        "600004.SS": (0, []),
        "600005.SS": (0, ["closed day"]),
        "MINE.XX": (0, []),
    }


def test_a_file_without_a_usable_row_stores_nothing_and_says_why(home: Path, tmp_path: Path) -> None:
    (imported,) = import_files(home, [("prices", write(tmp_path / "bad.csv", "ZZA", {DAYS[0]: -4.0}))])
    assert (imported.rows, imported.flagged) == (0, 0)
    assert imported.refused == ("bad.csv, line 2: close '-4.0' is not a finite number above 0 such as 1234.5",)


@pytest.mark.parametrize(
    "content", [b"", b"ticker,date,close\n", b"\xff\xfet\0", b"PAR1", b"ticker;date;close\nZZA;1;2\n"]
)
def test_a_file_that_cannot_be_read_leaves_the_last_version_as_it_is(
    home: Path, tmp_path: Path, content: bytes
) -> None:
    good = write(tmp_path / "a.csv", "ZZA", {DAYS[0]: 100.0})
    import_files(home, [("prices", good)])
    (tmp_path / "bad.csv").write_bytes(content)
    with pytest.raises(InputError, match=r"bad\.csv"):
        import_files(
            home, [("prices", write(tmp_path / "c.csv", "ZZC", {DAYS[0]: 1.0})), ("prices", tmp_path / "bad.csv")]
        )
    with open_snapshot(home) as data:
        rows = data.ask("stored_bars", tickers=["ZZA", "ZZC"]).to_pylist()
        assert ([(row["ticker"], row["close"]) for row in rows], data.version.number) == ([("ZZA", 100.0)], 1)


def test_a_ticker_with_sessions_of_its_own_stops_no_later_import(home: Path, tmp_path: Path) -> None:
    import_files(home, [("prices", write(tmp_path / "a.csv", "MINE.XX", {DAYS[0]: 100.0}))])
    for name in ("MINE.XX", "ZZA"):
        (imported,) = import_files(home, [("prices", write(tmp_path / "b.csv", name, {DAYS[3]: 100.0}))])
        assert imported.rows == 1
    with open_snapshot(home) as data:
        rows = data.sql("select session from sessions where exchange = 'bars of MINE.XX' order by session").table
    assert rows["session"].to_pylist() == [DAYS[0], DAYS[3]]


def test_a_version_whose_views_another_newswake_made_is_renewed_when_it_is_opened(home: Path, tmp_path: Path) -> None:
    import_files(home, [("prices", write(tmp_path / "a.csv", "ZZA", {DAYS[0]: 100.0}))])
    manifest = home / "versions" / "manifest.json"
    with open_snapshot(home) as data:
        assert data.version.number == 1
    manifest.write_text(re.sub(r' "views": "[0-9a-f]+",\n', "", manifest.read_text(encoding="utf-8")), encoding="utf-8")
    with open_snapshot(home) as data:
        assert data.version.number == 2
        assert [row["session"] for row in data.ask("stored_bars", tickers=["ZZA"]).to_pylist()] == [DAYS[0]]
    with open_snapshot(home) as data:
        assert data.version.number == 2


def test_sessions_that_another_newswake_stored_are_written_anew(home: Path, tmp_path: Path) -> None:
    import_files(home, [("prices", write(tmp_path / "a.csv", "ZZA", {DAYS[0]: 100.0}))])
    wrong = "update sessions set close_at = close_at + interval 3 hour where exchange = 'XNYS'"
    with versions.writing(home, base="current") as connection:
        connection.execute(wrong)
    manifest = home / "versions" / "manifest.json"
    text = re.sub(r' "views": "[0-9a-f]+",\n', "", manifest.read_text(encoding="utf-8"))
    manifest.write_text(text, encoding="utf-8")
    with open_snapshot(home) as data:
        rows = data.sql("select close_at from sessions where exchange = 'XNYS' and session = '2024-06-03'").table
    assert rows["close_at"].to_pylist() == [datetime(2024, 6, 3, 20, tzinfo=UTC)]
