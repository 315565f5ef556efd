"""A study from panel and events to its result: a pure function of arrays."""

from collections.abc import Iterator
from dataclasses import asdict

import numpy as np

from analytics.study.abnormal import Abnormal, abnormal_returns
from analytics.study.confounding import near_news
from analytics.study.fitting import fits
from analytics.study.groups import Estimated, Group, Judged, groups
from analytics.study.inference import (
    chosen,
    reads_correlation,
    reads_residuals,
    reads_signs,
    stacked,
    statistic_rows,
    statistics,
)
from analytics.study.models import Fit
from analytics.study.panel import ALL, Column, Panel, StudyEvents
from analytics.study.placebo import draw_rows, drawn_means, placebo
from analytics.study.reading import THRESHOLDS, diagnosis_rows, summary_rows, with_discoveries
from analytics.study.residuals import Residuals
from analytics.study.result import StudyResult
from analytics.study.spec import StudySpec
from analytics.study.threads import on_every_core
from analytics.study.windows import place


def run(panel: Panel, events: StudyEvents, spec: StudySpec) -> StudyResult:
    """Estimate and test the study of `events`. Errors of the data are InputError, those of the spec RequestError."""
    events.check(panel)
    placed = place(panel, events.security, events.position)
    near = near_news(panel, events) if spec.exclude_confounded else None
    read = reads_residuals(spec)
    return judge(panel, events, fits(panel, placed, spec, residuals=read, signs=reads_signs(spec), near=near), spec)


def judge(panel: Panel, events: StudyEvents, fitted: Fit, spec: StudySpec) -> StudyResult:
    """Test the study of `events` from the fitted models of them all, wherever those were made."""
    placed = place(panel, events.security, events.position)
    residuals = Residuals.of(fitted.residuals, panel, placed, spec) if reads_residuals(spec) else None
    everything = abnormal_returns(panel, placed, fitted, spec, residuals=residuals)
    reason = _exclusions(everything, spec)
    used, left_out = np.flatnonzero(reason == ""), np.flatnonzero(reason != "")
    found, kept, pairs = everything.part(used), events.part(used), everything.m[left_out]
    del everything, fitted  # of many events these are gigabytes
    if residuals is not None and len(left_out):
        residuals = residuals.part(used)
    study = Estimated(events=kept, dates=panel.sessions[kept.position], abnormal=found, residuals=residuals, spec=spec)

    def tell(group: Group) -> list[tuple[str, dict[str, Column]]]:
        rows: list[tuple[str, dict[str, Column]]] = []
        for judged in group.judged():
            rows.extend(_rows(panel, judged, study))
            del judged  # before the next one is made
        return rows

    told = list(on_every_core(tell, groups(study, correlated=reads_correlation(spec))))
    tables = {
        table: stacked([rows for group in told for name, rows in group if name == table])
        for table in dict.fromkeys(name for group in told for name, _ in group)
    }
    return StudyResult(
        spec=spec,
        panel=panel,
        events=kept,
        abnormal=found,
        statistics=with_discoveries(tables["statistics"], ALL),
        summary=tables["summary"],
        diagnosis=tables["diagnosis"],
        placebo=tables.get("placebo", {}),
        excluded={
            "event_id": events.event_id[left_out],
            "ticker": np.asarray(panel.tickers, dtype=object)[events.security[left_out]],
            "m": pairs,
            "reason": reason[left_out],
        },
        manifest={
            "spec": asdict(spec),
            "events": len(events),
            "with_result": len(used),
            "excluded": len(left_out),
            "thresholds": dict(THRESHOLDS),
        },
    )


def _rows(panel: Panel, judged: Judged, study: Estimated) -> Iterator[tuple[str, dict[str, Column]]]:
    """Yield the rows of one sample, each with the name of the table they belong to."""
    for rows in statistics(judged, study.spec):
        yield "statistics", rows
    yield "summary", summary_rows(judged)
    if judged.scope == "window":
        yield "diagnosis", diagnosis_rows(judged, study.spec)
        if "placebo" in chosen(study.spec):
            drawn = drawn_means(panel, study.events, judged, study.spec)
            yield "statistics", statistic_rows(judged, "placebo", placebo(judged, drawn))
            yield "placebo", draw_rows(judged, drawn)


def _exclusions(found: Abnormal, spec: StudySpec) -> Column:
    """Return (n,) why an event has no result, "" where it has one."""
    reason = np.full(len(found.m), "", dtype=object)
    reason[np.isnan(found.ar).all(axis=1)] = "no_event_returns"
    reason[np.isnan(found.beta).any(axis=1)] = "collinear_regressors"
    reason[found.m < spec.min_estimation] = "short_estimation"
    return reason
