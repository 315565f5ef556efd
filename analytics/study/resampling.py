"""Tests by skewness, by leaving one out and by drawing again. Each function is named after its convention."""

import numpy as np

from analytics.study.panel import Floats, Integers
from analytics.study.residuals import column_sums
from analytics.study.sample import Outcome, Sample, existing, moments, normal, other, reasons, student

_BOOTSTRAP_DRAWS = 1000
_BOOTSTRAP_LEAST = 20


def skew_t(sample: Sample) -> Outcome:
    """Return the skewness-adjusted t (`skew_t`)."""
    value, n = _skewness_adjusted(sample.values, 0.0)
    return normal(np.where(n > 2, value, np.nan), n, reasons(n, least=3, otherwise="no_spread"))  # noqa: PLR2004  # skewness


def skew_t_boot(sample: Sample) -> Outcome:
    """Return skew_t with p from 1000 resamples of N/4 centred on the mean (`skew_t_boot`)."""
    value, n = _skewness_adjusted(sample.values, 0.0)
    p = np.full(len(value), np.nan)
    for t in np.flatnonzero(np.isfinite(value) & (n >= _BOOTSTRAP_LEAST)):
        drawn = _resampled(sample.values[sample.present[:, t], t], sample.seed)
        p[t] = _two_sided(drawn, value[t])
    return other(value, n, p, reasons(n, least=_BOOTSTRAP_LEAST, otherwise="no_spread"))


def jackknife(sample: Sample) -> Outcome:
    """Return the t of the pseudo-values of mean(SCAR) / sd(SCAR), t with N-1 (`jackknife`)."""
    scar, whole = sample.standardised, sample.spread
    n = whole.n
    mean, squares = left_out(scar)
    ratio = n * whole.mean / whole.deviation - (n - 1) * mean / np.sqrt(existing(squares) / existing(n - 2.0))
    found = moments(ratio)
    return student(np.sqrt(n) * found.mean / found.deviation, n, n - 1, reasons(n, least=3, otherwise="no_spread"))


def left_out(values: Floats) -> tuple[Floats, Floats]:
    """Return (n, T) mean, and sum of squared deviations, of a column's values but for the one at each place.

    The values before and after each place are joined, nothing is taken away: beside a value of 1e6 a difference of
    sums of squares would keep no digit of the rest.
    """
    n_before, before, squares_before = _running(values)
    n_after, after, squares_after = (found[::-1] for found in _running(values[::-1]))
    n = existing((n_before + n_after).astype(np.float64))
    mean = (n_before * before + n_after * after) / n
    squares = squares_before + squares_after + (before - after) ** 2 * n_before * n_after / n
    present = np.isfinite(values)
    return np.where(present, mean, np.nan), np.where(present, squares, np.nan)


def _running(values: Floats) -> tuple[Integers, Floats, Floats]:
    """Return (n, T) count, mean and sum of squared deviations of the values above each place."""
    present = np.isfinite(values)
    filled = np.where(present, values, 0.0)
    n = np.cumsum(present, axis=0)
    before = _above(np.cumsum(filled, axis=0) / np.maximum(n, 1))
    steps = np.where(present, (filled - before) ** 2 * (n - 1) / np.maximum(n, 1), 0.0)
    return n - present, before, _above(np.cumsum(steps, axis=0))


def _above(running: Floats) -> Floats:
    """Return what stands one row higher, 0 above the first."""
    return np.vstack([np.zeros_like(running[:1]), running[:-1]])


def _skewness_adjusted(values: Floats, centre: float) -> tuple[Floats, Integers]:
    """Return sqrt(N) (S + g S^2/3 + g/(6N)), S the mean beyond the centre over sd, and N, by column."""
    found = moments(values)
    n, cubes = found.n, column_sums((values - found.mean) ** 3)[0]
    skewness = cubes / (existing(n) * found.deviation**3)
    s = (found.mean - centre) / found.deviation
    return np.sqrt(n) * (s + skewness * s**2 / 3 + skewness / (6 * existing(n))), n


def _resampled(values: Floats, seed: int) -> Floats:
    draws = np.random.default_rng(seed).choice(values, size=(len(values) // 4, _BOOTSTRAP_DRAWS))
    return _skewness_adjusted(draws, values.mean())[0]


def _two_sided(drawn: Floats, value: float) -> float:
    found = drawn[np.isfinite(drawn)]
    least = min(int((found >= value).sum()), int((found <= value).sum()))
    return min(1.0, 2 * (1 + least) / (len(found) + 1))
