"""Tests on the ranks of abnormal returns among estimation residuals. Each function is named after its convention."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from analytics.study.panel import Column, Floats, Integers
from analytics.study.residuals import Residuals, all_sums, by_chunk
from analytics.study.sample import Reasons, Sample, Test, existing, mean_and_deviation, normal, other, reasons, student

_LEAST_MULTIPLE = 40
"""Estimation sessions a session of the window below which overlapping sums repeat each other too much to be ranked."""


@dataclass(frozen=True, kw_only=True)
class _Pool:
    """Centred ranks K - (T_i + 1) / 2 of a group over the D days of estimation and event window."""

    centred: Floats
    """(D,) sums by day."""
    scaled: Floats
    """(D,) sums by day of the same over 1 + T_i, which is U - 1/2."""
    counts: Integers
    """(D,) observations by day."""
    event_sums: Floats
    """(n, T) each observation's sum over the sessions of each column."""
    sizes: Floats
    """(n,) T_i, ranked days of each observation."""

    @property
    def days(self) -> int:
        """T, days with any observation."""
        return int((self.counts > 0).sum())


def corrado(sample: Sample) -> Test:
    """Return sqrt(L) times the mean rank deviation of the window over S (`corrado`)."""
    pool = _pool(sample)
    scale = np.sqrt(np.sum((pool.centred / existing(pool.counts)) ** 2, where=pool.counts > 0) / max(pool.days, 1))
    return _ranked(sample, np.where(sample.present, pool.event_sums, 0.0).sum(axis=0) / existing(sample.n), scale)


def corrado_cum(sample: Sample) -> Test:
    """Return corrado sqrt((T-1) / (T-L)), exact for sums of ranks drawn without replacement (`corrado_cum`)."""
    plain, days = corrado(sample), _pool(sample).days
    return normal(plain.value * np.sqrt((days - 1) / existing(days - sample.lengths)), plain.n, plain.reason)


def corrado_zivney(sample: Sample) -> Test:
    """Return the same of U = K / (1 + T_i), each day weighted by sqrt(n_t) (`corrado_zivney`)."""
    pool = _pool(sample)
    scale = np.sqrt(np.sum(pool.scaled**2 / existing(pool.counts), where=pool.counts > 0) / max(pool.days, 1))
    scaled = pool.event_sums / (1 + pool.sizes[:, None])
    return _ranked(sample, np.where(sample.present, scaled, 0.0).sum(axis=0) / np.sqrt(existing(sample.n)), scale)


def grank_t(sample: Sample) -> Test:
    """Return the generalised rank t, t with T-2 (`grank_t`)."""
    return _grank_t(sample, np.ones(len(sample.inside)), np.full(len(sample.inside), "", dtype=object))


def grank_t_adj(sample: Sample) -> Test:
    """Return grank_t with SCAR sqrt(1-r) / sd(SCAR), for correlated observations (`grank_t_adj`)."""
    r = sample.correlation
    impossible = np.where(r < 1, "", "correlation_out_of_range").astype(object)
    return _grank_t(sample, np.sqrt(existing(1 - r)), impossible)


def grank_z(sample: Sample) -> Test:
    """Return sqrt(12) times the summed ranks over the root of the sum of (T_i - 1) / (T_i + 1) (`grank_z`)."""
    ranked = _grank(sample, np.ones(len(sample.inside)))
    return normal(ranked.z, ranked.n, _grank_reasons(ranked.n))


def sq_rank(sample: Sample) -> Test:
    """Return the rank of one event's value, or of two events' mean, among sums of residuals (`sq_rank`).

    Two events on one date average their residuals by date; otherwise all pairs of days are averaged.
    """
    tests = [_sq_rank_column(sample, t) for t in range(len(sample.inside))]
    value, p, tail = (np.array([test[i] for test in tests], dtype=np.float64) for i in range(3))
    reason = np.array([test[3] for test in tests], dtype=object)
    return replace(other(value, sample.n, p, reason), p_one_sided=tail)


def _ranked(sample: Sample, total: Floats, scale: float) -> Test:
    value = total / existing(np.sqrt(sample.lengths) * scale)
    return normal(value, sample.n, reasons(sample.n, least=1, otherwise="no_spread"))


def _pool(sample: Sample) -> _Pool:
    first = sample.kept.values.shape[1]
    event_sums, sizes = np.empty(sample.values.shape), np.empty(len(sample.members))

    def centred() -> Iterator[Floats]:
        for part, rows in by_chunk(sample.members):
            ranked = sample.kept.pool[rows].astype(np.float64)
            sizes[part] = np.isfinite(ranked).sum(axis=1)
            ranked -= (sizes[part, None] + 1) / 2
            event_sums[part] = np.stack([ranked[:, first:][:, p].sum(axis=1) for p in sample.inside], axis=1)
            yield ranked

    sums, counts = all_sums(centred())
    scaled, _ = all_sums(ranked / (1 + np.isfinite(ranked).sum(axis=1, keepdims=True)) for ranked in centred())
    return _Pool(centred=sums, scaled=scaled, counts=counts, event_sums=event_sums, sizes=sizes)


@dataclass(frozen=True, kw_only=True)
class _Generalised:
    """Generalised ranks of T windows: the mean of day 0 over S, the z of day 0, observations and days."""

    mean: Floats
    z: Floats
    n: Integers
    days: Integers


def _grank(sample: Sample, shrink: Floats) -> _Generalised:
    _, deviation, _ = mean_and_deviation(sample.standardised)
    columns = [_grank_column(sample, t, shrink[t] / deviation[t]) for t in range(len(shrink))]
    mean, z, n, days = (np.array([column[i] for column in columns]) for i in range(4))
    return _Generalised(mean=mean, z=z, n=n, days=days)


def _grank_column(sample: Sample, t: int, scale: float) -> tuple[float, float, int, int]:
    """Return Z = Ubar_0 / S, the z form, n and T of one window; NaN where SCAR has no spread."""
    chosen = np.flatnonzero(np.isfinite(sample.standardised[:, t]))
    if not np.isfinite(scale):
        return np.nan, np.nan, len(chosen), 0
    kept, sigma = sample.kept, sample.sigma[chosen]
    threshold = sample.standardised[chosen, t] * scale * sigma
    own, sizes = np.empty(len(chosen)), np.empty(len(chosen))

    def estimation_ranks() -> Iterator[Floats]:
        for part, rows in by_chunk(sample.members[chosen]):
            residuals, limit = kept.values[rows], threshold[part, None]
            above, equal = residuals > limit, (residuals == limit) / 2
            sizes[part] = np.isfinite(residuals).sum(axis=1) + 1
            own[part] = sizes[part] - above.sum(axis=1) - equal.sum(axis=1)
            yield (kept.own[rows] + above + equal) / (sizes[part, None] + 1) - 0.5

    sums, counts = all_sums(estimation_ranks())
    u = own / (sizes + 1) - 0.5
    days = int((counts > 0).sum()) + 1
    n = len(chosen)
    spread = np.sum(sums**2 / existing(counts) / n, where=counts > 0) + u.mean() ** 2
    return (
        float(u.mean() / np.sqrt(spread / days)),
        float(np.sqrt(12) * u.sum() / np.sqrt(((sizes - 1) / (sizes + 1)).sum())),
        n,
        days,
    )


def _grank_t(sample: Sample, shrink: Floats, impossible: Reasons) -> Test:
    ranked = _grank(sample, shrink)
    value = ranked.mean * np.sqrt((ranked.days - 2) / existing(ranked.days - 1 - ranked.mean**2))
    reason = np.where(impossible == "", _grank_reasons(ranked.n), impossible)
    return student(value, ranked.n, ranked.days - 2, reason)


def _grank_reasons(n: Integers) -> Reasons:
    return reasons(n, least=2, otherwise="no_spread")


def _sq_rank_column(sample: Sample, t: int) -> tuple[float, float, float, str]:
    """Return rank, two-sided and one-sided p, and the reason where there is none."""
    chosen, sessions = np.flatnonzero(sample.present[:, t]), int(sample.lengths[t])
    if len(chosen) == 0:
        return np.nan, np.nan, np.nan, "too_few_events"
    if len(chosen) > 2:  # noqa: PLR2004  # the test is one of one event or two
        return np.nan, np.nan, np.nan, "more_than_two_events"
    if sample.m[chosen].min() < _LEAST_MULTIPLE * sessions:
        return np.nan, np.nan, np.nan, "use_placebo"
    peers = _peers(sample.kept, sample.members[chosen], sample.date[chosen], sessions)
    value = sample.values[chosen, t].mean()
    below, above = 1 + int((peers <= value).sum()), 1 + int((peers >= value).sum())
    tail = min(1.0, min(below, above) / (len(peers) + 1))
    return below, min(1.0, 2 * tail), tail, ""


def _peers(kept: Residuals, rows: Integers, dates: Column, sessions: int) -> Floats:
    """Return what the value of one event or the mean of two is ranked among."""
    sums = [sliding_window_view(kept.values[row], sessions).sum(axis=1) for row in rows]
    ends = kept.estimation_days(rows)[:, sessions - 1 :]
    present = [np.isfinite(total) for total in sums]
    first, *second = [total[found] for total, found in zip(sums, present, strict=True)]
    if not second:
        return np.asarray(first)
    if dates[0] == dates[1]:
        _, mine, theirs = np.intersect1d(ends[0][present[0]], ends[1][present[1]], return_indices=True)
        return np.asarray((first[mine] + second[0][theirs]) / 2)
    return np.asarray(np.add.outer(first, second[0]).ravel() / 2)
