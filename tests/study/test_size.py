"""The short form of the simulation: size where it is attainable, and power as MacKinlay 1997 has it."""

import numpy as np
import pytest
from scipy import stats

from analytics.study import StudySpec
from tests.simulation.rejections import SIGMA, Scenario, rejections

FAST = StudySpec(
    windows=((0, 0),),
    statistics=("csect_t", "j1", "patell", "bmp", "bmp_adj", "corrado", "grank_t", "grank_t_adj", "wilcoxon", "cda"),
)
REPLICATIONS = 150


def band(share: float) -> tuple[float, float]:
    """Shares of 150 samples that a test of that true size shows but once in a thousand times."""
    low, high = stats.binom.interval(0.999, REPLICATIONS, share)
    return low / REPLICATIONS, high / REPLICATIONS


PLAIN = Scenario(name="plain", events=30)
VARIANCE = Scenario(name="variance", events=30, event_variance=3.0)
CLUSTERED = Scenario(name="clustered", events=30, shared=0.2, gap=0)
STAGGERED = Scenario(name="staggered", events=30, shared=0.2, gap=2)


@pytest.mark.parametrize(
    ("scenario", "holds", "fails"),
    [
        (PLAIN, ["csect_t", "j1", "patell", "bmp", "grank_t", "wilcoxon"], []),
        (VARIANCE, ["csect_t", "bmp", "wilcoxon"], ["patell", "cda", "j1"]),
        (CLUSTERED, ["bmp_adj", "grank_t_adj"], ["csect_t", "j1", "bmp", "wilcoxon"]),
        # Partial overlap: csect_t and bmp see none of it, and cda, corrado and grank no more.
        (STAGGERED, ["bmp_adj"], ["csect_t", "bmp"]),
    ],
    ids=["plain", "variance", "clustered", "staggered"],
)
def test_size(scenario: Scenario, holds: list[str], fails: list[str]) -> None:
    found = rejections(scenario, REPLICATIONS, spec=FAST)
    for statistic in holds:
        low, high = band(0.055)
        assert low <= found[statistic, 21] <= high, statistic
    for statistic in fails:
        assert found[statistic, 21] > 0.12, statistic


def test_tests_that_cannot_reject_five_events() -> None:
    """The least p of a signed rank of five is 1/16."""
    found = rejections(Scenario(name="few", events=5), 50, spec=FAST)
    assert found["wilcoxon", 1] == 0


def test_power_is_mackinlays() -> None:
    effect, n = 0.008, 20
    found = rejections(Scenario(name="power", events=n, effect=effect), REPLICATIONS, spec=FAST)["j1", 1]
    reach = effect * np.sqrt(n) / SIGMA
    expected = stats.norm.cdf(-1.96 + reach) + stats.norm.cdf(-1.96 - reach)
    low, high = band(expected)
    assert low <= found <= high
