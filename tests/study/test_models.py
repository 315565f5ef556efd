"""Each model of the expected return against full least squares, and data that break careless arithmetic."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analytics.errors import InputError, RequestError
from analytics.study import Panel, StudyEvents, StudyResult, StudySpec, confounders, run
from tests.study.made import Floats, made_events, made_panel, slow_event

SESSIONS, DAY = 300, 200
EVENT, ESTIMATION = slice(DAY - 10, DAY + 11), slice(DAY - 130, DAY - 10)


def factor_panel() -> Panel:
    """Return one security with a benchmark, five factors and momentum, a risk-free rate and turnover."""
    panel, rng = made_panel(securities=1, sessions=SESSIONS), np.random.default_rng(3)
    factors = rng.normal(0, 0.008, (SESSIONS, 6))
    return replace(
        panel,
        factors=factors,
        factor_names=("mkt_rf", "smb", "hml", "rmw", "cma", "mom"),
        risk_free=np.full(SESSIONS, 0.0001) + rng.uniform(0, 1e-5, SESSIONS),
        turnover=rng.normal(-5, 0.3, SESSIONS),
        returns=panel.returns + factors @ np.array([0.3, 0.5, -0.4, 0.2, 0.1, -0.2]),
    )


def one(panel: Panel, **changes: Any) -> StudyResult:  # any field of the spec
    return run(panel, made_events(panel, [(0, DAY)]), StudySpec(**changes))


def regressors(panel: Panel, model: str, *, log: bool) -> tuple[Floats, Floats]:
    """Return what the model explains and by what, written from its definition."""
    take = np.log1p if log else np.asarray
    market, free = take(panel.series("benchmark")), take(panel.series("risk_free"))
    returns = take(panel.returns)
    names = {"ff3": "mkt_rf smb hml", "ff5": "mkt_rf smb hml rmw cma", "carhart": "mkt_rf smb hml mom"}
    if model == "market":
        return returns, market[:, None]
    if model == "capm":
        return returns - free, (market - free)[:, None]
    if model == "mean":
        return returns, np.empty((SESSIONS, 0))
    return returns - free, np.column_stack([panel.factor(name) for name in names[model].split()])


@pytest.mark.parametrize(
    ("model", "log"),
    [
        *[(model, False) for model in ("mean", "market", "capm", "ff3", "carhart", "ff5")],
        *[(model, True) for model in ("mean", "market", "capm")],
    ],
)
def test_models_equal_full_least_squares(model: str, *, log: bool) -> None:
    panel = factor_panel()
    y, x = regressors(panel, model, log=log)
    slow = slow_event(y[ESTIMATION], x[ESTIMATION], y[EVENT], x[EVENT])
    result = one(panel, model=model, returns="log" if log else "simple")
    assert result.by_event["alpha"][0] == pytest.approx(slow.coefficients[0], abs=1e-14)
    np.testing.assert_allclose(result.abnormal.beta[0], slow.coefficients[1:], atol=1e-11)
    assert result.by_event["sigma"][0] == pytest.approx(slow.sigma, rel=1e-12)
    np.testing.assert_allclose(result.by_day["ar"], slow.ar, atol=1e-14)
    np.testing.assert_allclose(result.by_day["sar"], slow.ar / np.sqrt(slow.ar_variance), rtol=1e-10)
    assert result.by_window["variance"][0] == pytest.approx(slow.car_variance, rel=1e-11)
    assert result.by_event["df"][0] == 120 - len(slow.coefficients)
    betas = [column[0] for name, column in result.by_event.items() if name.startswith("beta")]
    np.testing.assert_allclose(betas, slow.coefficients[1:] if model != "mean" else [np.nan], atol=1e-11)


def test_market_adjusted_estimates_nothing() -> None:
    panel = factor_panel()
    result = one(panel, model="market_adjusted")
    difference = panel.returns - panel.series("benchmark")
    np.testing.assert_allclose(result.by_day["ar"], difference[EVENT], atol=0)
    sigma = np.sqrt(np.mean(difference[ESTIMATION] ** 2))
    assert result.by_event["sigma"][0] == pytest.approx(sigma)
    assert (result.by_event["df"][0], result.by_event["alpha"][0], result.by_event["beta"][0]) == (120, 0, 1)
    assert result.by_window["variance"][0] == pytest.approx(21 * sigma**2)
    assert np.isnan(result.by_event["r2"][0])


def test_thin_trading_betas() -> None:
    panel = factor_panel()
    y, x = panel.returns[ESTIMATION], panel.series("benchmark")[ESTIMATION]
    lag, same, lead = x[:-2], x[1:-1], x[2:]
    slopes = [np.polyfit(x[:-1], y[1:], 1)[0], np.polyfit(x, y, 1)[0], np.polyfit(x[1:], y[:-1], 1)[0]]
    rho = np.corrcoef(x[1:], x[:-1])[0, 1]
    design = np.column_stack([np.ones(118), lag, same, lead])
    dimson = np.linalg.lstsq(design, y[1:-1], rcond=None)[0][1:].sum()
    for model, beta in (("scholes_williams", sum(slopes) / (1 + 2 * rho)), ("dimson", dimson)):
        found = one(panel, model=model).by_event
        assert found["beta"][0] == pytest.approx(beta, rel=1e-10)
        assert found["alpha"][0] == pytest.approx(y.mean() - beta * x.mean(), abs=1e-14)


def test_abnormal_volume_is_mean_adjusted() -> None:
    panel = factor_panel()
    turnover = panel.series("turnover")
    result = one(panel, model="mean", kind="volume")
    np.testing.assert_allclose(result.by_day["ar"], turnover[EVENT] - turnover[ESTIMATION].mean(), atol=1e-13)


def test_confounded_sessions_leave_the_estimation_sample() -> None:
    panel = factor_panel()
    events = made_events(panel, [(0, DAY), (0, DAY - 50)])
    spec = StudySpec(exclude_confounded=True)
    result = run(panel, events, spec)
    y, x = panel.returns[ESTIMATION].copy(), panel.series("benchmark")[ESTIMATION, None]
    y[80 - 1 : 80 + 2] = np.nan
    slow = slow_event(y, x, panel.returns[EVENT], panel.series("benchmark")[EVENT, None])
    assert result.by_event["m"].tolist() == [117, 120]
    assert result.by_event["beta"][0] == pytest.approx(slow.coefficients[1], rel=1e-10)
    assert run(panel, events, StudySpec()).by_event["m"].tolist() == [120, 120]


def test_confounders_are_listed_with_their_offset() -> None:
    panel = made_panel()
    events = made_events(panel, [(0, 150), (0, 155), (0, 170), (1, 150)])
    found = confounders(panel, events, (-10, 10))
    rows = list(zip(found["event_id"], found["other_event_id"], found["offset"], strict=True))
    assert rows == [("e00", "e01", 5), ("e01", "e00", -5)]


def test_a_series_that_is_not_loaded_is_named() -> None:
    with pytest.raises(RequestError, match="factor mkt_rf"):
        run(
            replace(made_panel(), risk_free=np.zeros(1200)),
            made_events(made_panel(), [(0, DAY)]),
            StudySpec(model="ff3"),
        )
    with pytest.raises(RequestError, match="risk_free"):
        one(made_panel(), model="capm")


def test_a_bad_tick_far_before_the_window_does_no_harm() -> None:
    panel = made_panel(securities=1, sessions=SESSIONS)
    clean = one(panel)
    returns = panel.returns.copy()
    returns[DAY - 150] = 1e6
    dirty = one(replace(panel, returns=returns))
    for name in ("alpha", "beta", "sigma", "car"):
        np.testing.assert_array_equal(clean.by_event[name], dirty.by_event[name])


def test_a_bad_tick_inside_the_window_keeps_twelve_digits() -> None:
    panel = made_panel(securities=1, sessions=SESSIONS)
    returns = panel.returns.copy()
    returns[DAY - 50] = 1e6
    y, x = returns.astype(np.longdouble), panel.series("benchmark").astype(np.longdouble)
    yc, xc = y[ESTIMATION] - y[ESTIMATION].mean(), x[ESTIMATION] - x[ESTIMATION].mean()
    beta = (xc @ yc) / (xc @ xc)
    sigma = np.sqrt(((yc - beta * xc) ** 2).sum() / 118)
    found = one(replace(panel, returns=returns)).by_event
    assert found["beta"][0] == pytest.approx(float(beta), rel=1e-12)
    assert found["sigma"][0] == pytest.approx(float(sigma), rel=1e-12)


@pytest.mark.parametrize("level", [0.0, 0.01, 0.1])
def test_constant_returns_have_no_variance_and_no_standardised_statistic(level: float) -> None:
    panel = made_panel(securities=2, sessions=SESSIONS)
    returns = panel.returns.copy()
    returns[:SESSIONS] = level
    result = run(replace(panel, returns=returns), made_events(panel, [(0, DAY), (1, DAY)]), StudySpec())
    assert result.by_event["sigma"][0] == 0
    assert result.by_event["reason"].tolist() == ["zero_variance", ""]
    table = result.statistics
    at = (table["statistic"] == "bmp") & (table["scope"] == "window")
    assert set(table["reason"][at]) <= {"zero_variance"}
    # Constant returns are no abnormal returns: they have no sign.
    assert set(result.abnormal.ar[0][np.abs(result.abnormal.ar[0]) > 1e-14]) == set()


def test_the_market_against_itself() -> None:
    panel = made_panel(securities=1, sessions=SESSIONS)
    result = one(replace(panel, returns=panel.series("benchmark")))
    assert result.by_event["beta"][0] == 1
    np.testing.assert_array_equal(result.by_day["ar"], 0)
    assert result.by_event["reason"][0] == "zero_variance"


def test_a_constant_benchmark_is_an_exclusion_with_a_reason() -> None:
    panel = made_panel(securities=1, sessions=SESSIONS)
    result = one(replace(panel, benchmark=np.full(SESSIONS, 0.001)))
    assert result.excluded["reason"].tolist() == ["collinear_regressors"]
    assert len(result.by_event["car"]) == len(result.by_day["ar"]) == 0


def test_a_security_of_three_sessions() -> None:
    panel = Panel(
        tickers=["A"],
        offsets=np.array([0, 3]),
        sessions=np.arange("2024-01-02", "2024-01-05", dtype="datetime64[D]"),
        returns=np.array([np.nan, 0.01, 0.02]),
        benchmark=np.array([np.nan, 0.01, 0.0]),
    )
    result = one_at(panel, 1)
    assert result.excluded["reason"].tolist() == ["short_estimation"]
    one_day = StudySpec(window=(1, 1), estimation=(-1, 0), min_estimation=1, model="market_adjusted")
    result = run(panel, made_events(panel, [(0, 1)]), one_day)
    assert result.by_event["m"].tolist() == [1]
    assert result.by_event["car"].tolist() == [0.02]


def one_at(panel: Panel, day: int) -> StudyResult:
    return run(panel, made_events(panel, [(0, day)]), StudySpec())


def test_no_events_give_empty_tables() -> None:
    panel = made_panel()
    none = np.empty(0, dtype=np.int64)
    result = run(panel, StudyEvents(event_id=np.empty(0, dtype=str), security=none, position=none), StudySpec())
    assert len(result.by_event["car"]) == len(result.by_day["ar"]) == len(result.excluded["reason"]) == 0
    assert set(result.statistics["reason"]) == {"too_few_events", "too_few_clusters"}


@pytest.mark.parametrize("name", ["returns", "benchmark"])
def test_an_infinite_value_is_refused_with_its_row(name: str) -> None:
    panel = made_panel()
    series = panel.series(name).copy()
    series[310] = -np.inf
    with pytest.raises(InputError, match=f"{name} is infinite at S1 on 2020-01-11"):
        replace(panel, **{name: series})  # type: ignore[arg-type]  # either series


def test_sessions_given_twice_are_refused() -> None:
    panel = made_panel()
    sessions = panel.sessions.copy()
    sessions[301] = sessions[300]
    with pytest.raises(InputError, match="do not rise at S1 on 2020-01-01"):
        replace(panel, sessions=sessions)


def test_a_tag_cannot_be_called_all() -> None:
    with pytest.raises(InputError, match="A tag is called all"):
        made_events(made_panel(), [(0, 150)], ["all"])


def test_events_given_twice_or_off_their_security_are_refused() -> None:
    panel = made_panel()
    ids = np.array(["a", "a"])
    with pytest.raises(InputError, match="event a is given twice"):
        StudyEvents(event_id=ids, security=np.array([0, 0]), position=np.array([150, 160]))
    two = StudyEvents(event_id=ids, security=np.array([0, 1]), position=np.array([150, 160]))
    with pytest.raises(InputError, match="row 160, which is no row of security 1"):
        run(panel, two, StudySpec())
