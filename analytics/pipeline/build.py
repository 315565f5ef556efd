"""Versions built: the embedded sample, documents added and removed, prices imported, the default study kept beside."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from analytics.config import resource
from analytics.errors import RequestError
from analytics.news import Universe, load_universe, read_document, tag_document
from analytics.market import files
from analytics.pipeline.calendars import add_missing_lines, renew_sessions
from analytics.pipeline.rows import news_tables, universe_tables
from analytics.pipeline.sources import Source
from analytics.pipeline.studies import study
from analytics.records import Document, Event, Selection
from analytics.store import load, query, versions
from analytics.study import StudySpec

_READERS = {"prices": files.read_prices, "shares": files.read_shares, "fx": files.read_fx}


@dataclass(frozen=True, kw_only=True)
class Added:
    """What came of one document."""

    document: str
    outcome: str
    """read, partly read, refused, or unchanged where it was stored before"""
    stories: int
    reasons: tuple[str, ...] = ()
    """Why it was not read whole."""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What came of one file of prices, share counts or currency rates."""

    file: str
    table: str
    rows: int
    """Rows stored."""
    refused: tuple[str, ...]
    """Rows left out, each with its line and the reason."""


@dataclass(frozen=True, kw_only=True)
class _Reading:
    """A document read and tagged, not stored yet."""

    document: Document
    content: bytes
    events: tuple[Event, ...]


@cache
def universe() -> Universe:
    """Return the companies that come with newswake."""
    return load_universe(resource("data/universe"))


def sample_fingerprint() -> str:
    """Return a hash of everything the sample is built from: its files, the universe, and the code that reads them."""
    package = Path(__file__).parents[1]
    parts = [*resource("data").rglob("*"), *package.rglob("*.py"), *package.rglob("*.sql")]
    digest = hashlib.sha256()
    for path in sorted(set(parts)):
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def build_sample(connection: Any) -> None:
    """Fill an empty version with the embedded sample: its digest, companies, prices, share counts and rates."""
    folder = resource("data/sample")
    for table, content in universe_tables(universe()).items():
        load.insert(connection, table, content)
    for table, read in _READERS.items():
        load.insert(connection, table, read(folder / f"{table}.csv").rows)
    digest = folder / "digest.md"
    _store(connection, _read(Source(name=digest.name, data=digest.read_bytes())))
    _derive(connection)


def add(home: Path, sources: Iterable[Source], *, base: Path) -> list[Added]:
    """Read and tag the sources and publish them as one new version; where nothing is new, nothing is published.

    A document that was stored before, recognised by its bytes, changes nothing. `base` is the sample's version, from
    which a user's first version takes prices and companies.
    """
    stored = _stored_hashes(home)
    outcomes, fresh = [], []
    for source in sources:
        reading = None if source.fault else _read(source)
        outcomes.append(_outcome(source, reading, stored))
        if reading and outcomes[-1].outcome != "unchanged":
            fresh.append(reading)
            stored[reading.document.sha256] = reading.document.document
    if any(reading.document.outcome != "refused" for reading in fresh):
        with versions.writing(home, start=base, clear=_clear_sample) as connection:
            for reading in fresh:
                _store(connection, reading)
            _derive(connection)
    return outcomes
