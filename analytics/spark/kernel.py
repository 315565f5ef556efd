"""What a worker does with one part of a study: rows of some securities and their events in, estimates out.

Runs where Spark runs it and knows nothing of Spark: Arrow in, the kernel of `analytics.study`, Arrow out.
"""

from dataclasses import fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.study import Panel, StudyEvents, StudySpec
from analytics.study.abnormal import Abnormal, estimate
from analytics.study.confounding import near_news
from analytics.study.inference import reads_residuals, reads_signs
from analytics.study.panel import Column, Floats, Integers
from analytics.study.residuals import Residuals
from analytics.study.spec import FACTORS, Window, length
from analytics.study.windows import Placement, cut, place

_DAYS = 2**32
"""Above every number of a day: security and day in one whole number."""
_MATRICES = ("beta", "ar", "ar_factor", "car", "car_factor", "path_factor", "bhar")


def series_names(spec: StudySpec) -> tuple[str, ...]:
    """Return the columns of a panel that the model of `spec` reads, the returns first."""
    if spec.model in FACTORS:
        return ("returns", "risk_free", *FACTORS[spec.model])
    market = {"mean": (), "capm": ("risk_free", "benchmark")}.get(spec.model, ("benchmark",))
    return ("returns", *(("turnover",) if spec.kind == "volume" else ()), *market)


def stretch(spec: StudySpec) -> Window:
    """Return the offsets whose dates the tests read: the event window, the estimation window where they look there."""
    windows = [spec.window, (0, 0), *([spec.estimation] if reads_residuals(spec) else [])]
    return min(first for first, _ in windows), max(last for _, last in windows)


def columns(spec: StudySpec) -> dict[str, str]:
    """Return the columns of an estimate with their types in Spark's words.

    `position` is the row of session 0 among the security's `rows`, null where the session is none of them. `session`
    covers the stretch, the series the event window, `residuals` the estimation window.
    """
    numbers = {
        column.name: "array<double>" if column.name in _MATRICES else "bigint" if column.name == "m" else "double"
        for column in fields(Abnormal)
    }
    kept = {"residuals": "array<double>"} if reads_residuals(spec) else {}
    own = {"event_id": "string", "ticker": "string", "rows": "bigint", "position": "bigint"}
    return own | numbers | {"session": "array<date>"} | dict.fromkeys(series_names(spec), "array<double>") | kept


def estimated(events: pa.Table, prices: pa.Table, spec: StudySpec) -> pa.Table:
    """Estimate the events (event_id, ticker, session) of some securities from their rows (ticker, session, series).

    Rows come in any order; the estimates have the columns of `columns`, one row an event.
    """
    tickers, code = np.unique(prices["ticker"].to_numpy(), return_inverse=True)
    day = _days(prices["session"])
    order = np.argsort(code * _DAYS + day, kind="stable")
    keys = (code * _DAYS + day)[order]
    panel = _panel(prices.take(pa.array(order)), tickers, np.searchsorted(code[order], np.arange(len(tickers) + 1)))
    security = pc.index_in(events["ticker"], pa.array(tickers, pa.string()))
    number = pc.fill_null(security, -1).to_numpy().astype(np.int64)
    position = np.searchsorted(keys, number * _DAYS + _days(events["session"]))
    found = np.flatnonzero((number >= 0) & (np.append(keys, -1)[position] == number * _DAYS + _days(events["session"])))
    rows = np.where(number >= 0, np.append(np.diff(panel.offsets), 0)[number], 0)
    key = events.select(["event_id", "ticker"]).append_column("rows", pa.array(rows))
    placed = _estimates(panel, key.take(pa.array(found)), number[found], position[found], spec)
    lost = key.take(pa.array(np.setdiff1d(np.arange(len(key)), found)))
    return pa.concat_tables([placed, lost], promote_options="default").select(list(columns(spec)))


def _days(sessions: pa.ChunkedArray) -> Integers:
    days: Integers = sessions.to_numpy().astype("datetime64[D]").view(np.int64)
    return days


def _panel(rows: pa.Table, tickers: Column, offsets: Integers) -> Panel:
    factors = tuple(name for name in rows.column_names if name in {"mkt_rf", "smb", "hml", "mom", "rmw", "cma"})
    one = {name: _floats(rows[name]) for name in ("benchmark", "risk_free", "turnover") if name in rows.column_names}
    return Panel(
        tickers=tickers.tolist(),
        offsets=offsets,
        sessions=rows["session"].to_numpy().astype("datetime64[D]"),
        returns=_floats(rows["returns"]),
        factors=np.column_stack([_floats(rows[name]) for name in factors]) if factors else None,
        factor_names=factors,
        tagged=rows["tagged"].to_numpy().astype(np.bool_) if "tagged" in rows.column_names else None,
        **one,
    )


def _estimates(panel: Panel, key: pa.Table, security: Integers, position: Integers, spec: StudySpec) -> pa.Table:
    placed = place(panel, security, position)
    residuals = Residuals.empty(panel, placed, spec) if reads_residuals(spec) else None
    near = near_news(panel, _nothing()) if spec.exclude_confounded else None
    found = estimate(panel, placed, spec, residuals=residuals, signs=reads_signs(spec), near=near)
    numbers = {column.name: _column(getattr(found, column.name)) for column in fields(Abnormal)}
    series = {name: _column(cut(_series(panel, name), placed, spec.window)) for name in series_names(spec)}
    kept = {} if residuals is None else {"residuals": _column(residuals.values)}
    made = numbers | {"session": _sessions(panel, placed, stretch(spec))} | series | kept
    own = {name: key[name] for name in key.column_names}
    return pa.table({**own, "position": pa.array(placed.position - placed.first), **made})


def _nothing() -> StudyEvents:
    """Return no events: the rows carry the mark of tagged events themselves."""
    return StudyEvents(event_id=np.array([], dtype=np.str_), security=np.array([], int), position=np.array([], int))


def _series(panel: Panel, name: str) -> Floats:
    return panel.factor(name) if name in panel.factor_names else panel.series(name)


def _sessions(panel: Panel, events: Placement, window: Window) -> pa.Array:
    """Return the (n, L) dates of a window, null beyond the rows of the security."""
    rows = events.position[:, None] + np.arange(window[0], window[1] + 1)
    beyond = (rows < events.first[:, None]) | (rows >= events.end[:, None])
    days = panel.sessions[np.where(beyond, events.position[:, None], rows)].astype(np.int64).astype(np.int32)
    return _listed(pa.array(days.ravel(), mask=beyond.ravel()).view(pa.date32()), length(window))


def _column(values: Column) -> pa.Array:
    """Return (n,) or (n, T) numbers as a column; NaN stays NaN."""
    return pa.array(values) if values.ndim == 1 else _listed(pa.array(values.ravel()), values.shape[1], len(values))


def _listed(values: pa.Array, width: int, n: int | None = None) -> pa.Array:
    count = len(values) // width if n is None else n
    return pa.ListArray.from_arrays(pa.array(np.arange(count + 1, dtype=np.int32) * np.int32(width)), values)


def _floats(column: pa.ChunkedArray) -> Floats:
    values: Floats = pc.fill_null(column.cast(pa.float64()), np.nan).to_numpy()
    return values
