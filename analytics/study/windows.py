"""Event-by-offset blocks cut out of the panel's flat series."""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from analytics.study.panel import Floats, Integers, Panel
from analytics.study.spec import Window, length


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where n events stand: the rows of their session 0 and the first row and end of their securities."""

    position: Integers
    """(n,)"""
    first: Integers
    """(n,)"""
    end: Integers
    """(n,) one past the security's last row."""

    def part(self, chosen: slice | Integers) -> "Placement":
        """Return the placement of some of the events."""
        return Placement(position=self.position[chosen], first=self.first[chosen], end=self.end[chosen])


def place(panel: Panel, security: Integers, position: Integers) -> Placement:
    """Return the placement of events given by security and row of session 0."""
    return Placement(position=position, first=panel.offsets[security], end=panel.offsets[security + 1])


def cut(column: Floats, events: Placement, window: Window) -> Floats:
    """Return the (n, L) values of a series in the window of each event; NaN where the security has no such row.

    A row of the sliding view is copied as one run of memory, several times faster than gathering by an index matrix;
    only events near the ends of their security need the index.
    """
    width = length(window)
    start = events.position + window[0]
    near = (start < events.first) | (start + width > events.end)
    if len(column) < width:
        return _cut_by_index(column, events, window)
    block = sliding_window_view(column, width)[np.clip(start, 0, len(column) - width)]
    if near.any():
        rows = np.flatnonzero(near)
        block[rows] = _cut_by_index(column, events.part(rows), window)
    return block


def cut_days(day_numbers: Integers, events: Placement, window: Window) -> Integers:
    """Return the (n, L) day numbers of a window; beyond the security's rows its first or last day is repeated."""
    rows = events.position[:, None] + np.arange(window[0], window[1] + 1)
    found: Integers = day_numbers[np.clip(rows, events.first[:, None], events.end[:, None] - 1)]
    return found


def _cut_by_index(column: Floats, events: Placement, window: Window) -> Floats:
    rows = events.position[:, None] + np.arange(window[0], window[1] + 1)
    inside = (rows >= events.first[:, None]) & (rows < events.end[:, None])
    values = column[np.where(inside, rows, events.position[:, None])]
    values[~inside] = np.nan
    return values
