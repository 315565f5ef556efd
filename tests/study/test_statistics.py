"""Each statistic against its formula, written out event by event and day by day, or against SciPy."""

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from analytics.study import Panel, StudyEvents, StudyResult, StudySpec, run
from analytics.study.grank import generalised
from analytics.study.resampling import left_out
from analytics.study.residuals import GroupResiduals, Residuals, ranks
from analytics.study.windows import Placement
from tests.study.made import made_events, made_panel

Floats = NDArray[np.float64]
WINDOW = (-1, 1)
# S0 has two overlapping events, S1 and S2 share a date, S3 stands alone.
PLACES = [(0, 150), (0, 152), (1, 151), (2, 151), (3, 200), (4, 153), (5, 260)]


@pytest.fixture(scope="module", params=[0.0, 0.03], ids=["complete", "gaps"])
def panel(request: pytest.FixtureRequest) -> Panel:
    return made_panel(securities=6, missing=request.param, seed=7)


@pytest.fixture(scope="module")
def result(panel: Panel) -> StudyResult:
    return run(panel, made_events(panel, PLACES), StudySpec(estimation=(-130, -11)))


def row(result: StudyResult, statistic: str, window: tuple[int, int] = WINDOW) -> dict[str, Any]:
    table = result.statistics
    found = np.flatnonzero(
        (table["statistic"] == statistic)
        & (table["scope"] == "window")
        & (table["from_offset"] == window[0])
        & (table["to_offset"] == window[1])
    )
    assert len(found) == 1
    return {name: column[found[0]] for name, column in table.items()}


def column(result: StudyResult, window: tuple[int, int] = WINDOW) -> int:
    return result.spec.tested.index(window)


def whole(result: StudyResult) -> NDArray[np.intp]:
    """Events with every abnormal return of the window."""
    return np.flatnonzero(np.isfinite(result.abnormal.car[:, column(result)]))


def residuals(panel: Panel, result: StudyResult) -> Floats:
    """(n, M) estimation residuals of the market model from full least squares, NaN where a return is missing."""
    found = np.full((len(PLACES), 120), np.nan)
    for i, (security, day) in enumerate(PLACES):
        start = panel.offsets[security] + day
        y, x = panel.returns[start - 130 : start - 10], panel.series("benchmark")[start - 130 : start - 10]
        keep = np.isfinite(y)
        slope, constant = np.polyfit(x[keep], y[keep], 1)
        found[i, keep] = y[keep] - constant - slope * x[keep]
    return found


def in_window(day: int, window: tuple[int, int]) -> range:
    return range(day + window[0], day + window[1] + 1)


def slow_r(panel: Panel, result: StudyResult, window: tuple[int, int]) -> float:
    """Sum over pairs of correlation on common dates times share of common window dates, over N (N-1)."""
    errors, chosen, total = residuals(panel, result), whole(result), 0.0
    length = window[1] - window[0] + 1
    for i, j in itertools.permutations(chosen, 2):
        (_, day_i), (_, day_j) = PLACES[i], PLACES[j]
        share = len(set(in_window(day_i, window)) & set(in_window(day_j, window)))
        series = [dict(zip(range(day - 130, day - 10), errors[k], strict=True)) for k, day in ((i, day_i), (j, day_j))]
        pairs = [(series[0][d], series[1][d]) for d in series[0] if d in series[1]]
        pairs = [pair for pair in pairs if np.isfinite(pair).all()]
        if share and len(pairs) >= 30:
            total += np.corrcoef(np.array(pairs).T)[0, 1] * share / length
    n = len(chosen)
    return total / (n * (n - 1))


def test_correlation_is_aligned_by_date_and_weighted_by_common_sessions(panel: Panel, result: StudyResult) -> None:
    table = result.diagnosis
    at = np.flatnonzero((table["from_offset"] == -1) & (table["to_offset"] == 1))[0]
    assert table["correlation"][at] == pytest.approx(slow_r(panel, result, WINDOW), abs=1e-14)


def test_adjusted_for_correlation(panel: Panel, result: StudyResult) -> None:
    r, n = slow_r(panel, result, WINDOW), len(whole(result))
    bmp, patell = row(result, "bmp"), row(result, "patell")
    assert row(result, "bmp_adj")["value"] == pytest.approx(bmp["value"] * np.sqrt((1 - r) / (1 + (n - 1) * r)))
    assert row(result, "patell_adj")["value"] == pytest.approx(patell["value"] * np.sqrt(1 / (1 + (n - 1) * r)))


def test_bmp_is_the_one_sample_t_of_scar(result: StudyResult) -> None:
    scar = result.abnormal.scar[whole(result), column(result)]
    expected = stats.ttest_1samp(scar, 0)
    found = row(result, "bmp")
    assert (found["value"], found["p"]) == pytest.approx((expected.statistic, expected.pvalue))


def test_j1_and_patell_classic(result: StudyResult) -> None:
    a, chosen = result.abnormal, whole(result)
    variance = a.sigma[chosen] ** 2 * a.car_factor[chosen, column(result)]
    caar = a.car[chosen, column(result)].mean()
    assert row(result, "j1")["value"] == pytest.approx(caar / np.sqrt(variance.sum() / len(chosen) ** 2))
    df = a.m[chosen] - 2
    daily = a.ar[chosen, 9:12] / (a.sigma[chosen, None] * np.sqrt(a.ar_factor[chosen, 9:12]))
    assert row(result, "patell_classic")["value"] == pytest.approx(daily.sum() / np.sqrt((3 * df / (df - 2)).sum()))


def test_cda_takes_the_spread_of_daily_means(panel: Panel, result: StudyResult) -> None:
    errors = residuals(panel, result)
    days = errors[:, np.isfinite(errors).sum(axis=0) >= len(PLACES) / 2]
    spread = np.nanmean(days, axis=0).std(ddof=1)
    caar = result.abnormal.car[whole(result), column(result)].mean()
    found = row(result, "cda")
    assert found["value"] == pytest.approx(caar / (spread * np.sqrt(3)), rel=1e-10)
    assert found["df"] == days.shape[1] - 1


def test_signs(panel: Panel, result: StudyResult) -> None:
    errors, chosen = residuals(panel, result), whole(result)
    n, above = len(chosen), int((result.abnormal.car[chosen, column(result)] > 0).sum())
    assert row(result, "sign")["value"] == pytest.approx((above / n - 0.5) * np.sqrt(n) / 0.5)
    p = np.mean([np.mean(e[np.isfinite(e)] > 0) for e in errors[chosen]])
    assert row(result, "gsign")["value"] == pytest.approx((above - n * p) / np.sqrt(n * p * (1 - p)))


def test_wilcoxon_equals_scipy(result: StudyResult) -> None:
    car = result.abnormal.car[whole(result), column(result)]
    found = row(result, "wilcoxon")
    expected = stats.wilcoxon(car, alternative="greater", method="exact")
    assert found["value"] == expected.statistic
    assert found["p"] == pytest.approx(stats.wilcoxon(car, method="exact").pvalue)


def pool_ranks(panel: Panel, result: StudyResult) -> list[Floats]:
    """Average ranks of each event over estimation and event window, NaN where missing."""
    rows = np.hstack([residuals(panel, result), result.abnormal.ar])
    return [stats.rankdata(row, nan_policy="omit") for row in rows]


def test_corrado(panel: Panel, result: StudyResult) -> None:
    deviations = np.array([k - (np.isfinite(k).sum() + 1) / 2 for k in pool_ranks(panel, result)])
    spread = np.sqrt(np.mean(np.nanmean(deviations, axis=0) ** 2))
    mean = deviations[whole(result), 120 + 9 : 120 + 12].sum(axis=1).mean() / 3
    plain = np.sqrt(3) * mean / spread
    assert row(result, "corrado")["value"] == pytest.approx(plain)
    assert row(result, "corrado_cum")["value"] == pytest.approx(plain * np.sqrt((141 - 1) / (141 - 3)))


def test_corrado_zivney(panel: Panel, result: StudyResult) -> None:
    u = np.array([k / (1 + np.isfinite(k).sum()) - 0.5 for k in pool_ranks(panel, result)])
    present = np.isfinite(u).sum(axis=0)
    spread = np.sqrt(np.mean((np.nansum(u, axis=0) / np.sqrt(present)) ** 2))
    chosen = whole(result)
    total = u[chosen, 120 + 9 : 120 + 12].sum() / np.sqrt(len(chosen))
    assert row(result, "corrado_zivney")["value"] == pytest.approx(total / (spread * np.sqrt(3)))


def test_ranks_of_tied_and_missing_values_are_those_of_scipy() -> None:
    rng = np.random.default_rng(8)
    values = rng.integers(0, 6, (200, 30)).astype(float)
    values[rng.random(values.shape) < 0.1] = np.nan
    np.testing.assert_array_equal(ranks(values), stats.rankdata(values, axis=1, nan_policy="omit").astype(np.float32))


@pytest.mark.parametrize("adjusted", [False, True])
def test_grank(panel: Panel, result: StudyResult, *, adjusted: bool) -> None:
    chosen, errors = whole(result), residuals(panel, result)
    scar = result.abnormal.scar[chosen, column(result)]
    scaled = scar / scar.std(ddof=1) * (np.sqrt(1 - slow_r(panel, result, WINDOW)) if adjusted else 1.0)
    n, u, sizes = len(chosen), [], []
    for i, window in zip(chosen, scaled, strict=True):
        ranked = stats.rankdata(np.append(errors[i] / result.abnormal.sigma[i], window), nan_policy="omit")
        sizes.append(np.isfinite(ranked).sum())
        u.append(ranked / (sizes[-1] + 1) - 0.5)
    days = np.array(u)
    present = np.isfinite(days).sum(axis=0)
    spread = np.sqrt(np.mean(present / n * np.nanmean(days, axis=0) ** 2))
    z = days[:, -1].mean() / spread
    total = days.shape[1]
    found = row(result, "grank_t_adj" if adjusted else "grank_t")
    assert found["value"] == pytest.approx(z * np.sqrt((total - 2) / (total - 1 - z**2)))
    assert found["df"] == total - 2
    if not adjusted:
        t = np.array(sizes)
        expected = np.sqrt(12) * days[:, -1].sum() / np.sqrt(((t - 1) / (t + 1)).sum())
        assert row(result, "grank_z")["value"] == pytest.approx(expected)


def test_jackknife_keeps_its_digits_beside_an_outlier() -> None:
    values = np.random.default_rng(4).normal(1.0, 1.0, (40, 2))
    values[7, 0], values[3, 1] = 1e9, np.nan
    mean, squares = left_out(values)
    for t, column in enumerate(values.T):
        for i in np.flatnonzero(np.isfinite(column)):
            others = np.delete(column, i)
            others = others[np.isfinite(others)]
            assert mean[i, t] == pytest.approx(others.mean(), rel=1e-12)
            assert squares[i, t] == pytest.approx(((others - others.mean()) ** 2).sum(), rel=1e-12)


def test_skewness_adjusted_and_jackknife(result: StudyResult) -> None:
    car, scar = (values[whole(result), column(result)] for values in (result.abnormal.car, result.abnormal.scar))
    n, s = len(car), car.mean() / car.std(ddof=1)
    skew = ((car - car.mean()) ** 3).sum() / (n * car.std(ddof=1) ** 3)
    assert row(result, "skew_t")["value"] == pytest.approx(np.sqrt(n) * (s + skew * s**2 / 3 + skew / (6 * n)))
    theta = scar.mean() / scar.std(ddof=1)
    rest = [np.delete(scar, i) for i in range(n)]
    pseudo = [n * theta - (n - 1) * r.mean() / r.std(ddof=1) for r in rest]
    assert row(result, "jackknife")["value"] == pytest.approx(stats.ttest_1samp(pseudo, 0).statistic)


def test_clusters_by_date_and_security(result: StudyResult) -> None:
    chosen = whole(result)
    car = result.abnormal.car[chosen, column(result)]
    error, n = car - car.mean(), len(car)

    def variance(keys: list[int]) -> float:
        totals = [error[np.array(keys) == key].sum() for key in sorted(set(keys))]
        return len(totals) / (len(totals) - 1) * float(np.square(totals).sum()) / n**2

    security, date = [PLACES[i][0] for i in chosen], [PLACES[i][1] for i in chosen]
    both = variance(date) + variance(security) - variance(list(range(n)))
    for name, expected in (("date", variance(date)), ("security", variance(security)), ("both", both)):
        found = row(result, f"cluster_t_{name}")
        if expected > 0:
            assert found["value"] == pytest.approx(car.mean() / np.sqrt(expected))
        assert found["warning"] == "few_clusters"


def alone(panel: Panel, places: list[tuple[int, int]], window: tuple[int, int] = (0, 0)) -> dict[str, Any]:
    result = run(panel, made_events(panel, places), StudySpec(window=(-2, 2), windows=(window,)))
    return row(result, "sq_rank", window)


def test_sq_rank_of_one_event_counts_its_own_residuals(panel: Panel, result: StudyResult) -> None:
    errors = residuals(panel, result)[4]
    peers = errors[np.isfinite(errors)]
    value = result.abnormal.ar[4, 10]
    if np.isnan(value):
        pytest.skip("The event has no return on the day.")
    found = alone(panel, [PLACES[4]])
    least = 1 + min((peers <= value).sum(), (peers >= value).sum())
    assert found["value"] == 1 + (peers <= value).sum()
    assert found["p"] == pytest.approx(min(1, 2 * least / (len(peers) + 1)))
    assert found["p_one_sided"] == pytest.approx(least / (len(peers) + 1))


def test_sq_rank_of_two_events_averages_by_date_or_over_all_pairs() -> None:
    panel = made_panel()
    for places in ([(0, 150), (1, 150)], [(0, 150), (1, 170)]):
        pair = run(panel, made_events(panel, places), StudySpec(window=(-2, 2), windows=((0, 0),)))
        errors = []
        for security, day in places:
            start = panel.offsets[security] + day
            y, x = panel.returns[start - 130 : start - 10], panel.series("benchmark")[start - 130 : start - 10]
            slope, constant = np.polyfit(x, y, 1)
            errors.append(y - constant - slope * x)
        same = places[0][1] == places[1][1]
        peers = (errors[0] + errors[1]) / 2 if same else np.add.outer(errors[0], errors[1]).ravel() / 2
        value = pair.abnormal.ar[:, 2].mean()
        found = row(pair, "sq_rank", (0, 0))
        assert found["value"] == 1 + (peers <= value).sum()
        least = 1 + min((peers <= value).sum(), (peers >= value).sum())
        assert found["p"] == pytest.approx(min(1, 2 * least / (len(peers) + 1)))


def test_grank_by_hand() -> None:
    """Two events, three estimation days, T = 4; SCAR .5 and 2.5 over their deviation sqrt(2).

    Ranks 1 2 4 and 3 for the window; 3 1 2 and 4. U = rank/5 - 1/2; daily means -.1 -.2 .1, of the window .2.
    S^2 = (.01 + .04 + .01 + .04) / 4 = .025, Z = .2 / sqrt(.025) and z = sqrt(12) .4 / sqrt(2 x 3/5): both sqrt(1.6).
    """
    spec = StudySpec(window=(1, 1), estimation=(-3, -1), min_estimation=3)
    placed = Placement(position=np.array([3, 9]), first=np.array([0, 6]), end=np.array([6, 12]))
    values = np.array([[-1.0, 0.0, 1.0], [2.0, -2.0, 0.0]])
    residuals = Residuals(
        values=values, own=ranks(values), pool=ranks(values), events=placed, day_numbers=np.arange(12), spec=spec
    )
    kept = GroupResiduals(study=residuals, members=np.arange(2))
    scar = np.array([[0.5], [2.5]])
    found = generalised(scar, np.array([1.0, 2.0]), 1 / scar.std(axis=0, ddof=1), kept)
    assert found.ratio[0] == pytest.approx(np.sqrt(1.6))
    assert found.z[0] == pytest.approx(np.sqrt(1.6))
    assert (found.n[0], found.days[0]) == (2, 4)


def test_sq_rank_needs_forty_estimation_sessions_a_day_of_the_window(panel: Panel) -> None:
    assert alone(panel, [PLACES[4]], (-2, 2))["reason"] in {"use_placebo", "too_few_events"}
    assert alone(panel, [PLACES[0], PLACES[4], PLACES[6]])["reason"] == "more_than_two_events"


def test_one_event_and_two() -> None:
    panel = made_panel()
    one = run(panel, made_events(panel, [(0, 150)]), StudySpec())
    t_car = row(one, "t_car")
    assert (t_car["value"], t_car["p"]) == (one.by_window["t_car"][1], one.by_window["p_car"][1])
    assert t_car["df"] == 118
    least_two = [
        "csect_t",
        "bmp",
        "bmp_adj",
        "patell_adj",
        "sign",
        "gsign",
        "wilcoxon",
        "grank_t",
        "grank_z",
        "jackknife",
    ]
    for statistic in least_two:
        assert np.isnan(row(one, statistic)["value"])
        assert row(one, statistic)["reason"] == "too_few_events"
    two = run(panel, made_events(panel, [(0, 150), (1, 170)]), StudySpec())
    assert row(two, "t_car")["reason"] == "one_event_only"
    assert np.isfinite(row(two, "bmp")["value"])
    assert row(two, "jackknife")["reason"] == "too_few_events"


def test_a_value_and_its_reason_exclude_each_other(result: StudyResult) -> None:
    table = result.statistics
    np.testing.assert_array_equal(np.isfinite(table["p"]), table["reason"] == "")


def test_placebo_takes_every_free_date_of_a_lone_event() -> None:
    panel = made_panel(securities=1, sessions=200)
    spec = StudySpec(window=(0, 0), estimation=(-60, -1), min_estimation=60, statistics=("placebo",))
    events = made_events(panel, [(0, 150)])
    found = row(run(panel, events, spec), "placebo", (0, 0))
    plain, days = StudySpec(window=(0, 0), estimation=(-60, -1)), [day for day in range(60, 200) if day != 150]
    cars = np.array([run(panel, made_events(panel, [(0, day)]), plain).by_event["car"][0] for day in days])
    own = found["mean"]
    least = 1 + min((cars >= own).sum(), (cars <= own).sum())
    assert found["p"] == pytest.approx(min(1, 2 * least / (len(cars) + 1)))


def test_placebo_is_the_same_for_the_same_seed() -> None:
    panel = made_panel(sessions=260)
    spec = StudySpec(statistics=("placebo", "skew_t_boot"), placebo_draws=50)
    events = made_events(panel, [(0, 200), (1, 200), (2, 210)])
    first, second = (run(panel, events, spec).statistics["p"] for _ in range(2))
    other = run(panel, events, replace(spec, seed=1)).statistics["p"]
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)


def test_bhar_has_only_the_tests_that_apply_to_it(panel: Panel) -> None:
    result = run(panel, made_events(panel, PLACES), StudySpec(kind="bhar"))
    actual, expected = (result.by_day[name].reshape(-1, 21)[:, 9:12] for name in ("ret", "expected"))
    bhar = np.prod(1 + actual, axis=1) - np.prod(1 + expected, axis=1)
    np.testing.assert_allclose(result.abnormal.bhar[:, column(result)], bhar, atol=1e-15)
    found = bhar[np.isfinite(bhar)]
    assert row(result, "csect_t")["value"] == pytest.approx(stats.ttest_1samp(found, 0).statistic)
    assert row(result, "patell")["reason"] == "not_for_bhar"


def test_events_of_one_security_are_joined_by_event_not_by_ticker() -> None:
    """Three events of one security equal one event each of three securities with the same series."""
    one = made_panel(securities=1, sessions=400)
    three = Panel(
        tickers=["A", "B", "C"],
        offsets=np.arange(4) * 400,
        sessions=np.tile(one.sessions, 3),
        returns=np.tile(one.returns, 3),
        benchmark=np.tile(one.series("benchmark"), 3),
    )
    days = [150, 200, 250]
    mine = run(one, made_events(one, [(0, day) for day in days]), StudySpec())
    theirs = run(three, made_events(three, list(enumerate(days))), StudySpec())
    kept = ~np.isin(mine.statistics["statistic"], ["cluster_t_security", "cluster_t_both"])
    np.testing.assert_array_equal(mine.statistics["value"][kept], theirs.statistics["value"][kept])


def test_order_of_events_changes_nothing(panel: Panel) -> None:
    events = made_events(panel, PLACES)
    turned = StudyEvents(event_id=events.event_id[::-1], security=events.security[::-1], position=events.position[::-1])
    first, second = (run(panel, each, StudySpec()) for each in (events, turned))
    np.testing.assert_array_equal(first.statistics["value"], second.statistics["value"])
    np.testing.assert_array_equal(first.by_day["ar"], second.by_day["ar"])
