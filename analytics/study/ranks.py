"""Tests on the ranks of abnormal returns among estimation residuals. Each function is named after its convention."""

from dataclasses import replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from analytics.study.abnormal import by_window
from analytics.study.grank import Generalised, generalised
from analytics.study.panel import Column, Floats, Integers
from analytics.study.residuals import Residuals
from analytics.study.sample import Sample, Test, existing, normal, other, reasons, student

_LEAST_MULTIPLE = 40
"""Estimation sessions a session of the window below which overlapping sums repeat each other too much to be ranked."""


def corrado(sample: Sample) -> Test:
    """Return sqrt(L) times the mean rank deviation of the window over S (`corrado`)."""
    pool = sample.kept.pool
    squares = (pool.sums / existing(pool.counts)) ** 2
    return _ranked(sample, pool.event, 1 / existing(sample.n), np.nansum(squares) / max(pool.days, 1))


def corrado_cum(sample: Sample) -> Test:
    """Return corrado sqrt((T-1) / (T-L)), exact for sums of ranks drawn without replacement (`corrado_cum`)."""
    plain, days = corrado(sample), sample.kept.pool.days
    return normal(plain.value * np.sqrt((days - 1) / existing(days - sample.lengths)), plain.n, plain.reason)


def corrado_zivney(sample: Sample) -> Test:
    """Return the same of U = K / (1 + T_i), each day weighted by sqrt(n_t) (`corrado_zivney`)."""
    pool = sample.kept.pool
    squares = pool.scaled**2 / existing(pool.counts)
    scaled = pool.event / (1 + pool.sizes[:, None])
    return _ranked(sample, scaled, 1 / np.sqrt(existing(sample.n)), np.nansum(squares) / max(pool.days, 1))


def grank_t(sample: Sample) -> Test:
    """Return Z sqrt((T-2) / (T-1-Z^2)) of the generalised ranks, t with T-2 (`grank_t`)."""
    return _grank_t(sample.generalised)


def grank_t_adj(sample: Sample) -> Test:
    """Return grank_t with SCAR sqrt(1-r) / sd(SCAR), for correlated observations (`grank_t_adj`)."""
    deviation = sample.spread.deviation
    scale = np.sqrt(existing(1 - sample.correlation)) / deviation
    test = _grank_t(generalised(sample.standardised, sample.sigma, scale, sample.kept))
    impossible = np.isfinite(deviation) & ~np.isfinite(scale)
    return replace(test, reason=np.where(impossible, "correlation_out_of_range", test.reason))


def grank_z(sample: Sample) -> Test:
    """Return sqrt(12) times the summed ranks over the root of the sum of (T_i - 1) / (T_i + 1) (`grank_z`)."""
    ranked = sample.generalised
    return normal(ranked.z, ranked.n, reasons(ranked.n, least=2, otherwise="no_spread"))


def sq_rank(sample: Sample) -> Test:
    """Return the rank of one event's value, or of two events' mean, among sums of residuals (`sq_rank`).

    Two events on one date average their residuals by date; otherwise all pairs of days are averaged.
    """
    tests = [_sq_rank_column(sample, t) for t in range(len(sample.inside))]
    value, p, tail = (np.array([test[i] for test in tests], dtype=np.float64) for i in range(3))
    reason = np.array([test[3] for test in tests], dtype=object)
    return replace(other(value, sample.n, p, reason), p_one_sided=tail)


def _ranked(sample: Sample, event: Floats, weight: Floats, square: float) -> Test:
    """Return the weighted sum of rank deviations over the sessions of each column, over S sqrt(L)."""
    total = np.where(sample.present, by_window(event, sample.inside), 0.0).sum(axis=0) * weight
    value = total / np.sqrt(existing(sample.lengths * square))
    return normal(value, sample.n, reasons(sample.n, least=1, otherwise="no_spread"))


def _grank_t(ranked: Generalised) -> Test:
    value = ranked.ratio * np.sqrt((ranked.days - 2) / existing(ranked.days - 1 - ranked.ratio**2))
    return student(value, ranked.n, ranked.days - 2, reasons(ranked.n, least=2, otherwise="no_spread"))


def _sq_rank_column(sample: Sample, t: int) -> tuple[float, float, float, str]:
    """Return rank, two-sided and one-sided p, and the reason where there is none."""
    chosen, sessions = np.flatnonzero(sample.present[:, t]), int(sample.lengths[t])
    if len(chosen) == 0:
        return np.nan, np.nan, np.nan, "too_few_events"
    if len(chosen) > 2:  # noqa: PLR2004  # the test is one of one event or two
        return np.nan, np.nan, np.nan, "more_than_two_events"
    if sample.m[chosen].min() < _LEAST_MULTIPLE * sessions:
        return np.nan, np.nan, np.nan, "use_placebo"
    peers = _peers(sample.kept.study, sample.kept.members[chosen], sample.date[chosen], sessions)
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
