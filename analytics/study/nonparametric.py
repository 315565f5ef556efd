"""Sign and rank tests. Each function is named after its convention."""

from functools import cache

import numpy as np
from scipy import special

from analytics.study.panel import Floats
from analytics.study.residuals import ranks
from analytics.study.sample import NO_SIGN, Sample, Test, existing, normal, other, reasons

_EXACT_UP_TO = 25
"""Observations up to which the signed-rank distribution is counted out."""


def sign(sample: Sample) -> Test:
    """Return (share above 0 - 1/2) sqrt(N) / 0.5 (`sign`)."""
    return share_above(sample, np.full(len(sample.m), 0.5))


def gsign(sample: Sample) -> Test:
    """Return (w - Np) / sqrt(Np(1-p)), p the mean share of residuals above 0 (`gsign`)."""
    return share_above(sample, sample.positive)


def share_above(sample: Sample, expected: Floats) -> Test:
    """Return (w - Np) / sqrt(Np(1-p)), w the values above 0, p the mean of the (n,) expected shares."""
    n = sample.n
    p = sample.total_of(expected) / existing(n)
    value = (sample.above - n * p) / np.sqrt(existing(n * p * (1 - p)))
    return normal(np.where(n > 1, value, np.nan), n, reasons(n, least=2, otherwise="no_spread"))


def wilcoxon(sample: Sample) -> Test:
    """Return the signed-rank sum W+ without zeros, exact to N = 25 without ties, else normal (`wilcoxon`)."""
    size = np.abs(sample.values).T
    size = np.where(size <= NO_SIGN, np.nan, size)
    ranked = ranks(size).astype(np.float64)
    n = np.isfinite(ranked).sum(axis=1)
    positive = np.where(sample.values.T > NO_SIGN, ranked, 0.0)
    w = np.where(np.isfinite(positive), positive, 0.0).sum(axis=1)
    # The sum of squared average ranks falls short of n(n+1)(2n+1)/6 by sum(t^3 - t)/12: the correction for ties.
    squares = np.where(np.isfinite(ranked), ranked, 0.0) ** 2
    z = (w - n * (n + 1) / 4) / np.sqrt(existing(squares.sum(axis=1) / 4))
    tied = squares.sum(axis=1) != n * (n + 1) * (2 * n + 1) / 6
    exact = [_exact(int(k), float(v)) for k, v in zip(n, w, strict=True)]
    p = np.where((n <= _EXACT_UP_TO) & ~tied, exact, 2 * special.ndtr(-np.abs(z)))
    few = n < 2  # noqa: PLR2004  # one value has no rank
    return other(np.where(few, np.nan, w), n, np.where(few, np.nan, p), reasons(n, least=2, otherwise="no_spread"))


def _exact(n: int, w: float) -> float:
    """Return the two-sided p of W+ = w among n values without ties."""
    if n > _EXACT_UP_TO:
        return np.nan
    counts = _signed_rank_counts(n)
    smaller = min(w, n * (n + 1) // 2 - w)
    return min(1.0, 2 * float(counts[: int(smaller) + 1].sum() / counts.sum()))


@cache
def _signed_rank_counts(n: int) -> Floats:
    """Return how many of the 2^n sign patterns of ranks 1..n give each sum of positive ranks."""
    counts = np.ones(1)
    for rank in range(1, n + 1):
        counts = np.concatenate([counts, np.zeros(rank)]) + np.concatenate([np.zeros(rank), counts])
    return counts
