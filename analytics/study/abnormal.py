"""Abnormal returns of every event, their sums over the tested windows and their exact forecast variances."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from analytics.study.fitting import fits
from analytics.study.models import Block, Fit, series
from analytics.study.panel import Floats, Integers, Panel
from analytics.study.residuals import Residuals
from analytics.study.spec import StudySpec, inside, length
from analytics.study.threads import on_every_core
from analytics.study.windows import Placement

_CHUNK, _RANKED = 4096, 512
"""Events of some 21 sessions at once, and of those with some 250 residuals to rank: blocks that stay in the cache."""


@dataclass(frozen=True, kw_only=True)
class Abnormal:
    """Abnormal returns of n events over the L sessions of the event window and W tested windows."""

    m: Integers
    """(n,) complete estimation pairs."""
    alpha: Floats
    beta: Floats
    """(n, K)"""
    sigma: Floats
    r2: Floats
    positive: Floats
    """(n,) share of estimation residuals above 0."""
    thin: Floats
    """(n,) share of estimation sessions without a return, or with one of 0."""
    ar: Floats
    """(n, L)"""
    ar_factor: Floats
    """(n, L) forecast factor C: the variance of AR is sigma^2 C."""
    car: Floats
    """(n, W) sum of AR over each tested window; NaN where one is missing."""
    car_factor: Floats
    """(n, W) the exact variance of CAR is sigma^2 times this."""
    path_factor: Floats
    """(n, L) the same for the sum from the first day of the event window to each day."""
    bhar: Floats
    """(n, W) buy-and-hold abnormal return of each tested window; (n, 0) unless asked for."""

    @staticmethod
    def empty(n: int, regressors: int, spec: StudySpec) -> "Abnormal":
        """Return columns to be filled for n events."""
        days, windows = length(spec.window), len(spec.tested)
        return Abnormal(
            m=np.empty(n, dtype=np.int64),
            **{name: np.empty(n) for name in ("alpha", "sigma", "r2", "positive", "thin")},
            beta=np.empty((n, regressors)),
            **{name: np.empty((n, days)) for name in ("ar", "ar_factor", "path_factor")},
            **{name: np.empty((n, windows)) for name in ("car", "car_factor")},
            bhar=np.empty((n, windows if spec.kind == "bhar" else 0)),
        )

    def part(self, chosen: slice | Integers) -> "Abnormal":
        """Return those of some of the events, in their order; all of them are no copy."""
        if not isinstance(chosen, slice) and len(chosen) == len(self.m):
            return self
        return Abnormal(**{column.name: getattr(self, column.name)[chosen] for column in fields(self)})

    @property
    def sar(self) -> Floats:
        """(n, L) AR over its forecast standard deviation; NaN where sigma is 0."""
        return standardised(self.ar, self.sigma, self.ar_factor)

    @property
    def scar(self) -> Floats:
        """(n, W) CAR over its exact standard deviation; NaN where sigma is 0."""
        return standardised(self.car, self.sigma, self.car_factor)


def standardised(values: Floats, sigma: Floats, factor: Floats) -> Floats:
    """Return (n, T) values over sigma sqrt(factor), sigma (n,) and factor (n, T); NaN where sigma is 0."""
    scaled = np.sqrt(factor)
    scaled *= np.where(sigma > 0, sigma, np.nan)[:, None]
    return np.divide(values, scaled, out=scaled)


def estimate(panel: Panel, events: Placement, spec: StudySpec, *, signs: bool = True) -> Abnormal:
    """Estimate the model and the abnormal returns of n events; without `signs`, `positive` may be left NaN."""
    return abnormal_returns(panel, events, fits(panel, events, spec, signs=signs), spec)


def abnormal_returns(
    panel: Panel, events: Placement, fitted: Fit, spec: StudySpec, *, residuals: Residuals | None = None
) -> Abnormal:
    """Return the abnormal returns of n events from the fitted models, wherever those were made.

    Where `residuals` are given, they are ranked.
    """
    source, n = series(panel, spec), len(events.position)
    whole = Abnormal.empty(n, len(source.regressors), spec)

    def take(rows: slice) -> None:
        found = abnormal(fitted.part(rows), source.cut(events.part(rows), spec.window), spec)
        for column in fields(Abnormal):
            getattr(whole, column.name)[rows] = getattr(found, column.name)
        if residuals is not None:
            residuals.rank(rows, found.ar)

    size = _CHUNK if residuals is None else _RANKED
    for _ in on_every_core(take, [slice(start, start + size) for start in range(0, n, size)]):
        pass
    return whole


def abnormal(fitted: Fit, block: Block, spec: StudySpec) -> Abnormal:
    """Return the abnormal returns of an event-window block under fitted models."""
    ar, deviations = block.y - fitted.mean[:, None], []
    for k, x in enumerate(block.xs):
        deviations.append(x - fitted.centre[:, k, None])
        ar -= fitted.beta[:, k, None] * deviations[k]
    parts = [inside(window, spec.window) for window in spec.tested]
    return Abnormal(
        m=fitted.m,
        alpha=fitted.alpha,
        beta=fitted.beta,
        sigma=fitted.sigma,
        r2=fitted.r2,
        positive=fitted.positive,
        thin=fitted.thin,
        ar=ar,
        ar_factor=_factor(deviations, 1.0, fitted, spec, shape=ar.shape),
        path_factor=_factor(
            [np.cumsum(d, axis=1) for d in deviations], np.arange(1.0, ar.shape[1] + 1), fitted, spec, shape=ar.shape
        ),
        car=by_window(ar, parts),
        car_factor=_factor(
            [by_window(d, parts) for d in deviations],
            np.array([float(length(w)) for w in spec.tested]),
            fitted,
            spec,
            shape=(len(ar), len(parts)),
        ),
        bhar=_buy_and_hold(block.actual, block.actual - ar, parts) if spec.kind == "bhar" else np.empty((len(ar), 0)),
    )


def _factor(
    sums: list[Floats], sessions: float | Floats, fitted: Fit, spec: StudySpec, *, shape: tuple[int, ...]
) -> Floats:
    """Return h + h^2 / M + d' (X'X)^-1 d for sums d of the centred regressors over h sessions.

    This is h + s'(X'X)^-1 s with a column of ones in X and s: the square of the sum, never the sum of squares. Without
    parameters, and by lemaire's conventions, it is h.
    """
    factor = np.broadcast_to(np.asarray(sessions, dtype=np.float64), shape).copy()
    if spec.parameters == 0 or spec.compat == "lemaire":
        return factor
    factor += np.square(sessions) / np.maximum(fitted.m, 1)[:, None]
    for i, left in enumerate(sums):
        for j, right in enumerate(sums):
            factor += fitted.inverse[:, i, j, None] * left * right
    return factor


def by_window(values: Floats, parts: Sequence[slice]) -> Floats:
    """Return (n, W) sums over parts of the (n, L) days of the event window."""
    return np.stack([values[:, part].sum(axis=1) for part in parts], axis=1)


def _buy_and_hold(actual: Floats, expected: Floats, parts: list[slice]) -> Floats:
    held = [np.prod(1 + actual[:, p], axis=1) - np.prod(1 + expected[:, p], axis=1) for p in parts]
    return np.stack(held, axis=1)
