"""The study of a folder of Parquet files: parts to the workers, estimates back, the tests on them all."""

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analytics.errors import RequestError
from analytics.spark.collected import Collected, check, result
from analytics.spark.session import Spark, connected
from analytics.study import StudyResult, StudySpec

_KEY_NAMES = ["event_id", "ticker"]
_KEY = [(name, "ascending") for name in _KEY_NAMES]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came back from Spark."""

    about: dict[str, Any]
    """data_version, date_rule and the selection (JSON) of the folder."""
    pairs: pa.Table
    """Every row of the folder's events; those whose session has no price have a reason now."""
    result: StudyResult
    confounding: pa.Table
    """event_id, ticker, other_event_id, offset, other_role, other_headline"""


def study_folder(
    spark: Spark,
    folder: str,
    spec: StudySpec,
    *,
    by: str | None = None,
    factors: pa.Table | None = None,
    results: str | None = None,
) -> Outcome:
    """Study the events of `folder` under `spec`, grouped by the column `by`.

    With `results`, the workers write their estimates there (`estimates`, one row an event) and nothing of them is
    computed twice. RequestError where the events were placed under another date rule, or a test needs all prices.
    """
    check(spec)
    with connected(spark) as session:
        from analytics.spark.lake import Lake  # noqa: PLC0415  # nothing of Spark is read before it is asked for

        lake = Lake(session, folder)
        about = lake.about()
        if about["date_rule"] != spec.date_rule:
            raise RequestError(
                f"The events of {folder} stand on the session of the date rule {about['date_rule']!r}.",
                hint=f"Study them under it, or export them again with --date-rule {spec.date_rule}.",
            )
        estimates = lake.estimates(spec, factors)
        if results is not None:
            estimates.write.parquet(f"{results}/estimates")
            estimates = session.read.parquet(f"{results}/estimates")
        lost, collected = _collected(estimates.toArrow())
        pairs = _with_lost(lake.read("events").toArrow(), lost)
        kept = pairs.filter(pc.is_null(pairs["reason"]))
        found = result(collected, kept[by] if by else None, spec)
        unfit = pa.table({name: pa.array(found.excluded[name], pa.string()) for name in _KEY_NAMES})
        left_out = pa.concat_tables([lost.select(_KEY_NAMES), unfit])
        return Outcome(about=about, pairs=pairs, result=found, confounding=lake.confounding(left_out, spec))


def _collected(estimates: pa.Table) -> tuple[pa.Table, Collected]:
    """Return the events that the workers found no row for, and the columns of the others."""
    lost = pc.is_null(estimates["position"])
    told = estimates.select(["event_id", "ticker", "rows"]).filter(lost)
    if told.num_rows:
        estimates = estimates.filter(pc.invert(lost))
    return told, dict(zip(estimates.column_names, estimates.columns, strict=True))


def _with_lost(pairs: pa.Table, lost: pa.Table) -> pa.Table:
    """Return the pairs in their order, those that the workers found no row for with the reason."""
    pairs = pairs.sort_by([*_KEY, ("company", "ascending")])
    if lost.num_rows == 0:
        return pairs
    told = pc.if_else(pc.equal(lost["rows"], 0), "no_prices", "outside_prices").to_pylist()
    reason = dict(zip(_keys(lost), told, strict=True))
    reasons = [own or reason.get(key) for own, key in zip(pairs["reason"].to_pylist(), _keys(pairs), strict=True)]
    return pairs.set_column(pairs.column_names.index("reason"), "reason", pa.array(reasons, pa.string()))


def _keys(table: pa.Table) -> list[tuple[str, str]]:
    return list(zip(table["event_id"].to_pylist(), table["ticker"].to_pylist(), strict=True))
