"""The placebo test: how often the same securities show as much on dates without news."""

from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from analytics.study.abnormal import estimate
from analytics.study.confounding import tagged_rows
from analytics.study.groups import Judged
from analytics.study.panel import Column, Floats, Integers, Panel, StudyEvents
from analytics.study.sample import Outcome, other
from analytics.study.spec import StudySpec
from analytics.study.windows import place


@dataclass(frozen=True, kw_only=True)
class _Cluster:
    """Observations that share a date of session 0, and so move together to another."""

    members: Integers
    """(c,) places in the group."""
    dates: Column
    """(d,) dates on which every one of them could stand."""


def drawn_means(panel: Panel, events: StudyEvents, judged: Judged, spec: StudySpec) -> Floats:
    """Return (B, W) means of the tested windows on drawn dates; none where a date of the events has no dates to draw.

    One date is drawn for all observations of a date, among dates whose windows fit the rows of each security and hold
    no tagged event of it. Every draw estimates its model anew. One cluster with fewer dates than draws takes each once.
    """
    members = judged.members
    clusters = _clusters(panel, events, members, judged.sample.date, spec)
    if not clusters or any(len(cluster.dates) == 0 for cluster in clusters):
        return np.empty((0, len(judged.windows)))
    return _means(panel, _drawn_rows(panel, events.security[members], clusters, spec), spec)


def placebo(judged: Judged, drawn: Floats) -> Outcome:
    """Return the mean of each tested window with p among the (B, W) means on drawn dates (`placebo`)."""
    sample = judged.sample
    if len(drawn) == 0:
        return Outcome.missing(sample.n, "no_placebo_dates" if len(judged.members) else "too_few_events")
    found = np.isfinite(drawn)
    above = np.count_nonzero(found & (drawn >= sample.mean), axis=0)
    below = np.count_nonzero(found & (drawn <= sample.mean), axis=0)
    tail = (1 + np.minimum(above, below)) / (np.count_nonzero(found, axis=0) + 1)
    tail = np.where(np.isfinite(sample.mean), np.minimum(tail, 1.0), np.nan)
    reason = np.full(len(tail), "missing_return", dtype=object)
    return replace(other(sample.mean, sample.n, np.minimum(2 * tail, 1.0), reason), p_one_sided=tail)


def draw_rows(judged: Judged, drawn: Floats) -> dict[str, Column]:
    """Return one row a draw and tested window. Key: group, from_offset, to_offset, draw."""
    keys = {name: np.tile(column, len(drawn)) for name, column in judged.key.items() if name != "scope"}
    return {**keys, "draw": np.repeat(np.arange(1, len(drawn) + 1), drawn.shape[1]), "mean": drawn.ravel()}


def _clusters(panel: Panel, events: StudyEvents, members: Integers, dates: Column, spec: StudySpec) -> list[_Cluster]:
    free = _free_rows(panel, events, spec)
    _, code = np.unique(dates, return_inverse=True)
    order = np.argsort(code, kind="stable")
    clusters = []
    for part in np.split(order, np.flatnonzero(np.diff(code[order])) + 1) if len(order) else []:
        each = [free[s] for s in np.unique(events.security[members[part]])]
        clusters.append(_Cluster(members=part, dates=reduce(np.intersect1d, each)))
    return clusters


def _free_rows(panel: Panel, events: StudyEvents, spec: StudySpec) -> dict[int, Column]:
    """Return, for each security of the study, the dates whose windows fit and hold no tagged event."""
    before = np.concatenate([[0], np.cumsum(tagged_rows(panel, events))])
    lowest = min(spec.window[0], spec.estimation[0], 0)
    highest = max(spec.window[1], spec.estimation[1], 0)
    free = {}
    for security in np.unique(events.security):
        first, end = panel.offsets[security], panel.offsets[security + 1]
        rows = np.arange(first - lowest, max(end - highest, first - lowest))
        held = before[rows + spec.window[1] + 1] - before[rows + spec.window[0]]
        free[int(security)] = panel.sessions[rows[held == 0]]
    return free


def _drawn_rows(panel: Panel, security: Integers, clusters: list[_Cluster], spec: StudySpec) -> Integers:
    """Return (B, n) rows of session 0 of every draw."""
    rng, draws = np.random.default_rng(spec.seed), spec.placebo_draws
    if len(clusters) == 1:
        draws = min(draws, len(clusters[0].dates))
    rows = np.empty((draws, len(security)), dtype=np.int64)
    for cluster in clusters:
        picked = rng.choice(cluster.dates, size=draws, replace=len(clusters) > 1)
        for member in cluster.members:
            first, end = panel.offsets[security[member]], panel.offsets[security[member] + 1]
            rows[:, member] = first + np.searchsorted(panel.sessions[first:end], picked)
    return rows


def _means(panel: Panel, rows: Integers, spec: StudySpec) -> Floats:
    """Return (B, W) means of the tested windows over the observations of each draw that have them."""
    distinct, place_of = np.unique(rows, return_inverse=True)
    security = np.searchsorted(panel.offsets, distinct, side="right") - 1
    found = estimate(panel, place(panel, security, distinct), spec)
    values = found.bhar if spec.kind == "bhar" else found.car
    drawn = values[place_of.reshape(rows.shape)]
    present = np.isfinite(drawn)
    counts = np.count_nonzero(present, axis=1)
    return np.asarray(np.where(present, drawn, 0.0).sum(axis=1) / np.where(counts > 0, counts, np.nan))
