"""Documents added to the user's data: found, read on every core, and published with what came of each."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

from analytics.errors import InputError
from analytics.pipeline.build import Reading, derive, read, store_readings, universe
from analytics.pipeline.publish import writing
from analytics.pipeline.sources import Source, find_sources
from analytics.store import query, versions

BATCH = 500
"""Documents published at once: an interrupted run loses fewer than these."""
BATCH_BYTES = 32 << 20
"""Bytes of documents from which on they are published: what is read and not stored yet is held in memory."""
MANY = 100
"""Documents from which on further processes are worth the seconds that they take to start."""


@dataclass(frozen=True, kw_only=True)
class Added:
    """What came of one document."""

    document: str
    outcome: str
    """read, partly read, refused, or unchanged where it was stored before"""
    stories: int
    reasons: tuple[str, ...] = ()
    """Why it was not read whole."""


def add_documents(
    home: Path, what: Iterable[str], *, progress: Callable[[Added], None] = lambda _: None
) -> list[Added]:
    """Read and tag files, folders or feeds and publish what is new, a version for every few hundred documents.

    A document that was stored before, recognised by its bytes, is not read again, so an interrupted run goes on where
    it stopped. A document that cannot be read is listed as refused and the others go on.
    """
    stored = _stored(home)
    names = {one.document for one in stored.values()}
    added: list[Added] = []
    for batch in _batches(_sources(what)):
        added += _add_batch(home, batch, stored, names, progress)
    return added


def _batches(sources: Iterator[Source]) -> Iterator[list[Source]]:
    batch: list[Source] = []
    for source in sources:
        batch.append(source)
        if len(batch) == BATCH or sum(len(one.data) for one in batch) >= BATCH_BYTES:
            yield batch
            batch = []
    if batch:
        yield batch


def _add_batch(
    home: Path, sources: list[Source], stored: dict[str, Added], names: set[str], progress: Callable[[Added], None]
) -> list[Added]:
    """Add some sources; `stored` holds what came of every document so far by the hash of its bytes, `names` theirs."""
    readings = _readings(home, [source for source in sources if not source.fault and _hash(source) not in stored])
    added, fresh = [], []
    for source in sources:
        if source.fault:
            added.append(Added(document=source.name, outcome="refused", stories=0, reasons=(source.fault,)))
        elif (known := stored.get(_hash(source))) is not None:
            added.append(_again(source.name, known))
        else:
            reading = _distinct(home, next(readings), names)
            names.add(reading.document.document)
            added.append(_outcome(reading))
            stored[reading.document.sha256] = added[-1]
            if reading.document.outcome != "refused":
                stored[reading.document.sha256] = _unchanged(reading.document.document, len(reading.document.items))
                fresh.append(reading)
        progress(added[-1])
    if fresh:
        with writing(home) as connection:
            store_readings(connection, fresh, universe(home))
            derive(connection)
    return added


def _readings(home: Path, sources: list[Source]) -> Iterator[Reading]:
    """Read and tag sources in order; the same bytes are read once."""
    once = list({_hash(source): source for source in reversed(sources)}.values())[::-1]
    if len(once) < MANY:
        yield from (_read(home, source) for source in once)
        return
    # Spawned, not forked: the dashboard's process has threads.
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        yield from pool.map(_read, [home] * len(once), once, chunksize=10)


def _read(home: Path, source: Source) -> Reading:
    return read(source.name, source.data, universe(home))


def _hash(source: Source) -> str:
    return hashlib.sha256(source.data).hexdigest()


def _stored(home: Path) -> dict[str, Added]:
    """Return what a further telling of each stored document comes to, by the hash of its bytes."""
    version = versions.current(home)
    if version is None:
        return {}
    with versions.open_version(version) as connection:
        rows = query.run(connection, "stored_documents").to_pylist()
    return {row["sha256"]: _unchanged(row["document"], row["stories"]) for row in rows}


def _unchanged(document: str, stories: int) -> Added:
    return Added(document=document, outcome="unchanged", stories=stories)


def _again(name: str, known: Added) -> Added:
    """Return what came of a document whose bytes are those of `known`, under the name that it was given by."""
    same = () if name == known.document else (f"Same as {known.document}.",)
    return replace(known, document=name, reasons=known.reasons + same)


def _distinct(home: Path, reading: Reading, names: set[str]) -> Reading:
    """Return the reading under its name; where another document bears the name already, the hash tells them apart."""
    document = reading.document
    if document.document not in names:
        return reading
    return read(f"{document.document}~{document.sha256[:6]}", reading.content, universe(home))


def _sources(what: Iterable[str]) -> Iterator[Source]:
    for one in what:
        try:
            yield from find_sources(one)
        except InputError as error:
            yield Source(name=one, fault=str(error))


def _outcome(reading: Reading) -> Added:
    document = reading.document
    return Added(
        document=document.document, outcome=document.outcome, stories=len(document.items), reasons=document.reasons
    )
