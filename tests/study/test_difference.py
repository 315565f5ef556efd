"""The difference of two groups, against SciPy and by hand."""

import numpy as np
import pytest
from scipy import stats

from analytics.study import welch


def test_the_difference_is_that_of_scipy() -> None:
    rng = np.random.default_rng(1)
    first, second = rng.normal(0.02, 0.03, 9), np.append(rng.normal(-0.01, 0.08, 14), np.nan)
    [row] = [
        dict(zip(table, values, strict=True))
        for table in [welch(first, second)]
        for values in zip(*table.values(), strict=True)
    ]
    expected = stats.ttest_ind(first, second[:-1], equal_var=False)
    interval = expected.confidence_interval(0.95)
    assert row["value"] == pytest.approx(expected.statistic, rel=1e-12)
    assert (row["df"], row["p"]) == pytest.approx((expected.df, expected.pvalue), rel=1e-12)
    assert (row["lower"], row["upper"]) == pytest.approx((interval.low, interval.high), rel=1e-12)
    assert (row["n_first"], row["n_second"], row["reason"]) == (9, 14, "")


@pytest.mark.parametrize(
    ("first", "second", "reason"), [([0.1], [0.2, 0.3], "too_few_events"), ([0.1, 0.1], [0.2, 0.3], "no_spread")]
)
def test_what_cannot_be_told_has_a_reason(first: list[float], second: list[float], reason: str) -> None:
    found = welch(np.array(first), np.array(second))
    assert found["reason"].tolist() == [reason]
    assert np.isnan(found["p"][0])
