"""The log file in the data folder: what was added and fetched, and the faults of the pages with their traceback."""

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

_BYTES = 1 << 20


def file(home: Path) -> Path:
    """Return the log file of a data folder."""
    return home / "newswake.log"


def to(home: Path) -> logging.Logger:
    """Return the log of a data folder; at 1 MB it starts anew and the one before is kept."""
    found = logging.getLogger(f"newswake.{home}")
    if not found.handlers:
        home.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(file(home), maxBytes=_BYTES, backupCount=1, encoding="utf-8", delay=True)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        found.addHandler(handler)
        found.setLevel(logging.INFO)
        found.propagate = False
    return found


def bare(name: str) -> str:
    """Return the name of a document on one line; an address without the name, password and query that may be secret."""
    if "://" in name:
        parts = urlsplit(name)
        name = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    return " ".join(name.split())
