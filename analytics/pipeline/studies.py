"""A study of stored events: the selected pairs through the engine, with what was left out and what else went on."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analytics.errors import NothingFound
from analytics.pipeline.panels import GroupBy, Panels, events_of
from analytics.records import Selection
from analytics.store import query
from analytics.study import StudyResult, StudySpec, Table, run
from analytics.study import calendar_time as portfolio
from analytics.study import grid as specifications

_KEY = [("event_id", "ascending"), ("ticker", "ascending")]


@dataclass(frozen=True, kw_only=True)
class Study:
    """The tables of a study, each sorted by its key; units stand in the column comments of the stored default study."""

    spec: StudySpec
    selection: Selection
    by_day: pa.Table
    """event_id, ticker, offset, session, ret, expected, ar, car, sar, ..."""
    by_event: pa.Table
    """event_id, ticker, company, role, type, modality, rule, session, m, alpha, beta, sigma, car, t_car, p_car, ..."""
    by_window: pa.Table
    """event_id, ticker, from_offset, to_offset, car, t_car, p_car, ...: every tested window"""
    statistics: pa.Table
    """scope, group, from_offset, to_offset, statistic, value, df, n, p, reason, ..."""
    summary: pa.Table
    """scope (day, window, path), group, from_offset, to_offset, n, mean, lower, upper, smallest_effect, ..."""
    diagnosis: pa.Table
    """group, from_offset, to_offset, clustered, variance_raised, thin, recommended: which test to trust"""
    placebo: pa.Table
    """group, from_offset, to_offset, draw, mean on drawn dates; no column unless the placebo test was asked for"""
    confounding: pa.Table
    """event_id, ticker, other_event_id, offset, ...: other news of the security inside the event window"""
    excluded: pa.Table
    """event_id, ticker, company, reason: every pair of the selection that is not in by_event"""
    manifest: dict[str, Any]
    """Parameters, conventions, data version and counts."""

    def tables(self) -> dict[str, pa.Table]:
        """Return the tables by name; placebo where it was asked for."""
        drawn = ("placebo",) if self.placebo.num_columns else ()
        names = ("by_event", "by_day", "by_window", "statistics", "summary", "diagnosis", *drawn)
        return {name: getattr(self, name) for name in (*names, "confounding", "excluded")}


def study(
    connection: Any,
    selection: Selection,
    spec: StudySpec,
    *,
    data_version: str,
    panels: Panels | None = None,
    by: GroupBy | None = None,
    factors: pa.Table | None = None,
) -> Study:
    """Study the selected events under `spec`; one observation per story, issuer and session.

    `by` repeats the statistics for each group of events beside those of all; `factors` serve the factor models;
    `panels` keeps the series of this connection for further studies.
    Raises NothingFound where nothing is selected, RequestError where the model needs a series that nobody gave.
    """
    pairs = selected_pairs(connection, selection, spec)
    kept = pairs.filter(pc.is_null(pairs["reason"]))
    panel = (panels or Panels(connection)).of(spec, factors)
    result = run(panel, events_of(kept, panel, by), spec)
    confounding = _confounding(connection, result, spec)
    return assembled(pairs, result, confounding, selection=selection, data_version=data_version)


def grid(
    connection: Any, selection: Selection, specs: Iterable[StudySpec], *, factors: pa.Table | None = None
) -> pa.Table:
    """Return the window statistics of the selected events under each specification, with its choices beside them.

    Each date rule places the events anew. Key: specification, group, from_offset, to_offset, statistic.
    """
    parts = []
    number, panels = 0, Panels(connection)
    for _, same in groupby(specs, key=lambda spec: (spec.date_rule, spec.benchmark, spec.model, spec.kind)):
        alike = list(same)
        pairs = selected_pairs(connection, selection, alike[0])
        kept = pairs.filter(pc.is_null(pairs["reason"]))
        panel = panels.of(alike[0], factors)
        rows = as_table(specifications(panel, events_of(kept, panel, None), alike))
        place = rows.column_names.index("specification")
        parts.append(rows.set_column(place, "specification", pc.add(rows["specification"], number)))
        number += len(alike)
    return pa.concat_tables(parts, promote_options="permissive")


def calendar_time(
    connection: Any, selection: Selection, spec: StudySpec, *, hold: int, factors: pa.Table | None = None
) -> pa.Table:
    """Return the daily abnormal return of holding each security for `hold` sessions from its events on."""
    pairs = selected_pairs(connection, selection, spec)
    kept = pairs.filter(pc.is_null(pairs["reason"]))
    panel = Panels(connection).of(spec, factors)
    return as_table(portfolio(panel, events_of(kept, panel, None), spec, hold=hold))


def parameters(selection: Selection) -> dict[str, object]:
    """Return a selection as query parameters: an empty list takes everything, which is null for SQL."""
    return {
        name: (list(value) or None) if isinstance(value, tuple) else value for name, value in asdict(selection).items()
    }


def as_table(columns: Table) -> pa.Table:
    """Return the engine's columns as a table: NaN, NaT and the empty reason become null."""
    made = {
        name: pa.array(column, pa.string() if column.dtype.kind in "OU" else None, from_pandas=True)
        for name, column in columns.items()
    }
    if "reason" in made:
        made["reason"] = pc.if_else(pc.equal(made["reason"], ""), None, made["reason"])
    return pa.table(made)


def selected_pairs(connection: Any, selection: Selection, spec: StudySpec) -> pa.Table:
    """Return each selected event with its security and session, or why it is left out (study_pairs.sql)."""
    pairs = query.run(connection, "study_pairs", **parameters(selection), date_rule=spec.date_rule, merge=True)
    if pairs.num_rows == 0:
        raise NothingFound(
            "No stored event with a company fits the selection.",
            hint="Widen it, or list the events with `newswake events`.",
        )
    return pairs


def assembled(
    pairs: pa.Table, result: StudyResult, confounding: pa.Table, *, selection: Selection, data_version: str
) -> Study:
    """Return a result as tables, beside what is known of its pairs and of the other news in its windows."""
    described = pairs.filter(pc.is_null(pairs["reason"])).select(
        ["event_id", "ticker", "company", "role", "type", "modality", "rule"]
    )
    by_event = as_table(result.by_event).join(described, keys=["event_id", "ticker"], join_type="left outer")
    found = Study(
        spec=result.spec,
        selection=selection,
        by_day=as_table(result.by_day),
        by_event=by_event.sort_by(_KEY),
        by_window=as_table(result.by_window),
        statistics=as_table(result.statistics),
        summary=as_table(result.summary),
        diagnosis=as_table(result.diagnosis),
        placebo=as_table(result.placebo),
        confounding=confounding,
        excluded=_excluded(pairs, result, described),
        manifest={},
    )
    return replace(found, manifest=_manifest(found, result, data_version))


def _confounding(connection: Any, result: StudyResult, spec: StudySpec) -> pa.Table:
    first, last = spec.window
    event_ids, tickers = (result.by_event[name].tolist() for name in ("event_id", "ticker"))
    return query.run(connection, "confounding", event_ids=event_ids, tickers=tickers, first=first, last=last)


def _excluded(pairs: pa.Table, result: StudyResult, described: pa.Table) -> pa.Table:
    """Return the pairs that the selection leaves out and those that the engine could not study."""
    left_out = pairs.filter(pc.is_valid(pairs["reason"])).select(["event_id", "ticker", "company", "reason"])
    companies = described.select(["event_id", "ticker", "company"])
    dropped = as_table(result.excluded).join(companies, keys=["event_id", "ticker"], join_type="left outer")
    return pa.concat_tables([left_out, dropped.select(left_out.column_names).cast(left_out.schema)]).sort_by(_KEY)


def _manifest(found: Study, result: StudyResult, data_version: str) -> dict[str, Any]:
    confounded = len(set(zip(*(found.confounding[name].to_pylist() for name in ("event_id", "ticker")), strict=True)))
    return {
        **result.manifest,
        "data_version": data_version,
        "selection": {name: value for name, value in asdict(found.selection).items() if value},
        "pairs": {
            "selected": found.by_event.num_rows + found.excluded.num_rows,
            "studied": found.by_event.num_rows,
            "excluded": found.excluded.num_rows,
            "excluded_by_reason": dict(Counter(found.excluded["reason"].to_pylist()).most_common()),
            "confounded": confounded,
        },
    }
