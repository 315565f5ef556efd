"""Named checks of daily bars. A bar that fails one is kept and flagged: whoever uses it decides what it is worth."""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

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

_BLOCK = 200_000
"""Bars checked at once, and the rest of their ticker: what a check makes of them stays in the processor's cache."""

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]
Codes = NDArray[np.integer]
Days = NDArray[np.datetime64]


@dataclass(frozen=True, kw_only=True)
class _Bars:
    """Bars in the order of ticker and session, as arrays; NaN where a figure is absent."""

    table: pa.Table
    """The bars in that order."""
    ticker: Codes
    """A number for each bar's ticker."""
    day: Codes
    """Days since 1970."""
    closed: Mask
    """True where a day is no session of a ticker's exchange: a row per exchange, a column per day from `first`."""
    exchange: Codes
    """Row in `closed` of each ticker's exchange."""
    first: int

    def figures(self, column: str) -> Floats:
        return np.asarray(self.table[column], dtype=np.float64)

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
    if not prices.num_rows:
        return prices
    bars, order = _in_order(prices)
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # NumPy lets other threads run while it computes
        found = list(pool.map(lambda block: _failing(bars, block), _blocks(bars)))
    places, checks = (np.concatenate(parts) for parts in zip(*found, strict=True))
    rows = places if order is None else order[places]
    offsets = np.append(np.int32(0), np.cumsum(np.bincount(rows, minlength=prices.num_rows), dtype=np.int32))
    names = pa.array(list(CHECKS)).take(pa.array(checks[np.lexsort((checks, rows))]))
    flags = pa.ListArray.from_arrays(offsets, names)
    return prices.set_column(prices.column_names.index("flags"), "flags", flags)


def _failing(bars: _Bars, block: slice) -> tuple[Places, Places]:
    """Return the place of each bar of a block of whole tickers that fails a check, and the check, once for each."""
    part = replace(
        bars,
        table=bars.table.slice(block.start, block.stop - block.start),
        ticker=bars.ticker[block],
        day=bars.day[block],
    )
    found = [np.flatnonzero(check(part)) for check in CHECKS.values()]
    return np.concatenate(found) + block.start, np.repeat(np.arange(len(found)), [places.size for places in found])


def _blocks(bars: _Bars) -> list[slice]:
    starts = np.flatnonzero(~bars.follows)
    cuts = starts[np.unique(starts // _BLOCK, return_index=True)[1]]
    return [slice(*cut) for cut in pairwise([*cuts.tolist(), bars.ticker.size])]


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
    marked: Mask = bars.closed[bars.exchange[bars.ticker], bars.day - bars.first]
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


def _in_order(prices: pa.Table) -> tuple[_Bars, Places | None]:
    """Return the bars in order, and the places in `prices` that they come from, None where they stand so there."""
    encoded = prices["ticker"].combine_chunks().dictionary_encode()
    ticker, day = np.asarray(encoded.indices), np.asarray(prices["session"].cast(pa.int32()))
    rising = (ticker[1:] > ticker[:-1]) | ((ticker[1:] == ticker[:-1]) & (day[1:] >= day[:-1]))
    # Most tables are in order; sorting 25 million rows takes longer than all the checks.
    order = None if rising.all() else np.lexsort((day, ticker))
    if order is not None:
        prices, ticker, day = prices.take(order), ticker[order], day[order]
    first, last = int(day.min()), int(day.max())
    closed, exchange = _closed_days(encoded.dictionary.to_pylist(), np.arange(first, last + 1).astype("datetime64[D]"))
    return _Bars(table=prices, ticker=ticker, day=day, closed=closed, exchange=exchange, first=first), order


def _closed_days(tickers: list[str], days: Days) -> tuple[Mask, Codes]:
    """Return the days on which exchanges are closed (exchanges, days), and the row of each ticker's exchange."""
    exchanges = [exchange_of(ticker) for ticker in tickers]
    known = sorted({exchange for exchange in exchanges if exchange})
    # Row 0 stands for tickers of no known exchange: no day is a closed one for them.
    closed = np.array([np.zeros(days.size, dtype=bool), *(_closed(exchange, days) for exchange in known)])
    return closed, np.array([known.index(exchange) + 1 if exchange else 0 for exchange in exchanges])


def _closed(exchange: str, days: Days) -> Mask:
    """Mark the days that the calendar of an exchange knows and that are no sessions."""
    first, last = known_span(exchange)
    within = (days >= np.datetime64(first)) & (days <= np.datetime64(last))
    if within.any():
        known = days[within]
        sessions = session_table(exchange, known[0].item(), known[-1].item())["session"]
        within[within] = ~np.isin(known, np.asarray(sessions, dtype="datetime64[D]"))
    return within
