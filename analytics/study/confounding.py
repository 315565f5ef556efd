"""Other news of the same security: which events meet it, and which sessions leave their estimation sample."""

import numpy as np

from analytics.study.panel import Column, Floats, Panel, StudyEvents, Table
from analytics.study.spec import Window
from analytics.study.windows import Placement, cut

_AROUND = 1
"""Sessions before and after a tagged event that leave the estimation sample."""


def tagged_rows(panel: Panel, events: StudyEvents) -> Column:
    """Return (R,) whether a tagged event of the security stands on a row: the panel's own mark, else the events."""
    if panel.tagged is not None:
        return panel.tagged
    tagged = np.zeros(len(panel.sessions), dtype=np.bool_)
    tagged[events.position] = True
    return tagged


def near_news(panel: Panel, events: StudyEvents) -> Floats:
    """Return (R,) 1 on sessions -1..+1 around every tagged event of the security, else 0."""
    tagged = np.flatnonzero(tagged_rows(panel, events))
    security = np.searchsorted(panel.offsets, tagged, side="right") - 1
    near = np.zeros(len(panel.sessions))
    for step in range(-_AROUND, _AROUND + 1):
        rows = tagged + step
        near[rows[(rows >= panel.offsets[security]) & (rows < panel.offsets[security + 1])]] = 1.0
    return near


def others_near(near: Floats, events: Placement, window: Window) -> Column:
    """Return (n, L) whether a session lies near other news; an event's own sessions -1..+1 do not count."""
    offsets = np.arange(window[0], window[1] + 1)
    apart: Column = (cut(near, events, window) == 1) & (np.abs(offsets) > _AROUND)
    return apart


def confounders(panel: Panel, events: StudyEvents, window: Window) -> Table:
    """Return every other event of the same security with its session 0 inside an event's window.

    Columns: event_id, ticker, other_event_id, offset. Key: event_id, ticker, other_event_id.
    """
    order = np.argsort(events.position, kind="stable")
    position = events.position[order]
    first = panel.offsets[events.security] - events.position
    last = panel.offsets[events.security + 1] - 1 - events.position
    start = np.searchsorted(position, events.position + np.maximum(window[0], first), side="left")
    end = np.searchsorted(position, events.position + np.minimum(window[1], last), side="right")
    mine = np.repeat(np.arange(len(events)), end - start)
    within = np.arange(len(mine)) - np.repeat(np.cumsum(end - start) - (end - start), end - start)
    theirs = order[start[mine] + within]
    mine, theirs = mine[mine != theirs], theirs[mine != theirs]
    return {
        "event_id": events.event_id[mine],
        "ticker": np.asarray(panel.tickers, dtype=object)[events.security[mine]],
        "other_event_id": events.event_id[theirs],
        "offset": events.position[theirs] - events.position[mine],
    }
