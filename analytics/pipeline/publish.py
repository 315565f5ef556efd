"""Changes to the user's data: each one builds the next version beside the current one and publishes it whole."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from analytics.errors import InputError, NothingFound
from analytics.market.quality import flagged
from analytics.pipeline.build import (
    READERS,
    Reading,
    derive,
    fill_with_sample,
    read,
    sample_fingerprint,
    store_readings,
)
from analytics.pipeline.sources import Source, find_sources
from analytics.store import load, query, versions

BATCH = 500
"""Documents published at once: an interrupted run loses fewer than these."""


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
    """prices, shares or fx"""
    rows: int
    """Rows stored."""
    refused: tuple[str, ...]
    """Rows left out, each with its line and the reason."""


def add_documents(
    home: Path, what: Iterable[str], *, progress: Callable[[Added], None] = lambda _: None
) -> list[Added]:
    """Read and tag files, folders or feeds and publish what is new, a version for every few hundred documents.

    A document that was stored before, recognised by its bytes, changes nothing, so an interrupted run goes on where it
    stopped. A document that cannot be read is listed as refused and the others go on.
    """
    known = _known_documents(home)
    sources = _sources(what)
    added: list[Added] = []
    while batch := list(islice(sources, BATCH)):
        added += _add_batch(home, batch, known, progress)
    return added


def _add_batch(
    home: Path, sources: list[Source], known: dict[str, str], progress: Callable[[Added], None]
) -> list[Added]:
    added, fresh = [], []
    for source in sources:
        reading = None if source.fault else _read_as(source, known)
        added.append(_outcome(source, reading, known))
        if reading and added[-1].outcome in ("read", "partly read"):
            known[reading.document.sha256] = reading.document.document
            fresh.append(reading)
        progress(added[-1])
    if fresh:
        with writing(home) as connection:
            store_readings(connection, fresh)
            derive(connection)
    return added


def remove_document(home: Path, document: str) -> int:
    """Remove a document with all that was read from it and publish the rest; return how many events went.

    Raises NothingFound where no document of that name is stored.
    """
    names = sorted(_known_documents(home).values())
    if document not in names:
        hint = f"Stored are: {', '.join(names[:10])}." if names else "No document of yours is stored."
        raise NothingFound(f"No document is called {document!r}.", hint=hint)
    with writing(home) as connection:
        events: int = query.run(connection, "document_events", document=document).num_rows
        query.change(connection, "remove_document", document=document)
        derive(connection)
    return events


def import_files(home: Path, files: Iterable[tuple[str, Path]]) -> list[Imported]:
    """Import files of market data, given as (table, path), and publish them as one version.

    A row that was stored before is replaced; rows that cannot be used are listed with their line. Raises InputError
    where a file cannot be read at all; then nothing is published.
    """
    contents = [(table, path, READERS[table](path)) for table, path in files]
    with writing(home) as connection:
        for table, _, content in contents:
            rows = flagged(content.rows) if table == "prices" else content.rows
            load.replace(connection, table, rows)
        derive(connection)
    return [
        Imported(
            file=path.name, table=table, rows=content.rows.num_rows, refused=tuple(_sentences(path, content.refused))
        )
        for table, path, content in contents
    ]


def _sentences(path: Path, refused: Any) -> Iterator[str]:
    for row in refused.to_pylist():
        yield f"{path.name}, line {row['line']}: {row['reason']}"


def sample_version(home: Path) -> versions.Version:
    """Return the version of the embedded sample, built where it is missing."""
    return versions.sample(home, sample_fingerprint(), fill_with_sample)


@contextmanager
def writing(home: Path) -> Iterator[Any]:
    """Open the next version: a copy of the user's own, or of the sample without its digest where there is none yet."""
    first = versions.current(home) is None
    with versions.writing(home, base=sample_version(home).path if first else "current") as connection:
        if first:
            query.change(connection, "clear_news")
        yield connection


def _known_documents(home: Path) -> dict[str, str]:
    """Return the names of the user's documents by the hash of their bytes."""
    version = versions.current(home)
    if version is None:
        return {}
    with versions.open_version(version) as connection:
        rows = query.run(connection, "stored_documents").to_pylist()
    return {row["sha256"]: row["document"] for row in rows}


def _sources(what: Iterable[str]) -> Iterator[Source]:
    for one in what:
        try:
            yield from find_sources(one)
        except InputError as error:
            yield Source(name=one, fault=str(error))


def _read_as(source: Source, known: dict[str, str]) -> Reading:
    """Read a source under its name; where another document bears the name already, the hash tells them apart."""
    reading = read(source.name, source.data)
    document = reading.document
    taken = document.document in known.values() and document.sha256 not in known
    return read(f"{source.name}~{document.sha256[:6]}", source.data) if taken else reading


def _outcome(source: Source, reading: Reading | None, known: dict[str, str]) -> Added:
    if reading is None:
        return Added(document=source.name, outcome="refused", stories=0, reasons=(source.fault,))
    document = reading.document
    stored = known.get(document.sha256)
    if stored:
        return Added(document=stored, outcome="unchanged", stories=len(document.items))
    return Added(
        document=document.document, outcome=document.outcome, stories=len(document.items), reasons=document.reasons
    )
