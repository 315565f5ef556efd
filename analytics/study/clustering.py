"""The mean correlation of observations whose windows share calendar days (Kolari and Pynnonen 2010)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analytics.study.panel import Floats, Integers
from analytics.study.residuals import Residuals
from analytics.study.threads import on_every_core

LEAST_COMMON = 30
"""Common estimation sessions below which two events' residuals are taken for uncorrelated."""
_BLOCK = (64, 128)
"""Fewest and most observations correlated at once with the later ones; in between, as many as a window's span holds."""
_LATER = 512
"""Most later observations that they are correlated with at once."""


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """How much the observations of a group hang together, in T columns."""

    r: Floats
    """(T,) sum over pairs of correlation times share of common sessions, over N (N-1); 0 where no windows meet."""
    pairs: Floats
    """(T,) share of pairs with a common session."""

    def part(self, columns: slice) -> "Overlap":
        """Return some of the columns."""
        return Overlap(r=self.r[columns], pairs=self.pairs[columns])

    @staticmethod
    def unknown(columns: int) -> "Overlap":
        """Return what stands where no test asks for the overlap."""
        return Overlap(r=np.full(columns, np.nan), pairs=np.full(columns, np.nan))


def overlaps(
    kept: Residuals, groups: Sequence[Integers], columns: tuple[slice, ...], present: NDArray[np.bool_]
) -> list[Overlap]:
    """Return the mean weighted correlation of all pairs of each group whose windows share days.

    A group is the rows (n_g,) of its observations in `kept`, `columns` the T slices of the event window, `present`
    (N, T) the observations of the study that each column has. Pairs are walked through once, block by block along the
    calendar, for all groups together. Rivals align residuals by relative day: simulated at 5 %, tests of staggered
    events then reject nothing.
    """
    member = np.zeros((len(kept.values), len(groups)), dtype=np.bool_)
    for g, rows in enumerate(groups):
        member[rows, g] = True
    used = np.flatnonzero(member.any(axis=1))
    window = kept.window_days(used)
    order = np.argsort(window[:, 0], kind="stable")
    used, window = used[order], window[order]

    def sums(blocks: tuple[Integers, Integers]) -> tuple[Floats, Floats]:
        mine, theirs = blocks
        left, right = (_Windows.of(window[part], present[used[part]], columns) for part in blocks)
        share, later = left.share(right), (theirs > mine[:, None]).astype(np.float64)
        rho = later * _correlations(kept, used[mine], used[theirs])
        weighted, met = np.zeros((2, len(groups), len(columns)))
        for g in range(len(groups)):
            ours = np.flatnonzero(member[used[mine], g]), np.flatnonzero(member[used[theirs], g])
            if len(ours[0]) and len(ours[1]):
                weighted[g] = np.einsum("tuv,uv->t", share, left.total(right, rho, ours))
                met[g] = np.einsum("tuv,uv->t", share > 0, left.total(right, later, ours))
        return weighted, met

    blocks = _meeting(window[:, 0], window[:, -1])
    weighted, met = np.zeros((2, len(groups), len(columns)))
    for part, part_met in on_every_core(sums, blocks):
        weighted, met = weighted + part, met + part_met
    n = np.array([present[rows].sum(axis=0) for rows in groups])
    pairs = np.maximum(n * (n - 1) / 2, 1)
    return [Overlap(r=r, pairs=share) for r, share in zip(weighted / pairs, met / pairs, strict=True)]


def _meeting(first: Integers, last: Integers) -> Iterator[tuple[Integers, Integers]]:
    """Yield blocks of observations, in order of their first day, whose windows can meet."""
    if len(first) == 0:
        return
    span = len(first) * np.median(last - first + 1) / (last.max() - first.min() + 1)
    size = int(np.clip(span, *_BLOCK))
    for start in range(0, len(first), size):
        mine = np.arange(start, min(start + size, len(first)))
        reach = int(np.searchsorted(first, last[mine].max(), side="right"))
        for other in range(start, reach, _LATER):
            yield mine, np.arange(other, min(other + _LATER, reach))


@dataclass(frozen=True, kw_only=True)
class _Windows:
    """The event windows of a block, those of equal days and equal gaps taken together as one kind."""

    kind: Integers
    """(b,) kind of each observation."""
    days: Integers
    """(u, L) day numbers of each kind."""
    present: NDArray[np.bool_]
    """(u, T) columns that each kind has."""
    columns: tuple[slice, ...]

    @cached_property
    def indicator(self) -> Floats:
        """(u, b) 1 where an observation is of a kind."""
        return np.equal(np.arange(len(self.days))[:, None], self.kind).astype(np.float64)

    @staticmethod
    def of(days: Integers, present: NDArray[np.bool_], columns: tuple[slice, ...]) -> "_Windows":
        """Return the kinds of windows of a block."""
        first, kind = _kinds(np.hstack([days, present]))
        return _Windows(kind=kind, days=days[first], present=present[first], columns=columns)

    def share(self, other: "_Windows") -> Floats:
        """Return (T, u, v) common days of two kinds over L, 0 where a column has no value."""
        days, (left, right) = _codes(self.days, other.days)
        mine, theirs = _covered(left, days, self.columns), _covered(right, days, self.columns)
        lengths = np.array([part.stop - part.start for part in self.columns])
        share: Floats = mine @ theirs.transpose(0, 2, 1) / lengths[:, None, None]
        return share * self.present.T[:, :, None] * other.present.T[:, None, :]

    def total(self, other: "_Windows", values: Floats, chosen: tuple[Integers, Integers]) -> Floats:
        """Return (u, v) sums of the values (a, b) of chosen pairs by their kinds."""
        left, right = chosen
        sums: Floats = self.indicator[:, left] @ values[np.ix_(left, right)] @ other.indicator[:, right].T
        return sums


def _covered(codes: Integers, days: int, columns: tuple[slice, ...]) -> Floats:
    """Return (T, u, D) whether each column of a window covers a date, from the (u, L) places of its dates."""
    until = np.zeros((len(codes), codes.shape[1] + 1, days))
    np.put_along_axis(until[:, 1:], codes[:, :, None], 1.0, axis=2)
    until = until.cumsum(axis=1)
    start, stop = (np.array([getattr(part, end) for part in columns]) for end in ("start", "stop"))
    return np.moveaxis(until[:, stop] - until[:, start], 1, 0)


def _kinds(rows: NDArray[np.generic]) -> tuple[Integers, Integers]:
    """Return the first place of each distinct row and the number of the kind of every row."""
    packed = np.ascontiguousarray(rows)
    keys = packed.view(np.dtype((np.void, packed.dtype.itemsize * packed.shape[1]))).ravel()
    _, first, kind = np.unique(keys, return_index=True, return_inverse=True)
    return first, kind


def _correlations(kept: Residuals, mine: Integers, theirs: Integers) -> Floats:
    """Return (a, b) correlations over common dates; 0 where there are too few or no spread.

    Sums over the sessions of the other side are taken once for each kind of gaps, of which complete windows on one date
    have one; only the cross products need every pair.
    """
    days, (left, right) = _codes(kept.estimation_days(mine), kept.estimation_days(theirs))
    x, has_x = _spread_out(kept.values[mine], left, days)
    y, has_y = _spread_out(kept.values[theirs], right, days)
    (first_x, kind_x), (first_y, kind_y) = _kinds(np.packbits(has_x, axis=1)), _kinds(np.packbits(has_y, axis=1))
    mask_x, mask_y = has_x[first_x].astype(np.float64), has_y[first_y].astype(np.float64)
    common = mask_x @ mask_y.T
    sum_x, scale_x = _sums_and_scale(x, mask_y, common[kind_x])
    sum_y, scale_y = _sums_and_scale(y, mask_x, common.T[kind_y])
    mean_x = sum_x / np.maximum(common[kind_x], 1)
    covariance = x @ y.T - np.take(mean_x, kind_y, axis=1) * np.take(sum_y, kind_x, axis=1).T
    covariance *= np.take(scale_x, kind_y, axis=1)
    covariance *= np.take(scale_y, kind_x, axis=1).T
    return covariance


def _sums_and_scale(values: Floats, masks: Floats, common: Floats) -> tuple[Floats, Floats]:
    """Return (a, u) sums over the sessions of each kind of the other side, and one over the root of their squares.

    `common` (a, u) counts those sessions; the scale is 0 where they are too few or the values do not vary.
    """
    sums = values @ masks.T
    squares = np.square(values) @ masks.T - sums**2 / np.maximum(common, 1)
    usable = (common >= LEAST_COMMON) & (squares > 0)
    return sums, np.where(usable, 1 / np.sqrt(np.where(usable, squares, 1.0)), 0.0)


def _codes(mine: Integers, theirs: Integers) -> tuple[int, tuple[Integers, Integers]]:
    """Return the number of distinct dates of two blocks, and each date as its place among them."""
    low = min(mine.min(), theirs.min())
    used = np.zeros(max(mine.max(), theirs.max()) - low + 1, dtype=np.int64)
    used[mine - low] = 1
    used[theirs - low] = 1
    place = np.cumsum(used) - 1
    return int(place[-1]) + 1, (place[mine - low], place[theirs - low])


def _spread_out(values: Floats, codes: Integers, days: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Return (a, D) values by date, 0 where there is none, and whether there is one."""
    present = np.isfinite(values)
    out, has = np.zeros((len(values), days)), np.zeros((len(values), days), dtype=np.bool_)
    if present.all():
        np.put_along_axis(out, codes, values, axis=1)
        np.put_along_axis(has, codes, values=True, axis=1)
    else:
        rows, columns = np.nonzero(present)
        out[rows, codes[rows, columns]] = values[rows, columns]
        has[rows, codes[rows, columns]] = True
    return out, has
