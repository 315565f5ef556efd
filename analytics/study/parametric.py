"""Parametric tests of mean abnormal returns; each function names its convention."""

import numpy as np

from analytics.study.sample import Sample, Test, mean_and_deviation, normal, reasons, student

_LEAST_DF = 2
"""Student's t has a variance only above this many degrees of freedom."""


def csect_t(sample: Sample) -> Test:
    """Return sqrt(N) mean / sd, t with N-1 (`csect_t`; Brown and Warner 1980)."""
    mean, deviation, n = mean_and_deviation(sample.values)
    return student(np.sqrt(n) * mean / deviation, n, n - 1, reasons(n, least=2, otherwise="no_spread"))


def j1(sample: Sample) -> Test:
    """Return the mean over the square root of the summed exact variances / N^2 (`j1`; MacKinlay 1997)."""
    mean, _, n = mean_and_deviation(sample.values)
    variance = np.where(np.isfinite(sample.values), sample.variance, 0.0).sum(axis=0)
    variance = np.where(variance > 0, variance, np.nan)
    return normal(mean * n / np.sqrt(variance), n, reasons(n, least=1, otherwise="zero_variance"))


def patell(sample: Sample) -> Test:
    """Return the sum of standardised values over the root of the sum of (M-k)/(M-k-2) (`patell`; Patell 1976)."""
    df = np.where(sample.df > _LEAST_DF, sample.df, np.nan)[:, None]
    usable = np.isfinite(sample.standardised) & np.isfinite(df)
    n = usable.sum(axis=0)
    variance = np.where(usable, df / (df - 2), 0.0).sum(axis=0)
    total = np.where(usable, sample.standardised, 0.0).sum(axis=0)
    value = np.where(n > 0, total, np.nan) / np.sqrt(np.where(n > 0, variance, np.nan))
    return normal(value, n, reasons(sample.n, least=1, otherwise="zero_variance"))


def bmp(sample: Sample) -> Test:
    """Return sqrt(N) mean / sd of standardised values, t with N-1 (`bmp`; Boehmer, Musumeci and Poulsen 1991)."""
    mean, deviation, n = mean_and_deviation(sample.standardised)
    return student(np.sqrt(n) * mean / deviation, n, n - 1, reasons(n, least=2, otherwise="no_spread"))
