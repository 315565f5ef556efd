"""Cross-section, portfolio and grid: statsmodels 0.15 on the same twelve rows, and portfolios counted by hand."""

import numpy as np
import pytest

from analytics.errors import RequestError
from analytics.study import StudySpec, calendar_time, cross_section, grid, run
from analytics.study.regression import newey_west
from tests.study.made import made_events, made_panel

I = np.arange(12)  # noqa: E741  # the row
X1, X2 = ((I * 7) % 5) / 10, ((I * I) % 7) / 7
Y = np.array([0.012, -0.031, 0.007, 0.055, -0.002, 0.018, -0.044, 0.027, 0.009, -0.013, 0.036, 0.001])
CLUSTER = np.array([0, 0, 1, 1, 2, 2, 3, 3, 3, 0, 1, 2])
COEFFICIENTS = [0.013812850904553973, -0.056936993137866515, 0.01050218340611352]


def test_hc3_as_statsmodels_has_it() -> None:
    found = cross_section(Y, {"size": X1, "deal": X2})
    assert found["term"].tolist() == ["constant", "size", "deal"]
    np.testing.assert_allclose(found["coefficient"], COEFFICIENTS, rtol=1e-12)
    np.testing.assert_allclose(
        found["std_error"], [0.014826070307251422, 0.0799060170172759, 0.054482100855970855], rtol=1e-12
    )
    np.testing.assert_allclose(found["p"], [0.37582835143267007, 0.49418217706891027, 0.8514235411959485], rtol=1e-10)
    assert found["r2"][0] == pytest.approx(0.09338001307848998)


def test_clusters_as_statsmodels_has_them() -> None:
    found = cross_section(Y, {"size": X1, "deal": X2}, cluster=CLUSTER)
    np.testing.assert_allclose(
        found["std_error"], [0.011670189240874757, 0.0510568544435806, 0.01835542682853821], rtol=1e-12
    )
    np.testing.assert_allclose(found["p"], [0.3218145709763756, 0.3460659362066583, 0.6072791979062817], rtol=1e-10)


def test_newey_west_as_statsmodels_has_it() -> None:
    found = newey_west(np.column_stack([np.ones(12), X1, X2]), Y, lag=5)
    np.testing.assert_allclose(found.se, [0.007552115094589827, 0.025370039369882604, 0.028223937198571542], rtol=1e-12)
    np.testing.assert_allclose(found.p, [0.10065462039336076, 0.051483681998159246, 0.7184274151242603], rtol=1e-10)


def test_a_row_with_a_missing_value_is_left_out() -> None:
    car = Y.copy()
    car[3] = np.nan
    keep = np.arange(12) != 3
    found, expected = cross_section(car, {"size": X1}), cross_section(Y[keep], {"size": X1[keep]})
    assert found["n"].tolist() == [11, 11]
    np.testing.assert_array_equal(found["coefficient"], expected["coefficient"])


def test_columns_that_follow_from_each_other_are_refused() -> None:
    with pytest.raises(RequestError, match="no single answer"):
        cross_section(Y, {"size": X1, "double": 2 * X1})
    with pytest.raises(RequestError, match="size has 3 values"):
        cross_section(Y, {"size": X1[:3]})


def test_calendar_time_holds_each_security_once_a_day() -> None:
    panel = made_panel(securities=6, sessions=120, seed=4)
    places = [(s, 40 + 2 * s) for s in range(6)] + [(0, 42)]
    found = calendar_time(panel, made_events(panel, places), StudySpec(), hold=30)
    returns = panel.returns.reshape(6, 120)
    y, x, names = [], [], []
    for day in range(120):
        held = sorted({s for s, start in places if start <= day < start + 30})
        if len(held) >= 5:
            y.append(returns[held, day].mean())
            x.append([1.0, panel.series("benchmark")[day]])
            names.append(len(held))
    alpha = np.linalg.lstsq(np.array(x), np.array(y), rcond=None)[0][0]
    root = np.sqrt(names)
    weighted = np.linalg.lstsq(np.array(x) * root[:, None], np.array(y) * root, rcond=None)[0][0]
    np.testing.assert_allclose(found["alpha"], [alpha, weighted], rtol=1e-10)
    assert found["days"].tolist() == [len(y)] * 2
    assert found["df"].tolist() == [len(y) - 2] * 2
    assert found["mean_names"][0] == pytest.approx(np.mean(names))


def test_a_portfolio_of_too_few_names_has_a_reason() -> None:
    panel = made_panel()
    found = calendar_time(panel, made_events(panel, [(0, 150)]), StudySpec(), hold=20)
    assert found["reason"].tolist() == ["too_few_days"] * 2
    assert np.isnan(found["alpha"]).all()


def test_a_grid_is_the_studies_side_by_side() -> None:
    panel = made_panel()
    events = made_events(panel, [(0, 150), (1, 160), (2, 170)])
    specs = [StudySpec(), StudySpec(model="mean"), StudySpec(window=(-3, 3))]
    found = grid(panel, events, specs)
    assert list(dict.fromkeys(zip(found["specification"], found["model"], found["window"], strict=True))) == [
        (0, "market", "-10..10"),
        (1, "mean", "-10..10"),
        (2, "market", "-3..3"),
    ]
    alone = run(panel, events, specs[1]).statistics
    np.testing.assert_array_equal(
        found["value"][found["specification"] == 1], alone["value"][alone["scope"] == "window"]
    )
