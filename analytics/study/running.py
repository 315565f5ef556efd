"""Estimates of securities with many events, from running sums over their whole history.

An estimation window costs two rows of running sums instead of its M sessions, but its residuals are never seen: only
where no test reads them, and where the sums keep enough digits, do these estimates stand for those of models.fit.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from analytics.study.models import NO_RETURN, Block, Fit, Series
from analytics.study.panel import Floats, Integers
from analytics.study.spec import StudySpec, Window, length
from analytics.study.thin_trading import THIN
from analytics.study.threads import on_every_core
from analytics.study.windows import Placement

_WORTH = 2
"""Sessions of all estimation windows of a security, as a multiple of its rows, from which running sums are faster."""
_BATCH = 16
"""Securities added up at once."""
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
    trusted: NDArray[np.bool_]
    """(n,)"""


def serves(source: Series, spec: StudySpec) -> bool:
    """Return whether the model can be estimated so: one regressor at most, and least squares as they are."""
    return len(source.regressors) <= 1 and spec.model not in THIN and spec.compat is None


def running_fit(source: Series, events: Placement, spec: StudySpec) -> RunningFit:
    """Return the estimates of those n events whose securities have many."""
    n, k = len(events.position), len(source.regressors)
    sums, centre, growth = np.zeros((n, _width(k))), np.zeros((n, k + 1)), np.zeros((n, k + 1))
    whole = source.rows()

    def fill(batch: list[Integers]) -> None:
        rows, sizes = np.concatenate(batch), [len(part) for part in batch]
        chunk, line = events.part(rows), np.repeat(np.arange(len(batch)), sizes)
        heads = events.part(np.array([part[0] for part in batch]))
        running = _running(whole, heads)
        start, end = _ends(chunk, spec.estimation)
        sums[rows] = (running.sums[:, line, end] - running.sums[:, line, start]).T
        centre[rows], growth[rows] = running.centre[line], running.squares[line]

    for _ in on_every_core(fill, _batches(_of_many(events, length(spec.estimation)))):
        pass
    return _fitted(sums, centre, growth, spec)


@dataclass(frozen=True, kw_only=True)
class _Running:
    """Running sums over the rows of S securities, R at most, of y and its K regressors, less their means."""

    sums: Floats
    """(C, S, R + 1) before each row: complete pairs, sessions with a return, values, products of values."""
    centre: Floats
    """(S, K + 1) means that were taken away."""
    squares: Floats
    """(S, K + 1) squares of the whole history."""


def _width(k: int) -> int:
    return 2 + (k + 1) + (k + 1) * (k + 2) // 2


def _running(block: Block, securities: Placement) -> _Running:
    """Return the running sums of some securities, side by side so that a step is long enough to be worth a thread."""
    k, lengths = len(block.xs), securities.end - securities.first
    terms = np.zeros((_width(k), len(lengths), lengths.max() + 1))
    complete, traded, values = terms[0, :, 1:], terms[1, :, 1:], terms[2 : k + 3, :, 1:]
    for i, (first, end) in enumerate(zip(securities.first, securities.end, strict=True)):
        for series, column in zip(values, (block.y, *block.xs), strict=True):
            series[i, : end - first] = column[0, first:end]
        if block.base is not None:
            traded[i, : end - first] = block.base[0, first:end]
    traded += values[0]
    traded[:] = np.abs(traded) > NO_RETURN
    complete[:] = (np.arange(lengths.max()) < lengths[:, None]) & np.isfinite(values.sum(axis=0))
    np.copyto(values, 0.0, where=complete == 0)
    centre = values.sum(axis=2) / np.maximum(complete.sum(axis=1), 1)
    values -= centre[:, :, None] * complete
    pairs = [(i, j) for i in range(k + 1) for j in range(i + 1)]
    for term, (i, j) in zip(terms[k + 3 :], pairs, strict=True):
        np.multiply(values[i], values[j], out=term[:, 1:])
    squares = np.einsum("ksr,ksr->sk", values, values)
    return _Running(sums=np.cumsum(terms, axis=2, out=terms), centre=centre.T, squares=squares)


def _batches(securities: Iterable[Integers]) -> Iterator[list[Integers]]:
    found = iter(securities)
    while batch := list(islice(found, _BATCH)):
        yield batch


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
            thin=1 - sums[:, 1] / length(spec.estimation),
            centre=mean[:, 1:],
            inverse=1 / own[:, :, None] if k else np.empty((len(m), 0, 0)),
            residuals=np.empty((len(m), 0)),
        )
    return RunningFit(fit=fit, trusted=trusted)
