"""The mean correlation of observations whose windows share calendar days (Kolari and Pynnonen 2010)."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.study.panel import Floats, Integers
from analytics.study.residuals import Residuals

LEAST_COMMON = 30
"""Common estimation sessions below which two events' residuals are taken for uncorrelated."""
_BLOCK = (16, 256)
"""Fewest and most observations correlated at once; in between, as many as one window's span holds."""


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """How much the observations of a group hang together, in T columns."""

    r: Floats
    """(T,) sum over pairs of correlation times share of common sessions, over N (N-1); 0 where no windows meet."""
    pairs: Floats
    """(T,) share of pairs with a common session."""

    @staticmethod
    def unknown(columns: int) -> "Overlap":
        """Return what stands where no test asks for the overlap."""
        return Overlap(r=np.full(columns, np.nan), pairs=np.full(columns, np.nan))


@dataclass(frozen=True, kw_only=True)
class _Block:
    """Some observations, their residuals and windows by date."""

    residuals: Floats
    """(b, M)"""
    estimation: Integers
    """(b, M) day numbers of the residuals."""
    window: Integers
    """(b, L) day numbers of the event window."""
    present: NDArray[np.bool_]
    """(b, T) observations that each column has."""


def overlap(kept: Residuals, members: Integers, columns: tuple[slice, ...], present: NDArray[np.bool_]) -> Overlap:
    """Return the mean weighted correlation of all pairs with common sessions, block by block along the calendar.

    `members` (n,) are rows of `kept`, `columns` the T slices of the event window, `present` (n, T) the observations
    that each column has.

    Rivals align residuals by relative day: simulated at 5 %, tests of staggered events then reject nothing.
    """
    window = kept.window_days(members)
    order = np.argsort(window[:, 0], kind="stable")
    first, last = window[order, 0], window[order, -1]
    weighted, met = np.zeros(len(columns)), np.zeros(len(columns))

    def block(chosen: Integers) -> _Block:
        rows = members[chosen]
        return _Block(
            residuals=kept.values[rows],
            estimation=kept.estimation_days(rows),
            window=window[chosen],
            present=present[chosen],
        )

    for mine, theirs in _meeting(first, last):
        sums, counts = _sums(block(order[mine]), block(order[theirs]), theirs > mine[:, None], columns)
        weighted, met = weighted + sums, met + counts
    n = present.sum(axis=0)
    pairs = np.maximum(n * (n - 1) / 2, 1)
    return Overlap(r=weighted / pairs, pairs=met / pairs)


def _meeting(first: Integers, last: Integers) -> Iterator[tuple[Integers, Integers]]:
    """Yield blocks of observations, in order of their first day, whose windows can meet."""
    if len(first) == 0:
        return
    span = len(first) * np.median(last - first + 1) / (last.max() - first.min() + 1)
    size = int(np.clip(span, *_BLOCK))
    for start in range(0, len(first), size):
        mine = np.arange(start, min(start + size, len(first)))
        reach = int(np.searchsorted(first, last[mine].max(), side="right"))
        for other in range(start, reach, _BLOCK[1]):
            yield mine, np.arange(other, min(other + _BLOCK[1], reach))


def _sums(mine: _Block, theirs: _Block, later: NDArray[np.bool_], columns: tuple[slice, ...]) -> tuple[Floats, Floats]:
    """Return (T,) sums of rho w and counts of pairs with w > 0 over the chosen pairs of two blocks."""
    rho = np.where(later, _correlations(mine, theirs), 0.0)
    sums, counts = np.empty(len(columns)), np.empty(len(columns))
    for t, part in enumerate(columns):
        share = _common_share(mine.window[:, part], theirs.window[:, part])
        share *= mine.present[:, t, None] & theirs.present[None, :, t]
        sums[t] = np.vdot(rho, share)
        counts[t] = np.count_nonzero(share[later])
    return sums, counts


def _common_share(mine: Integers, theirs: Integers) -> Floats:
    """Return (a, b) common sessions over L."""
    if mine.shape[1] == 1:
        return np.equal(mine, theirs.T).astype(np.float64)
    days, (left, right) = _codes(mine, theirs)
    share: Floats = _indicator(left, days) @ _indicator(right, days).T / mine.shape[1]
    return share


def _correlations(mine: _Block, theirs: _Block) -> Floats:
    """Return (a, b) correlations over common dates; 0 where there are too few or no spread."""
    days, (left, right) = _codes(mine.estimation, theirs.estimation)
    x, has_x = _spread_out(mine.residuals, left, days)
    y, has_y = _spread_out(theirs.residuals, right, days)
    n, sx, sy = has_x @ has_y.T, x @ has_y.T, has_x @ y.T
    enough = np.maximum(n, 1)
    covariance = x @ y.T - sx * sy / enough
    spread = ((x * x) @ has_y.T - sx**2 / enough) * (has_x @ (y * y).T - sy**2 / enough)
    usable = (n >= LEAST_COMMON) & (spread > 0)
    return np.where(usable, covariance / np.sqrt(np.where(usable, spread, 1.0)), 0.0)


def _codes(mine: Integers, theirs: Integers) -> tuple[int, tuple[Integers, Integers]]:
    """Return the number of distinct dates of two blocks, and each date as its place among them."""
    low = min(mine.min(), theirs.min())
    used = np.zeros(max(mine.max(), theirs.max()) - low + 1, dtype=np.int64)
    used[mine - low] = 1
    used[theirs - low] = 1
    place = np.cumsum(used) - 1
    return int(place[-1]) + 1, (place[mine - low], place[theirs - low])


def _indicator(codes: Integers, days: int) -> Floats:
    found = np.zeros((len(codes), days))
    np.put_along_axis(found, codes, 1.0, axis=1)
    return found


def _spread_out(values: Floats, codes: Integers, days: int) -> tuple[Floats, Floats]:
    """Return (a, D) values by date, 0 where there is none, and 1 where there is one."""
    present = np.isfinite(values)
    rows = np.broadcast_to(np.arange(len(values))[:, None], values.shape)
    out, has = np.zeros((len(values), days)), np.zeros((len(values), days))
    out[rows[present], codes[present]] = values[present]
    has[rows[present], codes[present]] = 1.0
    return out, has
