"""Untrusted SQL: run in a worker process on a copy of one version, and answered with rows or a QueryError."""

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from analytics.errors import QueryError

try:
    from analytics.store import worker
except ModuleNotFoundError:  # Windows has no `resource`
    worker = None  # type: ignore[assignment]

SCREEN_ROWS = 10_000
LONGEST_SQL = 20_000
_ANSWER_BYTES = 100 << 20

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

    @property
    def truncated(self) -> bool:
        """True if there were more rows than these."""
        return bool(self.cut)


class Console:
    """Runs one session's queries against the version at `path`, one at a time."""

    def __init__(self, path: Path, *, seconds: float = 30, memory_bytes: int = 1 << 30) -> None:
        self._path, self._seconds, self._memory = path, seconds, memory_bytes
        self._worker: subprocess.Popen[bytes] | None = None
        self._cancelled = False
        self._one = threading.Lock()

    def run(self, sql: str, parameters: Mapping[str, Parameter] | None = None, limit: int = SCREEN_ROWS) -> QueryResult:
        """Run one SELECT and return at most `limit` rows; raises QueryError, with line and caret where known."""
        header, body = self._answer(sql, parameters, limit, explain=False)
        rows = pa.ipc.open_stream(body).read_all() if body else pa.table({})
        columns = tuple((name, kind) for name, kind in header["columns"])
        return QueryResult(columns=columns, rows=rows, cut=header["cut"], seconds=header["seconds"])

    def explain(self, sql: str, parameters: Mapping[str, Parameter] | None = None) -> str:
        """Return the plan of one SELECT without running it."""
        header, _ = self._answer(sql, parameters, 0, explain=True)
        return str(header["plan"])

    def cancel(self) -> None:
        """End the running query at once: its worker is killed, the next query gets another."""
        self._cancelled = True
        if self._worker is not None:
            self._worker.kill()

    def close(self) -> None:
        """End the worker."""
        if self._worker is not None:
            self._worker.kill()
            self._worker.communicate()
            self._worker = None

    def _answer(
        self, sql: str, parameters: Mapping[str, Parameter] | None, limit: int, *, explain: bool
    ) -> tuple[dict[str, Any], bytes]:
        _check_text(sql)
        request = {"sql": sql, "parameters": dict(parameters or {}), "rows": limit, "bytes": _ANSWER_BYTES}
        with self._one:
            self._cancelled = False
            header, body = self._exchange({**request, "explain": explain})
        if "error" in header:
            raise _query_error(header, sql)
        return header, body

    def _exchange(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        process = self._worker or self._start()
        started = time.monotonic()
        clock = threading.Timer(self._seconds, process.kill)
        clock.start()
        try:
            assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - both are pipes
            worker.send(process.stdin, json.dumps(request).encode())
            return json.loads(worker.receive(process.stdout, 1 << 20)), worker.receive(
                process.stdout, 2 * _ANSWER_BYTES
            )
        except (EOFError, OSError) as error:
            self.close()
            raise self._ended(time.monotonic() - started) from error
        finally:
            clock.cancel()

    def _ended(self, seconds: float) -> QueryError:
        if self._cancelled:
            return QueryError("The query was cancelled.")
        if seconds >= self._seconds:
            return QueryError(
                f"The query took longer than {self._seconds:g} seconds.", hint="Ask for fewer rows or days."
            )
        return QueryError("The query needed more memory than it may have.", hint="Ask for fewer rows or columns.")

    def _start(self) -> subprocess.Popen[bytes]:
        if worker is None:
            raise QueryError("The SQL console needs limits that this operating system does not have.")
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and script
            [sys.executable, "-I", worker.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            start_new_session=True,
        )
        assert process.stdin is not None and process.stdout is not None  # noqa: S101, PT018 - both are pipes
        start = {"path": str(self._path.resolve()), "memory_bytes": self._memory, "seconds": self._seconds}
        worker.send(process.stdin, json.dumps(start).encode())
        worker.receive(process.stdout, 100)
        self._worker = process
        return process


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
    return QueryError(message, hint=f"\nDid you mean {known}?" if known else "")


def _pointed(sql: str, position: int) -> str:
    """Return the line of `sql` that holds the byte at `position`, its number before and a caret under the place."""
    before = sql.encode()[:position].decode(errors="ignore")
    line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
    label = f"line {line + 1}: "
    return label + sql.split("\n")[line] + "\n" + re.sub(r"[^\t]", " ", label + sql.split("\n")[line][:column]) + "^"
