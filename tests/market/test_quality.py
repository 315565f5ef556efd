"""Each check on a series that is right but for the one fault that it is named after."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from analytics.market.files import read_prices
from analytics.market.quality import CHECKS, flagged
from analytics.market.sessions import known_span
from analytics.market.tables import PRICES

FIRST = date(2024, 6, 3)  # Monday; NYSE is closed on Wednesday 19 June
Row = dict[str, object]


def series(ticker: str, closes: Sequence[float | None], **changes: Mapping[int, object]) -> list[Row]:
    """Return one bar a weekday, with a range of 1 % around the close; `changes` replace cells by place."""
    weekdays = [FIRST + timedelta(days=day) for day in range(2 * len(closes) + 7)]
    weekdays = [day for day in weekdays if day.weekday() < 5 and day != date(2024, 6, 19)]
    rows: list[Row] = [
        {
            "ticker": ticker,
            "session": day,
            "open": close,
            "high": close and close * 1.01,
            "low": close and close * 0.99,
            "close": close,
            "volume": 1000.0,
            "source": "test",
            "flags": [],
        }
        for day, close in zip(weekdays, closes, strict=False)
    ]
    for column, cells in changes.items():
        for place, value in cells.items():
            rows[place][column] = value
    return rows


def table(*rows: Row) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=PRICES)


def flags(*rows: Row) -> list[list[str]]:
    return [list(names) for names in flagged(table(*rows))["flags"].to_pylist()]


QUIET = [100.0, 101.0, 99.5, 100.5, 102.0, 101.5]


def alone(place: int, name: str, count: int = 6) -> list[list[str]]:
    return [[name] if here == place else [] for here in range(count)]


def test_a_quiet_series_fails_no_check() -> None:
    assert flags(*series("A", QUIET)) == [[]] * 6


@pytest.mark.parametrize(
    ("place", "cells", "name"),
    [
        (2, {"open": 99.5, "high": 99.5, "low": 99.5, "volume": 0.0}, "flat bar without volume"),
        (2, {"high": 99.0, "low": 100.0}, "high below low"),
        (2, {"high": 99.4, "low": 99.0}, "close outside range"),
        (2, {"close": None, "adj_close": 99.5}, "no close"),
        (2, {"session": date(2024, 6, 1)}, "closed day"),
        (2, {"session": FIRST}, "duplicate"),
    ],
)
def test_a_fault_in_one_bar_is_flagged_there_and_nowhere_else(place: int, cells: Row, name: str) -> None:
    changes = {column: {place: value} for column, value in cells.items()}
    assert flags(*series("A", QUIET, **changes)) == alone(place, name)


def test_a_flat_bar_with_volume_and_one_without_a_range_are_right() -> None:
    flat = {"open": {1: 101.0}, "high": {1: 101.0}, "low": {1: 101.0}}
    closes_only = {column: dict.fromkeys(range(6), None) for column in ("open", "high", "low", "volume")}
    assert flags(*series("A", QUIET, **flat)) == [[]] * 6
    assert flags(*series("^GSPC", QUIET, **closes_only)) == [[]] * 6


@pytest.mark.parametrize("tick", [1e6, 1e-4, 60.0, 200.0])
def test_a_jump_that_the_next_close_takes_back_is_a_bad_tick(tick: float) -> None:
    closes = [100.0, 101.0, tick, 100.5, 102.0, 101.5]
    assert flags(*series("A", closes)) == alone(2, "reversed jump")


@pytest.mark.parametrize(
    "closes",
    [
        [100.0, 101.0, 140.0, 141.0, 139.0, 142.0],  # stays up
        [100.0, 101.0, 140.0, 120.0, 121.0, 119.0],  # half of it stays
        [100.0, 101.0, 115.0, 100.5, 102.0, 101.5],  # too small
        [100.0, 101.0, 99.5, 100.5, 102.0, 150.0],  # the last close: nothing took it back yet
    ],
)
def test_a_jump_that_stays_is_news(closes: Sequence[float | None]) -> None:
    assert flags(*series("A", closes)) == [[]] * 6


def test_the_first_bar_of_one_ticker_is_no_jump_from_the_last_of_another() -> None:
    rows = [*series("A", [1.0, 1.01, 1.02]), *series("B", [1000.0]), *series("C", [1.02, 1.01, 1.0])]
    assert flags(*rows) == [[]] * 7


def test_a_close_that_stays_for_five_sessions_is_stale_from_the_fifth_on() -> None:
    closes: Sequence[float | None] = [99.0, 100.0, 100.0, 100.0, 100.0, 100.0, 100.0, 101.0, 101.0]
    named = ["unchanged close"]
    assert flags(*series("A", closes)) == [[], [], [], [], [], named, named, [], []]


def test_the_order_of_the_rows_changes_nothing_but_their_order() -> None:
    rows = [*series("B", [100.0, 101.0, 1e6, 100.5]), *series("A", QUIET)]
    shuffled = [rows[place] for place in (7, 2, 9, 0, 5, 3, 1, 8, 6, 4)]
    assert [(row["ticker"], row["session"], row["flags"]) for row in flagged(table(*shuffled)).to_pylist()] == [
        (row["ticker"], row["session"], ["reversed jump"] if row["close"] == 1e6 else []) for row in shuffled
    ]


def test_several_faults_of_one_bar_are_all_named_in_the_order_of_the_checks() -> None:
    rows = series("A", [100.0, 101.0, 1e6, 100.5], high={2: 1.0}, low={2: 2.0})
    assert flags(*rows)[2] == ["reversed jump", "high below low"]


def test_a_ticker_without_a_known_exchange_has_its_own_days() -> None:
    rows = series("MINE.XX", QUIET, session={2: date(2024, 6, 1)})
    assert flags(*rows) == [[]] * 6


def test_no_rows_are_no_fault() -> None:
    assert flagged(PRICES.empty_table()) == PRICES.empty_table()


def test_bars_past_the_end_of_the_calendar_are_no_closed_days() -> None:
    _, end = known_span("XSHG")
    days = [end + timedelta(days=day) for day in (-30, -1, 3, 40)]
    run_on = [{"ticker": "A.SS", "session": day, "close": 10.0 + day.day, "flags": []} for day in days]
    assert [name for names in flags(*run_on[2:]) for name in names] == []


def test_the_known_oddities_of_real_prices_are_flagged_and_nothing_else(shared: Path) -> None:
    rows = flagged(read_prices(shared / "market" / "prices.csv").rows)
    seen: dict[str, set[date]] = {name: set() for name in CHECKS}
    tickers: dict[str, set[str]] = {name: set() for name in CHECKS}
    for row in rows.select(["ticker", "session", "flags"]).to_pylist():
        for name in row["flags"]:
            seen[name].add(row["session"])
            tickers[name].add(row["ticker"])
    half_days = {date(2024, 2, 9), date(2024, 12, 24), date(2024, 12, 31), date(2025, 1, 28), date(2025, 12, 24)}
    assert half_days <= seen["flat bar without volume"]
    assert all(ticker.endswith(".HK") for ticker in tickers["flat bar without volume"])
    assert tickers["no close"] == {"601127.SS"}
    assert [name for name, days in seen.items() if days] == ["flat bar without volume", "no close"]


def test_prices_of_any_size_are_checked_without_a_warning() -> None:
    rows = flagged(table(*series("ZZA", [1e-300, 1e300, 1e-300])))
    assert rows["flags"].to_pylist() == [[], ["reversed jump"], []]
