"""Which test answers to which convention, and the rows they make for every group, day and window."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from analytics.study import compat, nonparametric, parametric, ranks, resampling
from analytics.study.abnormal import Abnormal
from analytics.study.clustering import Overlap, overlap
from analytics.study.conventions import CONVENTIONS, Scope
from analytics.study.panel import Column, Integers, StudyEvents
from analytics.study.residuals import Residuals
from analytics.study.sample import Sample, Test
from analytics.study.spec import StudySpec, Window, days, inside

ALL = "all"
"""Name of the group of every event."""

RESAMPLING = ("skew_t_boot", "placebo")
"""Statistics computed only when they are named: they draw."""


@dataclass(frozen=True, kw_only=True)
class Method:
    """How a convention is computed, and what it needs."""

    test: Callable[[Sample], Test]
    reads_residuals: bool = False
    reads_correlation: bool = False
    for_bhar: bool = False


METHODS: Mapping[str, Method] = {
    "t_ar": Method(test=parametric.t_single),
    "t_car": Method(test=parametric.t_single),
    "csect_t": Method(test=parametric.csect_t, for_bhar=True),
    "cluster_t_date": Method(test=parametric.cluster_t_date, for_bhar=True),
    "cluster_t_security": Method(test=parametric.cluster_t_security, for_bhar=True),
    "cluster_t_both": Method(test=parametric.cluster_t_both, for_bhar=True),
    "j1": Method(test=parametric.j1),
    "cda": Method(test=parametric.cda, reads_residuals=True),
    "patell": Method(test=parametric.patell),
    "patell_classic": Method(test=parametric.patell_classic),
    "patell_adj": Method(test=parametric.patell_adj, reads_residuals=True, reads_correlation=True),
    "bmp": Method(test=parametric.bmp),
    "bmp_adj": Method(test=parametric.bmp_adj, reads_residuals=True, reads_correlation=True),
    "sign": Method(test=nonparametric.sign),
    "gsign": Method(test=nonparametric.gsign),
    "wilcoxon": Method(test=nonparametric.wilcoxon, for_bhar=True),
    "sq_rank": Method(test=ranks.sq_rank, reads_residuals=True),
    "corrado": Method(test=ranks.corrado, reads_residuals=True),
    "corrado_cum": Method(test=ranks.corrado_cum, reads_residuals=True),
    "corrado_zivney": Method(test=ranks.corrado_zivney, reads_residuals=True),
    "grank_t": Method(test=ranks.grank_t, reads_residuals=True),
    "grank_z": Method(test=ranks.grank_z, reads_residuals=True),
    "grank_t_adj": Method(test=ranks.grank_t_adj, reads_residuals=True, reads_correlation=True),
    "skew_t": Method(test=resampling.skew_t, for_bhar=True),
    "skew_t_boot": Method(test=resampling.skew_t_boot, for_bhar=True),
    "jackknife": Method(test=resampling.jackknife),
}

PROFILES: Mapping[str, Mapping[str, Method]] = {
    "estudy2": {
        **{name: METHODS[name] for name in ("csect_t", "patell", "bmp", "cda", "sign", "wilcoxon")},
        "bw80": Method(test=compat.bw80),
        "lamb": Method(test=compat.lamb, reads_residuals=True),
        "gsign": Method(test=compat.gsign),
        "corrado": Method(test=compat.corrado, reads_residuals=True),
        "modified_rank": Method(test=compat.modified_rank, reads_residuals=True),
        "corrado_sign": Method(test=compat.corrado_sign, reads_residuals=True),
    },
    "lemaire": {"pooled_t": Method(test=compat.pooled_t)},
}
"""What stands in place of METHODS under another program's conventions."""


def methods(spec: StudySpec) -> Mapping[str, Method]:
    """Return the tests that the study can compute."""
    return METHODS if spec.compat is None else PROFILES[spec.compat]


def chosen(spec: StudySpec) -> list[str]:
    """Return the convention ids to compute: those of the spec, else all but the resampling ones."""
    if spec.statistics is not None:
        return list(spec.statistics)
    return [name for name in methods(spec) if name not in RESAMPLING]


def reads_residuals(spec: StudySpec) -> bool:
    """Return whether any chosen statistic looks at the estimation window day by day."""
    return any(method.reads_residuals for name, method in methods(spec).items() if name in chosen(spec))


@dataclass(frozen=True, kw_only=True)
class Group:
    """The observations of one group: one an event, or the first of those on the same security and session."""

    name: str
    members: Integers
    """(n,) rows of the study's events."""
    overlap: Overlap
    """Over the days of the event window, then the tested windows."""
    samples: tuple[tuple[Scope, tuple[Window, ...], Sample], ...]
    """The sample of days and the sample of tested windows, with the window of each column."""


def groups(
    events: StudyEvents, dates: Column, found: Abnormal, kept: Residuals | None, spec: StudySpec
) -> Iterator[Group]:
    """Yield the group of all events, then one a tag in the order of names. `dates` (n,) are of session 0."""
    correlated = any(method.reads_correlation for name, method in methods(spec).items() if name in chosen(spec))
    for name, everyone in _tags(events):
        members = everyone[first_of_each(events.position[everyone])]
        part = found.part(members)
        standardised = np.hstack([part.sar, part.scar])
        windows = (*days(spec.window), *spec.tested)
        met = (
            overlap(kept, members, tuple(inside(w, spec.window) for w in windows), np.isfinite(standardised))
            if kept is not None and correlated
            else Overlap.unknown(len(windows))
        )
        yield Group(
            name=name,
            members=members,
            overlap=met,
            samples=tuple(_samples(part, members, events, dates, kept, met, spec)),
        )


def rows(group: Group, spec: StudySpec) -> Iterator[dict[str, Column]]:
    """Yield the rows of every chosen statistic over the days and windows of a group."""
    for scope, windows, sample in group.samples:
        for name in chosen(spec):
            method = methods(spec).get(name)
            if method and scope in CONVENTIONS[name].scopes:
                test = _test(method, scope, sample, spec)
                yield statistic_rows(group.name, scope, windows, sample, name, test)


def _test(method: Method, scope: Scope, sample: Sample, spec: StudySpec) -> Test:
    if scope == "window" and spec.kind == "bhar" and not method.for_bhar:
        return Test.missing(sample.n, "not_for_bhar")
    return method.test(sample)


def statistic_rows(
    group: str, scope: Scope, windows: tuple[Window, ...], sample: Sample, name: str, test: Test
) -> dict[str, Column]:
    """Return one statistic's rows, one a column of the sample."""
    columns = len(windows)
    text = {"scope": scope, "group": group, "statistic": name, "warning": test.warning}
    repeated = {key: np.full(columns, value, dtype=object) for key, value in text.items()}
    return {
        "scope": repeated["scope"],
        "group": repeated["group"],
        "from_offset": np.array([window[0] for window in windows], dtype=np.int64),
        "to_offset": np.array([window[1] for window in windows], dtype=np.int64),
        "statistic": repeated["statistic"],
        "mean": sample.mean,
        "value": test.value,
        "df": test.df,
        "n": test.n,
        "p": test.p,
        "p_one_sided": test.p_one_sided,
        "sides": np.full(columns, test.sides),
        "m_min": np.full(columns, sample.m.min() if len(sample.m) else 0),
        "reason": test.reason,
        "warning": repeated["warning"],
    }


def _tags(events: StudyEvents) -> Iterator[tuple[str, Integers]]:
    yield ALL, np.arange(len(events))
    if events.group is not None:
        names, codes = np.unique(events.group, return_inverse=True)
        for i, name in enumerate(names):
            yield str(name), np.flatnonzero(codes == i)


def first_of_each(position: Integers) -> Integers:
    """Return the indices of the first event on each security and session, in order; a row belongs to one security."""
    return np.sort(np.unique(position, return_index=True)[1])


def _samples(
    found: Abnormal,
    members: Integers,
    events: StudyEvents,
    dates: Column,
    kept: Residuals | None,
    met: Overlap,
    spec: StudySpec,
) -> Iterator[tuple[Scope, tuple[Window, ...], Sample]]:
    sar = found.sar
    every_day = days(spec.window)
    by_day = tuple(inside(day, spec.window) for day in every_day)
    by_window = tuple(inside(window, spec.window) for window in spec.tested)
    daily = Sample(
        values=found.ar,
        standardised=sar,
        summed=sar,
        variance=found.sigma[:, None] ** 2 * found.ar_factor,
        inside=by_day,
        correlation=met.r[: len(by_day)],
        m=found.m,
        sigma=found.sigma,
        parameters=spec.parameters,
        positive=found.positive,
        security=events.security[members],
        date=dates[members],
        members=members,
        residuals=kept,
        seed=spec.seed,
    )
    yield "day", every_day, daily
    yield (
        "window",
        spec.tested,
        replace(
            daily,
            values=found.bhar if spec.kind == "bhar" else found.car,
            standardised=found.scar,
            summed=np.stack([sar[:, part].sum(axis=1) for part in by_window], axis=1),
            variance=found.sigma[:, None] ** 2 * found.car_factor,
            inside=by_window,
            correlation=met.r[len(by_day) :],
        ),
    )
