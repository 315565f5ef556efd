"""Which test answers to which convention, and the rows they make for every group, day and window."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from analytics.errors import RequestError
from analytics.study import compat, nonparametric, parametric, ranks, resampling
from analytics.study.abnormal import Abnormal
from analytics.study.clustering import Overlap, overlaps
from analytics.study.conventions import CONVENTIONS, Scope
from analytics.study.panel import Column, Floats, Integers, StudyEvents
from analytics.study.residuals import GroupResiduals, Residuals
from analytics.study.sample import Sample, Test
from analytics.study.spec import StudySpec, Window, days, inside, path

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
    """Return the convention ids to compute: those of the spec, else all but the resampling ones.

    RequestError where one does not exist under the spec's conventions.
    """
    known = [*methods(spec), "placebo"]
    for name in spec.statistics or ():
        if name not in known:
            raise RequestError(
                f"The statistic {name} does not exist under the conventions asked for (compat {spec.compat}).",
                hint=f"Choose among {', '.join(known)}.",
            )
    if spec.statistics is not None:
        return list(spec.statistics)
    return [name for name in methods(spec) if name not in RESAMPLING]


def reads_residuals(spec: StudySpec) -> bool:
    """Return whether any chosen statistic looks at the estimation window day by day."""
    return any(method.reads_residuals for name, method in methods(spec).items() if name in chosen(spec))


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The sample of one group and scope, and how its observations hang together."""

    group: str
    members: Integers
    """(n,) places of the observations among the study's events."""
    scope: Scope
    """day and window are tested; path, the sum from the first day to each day, is what a chart draws."""
    windows: tuple[Window, ...]
    """(T,) of the columns."""
    sample: Sample
    overlap: Overlap
    thin: Floats
    """(n,) share of estimation sessions without a return, or with one of 0."""

    @cached_property
    def key(self) -> dict[str, Column]:
        """Group and window of each column."""
        windows = np.array(self.windows, dtype=np.int64)
        return {
            "scope": np.full(len(windows), self.scope, dtype=object),
            "group": np.full(len(windows), self.group, dtype=object),
            "from_offset": windows[:, 0],
            "to_offset": windows[:, 1],
        }


def judged(
    events: StudyEvents, dates: Column, found: Abnormal, kept: Residuals | None, spec: StudySpec
) -> Iterator[Callable[[], list[Judged]]]:
    """Yield what returns the samples of all events, then of one tag after the other in the order of names.

    `dates` (n,) are of session 0. Of the events of a group on one security and session the first is the observation.
    """
    tags = {name: rows[first_of_each(events.position[rows])] for name, rows in _tags(events)}
    for (name, members), met in zip(tags.items(), _overlaps(list(tags.values()), found, kept, spec), strict=True):
        own = None if kept is None else GroupResiduals(study=kept, members=members)
        yield partial(_judged, name, members, found, events.security[members], dates[members], own, met, spec)


def _judged(
    group: str,
    members: Integers,
    everything: Abnormal,
    security: Integers,
    dates: Column,
    own: GroupResiduals | None,
    met: Overlap,
    spec: StudySpec,
) -> list[Judged]:
    found, start, outcome = everything.part(members), 0, []
    for scope, windows, sample in _samples(found, security, dates, own, spec):
        overlap = met.part(slice(start, start + len(windows)))
        start += len(windows)
        outcome.append(
            Judged(
                group=group,
                members=members,
                scope=scope,
                windows=windows,
                sample=replace(sample, correlation=overlap.r),
                overlap=overlap,
                thin=found.thin,
            )
        )
    return outcome


def _overlaps(members: list[Integers], found: Abnormal, kept: Residuals | None, spec: StudySpec) -> Iterable[Overlap]:
    windows = tuple(inside(window, spec.window) for window in (*days(spec.window), *spec.tested, *path(spec.window)))
    asked = any(method.reads_correlation for name, method in methods(spec).items() if name in chosen(spec))
    if kept is None or not asked:
        return (Overlap.unknown(len(windows)) for _ in members)
    return overlaps(
        kept, members, windows, np.isfinite(np.hstack([found.sar, found.scar, np.cumsum(found.sar, axis=1)]))
    )


def statistics(judged: Judged, spec: StudySpec) -> Iterator[dict[str, Column]]:
    """Yield the rows of every chosen statistic over the days or windows of a group."""
    for name in chosen(spec):
        method = methods(spec).get(name)
        if method and judged.scope in CONVENTIONS[name].scopes:
            yield statistic_rows(judged, name, _test(method, judged.scope, judged.sample, spec))


def _test(method: Method, scope: Scope, sample: Sample, spec: StudySpec) -> Test:
    if scope == "window" and spec.kind == "bhar" and not method.for_bhar:
        return Test.missing(sample.n, "not_for_bhar")
    return method.test(sample)


def statistic_rows(judged: Judged, name: str, test: Test) -> dict[str, Column]:
    """Return one statistic's rows, one a column of the sample."""
    sample, columns = judged.sample, len(judged.windows)
    return {
        **judged.key,
        "statistic": np.full(columns, name, dtype=object),
        "mean": sample.mean,
        "value": test.value,
        "df": test.df,
        "n": test.n,
        "p": test.p,
        "p_one_sided": test.p_one_sided,
        "sides": np.full(columns, test.sides),
        "m_min": np.full(columns, sample.m.min() if len(sample.m) else 0),
        "reason": test.reason,
        "warning": np.full(columns, test.warning, dtype=object),
    }


def stacked(parts: list[dict[str, Column]]) -> dict[str, Column]:
    """Return tables of the same columns, one below the other."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


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
    found: Abnormal, security: Integers, dates: Column, kept: GroupResiduals | None, spec: StudySpec
) -> Iterator[tuple[Scope, tuple[Window, ...], Sample]]:
    sar = found.sar

    def sample(windows: tuple[Window, ...], values: Floats, standardised: Floats, factor: Floats) -> Sample:
        parts = tuple(inside(window, spec.window) for window in windows)
        return Sample(
            values=values,
            standardised=standardised,
            sar=sar,
            factor=factor,
            inside=parts,
            correlation=np.full(len(parts), np.nan),
            m=found.m,
            sigma=found.sigma,
            parameters=spec.parameters,
            positive=found.positive,
            security=security,
            date=dates,
            residuals=kept,
            seed=spec.seed,
        )

    every_day, every_path = days(spec.window), path(spec.window)
    yield "day", every_day, sample(every_day, found.ar, sar, found.ar_factor)
    values = found.bhar if spec.kind == "bhar" else found.car
    yield "window", spec.tested, sample(spec.tested, values, found.scar, found.car_factor)
    summed = np.cumsum(found.ar, axis=1)
    yield (
        "path",
        every_path,
        sample(every_path, summed, found.standardised(summed, found.path_factor), found.path_factor),
    )
