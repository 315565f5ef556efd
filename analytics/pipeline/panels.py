"""The arrays of a study: the series that SQL aligns for the securities of its events, and where the events stand."""

from datetime import date
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analytics.errors import RequestError
from analytics.store import query
from analytics.study import Panel, StudyEvents, StudySpec

GroupBy = Literal["type", "company", "role", "modality"]

WITHOUT_BENCHMARK = {"mean", "ff3", "carhart", "ff5"}
_FACTOR_MODELS = {"capm", "ff3", "carhart", "ff5"}

KEPT = 2
"""Panels kept at once: 25 million rows take 0.6 GB."""


class Panels:
    """The panels of one version, each made once: a study of other events reads the same series."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._made: dict[Any, Panel] = {}

    def of(self, spec: StudySpec, factors: pa.Table | None = None) -> Panel:
        """Return the series of every security with an event, and what the model of `spec` explains them by.

        `factors` has session and mkt_rf, rf, ... as shares per day, of the United States: other securities have none.
        """
        if factors is not None or spec.model in _FACTOR_MODELS:
            return _panel(self._connection, spec, factors)
        key = (spec.benchmark, spec.kind, spec.exclude_confounded, spec.model in WITHOUT_BENCHMARK)
        if key not in self._made:
            if len(self._made) == KEPT:
                self._made.pop(next(iter(self._made)))
            self._made[key] = _panel(self._connection, spec, None)
        return self._made[key]


def _panel(connection: Any, spec: StudySpec, factors: pa.Table | None) -> Panel:
    tickers = query.run(connection, "event_tickers")["ticker"].to_pylist()
    series = query.run(connection, "study_series", tickers=tickers, benchmark=spec.benchmark)
    if tickers and spec.model not in WITHOUT_BENCHMARK and series["benchmark_return"].null_count == series.num_rows:
        raise RequestError(
            f"No security has prices of a benchmark beside it, which the model {spec.model!r} needs.",
            hint="Add the benchmark's prices and name it with --benchmark, or choose --model mean.",
        )
    counts = {row["values"]: row["counts"] for row in pc.value_counts(series["ticker"]).to_pylist()}
    offsets = np.cumsum([0, *(counts[ticker] for ticker in tickers)], dtype=np.int64)
    return Panel(
        tickers=tickers,
        offsets=offsets,
        sessions=series["session"].to_numpy().astype("datetime64[D]"),
        returns=_floats(series["daily_return"]),
        benchmark=_floats(series["benchmark_return"]),
        turnover=_turnover(connection, tickers) if spec.kind == "volume" else None,
        tagged=_tagged(connection, tickers, offsets) if spec.exclude_confounded else None,
        **_factor_series(series, spec, factors),
    )


def events_of(pairs: pa.Table, panel: Panel, by: GroupBy | None) -> StudyEvents:
    """Return the events of `pairs` (event_id, ticker, position in the security, ...) as they stand in the panel."""
    number = {ticker: place for place, ticker in enumerate(panel.tickers)}
    security = np.array([number[ticker] for ticker in pairs["ticker"].to_pylist()], dtype=np.int64)
    return StudyEvents(
        event_id=np.array(pairs["event_id"].to_pylist(), dtype=np.str_),
        security=security,
        position=panel.offsets[security] + pairs["position"].to_numpy().astype(np.int64),
        group=np.array(pairs[by].to_pylist(), dtype=np.str_) if by else None,
    )


def _turnover(connection: Any, tickers: list[str]) -> NDArray[np.float64]:
    return _floats(query.run(connection, "study_turnover", tickers=tickers)["turnover"])


def _tagged(connection: Any, tickers: list[str], offsets: NDArray[np.int64]) -> NDArray[np.bool_]:
    rows = query.run(connection, "study_news", tickers=tickers)
    start = dict(zip(tickers, offsets[:-1].tolist(), strict=True))
    tagged = np.zeros(offsets[-1], dtype=np.bool_)
    for ticker, position in zip(rows["ticker"].to_pylist(), rows["position"].to_pylist(), strict=True):
        tagged[start[ticker] + position] = True
    return tagged


def _factor_series(series: pa.Table, spec: StudySpec, factors: pa.Table | None) -> dict[str, Any]:
    if spec.model not in _FACTOR_MODELS:
        return {}
    if factors is None:
        raise RequestError(
            f"The model {spec.model!r} needs daily factors.",
            hint="Name a file in the form of Ken French's library with --factors.",
        )
    names = tuple(name for name in factors.column_names if name not in ("session", "rf"))
    american = np.array(series["currency"].to_pylist()) == "USD"
    columns = {name: _by_session(series, factors, name, american) for name in (*names, "rf")}
    return {
        "factors": np.column_stack([columns[name] for name in names]),
        "factor_names": names,
        "risk_free": columns["rf"],
    }


def _by_session(series: pa.Table, factors: pa.Table, name: str, american: NDArray[np.bool_]) -> NDArray[np.float64]:
    value: dict[date, float] = dict(zip(factors["session"].to_pylist(), factors[name].to_pylist(), strict=True))
    found = np.array([value.get(day, np.nan) for day in series["session"].to_pylist()], dtype=np.float64)
    return np.where(american, found, np.nan)


def _floats(column: pa.ChunkedArray) -> NDArray[np.float64]:
    values: NDArray[np.float64] = pc.fill_null(column.cast(pa.float64()), np.nan).to_numpy()
    return values
