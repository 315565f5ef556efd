"""The study as a whole: estimates, abnormal returns and their tests against a slow second computation."""

import numpy as np
import pytest
from scipy import stats

from analytics.study import StudyResult, StudySpec, run
from tests.study.made import made_events, made_panel, slow_event

PLACES = [(0, 150), (0, 155), (1, 200), (2, 289), (3, 140)]


def study(**changes: object) -> StudyResult:
    panel = made_panel(missing=0.02)
    return run(panel, made_events(panel, PLACES), StudySpec(**changes))  # type: ignore[arg-type]  # any field


def statistic(result: StudyResult, name: str, window: tuple[int, int], scope: str = "window") -> dict[str, object]:
    table = result.statistics
    row = np.flatnonzero(
        (table["statistic"] == name)
        & (table["scope"] == scope)
        & (table["group"] == "all")
        & (table["from_offset"] == window[0])
        & (table["to_offset"] == window[1])
    )
    assert len(row) == 1
    return {column: values[row[0]] for column, values in table.items()}


def test_estimates_equal_full_least_squares() -> None:
    result, panel = study(), made_panel(missing=0.02)
    by_event, by_window = result.by_event, result.by_window
    for i, (security, day) in enumerate(PLACES):
        rows = slice(*panel.offsets[security : security + 2])
        y, x = panel.returns[rows], panel.benchmark[rows, None]  # type: ignore[index]  # the made panel has one
        slow = slow_event(
            y[day - 130 : day - 10], x[day - 130 : day - 10], y[day - 10 : day + 11], x[day - 10 : day + 11]
        )
        assert by_event["alpha"][i] == pytest.approx(slow.coefficients[0], abs=1e-12)
        assert by_event["beta"][i] == pytest.approx(slow.coefficients[1], abs=1e-11)
        assert by_event["sigma"][i] == pytest.approx(slow.sigma, rel=1e-12)
        np.testing.assert_allclose(result.abnormal.ar[i], slow.ar, atol=1e-14)
        np.testing.assert_allclose(result.abnormal.sar[i], slow.ar / np.sqrt(slow.ar_variance), rtol=1e-10)
        if np.isfinite(slow.ar).all():
            assert by_event["car"][i] == pytest.approx(slow.ar.sum(), abs=1e-14)
            assert by_window["variance"][5 * i] == pytest.approx(slow.car_variance, rel=1e-12)


def test_a_missing_return_takes_the_event_out_of_windows_that_hold_it() -> None:
    panel = made_panel()
    panel.returns[150 + 5] = np.nan
    result = run(panel, made_events(panel, [(0, 150), (1, 150)]), StudySpec())
    assert list(result.by_event["reason"]) == ["missing_return", ""]
    assert np.isnan(result.by_event["car"][0])
    assert statistic(result, "csect_t", (-10, 10))["n"] == 1
    assert statistic(result, "csect_t", (-1, 1))["n"] == 2
    path = result.by_day["car"][:21]
    assert np.isfinite(path[:15]).all()
    assert np.isnan(path[15:]).all()


def test_event_statistics_by_their_formulas() -> None:
    result = study()
    whole = np.isfinite(result.abnormal.car[:, 1])
    car, scar, df = result.abnormal.car[whole, 1], result.abnormal.scar[whole, 1], result.abnormal.m[whole] - 2
    n = len(car)
    csect = statistic(result, "csect_t", (-1, 1))
    expected = stats.ttest_1samp(car, 0)
    assert (csect["value"], csect["p"], csect["df"]) == pytest.approx((expected.statistic, expected.pvalue, n - 1))
    bmp = statistic(result, "bmp", (-1, 1))
    assert bmp["value"] == pytest.approx(stats.ttest_1samp(scar, 0).statistic)
    patell = statistic(result, "patell", (-1, 1))
    assert patell["value"] == pytest.approx(scar.sum() / np.sqrt((df / (df - 2)).sum()))
    assert patell["p"] == pytest.approx(2 * stats.norm.sf(abs(float(patell["value"]))))  # type: ignore[arg-type]  # a float


def test_every_event_ends_as_a_result_or_with_a_reason() -> None:
    panel = made_panel()
    result = run(panel, made_events(panel, [(0, 150), (0, 40), (1, 299)]), StudySpec())
    assert list(result.by_event["event_id"]) == ["e00", "e02"]
    assert dict(zip(result.excluded["event_id"], result.excluded["reason"], strict=True)) == {"e01": "short_estimation"}
    assert result.by_event["reason"][1] == "missing_return"


def test_the_same_security_and_session_is_one_observation() -> None:
    panel = made_panel()
    once = run(panel, made_events(panel, [(0, 150), (1, 160), (2, 170)]), StudySpec())
    twice = run(panel, made_events(panel, [(0, 150), (1, 160), (2, 170), (0, 150)]), StudySpec())
    assert len(twice.by_event["car"]) == 4
    assert twice.by_event["observation"].tolist() == ["e00", "e01", "e02", "e00"]
    np.testing.assert_array_equal(once.statistics["value"], twice.statistics["value"])
    assert statistic(twice, "patell", (0, 0))["n"] == 3


def test_groups_stand_beside_all() -> None:
    panel = made_panel()
    events = made_events(panel, PLACES, ["deal", "deal", "deal", "rumor", "rumor"])
    table = run(panel, events, StudySpec()).statistics
    assert list(dict.fromkeys(table["group"])) == ["all", "deal", "rumor"]
    alone = run(panel, made_events(panel, PLACES[:3]), StudySpec()).statistics
    np.testing.assert_array_equal(table["value"][table["group"] == "deal"], alone["value"])
