"""Seeded panels whose truth is known, and a slow second computation written from the formulas alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.study import Panel, StudyEvents

Floats = NDArray[np.float64]
START = np.datetime64("2020-01-01")


def made_panel(*, securities: int = 4, sessions: int = 300, seed: int = 1, missing: float = 0.0) -> Panel:
    """Return securities on one calendar that follow one market, with a share of returns missing."""
    rng = np.random.default_rng(seed)
    market = rng.normal(0.0004, 0.01, sessions)
    beta = rng.uniform(0.5, 1.5, securities)
    returns = 0.0002 + beta[:, None] * market + rng.normal(0, 0.015, (securities, sessions))
    returns[rng.random(returns.shape) < missing] = np.nan
    return Panel(
        tickers=[f"S{i}" for i in range(securities)],
        offsets=np.arange(securities + 1) * sessions,
        sessions=np.tile(START + np.arange(sessions), securities),
        returns=returns.ravel(),
        benchmark=np.tile(market, securities),
    )


def made_events(panel: Panel, places: list[tuple[int, int]], groups: list[str] | None = None) -> StudyEvents:
    """Return events e00, e01, ... at (security, session number) pairs."""
    security = np.array([s for s, _ in places])
    return StudyEvents(
        event_id=np.array([f"e{i:02d}" for i in range(len(places))]),
        security=security,
        position=panel.offsets[security] + np.array([day for _, day in places]),
        group=None if groups is None else np.array(groups),
    )


@dataclass(frozen=True, kw_only=True)
class Slow:
    """One event, computed from full design matrices with numpy's least squares."""

    coefficients: Floats
    sigma: float
    ar: Floats
    ar_variance: Floats
    car_variance: float
    residuals: Floats


def slow_event(y: Floats, x: Floats, y_event: Floats, x_event: Floats) -> Slow:
    """Estimate y on a constant and the columns of x, then forecast the event window."""
    keep = np.isfinite(y) & np.isfinite(x).all(axis=1)
    design = np.column_stack([np.ones(keep.sum()), x[keep]])
    coefficients = np.linalg.lstsq(design, y[keep], rcond=None)[0]
    residuals = y[keep] - design @ coefficients
    sigma2 = residuals @ residuals / (keep.sum() - design.shape[1])
    inverse = np.linalg.inv(design.T @ design)
    event = np.column_stack([np.ones(len(y_event)), x_event])
    total = event.sum(axis=0)
    return Slow(
        coefficients=coefficients,
        sigma=float(np.sqrt(sigma2)),
        ar=y_event - event @ coefficients,
        ar_variance=sigma2 * (1 + np.einsum("ti,ij,tj->t", event, inverse, event)),
        car_variance=float(sigma2 * (len(y_event) + total @ inverse @ total)),
        residuals=residuals,
    )
