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
    scar = sample.standardised
    present = np.isfinite(scar)
    n = present.sum(axis=0)
    filled = np.where(present, scar, 0.0)
    total, squares = filled.sum(axis=0), (filled**2).sum(axis=0)
    rest = existing(n - 1.0)
    mean = (total - filled) / rest
    variance = (squares - filled**2 - rest * mean**2) / existing(n - 2.0)
    whole = sample.spread
    ratio = n * whole.mean / whole.deviation - (n - 1) * mean / np.sqrt(existing(variance))
    found = moments(np.where(present, ratio, np.nan))
    return student(np.sqrt(n) * found.mean / found.deviation, n, n - 1, reasons(n, least=3, otherwise="no_spread"))


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
