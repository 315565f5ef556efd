"""What a version holds: the sample, documents with their events, market data, and what is derived from both."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from analytics.config import resource
from analytics.errors import NothingFound, RequestError
from analytics.market import files
from analytics.news.corrections import Correction, correct_events
from analytics.news.documents import read_document
from analytics.news.events import tag_document, undated_items
from analytics.news.universe import Universe, load_universe
from analytics.pipeline.calendars import add_missing_lines, renew_sessions
from analytics.pipeline.linking import link_stored
from analytics.pipeline.rows import news_tables, universe_tables
from analytics.pipeline.studies import Study, study
from analytics.records import Document, Event, Selection
from analytics.store import load, query
from analytics.store.relations import create_marts, create_tables, relations
from analytics.study import StudySpec

READERS = {"prices": files.read_prices, "shares": files.read_shares, "fx": files.read_fx}
"""Reader of each table of market data."""

_STUDY_TABLES = {
    "event_windows": "by_day",
    "event_results": "by_event",
    "study_statistics": "statistics",
    "study_exclusions": "excluded",
}


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A document read and tagged, not stored yet."""

    document: Document
    content: bytes
    events: tuple[Event, ...]


def universe(home: Path | None = None) -> Universe:
    """Return the companies that come with newswake, extended by the user's own in the folder `universe` of the home.

    Raises InputError with file and line where the user's own files have a fault; `newswake universe` lists them all.
    """
    own = home / "universe" if home else None
    if own is None or not own.is_dir():
        return _universe(None, 0)
    return _universe(own, max((file.stat().st_mtime_ns for file in own.iterdir()), default=0))


@cache
def _universe(own: Path | None, changed: int) -> Universe:  # noqa: ARG001  # part of the key: a changed file is read anew
    return load_universe(resource("data/universe"), *([own] if own else []))


def renew_universe(connection: Any, companies: Universe) -> None:
    """Write the tables of companies anew: newswake's own may be newer than the version, the user's may have changed."""
    query.change(connection, "clear_universe")
    for table, rows in universe_tables(companies).items():
        load.insert(connection, table, rows)


def read(name: str, content: bytes, companies: Universe) -> Reading:
    """Read and tag one document; a story that no day can be told for is a reason of the document."""
    document = read_document(name, content)
    undated = tuple(
        f"Line {item.line}: no day can be told for {item.headline!r}; begin the document with one, as in 2024-11-06."
        for item in undated_items(document)
    )
    if undated:
        document = replace(document, outcome="partly read", reasons=(*document.reasons, *undated))
    return Reading(document=document, content=content, events=tag_document(document, companies))


def sample_fingerprint() -> str:
    """Return a hash of all that the sample is built from: the data that come with newswake, and its code."""
    package = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted({*resource("data").rglob("*"), *package.rglob("*.py"), *package.rglob("*.sql")}):
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def fill_with_sample(connection: Any) -> None:
    """Fill an empty version with the embedded sample: digest, companies, prices, share counts and currency rates."""
    create_tables(connection)
    companies = universe()
    renew_universe(connection, companies)
    for table, reader in READERS.items():
        load.insert(connection, table, reader(resource(f"data/sample/{table}.csv")).rows)
    digest = resource("data/sample/digest.md")
    store_readings(connection, [read(digest.name, digest.read_bytes(), companies)], companies)
    derive(connection)


def store_readings(connection: Any, readings: Iterable[Reading], companies: Universe) -> None:
    """Store documents with their events, as corrected and linked, in the place of earlier ones of the same names."""
    readings = list(readings)
    # A document that is read anew, for a correction, is no newer for it.
    added_at = {row["document"]: row["added_at"] for row in query.run(connection, "stored_documents").to_pylist()}
    query.change(connection, "remove_documents", documents=[reading.document.document for reading in readings])
    events = _corrected(connection, [event for reading in readings for event in reading.events], companies)
    documents = [(reading.document, reading.content) for reading in readings]
    for table, rows in news_tables(documents, events, added_at).items():
        load.insert(connection, table, rows)
    if events:
        days = [event.event_date for event in events]
        link_stored(connection, min(days), max(days))


def _corrected(connection: Any, events: list[Event], companies: Universe) -> tuple[Event, ...]:
    rows = query.run(connection, "corrections", event_ids=[event.event_id for event in events]).to_pylist()
    corrections = [Correction(event_id=row["event_id"], field=row["field"], value=row["value"]) for row in rows]
    corrected, _ = correct_events(events, corrections, companies)
    return corrected


def derive(connection: Any) -> None:
    """Renew what follows from documents and market data: lines, sessions, and the default study."""
    add_missing_lines(connection)
    renew_sessions(connection)
    create_marts(connection)
    query.change(connection, "clear_study")
    try:
        default = study(connection, Selection(), StudySpec(), data_version="this version")
    except (NothingFound, RequestError):
        return  # no event yet, or no price to study it with: the tables stay empty
    _store_study(connection, default)


def _store_study(connection: Any, found: Study) -> None:
    for table, name in _STUDY_TABLES.items():
        rows = getattr(found, name)
        columns = [column for column in relations()[table].columns if column in rows.column_names]
        if rows.num_rows:
            load.insert(connection, table, rows.select(columns))
    manifest = [{"name": name, "value": json.dumps(value, default=str)} for name, value in found.manifest.items()]
    load.insert(connection, "study_manifest", pa.Table.from_pylist(manifest))
