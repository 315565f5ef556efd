"""The observations of one group, in columns: a column is a day of the event window or a tested window."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analytics.study.abnormal import standardised
from analytics.study.grank import Generalised, generalised
from analytics.study.panel import Column, Floats, Integers
from analytics.study.residuals import GroupResiduals, column_sums

NO_SIGN = 1e-14
"""An abnormal return this small is rounding and has no sign."""

_ROWS = 4096
"""Rows of a block of some 21 columns that stays in the cache."""

Reasons = NDArray[np.object_]


@dataclass(frozen=True, kw_only=True)
class Sample:
    """n observations (an event, or the first of those on the same security and session) in T columns."""

    values: Floats
    """(n, T) AR, CAR or BHAR; NaN is missing."""
    summed: Floats
    """(n, T) AR, or its sum over the column's sessions: the values but for BHAR."""
    factor: Floats
    """(n, T) the exact forecast variance of the sum is sigma^2 times this."""
    daily: "Sample | None"
    """The sample of days, for a sample of windows."""
    inside: tuple[slice, ...]
    """T slices of the event window: the sessions of each column."""
    correlation: Floats
    """(T,) mean correlation r between observations, weighted by common sessions."""
    m: Integers
    """(n,) complete estimation pairs."""
    parameters: int
    """k of the model."""
    sigma: Floats
    """(n,) residual standard deviation."""
    positive: Floats
    """(n,) share of estimation residuals above 0."""
    security: Integers
    """(n,)"""
    date: NDArray[np.datetime64]
    """(n,) local date of session 0."""
    residuals: GroupResiduals | None
    """Estimation residuals of the observations; None where no test that was asked for reads them."""
    seed: int
    """Seed of random draws."""

    @property
    def df(self) -> Integers:
        """(n,) residual degrees of freedom, M - k."""
        return self.m - self.parameters

    @cached_property
    def generalised(self) -> Generalised:
        """Generalised ranks of SCAR over its cross-sectional standard deviation."""
        return generalised(self.standardised, self.sigma, 1 / self.spread.deviation, self.kept)

    @property
    def kept(self) -> GroupResiduals:
        """The residuals, which the study keeps for the tests that read them."""
        assert self.residuals is not None  # noqa: S101  # so that a wrong entry in METHODS is found at once
        return self.residuals

    @cached_property
    def standardised(self) -> Floats:
        """(n, T) SAR or SCAR; NaN where sigma is 0."""
        return standardised(self.summed, self.sigma, self.factor)

    @cached_property
    def moments(self) -> "Moments":
        """Of the values."""
        return moments(self.values)

    @cached_property
    def spread(self) -> "Moments":
        """Of the standardised values."""
        return moments(self.standardised)

    @property
    def n(self) -> Integers:
        """(T,) observations with a value."""
        return self.moments.n

    @property
    def mean(self) -> Floats:
        """(T,) mean of the values present."""
        return self.moments.mean

    @cached_property
    def lengths(self) -> Floats:
        """(T,) sessions of each column."""
        return np.array([float(part.stop - part.start) for part in self.inside])

    @cached_property
    def present(self) -> NDArray[np.bool_]:
        """(n, T) whether there is a value."""
        return np.isfinite(self.values)

    @cached_property
    def above(self) -> Integers:
        """(T,) values above 0; rounding has no sign."""
        return np.asarray(np.count_nonzero(self.values > NO_SIGN, axis=0))

    @cached_property
    def summed_variance(self) -> Floats:
        """(T,) sum of the exact variances of the values present."""
        whole = (self.n == len(self.values)).all()
        factor = self.factor if whole else np.where(self.present, self.factor, 0.0)
        return np.asarray(self.sigma**2 @ factor)

    def total_of(self, weights: Floats) -> Floats:
        """Return (T,) sums of (n,) weights over the observations with a value."""
        if (self.n == len(self.values)).all():
            return np.full(len(self.n), weights.sum())
        return np.asarray(weights @ self.present)


@dataclass(frozen=True, kw_only=True)
class Test:
    """A statistic in each of T columns; where it does not exist its value is NaN and a reason stands beside it."""

    value: Floats
    n: Integers
    """Observations used."""
    df: Floats
    """Degrees of freedom; NaN where the reference is not Student's t."""
    p: Floats
    """Two-sided but where `sides` says otherwise."""
    p_one_sided: Floats
    """In the direction of the value."""
    reason: Reasons
    """Why there is no value, or no p; "" where there is."""
    sides: int = 2
    """1 where p is one-sided, as a compat profile may have it."""
    warning: str = ""
    """What makes a value that exists doubtful."""

    @staticmethod
    def missing(n: Integers, reason: str) -> "Test":
        """Return a test that exists in no column, for one reason."""
        nothing = np.full(len(n), np.nan)
        return other(nothing, n, nothing, np.full(len(n), reason, dtype=object))


def student(value: Floats, n: Integers, df: Integers | Floats, reason: Reasons) -> Test:
    """Return a test referred to Student's t."""
    used: Floats = np.where(np.isfinite(value), np.broadcast_to(df, value.shape), np.nan)
    tail = special.stdtr(used, -np.abs(value))
    return Test(value=value, n=n, df=used, p=2 * tail, p_one_sided=tail, reason=_only_missing(reason, value))


def normal(value: Floats, n: Integers, reason: Reasons) -> Test:
    """Return a test referred to the standard normal."""
    tail = special.ndtr(-np.abs(value))
    return replace(other(value, n, 2 * tail, reason), p_one_sided=tail)


def other(value: Floats, n: Integers, p: Floats, reason: Reasons) -> Test:
    """Return a test with its own p."""
    nothing = np.full(value.shape, np.nan)
    return Test(value=value, n=n, df=nothing, p=p, p_one_sided=nothing, reason=_only_missing(reason, p))


def reasons(n: Integers, *, least: int, otherwise: str) -> Reasons:
    """Return (T,) reasons: too few observations, else what is left that can have gone wrong."""
    return np.where(n < least, "too_few_events", otherwise).astype(object)


def existing(value: Column) -> Floats:
    """Return the values above 0, NaN in place of the others: a scale that is 0 divides nothing."""
    found: Floats = np.where(value > 0, value, np.nan)
    return found


@dataclass(frozen=True, kw_only=True)
class Moments:
    """Mean, deviation and number of the values present in each of T columns."""

    mean: Floats
    deviation: Floats
    """Standard deviation with divisor N-1; NaN below two values or where it is rounding."""
    n: Integers


def moments(values: Floats) -> Moments:
    """Return the moments of the columns of (n, T) values, in two passes over blocks of rows that fit the cache."""
    blocks = [values[start : start + _ROWS] for start in range(0, len(values), _ROWS)]
    parts = [column_sums(block) for block in blocks] or [column_sums(values)]
    n = np.sum([counts for _, counts in parts], axis=0)
    mean = np.sum([sums for sums, _ in parts], axis=0) / existing(n)
    squares = np.sum([column_sums((block - mean) ** 2)[0] for block in blocks], axis=0)
    deviation = np.sqrt(squares / existing(n - 1))
    return Moments(mean=mean, deviation=np.where(deviation > NO_SIGN * np.abs(mean), deviation, np.nan), n=n)


def _only_missing(reason: Reasons, value: Floats) -> Reasons:
    return np.where(np.isfinite(value), "", reason).astype(object)
