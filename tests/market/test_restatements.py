"""Stored bars against fetched ones; every difference is written out by hand."""

from datetime import UTC, date, datetime

import pyarrow as pa

from analytics.market.restatements import compare
from analytics.market.tables import PRICES

MON, TUE, WED = (date(2024, 6, day) for day in (3, 4, 5))
Bar = tuple[str, date, float | None, float | None, float | None]


def prices(*bars: Bar) -> pa.Table:
    """Return rows of the table `prices` from ticker, session, close, adj_close, volume."""
    rows: list[dict[str, object]] = [
        {
            "ticker": ticker,
            "session": session,
            "close": close,
            "adj_close": adjusted,
            "volume": volume,
            "source": "test",
            "fetched_at": datetime(2024, 6, 10, tzinfo=UTC),
            "flags": [],
        }
        for ticker, session, close, adjusted, volume in bars
    ]
    return pa.Table.from_pylist(rows, schema=PRICES)


STORED = prices(("A", MON, 100.0, 99.0, 10.0), ("A", TUE, 110.0, 109.0, 20.0), ("B", MON, 5.0, 5.0, 1.0))


def test_the_same_bars_again_change_nothing() -> None:
    found = compare(STORED, STORED)
    assert (found.new.num_rows, found.restated.num_rows, found.vanished.num_rows) == (0, 0, 0)


def test_bars_of_new_sessions_are_what_is_appended_in_the_order_fetched() -> None:
    fetched = prices(("C", TUE, 7.0, 7.0, 1.0), ("A", WED, 120.0, 120.0, 30.0), ("A", TUE, 110.0, 109.0, 20.0))
    found = compare(STORED, fetched)
    assert found.new == fetched.slice(0, 2)
    assert (found.restated.num_rows, found.vanished.num_rows) == (0, 0)


def test_a_split_rewrites_every_price_and_the_volume_of_the_past() -> None:
    fetched = prices(("A", MON, 10.0, 9.9, 100.0), ("A", TUE, 11.0, 10.9, 200.0))
    assert [tuple(row.values()) for row in compare(STORED, fetched).restated.to_pylist()] == [
        ("A", MON, "adj_close", 99.0, 9.9),
        ("A", MON, "close", 100.0, 10.0),
        ("A", MON, "volume", 10.0, 100.0),
        ("A", TUE, "adj_close", 109.0, 10.9),
        ("A", TUE, "close", 110.0, 11.0),
        ("A", TUE, "volume", 20.0, 200.0),
    ]


def test_a_figure_that_comes_or_goes_is_a_restatement_and_rounding_is_not() -> None:
    fetched = prices(("A", MON, 100.000001, None, 10.0), ("B", MON, 5.00001, 5.0, 1.0))
    assert [tuple(row.values()) for row in compare(STORED, fetched).restated.to_pylist()] == [
        ("A", MON, "adj_close", 99.0, None),
        ("B", MON, "close", 5.0, 5.00001),
    ]


def test_a_session_that_the_vendor_no_longer_has_is_named_within_the_span_asked_for() -> None:
    stored = prices(*[("A", day, 1.0, 1.0, 1.0) for day in (MON, TUE, WED)])
    assert compare(stored, prices(("A", MON, 1.0, 1.0, 1.0), ("A", WED, 1.0, 1.0, 1.0))).vanished.to_pylist() == [
        {"ticker": "A", "session": TUE}
    ]
    assert compare(stored, prices(("A", WED, 1.0, 1.0, 1.0))).vanished.num_rows == 0


def test_a_first_fetch_is_all_new() -> None:
    found = compare(PRICES.empty_table(), STORED)
    assert found.new == STORED
    assert found.restated.num_rows == 0
