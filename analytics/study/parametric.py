"""Parametric tests of mean abnormal returns. Each function is named after its convention."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from analytics.study.abnormal import by_window
from analytics.study.panel import Floats, Integers
from analytics.study.residuals import column_sums
from analytics.study.sample import (
    Reasons,
    Sample,
    Test,
    existing,
    moments,
    normal,
    reasons,
    student,
)

_FEW_CLUSTERS = 10
"""Below this number of clusters the cluster-robust variance is too small on average."""


def t_single(sample: Sample) -> Test:
    """Return the standardised value of a single event, t with M-k (`t_ar`, `t_car`)."""
    found = np.isfinite(sample.standardised)
    value = np.where(sample.n == 1, np.where(found, sample.standardised, 0.0).sum(axis=0), np.nan)
    value = np.where(found.any(axis=0), value, np.nan)
    df = np.where(found, sample.df[:, None], 0).sum(axis=0)
    reason = np.where(sample.n > 1, "one_event_only", reasons(sample.n, least=1, otherwise="zero_variance"))
    return student(value, sample.n, df, reason)


def csect_t(sample: Sample) -> Test:
    """Return sqrt(N) mean / sd, t with N-1 (`csect_t`)."""
    found, n = sample.moments, sample.n
    return student(np.sqrt(n) * found.mean / found.deviation, n, n - 1, reasons(n, least=2, otherwise="no_spread"))


def j1(sample: Sample) -> Test:
    """Return the mean over the square root of the summed exact variances / N^2 (`j1`)."""
    value = sample.mean * sample.n / np.sqrt(existing(sample.summed_variance))
    return normal(value, sample.n, reasons(sample.n, least=1, otherwise="zero_variance"))


def patell(sample: Sample) -> Test:
    """Return the sum of standardised values over the root of the sum of (M-k)/(M-k-2) (`patell`)."""
    return _patell(sample, sample.standardised, np.ones_like(sample.lengths))


def patell_classic(sample: Sample) -> Test:
    """Return the sum of daily SAR over the root of the sum of L (M-k)/(M-k-2) (`patell_classic`)."""
    sar = (sample.daily or sample).standardised
    return _patell(sample, by_window(sar, sample.inside), sample.lengths)


def patell_adj(sample: Sample) -> Test:
    """Return patell sqrt(1 / (1 + (N-1) r)) (`patell_adj`)."""
    plain = patell(sample)
    _, deflation, possible = _deflation(sample, plain.n)
    value = np.where(plain.n > 1, plain.value / deflation, np.nan)
    reason = np.where(plain.reason == "", reasons(plain.n, least=2, otherwise=""), plain.reason)
    return normal(value, plain.n, np.where(reason == "", possible, reason))


def bmp(sample: Sample) -> Test:
    """Return sqrt(N) mean / sd of standardised values, t with N-1 (`bmp`)."""
    found, n = sample.spread, sample.spread.n
    reason = np.where(n < sample.n, "zero_variance", reasons(n, least=2, otherwise="no_spread"))
    return student(np.sqrt(n) * found.mean / found.deviation, n, n - 1, reason)


def bmp_adj(sample: Sample) -> Test:
    """Return bmp sqrt((1-r) / (1 + (N-1) r)), t with N-1 (`bmp_adj`)."""
    plain = bmp(sample)
    own, deflation, possible = _deflation(sample, plain.n)
    value = plain.value * own / deflation
    return student(value, plain.n, plain.n - 1, np.where(plain.reason == "", possible, plain.reason))


def cda(sample: Sample) -> Test:
    """Return the mean over s sqrt(L), s of the mean residuals by estimation day, t with days - 1 (`cda`)."""
    daily, counts = sample.kept.daily
    used = counts >= max(len(sample.m) / 2, 1)
    means, days = daily[used] / counts[used], int(used.sum())
    value = sample.mean / (moments(means[:, None]).deviation * np.sqrt(sample.lengths))
    reason = reasons(sample.n, least=1, otherwise="no_estimation_spread")
    return student(value, sample.n, np.full(len(value), days - 1), reason)


def cluster_t_date(sample: Sample) -> Test:
    """Return the mean over its root of variance clustered by date of session 0, t with G-1 (`cluster_t_date`)."""
    return _clustered(sample, [sample.date])


def cluster_t_security(sample: Sample) -> Test:
    """Return the mean over its root of variance clustered by security, t with G-1 (`cluster_t_security`)."""
    return _clustered(sample, [sample.security])


def cluster_t_both(sample: Sample) -> Test:
    """Return the mean over its root of variance clustered both ways, t with the smaller G-1 (`cluster_t_both`)."""
    return _clustered(sample, [sample.date, sample.security])


def _patell(sample: Sample, standardised: Floats, sessions: Floats) -> Test:
    spread = sample.df / existing(sample.df - 2)  # NaN without the variance that t lacks with two degrees or fewer
    total, n = column_sums(standardised if np.isfinite(spread).all() else standardised + 0 * spread[:, None])
    if (n == len(spread)).all():
        variance = sessions * spread.sum()
    else:
        usable = np.isfinite(standardised) & np.isfinite(spread)[:, None]
        variance = sessions * (np.nan_to_num(spread) @ usable)
    return normal(total / np.sqrt(existing(variance)), n, reasons(sample.n, least=1, otherwise="zero_variance"))


def _deflation(sample: Sample, n: Integers) -> tuple[Floats, Floats, Reasons]:
    """Return sqrt(1-r) and sqrt(1 + (N-1) r), NaN with a reason where r does not allow them (Kolari-Pynnonen 2010)."""
    r = sample.correlation
    together = 1 + (n - 1) * r
    possible = (r < 1) & (together > 0)
    own, deflation = np.sqrt(existing(np.where(possible, 1 - r, 0))), np.sqrt(existing(np.where(possible, together, 0)))
    return own, deflation, np.where(possible, "", "correlation_out_of_range").astype(object)


def _clustered(sample: Sample, keys: list[NDArray[np.generic]]) -> Test:
    """Return the CR1 test of the mean; two keys add their variances and take off that of their intersection."""
    columns = [_clustered_column(column[found], [key[found] for key in keys]) for column, found in _complete(sample)]
    value, clusters = np.array([v for v, _ in columns]), np.array([g for _, g in columns], dtype=np.int64)
    reason = np.where(clusters < 2, "too_few_clusters", "no_spread").astype(object)  # noqa: PLR2004  # one has no spread
    warning = "few_clusters" if len(clusters) and clusters.min() < _FEW_CLUSTERS else ""
    return replace(student(value, sample.n, clusters - 1, reason), warning=warning)


def _complete(sample: Sample) -> list[tuple[Floats, NDArray[np.bool_]]]:
    return list(zip(sample.values.T, sample.present.T, strict=True))


def _clustered_column(values: Floats, keys: list[NDArray[np.generic]]) -> tuple[float, int]:
    """Return t and the smaller number of clusters of one column of complete values."""
    codes = [np.unique(key, return_inverse=True)[1] for key in keys]
    clusters = min((int(code.max()) + 1 for code in codes if len(code)), default=0)
    if clusters < 2:  # noqa: PLR2004  # one cluster has no spread
        return np.nan, clusters
    error = values - values.mean()
    variance = sum(_cluster_variance(error, code) for code in codes)
    if len(codes) > 1:  # observations are one a security and session: the intersection clusters are single
        variance -= _cluster_variance(error, np.arange(len(error)))
    rounding = (1e-14 * np.abs(values).max()) ** 2
    return (values.mean() / np.sqrt(variance), clusters) if variance > rounding else (np.nan, clusters)


def _cluster_variance(error: Floats, code: NDArray[np.generic]) -> float:
    """Return G/(G-1) times the sum of squared cluster totals over N^2."""
    totals = np.bincount(code, weights=error)
    return float(len(totals) / (len(totals) - 1) * (totals @ totals) / len(error) ** 2)
