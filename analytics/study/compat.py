"""Two other programs' conventions, so that a study can be checked against their printed numbers.

estudy2 (R, 0.10.0): residual deviation with divisor M-1; the market's mean and squares over every session of the
window, also where the security has no return; ranks, signs and their scale as described at each test.
lemaire (Python eventstudy): population variance, no forecast correction, one-sided p with M-1.
"""

from dataclasses import replace

import numpy as np

from analytics.study.nonparametric import share_above
from analytics.study.panel import Floats
from analytics.study.parametric import cda
from analytics.study.sample import Sample, Test, existing, normal, reasons, student


def pooled_t(sample: Sample) -> Test:
    """Return CAAR / sqrt(sum L sigma^2 / N^2), one-sided t with the sum of M-1 (lemaire's `pooled_t`)."""
    df = sample.total_of((sample.m - 1).astype(np.float64))
    reason = reasons(sample.n, least=1, otherwise="zero_variance")
    two_sided = student(sample.mean * sample.n / np.sqrt(existing(sample.summed_variance)), sample.n, df, reason)
    return replace(two_sided, p=two_sided.p_one_sided, sides=1)


def bw80(sample: Sample) -> Test:
    """Return AAR / (sqrt(sum sigma^2) / N) (estudy2's `bw80`)."""
    return _normal(sample, sample.mean * sample.n / np.sqrt(existing(sample.total_of(sample.sigma**2))))


def lamb(sample: Sample) -> Test:
    """Return cda over the root of the portfolio's forecast factor, whose 1/M takes the mean M (estudy2's `lamb`)."""
    factor = sample.factor - 1 / sample.m[:, None]
    return _normal(sample, cda(sample).value / np.sqrt(np.nanmean(factor, axis=0) + 1 / sample.m.mean()))


def gsign(sample: Sample) -> Test:
    """Return gsign with the share above 0 pooled over all sessions of all securities (estudy2's `gsign`)."""
    pooled = (sample.positive * sample.m).sum() / sample.m.sum()
    return share_above(sample, np.full(len(sample.m), pooled))


def corrado(sample: Sample) -> Test:
    """Return the mean rank deviation over an SD of (N/n_t) mean deviations and T = mean T_i (estudy2's `corrado`)."""
    ranked = sample.kept.study.pool[sample.kept.members].astype(np.float64)
    deviation = np.nanmean(ranked - (_sizes(ranked)[:, None] + 1) / 2, axis=0)
    present = np.isfinite(ranked).sum(axis=0)
    return _scaled(sample, deviation, deviation * len(ranked) / present, ranked)


def modified_rank(sample: Sample) -> Test:
    """Return the same of K / (1 + T_i), with an SD of N/sqrt(n_t) mean deviations (estudy2's `modified_rank`)."""
    ranked = sample.kept.study.pool[sample.kept.members].astype(np.float64)
    return _weighted(sample, ranked / (1 + _sizes(ranked)[:, None]) - 0.5)


def corrado_sign(sample: Sample) -> Test:
    """Return modified_rank of the sign of AR less its median over both windows (estudy2's `corrado_sign`)."""
    whole = np.hstack([sample.kept.study.values[sample.kept.members], sample.values])
    return _weighted(sample, np.sign(whole - np.nanmedian(whole, axis=1, keepdims=True)))


def _sizes(ranked: Floats) -> Floats:
    sizes: Floats = np.isfinite(ranked).sum(axis=1).astype(np.float64)
    return sizes


def _weighted(sample: Sample, scores: Floats) -> Test:
    n, present = len(scores), np.isfinite(scores).sum(axis=0)
    mean = np.nanmean(scores, axis=0)
    return _scaled(sample, mean * np.sqrt(n), mean * n / np.sqrt(present), scores)


def _scaled(sample: Sample, numerator: Floats, deviations: Floats, scores: Floats) -> Test:
    """Return the event days of a series over the root of its mean square, T the mean number of scored sessions."""
    scale = np.sqrt((deviations**2).sum() / _sizes(scores).mean())
    return _normal(sample, numerator[-len(sample.inside) :] / scale)


def _normal(sample: Sample, value: Floats) -> Test:
    return normal(value, sample.n, reasons(sample.n, least=1, otherwise="zero_variance"))
