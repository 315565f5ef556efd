"""What the pages read: the version that is published now, the studies of it, and the language of the reader."""

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import streamlit as st

from analytics.config import data_home
from analytics.pipeline.corrections import TaggedField, tags_of
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


def wanted() -> list[str]:
    """Return the tickers that the stored events need, benchmarks and currencies among them."""
    return sorted(ask("fetch_needs", today=datetime.now(UTC).date())["ticker"].to_pylist())


def fields(event_id: str) -> list[TaggedField]:
    """Return the correctable fields of an event: what the rules say, and what the reader set right."""
    return _fields(snapshot().version.path, event_id)


@st.cache_resource(max_entries=32, show_spinner=False)
def _fields(version: Path, event_id: str) -> list[TaggedField]:  # noqa: ARG001  # version: cache key
    return tags_of(snapshot(), event_id)


def event_ids(document: str) -> tuple[str, ...]:
    """Return the events of a document, in its order."""
    return tuple(ask("document_events", document=document)["event_id"].to_pylist())


def stories() -> Mapping[str, Mapping[str, Any]]:
    """Return every event of the current version by id, newest document first."""
    return _stories(snapshot().version.path)


@st.cache_resource(max_entries=2, show_spinner=False)
def _stories(version: Path) -> dict[str, dict[str, Any]]:  # noqa: ARG001  # version: cache key
    return {row["event_id"]: row for row in events(Selection()).to_pylist()}


def claims(event_ids: tuple[str, ...]) -> pa.Table:
    """Return the checked claims of these events, of all where there are none."""
    return ask("claims", event_ids=list(event_ids) or None)


def study(selection: Selection, spec: StudySpec, by: GroupBy | None = None) -> Study:
    """Return a study of the current version."""
    return _studied(snapshot().version.path, selection, spec, by)


@st.cache_resource(max_entries=32, show_spinner=False)
def _studied(version: Path, selection: Selection, spec: StudySpec, by: GroupBy | None) -> Study:  # noqa: ARG001  # version: cache key
    return snapshot().study(selection, spec, by=by)


def benchmarks(found: Study) -> list[str]:
    """Return what the securities of a study of the current version were held against."""
    return snapshot().benchmarks(found)


def grid(selection: Selection, spec: StudySpec) -> pa.Table:
    """Return the tests of the selected events under other models, estimation windows and date rules."""
    return _gridded(snapshot().version.path, selection, spec)


@st.cache_resource(max_entries=8, show_spinner=True)
def _gridded(version: Path, selection: Selection, spec: StudySpec) -> pa.Table:  # noqa: ARG001  # version: cache key
    return snapshot().grid(specifications(spec), selection)


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
