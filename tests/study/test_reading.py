"""Intervals, detectable effects, diagnosis and false discoveries, from their definitions."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from analytics.study import StudyEvents, StudyResult, StudySpec, Table, run
from analytics.study.reading import benjamini_hochberg
from tests.study.made import made_events, made_panel

MANY = [(s, 140 + 7 * s) for s in range(12)]


def at(table: Table, **key: object) -> dict[str, Any]:
    rows = np.flatnonzero(np.logical_and.reduce([table[name] == value for name, value in key.items()]))
    assert len(rows) == 1
    return {name: column[rows[0]] for name, column in table.items()}


@pytest.fixture(scope="module")
def apart() -> StudyResult:
    """Twelve securities, windows of three days that never meet."""
    panel = made_panel(securities=12, seed=11)
    return run(panel, made_events(panel, MANY), StudySpec(window=(-1, 1)))


@pytest.fixture(scope="module")
def together() -> StudyResult:
    """Thirty-two securities on one date, driven by one shock beside the market."""
    panel = made_panel(securities=32, seed=12)
    shock = np.random.default_rng(5).normal(0, 0.02, 300)
    panel.returns[:] += np.tile(shock, 32)
    return run(panel, made_events(panel, [(s, 200) for s in range(32)]), StudySpec(window=(-1, 1)))


def test_the_interval_of_a_mean(apart: StudyResult) -> None:
    car = apart.abnormal.car[:, 0]
    found = at(apart.summary, scope="window", from_offset=-1, to_offset=1)
    interval = stats.t.interval(0.95, 11, car.mean(), stats.sem(car))
    assert (found["lower"], found["upper"]) == pytest.approx(interval)
    assert (found["n"], found["mean"], found["median"]) == pytest.approx((12, car.mean(), np.median(car)))
    assert found["positive_share"] == (car > 0).mean()
    assert found["smallest_effect"] == pytest.approx((stats.t.ppf(0.975, 11) + stats.norm.ppf(0.8)) * stats.sem(car))


def test_the_interval_of_clustered_events_is_wider(together: StudyResult) -> None:
    car, table = together.abnormal.car[:, 0], together.diagnosis
    diagnosis = at(table, from_offset=-1, to_offset=1)
    r = diagnosis["correlation"]
    assert r > 0.3
    assert diagnosis["overlapping_pairs"] == 1
    widening = np.sqrt((1 + 31 * r) / (1 - r))
    found = at(together.summary, scope="window", from_offset=-1, to_offset=1)
    assert found["se"] == pytest.approx(stats.sem(car) * widening)
    assert found["clustered"]


def test_one_event_has_the_interval_of_its_own_variance() -> None:
    panel = made_panel()
    result = run(panel, made_events(panel, [(0, 150)]), StudySpec())
    found, one = at(result.summary, scope="window", from_offset=-1, to_offset=1), result.by_window
    half = stats.t.ppf(0.975, 118) * np.sqrt(one["variance"][1])
    assert (found["lower"], found["upper"]) == pytest.approx((one["car"][1] - half, one["car"][1] + half))
    path = at(result.summary, scope="path", to_offset=3)
    assert path["mean"] == pytest.approx(result.by_day["car"][13])
    assert path["se"] == pytest.approx(result.by_day["car_se"][13])


def test_winsorised_mean_moves_the_ends_in() -> None:
    panel = made_panel(securities=20, seed=2)
    result = run(panel, made_events(panel, [(s, 150 + s) for s in range(20)]), StudySpec(window=(0, 0)))
    car = np.sort(result.by_event["car"])
    expected = np.concatenate([[car[1]], car[1:19], [car[18]]]).mean()
    assert at(result.summary, scope="window")["winsorised_mean"] == pytest.approx(expected)


def test_recommendations_follow_the_diagnosis(apart: StudyResult, together: StudyResult) -> None:
    assert at(together.diagnosis, from_offset=-1, to_offset=1)["recommended"] == "grank_t_adj"
    plain = at(apart.diagnosis, from_offset=-1, to_offset=1)
    assert plain["recommended"] == "patell, bmp"
    assert not plain["clustered"]
    panel = made_panel(securities=12, seed=11)
    few = run(panel, made_events(panel, MANY[:5]), StudySpec(window=(-1, 1)))
    assert at(few.diagnosis, from_offset=-1, to_offset=1)["recommended"] == "placebo, wilcoxon"
    one = run(panel, made_events(panel, MANY[:1]), StudySpec(window=(-1, 1)))
    assert at(one.diagnosis, from_offset=-1, to_offset=1)["recommended"] == "sq_rank, t_car"
    wide = run(panel, made_events(panel, MANY[:1]), StudySpec())
    assert at(wide.diagnosis, from_offset=-10, to_offset=10)["recommended"] == "placebo, t_car"


def test_event_induced_variance_is_seen() -> None:
    panel = made_panel(securities=12, seed=11)
    for security, day in MANY:
        row = panel.offsets[security] + day
        panel.returns[row] += 4 * 0.015 * np.random.default_rng(security).normal()
    result = run(panel, made_events(panel, MANY), StudySpec(window=(0, 0)))
    found, df, scar = at(result.diagnosis, from_offset=0), 118, result.abnormal.scar[:, 0]
    expected = scar.var(ddof=1) / (df / (df - 2))
    assert found["variance_ratio"] == pytest.approx(expected)
    assert found["variance_p"] == pytest.approx(stats.chi2.sf(11 * expected, 11))
    assert found["variance_raised"]
    assert found["recommended"] == "bmp"


def test_the_expected_variance_is_that_of_the_events_in_the_window() -> None:
    panel = made_panel(securities=12, seed=11)
    short, day = MANY[0]
    panel.returns[: day - 75] = np.nan
    panel.returns[panel.offsets[short] + day] = np.nan  # the event of few pairs has no return on its day
    result = run(panel, made_events(panel, MANY), StudySpec(window=(-1, 1)))
    scar = result.abnormal.scar[1:, 0]  # of (-1, 1)
    assert result.by_event["m"][0] < 70
    assert at(result.diagnosis, from_offset=-1, to_offset=1)["variance_ratio"] == pytest.approx(
        scar.var(ddof=1) / (118 / 116)
    )


def test_thin_trading_is_seen() -> None:
    panel = made_panel(securities=1)
    panel.returns[30:60] = 0
    panel.returns[60:63] = np.nan
    result = run(panel, made_events(panel, [(0, 150)]), StudySpec(windows=()))
    found = at(result.diagnosis, to_offset=10)
    assert found["thin_share"] == pytest.approx(33 / 120)
    assert found["thin"]


def test_benjamini_hochberg_as_printed() -> None:
    """The fifteen p of Benjamini and Hochberg 1995: at 5 % the first four are discoveries."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1,
    ]
    adjusted = benjamini_hochberg(np.array(p))
    assert np.count_nonzero(adjusted <= 0.05) == 4
    np.testing.assert_allclose(adjusted, stats.false_discovery_control(p))


def test_the_family_of_discoveries_is_the_tags() -> None:
    panel = made_panel(securities=12, seed=11)
    events = made_events(panel, MANY, ["deal"] * 5 + ["rumor"] * 6 + ["alone"])
    table = run(panel, events, StudySpec()).statistics
    rows = (table["statistic"] == "bmp") & (table["from_offset"] == -1) & (table["to_offset"] == 1)
    by_group = dict(zip(table["group"][rows], zip(table["p"][rows], table["p_bh"][rows], strict=True), strict=True))
    family = [by_group[name][0] for name in ("deal", "rumor")]
    np.testing.assert_allclose([by_group[name][1] for name in ("deal", "rumor")], stats.false_discovery_control(family))
    assert np.isnan(by_group["all"][1])
    assert np.isnan(by_group["alone"][1])


def test_the_manifest_counts_every_event() -> None:
    panel = made_panel()
    events: StudyEvents = made_events(panel, [(0, 150), (0, 40)])
    manifest = run(panel, events, StudySpec()).manifest
    assert (manifest["events"], manifest["with_result"], manifest["excluded"]) == (2, 1, 1)
    assert manifest["thresholds"]["clustered_r"] == 0.1
