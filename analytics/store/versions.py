"""Published versions: one DuckDB file each, built beside the current one and named by a manifest that changes at once.

The manifest is the only commit: a file that it does not name is half-built or pruned, and the next writer removes it.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

import duckdb
from filelock import FileLock, Timeout

from analytics.errors import RequestError, StoreError

SCHEMA = 1
"""Raised when a base table changes: a version of another schema is refused, never guessed at."""

KEPT = 3
"""Published versions that are kept, the current one among them."""

_SPARE_BYTES = 64 << 20


@dataclass(frozen=True, kw_only=True)
class Version:
    """A published version. Key: number."""

    number: int
    """From 1; 0 for the embedded sample."""
    path: Path
    made_at: datetime
    """Instant of publication (aware, UTC)."""
    product: str
    """Version of newswake that wrote it."""
    schema: int
    sha256: str
    """Hash of the file; empty for the sample, which its name identifies."""
    rows: dict[str, int]
    """Table -> number of rows; empty for the sample."""


def current(home: Path) -> Version | None:
    """Return the version that `home` shows, None before the first; raises StoreError for one of another schema."""
    number, published = _manifest(home)
    if not number:
        return None
    _check_schema(published[number])
    return published[number]


def versions(home: Path) -> tuple[Version, ...]:
    """Return the versions that are kept, oldest first."""
    _, published = _manifest(home)
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
    folder = _folder(home)
    with _only_writer(folder, wait):
        building = _begun(home, base)
        try:
            with _connect(building) as connection:
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
    with _only_writer(_folder(home), wait):
        _, published = _manifest(home)
        if number not in published:
            kept = ", ".join(map(str, sorted(published))) or "none"
            raise RequestError(f"There is no version {number}.", hint=f"Kept versions: {kept}.")
        _check_schema(published[number])
        _write_manifest(home, number, published)
        return published[number]


def verify(home: Path) -> dict[int, str]:
    """Return version number -> what is wrong with its file, empty if it is as it was published."""
    return {version.number: _fault(version) for version in versions(home)}


def sample(home: Path, fingerprint: str, build: Callable[[duckdb.DuckDBPyConnection], None]) -> Version:
    """Return the embedded sample, built by `build` unless the file for `fingerprint` exists; any process may ask."""
    folder = home / "sample"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (fingerprint + ".duckdb")
    with FileLock(folder / "lock"):
        if not path.exists():
            building = folder / "building.duckdb"
            _remove(building)
            with _connect(building) as connection:
                build(connection)
                _finished(connection)
            with _plainly():
                _settle(building, path)
            _remove_all_but(folder, {path})
    made_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Version(number=0, path=path, made_at=made_at, product=_product(), schema=SCHEMA, sha256="", rows={})


def _folder(home: Path) -> Path:
    return home / "versions"


def _product() -> str:
    return metadata.version("newswake")


def _connect(path: Path, **settings: str) -> duckdb.DuckDBPyConnection:
    # Rows come in through load.py alone: SQL finds no Python variables and fetches no extensions.
    closed = {"python_enable_replacements": "false", "autoinstall_known_extensions": "false"}
    return duckdb.connect(str(path), config={**closed, **settings})


def _manifest(home: Path) -> tuple[int, dict[int, Version]]:
    """Read the number that is shown (0 for none) and the published versions by number."""
    folder = _folder(home)
    try:
        held = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return 0, {}
    except ValueError as error:
        raise StoreError(
            "The list of versions (versions/manifest.json) is damaged.",
            hint="Restore it, or choose another folder with --home.",
        ) from error
    published = [_version(folder, entry) for entry in held["versions"]]
    return held["current"], {version.number: version for version in published}


def _version(folder: Path, entry: dict[str, Any]) -> Version:
    path = folder / (str(entry["number"]) + ".duckdb")
    return Version(**{**entry, "path": path, "made_at": datetime.fromisoformat(entry["made_at"])})


def _write_manifest(home: Path, number: int, published: dict[int, Version]) -> None:
    entries = [{**asdict(version), "made_at": version.made_at.isoformat()} for version in published.values()]
    text = json.dumps({"current": number, "versions": entries}, default=lambda path: path.name, indent=1)
    beside = _folder(home) / "manifest.json.next"
    with _plainly():
        beside.write_text(text, encoding="utf-8")
        _settle(beside, _folder(home) / "manifest.json")


def _settle(beside: Path, path: Path) -> None:
    """Give the finished file `beside` the name `path`, at once and for good."""
    _sync(beside)
    beside.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    """Have the disk hold a file, or the names in a folder; Windows syncs no folder and needs none."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _plainly() -> Iterator[None]:
    """Say what the file system refused as a StoreError."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"The data folder cannot be written: {error.strerror or error}.") from error


@contextmanager
def _only_writer(folder: Path, wait: float) -> Iterator[None]:
    lock, note = FileLock(folder / "writer.lock"), folder / "writer.json"
    with _plainly():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=wait)
        except Timeout as error:
            raise StoreError(_holder(note), hint="Wait for it, or end it.") from error
    try:
        with _plainly():
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
    building = _folder(home) / "building.duckdb"
    shown = current(home) if base == "current" else None
    source = base if isinstance(base, Path) else shown and shown.path
    with _plainly():
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
    try:
        rows = _row_counts(connection)
        connection.execute("checkpoint")
    except duckdb.Error as error:  # its text holds the path of the file
        raise StoreError("The next version cannot be written.", hint="Is the disk full?") from error
    return rows


def _row_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    named = connection.execute("select table_name from duckdb_tables() where not internal order by 1").fetchall()
    return {name: connection.table(name).aggregate("count(*)").fetchall()[0][0] for (name,) in named}


def _publish(home: Path, building: Path, rows: dict[str, int]) -> None:
    _, published = _manifest(home)
    number = max(published, default=0) + 1
    with _plainly():
        sha256 = _sha256(building)
        path = _folder(home) / (str(number) + ".duckdb")
        _settle(building, path)
    made = Version(
        number=number, path=path, made_at=_now(), product=_product(), schema=SCHEMA, sha256=sha256, rows=rows
    )
    _write_manifest(home, number, {**published, number: made})


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _prune(home: Path) -> None:
    """Forget all but the last versions and the shown one."""
    shown, published = _manifest(home)
    kept = {number: published[number] for number in {*sorted(published)[-KEPT:], shown}}
    if kept != published:
        _write_manifest(home, shown, kept)
    _remove_all_but(_folder(home), {version.path for version in kept.values()})


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
