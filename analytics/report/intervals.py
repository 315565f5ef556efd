"""95% intervals of what a chart shows, from the columns of a study."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from scipy import stats

_LEVEL = 0.975
_SCHEMA = pa.schema(
    [
        ("offset", pa.int64()),
        ("n", pa.int64()),
        ("caar", pa.float64()),
        ("caar_low", pa.float64()),
        ("caar_high", pa.float64()),
    ]
)


def with_band(days: pa.Table, df: float) -> pa.Table:
    """Return the days of one event with car_low and car_high: car -/+ t(.975, df) x car_se, the exact deviation."""
    reach = float(stats.t.ppf(_LEVEL, df))
    rows = days.to_pylist()
    for sign, name in ((-1, "car_low"), (1, "car_high")):
        ends = [None if row["car"] is None else row["car"] + sign * reach * row["car_se"] for row in rows]
        days = days.append_column(name, pa.array(ends, pa.float64()))
    return days


def average_path(days: pa.Table) -> pa.Table:
    """Return the mean cumulative abnormal return by offset with its interval: offset, n, caar, caar_low, caar_high.

    Events with every abnormal return up to the offset count. The interval is that of `csect_t`, mean -/+
    t(.975, n-1) sd / sqrt(n); a single event has its own exact deviation, and no interval where n is 0.
    """
    held = days.filter(_finite(days["car"]))
    grouped = held.group_by("offset").aggregate(
        [("car", "mean"), ("car", "stddev", pc.VarianceOptions(ddof=1)), ("car", "count"), ("car_se", "max")]
    )
    rows = [_row(row) for row in grouped.sort_by("offset").to_pylist()]
    return pa.Table.from_pylist(rows, _SCHEMA)


def _finite(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(pc.is_finite(column), False)  # pyarrow's own signature


def _row(row: dict[str, Any]) -> dict[str, Any]:
    n, mean = row["car_count"], row["car_mean"]
    reach = (
        float(stats.t.ppf(_LEVEL, n - 1)) * row["car_stddev"] / n**0.5
        if n > 1
        else float(stats.norm.ppf(_LEVEL)) * row["car_se_max"]
    )
    return {"offset": row["offset"], "n": n, "caar": mean, "caar_low": mean - reach, "caar_high": mean + reach}
