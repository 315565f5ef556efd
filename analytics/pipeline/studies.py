"""A study of stored events: pairs and series that SQL aligns, through the engine, and what was left out."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.errors import NothingFound, RequestError
from analytics.records import Selection
from analytics.store import query
from analytics.study import Panel, StudyEvents, StudyResult, StudySpec, Table, run

GroupBy = Literal["type", "company", "role", "modality"]

_WITHOUT_BENCHMARK = {"mean", "ff3", "carhart", "ff5"}


@dataclass(frozen=True, kw_only=True)
class Study:
    """The tables of a study, each sorted by its key; units stand in the column comments of the stored default study."""

    spec: StudySpec
    selection: Selection
    by_day: pa.Table
    """event_id, ticker, offset, session, ret, expected, ar, car, sar, ..."""
    by_event: pa.Table
    """event_id, ticker, company, role, type, rule, session, m, alpha, beta, sigma, car, t_car, p_car, ..."""
    statistics: pa.Table
    """scope, from_offset, to_offset, statistic, value, df, n, p, reason, ..."""
    excluded: pa.Table
    """event_id, ticker, company, reason: every pair of the selection that is not in by_event"""
    manifest: dict[str, Any]
    """Parameters, conventions, data version and counts."""

    def tables(self) -> dict[str, pa.Table]:
        """Return the four tables by name."""
        return {name: getattr(self, name) for name in ("by_event", "by_day", "statistics", "excluded")}


def study(
    connection: Any, selection: Selection, spec: StudySpec, *, data_version: str, by: GroupBy | None = None
) -> Study:
    """Study the selected events under `spec`; one observation per story, issuer and session.

    `by` repeats the statistics for each group of events beside those of all.

    Raises NothingFound where nothing is selected, RequestError where the model needs a benchmark that no security has.
    """
    pairs = query.run(connection, "study_pairs", **_parameters(selection), date_rule=spec.date_rule, merge=True)
    if pairs.num_rows == 0:
        raise NothingFound(
            "No stored event with a company fits the selection.",
            hint="Widen it, or list the events with `newswake events`.",
        )
    kept = pairs.filter(pc.is_null(pairs["reason"]))
    panel, starts = _panel(connection, kept, spec)
    result = run(panel, _study_events(kept, starts, by), spec)
    return _study(pairs, kept, result, selection, spec, data_version)


def _parameters(selection: Selection) -> dict[str, object]:
    """Empty lists of a selection take everything: null for SQL."""
    return {
        name: (list(value) or None) if isinstance(value, tuple) else value for name, value in asdict(selection).items()
    }


def selection_parameters(selection: Selection) -> dict[str, object]:
    """Return the query parameters of a selection."""
    return _parameters(selection)


def _panel(connection: Any, kept: pa.Table, spec: StudySpec) -> tuple[Panel, dict[str, int]]:
    tickers = sorted(set(kept["ticker"].to_pylist()))
    series = query.run(connection, "study_series", tickers=tickers, benchmark=spec.benchmark)
    if tickers and spec.model not in _WITHOUT_BENCHMARK and series["benchmark_return"].null_count == series.num_rows:
        raise RequestError(
            f"No security has prices of a benchmark beside it, which the model {spec.model!r} needs.",
            hint="Add the benchmark's prices and name it with --benchmark, or choose --model mean.",
        )
    ends = pc.value_counts(series["ticker"]).to_pylist()
    counts = {row["values"]: row["counts"] for row in ends}
    lengths = [counts[ticker] for ticker in tickers]
    offsets = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)]).astype(np.int64)
    panel = Panel(
        tickers=tickers,
        offsets=offsets,
        sessions=series["session"].to_numpy().astype("datetime64[D]"),
        returns=_floats(series["daily_return"]),
        benchmark=_floats(series["benchmark_return"]),
    )
    return panel, dict(zip(tickers, offsets[:-1].tolist(), strict=True))


def _floats(column: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.float64]]:
    values: np.ndarray[Any, np.dtype[np.float64]] = pc.fill_null(column.cast(pa.float64()), np.nan).to_numpy()
    return values


def _study_events(kept: pa.Table, starts: dict[str, int], by: GroupBy | None) -> StudyEvents:
    tickers = kept["ticker"].to_pylist()
    order = {ticker: number for number, ticker in enumerate(starts)}
    first = np.array([starts[ticker] for ticker in tickers], dtype=np.int64)
    return StudyEvents(
        event_id=np.array(kept["event_id"].to_pylist(), dtype=np.str_),
        security=np.array([order[ticker] for ticker in tickers], dtype=np.int64),
        position=first + kept["position"].to_numpy().astype(np.int64),
        group=np.array(kept[by].to_pylist(), dtype=np.str_) if by else None,
    )


def _table(columns: Table) -> pa.Table:
    """Return the engine's columns as a table: NaN, NaT and the empty reason become null."""
    made = {
        name: pa.array(column, pa.string() if column.dtype.kind in "OU" else None, from_pandas=True)
        for name, column in columns.items()
    }
    if "reason" in made:
        made["reason"] = pc.if_else(pc.equal(made["reason"], ""), None, made["reason"])
    return pa.table(made)


def _study(
    pairs: pa.Table, kept: pa.Table, result: StudyResult, selection: Selection, spec: StudySpec, data_version: str
) -> Study:
    described = kept.select(["event_id", "ticker", "company", "role", "type", "rule"])
    by_event = _table(result.by_event).join(described, keys=["event_id", "ticker"], join_type="left outer")
    left_out = pairs.filter(pc.is_valid(pairs["reason"])).select(["event_id", "ticker", "company", "reason"])
    dropped = _table(result.excluded).join(
        kept.select(["event_id", "ticker", "company"]), keys=["event_id", "ticker"], join_type="left outer"
    )
    excluded = pa.concat_tables([left_out, dropped.select(left_out.column_names).cast(left_out.schema)])
    key = [("event_id", "ascending"), ("ticker", "ascending")]
    return Study(
        spec=spec,
        selection=selection,
        by_day=_table(result.by_day),
        by_event=by_event.sort_by(key),
        statistics=_table(result.statistics),
        excluded=excluded.sort_by(key),
        manifest={
            **result.manifest,
            "data_version": data_version,
            "selection": {name: value for name, value in asdict(selection).items() if value},
            "pairs": {"selected": pairs.num_rows, "studied": by_event.num_rows, "excluded": excluded.num_rows},
        },
    )
