"""Named checks of daily bars. A bar that fails one is kept and flagged: whoever uses it decides what it is worth."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
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

_THREADS = min(os.cpu_count() or 1, 4)
"""Checks at once: each takes a few arrays as long as the bars."""

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]
Days = NDArray[np.datetime64]


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


def flagged(prices: pa.Table) -> pa.Table:
    """Return rows of the table `prices`, in the order given, with the checks that each fails in `flags`."""
    bars = _in_order(prices)
    counts = np.zeros(prices.num_rows, dtype=np.int32)
    found: list[tuple[Places, Places]] = []
    with ThreadPoolExecutor(_THREADS) as pool:  # NumPy lets other threads run while it computes
        for check, mask in enumerate(pool.map(lambda check: check(bars), CHECKS.values())):
            failing = np.flatnonzero(mask)
            rows = failing if isinstance(bars.order, slice) else bars.order[failing]
            counts[rows] += 1
            found.append((rows, np.full(rows.size, check)))
    rows, checks = (np.concatenate(parts) for parts in zip(*found, strict=True))
    offsets = np.append(np.int32(0), np.cumsum(counts, dtype=np.int32))
    names = pa.array(list(CHECKS)).take(pa.array(checks[np.lexsort((checks, rows))]))
    flags = pa.ListArray.from_arrays(offsets, names)
    return prices.set_column(prices.column_names.index("flags"), "flags", flags)


def _flat(bars: _Bars) -> Mask:
    close = bars.figures("close")
    flat: Mask = bars.figures("volume") == 0
    for name in ("open", "high", "low"):
        flat &= bars.figures(name) == close
    return flat


def _reversed_jump(bars: _Bars) -> Mask:
    """Mark a move of a quarter or more of which the next close leaves less than a fifth, as a bad tick does."""
    price, reversed_ = bars.price, np.zeros(bars.price.size, dtype=bool)
    with np.errstate(over="ignore"):  # an infinite ratio is a jump as well
        ratio = price[1:] / price[:-1]
    jumps = 1 + np.flatnonzero((ratio >= 1 + JUMP) | (ratio <= 1 / (1 + JUMP)))  # few: the rest needs no logarithm
    jumps = jumps[jumps < price.size - 1]
    jumps = jumps[bars.follows[jumps] & bars.follows[jumps + 1]]
    move = np.log(price[jumps]) - np.log(price[jumps - 1])
    left = np.log(price[jumps + 1]) - np.log(price[jumps - 1])
    reversed_[jumps] = np.abs(left) <= UNDONE * np.abs(move)
    return reversed_


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
    if not bars.day.size:
        return np.zeros(0, dtype=bool)
    first, last = bars.day.min(), bars.day.max()
    exchanges = [exchange_of(ticker) for ticker in bars.tickers]
    known = sorted({exchange for exchange in exchanges if exchange})
    # Row 0 stands for tickers of no known exchange: no day is a closed one for them.
    never = np.zeros(int((last - first).astype(int)) + 1, dtype=bool)
    closed = np.array([never, *(_closed(exchange, first, last) for exchange in known)])
    row = np.array([known.index(exchange) + 1 if exchange else 0 for exchange in exchanges])
    marked: Mask = closed[row[bars.ticker], (bars.day - first).astype(np.intp)]
    return marked


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


def _closed(exchange: str, first: np.datetime64, last: np.datetime64) -> Mask:
    """Mark the days from `first` to `last` that the calendar of an exchange knows and that are no sessions."""
    days = np.arange(first, last + 1)
    known_first, known_last = known_span(exchange)
    within = (days >= np.datetime64(known_first)) & (days <= np.datetime64(known_last))
    if within.any():
        known = days[within]
        sessions = session_table(exchange, known[0].item(), known[-1].item())["session"]
        within[within] = ~np.isin(known, np.asarray(sessions, dtype="datetime64[D]"))
    return within
