"""The observations of one group, in columns: a column is a day of the event window or a tested window."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from analytics.study.panel import Floats, Integers

NO_SIGN = 1e-14
"""An abnormal return this small is rounding and has no sign."""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """n observations (an event, or the first of those on the same security and session) in T columns."""

    values: Floats
    """(n, T) AR or CAR; NaN is missing."""
    standardised: Floats
    """(n, T) SAR or SCAR."""
    variance: Floats
    """(n, T) exact forecast variance of each value."""
    lengths: Integers
    """(T,) sessions of each column."""
    m: Integers
    """(n,) complete estimation pairs."""
    parameters: int
    """k of the model."""
    positive: Floats
    """(n,) share of estimation residuals above 0."""
    security: Integers
    """(n,)"""
    date: NDArray[np.datetime64]
    """(n,) local date of session 0."""

    @property
    def df(self) -> Integers:
        """(n,) residual degrees of freedom, M - k."""
        return self.m - self.parameters

    @cached_property
    def n(self) -> Integers:
        """(T,) observations with a value."""
        n: Integers = np.isfinite(self.values).sum(axis=0)
        return n


@dataclass(frozen=True, kw_only=True)
class Test:
    """A statistic in each of T columns; where it does not exist its value is NaN and a reason stands beside it."""

    value: Floats
    n: Integers
    """Observations used."""
    df: Floats
    """Degrees of freedom; NaN where the reference is not Student's t."""
    p: Floats
    """Two-sided."""
    reason: NDArray[np.object_]


def student(value: Floats, n: Integers, df: Integers | Floats, reason: NDArray[np.object_]) -> Test:
    """Return a test referred to Student's t."""
    used: Floats = np.where(np.isfinite(value), np.broadcast_to(df, value.shape), np.nan)
    return Test(value=value, n=n, df=used, p=2 * stats.t.sf(np.abs(value), used), reason=_only_missing(reason, value))


def normal(value: Floats, n: Integers, reason: NDArray[np.object_]) -> Test:
    """Return a test referred to the standard normal."""
    df = np.full(value.shape, np.nan)
    return Test(value=value, n=n, df=df, p=2 * stats.norm.sf(np.abs(value)), reason=_only_missing(reason, value))


def reasons(n: Integers, *, least: int, otherwise: str) -> NDArray[np.object_]:
    """Return (T,) reasons: too few observations, else what is left that can have gone wrong."""
    return np.where(n < least, "too_few_events", otherwise).astype(object)


def mean_and_deviation(values: Floats) -> tuple[Floats, Floats, Integers]:
    """Return mean, standard deviation (ddof 1; NaN below two values or where it is rounding) and count by column."""
    present = np.isfinite(values)
    n = present.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):  # an empty column has no mean
        mean = np.where(present, values, 0.0).sum(axis=0) / n
        squares = np.square(np.where(present, values - mean, 0.0)).sum(axis=0)
        deviation = np.sqrt(squares / np.where(n > 1, n - 1, np.nan))
    rounding = deviation <= NO_SIGN * np.abs(mean)
    return mean, np.where(rounding | (deviation == 0), np.nan, deviation), n


def _only_missing(reason: NDArray[np.object_], value: Floats) -> NDArray[np.object_]:
    return np.where(np.isfinite(value), "", reason).astype(object)
