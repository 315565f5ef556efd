"""Betas of securities that trade thinly, whose returns lag behind the market's or run ahead."""

from collections.abc import Callable

import numpy as np

from analytics.study import least_squares as ls
from analytics.study.panel import Floats
from analytics.study.spec import Model


def _scholes_williams(y: Floats, x: Floats) -> Floats:
    """Return (n,) (b-1 + b0 + b+1) / (1 + 2 rho1), b the slopes on lag, same day, lead, rho1 the market's own."""
    slopes = [_pairwise(y, shifted)[0] for shifted in (_shifted(x, -1), x, _shifted(x, 1))]
    beta: Floats = np.sum(slopes, axis=0) / (1 + 2 * _pairwise(x, _shifted(x, -1))[1])
    return beta


def _dimson(y: Floats, x: Floats) -> Floats:
    """Return (n,) the sum of the coefficients on lag, same day and lead of the market in one regression."""
    xs = [_shifted(x, -1), x, _shifted(x, 1)]
    gaps = np.isnan(y) | np.isnan(xs[0]) | np.isnan(xs[2])
    m = np.count_nonzero(~gaps, axis=1)
    centred = [ls.centred(column, gaps, m) for column in (y, *xs)]
    values = [deviations for _, deviations in centred[1:]]
    inverse = ls.inverse(ls.cross_products(values, len(m)), np.stack([mean for mean, _ in centred[1:]], axis=1), m)
    return np.asarray(np.einsum("nkj,nj->n", inverse, ls.products(values, centred[0][1])))


THIN: dict[Model, Callable[[Floats, Floats], Floats]] = {"scholes_williams": _scholes_williams, "dimson": _dimson}
"""Betas for thin trading; leads and lags stay inside the estimation window, and the rest is the market model's."""


def _shifted(x: Floats, step: int) -> Floats:
    """Return the value `step` sessions away, NaN beyond the window."""
    shifted = np.full_like(x, np.nan)
    if step > 0:
        shifted[:, :-step] = x[:, step:]
    else:
        shifted[:, -step:] = x[:, :step]
    return shifted


def _pairwise(y: Floats, x: Floats) -> tuple[Floats, Floats]:
    """Return the slope of y on x and their correlation over the sessions that have both."""
    gaps = np.isnan(y) | np.isnan(x)
    m = np.count_nonzero(~gaps, axis=1)
    (_, left), (_, right) = ls.centred(y, gaps, m), ls.centred(x, gaps, m)
    pairs = ((right, left), (right, right), (left, left))
    cross, own, theirs = (ls.products([one], other)[:, 0] for one, other in pairs)
    with np.errstate(divide="ignore", invalid="ignore"):  # no spread, no slope
        return cross / own, cross / np.sqrt(own * theirs)
