"""Estimates of securities with many events, from running sums over their whole history.

An estimation window costs two rows of running sums instead of its M sessions, but its residuals are never seen: only
where no test reads them, and where the sums keep enough digits, do these estimates stand for those of models.fit.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.study.models import THIN, Fit, Series
from analytics.study.panel import Floats, Integers
from analytics.study.spec import StudySpec, Window, length
from analytics.study.threads import on_every_core
from analytics.study.windows import Placement

_WORTH = 2
"""Sessions of all estimation windows of a security, as a multiple of its rows, from which running sums are faster."""
_TRUSTED = 1e4
"""Growth of a history's squares over a window's up to which a difference of running sums keeps its digits.

The rounding of M additions is some sqrt(M) 1e-16 of the whole history's squares: at this growth 2e-11 of the window's.
A bad tick of 1e6 in the history, or a security that is its own benchmark, lies far beyond it.
"""


@dataclass(frozen=True, kw_only=True)
class RunningFit:
    """Estimates of n events, and which of them are to be trusted."""

    fit: Fit
    """Without residuals."""
    traded: Integers
    """(n,) estimation sessions with a return that is not 0."""
    trusted: NDArray[np.bool_]
    """(n,)"""


def serves(source: Series, spec: StudySpec) -> bool:
    """Return whether the model can be estimated so: one regressor at most, and least squares as they are."""
    return len(source.regressors) <= 1 and spec.model not in THIN and spec.compat is None


def running_fit(source: Series, events: Placement, spec: StudySpec) -> RunningFit:
    """Return the estimates of those n events whose securities have many."""
    n, k = len(events.position), len(source.regressors)
    sums, centre, growth = np.zeros((n, _width(k))), np.zeros((n, k + 1)), np.zeros((n, k + 1))

    def fill(rows: Integers) -> None:
        chunk = events.part(rows)
        running = _running(source, slice(chunk.first[0], chunk.end[0]))
        start, end = _ends(chunk, spec.estimation)
        sums[rows] = running.sums[end] - running.sums[start]
        centre[rows], growth[rows] = running.centre, running.squares

    for _ in on_every_core(fill, _of_many(events, length(spec.estimation))):
        pass
    return _fitted(sums, centre, growth, spec)


@dataclass(frozen=True, kw_only=True)
class _Running:
    """Running sums over the R rows of one security of y and its K regressors, less their means."""

    sums: Floats
    """(R + 1, C) before each row: complete pairs, sessions with a return, values, products of values."""
    centre: Floats
    """(K + 1,) means that were taken away."""
    squares: Floats
    """(K + 1,) squares of the whole history."""


def _width(k: int) -> int:
    return 2 + (k + 1) + (k + 1) * (k + 2) // 2


def _running(source: Series, rows: slice) -> _Running:
    block = source.rows(rows)
    values = np.vstack([block.y, *block.xs])
    complete = np.isfinite(values).all(axis=0)
    values = np.where(complete, values, 0.0)
    centre = values.sum(axis=1) / max(np.count_nonzero(complete), 1)
    values = np.where(complete, values - centre[:, None], 0.0)
    products = [left * right for i, left in enumerate(values) for right in values[: i + 1]]
    sums = np.zeros((values.shape[1] + 1, 2 + len(values) + len(products)))
    np.cumsum(np.column_stack([complete, block.traded[0], *values, *products]), axis=0, out=sums[1:])
    return _Running(sums=sums, centre=centre, squares=np.einsum("kr,kr->k", values, values))


def _of_many(events: Placement, sessions: int) -> Iterator[Integers]:
    """Yield the rows of the events of each security that has enough of them."""
    order = np.argsort(events.first, kind="stable")
    starts = np.flatnonzero(np.diff(events.first[order], prepend=-1))
    for rows in np.split(order, starts[1:]):
        if len(rows) * sessions > _WORTH * (events.end[rows[0]] - events.first[rows[0]]):
            yield rows


def _ends(events: Placement, window: Window) -> tuple[Integers, Integers]:
    """Return the first row and the end of a window of each event, counted from its security's first row."""
    rows = events.end - events.first
    start = np.clip(events.position - events.first + window[0], 0, rows)
    return start, np.clip(events.position - events.first + window[1] + 1, start, rows)


def _fitted(sums: Floats, centre: Floats, history: Floats, spec: StudySpec) -> RunningFit:
    """Return the estimates from (n, C) sums over the estimation windows, as models.fit has them."""
    m, k = sums[:, 0].astype(np.int64), centre.shape[1] - 1
    pairs = np.maximum(m, 1)
    shift = sums[:, 2 : k + 3] / pairs[:, None]
    mean, products = centre + shift, sums[:, k + 3 :]
    total = error = products[:, 0] - pairs * shift[:, 0] ** 2
    own, beta, grown = np.empty((len(m), 0)), np.empty((len(m), 0)), np.ones(len(m))
    with np.errstate(divide="ignore", invalid="ignore"):  # what has no spread is not trusted
        if k:
            cross = (products[:, 1] - pairs * shift[:, 0] * shift[:, 1])[:, None]
            own = (products[:, 2] - pairs * shift[:, 1] ** 2)[:, None]
            beta = cross / own
            error, grown = total - (beta * cross)[:, 0], history[:, 1] / own[:, 0]
        if spec.parameters == 0:
            error, mean[:, 0] = total + pairs * mean[:, 0] ** 2, 0.0
        trusted = (m >= spec.min_estimation) & (error > 0) & (grown > 0) & (history[:, 0] / error * grown < _TRUSTED)
        fit = Fit(
            m=m,
            mean=mean[:, 0],
            beta=beta,
            sigma=np.sqrt(error / np.where(trusted, m - spec.parameters, np.nan)),
            r2=1 - error / total if spec.parameters else np.full(len(m), np.nan),
            positive=np.full(len(m), np.nan),
            centre=mean[:, 1:],
            inverse=1 / own[:, :, None] if k else np.empty((len(m), 0, 0)),
            residuals=np.empty((len(m), 0)),
        )
    return RunningFit(fit=fit, traded=sums[:, 1].astype(np.int64), trusted=trusted)
