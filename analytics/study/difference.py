"""Whether two groups of events moved differently."""

import numpy as np
from scipy import special

from analytics.study.panel import Floats, Table
from analytics.study.reading import LEVEL
from analytics.study.sample import moments

_LEAST = 2


def welch(first: Floats, second: Floats) -> Table:
    """Return the difference of two means of CARs, (n,) and (m,), with Welch's t and its interval: one row (`welch`)."""
    left, right = (moments(values[:, None]) for values in (first, second))
    parts = [float(one.deviation[0] ** 2 / one.n[0]) if one.n[0] >= _LEAST else np.nan for one in (left, right)]
    variance = sum(parts)
    n = [int(one.n[0]) for one in (left, right)]
    few = min(n) < _LEAST
    df = np.nan if few else variance**2 / sum(part**2 / (count - 1) for part, count in zip(parts, n, strict=True))
    difference, se = float(left.mean[0] - right.mean[0]), float(np.sqrt(variance))
    t = difference / se
    reach = float(special.stdtrit(df, (1 + LEVEL) / 2)) * se
    row = {
        "difference": difference,
        "lower": difference - reach,
        "upper": difference + reach,
        "value": t,
        "df": df,
        "p": 2 * float(special.stdtr(df, -abs(t))),
        "n_first": n[0],
        "n_second": n[1],
        "reason": "too_few_events" if few else "" if np.isfinite(t) else "no_spread",
        "convention": "welch",
    }
    return {name: np.array([value], dtype=object if isinstance(value, str) else None) for name, value in row.items()}
