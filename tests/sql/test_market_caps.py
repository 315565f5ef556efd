"""Market capitalisation by hand: lines, ratios, splits, currencies, stale closes; expected values are worked out."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from analytics.ranking import overtakes, rank
from analytics.store import load, query
from analytics.store.relations import create_marts, create_tables
from analytics.store.versions import scratch

MON, TUE, WED, THU = (date(2024, 11, day) for day in (4, 5, 6, 7))


@pytest.fixture
def store() -> Iterator[Any]:
    with scratch() as connection:
        create_tables(connection)
        create_marts(connection)
        yield connection


def put(store: Any, table: str, *rows: dict[str, Any]) -> None:
    load.insert(store, table, pa.Table.from_pylist(list(rows)))


def line(
    ticker: str, company: str, currency: str = "USD", *, primary: bool = True, ordinary: float = 1.0
) -> dict[str, Any]:
    exchange = {"USD": "XNYS", "TWD": "XTAI", "HKD": "XHKG"}[currency]
    return {
        "ticker": ticker,
        "company": company,
        "exchange": exchange,
        "currency": currency,
        "is_primary": primary,
        "ordinary_per_unit": ordinary,
        "share_class": "",
    }


def bar(ticker: str, session: date, close: float, high: float | None = None) -> dict[str, Any]:
    return {"ticker": ticker, "session": session, "close": close, "high": high, "source": "hand", "flags": []}


def count(ticker: str, shares: float, as_of: date = date(2024, 1, 1), basis: str = "split_adjusted") -> dict[str, Any]:
    return {"ticker": ticker, "as_of": as_of, "shares": shares, "basis": basis, "source": "hand"}


def caps(store: Any) -> dict[tuple[str, date], float]:
    rows = store.execute("select company, session, market_cap_usd from market_caps").fetchall()
    return {(company, session): cap for company, session, cap in rows}


def test_a_depositary_share_counts_by_its_ratio(store: Any) -> None:
    put(store, "securities", line("TSM", "TSMC", ordinary=5), line("2330.TW", "TSMC", "TWD", primary=False))
    put(store, "prices", bar("TSM", MON, 200.0))
    put(store, "shares", count("2330.TW", 25_000.0))
    assert caps(store) == {("TSMC", MON): 200.0 * 25_000 / 5}


def test_one_capitalisation_an_issuer_by_its_primary_line(store: Any) -> None:
    put(store, "securities", line("BABA", "Alibaba", ordinary=8), line("9988.HK", "Alibaba", "HKD", primary=False))
    put(store, "prices", bar("BABA", MON, 80.0), bar("9988.HK", MON, 78.0))
    put(store, "shares", count("BABA", 1_000.0), count("9988.HK", 9_999.0))
    assert caps(store) == {("Alibaba", MON): 80_000.0}


def test_another_line_stands_in_where_the_primary_one_is_not_priced(store: Any) -> None:
    put(store, "securities", line("BABA", "Alibaba", ordinary=8), line("9988.HK", "Alibaba", "HKD", primary=False))
    put(store, "prices", bar("9988.HK", MON, 78.0))
    put(store, "shares", count("BABA", 1_000.0))
    put(store, "fx", {"currency": "HKD", "day": date(2024, 11, 1), "per_usd": 7.8, "source": "hand"})
    # 1,000 depositary shares are 8,000 ordinary ones at 78 / 7.8 dollars; the rate is that of the Friday before.
    assert caps(store) == {("Alibaba", MON): pytest.approx(80_000.0)}


def test_a_count_as_reported_is_multiplied_by_every_later_split(store: Any) -> None:
    put(store, "securities", line("NVDA", "NVIDIA"))
    # Yahoo's close of 2024-06-07 stands on the basis after the split of 06-10: 2.97 trillion, not 0.30 or 29.7.
    put(store, "prices", bar("NVDA", date(2024, 6, 7), 120.888))
    put(store, "shares", count("NVDA", 2_460_000_000.0, date(2024, 5, 24), "as_reported"))
    put(store, "splits", {"ticker": "NVDA", "session": date(2024, 6, 10), "ratio": 10.0})
    assert caps(store)["NVIDIA", date(2024, 6, 7)] == pytest.approx(2.9738e12, rel=1e-4)


def test_a_count_holds_from_its_day_on(store: Any) -> None:
    put(store, "securities", line("A", "A"))
    put(store, "prices", bar("A", MON, 10.0), bar("A", TUE, 10.0))
    put(store, "shares", count("A", 5.0, TUE))
    assert caps(store) == {("A", TUE): 50.0}


def test_a_stale_close_is_ranked_and_marked(store: Any) -> None:
    put(store, "securities", line("A", "A"), line("B", "B"))
    put(
        store,
        "companies",
        *({"company": c, "name_zh": "", "public": True, "country": "US", "sector": "", "source": ""} for c in "AB"),
    )
    put(store, "prices", bar("A", MON, 10.0), bar("B", MON, 20.0), bar("B", TUE, 9.0))
    put(store, "shares", count("A", 1.0), count("B", 1.0))
    found = rank(store, TUE)
    assert [(r["rank"], r["ticker"], r["stale"], r["as_of"]) for r in found.rows.to_pylist()] == [
        (1, "A", True, MON),
        (2, "B", False, TUE),
    ]
    in_view = store.execute("select rank, ticker, stale, as_of from ranks where day = $day", {"day": TUE}).fetchall()
    assert sorted(in_view) == [(1, "A", True, MON), (2, "B", False, TUE)]
    assert "1 with a close of an earlier session" in found.coverage


def test_a_share_count_of_more_than_200_days_is_ranked_and_marked(store: Any) -> None:
    put(store, "securities", line("A", "A"), line("B", "B"))
    put(store, "prices", bar("A", TUE, 10.0), bar("B", TUE, 9.0))
    # 19 April 2024 is 200 days before 5 November: 11 of April, 31, 30, 31, 31, 30, 31 and 5.
    put(store, "shares", count("A", 1.0, date(2024, 4, 18)), count("B", 1.0, date(2024, 4, 19)))
    found = rank(store, TUE)
    marked = [(row["ticker"], row["shares_stale"], row["stale"]) for row in found.rows.to_pylist()]
    assert marked == [("A", True, False), ("B", False, False)]
    assert found.coverage.endswith("1 with a share count over half a year old")
    assert store.execute("select ticker from ranks where shares_stale").fetchall() == [("A",)]
    sheet = query.run(store, "ranking_sheet", day=TUE)
    assert sheet["shares_stale"].to_pylist() == [True, False]


def test_an_overtake_that_lasts_is_told_from_one_that_does_not(store: Any) -> None:
    put(store, "securities", line("A", "A"), line("B", "B"))
    put(store, "prices", *(bar("A", day, 10.0) for day in (MON, TUE, WED)))
    put(store, "prices", bar("B", MON, 9.0, high=11.0), bar("B", TUE, 11.0, high=12.0), bar("B", WED, 9.0, high=9.5))
    put(store, "shares", count("A", 1.0), count("B", 1.0))
    once = [(r["session"], r["overtaker"], r["basis"]) for r in overtakes(store).to_pylist()]
    # On Monday nothing is known of the day before, so nobody overtakes.
    assert once == [(TUE, "B", "close"), (WED, "A", "close")]
    assert overtakes(store, persist=2).num_rows == 0


def test_the_ranking_of_a_day_is_that_of_the_view(sample: Any) -> None:
    days = [
        row["day"] for row in sample.sql("select distinct day from ranks where day >= '2024-10-28'").table.to_pylist()
    ]
    for day in days:
        own = {(r["rank"], r["company"], r["market_cap_usd"]) for r in sample.rank(day).rows.to_pylist()}
        view = sample.sql(
            "select rank, company, market_cap_usd from ranks where day = $day::date", {"day": str(day)}
        ).table
        assert own == {(r["rank"], r["company"], r["market_cap_usd"]) for r in view.to_pylist()}


def test_queries_name_what_a_ranking_leaves_out(store: Any) -> None:
    put(store, "securities", line("A", "A"), line("B", "B"))
    put(
        store,
        "companies",
        *({"company": c, "name_zh": "", "public": True, "country": "US", "sector": "", "source": ""} for c in "AB"),
    )
    put(store, "prices", bar("A", MON, 10.0), bar("B", MON, 10.0))
    put(store, "shares", count("A", 1.0))
    left_out = query.run(store, "ranking_left_out", day=MON, ranked=["A"]).to_pylist()
    assert left_out == [{"company": "B", "ticker": "B", "reason": "no_share_count"}]


def test_an_overtake_by_a_share_count_is_told_from_one_by_price(store: Any) -> None:
    put(store, "securities", line("A", "A"), line("B", "B"))
    put(store, "prices", *(bar("A", day, 10.0) for day in (MON, TUE, WED)))
    put(store, "prices", bar("B", MON, 9.0), bar("B", TUE, 9.0), bar("B", WED, 9.5))
    put(store, "shares", count("A", 1.0), count("B", 1.0), count("B", 1.2, TUE), count("A", 1.2, WED))
    told = [(r["session"], r["overtaker"], r["by_share_count"]) for r in overtakes(store).to_pylist()]
    assert told == [(TUE, "B", True), (WED, "A", True)]
    put(store, "prices", bar("B", THU, 11.0), bar("A", THU, 10.0))
    assert overtakes(store, first_date=THU).to_pylist()[0]["by_share_count"] is False
    moves = {row["ticker"]: row["day_return"] for row in rank(store, THU).rows.to_pylist()}
    assert moves == pytest.approx({"A": 0.0, "B": 11.0 / 9.5 - 1})
