"""The process in which a user's SQL runs: a version attached read-only, no files, no settings, limits of the system.

It is started as a script of its own with an empty environment, so it imports nothing else of newswake. It reads
requests from stdin and answers on stdout; a frame is its length in eight bytes, then that many bytes. It ends with
its stdin, so it does not outlive the app.
"""

import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import date
from difflib import SequenceMatcher
from pathlib import Path
from typing import IO, Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from duckdb.sqltypes import DuckDBPyType

_LENGTH_BYTES = 8
HEADER_BYTES = 1 << 20
"""Longest request, and longest head of an answer."""

BATCH_ROWS = 2048
LONGEST_MESSAGE = 2000
_MOST_NAMED = 3
_EXPLAIN = "explain "

# The order matters: the last three shut the door on the others, and a locked configuration takes no more settings.
SETTINGS = (
    "set temp_directory = ''",
    "set secret_directory = ''",
    "set autoinstall_known_extensions = false",
    "set autoload_known_extensions = false",
    "set allow_community_extensions = false",
    "set global errors_as_json = true",
    "set global timezone = 'UTC'",
    "set memory_limit = $memory",
    "set global max_execution_time = $milliseconds",
    "set python_enable_replacements = false",
    "set enable_external_access = false",
    "set disabled_filesystems = 'LocalFileSystem'",
    "set lock_configuration = true",
)

# What Arrow carries without loss and any reader can show; every other type becomes DuckDB's own text for it: bytes,
# and times of day, since Arrow knows no 24:00.
_PLAIN = {
    *("boolean", "varchar", "uuid", "json", "null", "decimal", "float", "double"),
    *("tinyint", "smallint", "integer", "bigint", "utinyint", "usmallint", "uinteger", "ubigint"),
}
_CALENDAR = {"date", "timestamp", "timestamp_s", "timestamp_ms", "timestamp_ns", "timestamp with time zone"}
_FIRST_DAY, _LAST_DAY = ((day - date(1970, 1, 1)).days for day in (date.min, date.max))


class RefusedError(Exception):
    """A statement that is not let through; the text says why."""


def send(stream: IO[bytes], payload: bytes) -> None:
    """Write one frame."""
    stream.write(len(payload).to_bytes(_LENGTH_BYTES, "little"))
    stream.write(payload)
    stream.flush()


def receive(stream: IO[bytes], limit: int) -> bytes:
    """Read one frame of at most `limit` bytes; raises EOFError at the end of the stream or for a longer frame."""
    header = stream.read(_LENGTH_BYTES)
    size = int.from_bytes(header, "little")
    if len(header) < _LENGTH_BYTES or size > limit:
        raise EOFError
    payload = stream.read(size)
    if len(payload) < size:
        raise EOFError
    return payload


def open_walled(path: Path, *, copied_bytes: int, memory_bytes: int, seconds: float) -> duckdb.DuckDBPyConnection:
    """Return a locked connection whose catalog `version` is a copy of that at `path`, or that itself if it is large."""
    connection = duckdb.connect(config={"threads": 1})
    _attach(connection, path, copied_bytes)
    # A little before the parent's clock, so that the worker outlives what DuckDB can end by itself.
    values = {"memory": f"{memory_bytes * 3 // 4}B", "milliseconds": int(seconds * 900)}
    for setting in SETTINGS:
        name = setting.partition("$")[2]
        connection.execute(setting, {name: values[name]} if name else None)
    return connection


def _attach(connection: duckdb.DuckDBPyConnection, path: Path, copied_bytes: int) -> None:
    """Attach under another path: a query can see what path is attached, and may open the log that belongs to it.

    Read-only, and not copied into memory, where DuckDB attaches nothing read-only: a table function that runs SQL on
    a connection of its own, json_execute_serialized_sql, is outside a query's read-only transaction.
    """
    with tempfile.TemporaryDirectory() as folder:
        attached = Path(folder) / "version.duckdb"
        if path.stat().st_size <= copied_bytes:
            shutil.copyfile(path, attached)
        else:
            try:
                attached.hardlink_to(path)
            except OSError:  # the folder is on another file system
                attached = path
        connection.execute("attach '" + str(attached).replace("'", "''") + "' as version (read_only)")


def limit_process(address_bytes: int) -> None:
    """Take from this process what it no longer needs: more memory, files of any size, more open files, a core dump."""
    limits = {resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0, resource.RLIMIT_NOFILE: _next_descriptor()}
    if sys.platform == "linux":  # no other system keeps to it: there DuckDB's own limit is the only one on memory
        limits[resource.RLIMIT_AS] = address_bytes
    for kind, amount in limits.items():
        resource.setrlimit(kind, (amount, amount))


def address_space() -> Callable[[], int]:
    """Return what tells the bytes of address space this process takes, 0 where the system does not.

    Its file stays open: nothing can be opened any more under the limits.
    """
    if sys.platform != "linux":
        return lambda: 0
    statm = os.open("/proc/self/statm", os.O_RDONLY)
    return lambda: int(os.pread(statm, 64, 0).split()[0]) * resource.getpagesize()


def answer(connection: duckdb.DuckDBPyConnection, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return the header and the rows (Arrow IPC) for a request of sql, parameters, rows, bytes and explain."""
    started = time.perf_counter()
    try:
        with connection.cursor() as cursor:
            # A `with` clause may delete, and the parser still calls the whole a SELECT: this transaction refuses it.
            cursor.execute("use version; begin transaction read only")
            header, body = _run(cursor, request)
    except RefusedError as refusal:
        return {"error": str(refusal)}, b""
    except RecursionError:  # of a type's description, within types within types
        return {"error": "The types of the result lie too deep within each other."}, b""
    except MemoryError:
        return {"error": "Out of Memory Error: Allocation failure", "kind": "Out of Memory Error"}, b""
    except (duckdb.Error, pa.ArrowException, ArithmeticError, ValueError, RuntimeError) as error:
        return _failure(str(error)), b""
    return {**header, "seconds": time.perf_counter() - started}, body


def leaves_behind(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether a query entered something in the registries that all connections of an engine share."""
    try:
        registered = "exists (from duckdb_external_resource_types()) or exists (from duckdb_external_resources())"
        return connection.execute("select " + registered).fetchall() != [(False,)]
    except duckdb.Error:
        return True


def gate(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Statement:
    """Return the one SELECT that `sql` holds, by the parser's own list of statements; raises RefusedError."""
    statements = connection.extract_statements(sql)
    if len(statements) != 1:
        raise RefusedError(f"One statement at a time: there are {len(statements)}.")
    try:
        kind = statements[0].type
    except ValueError as error:  # a statement that duckdb's Python has no name for
        raise RefusedError("Only SELECT is run here.") from error
    if kind == duckdb.StatementType.MULTI:
        raise RefusedError("A pivot without its values is several statements: write pivot ... on ... in (...).")
    if kind != duckdb.StatementType.SELECT:
        raise RefusedError(f"Only SELECT is run here, this is {kind.name.replace('_', ' ')}.")
    return statements[0]


def _run(cursor: duckdb.DuckDBPyConnection, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    gate(cursor, request["sql"])
    sql = _without_end(request["sql"])
    statement = gate(cursor, " " * len(_EXPLAIN) + sql)
    parameters = request["parameters"] or None
    # Explained first, for the places of errors: the relation below is bound without them.
    [explained] = cursor.extract_statements(_EXPLAIN + sql)
    plan = cursor.execute(explained, parameters).fetchall()
    if request["explain"]:
        return {"plan": "\n".join(text for _, text in plan)}, b""
    relation = cursor.sql(statement, params=parameters)
    columns = [(name, str(kind)) for name, kind in zip(relation.columns, relation.types, strict=True)]
    shown = relation.project(_projection([_is_carried(kind) for kind in relation.types]))
    try:
        reader = shown.to_arrow_reader(BATCH_ROWS)
        batches, cut = _first(reader, request["rows"], request["bytes"])
    except duckdb.Error as error:  # its place is one in the projection, not in the user's text
        return {**_failure(str(error)), "place": None}, b""
    return {"columns": columns, "cut": cut}, _packed(reader.schema, batches)


def _without_end(sql: str) -> str:
    """Cut the semicolons and comments that end `sql`: DuckDB puts a relation's text between parentheses."""
    text = sql.encode()
    end = len(text)
    for start, kind in reversed(duckdb.tokenize(sql)):
        if kind != duckdb.token_type.comment and text[start:end].strip() != b";":
            break
        end = start
    return text[:end].decode()


def _failure(report: str) -> dict[str, Any]:
    """Split DuckDB's report, JSON after the kind of error, into message, place (a byte of the SQL) and known names."""
    kind, _, details = report.partition(": ")
    try:
        # What follows the JSON of an internal error is a stack trace, with the paths and addresses of this process.
        said, _ = json.JSONDecoder().raw_decode(details)
        message, *more = said["exception_message"].splitlines() or [""]
    except (ValueError, TypeError, KeyError):
        return {"error": report.partition("\n")[0][:LONGEST_MESSAGE]}
    place = max(0, int(said["position"]) - len(_EXPLAIN)) if "position" in said else None
    known = _signatures(more) or _worth_naming(said.get("candidates", ""), said.get("name", ""))
    return {"error": f"{kind}: {message}"[:LONGEST_MESSAGE], "place": place, "known": known, "kind": kind}


def _signatures(lines: list[str]) -> list[str]:
    """Return the ways to call a function that was called with other arguments; "/" only ends those without a name."""
    shapes = [line.strip().replace(", /", "") for line in lines if line.startswith("\t") and line.count("(")]
    return shapes[:_MOST_NAMED]


def _worth_naming(candidates: str, typed: str) -> list[str]:
    """Return the nearest of the names that DuckDB finds near, without those of its own tables, which nobody meant."""
    meant = [name for name in candidates.split(",") if name and not name.startswith(("pg_", "duckdb_", "sqlite_"))]
    return sorted(meant, key=lambda name: SequenceMatcher(None, typed, name).ratio(), reverse=True)[:_MOST_NAMED]


def _projection(carried: list[bool]) -> str:
    """Name the columns by place, since a result may name two alike, and turn the types not carried into text."""
    texts = ("#{0} as c{0}" if kept else "cast(#{0} as varchar) as c{0}" for kept in carried)
    return ", ".join(text.format(place) for place, text in enumerate(texts, start=1))


def _is_carried(kind: DuckDBPyType) -> bool:
    if kind.id in {"list", "array"}:
        inner = dict(kind.children)["child"]
        return isinstance(inner, DuckDBPyType) and inner.id in _PLAIN
    return kind.id in _PLAIN | _CALENDAR


def _first(batches: Iterable[pa.RecordBatch], rows: int, size: int) -> tuple[list[pa.RecordBatch], str]:
    """Take batches up to `rows` rows and `size` bytes; the text says what cut them short, empty if nothing did."""
    taken: list[pa.RecordBatch] = []
    for batch in batches:
        _check_calendar(batch)
        kept = batch.slice(0, rows)
        while kept.num_rows and kept.nbytes > size:
            kept = kept.slice(0, kept.num_rows // 2)
        taken.append(kept)
        if kept.num_rows < batch.num_rows:
            return taken, "rows" if kept.num_rows == rows else "bytes"
        rows, size = rows - kept.num_rows, size - kept.nbytes
    return taken, ""


def _check_calendar(batch: pa.RecordBatch) -> None:
    """Refuse days that Arrow holds and no calendar shows, infinity among them."""
    for column in batch.columns:
        if pa.types.is_date(column.type) or pa.types.is_timestamp(column.type):
            # Without its zone: Arrow would look for a database of zones, which this process cannot open any more.
            plain = column.view(pa.timestamp(column.type.unit)) if pa.types.is_timestamp(column.type) else column
            ends = pc.min_max(plain.cast(pa.date32(), safe=False).cast(pa.int32())).as_py()
            if ends["min"] is not None and not _FIRST_DAY <= ends["min"] <= ends["max"] <= _LAST_DAY:
                raise RefusedError("A day lies outside the years 1 to 9999: cast the column to varchar to see it.")


def _packed(schema: pa.Schema, batches: list[pa.RecordBatch]) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def _next_descriptor() -> int:
    probe = os.dup(0)
    os.close(probe)
    return probe


def main() -> None:
    """Serve requests until stdin ends."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is not taken for an answer
    start = json.loads(receive(requests, HEADER_BYTES))
    limits = {name: start[name] for name in ("copied_bytes", "memory_bytes", "seconds")}
    connection = open_walled(Path(start["path"]), **limits)
    # Everything that is imported or opened on first use is, before the limits.
    answer(
        connection, {"sql": "from test_all_types()", "parameters": {}, "rows": 1, "bytes": 1 << 20, "explain": False}
    )
    taken = address_space()
    spent = taken() + start["memory_bytes"] // 2
    limit_process(taken() + start["memory_bytes"])
    send(answers, b"ready")
    while True:
        try:
            request = json.loads(receive(requests, HEADER_BYTES))
        except EOFError:
            return
        # The parent's clock ends a query that takes too long; this one ends it where the parent is gone.
        signal.alarm(int(start["seconds"]) + 5)
        header, body = answer(connection, request)
        signal.alarm(0)
        # The allocator does not give everything back, and the next reader is to have as much as this one.
        header["spent"] = taken() > spent or leaves_behind(connection)
        send(answers, json.dumps(header).encode())
        send(answers, body)


if __name__ == "__main__":
    main()
