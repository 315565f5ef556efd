"""Which test answers to which convention, and the rows they make for every group, day and window."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from analytics.errors import RequestError
from analytics.study import compat, nonparametric, parametric, ranks, resampling
from analytics.study.conventions import CONVENTIONS, Scope
from analytics.study.groups import Judged
from analytics.study.panel import Column
from analytics.study.sample import Outcome, Sample
from analytics.study.spec import StudySpec

RESAMPLING = ("skew_t_boot", "placebo")
"""Statistics computed only when they are named: they draw."""


@dataclass(frozen=True, kw_only=True)
class Method:
    """How a convention is computed, and what it needs."""

    test: Callable[[Sample], Outcome]
    reads_residuals: bool = False
    reads_correlation: bool = False
    reads_signs: bool = False
    """Whether it needs the share of estimation residuals above 0."""
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
    "gsign": Method(test=nonparametric.gsign, reads_signs=True),
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


def _used(spec: StudySpec) -> list[Method]:
    return [methods(spec)[name] for name in chosen(spec) if name in methods(spec)]


def reads_residuals(spec: StudySpec) -> bool:
    """Return whether any chosen statistic looks at the estimation window day by day."""
    return any(method.reads_residuals for method in _used(spec))


def reads_correlation(spec: StudySpec) -> bool:
    """Return whether any chosen statistic reads how observations hang together."""
    return any(method.reads_correlation for method in _used(spec))


def reads_signs(spec: StudySpec) -> bool:
    """Return whether any chosen statistic reads how many residuals are above 0."""
    return any(method.reads_signs for method in _used(spec))


def statistics(judged: Judged, spec: StudySpec) -> Iterator[dict[str, Column]]:
    """Yield the rows of every chosen statistic over the days or windows of a group."""
    for name in chosen(spec):
        method = methods(spec).get(name)
        if method and judged.scope in CONVENTIONS[name].scopes:
            yield statistic_rows(judged, name, _test(method, judged.scope, judged.sample, spec))


def _test(method: Method, scope: Scope, sample: Sample, spec: StudySpec) -> Outcome:
    if scope == "window" and spec.kind == "bhar" and not method.for_bhar:
        return Outcome.missing(sample.n, "not_for_bhar")
    return method.test(sample)


def statistic_rows(judged: Judged, name: str, test: Outcome) -> dict[str, Column]:
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
