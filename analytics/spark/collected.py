"""From the estimates of all workers to the result of the study, by the tests of `analytics.study`."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.errors import RequestError
from analytics.spark.kernel import series_names, stretch
from analytics.study import Panel, StudyEvents, StudyResult, StudySpec
from analytics.study.abnormal import Abnormal
from analytics.study.inference import chosen, reads_residuals
from analytics.study.panel import Column, Floats, Integers
from analytics.study.residuals import Residuals, by_chunk
from analytics.study.run import judge
from analytics.study.spec import FACTORS
from analytics.study.threads import on_every_core
from analytics.study.windows import place


def check(spec: StudySpec) -> None:
    """Raise RequestError where a statistic reads more than what workers give back."""
    if "placebo" in chosen(spec):
        raise RequestError(
            "The placebo test draws from the whole history of prices, which stays with the workers.",
            hint="Ask for it with --engine local.",
        )


def result(estimates: pa.Table, tags: pa.ChunkedArray | None, spec: StudySpec) -> StudyResult:
    """Return the result of the study of `estimates`, sorted by event_id and ticker; `tags` (n,) group the events.

    The panel of the result holds the rows around the events and no others: what by_day and the tests read.
    """
    tickers, security = np.unique(estimates["ticker"].to_numpy(), return_inverse=True)
    panel, position = _panel(estimates, tickers, security, spec)
    events = StudyEvents(
        event_id=np.array(estimates["event_id"].to_pylist(), dtype=np.str_),
        security=security,
        position=position,
        group=None if tags is None else np.array(tags.to_pylist(), dtype=np.str_),
    )
    found = Abnormal(**{column.name: _values(estimates[column.name]) for column in fields(Abnormal)})
    return judge(panel, events, found, _residuals(panel, events, estimates, found.ar, spec), spec)


def _panel(estimates: pa.Table, tickers: Column, security: Integers, spec: StudySpec) -> tuple[Panel, Integers]:
    """Return the union of the rows around the events, and the row of each event's session 0 in it.

    Stretches of one security that meet become one; gaps between others are never read, as every event has its own.
    """
    first, last = stretch(spec)
    own, rows = _values(estimates["position"]), _values(estimates["rows"])
    order = np.lexsort((own, security))
    start, end = np.maximum(own + first, 0)[order], np.minimum(own + last + 1, rows)[order]
    met = np.append([False], (np.diff(security[order]) == 0) & (start[1:] <= end[:-1]))
    new = np.where(met, end - np.append([0], end[:-1]), end - start)
    position = np.empty(len(own), dtype=np.int64)
    position[order] = np.cumsum(new) - (end - own[order])
    offset = first + np.arange(last - first + 1)
    fresh = (own[order, None] + offset >= (end - new)[:, None]) & (own[order, None] + offset < end[:, None])
    counts = np.bincount(security[order], weights=new, minlength=len(tickers)).astype(np.int64)
    panel = Panel(
        tickers=tickers.tolist(),
        offsets=np.append([0], np.cumsum(counts)),
        sessions=_values(estimates["session"])[order][fresh].astype("datetime64[D]"),
        returns=np.full(int(new.sum()), np.nan),
    )
    return _with_series(panel, estimates, security, position, spec), position


def _with_series(panel: Panel, estimates: pa.Table, security: Integers, position: Integers, spec: StudySpec) -> Panel:
    rows = position[:, None] + np.arange(spec.window[0], spec.window[1] + 1)
    placed = place(panel, security, position)
    inside = (rows >= placed.first[:, None]) & (rows < placed.end[:, None])
    columns: dict[str, Any] = {}
    for name in series_names(spec):
        columns[name] = np.full(len(panel.sessions), np.nan)
        columns[name][rows[inside]] = _values(estimates[name])[inside]
    factors = FACTORS.get(spec.model, ())
    one = {name: column for name, column in columns.items() if name not in factors}
    several = np.column_stack([columns[name] for name in factors]) if factors else None
    return replace(panel, factors=several, factor_names=factors, **one)


def _residuals(panel: Panel, events: StudyEvents, estimates: pa.Table, ar: Floats, spec: StudySpec) -> Residuals | None:
    if not reads_residuals(spec):
        return None
    values = _values(estimates["residuals"])
    kept = Residuals.empty(panel, place(panel, events.security, events.position), spec)

    def rank(part: slice) -> None:
        kept.fill(part, values[part], ar[part])

    for _ in on_every_core(rank, [part for part, _ in by_chunk(np.arange(len(values)))]):
        pass
    return kept


def _values(column: pa.ChunkedArray) -> Column:
    """Return numbers (n,), or (n, T) where each row lists T."""
    if not pa.types.is_list(column.type):
        return np.asarray(column.to_numpy())
    flat = pc.list_flatten(column).to_numpy()
    return np.asarray(flat.reshape(len(column), -1) if len(column) else flat.reshape(0, 0))
