"""Untrusted SQL: run in a worker process on a copy of one version, and answered with rows or a QueryError."""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count, groupby
from pathlib import Path
from typing import Any

import pyarrow as pa

from analytics.errors import QueryError
from analytics.store.pool import ENDED, Limits, Worker, shared_pool
from analytics.store.relations import SQL

SCREEN_ROWS = 10_000
SCREEN_BYTES = 16 << 20
DOWNLOAD_ROWS = 1_000_000
DOWNLOAD_BYTES = 100 << 20
LONGEST_SQL = 20_000
_SHOWN = 60
_ENVELOPE = 1 << 20
_BROKEN = {"INTERNAL Error", "FATAL Error", "Out of Memory Error"}
"""Kinds of error after which an engine is not trusted with the next reader's query: memory may stay lost to it."""
_INTERRUPTED = "INTERRUPT Error"

Parameter = str | int | float | bool | None


@dataclass(frozen=True, kw_only=True)
class QueryResult:
    """What a query gave, cut where it passed a limit."""

    columns: tuple[tuple[str, str], ...]
    """Name and DuckDB type, in order; two may have the same name."""
    rows: pa.Table
    """Columns c1, c2, ...; types that Arrow cannot carry without loss are DuckDB's text for them."""
    cut: str
    """rows | bytes: the limit that ended the result early; empty if it is whole."""
    seconds: float
    """Time it ran, without the time in line."""

    @property
    def truncated(self) -> bool:
        """True if there were more rows than these."""
        return bool(self.cut)

    @property
    def table(self) -> pa.Table:
        """The rows under their own names; a name that comes again gets its place: count, count_2."""
        names: list[str] = []
        for name, _ in self.columns:
            numbered = (f"{name}_{number}" for number in count(2))
            names.append(name if name not in names else next(one for one in numbered if one not in names))
        return self.rows.rename_columns(names)


@dataclass(frozen=True, kw_only=True)
class CatalogEntry:
    """A table, view or macro that a query may name. Key: name."""

    name: str
    kind: str
    """table | view | macro"""
    comment: str
    rows: int | None
    """Number of rows of a table; None for a view or macro, which would have to be run."""
    columns: tuple[tuple[str, str, str], ...]
    """Name, DuckDB type and comment of each column; a macro's parameters, which have no type."""


class Console:
    """Runs one session's queries on the version at `path`, one at a time, on workers that all sessions share."""

    def __init__(self, path: Path, *, limits: Limits | None = None) -> None:
        self._pool = shared_pool(path, limits or Limits())
        self._one = threading.Lock()
        self._cancelled = threading.Event()
        self._running: Worker | None = None
        self._running_lock = threading.Lock()

    def run(self, sql: str, parameters: Mapping[str, Parameter] | None = None, limit: int = SCREEN_ROWS) -> QueryResult:
        """Run one SELECT and return at most `limit` rows; raises QueryError, with line and caret where known."""
        header, body = self._answer(sql, parameters, limit, explain=False)
        try:
            rows = pa.ipc.open_stream(body).read_all()
            rows.validate(full=True)  # a worker that an attack has taken over may send anything
        except pa.ArrowInvalid as error:
            raise QueryError("The result cannot be read.") from error
        columns = tuple((name, kind) for name, kind in header["columns"])
        return QueryResult(columns=columns, rows=rows, cut=header["cut"], seconds=header["seconds"])

    def explain(self, sql: str, parameters: Mapping[str, Parameter] | None = None) -> str:
        """Return the plan of one SELECT without running it."""
        header, _ = self._answer(sql, parameters, 0, explain=True)
        return str(header["plan"])

    def catalog(self) -> tuple[CatalogEntry, ...]:
        """Return what a query may name, by name."""
        result = self.run((SQL / "queries" / "catalog.sql").read_text(encoding="utf-8"))
        rows = zip(*(column.to_pylist() for column in result.rows.columns), strict=True)
        return tuple(self._entry(*named, rows=list(group)) for named, group in groupby(rows, key=lambda row: row[:3]))

    def cancel(self) -> None:
        """End the running query, from another thread; raises nothing if there is none."""
        self._cancelled.set()
        self._pool.wake()
        with self._running_lock:
            if self._running:
                self._running.kill()

    def _entry(self, name: str, kind: str, comment: str | None, *, rows: list[tuple[Any, ...]]) -> CatalogEntry:
        number = None
        if kind == "table":
            quoted = name.replace('"', '""')
            number = self.run(f'select count(*) from "{quoted}"').rows.column(0)[0].as_py()  # noqa: S608 - quoted
        columns = tuple((column, kind or "", meaning or "") for *_, column, kind, meaning in rows)
        return CatalogEntry(name=name, kind=kind, comment=comment or "", rows=number, columns=columns)

    def _answer(
        self, sql: str, parameters: Mapping[str, Parameter] | None, limit: int, *, explain: bool
    ) -> tuple[dict[str, Any], bytes]:
        _check_text(sql)
        size = SCREEN_BYTES if limit <= SCREEN_ROWS else DOWNLOAD_BYTES
        request = {"sql": sql, "parameters": dict(parameters or {}), "rows": limit, "bytes": size, "explain": explain}
        with self._one:
            self._cancelled.clear()
            with self._pool.lend(self._cancelled) as worker:
                header, body = self._ask(worker, request)
                if header.get("spent") or header.get("kind") in _BROKEN:
                    worker.kill()
        if header.get("kind") == _INTERRUPTED:
            raise self._too_long()
        if "error" in header:
            raise _query_error(header, sql)
        return header, body

    def _ask(self, worker: Worker, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Put one request to `worker`, which `cancel` may end until the answer is there."""
        with self._running_lock:
            if self._cancelled.is_set():
                raise QueryError("The query was cancelled.")
            self._running = worker
        try:
            worker.await_start()
            return worker.ask(request, request["bytes"] + _ENVELOPE)
        except ENDED as error:
            worker.kill()
            raise self._why_ended(worker) from error
        except BaseException:  # Ctrl+C: the rest of the answer must not reach the next query
            worker.kill()
            raise
        finally:
            with self._running_lock:
                self._running = None

    def _why_ended(self, worker: Worker) -> QueryError:
        if self._cancelled.is_set():
            return QueryError("The query was cancelled.")
        if not worker.ready:
            return QueryError("The SQL console cannot start on this version.", hint="Reload the page.")
        if worker.expired:
            return self._too_long()
        return QueryError("The query needed more than it may have.", hint="Ask for fewer rows or columns.")

    def _too_long(self) -> QueryError:
        allowed = self._pool.limits.seconds
        return QueryError(f"The query took longer than {allowed:g} seconds.", hint="Ask for fewer rows or days.")


def _check_text(sql: str) -> None:
    try:
        size = len(sql.encode())
    except UnicodeEncodeError as error:
        raise QueryError("The SQL holds characters that are not valid Unicode.") from error
    if size > LONGEST_SQL:
        raise QueryError(f"The SQL has {size} bytes; {LONGEST_SQL} are allowed.")


def _query_error(header: dict[str, Any], sql: str) -> QueryError:
    message, place, known = header["error"], header.get("place"), header.get("known")
    if place is not None:
        message += "\n" + _pointed(sql, place)
    return QueryError(message, hint=f"Did you mean {' or '.join(known)}?" if known else "")


def _pointed(sql: str, place: int) -> str:
    """Return the line of `sql` that holds the byte `place`, with its number before and a caret under the place.

    Of a long line, what stands near the place.
    """
    before = sql.encode()[:place].decode(errors="ignore")
    number, column = before.count("\n"), len(before) - before.rfind("\n") - 1
    label, line = f"line {number + 1}: ", sql.split("\n")[number]
    if column > _SHOWN:
        line, column = "..." + line[column - _SHOWN :], _SHOWN + 3
    if len(line) > column + _SHOWN:
        line = line[: column + _SHOWN] + "..."
    return label + line + "\n" + re.sub(r"[^\t]", " ", label + line[:column]) + "^"
