"""From the fitted models of all workers to the result of the study, by the functions of `analytics.study`."""

from dataclasses import fields
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.errors import RequestError
from analytics.spark.kernel import coded, fresh, ranges, series_names, stretch
from analytics.study import Panel, StudyEvents, StudyResult, StudySpec
from analytics.study.inference import chosen
from analytics.study.models import Fit
from analytics.study.panel import Column, Integers
from analytics.study.run import judge
from analytics.study.spec import FACTORS, Window

Collected = dict[str, pa.ChunkedArray]
"""Columns of estimates by name. What has become an array is taken out: of many events, memory holds nothing twice."""


def check(spec: StudySpec) -> None:
    """Raise RequestError where a statistic reads more than what workers give back."""
    if "placebo" in chosen(spec):
        raise RequestError(
            "The placebo test draws from the whole history of prices, which stays with the workers.",
            hint="Ask for it with --engine local.",
        )


def result(estimates: Collected, tags: pa.ChunkedArray | None, spec: StudySpec) -> StudyResult:
    """Return the result of the study of `estimates` (n,), which come in any order and are used up.

    `tags` (n,) group the events and come in the order of event_id and ticker. The panel of the result holds the rows
    around the events and no others: what by_day and the tests read.
    """
    tickers, security = coded(estimates["ticker"])
    key = pa.table({name: estimates.pop(name) for name in ("event_id", "ticker")})
    order = pc.sort_indices(key, [(name, "ascending") for name in key.column_names]).to_numpy()
    panel, position = _panel(estimates, tickers, security, spec)
    events = StudyEvents(
        event_id=_words(key["event_id"])[order],
        security=security[order],
        position=position[order],
        group=None if tags is None else _words(tags),
    )
    del key
    return judge(panel, events, _fit(estimates, order), spec)


def _fit(estimates: Collected, order: Integers) -> Fit:
    names = [column.name for column in fields(Fit) if column.name in estimates]
    columns: dict[str, Any] = {name: _values(estimates.pop(name), order) for name in names}
    n, regressors = columns["beta"].shape
    columns["inverse"] = columns["inverse"].reshape(n, regressors, regressors)
    return Fit(**{"residuals": np.empty((n, 0))} | columns)


def _panel(estimates: Collected, tickers: list[str], security: Integers, spec: StudySpec) -> tuple[Panel, Integers]:
    """Return the union of the rows around the events, and the row of each event's session 0 in it.

    Stretches of one security that meet become one; gaps between others are never read, as every event has its own.
    """
    own, rows = (estimates.pop(name).to_numpy() for name in ("position", "rows"))
    order = np.lexsort((own, security))
    start, end = fresh(security[order], own[order], rows[order], stretch(spec))
    position = np.empty(len(own), dtype=np.int64)
    position[order] = np.cumsum(end - start) - (end - own[order])
    counts = np.bincount(security[order], weights=end - start, minlength=len(tickers)).astype(np.int64)

    def column(name: str, window: Window, empty: Column) -> Column:
        """Return a column of the panel from the lists of the events, of which each ends with the end of its window."""
        lists = estimates.pop(name)
        lengths = pc.list_value_length(lists).to_numpy()
        last = np.clip(own + window[1] + 1, 0, rows)
        empty[ranges(position - own + last - lengths, lengths)] = pc.list_flatten(lists).to_numpy()
        return empty

    total = int(counts.sum())
    sessions = column("session", stretch(spec), np.empty(total, dtype="datetime64[D]"))
    series = {name: column(name, spec.window, np.full(total, np.nan)) for name in series_names(spec)}
    factors = FACTORS.get(spec.model, ())
    several = np.column_stack([series.pop(name) for name in factors]) if factors else None
    panel = Panel(
        tickers=tickers,
        offsets=np.append([0], np.cumsum(counts)),
        sessions=sessions,
        factors=several,
        factor_names=factors,
        **series,
    )
    return panel, position


def _values(column: pa.ChunkedArray, order: Integers) -> Column:
    """Return numbers (n,), or (n, T) where each row lists T, in some order."""
    if not pa.types.is_list(column.type):
        return np.asarray(column.to_numpy()[order])
    flat = pc.list_flatten(column).to_numpy()
    return np.asarray(flat.reshape(len(column), -1) if len(column) else flat.reshape(0, 0))[order]


def _words(column: pa.ChunkedArray) -> Column:
    """Return words (n,) as NumPy has them, chunk by chunk: as objects of Python they would take twice the room."""
    return np.concatenate(
        [np.array(chunk.to_pylist(), dtype=np.str_) for chunk in column.chunks] or [np.array([], "U")]
    )
