"""What a user points at, as documents' names and bytes: a file, a folder of files, the address of a feed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analytics.errors import InputError, NewswakeError
from analytics.news.feeds import fetch_feed

_KINDS = (".md", ".markdown", ".txt", ".csv", ".tsv", ".jsonl", ".json", ".parquet", ".xml", ".rss", ".atom")


@dataclass(frozen=True, kw_only=True)
class Source:
    """One document as it was found."""

    name: str
    """File name, or the address of a feed."""
    data: bytes = b""
    fault: str = ""
    """Why its bytes could not be had; empty where they could."""


def find_sources(what: str) -> Iterator[Source]:
    """Yield the documents of a file, a folder (with its subfolders, in order of path) or a feed's address.

    Raises InputError where there is nothing of that name. A file that cannot be read is a source with a fault.
    """
    if what.startswith(("http://", "https://")):
        yield _feed(what)
        return
    path = Path(what).expanduser()
    if path.is_dir():
        files = sorted(
            file
            for file in path.rglob("*")
            if file.is_file() and not any(part.startswith(".") for part in file.relative_to(path).parts)
        )
        if not files:
            raise InputError("the folder holds no file.", where=what, hint=f"Put files in it: {', '.join(_KINDS)}.")
        yield from (_in_folder(file) for file in files)
    elif path.exists():
        yield _file(path)
    else:
        raise InputError("there is no such file or folder.", where=what, hint="Give a path, or a feed's http address.")


def _feed(address: str) -> Source:
    try:
        return Source(name=address, data=fetch_feed(address))
    except NewswakeError as error:
        return Source(name=address, fault=str(error))


def _in_folder(path: Path) -> Source:
    if path.suffix.lower() not in _KINDS:
        return Source(
            name=path.name, fault=f"{path.suffix or 'a file without an ending'} is not one of {', '.join(_KINDS)}"
        )
    return _file(path)


def _file(path: Path) -> Source:
    try:
        return Source(name=path.name, data=path.read_bytes())
    except OSError as error:
        return Source(name=path.name, fault=f"cannot be read: {error.strerror}")
