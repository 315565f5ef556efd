"""The calendar-time portfolio: a strategy that holds every security with recent news (Jaffe 1974; Fama 1998)."""

import numpy as np

from analytics.study.models import series
from analytics.study.panel import Column, Floats, Panel, StudyEvents, Table
from analytics.study.regression import Regression, newey_west
from analytics.study.spec import StudySpec
from analytics.study.windows import place

_LEAST_NAMES = 5
"""Securities that a day's portfolio needs."""
_LAG = 5
"""Sessions over which Newey-West errors look back."""


def calendar_time(panel: Panel, events: StudyEvents, spec: StudySpec, *, hold: int) -> Table:
    """Return the daily abnormal return (alpha) of holding each security on offsets 0..hold-1 of its events.

    Equal weights each day, a security once however many events it has; days of fewer than 5 securities are left out.
    Two rows: days alike (`calendar_time`), and days by the square root of their securities
    (`calendar_time_weighted`). The regressors are those of the spec's model.
    """
    days, names, y, x = _portfolio(panel, events, spec, hold)
    enough = names >= _LEAST_NAMES
    y, x, names = y[enough], np.column_stack([np.ones(len(days)), x])[enough], names[enough]
    if len(y) <= x.shape[1]:
        return _table([None, None], len(y), names)
    weight = np.sqrt(names)
    plain, weighted = newey_west(x, y, lag=_LAG), newey_west(x * weight[:, None], y * weight, lag=_LAG)
    return _table([plain, weighted], len(y), names)


def _portfolio(panel: Panel, events: StudyEvents, spec: StudySpec, hold: int) -> tuple[Column, Floats, Floats, Floats]:
    """Return (T,) dates, (T,) names, (T,) mean return, and the (T, K) mean regressors of each day."""
    rows = events.position[:, None] + np.arange(hold)
    held = np.unique(rows[rows < panel.offsets[events.security + 1, None]])
    security = np.searchsorted(panel.offsets, held, side="right") - 1
    block = series(panel, spec).cut(place(panel, security, held), (0, 0))
    values = np.column_stack([block.y, *block.xs])
    whole = np.isfinite(values).all(axis=1)
    days, code = np.unique(panel.sessions[held[whole]], return_inverse=True)
    names = np.bincount(code, minlength=len(days)).astype(np.float64)
    means = [np.bincount(code, weights=column, minlength=len(days)) / names for column in values[whole].T]
    return days, names, means[0], np.reshape(means[1:], (len(means) - 1, len(days))).T


def _table(found: list[Regression | None], days: int, names: Floats) -> Table:
    def each(value: str) -> Column:
        return np.array([np.nan if one is None else np.ravel(getattr(one, value))[0] for one in found])

    return {
        "convention": np.array(["calendar_time", "calendar_time_weighted"], dtype=object),
        "alpha": each("coefficients"),
        "se": each("se"),
        "t": each("t"),
        "df": each("df"),
        "p": each("p"),
        "days": np.full(2, days),
        "mean_names": np.full(2, names.mean() if len(names) else np.nan),
        "reason": np.array(["too_few_days" if one is None else "" for one in found], dtype=object),
    }
