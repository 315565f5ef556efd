"""The lines and sessions that a version needs beside its prices and events."""

from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from analytics.market import sessions
from analytics.store import load, query

_AHEAD = timedelta(days=370)
_BEHIND = timedelta(days=400)


def add_missing_lines(connection: Any) -> None:
    """Add a line for each priced or tagged ticker that the universe does not know, benchmarks among them.

    A priced ticker whose ending names no known exchange takes the dates of its own bars as sessions; one without prices
    stays without a line, as nothing tells its sessions.
    """
    unlisted = {}
    for row in query.run(connection, "unlisted_tickers").to_pylist():
        exchange = sessions.exchange_of(row["ticker"]) or (own_exchange(row["ticker"]) if row["priced"] else None)
        if exchange:
            unlisted[row["ticker"]] = exchange
    currencies = {row["exchange"]: row["currency"] for row in sessions.exchanges().to_pylist()}
    rows = [
        {
            "ticker": ticker,
            "company": ticker,
            "exchange": exchange,
            "currency": currencies.get(exchange, ""),
            "is_primary": True,
            "ordinary_per_unit": 1.0,
            "share_class": "",
        }
        for ticker, exchange in unlisted.items()
    ]
    if rows:
        load.insert(connection, "securities", pa.Table.from_pylist(rows))


def own_exchange(ticker: str) -> str:
    """Name the calendar of a ticker that belongs to no known exchange: the dates of its own bars."""
    return f"bars of {ticker}"


def renew_sessions(connection: Any) -> None:
    """Write the sessions of each exchange that a priced or tagged security belongs to, where the stored fall short.

    They run from 400 days before the first bar or event to 370 after the last, as far as the calendar knows.
    """
    load.replace(connection, "exchanges", sessions.exchanges())
    span = query.run(connection, "data_span").to_pylist()[0]
    if span["first_day"] is None:
        return
    for used in query.run(connection, "used_exchanges").to_pylist():
        # Some calendars take seconds to build; one that covers the data already is left alone.
        if (
            used["first_session"]
            and used["first_session"] <= span["first_day"] <= span["last_day"] < used["last_session"]
        ):
            continue
        _write_sessions(connection, used["exchange"], span["first_day"] - _BEHIND, span["last_day"] + _AHEAD)
    query.change(connection, "sessions_of_own_bars")


def _write_sessions(connection: Any, exchange: str, first: date, last: date) -> None:
    known_first, known_last = sessions.known_span(exchange)
    rows = sessions.session_table(exchange, max(first, known_first), min(last, known_last))
    query.change(connection, "remove_sessions", exchange=exchange)
    load.insert(connection, "sessions", rows)
