"""A study from panel and events to its result: a pure function of arrays."""

from collections.abc import Callable, Iterator
from dataclasses import asdict

import numpy as np

from analytics.study import parametric
from analytics.study.abnormal import Abnormal, estimate
from analytics.study.panel import Integers, Panel, Strings, StudyEvents
from analytics.study.result import StudyResult, Table
from analytics.study.sample import Sample, Test, mean_and_deviation
from analytics.study.spec import StudySpec, Window, length
from analytics.study.windows import place

ALL = "all"
"""Name of the group of every event."""

_TESTS: dict[str, Callable[[Sample], Test]] = {
    "csect_t": parametric.csect_t,
    "j1": parametric.j1,
    "patell": parametric.patell,
    "bmp": parametric.bmp,
}


def run(panel: Panel, events: StudyEvents, spec: StudySpec) -> StudyResult:
    """Estimate and test the study of `events`. Errors of the data are InputError, those of the spec RequestError."""
    events.check(panel)
    found = estimate(panel, place(panel, events.security, events.position), spec)
    reason = _exclusions(found, spec)
    kept, left_out = np.flatnonzero(reason == ""), np.flatnonzero(reason != "")
    tickers = np.asarray(panel.tickers, dtype=object)
    remaining = found.part(kept)
    return StudyResult(
        spec=spec,
        panel=panel,
        events=events.part(kept),
        abnormal=remaining,
        statistics=_statistics(panel, events.part(kept), remaining, spec),
        excluded={
            "event_id": events.event_id[left_out],
            "ticker": tickers[events.security[left_out]],
            "m": found.m[left_out],
            "reason": reason[left_out],
        },
        manifest={"spec": asdict(spec), "events": len(events), "with_result": len(kept), "excluded": len(left_out)},
    )


def _exclusions(found: Abnormal, spec: StudySpec) -> Strings:
    """Return (n,) why an event has no result, "" where it has one."""
    reason = np.full(len(found.m), "", dtype=object)
    reason[np.isnan(found.ar).all(axis=1)] = "no_event_returns"
    reason[np.isnan(found.beta).any(axis=1)] = "collinear_regressors"
    reason[found.m < spec.min_estimation] = "short_estimation"
    return reason


def _statistics(panel: Panel, events: StudyEvents, found: Abnormal, spec: StudySpec) -> Table:
    """Return every statistic of every group, day and tested window, one row each."""
    parts = []
    for group, members in _groups(events):
        chosen = members[first_of_each(events.security[members], events.position[members])]
        for scope, windows, sample in _samples(panel, events.part(chosen), found.part(chosen), spec):
            parts += [_rows(scope, group, windows, name, test(sample), sample) for name, test in _TESTS.items()]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _groups(events: StudyEvents) -> Iterator[tuple[str, Integers]]:
    """Yield each group with its events: all of them first, then one group a tag in the order of names."""
    yield ALL, np.arange(len(events))
    if events.group is not None:
        names, members = np.unique(events.group, return_inverse=True)
        for i, name in enumerate(names):
            yield str(name), np.flatnonzero(members == i)


def first_of_each(security: Integers, position: Integers) -> Integers:
    """Return the indices of the first event on each security and session: one observation, however often it is told."""
    _, first = np.unique(np.stack([security, position]), axis=1, return_index=True)
    return np.sort(first)


def _samples(
    panel: Panel, events: StudyEvents, found: Abnormal, spec: StudySpec
) -> Iterator[tuple[str, tuple[Window, ...], Sample]]:
    """Yield the sample of days and the sample of tested windows of one group."""
    variance = found.sigma[:, None] ** 2
    days = tuple((day, day) for day in range(spec.window[0], spec.window[1] + 1))
    for scope, windows, values, standardised, factor in (
        ("day", days, found.ar, found.sar, found.ar_factor),
        ("window", spec.tested, found.car, found.scar, found.car_factor),
    ):
        sample = Sample(
            values=values,
            standardised=standardised,
            variance=variance * factor,
            lengths=np.array([length(window) for window in windows]),
            m=found.m,
            parameters=spec.parameters,
            positive=found.positive,
            security=events.security,
            date=panel.sessions[events.position],
        )
        yield scope, windows, sample


def _rows(
    scope: str, group: str, windows: tuple[Window, ...], statistic: str, test: Test, sample: Sample
) -> dict[str, Strings]:
    """Return the rows of one statistic over the columns of a sample."""
    columns = len(windows)
    mean, _, _ = mean_and_deviation(sample.values)
    return {
        "scope": np.full(columns, scope, dtype=object),
        "group": np.full(columns, group, dtype=object),
        "from_offset": np.array([window[0] for window in windows]),
        "to_offset": np.array([window[1] for window in windows]),
        "statistic": np.full(columns, statistic, dtype=object),
        "mean": mean,
        "value": test.value,
        "df": test.df,
        "n": test.n,
        "p": test.p,
        "m_min": np.full(columns, sample.m.min() if len(sample.m) else 0),
        "reason": test.reason,
    }
