"""The signed-rank test against SciPy, with ties, zeros and gaps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from analytics.study.nonparametric import wilcoxon
from analytics.study.sample import Outcome, Sample


def outcome(values: NDArray[np.float64]) -> Outcome:
    """Return the test of one column of values."""
    n, column = len(values), values[:, None]
    rows = np.arange(n)
    return wilcoxon(
        Sample(
            values=column,
            summed=column,
            factor=np.ones((n, 1)),
            daily=None,
            inside=(slice(0, 1),),
            correlation=np.zeros(1),
            m=np.full(n, 120),
            sigma=np.ones(n),
            parameters=2,
            positive=np.full(n, 0.5),
            security=rows,
            date=np.datetime64("2020-01-01") + rows,
            residuals=None,
            seed=0,
        )
    )


@pytest.mark.parametrize("n", [2, 5, 12, 25])
def test_exact_up_to_twenty_five(n: int) -> None:
    values = np.random.default_rng(n).normal(0.3, 1, n)
    found = outcome(values)
    assert found.value[0] == stats.wilcoxon(values, alternative="greater", method="exact").statistic
    assert found.p[0] == pytest.approx(stats.wilcoxon(values, method="exact").pvalue)


@settings(max_examples=30, deadline=None)
@given(st.integers(40, 80), st.integers(0, 1000), st.integers(1, 3))
def test_normal_with_ties_beyond(n: int, seed: int, digits: int) -> None:
    values = np.random.default_rng(seed).normal(0.2, 1, n).round(digits)
    found = outcome(values)
    expected = stats.wilcoxon(values, zero_method="wilcox", correction=False, method="asymptotic")
    assert found.p[0] == pytest.approx(expected.pvalue)
    assert found.n[0] == np.count_nonzero(values)


def test_ties_among_few_take_the_normal_form() -> None:
    values = np.array([0.01, 0.01, 0.02, -0.03, 0.04, 0.05])
    expected = stats.wilcoxon(values, correction=False, method="asymptotic")
    assert outcome(values).p[0] == pytest.approx(expected.pvalue)


def test_rounding_and_gaps_are_no_values() -> None:
    values = np.array([0.01, 1e-15, np.nan, 0.02, -0.03, 0.0])
    found = outcome(values)
    assert found.n[0] == 3
    assert found.value[0] == 3
    assert outcome(np.zeros(4)).reason[0] == "too_few_events"
