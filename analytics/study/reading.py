"""What a reader needs beside a test: intervals, detectable effects, what stands in the way, which test to trust."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from analytics.study.clustering import Overlap
from analytics.study.groups import Judged
from analytics.study.panel import Column, Floats, Table
from analytics.study.residuals import column_sums
from analytics.study.sample import Sample, existing
from analytics.study.spec import StudySpec

LEVEL = 0.95
"""Of every interval."""
POWER = 0.80
"""At which the smallest detectable effect is found, in a two-sided test at 5 %."""
WINSOR = 0.05
"""Share of values at each end that the winsorised mean moves to the next one inside."""
CLUSTERED_R, CLUSTERED_PAIRS = 0.1, 0.1
"""(N-1) r, or the share of pairs with common sessions, above which observations count as clustered."""
VARIANCE_RATIO, VARIANCE_P = 1.5, 0.05
"""Ratio of the spread of SCAR to its expectation above which, if significant, the event itself raised the variance."""
THIN = 0.1
"""Share of estimation sessions without a return, or with one of 0, above which trading is thin."""
THRESHOLDS: Mapping[str, float] = {
    "level": LEVEL,
    "power": POWER,
    "winsor": WINSOR,
    "clustered_r": CLUSTERED_R,
    "clustered_pairs": CLUSTERED_PAIRS,
    "variance_ratio": VARIANCE_RATIO,
    "variance_p": VARIANCE_P,
    "thin": THIN,
}
_FEW, _SOME, _MANY = 2, 9, 30
"""Observations up to which only a placebo is fair, up to which normality is not, and from which ranks are judged."""
_SQ_RANK = 40
"""Estimation sessions a session of the window from which `sq_rank` exists."""


@dataclass(frozen=True, kw_only=True)
class Spread:
    """The standard error of T means, with the degrees of freedom of its t."""

    error: Floats
    df: Floats
    before: Floats
    """Standard error expected from the estimation windows alone."""
    clustered: NDArray[np.bool_]


def spread(sample: Sample, met: Overlap) -> Spread:
    """Return the standard errors: cross-sectional, widened where clustered; one event has its own exact variance."""
    n = sample.n
    clustered = ((n - 1) * met.r > CLUSTERED_R) | ((met.pairs > CLUSTERED_PAIRS) & (n > 1))
    r = np.where(clustered, np.nan_to_num(met.r), 0.0)
    together = existing(1 + (n - 1) * r)
    exact = sample.summed_variance / existing(n) ** 2
    single = n == 1
    widened = sample.moments.deviation / np.sqrt(existing(n)) * np.sqrt(together / existing(1 - r))
    return Spread(
        error=np.where(single, np.sqrt(exact), widened),
        df=np.where(single, sample.total_of(sample.df.astype(np.float64)), n - 1),
        before=np.sqrt(together * exact),
        clustered=clustered,
    )


def summary_rows(judged: Judged) -> dict[str, Column]:
    """Return one row a column of the sample: means, interval, smallest detectable effects."""
    sample, met = judged.sample, judged.overlap
    found = spread(sample, met)
    t = special.stdtrit(existing(found.df), (1 + LEVEL) / 2)
    reach = t + special.ndtri(POWER)
    middle = [_middle(values, int(n)) for values, n in zip(sample.values.T, sample.n, strict=True)]
    return {
        **judged.key,
        "n": sample.n,
        "mean": sample.mean,
        "median": np.array([median for median, _ in middle]),
        "winsorised_mean": np.array([mean for _, mean in middle]),
        "positive_share": sample.above / existing(sample.n),
        "se": found.error,
        "lower": sample.mean - t * found.error,
        "upper": sample.mean + t * found.error,
        "smallest_effect": reach * found.error,
        "smallest_effect_before": reach * found.before,
        "correlation": met.r,
        "clustered": found.clustered,
    }


def _middle(values: Floats, n: int) -> tuple[float, float]:
    """Return median and winsorised mean of the n values that are not NaN."""
    if n == 0:
        return np.nan, np.nan
    cut, low, high = int(WINSOR * n), (n - 1) // 2, n // 2
    # A third of the time of a sort: only these places need to be in order, and what lies between them between them.
    ordered = np.partition(values, [cut, low, high, n - 1 - cut])[:n]  # NaN comes last
    moved = ordered[cut : n - cut].sum() + cut * (ordered[cut] + ordered[n - 1 - cut])
    return float(ordered[low] + ordered[high]) / 2, float(moved) / n


def diagnosis_rows(judged: Judged, spec: StudySpec) -> dict[str, Column]:
    """Return one row a tested window: what stands in the way of the plain tests, and which to trust instead."""
    sample, met = judged.sample, judged.overlap
    found, columns = spread(sample, met), len(judged.windows)
    deviation, n = sample.spread.deviation, sample.spread.n
    ratio = deviation**2 / ((1 - np.nan_to_num(met.r)) * _expected_variance(sample))
    p = special.chdtrc(existing(n - 1), (n - 1) * ratio)
    raised = (ratio > VARIANCE_RATIO) & (p < VARIANCE_P)
    thin_share = float(judged.thin.mean()) if len(judged.thin) else np.nan
    same_date = len(np.unique(sample.date)) <= 1
    recommended = [
        _recommended(int(n[t]), bool(found.clustered[t]), bool(raised[t]), same_date, sample, t, spec)
        for t in range(columns)
    ]
    return {
        **judged.key,
        "n": n,
        "correlation": met.r,
        "overlapping_pairs": met.pairs,
        "clustered": found.clustered,
        "variance_ratio": ratio,
        "variance_p": p,
        "variance_raised": raised,
        "thin_share": np.full(columns, thin_share),
        "thin": np.full(columns, thin_share > THIN),
        "recommended": np.array(recommended, dtype=object),
    }


def _expected_variance(sample: Sample) -> Floats:
    """Return (T,) mean of (M-k)/(M-k-2), the variance of SCAR without an effect, over the observations with one."""
    rest = existing(sample.df - 2.0)
    sums, n = column_sums(np.where(np.isfinite(sample.standardised), ((rest + 2) / rest)[:, None], np.nan))
    return sums / existing(n)


def _recommended(
    n: int, clustered: bool, raised: bool, same_date: bool, sample: Sample, column: int, spec: StudySpec
) -> str:
    """Return convention ids, the first one to be trusted most, joined by commas.

    cda, corrado and grank see clustering only when dates coincide: under partial overlap they are never recommended.
    """
    if spec.kind == "bhar":
        return "placebo, wilcoxon" if n <= _SOME else "skew_t, wilcoxon"
    if n <= _FEW:
        long = len(sample.m) > 0 and sample.m.min() >= _SQ_RANK * sample.lengths[column]
        return ("sq_rank" if long else "placebo") + ", t_car"
    if n <= _SOME:
        return "placebo, wilcoxon"
    if clustered:
        return "grank_t_adj" if same_date and n >= _MANY else "bmp_adj"
    return "bmp" if raised else "patell, bmp"


def with_discoveries(statistics: dict[str, Column], everyone: str) -> Table:
    """Return the statistics with p_bh, p adjusted over the tags for one statistic and window.

    The group of everyone is no member of the family, and rows without p leave it (Benjamini and Hochberg 1995).
    """
    p, adjusted = statistics["p"], np.full(len(statistics["p"]), np.nan)
    member = (statistics["group"] != everyone) & np.isfinite(p)
    members = np.flatnonzero(member)
    keys = zip(*(statistics[name][members] for name in ("scope", "from_offset", "to_offset", "statistic")), strict=True)
    families: dict[tuple[object, ...], list[int]] = {}
    for row, key in zip(members.tolist(), keys, strict=True):
        families.setdefault(key, []).append(row)
    for rows in families.values():
        adjusted[rows] = benjamini_hochberg(p[rows])
    return {**statistics, "p_bh": adjusted}


def benjamini_hochberg(p: Floats) -> Floats:
    """Return the adjusted p of a family: the least false discovery rate at which each is a discovery."""
    order = np.argsort(p)
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return adjusted
