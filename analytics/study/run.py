"""A study from panel and events to its result: a pure function of arrays."""

from dataclasses import asdict

import numpy as np

from analytics.study.abnormal import Abnormal, estimate
from analytics.study.confounding import near_news
from analytics.study.inference import groups, reads_residuals, rows
from analytics.study.panel import Column, Panel, StudyEvents, Table
from analytics.study.residuals import Residuals
from analytics.study.result import StudyResult
from analytics.study.spec import StudySpec
from analytics.study.windows import place


def run(panel: Panel, events: StudyEvents, spec: StudySpec) -> StudyResult:
    """Estimate and test the study of `events`. Errors of the data are InputError, those of the spec RequestError."""
    events.check(panel)
    placed = place(panel, events.security, events.position)
    residuals = Residuals.empty(panel, placed, spec) if reads_residuals(spec) else None
    near = near_news(panel, events) if spec.exclude_confounded else None
    everything = estimate(panel, placed, spec, residuals=residuals, near=near)
    reason = _exclusions(everything, spec)
    used, left_out = np.flatnonzero(reason == ""), np.flatnonzero(reason != "")
    found, kept = everything.part(used), events.part(used)
    if residuals is not None and len(left_out):
        residuals = residuals.part(used)
    tested = groups(kept, panel.sessions[kept.position], found, residuals, spec)
    return StudyResult(
        spec=spec,
        panel=panel,
        events=kept,
        abnormal=found,
        statistics=_stacked([part for group in tested for part in rows(group, spec)]),
        excluded={
            "event_id": events.event_id[left_out],
            "ticker": np.asarray(panel.tickers, dtype=object)[events.security[left_out]],
            "m": everything.m[left_out],
            "reason": reason[left_out],
        },
        manifest={"spec": asdict(spec), "events": len(events), "with_result": len(used), "excluded": len(left_out)},
    )


def _exclusions(found: Abnormal, spec: StudySpec) -> Column:
    """Return (n,) why an event has no result, "" where it has one."""
    reason = np.full(len(found.m), "", dtype=object)
    reason[np.isnan(found.ar).all(axis=1)] = "no_event_returns"
    reason[np.isnan(found.beta).any(axis=1)] = "collinear_regressors"
    reason[found.m < spec.min_estimation] = "short_estimation"
    return reason


def _stacked(parts: list[dict[str, Column]]) -> Table:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
