"""What holds for any data."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.study import StudyEvents, StudySpec, run
from tests.study.made import made_events, made_panel

seeds = st.integers(0, 10_000)
gaps = st.sampled_from([0.0, 0.05])
few = settings(max_examples=10, deadline=None)
PLACES = [(0, 150), (0, 158), (1, 150), (2, 200), (3, 240)]
QUICK = ("csect_t", "patell", "bmp", "corrado", "grank_t", "bmp_adj")


@few
@given(seeds, gaps, st.floats(-0.05, 0.05))
def test_a_constant_added_to_every_return_changes_no_mean_adjusted_ar(seed: int, missing: float, shift: float) -> None:
    panel = made_panel(seed=seed, missing=missing)
    spec = StudySpec(model="mean", statistics=("csect_t",))
    first = run(panel, made_events(panel, PLACES), spec)
    second = run(replace(panel, returns=panel.returns + shift), made_events(panel, PLACES), spec)
    np.testing.assert_allclose(first.abnormal.ar, second.abnormal.ar, atol=1e-15)


@few
@given(seeds, gaps)
def test_adding_market_exposure_changes_no_market_model_ar(seed: int, missing: float) -> None:
    panel = made_panel(seed=seed, missing=missing)
    moved = replace(panel, returns=0.001 + panel.returns + 0.7 * panel.series("benchmark"))
    first, second = (
        run(each, made_events(each, PLACES), StudySpec(statistics=("csect_t",))) for each in (panel, moved)
    )
    np.testing.assert_allclose(first.abnormal.ar, second.abnormal.ar, atol=1e-15)
    np.testing.assert_allclose(second.abnormal.beta - first.abnormal.beta, 0.7, atol=1e-12)


@few
@given(seeds, gaps, st.floats(0.01, 100))
def test_the_unit_of_returns_changes_no_statistic(seed: int, missing: float, unit: float) -> None:
    panel = made_panel(seed=seed, missing=missing)
    scaled = replace(panel, returns=panel.returns * unit, benchmark=panel.series("benchmark") * unit)
    first, second = (run(each, made_events(each, PLACES), StudySpec(statistics=QUICK)) for each in (panel, scaled))
    np.testing.assert_allclose(first.statistics["value"], second.statistics["value"], rtol=1e-7, atol=1e-9)


@few
@given(seeds, st.integers(-10, 9))
def test_adjoining_windows_add_up(seed: int, cut: int) -> None:
    panel = made_panel(seed=seed)
    spec = StudySpec(windows=((-10, cut), (cut + 1, 10)), statistics=("csect_t",))
    car = run(panel, made_events(panel, PLACES), spec).abnormal.car
    np.testing.assert_allclose(car[:, 1] + car[:, 2], car[:, 0], atol=1e-15)


@few
@given(seeds, gaps, st.permutations(range(5)))
def test_the_order_of_events_changes_no_bit(seed: int, missing: float, order: list[int]) -> None:
    panel = made_panel(seed=seed, missing=missing)
    events = made_events(panel, PLACES)
    turned = StudyEvents(
        event_id=events.event_id[order], security=events.security[order], position=events.position[order]
    )
    first, second = (run(panel, each, StudySpec()).statistics for each in (events, turned))
    np.testing.assert_array_equal(first["value"], second["value"])
    np.testing.assert_array_equal(first["p"], second["p"])


@few
@given(seeds, gaps)
def test_p_is_a_probability_and_every_gap_has_a_reason(seed: int, missing: float) -> None:
    panel = made_panel(seed=seed, missing=missing)
    table = run(panel, made_events(panel, PLACES), StudySpec()).statistics
    p = table["p"]
    assert ((p >= 0) & (p <= 1) | np.isnan(p)).all()
    np.testing.assert_array_equal(np.isnan(p), table["reason"] != "")


@few
@given(seeds, gaps)
def test_an_added_security_changes_no_other_event(seed: int, missing: float) -> None:
    panel = made_panel(seed=seed, missing=missing)
    fewer = run(panel, made_events(panel, PLACES[:3]), StudySpec(statistics=("csect_t",))).abnormal
    more = run(panel, made_events(panel, PLACES), StudySpec(statistics=("csect_t",))).abnormal
    np.testing.assert_array_equal(fewer.ar, more.ar[:3])
    np.testing.assert_array_equal(fewer.car_factor, more.car_factor[:3])
