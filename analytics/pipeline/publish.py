"""Changes to the user's data: each one builds the next version beside the current one and publishes it whole."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analytics.errors import NothingFound
from analytics.market.files import MarketFile
from analytics.market.quality import flagged
from analytics.pipeline.build import (
    READERS,
    derive,
    fill_with_sample,
    renew_universe,
    sample_fingerprint,
    universe,
)
from analytics.store import load, query, versions
from analytics.store.relations import create_tables, views_hash


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What came of one file of prices, share counts or currency rates."""

    file: str
    table: str
    """prices, shares or fx"""
    rows: int
    """Rows stored."""
    flagged: int
    """Those among them that fail a check; they are kept with its name."""
    refused: tuple[str, ...]
    """Rows left out, each with its line and the reason."""


def renewed(home: Path, version: versions.Version) -> versions.Version:
    """Return `version`, or where another newswake made its views the next: same rows; views, sessions, study anew."""
    if version.views == views_hash():
        return version
    with writing(home) as connection:
        query.change(connection, "clear_sessions")  # calendars are put right from release to release
        derive(connection)
    return versions.current(home) or version


def remove_document(home: Path, document: str) -> int:
    """Remove a document with all that was read from it and publish the rest; return how many events went.

    Raises NothingFound where no document of that name is stored.
    """
    if versions.current(home) is None:
        raise NothingFound("No document of yours is stored.", hint="Add one with `newswake add`.")
    with writing(home) as connection:
        names = query.run(connection, "stored_documents")["document"].to_pylist()
        if document not in names:
            hint = f"Stored are: {', '.join(sorted(names)[:10])}." if names else ""
            raise NothingFound(f"No document is called {document!r}.", hint=hint)
        events: int = query.run(connection, "document_events", document=document).num_rows
        query.change(connection, "remove_documents", documents=[document])
        derive(connection)
    return events


def import_files(home: Path, files: Iterable[tuple[str, Path]]) -> list[Imported]:
    """Import files of market data, given as (table, path), and publish them as one version.

    A row that was stored before is replaced; rows that cannot be used are listed with their line. Raises InputError
    where a file cannot be read at all; then nothing is published.
    """
    contents = [(table, path, READERS[table](path)) for table, path in files]
    with writing(home) as connection:
        imported = [_stored(connection, table, path, content) for table, path, content in contents]
        derive(connection)
    return imported


def _stored(connection: Any, table: str, path: Path, content: MarketFile) -> Imported:
    failing = 0
    if table == "prices":
        failing = _store_bars(connection, content.rows)
    else:
        load.replace(connection, table, content.rows)
    return Imported(
        file=path.name,
        table=table,
        rows=content.rows.num_rows,
        flagged=failing,
        refused=tuple(_sentences(path, content.refused)),
    )


def _store_bars(connection: Any, bars: pa.Table) -> int:
    """Store checked bars and return how many fail a check; stored ones beside them are checked again with them."""
    spans = bars.group_by("ticker").aggregate([("session", "min"), ("session", "max")]).to_pydict()
    beside = query.run(
        connection,
        "neighbouring_bars",
        tickers=spans["ticker"],
        first=spans["session_min"],
        last=spans["session_max"],
    ).cast(bars.schema)
    checked = flagged(pa.concat_tables([bars, beside]))
    given, others = checked.slice(0, bars.num_rows), checked.slice(bars.num_rows)
    renewed = pc.not_equal(pc.binary_join(others["flags"], ";"), pc.binary_join(beside["flags"], ";"))
    load.replace(connection, "prices", pa.concat_tables([given, others.filter(renewed)]))
    return int(pc.sum(pc.greater(pc.list_value_length(given["flags"]), 0)).as_py() or 0)


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
        create_tables(connection)
        if first:
            query.change(connection, "clear_news")
        renew_universe(connection, universe(home))
        yield connection
