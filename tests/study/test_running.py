"""Estimates from running sums: as exact as full least squares, and given up where they could not be."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from analytics.study import Panel, StudySpec
from analytics.study.abnormal import estimate
from analytics.study.models import series
from analytics.study.running import running_fit, serves
from analytics.study.windows import Placement, place
from tests.study.made import made_panel, slow_event

SPEC = StudySpec(estimation=(-130, -11), window=(-5, 5))


def everywhere(panel: Panel) -> tuple[NDArray[np.int64], Placement]:
    """An event on every session of every security: windows reach beyond both ends of the history."""
    security = np.repeat(np.arange(len(panel.tickers)), np.diff(panel.offsets))
    return security, place(panel, security, np.arange(len(security)))


def full(panel: Panel, events: Placement, i: int) -> Any:
    """Least squares on the whole design matrix of one event."""
    position = events.position[i]
    pairs = np.column_stack([panel.returns, panel.series("benchmark")])
    estimation = pairs[max(position - 130, events.first[i]) : max(position - 10, events.first[i])]
    window = pairs[position - 5 : position + 6]
    return slow_event(estimation[:, 0], estimation[:, 1:], window[:, 0], window[:, 1:])


@pytest.mark.parametrize("missing", [0.0, 0.05])
@pytest.mark.parametrize("level", [0.0, 1.0])  # returns whose mean is far above their spread
def test_running_sums_equal_full_least_squares(missing: float, level: float) -> None:
    panel = made_panel(securities=3, sessions=400, missing=missing, seed=3)
    panel.returns[:] += level
    _, events = everywhere(panel)
    running = running_fit(series(panel, SPEC), events, SPEC)
    found = estimate(panel, events, SPEC, signs=False)
    spread = np.nanstd(panel.returns) / np.nanstd(panel.series("benchmark"))
    checked = [i for i in np.flatnonzero(running.trusted) if events.position[i] + 5 < events.end[i]]
    assert len(checked) > 600
    for i in map(int, checked):
        slow = full(panel, events, i)
        assert found.beta[i, 0] == pytest.approx(slow.coefficients[1], abs=float(1e-10 * spread))
        assert found.alpha[i] == pytest.approx(slow.coefficients[0], abs=1e-10 * slow.sigma)
        assert found.sigma[i] == pytest.approx(slow.sigma, rel=1e-10)
        np.testing.assert_allclose(found.ar[i], slow.ar, rtol=0, atol=1e-10 * slow.sigma)


@pytest.mark.parametrize("model", ["mean", "market_adjusted", "market", "capm"])
@pytest.mark.parametrize("returns", ["simple", "log"])
def test_every_model_is_the_same_both_ways(model: Any, returns: Any) -> None:
    panel = made_panel(securities=3, sessions=400, missing=0.02, seed=5)
    panel = replace(panel, risk_free=np.random.default_rng(1).uniform(0, 2e-4, len(panel.returns)))
    panel.returns[30:60] = 0.0
    spec = StudySpec(model=model, returns=returns, estimation=(-130, -11), window=(-5, 5))
    _, events = everywhere(panel)
    assert running_fit(series(panel, spec), events, spec).trusted.sum() > 600
    quick, careful = (estimate(panel, events, spec, signs=signs) for signs in (False, True))
    for name in ("m", "sigma", "beta", "r2", "thin", "ar", "car", "ar_factor", "car_factor", "path_factor"):
        np.testing.assert_allclose(getattr(quick, name), getattr(careful, name), rtol=1e-9, atol=1e-12, err_msg=name)
    np.testing.assert_allclose(quick.alpha, careful.alpha, atol=1e-12)


def test_a_bad_tick_and_a_benchmark_equal_to_the_security_are_estimated_window_by_window() -> None:
    panel = made_panel(securities=4, sessions=400, seed=6)
    panel.returns[10] = 1e6
    same = slice(panel.offsets[1], panel.offsets[2])
    panel.returns[same] = panel.series("benchmark")[same]
    panel.returns[panel.offsets[2] : panel.offsets[3]] = 0.001
    security, events = everywhere(panel)
    running = running_fit(series(panel, SPEC), events, SPEC)
    assert not running.trusted[(security == 1) | (security == 2)].any()
    assert not running.trusted[141 : panel.offsets[1]].any()  # windows after the tick
    assert running.trusted[security == 3].sum() > 300
    found = estimate(panel, events, SPEC, signs=False)
    for i in (100, 150, 200, 380):
        assert found.sigma[i] == pytest.approx(full(panel, events, i).sigma, rel=1e-10)
    whole = (security == 1) & (found.m == 120)
    assert (found.sigma[whole] == 0).all()


def test_factors_thin_trading_and_other_programs_are_not_for_running_sums() -> None:
    panel = made_panel()
    for other in (StudySpec(model="dimson"), StudySpec(compat="lemaire"), StudySpec(compat="estudy2")):
        assert not serves(series(panel, other), other)
