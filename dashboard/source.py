"""What the pages read: the version that is published now, the studies of it, and the language of the reader."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from analytics.config import data_home
from analytics.pipeline.panels import GroupBy
from analytics.pipeline.snapshot import Snapshot, open_snapshot
from analytics.pipeline.studies import Study
from analytics.ranking import Ranking
from analytics.records import Selection
from analytics.report.look import GREEN_UP, RED_UP, Look
from analytics.report.words import Words, language_of
from analytics.store import versions
from analytics.store.console import Console
from analytics.study import StudySpec, specifications
from analytics.study.conventions import CONVENTIONS

_RULES: tuple[Literal["same", "previous", "next"], ...] = ("same", "previous", "next")
_BY_RULE = ["session", "car", "t_car", "df", "p_car", "m"]


def home() -> Path:
    """Return the folder of the user's data."""
    return data_home()


def snapshot() -> Snapshot:
    """Return the version that is published now; each is opened once, whoever looks at it."""
    sample = bool(os.environ.get("NEWSWAKE_SAMPLE"))
    own = None if sample else versions.current(home())
    return _opened(home(), own.number if own else 0)


# A newer version is noticed by its number; the older one is closed when no page holds it any longer.
@st.cache_resource(max_entries=2, show_spinner=False)
def _opened(home: Path, number: int) -> Snapshot:
    return open_snapshot(home, sample=number == 0)


def is_own() -> bool:
    """Return whether the user's own data are shown, not the embedded sample."""
    return snapshot().version.number > 0


def shown(words: Words) -> str:
    """Say what data are shown."""
    number = snapshot().version.number
    [last] = ask("last_session")["session"].to_pylist()
    return words("source.own", number=number, last=last or "–") if number else words("source.sample", last=last)


def ask(name: str, **parameters: object) -> pa.Table:
    """Return one of newswake's own queries of the current version."""
    return _asked(snapshot().version.path, name, parameters)


@st.cache_resource(max_entries=64, show_spinner=False)
def _asked(version: Path, name: str, parameters: dict[str, object]) -> pa.Table:  # noqa: ARG001  # version: cache key
    return snapshot().ask(name, **parameters)


def events(selection: Selection) -> pa.Table:
    """Return the selected events of the current version."""
    return _told(snapshot().version.path, selection)


@st.cache_resource(max_entries=32, show_spinner=False)
def _told(version: Path, selection: Selection) -> pa.Table:  # noqa: ARG001  # version: cache key
    return snapshot().events(selection)


def choices() -> tuple[list[str], list[str], list[str]]:
    """Return the event types, the listed companies and the sources that the events of the current version name."""
    return _choices(snapshot().version.path)


@st.cache_resource(max_entries=2, show_spinner=False)
def _choices(version: Path) -> tuple[list[str], list[str], list[str]]:  # noqa: ARG001  # version: cache key
    told = events(Selection())
    types = {kind for kinds in told["types"].to_pylist() for kind in kinds}
    companies = {one["company"] for several in told["companies"].to_pylist() for one in several if one["ticker"]}
    sources = {one for source in told["source"].to_pylist() for one in source.split("、") if one}
    return sorted(types), sorted(companies), sorted(sources)


def newest(documents: Sequence[Mapping[str, Any]]) -> int:
    """Return the place of the newest document that holds a story: the newest of all may be a stub."""
    return next((number for number, row in enumerate(documents) if row["stories"]), 0)


def titled(document: Mapping[str, Any], words: Words) -> str:
    """Return a document's day and title, and that it holds no story where that is so."""
    name = f"{document['issue_date'] or ''} {document['title'] or document['document']}"
    return name if document["stories"] else f"{name} ({words('today.no_story')})"


def marks(ticker: str, closes: pa.Table) -> tuple[pa.Table, int]:
    """Return the news of a security that falls among its closes, and how many stories fall outside them."""
    told = ask("ticker_events", ticker=ticker)
    if closes.num_rows == 0:
        return told.slice(0, 0), told.num_rows
    span = pc.min_max(closes["session"])
    inside = told.filter(
        pc.and_(pc.greater_equal(told["session"], span["min"]), pc.less_equal(told["session"], span["max"]))
    )
    return inside, told.num_rows - inside.num_rows


def wanted() -> list[str]:
    """Return the tickers that the stored events need, benchmarks and currencies among them."""
    return sorted(ask("fetch_needs", today=datetime.now(UTC).date())["ticker"].to_pylist())


def event_ids(document: str) -> tuple[str, ...]:
    """Return the events of a document, in its order."""
    return tuple(ask("document_events", document=document)["event_id"].to_pylist())


def stories() -> Mapping[str, Mapping[str, Any]]:
    """Return every event of the current version by id, newest document first."""
    return _stories(snapshot().version.path)


@st.cache_resource(max_entries=2, show_spinner=False)
def _stories(version: Path) -> dict[str, dict[str, Any]]:  # noqa: ARG001  # version: cache key
    return {row["event_id"]: row for row in events(Selection()).to_pylist()}


def briefly(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return the headlines of some events, and the companies that they name in the reader's words."""
    names, comma = company_names(), words()("list.comma")
    told = [comma.join(names.get(one["company"], one["company"]) for one in row["companies"]) for row in rows]
    return pa.table({"headline": pa.array([row["headline"] for row in rows], pa.string()), "companies": told})


def headlined(rows: pa.Table) -> pa.Table:
    """Return rows that have an event_id with the headline of each."""
    told = stories()
    return rows.append_column(
        "headline", pa.array([told[one]["headline"] for one in rows["event_id"].to_pylist()], pa.string())
    )


def tags(document: str) -> pa.Table:
    """Return the tags of a document, each with its company or type in the reader's words as `tag`."""
    rows = ask("event_tags", document=document)
    names = company_names()
    said = [
        words().code("type", row["value"]) if row["kind"] == "type" else names.get(row["value"], row["value"])
        for row in rows.to_pylist()
    ]
    return rows.append_column("tag", pa.array(said, pa.string()))


def claims(event_ids: tuple[str, ...]) -> pa.Table:
    """Return the checked claims of these events, of all where there are none."""
    return ask("claims", event_ids=list(event_ids) or None)


def pictures(document: str, event_ids: set[str]) -> dict[tuple[str, str], pa.Table]:
    """Return the event window of each security of a document that the default study keyed by one of some events."""
    windows = ask("document_windows", document=document)
    windows = windows.filter(pc.is_in(windows["event_id"], pa.array(sorted(event_ids), pa.string())))
    pairs = windows.group_by(["event_id", "ticker"]).aggregate([]).to_pylist()
    return {(row["event_id"], row["ticker"]): only(windows, **row) for row in pairs}


def study(selection: Selection, spec: StudySpec, by: GroupBy | None = None) -> Study:
    """Return a study of the current version."""
    return _studied(snapshot().version.path, selection, spec, by)


@st.cache_resource(max_entries=32, show_spinner=False)
def _studied(version: Path, selection: Selection, spec: StudySpec, by: GroupBy | None) -> Study:  # noqa: ARG001  # version: cache key
    return snapshot().study(selection, spec, by=by)


def benchmarks(found: Study) -> list[str]:
    """Return what the securities of a study of the current version were held against."""
    return snapshot().benchmarks(found)


def by_rule(event_id: str, ticker: str, role: str, spec: StudySpec) -> pa.Table:
    """Return the result of one event and security under each date rule, one row a rule; columns as `by_event`."""
    chosen = Selection(event_ids=(event_id,), tickers=(ticker,), roles=(role,))
    parts = []
    for rule in _RULES:
        rows = study(chosen, replace(spec, date_rule=rule)).by_event
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
    asks = [one.chinese if words().language == "zh" else one.english for one in told]
    rows = _named(rows).append_column("asks", pa.array(asks, pa.string()))
    exists = pc.is_valid(rows["p"])
    return pa.concat_tables([rows.filter(exists), rows.filter(pc.invert(exists))])


def _named(rows: pa.Table) -> pa.Table:
    names = [words().code("test", one) for one in rows["statistic"].to_pylist()]
    return rows.append_column("name", pa.array(names, pa.string()))


def grid(selection: Selection, spec: StudySpec) -> pa.Table:
    """Return the tests of the selected events under other models, estimation windows and date rules."""
    return _named(_gridded(snapshot().version.path, selection, spec))


@st.cache_resource(max_entries=8, show_spinner=True)
def _gridded(version: Path, selection: Selection, spec: StudySpec) -> pa.Table:  # noqa: ARG001  # version: cache key
    return snapshot().grid(specifications(spec), selection)


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
    found = ask("overtakes", persist=persist, first_date=None, last_date=last)
    told = ask("overtake_headlines").select(["session", "overtaker", "overtaken", "event_id", "headline", "verdict"])
    rows = found.join(told, keys=["session", "overtaker", "overtaken"])
    rows = rows.sort_by([("session", "descending"), ("overtaker_rank", "ascending")])
    by_count = pc.binary_join_element_wise("shares", rows["basis"], "_")
    rows = rows.append_column("cause", pc.if_else(rows["by_share_count"], by_count, rows["basis"]))
    told_of = pc.is_valid(rows["event_id"])
    return pa.concat_tables([rows.filter(told_of), rows.filter(pc.invert(told_of))])


def steps_by_count(paths: pa.Table, last: date) -> list[dict[str, Any]]:
    """Return the overtakes by or of a company of `paths` that a new share count made, and no price, oldest first."""
    companies, first = set(paths["company"].to_pylist()), pc.min(paths["day"]).as_py()
    found = ask("overtakes", persist=1, first_date=first, last_date=last).to_pylist()
    return [
        row
        for row in found
        if row["by_share_count"]
        and row["basis"] == "close"
        and companies & {row["overtaker_company"], row["overtaken_company"]}
    ]


def console() -> Console:
    """Return this session's SQL console on the current version."""
    return _console(snapshot().version.path)


@st.cache_resource(max_entries=2, show_spinner=False, scope="session")
def _console(version: Path) -> Console:
    return Console(version)


def ranking(day: date | None) -> Ranking:
    """Return the ranking of the current version at a day."""
    return _ranked(snapshot().version.path, day)


@st.cache_resource(max_entries=32, show_spinner=False)
def _ranked(version: Path, day: date | None) -> Ranking:  # noqa: ARG001  # version: cache key
    return snapshot().rank(day)


def words() -> Words:
    """Return the words of the reader's language: the one chosen, else the browser's."""
    return Words(language=st.session_state.get("app_lang") or language_of(st.context.locale))


def look() -> Look:
    """Return the colours of rising and falling that the reader chose."""
    return RED_UP if st.session_state.get("app_colours") == "red_up" else GREEN_UP


def company_names() -> dict[str, str]:
    """Return the issuers' names in the reader's language, by canonical name."""
    if words().language == "en":
        return {}
    rows = ask("companies").to_pylist()
    return {row["company"]: row["name_zh"] for row in rows if row["name_zh"]}
