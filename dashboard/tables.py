"""The tables that pages show, put together from what `source` reads."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from analytics.pipeline.studies import Study
from analytics.records import Selection
from analytics.study import StudySpec
from analytics.study.conventions import CONVENTIONS
from dashboard import source

_RULES: tuple[Literal["same", "previous", "next"], ...] = ("same", "previous", "next")
_BY_RULE = ["session", "car", "t_car", "df", "p_car", "m"]


def marks(ticker: str, closes: pa.Table) -> tuple[pa.Table, int]:
    """Return the news of a security that falls among its closes, and how many stories fall outside them."""
    told = source.ask("ticker_events", ticker=ticker)
    if closes.num_rows == 0:
        return told.slice(0, 0), told.num_rows
    span = pc.min_max(closes["session"])
    inside = told.filter(
        pc.and_(pc.greater_equal(told["session"], span["min"]), pc.less_equal(told["session"], span["max"]))
    )
    return inside, told.num_rows - inside.num_rows


def briefly(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return the headlines of some events, and the companies that they name in the reader's words."""
    names, comma = source.company_names(), source.words()("list.comma")
    told = [comma.join(names.get(one["company"], one["company"]) for one in row["companies"]) for row in rows]
    return pa.table({"headline": pa.array([row["headline"] for row in rows], pa.string()), "companies": told})


def headlined(rows: pa.Table) -> pa.Table:
    """Return rows that have an event_id with the headline of each."""
    told = source.stories()
    return rows.append_column(
        "headline", pa.array([told[one]["headline"] for one in rows["event_id"].to_pylist()], pa.string())
    )


def tags(document: str) -> pa.Table:
    """Return the tags of a document, each with its company or type in the reader's words as `tag`."""
    rows = source.ask("event_tags", document=document)
    names = source.company_names()
    said = [
        source.words().code("type", row["value"]) if row["kind"] == "type" else names.get(row["value"], row["value"])
        for row in rows.to_pylist()
    ]
    return rows.append_column("tag", pa.array(said, pa.string()))


def pictures(document: str, event_ids: set[str]) -> dict[tuple[str, str], pa.Table]:
    """Return the event window of each security of a document that the default study keyed by one of some events."""
    windows = source.ask("document_windows", document=document)
    windows = windows.filter(pc.is_in(windows["event_id"], pa.array(list(event_ids), pa.string())))
    pairs = windows.group_by(["event_id", "ticker"]).aggregate([]).to_pylist()
    return {(row["event_id"], row["ticker"]): only(windows, **row) for row in pairs}


def by_rule(event_id: str, ticker: str, role: str, spec: StudySpec) -> pa.Table:
    """Return the result of one event and security under each date rule, one row a rule; columns as `by_event`."""
    chosen = Selection(event_ids=(event_id,), tickers=(ticker,), roles=(role,))
    parts = []
    for rule in _RULES:
        rows = source.study(chosen, replace(spec, date_rule=rule)).by_event
        parts.append(rows.select(_BY_RULE).add_column(0, "date_rule", pa.array([rule] * rows.num_rows, pa.string())))
    return pa.concat_tables(parts)


def only(rows: pa.Table, **values: object) -> pa.Table:
    """Return the rows that hold these values."""
    for name, value in values.items():
        rows = rows.filter(pc.equal(rows[name], value))
    return rows


def tests(found: Study, first: int, last: int) -> pa.Table:
    """Return the statistics of one window over all events, those that exist first, with name and what each asks."""
    rows = only(found.statistics, scope="window", group="all", from_offset=first, to_offset=last)
    told = [CONVENTIONS[name] for name in rows["statistic"].to_pylist()]
    asks = [one.chinese if source.words().language == "zh" else one.english for one in told]
    rows = _named(rows).append_column("asks", pa.array(asks, pa.string()))
    exists = pc.is_valid(rows["p"])
    return pa.concat_tables([rows.filter(exists), rows.filter(pc.invert(exists))])


def _named(rows: pa.Table) -> pa.Table:
    names = [source.words().code("test", one) for one in rows["statistic"].to_pylist()]
    return rows.append_column("name", pa.array(names, pa.string()))


def grid(selection: Selection, spec: StudySpec) -> pa.Table:
    """Return the tests of the selected events under other models, estimation windows and date rules."""
    return _named(source.grid(selection, spec))


def groups(found: Study) -> pa.Table:
    """Return the groups of a study over its whole window, with csect_t and its p adjusted over the groups."""
    first, last = found.spec.window
    whole = only(found.summary, scope="window", from_offset=first, to_offset=last)
    tests = only(found.statistics, scope="window", from_offset=first, to_offset=last, statistic="csect_t")
    return whole.join(tests.select(["group", "p", "p_bh"]), keys=["group"]).sort_by([("n", "descending")])


def overtakes(persist: int, last: date) -> pa.Table:
    """Return the overtakes up to a day with the headline that claims each: those with one first, then the latest.

    `cause` is the basis, but for an order that a new share count changed and the prices did not.
    """
    found = source.ask("overtakes", persist=persist, first_date=None, last_date=last)
    told = source.ask("overtake_headlines").select(
        ["session", "overtaker", "overtaken", "event_id", "headline", "verdict"]
    )
    rows = found.join(told, keys=["session", "overtaker", "overtaken"])
    rows = rows.sort_by([("session", "descending"), ("overtaker_rank", "ascending")])
    by_count = pc.binary_join_element_wise("shares", rows["basis"], "_")
    rows = rows.append_column("cause", pc.if_else(rows["by_share_count"], by_count, rows["basis"]))
    told_of = pc.is_valid(rows["event_id"])
    return pa.concat_tables([rows.filter(told_of), rows.filter(pc.invert(told_of))])


def steps_by_count(paths: pa.Table, last: date) -> list[dict[str, Any]]:
    """Return the overtakes by or of a company of `paths` that a new share count made, and no price, oldest first."""
    companies, first = set(paths["company"].to_pylist()), pc.min(paths["day"]).as_py()
    found = source.ask("overtakes", persist=1, first_date=first, last_date=last).to_pylist()
    return [
        row
        for row in found
        if row["by_share_count"]
        and row["basis"] == "close"
        and companies & {row["overtaker_company"], row["overtaken_company"]}
    ]
