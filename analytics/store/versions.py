"""Published versions: one DuckDB file each, built beside the current one, then named by the manifest."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Literal

import duckdb
from filelock import FileLock, Timeout

from analytics.errors import RequestError, StoreError
from analytics.store import manifest
from analytics.store.faults import reported
from analytics.store.manifest import Version, plainly, settle
from analytics.store.relations import views_hash

__all__ = [
    "KEPT",
    "SCHEMA",
    "Version",
    "current",
    "open_version",
    "rollback",
    "sample",
    "scratch",
    "verify",
    "versions",
    "writing",
]

SCHEMA = 1
"""Raised when a base table changes: a version of another schema is refused, never guessed at.

Views that changed are told by their hash, and made anew by the next writer."""

KEPT = 3
"""Published versions that are kept, the current one among them."""

_SPARE_BYTES = 64 << 20


def current(home: Path) -> Version | None:
    """Return the version that `home` shows, None before the first; raises StoreError for one of another schema."""
    number, published = manifest.read(home)
    if not number:
        return None
    _check_schema(published[number])
    return published[number]


def versions(home: Path) -> tuple[Version, ...]:
    """Return the versions that are kept, oldest first."""
    _, published = manifest.read(home)
    return tuple(published[number] for number in sorted(published))


def open_version(version: Version, *, memory: str = "2GB") -> duckdb.DuckDBPyConnection:
    """Open `version` read-only; take one `cursor()` per query, since threads that share a connection mix up rows."""
    _check_schema(version)
    try:
        return _connect(version.path, memory_limit=memory, access_mode="read_only")
    except duckdb.Error as error:
        raise StoreError(
            f"Version {version.number} cannot be opened.",
            hint="Run `newswake verify`, or go back to an earlier version.",
        ) from error


@contextmanager
def writing(
    home: Path, *, base: Path | Literal["current", "empty"] = "current", wait: float = 60
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection on the next version of `home`, and publish it when the block ends without an error.

    The next version starts as a copy of the current one (empty before the first), as a copy of the file `base`, or
    empty. Raises StoreError where another writer holds `home` for more than `wait` seconds, where the disk is too full
    and where the current version has another schema. Whatever goes wrong, the current version stays as it was.
    """
    folder = manifest.folder(home)
    with _only_writer(folder, wait):
        building = _begun(home, base)
        try:
            with reported("The next version"), _connect(building) as connection:
                yield connection
                rows = _finished(connection)
            _publish(home, building, rows)
        finally:
            _remove(building)
        _prune(home)


def scratch() -> duckdb.DuckDBPyConnection:
    """Return a connection on an empty database in memory, for rows that nobody keeps."""
    return _connect(Path(":memory:"))


def rollback(home: Path, number: int, *, wait: float = 60) -> Version:
    """Show version `number` again; raises RequestError if it is not kept."""
    with _only_writer(manifest.folder(home), wait):
        _, published = manifest.read(home)
        if number not in published:
            kept = ", ".join(map(str, sorted(published))) or "none"
            raise RequestError(f"There is no version {number}.", hint=f"Kept versions: {kept}.")
        _check_schema(published[number])
        manifest.write(home, number, published)
        return published[number]


def verify(home: Path) -> dict[int, str]:
    """Return version number -> what is wrong with its file, empty if it is as it was published."""
    return {version.number: _fault(version) for version in versions(home)}


def sample(home: Path, fingerprint: str, build: Callable[[duckdb.DuckDBPyConnection], None]) -> Version:
    """Return the embedded sample, built by `build` unless the file for `fingerprint` exists; any process may ask."""
    folder = home / "sample"
    with plainly():
        folder.mkdir(parents=True, exist_ok=True)
    path = folder / (fingerprint + ".duckdb")
    with FileLock(folder / "lock"):
        if not path.exists():
            building = folder / "building.duckdb"
            _remove(building)
            with reported("The sample"), _connect(building) as connection:
                build(connection)
                _finished(connection)
            with plainly():
                settle(building, path)
            _remove_all_but(folder, {path})
    made_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Version(
        number=0,
        path=path,
        made_at=made_at,
        product=_product(),
        schema=SCHEMA,
        views="",
        sha256="",
        rows={},
    )


def _product() -> str:
    return metadata.version("newswake")


def _connect(path: Path, **settings: str) -> duckdb.DuckDBPyConnection:
    # Rows come in through load.py alone: SQL finds no Python variables and fetches no extensions.
    closed = {"python_enable_replacements": "false", "autoinstall_known_extensions": "false"}
    return duckdb.connect(str(path), config={**closed, **settings})


@contextmanager
def _only_writer(folder: Path, wait: float) -> Iterator[None]:
    lock, note = FileLock(folder / "writer.lock"), folder / "writer.json"
    with plainly():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=wait)
        except Timeout as error:
            raise StoreError(_holder(note), hint="Wait for it, or end it.") from error
    try:
        with plainly():
            note.write_text(json.dumps({"pid": os.getpid(), "since": _now().isoformat()}), encoding="utf-8")
        yield
    finally:
        lock.release()


def _holder(note: Path) -> str:
    try:
        held = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # it holds the lock and has not said so yet
        return "Another process is writing here."
    return f"Process {held['pid']} has been writing here since {held['since']}."


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _begun(home: Path, base: Path | Literal["current", "empty"]) -> Path:
    """Return the path of the next version's file, a copy of its base where it has one."""
    building = manifest.folder(home) / "building.duckdb"
    shown = current(home) if base == "current" else None
    source = base if isinstance(base, Path) else shown and shown.path
    with plainly():
        _remove(building)
        needed = 2 * (source.stat().st_size if source else 0) + _SPARE_BYTES
        free = shutil.disk_usage(home).free
        if free < needed:
            raise StoreError(f"The next version needs {needed >> 20} MB of free disk, there are {free >> 20}.")
        if source:
            shutil.copyfile(source, building)
    return building


def _finished(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Have everything in the one file and return the number of rows of each table."""
    rows = _row_counts(connection)
    connection.execute("checkpoint")
    return rows


def _row_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    named = connection.execute("select table_name from duckdb_tables() where not internal order by 1").fetchall()
    return {name: connection.table(name).aggregate("count(*)").fetchall()[0][0] for (name,) in named}


def _publish(home: Path, building: Path, rows: dict[str, int]) -> None:
    _, published = manifest.read(home)
    number = max(published, default=0) + 1
    with plainly():
        sha256 = _sha256(building)
        path = manifest.folder(home) / (str(number) + ".duckdb")
        settle(building, path)
    made = Version(
        number=number,
        path=path,
        made_at=_now(),
        product=_product(),
        schema=SCHEMA,
        views=views_hash(),
        sha256=sha256,
        rows=rows,
    )
    manifest.write(home, number, {**published, number: made})


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _prune(home: Path) -> None:
    """Forget all but the last versions and the shown one."""
    shown, published = manifest.read(home)
    kept = {number: published[number] for number in {*sorted(published)[-KEPT:], shown}}
    if kept != published:
        manifest.write(home, shown, kept)
    _remove_all_but(manifest.folder(home), {version.path for version in kept.values()})


def _remove_all_but(folder: Path, kept: set[Path]) -> None:
    """Remove the database files that are neither kept nor open; those that are open wait for the next writer."""
    for path in folder.glob("*.duckdb"):
        if path not in kept and not _is_open(path):
            _remove(path)


def _is_open(path: Path) -> bool:
    """Ask DuckDB itself: it opens a file for writing only if nobody reads it, in this process or another."""
    try:
        _connect(path).close()
    except duckdb.Error:
        return True
    return False


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)


def _check_schema(version: Version) -> None:
    if version.schema != SCHEMA:
        raise StoreError(
            f"Version {version.number} was written by newswake {version.product} with schema {version.schema}; "
            f"this is newswake {_product()} with schema {SCHEMA}.",
            hint="Use that newswake, or build the data anew in another folder (--home).",
        )


def _fault(version: Version) -> str:
    if not version.path.exists():
        return "its file is missing"
    if _sha256(version.path) != version.sha256:
        return "its file has changed since it was published"
    with open_version(replace(version, schema=SCHEMA)) as connection:
        rows = _row_counts(connection)
    return "" if rows == version.rows else "its tables have other numbers of rows than when it was published"
