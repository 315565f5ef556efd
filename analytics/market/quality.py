"""Named checks of daily bars. A bar that fails one is kept and flagged: whoever uses it decides what it is worth."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analytics.market.sessions import exchange_of, known_span, session_table

JUMP = 0.25
"""Smallest move of a close that is looked at as a bad tick."""
UNDONE = 0.2
"""Largest part of such a move that may be left after the next close for it to count as reversed."""
UNCHANGED = 5
"""Sessions in a row with the same close from which on it is stale."""
BEHIND = 5
"""Sessions without a bar, behind the newest of its exchange, from which on a series is stale."""

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]
Days = NDArray[np.datetime64]

_FINDINGS = pa.schema(
    [
        ("ticker", pa.string()),
        ("check", pa.string()),
        ("first", pa.date32()),
        ("last", pa.date32()),
        ("sessions", pa.int64()),
    ]
)


@dataclass(frozen=True, kw_only=True)
class _Bars:
    """Bars in the order of ticker and session, as arrays; NaN where a figure is absent."""

    table: pa.Table
    order: Places | slice
    """Places in `table` of the bars in that order; all of them as they are where it is already in order."""
    tickers: list[str]
    ticker: Places
    """Place of each bar's ticker in `tickers`."""
    day: Days
    """datetime64[D]"""

    def figures(self, column: str) -> Floats:
        return np.asarray(self.table[column], dtype=np.float64)[self.order]

    @cached_property
    def price(self) -> Floats:
        """The close, or where there is none the one adjusted for dividends."""
        close = self.figures("close")
        return np.where(np.isnan(close), self.figures("adj_close"), close)

    @cached_property
    def follows(self) -> Mask:
        """True where the bar before is one of the same ticker."""
        return np.append(False, self.ticker[1:] == self.ticker[:-1])[: self.ticker.size]

    @cached_property
    def exchange(self) -> NDArray[np.object_]:
        """Code of each bar's exchange, empty where it is not known."""
        return np.array([exchange_of(ticker) or "" for ticker in self.tickers], dtype=object)[self.ticker]


def flagged(prices: pa.Table) -> pa.Table:
    """Return rows of the table `prices`, in the order given, with the checks that each fails in `flags`."""
    bars = _in_order(prices)
    failed = np.empty((prices.num_rows, len(CHECKS)), dtype=bool)
    for place, check in enumerate(CHECKS.values()):
        failed[bars.order, place] = check(bars)
    offsets = np.append(0, np.cumsum(failed.sum(axis=1))).astype(np.int32)
    names = pa.array(list(CHECKS)).take(pa.array(np.nonzero(failed)[1]))
    flags = pa.ListArray.from_arrays(offsets, names)
    return prices.set_column(prices.column_names.index("flags"), "flags", flags)


def findings(prices: pa.Table) -> pa.Table:
    """Return what is wrong with whole series: ticker, check, first and last session concerned, number of sessions.

    "missing sessions" are sessions of the exchange between two bars; a "stale series" ends more than five sessions
    before the newest bar of its exchange. Nothing is found on an exchange whose calendar is not known.
    """
    bars = _in_order(prices)
    found = [_FINDINGS.empty_table()]
    for exchange in sorted(set(bars.exchange) - {""}):
        sessions = _sessions(exchange, bars)
        here = np.flatnonzero(bars.exchange == exchange)
        position = np.searchsorted(sessions, bars.day[here])
        follows = np.append(bars.ticker[here][1:] == bars.ticker[here][:-1], False)
        gap = np.flatnonzero(follows & (np.diff(position, append=0) > 1))
        ticker = bars.ticker[here]
        found.append(_finding(bars, "missing sessions", ticker[gap], sessions, position[gap] + 1, position[gap + 1]))
        newest = min(position.max(), len(sessions) - 1)  # bars may run on past the end of the calendar
        stale = np.flatnonzero(~follows & (newest - position > BEHIND))
        ends = np.full(stale.size, newest + 1)
        found.append(_finding(bars, "stale series", ticker[stale], sessions, position[stale] + 1, ends))
    return pa.concat_tables(found).sort_by([("ticker", "ascending"), ("first", "ascending")])


def _flat(bars: _Bars) -> Mask:
    close = bars.figures("close")
    flat: Mask = bars.figures("volume") == 0
    for name in ("open", "high", "low"):
        flat &= bars.figures(name) == close
    return flat


def _reversed_jump(bars: _Bars) -> Mask:
    """Mark a move of a quarter or more of which the next close leaves less than a fifth, as a bad tick does."""
    level = np.log(bars.price)
    move = np.diff(level, prepend=np.nan)
    after = np.append(move[1:], np.nan)[: move.size]
    between: Mask = bars.follows & np.append(bars.follows[1:], False)[: move.size]
    between &= np.abs(move) >= np.log1p(JUMP)
    between &= np.abs(move + after) <= UNDONE * np.abs(move)
    return between


def _high_below_low(bars: _Bars) -> Mask:
    return bars.figures("high") < bars.figures("low")


def _close_outside_range(bars: _Bars) -> Mask:
    close, high, low = (bars.figures(name) for name in ("close", "high", "low"))
    rounding = 1e-4 * close
    return (low <= high) & ((close > high + rounding) | (close < low - rounding))


def _no_close(bars: _Bars) -> Mask:
    return np.isnan(bars.figures("close"))


def _unchanged(bars: _Bars) -> Mask:
    """Mark the fifth bar with the same close in a row and those after it."""
    same = bars.follows & (np.diff(bars.price, prepend=np.nan) == 0)
    place = np.arange(same.size)
    began = np.maximum.accumulate(np.where(same, 0, place))
    return place - began >= UNCHANGED - 1


def _closed_day(bars: _Bars) -> Mask:
    closed = np.zeros(bars.day.size, dtype=bool)
    for exchange in set(bars.exchange) - {""}:
        first, last = np.array(known_span(exchange), dtype="datetime64[D]")
        here = (bars.exchange == exchange) & (bars.day >= first) & (bars.day <= last)
        closed[here] = ~np.isin(bars.day[here], _sessions(exchange, bars))
    return closed


def _duplicate(bars: _Bars) -> Mask:
    """Mark each further bar of the same ticker and day."""
    again = bars.follows.copy()
    again[1:] &= bars.day[1:] == bars.day[:-1]
    return again


CHECKS: Mapping[str, Callable[[_Bars], Mask]] = {
    "flat bar without volume": _flat,
    "reversed jump": _reversed_jump,
    "high below low": _high_below_low,
    "close outside range": _close_outside_range,
    "no close": _no_close,
    "unchanged close": _unchanged,
    "closed day": _closed_day,
    "duplicate": _duplicate,
}
"""The checks of single bars by the names that stand in `flags`."""


def _in_order(prices: pa.Table) -> _Bars:
    encoded = prices["ticker"].combine_chunks().dictionary_encode()
    ticker = encoded.indices.to_numpy().astype(np.intp)
    day = prices["session"].to_numpy().astype("datetime64[D]")
    code = (ticker << 32) + day.astype(np.int64)
    # Most tables are in order; sorting 25 million rows takes as long as all the checks.
    order = slice(None) if np.all(code[1:] >= code[:-1]) else np.argsort(code, kind="stable")
    return _Bars(
        table=prices, order=order, tickers=encoded.dictionary.to_pylist(), ticker=ticker[order], day=day[order]
    )


def _sessions(exchange: str, bars: _Bars) -> Days:
    """Return the known sessions of an exchange within the span of all bars, as datetime64[D]."""
    known_first, known_last = known_span(exchange)
    first, last = bars.day.min().item(), bars.day.max().item()
    sessions = session_table(exchange, max(first, known_first), min(last, known_last))["session"]
    return np.asarray(sessions, dtype="datetime64[D]")


def _finding(bars: _Bars, check: str, ticker: Places, sessions: Days, start: Places, end: Places) -> pa.Table:
    """Return one row per ticker for the sessions at the places from `start` up to but not including `end`."""
    names = pa.array(bars.tickers).take(pa.array(ticker))
    columns = [names, pa.repeat(check, len(names)), sessions[start], sessions[end - 1], end - start]
    return pa.table(columns, schema=_FINDINGS)
