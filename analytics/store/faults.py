"""DuckDB's errors in the words of newswake."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from analytics.errors import StoreError


@contextmanager
def reported(what: str) -> Iterator[None]:
    """Turn an error of DuckDB into a StoreError about `what`, without the text of a disk's error, which holds paths."""
    try:
        yield
    except (duckdb.IOException, duckdb.FatalException) as error:
        raise StoreError(f"{what} cannot be read or written.", hint="Is the disk full?") from error
    except duckdb.Error as error:
        raise StoreError(f"{what}: {error}") from error
