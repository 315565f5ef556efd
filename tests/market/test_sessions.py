"""Expected hours are the exchanges' published ones; the bars of real securities say which days had trading."""

import csv
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from analytics.errors import RequestError
from analytics.market.sessions import exchange_of, exchanges, known_span, session_table


@pytest.mark.parametrize(
    ("ticker", "exchange"),
    [
        ("NVDA", "XNYS"),
        ("BRK-B", "XNYS"),
        ("SPY", "XNYS"),
        ("^GSPC", "XNYS"),
        ("0700.HK", "XHKG"),
        ("^HSI", "XHKG"),
        ("601127.SS", "XSHG"),
        ("000300.SS", "XSHG"),
        ("300750.SZ", "XSHE"),
        ("9984.T", "XTKS"),
        ("005930.KS", "XKRX"),
        ("035720.KQ", "XKRX"),
        ("2330.TW", "XTAI"),
        ("6488.TWO", "XTAI"),
        ("VOD.L", "XLON"),
        ("SAP.DE", "XETR"),
        ("MC.PA", "XPAR"),
        ("BTC-USD", None),
        ("EURUSD=X", None),
        ("GC=F", None),
        ("^NOPE", None),
        ("BHP.AX", None),
        ("", None),
    ],
)
def test_a_ticker_belongs_to_an_exchange_or_to_none_that_is_known(ticker: str, exchange: str | None) -> None:
    assert exchange_of(ticker) == exchange


def test_every_benchmark_is_traded_on_sessions_of_its_own_market() -> None:
    for row in exchanges().to_pylist():
        market = "XSHG" if row["exchange"] == "XSHE" else row["exchange"]
        assert exchange_of(row["benchmark"]) == market


@pytest.mark.parametrize(
    ("exchange", "day", "open_at", "close_at"),
    [
        ("XNYS", date(2024, 11, 4), "14:30", "21:00"),  # winter time began the day before
        ("XNYS", date(2024, 7, 3), "13:30", "17:00"),  # half-day before Independence Day
        ("XNYS", date(2024, 11, 29), "14:30", "18:00"),  # half-day after Thanksgiving
        ("XHKG", date(2024, 11, 4), "01:30", "08:00"),
        ("XHKG", date(2024, 2, 9), "01:30", "04:00"),  # New Year's Eve: mornings only
        ("XSHG", date(2024, 11, 4), "01:30", "07:00"),
        ("XSHE", date(2024, 11, 4), "01:30", "07:00"),
        ("XTKS", date(2024, 11, 1), "00:00", "06:00"),
        ("XTKS", date(2024, 11, 5), "00:00", "06:30"),  # Tokyo closes half an hour later from this day
    ],
)
def test_a_session_opens_and_closes_when_its_exchange_says(
    exchange: str, day: date, open_at: str, close_at: str
) -> None:
    (row,) = session_table(exchange, day, day).to_pylist()
    instants = [datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=UTC) for clock in (open_at, close_at)]
    assert [row["open_at"], row["close_at"]] == instants


@pytest.mark.parametrize(
    ("exchange", "day"),
    [
        ("XNYS", date(2025, 1, 9)),  # day of mourning
        ("XHKG", date(2023, 7, 17)),  # typhoon Talim
        ("XHKG", date(2023, 9, 1)),  # typhoon Saola
        ("XHKG", date(2023, 9, 8)),  # black rainstorm
        ("XTAI", date(2024, 10, 31)),  # typhoon Kong-rey
        ("XSHG", date(2024, 10, 1)),
        ("XNYS", date(2024, 11, 3)),  # Sunday
    ],
)
def test_a_day_without_trading_is_no_session(exchange: str, day: date) -> None:
    assert session_table(exchange, day, day).num_rows == 0


def test_positions_follow_each_other_and_do_not_depend_on_the_span() -> None:
    long = session_table("XNYS", date(2020, 1, 1), date(2024, 12, 31))
    short = session_table("XNYS", date(2024, 1, 1), date(2024, 12, 31))
    positions = long["position"].to_pylist()
    assert positions == list(range(positions[0], positions[0] + long.num_rows))
    assert short["position"].to_pylist() == positions[-252:]  # 2024 had 252 sessions


def test_a_span_past_the_calendars_end_is_refused_by_name() -> None:
    _, last = known_span("XSHG")
    with pytest.raises(RequestError, match=f"XSHG are not known.*to {last}"):
        session_table("XSHG", date(2024, 1, 1), date(2100, 1, 1))
    with pytest.raises(RequestError, match="XTKS are not known"):
        session_table("XTKS", date(1990, 1, 1), date(2024, 1, 1))


def test_an_unknown_exchange_is_refused_with_the_known_ones() -> None:
    with pytest.raises(RequestError, match=r"No exchange has the code 'XASX'. Known are XNYS, XHKG"):
        session_table("XASX", date(2024, 1, 1), date(2024, 2, 1))


def test_real_bars_stand_on_exactly_the_sessions_of_their_exchange(shared: Path) -> None:
    days: dict[str, set[date]] = {}
    with (shared / "market" / "prices.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            days.setdefault(row["ticker"], set()).add(date.fromisoformat(row["date"]))
    gaps = {}
    for ticker, traded in days.items():
        exchange = exchange_of(ticker)
        assert exchange is not None
        sessions = set(session_table(exchange, min(traded), max(traded))["session"].to_pylist())
        if sessions != traded:
            gaps[ticker] = sessions ^ traded
    assert gaps == {}


def test_the_exchange_of_a_ticker_is_known_without_building_a_calendar() -> None:
    code = "import sys, analytics.market.sessions as s; s.exchange_of('NVDA'); print('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
