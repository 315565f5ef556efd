"""The lines and sessions that a version needs beside its prices and events."""

from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from analytics.market import sessions
from analytics.store import load, query

_AHEAD = timedelta(days=370)
_BEHIND = timedelta(days=400)


def add_missing_lines(connection: Any) -> None:
    """Add a line for each priced ticker that the universe does not know, benchmarks among them.

    A ticker whose ending names no known exchange takes the dates of its own bars as sessions.
    """
    rows = [
        {"ticker": ticker, "company": ticker, "is_primary": True, "ordinary_per_unit": 1.0, "share_class": ""}
        | _listing(ticker)
        for ticker in query.run(connection, "unlisted_tickers")["ticker"].to_pylist()
    ]
    if rows:
        load.insert(connection, "securities", pa.Table.from_pylist(rows))


def _listing(ticker: str) -> dict[str, str]:
    exchange = sessions.exchange_of(ticker)
    if exchange is None:
        return {"exchange": own_exchange(ticker), "currency": ""}
    listed = {row["exchange"]: row for row in sessions.exchanges().to_pylist()}[exchange]
    return {"exchange": exchange, "currency": listed["currency"]}


def own_exchange(ticker: str) -> str:
    """Name the calendar of a ticker that belongs to no known exchange: the dates of its own bars."""
    return f"bars of {ticker}"


def renew_sessions(connection: Any) -> None:
    """Write the sessions of every exchange that a priced or tagged security belongs to, for the span of the data.

    The span runs from 400 days before the first bar or event to 370 after the last, as far as the calendar knows.
    """
    query.run(connection, "clear_sessions")
    load.insert(connection, "exchanges", sessions.exchanges())
    span = query.run(connection, "data_span").to_pylist()[0]
    if span["first_day"] is None:
        return
    for exchange in query.run(connection, "used_exchanges")["exchange"].to_pylist():
        known_first, known_last = sessions.known_span(exchange)
        first = max(span["first_day"] - _BEHIND, known_first)
        last: date = min(span["last_day"] + _AHEAD, known_last)
        load.insert(connection, "sessions", sessions.session_table(exchange, first, last))
    query.run(connection, "sessions_of_own_bars")
