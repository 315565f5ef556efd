"""Estimation residuals and their ranks: what the tests read that look beyond the event window."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analytics.study.panel import Floats, Integers, Panel
from analytics.study.spec import StudySpec, length
from analytics.study.windows import Placement, cut_days

Ranks = NDArray[np.float32]
"""Average ranks from 1; halves below 2^23 are exact in 32 bits."""

_CHUNK = 4096


@dataclass(frozen=True, kw_only=True)
class Residuals:
    """Residuals of all events of a study over the M sessions of the estimation window; NaN is missing."""

    values: Floats
    """(n, M)"""
    own: Ranks
    """(n, M) ranks among the residuals."""
    pool: Ranks
    """(n, M + L) ranks among residuals and abnormal returns of the whole event window together."""
    events: Placement
    """Where the events stand."""
    day_numbers: Integers
    """(R,) dates of the panel's rows as numbers."""
    spec: StudySpec

    @staticmethod
    def of(values: Floats, panel: Panel, events: Placement, spec: StudySpec) -> "Residuals":
        """Return the residuals (n, M) of n events, still to be ranked."""
        n, m = values.shape
        return Residuals(
            values=values,
            own=np.empty((n, m), dtype=np.float32),
            pool=np.empty((n, m + length(spec.window)), dtype=np.float32),
            events=events,
            day_numbers=panel.sessions.astype("datetime64[D]", copy=False).view(np.int64),
            spec=spec,
        )

    def rank(self, part: slice, ar: Floats) -> None:
        """Rank the residuals of some events, and together with their abnormal returns."""
        self.own[part] = ranks(self.values[part])
        self.pool[part] = ranks(np.hstack([self.values[part], ar]))

    def part(self, rows: Integers) -> "Residuals":
        """Return those of some events."""
        return replace(
            self, values=self.values[rows], own=self.own[rows], pool=self.pool[rows], events=self.events.part(rows)
        )

    def estimation_days(self, rows: Integers) -> Integers:
        """Return the (r, M) day numbers of the estimation windows of some events."""
        return cut_days(self.day_numbers, self.events.part(rows), self.spec.estimation)

    def window_days(self, rows: Integers) -> Integers:
        """Return the (r, L) day numbers of the event windows of some events."""
        return cut_days(self.day_numbers, self.events.part(rows), self.spec.window)


@dataclass(frozen=True, kw_only=True)
class Pool:
    """Ranks of a group over the D days of estimation and event window, less their mean (T_i + 1) / 2."""

    sums: Floats
    """(D,) by day."""
    scaled: Floats
    """(D,) by day of the same over 1 + T_i, which is U - 1/2."""
    counts: Integers
    """(D,) observations by day."""
    event: Floats
    """(n, L) of the event window; NaN is missing."""
    sizes: Floats
    """(n,) T_i, ranked days of each observation."""

    @property
    def days(self) -> int:
        """T, days with any observation."""
        return int((self.counts > 0).sum())


@dataclass(frozen=True, kw_only=True)
class GroupResiduals:
    """The residuals of the n observations of one group."""

    study: Residuals
    members: Integers
    """(n,) rows of the study."""

    @cached_property
    def daily(self) -> tuple[Floats, Integers]:
        """(M,) sum and count of the residuals of each estimation day."""
        parts = [column_sums(self.study.values[rows]) for _, rows in by_chunk(self.members)]
        return np.sum([sums for sums, _ in parts], axis=0), np.sum([counts for _, counts in parts], axis=0)

    @cached_property
    def pool(self) -> Pool:
        """Centred ranks over estimation and event window."""
        n, first = len(self.members), self.study.values.shape[1]
        days = self.study.pool.shape[1]
        sums, scaled, counts = np.zeros(days), np.zeros(days), np.zeros(days, dtype=np.int64)
        event, sizes = np.empty((n, days - first)), np.empty(n)
        for part, rows in by_chunk(self.members):
            ranked = self.study.pool[rows].astype(np.float64)
            present = np.isfinite(ranked)
            sizes[part] = size = np.count_nonzero(present, axis=1)
            ranked -= (size[:, None] + 1) / 2
            event[part] = ranked[:, first:]
            ranked[~present] = 0.0
            sums += ranked.sum(axis=0)
            scaled += (1 / (1 + size)) @ ranked
            counts += np.count_nonzero(present, axis=0)
        return Pool(sums=sums, scaled=scaled, counts=counts, event=event, sizes=sizes)


def ranks(values: Floats) -> Ranks:
    """Return the average ranks of each row of (n, T) values, NaN where missing.

    An argsort serves rows without ties. SciPy's rankdata does the same, ten times slower, and the import of scipy.stats
    is half a second of every start.
    """
    present = np.isfinite(values)
    keys = np.where(present, values, np.inf)
    order = np.argsort(keys, axis=1)
    ranked = np.empty(values.shape, dtype=np.float32)
    np.put_along_axis(ranked, order, np.arange(1, values.shape[1] + 1, dtype=np.float32)[None], axis=1)
    ordered = np.take_along_axis(keys, order, axis=1)
    tied = np.flatnonzero(((ordered[:, 1:] == ordered[:, :-1]) & np.isfinite(ordered[:, 1:])).any(axis=1))
    if len(tied):
        shared = np.empty((len(tied), values.shape[1]), dtype=np.float32)
        np.put_along_axis(shared, order[tied], _average_places(ordered[tied]), axis=1)
        ranked[tied] = shared
    ranked[~present] = np.nan
    return ranked


def _average_places(ordered: Floats) -> Ranks:
    """Return the mean place, from 1, of the run of equal values that each of (n, T) ordered values stands in."""
    places = np.broadcast_to(np.arange(ordered.shape[1]), ordered.shape)
    begins = np.ones(ordered.shape, dtype=np.bool_)
    begins[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    ends = np.ones(ordered.shape, dtype=np.bool_)
    ends[:, :-1] = begins[:, 1:]
    first = np.maximum.accumulate(np.where(begins, places, 0), axis=1)
    last = np.minimum.accumulate(np.where(ends, places, ordered.shape[1])[:, ::-1], axis=1)[:, ::-1]
    return ((first + last) / 2 + 1).astype(np.float32)


def by_chunk(members: Integers) -> Iterator[tuple[slice, Integers]]:
    """Yield the members in chunks, one at least: their place in the group, and their rows in the study."""
    for start in range(0, max(len(members), 1), _CHUNK):
        part = slice(start, start + _CHUNK)
        yield part, members[part]


def column_sums(values: Floats) -> tuple[Floats, Integers]:
    """Return the sum and the count of the values present in each column."""
    sums = values.sum(axis=0)
    if np.isfinite(sums).all():
        return sums, np.full(values.shape[1], len(values))
    present = np.isfinite(values)
    return np.where(present, values, 0.0).sum(axis=0), np.count_nonzero(present, axis=0)
