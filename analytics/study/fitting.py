"""The models of all events of a study, estimated in chunks of bounded memory on every core."""

import numpy as np

from analytics.study.confounding import others_near
from analytics.study.models import Fit, adjusted, fit, series
from analytics.study.panel import Floats, Integers, Panel
from analytics.study.running import running_fit, serves
from analytics.study.spec import StudySpec, length
from analytics.study.threads import on_every_core
from analytics.study.windows import Placement

_CHUNK = 512
"""Events estimated at once: their blocks of some 250 sessions stay in the processor's cache."""


def fits(
    panel: Panel,
    events: Placement,
    spec: StudySpec,
    *,
    residuals: bool = False,
    signs: bool = True,
    near: Floats | None = None,
) -> Fit:
    """Return the estimates of n events, with their residuals if those are asked for.

    Without `residuals` and `signs`, `positive` may be left NaN. Where `near` (R,) marks sessions near other news, these
    leave the estimation sample.
    """
    source, n = series(panel, spec), len(events.position)
    if not residuals and not signs and near is None and serves(source, spec):
        running = running_fit(source, events, spec)
        whole, left = running.fit, np.flatnonzero(~running.trusted)
    else:
        whole = Fit.empty(n, len(source.regressors), sessions=length(spec.estimation) if residuals else 0)
        left = np.arange(n)

    def gather(rows: Integers) -> None:
        chunk = events.part(rows)
        block = source.cut(chunk, spec.estimation)
        fitted = fit(block, spec, excluded=None if near is None else others_near(near, chunk, spec.estimation))
        if spec.compat is not None:
            fitted = adjusted(fitted, block, spec)
        whole.take(rows, fitted)

    for _ in on_every_core(gather, [left[start : start + _CHUNK] for start in range(0, len(left), _CHUNK)]):
        pass
    return whole
