"""The list of published versions, and the only commit: it is replaced in one step.

A file that it does not name is half-built or pruned, and the next writer removes it.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from analytics.errors import StoreError


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
    views: str
    """Hash of the marts and macros in it; empty for the sample, and where the newswake that wrote it kept none."""
    sha256: str
    """Hash of the file; empty for the sample, which its name identifies."""
    rows: dict[str, int]
    """Table -> number of rows; empty for the sample."""


def folder(home: Path) -> Path:
    """Return the folder of the versions, which the first writer makes."""
    return home / "versions"


def read(home: Path) -> tuple[int, dict[int, Version]]:
    """Return the number of the version that is shown, 0 for none, and the published versions by number."""
    try:
        held = json.loads((folder(home) / "manifest.json").read_text(encoding="utf-8"))
        published = [_version(folder(home), entry) for entry in held["versions"]]
        return held["current"], {version.number: version for version in published}
    except FileNotFoundError:
        return 0, {}
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            "The list of versions (versions/manifest.json) is damaged.",
            hint="Restore it, or choose another folder with --home.",
        ) from error


def write(home: Path, number: int, published: dict[int, Version]) -> None:
    """Show version `number` of those `published`, from one moment to the next."""
    entries = [{**asdict(version), "made_at": version.made_at.isoformat()} for version in published.values()]
    text = json.dumps({"current": number, "versions": entries}, default=lambda path: path.name, indent=1)
    beside = folder(home) / "manifest.json.next"
    with plainly():
        beside.write_text(text, encoding="utf-8")
        settle(beside, folder(home) / "manifest.json")


def _version(within: Path, entry: dict[str, Any]) -> Version:
    """Read one entry; what a later newswake adds to it is passed over, so that its schema can be told."""
    known = {field.name: entry[field.name] for field in fields(Version) if field.name != "views"}
    path = within / (str(entry["number"]) + ".duckdb")
    return Version(
        **{**known, "views": entry.get("views", ""), "path": path, "made_at": datetime.fromisoformat(entry["made_at"])}
    )


def settle(beside: Path, path: Path) -> None:
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
def plainly() -> Iterator[None]:
    """Say what the file system refused as a StoreError."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"The data folder cannot be written: {error.strerror or error}.") from error
