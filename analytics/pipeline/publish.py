"""Changes to the user's data: each one builds the next version beside the current one and publishes it whole."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analytics.errors import NothingFound
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
from analytics.store.relations import create_tables


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
        create_tables(connection)
        if first:
            query.change(connection, "clear_news")
        renew_universe(connection, universe(home))
        yield connection
