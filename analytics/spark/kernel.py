"""What a worker does with one part of a study: rows of some securities and their events in, estimates out.

Runs where Spark runs it and knows nothing of Spark: Arrow in, the kernel of `analytics.study`, Arrow out.
"""

from dataclasses import fields

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.study import Panel, StudyEvents, StudySpec
from analytics.study.confounding import near_news
from analytics.study.fitting import fits
from analytics.study.inference import reads_residuals, reads_signs
from analytics.study.models import Fit
from analytics.study.panel import Column, Floats, Integers
from analytics.study.spec import FACTORS, Window
from analytics.study.windows import place

_DAYS = 2**32
"""Above every number of a day: security and day in one whole number."""
_LISTS = ("beta", "centre", "inverse", "residuals")


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
    """Return the columns of an estimate with their types in Spark's words: the fitted model, and rows around the event.

    `position` is the row of session 0 among the security's `rows`, null where the session is none of them. `session`
    lists the dates of the stretch and every series its values in the event window, but for the rows that an event of
    the same security and part lists before this one: a row of prices goes back once.
    """
    own = {"event_id": "string", "ticker": "string", "rows": "bigint", "position": "bigint", "m": "bigint"}
    fitted = {column.name: "double" for column in fields(Fit) if column.name != "m"}
    lists = dict.fromkeys(_LISTS if reads_residuals(spec) else _LISTS[:-1], "array<double>")
    fitted.pop("residuals")
    return own | fitted | lists | {"session": "array<date>"} | dict.fromkeys(series_names(spec), "array<double>")


def estimated(events: pa.Table, prices: pa.Table, spec: StudySpec) -> pa.Table:
    """Estimate the events (event_id, ticker, session) of some securities from their rows (ticker, session, series).

    Rows come in any order; the estimates have the columns of `columns`, one row an event.
    """
    tickers, code = coded(prices["ticker"])
    day = _days(prices["session"])
    order = np.argsort(code * _DAYS + day, kind="stable")
    keys = (code * _DAYS + day)[order]
    panel = _panel(prices.take(pa.array(order)), tickers, np.searchsorted(code[order], np.arange(len(tickers) + 1)))
    security = pc.index_in(events["ticker"], pa.array(tickers, pa.string()))
    number = pc.fill_null(security, -1).to_numpy().astype(np.int64)
    position = np.searchsorted(keys, number * _DAYS + _days(events["session"]))
    found = np.flatnonzero((number >= 0) & (np.append(keys, -1)[position] == number * _DAYS + _days(events["session"])))
    found = found[np.argsort(position[found], kind="stable")]
    rows = np.where(number >= 0, np.append(np.diff(panel.offsets), 0)[number], 0)
    key = events.select(["event_id", "ticker"]).append_column("rows", pa.array(rows))
    placed = _estimates(panel, key.take(pa.array(found)), number[found], position[found], spec)
    lost = key.take(pa.array(np.setdiff1d(np.arange(len(key)), found)))
    return pa.concat_tables([placed, lost], promote_options="default").select(list(columns(spec)))


def coded(names: pa.ChunkedArray) -> tuple[list[str], Integers]:
    """Return the distinct names in order and the place of each row's among them, without a sort of all rows."""
    found = names.combine_chunks().dictionary_encode()
    order = pc.array_sort_indices(found.dictionary).to_numpy()
    place_of = np.empty(len(order), dtype=np.int64)
    place_of[order] = np.arange(len(order))
    return found.dictionary.take(pa.array(order)).to_pylist(), place_of[found.indices.to_numpy()]


def fresh(security: Integers, own: Integers, rows: Integers, window: Window) -> tuple[Integers, Integers]:
    """Return start and end of the rows in the window of each event that are in no window before it.

    Events stand at rows `own` of securities with so many `rows`, in the order of security and row.
    """
    end = np.clip(own + window[1] + 1, 0, rows)
    start = np.clip(own + window[0], 0, end)
    met = security[1:] == security[:-1]
    start[1:][met] = np.maximum(start[1:], end[:-1])[met]
    return start, end


def ranges(start: Integers, counts: Integers) -> Integers:
    """Return the numbers from each start on, so many as its count says, one range after the other."""
    return np.repeat(start - (np.cumsum(counts) - counts), counts) + np.arange(counts.sum())


def _days(sessions: pa.ChunkedArray) -> Integers:
    days: Integers = sessions.to_numpy().astype("datetime64[D]").view(np.int64)
    return days


def _panel(rows: pa.Table, tickers: list[str], offsets: Integers) -> Panel:
    factors = tuple(name for name in rows.column_names if name in {"mkt_rf", "smb", "hml", "mom", "rmw", "cma"})
    one = {name: _floats(rows[name]) for name in ("benchmark", "risk_free", "turnover") if name in rows.column_names}
    return Panel(
        tickers=tickers,
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
    near = near_news(panel, _nothing()) if spec.exclude_confounded else None
    found = fits(panel, placed, spec, residuals=reads_residuals(spec), signs=reads_signs(spec), near=near)
    made = {column.name: getattr(found, column.name) for column in fields(Fit)}
    fitted = {name: _listed(made[name]) if name in _LISTS else pa.array(made[name]) for name in made}
    own, rows = position - placed.first, placed.end - placed.first

    def listed(window: Window, values: Column) -> pa.Array:
        start, end = fresh(security, own, rows, window)
        taken = pa.array(values[ranges(placed.first + start, end - start)])
        return pa.ListArray.from_arrays(pa.array(np.append([0], np.cumsum(end - start)).astype(np.int32)), taken)

    series = {name: listed(spec.window, _series(panel, name)) for name in series_names(spec)}
    session = {"session": listed(stretch(spec), panel.sessions)}
    names = {name: key[name] for name in key.column_names}
    return pa.table({**names, "position": pa.array(own), **fitted, **session, **series})


def _nothing() -> StudyEvents:
    """Return no events: the rows carry the mark of tagged events themselves."""
    return StudyEvents(event_id=np.array([], dtype=np.str_), security=np.array([], int), position=np.array([], int))


def _series(panel: Panel, name: str) -> Floats:
    return panel.factor(name) if name in panel.factor_names else panel.series(name)


def _listed(values: Floats) -> pa.Array:
    """Return (n, ...) numbers as one list a row; NaN stays NaN."""
    offsets = np.arange(len(values) + 1, dtype=np.int32) * np.int32(np.prod(values.shape[1:], dtype=np.int32))
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values.ravel()))


def _floats(column: pa.ChunkedArray) -> Floats:
    values: Floats = pc.fill_null(column.cast(pa.float64()), np.nan).to_numpy()
    return values
