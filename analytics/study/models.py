"""Models of the expected return: what each explains by what, and its estimation for a block of events."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from analytics.study import least_squares as ls
from analytics.study.panel import Floats, Integers, Panel
from analytics.study.spec import FACTORS, StudySpec, Window
from analytics.study.thin_trading import THIN
from analytics.study.windows import Placement, cut

NO_RETURN = 1e-15
"""A return this small is 0 but for the rounding of what was subtracted and added again."""


@dataclass(frozen=True, kw_only=True)
class Series:
    """What a model explains, y, and by what, as panel columns."""

    explained: Floats
    """(R,) returns, or ln(volume / shares)."""
    base: Floats | None
    """(R,) subtracted from y: the risk-free rate, or the benchmark in the market-adjusted model."""
    regressors: tuple[Floats, ...]
    """K columns of (R,)."""
    above_base: bool
    """Whether the base is subtracted from the regressors too."""
    log: bool
    """Whether ln(1 + R) is taken of every series."""

    def cut(self, events: Placement, window: Window) -> "Block":
        """Return the block of these series in a window of each event."""
        return self._block(lambda column: cut(column, events, window))

    def rows(self) -> "Block":
        """Return the block of one line that is the whole panel."""
        return self._block(lambda column: column[None])

    def _block(self, taken: Callable[[Floats], Floats]) -> "Block":
        def values(column: Floats) -> Floats:
            return np.log1p(taken(column)) if self.log else taken(column)

        y, base = values(self.explained), None
        xs = [values(column) for column in self.regressors]
        if self.base is not None:
            base = values(self.base)
            y = y - base
            xs = [x - base for x in xs] if self.above_base else xs
        return Block(y=y, xs=xs, base=base)


@dataclass(frozen=True, kw_only=True)
class Block:
    """Values of n events in a window of L sessions; NaN is missing."""

    y: Floats
    """(n, L)"""
    xs: Sequence[Floats]
    """K of (n, L)."""
    base: Floats | None
    """(n, L) what was subtracted from the return to get y."""

    @property
    def actual(self) -> Floats:
        """(n, L) return, or ln(volume / shares)."""
        return self.y if self.base is None else self.y + self.base

    @property
    def traded(self) -> NDArray[np.bool_]:
        """(n, L) whether there is a return, and it is not 0."""
        return np.asarray(np.abs(self.actual) > NO_RETURN)


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Estimates of n events with K regressors; NaN where there are not enough complete pairs."""

    m: Integers
    """(n,) complete pairs."""
    mean: Floats
    """(n,) mean of y over the complete pairs; 0 in the market-adjusted model."""
    beta: Floats
    """(n, K)"""
    sigma: Floats
    """(n,) residual standard deviation, divisor M - k; 0 where it is rounding."""
    r2: Floats
    """(n,) NaN in the market-adjusted model, which explains nothing by estimation."""
    positive: Floats
    """(n,) share of residuals above 0; NaN where the residuals were not looked at."""
    thin: Floats
    """(n,) share of estimation sessions without a return, or with one of 0."""
    centre: Floats
    """(n, K) mean of each regressor."""
    inverse: Floats
    """(n, K, K) inverse of the centred cross products of the regressors."""
    residuals: Floats
    """(n, M) with NaN where the pair is not complete; (n, 0) where nothing reads them."""

    @staticmethod
    def empty(n: int, regressors: int, *, sessions: int) -> "Fit":
        """Return columns to be filled for n events, with residuals of some sessions."""
        return Fit(
            m=np.empty(n, dtype=np.int64),
            **{name: np.empty(n) for name in ("mean", "sigma", "r2", "positive", "thin")},
            **{name: np.empty((n, regressors)) for name in ("beta", "centre")},
            inverse=np.empty((n, regressors, regressors)),
            residuals=np.empty((n, sessions)),
        )

    def take(self, rows: Integers, others: "Fit") -> None:
        """Put the estimates of other events in the place of some; residuals only where they are kept."""
        kept = replace(others, residuals=others.residuals[:, : self.residuals.shape[1]])
        for column in fields(self):
            getattr(self, column.name)[rows] = getattr(kept, column.name)

    @property
    def alpha(self) -> Floats:
        """(n,) constant of the model."""
        alpha: Floats = self.mean - np.einsum("nk,nk->n", self.beta, self.centre)
        return alpha

    def part(self, chosen: slice | Integers) -> "Fit":
        """Return those of some of the events."""
        return Fit(**{column.name: getattr(self, column.name)[chosen] for column in fields(self)})


def series(panel: Panel, spec: StudySpec) -> Series:
    """Return what the model of `spec` explains by what; RequestError where the panel lacks a series."""
    log = spec.returns == "log" and spec.kind != "volume"
    explained = panel.series("turnover" if spec.kind == "volume" else "returns")
    base: Floats | None = None
    regressors: tuple[Floats, ...] = ()
    if spec.model in FACTORS:
        base = panel.series("risk_free")
        regressors = tuple(panel.factor(name) for name in FACTORS[spec.model])
    elif spec.model == "market_adjusted":
        base = panel.series("benchmark")
    elif spec.model == "capm":
        base, regressors = panel.series("risk_free"), (panel.series("benchmark"),)
    elif spec.model != "mean":
        regressors = (panel.series("benchmark"),)
    return Series(explained=explained, base=base, regressors=regressors, above_base=spec.model == "capm", log=log)


def fit(block: Block, spec: StudySpec, *, excluded: NDArray[np.bool_] | None = None) -> Fit:
    """Estimate the model for every event of a block by least squares; sessions `excluded` (n, M) leave the sample."""
    gaps = _gaps(block, excluded)
    m = np.full(len(block.y), block.y.shape[1]) if gaps is None else np.count_nonzero(~gaps, axis=1)
    mean, y = ls.centred(block.y, gaps, m)
    if spec.parameters == 0:
        mean, y = np.zeros_like(mean), ls.without(block.y, gaps, 0.0)
    centred = [ls.centred(x, gaps, m) for x in block.xs]
    centre = np.stack([c for c, _ in centred], axis=1) if centred else np.empty((len(m), 0))
    xs = [x for _, x in centred]
    inverse = ls.inverse(ls.cross_products(xs, len(m)), centre, m)
    beta = np.einsum("nkj,nj->nk", inverse, ls.products(xs, y))
    if spec.model in THIN:
        beta = THIN[spec.model](ls.without(block.y, gaps, np.nan), ls.without(block.xs[0], gaps, np.nan))[:, None]
    residuals = y
    for k, x in enumerate(xs):
        residuals = residuals - beta[:, k, None] * x
    sigma, r2 = ls.spread(residuals, y, mean, m, spec.parameters)
    short = m < spec.min_estimation
    return Fit(
        m=m,
        mean=_blank(mean, short),
        beta=_blank(beta, short),
        sigma=_blank(sigma, short),
        r2=_blank(r2, short),
        positive=counts(residuals > 0) / np.maximum(m, 1),
        thin=1 - counts(block.traded) / block.y.shape[1],
        centre=centre,
        inverse=inverse,
        residuals=ls.without(residuals, gaps, np.nan),
    )


def adjusted(fitted: Fit, block: Block, spec: StudySpec) -> Fit:
    """Return the estimates as the program of `spec.compat` has them: see compat.py."""
    error = fitted.sigma**2 * (fitted.m - spec.parameters)
    if spec.compat == "lemaire":
        return replace(fitted, sigma=np.sqrt(error / fitted.m))
    market = block.xs[0]
    centre = np.nanmean(market, axis=1, keepdims=True)
    squares = np.nansum((market - centre) ** 2, axis=1)
    return replace(
        fitted,
        sigma=np.sqrt(error / (fitted.m - 1)),
        mean=fitted.alpha + fitted.beta[:, 0] * centre[:, 0],
        centre=centre,
        inverse=1 / squares[:, None, None],
    )


def _gaps(block: Block, excluded: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
    """Return (n, M) where a pair is not complete, None where all are: masks cost more than the fit itself."""
    total = block.y.sum(axis=1) + sum(x.sum(axis=1) for x in block.xs)
    if excluded is None and np.isfinite(total).all():
        return None
    gaps = np.isnan(block.y)
    for x in block.xs:
        gaps |= np.isnan(x)
    return gaps if excluded is None else gaps | excluded


def counts(chosen: NDArray[np.bool_]) -> Integers:
    """Return (n,) true values of each row; bytes add up twice as fast as truth values."""
    found: Integers = chosen.view(np.uint8).sum(axis=1, dtype=np.int32)
    return found


def _blank(values: Floats, rows: NDArray[np.bool_]) -> Floats:
    values[rows] = np.nan
    return values
