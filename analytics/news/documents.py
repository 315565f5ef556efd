"""Any input, recognised by its content and read without ever failing: what could not be read is a reason."""

import hashlib
import re
from pathlib import PurePath

from analytics.news.digest import read_digest
from analytics.news.links import is_link_list, read_links
from analytics.news.reading import Reading, language_of
from analytics.news.text import read_text
from analytics.records import Document, Outcome

_LARGEST = 16 * 2**20
"""Bytes of prose that are read: a thousand issues of a daily digest."""
_HEADING = re.compile(r"^##? \S", re.MULTILINE)


def read_document(name: str, data: bytes) -> Document:
    """Read the bytes of a file called `name` (or fetched from that address) into stories.

    Nothing is raised for what the bytes hold: the document's outcome is then "partly read" or "refused",
    and its reasons say where and why.
    """
    reading = _refusal(data) or _read(name, data)
    return Document(
        document=name,
        format=reading.format,
        title=reading.title,
        source=reading.source,
        url=reading.url,
        issue_date=reading.issue_date,
        language=language_of(reading.title + "".join(item.headline for item in reading.items[:100])),
        sha256=hashlib.sha256(data).hexdigest(),
        outcome=_outcome(reading),
        reasons=reading.reasons,
        items=reading.items,
    )


def _refusal(data: bytes) -> Reading | None:
    if not data.strip():
        return Reading(format="text", items=(), reasons=("The document is empty.",))
    if len(data) > _LARGEST:
        reason = f"The document has {len(data) / 2**20:,.0f} MB; prose is read up to {_LARGEST // 2**20} MB: split it."
        return Reading(format="text", items=(), reasons=(reason,))
    if b"\x00" in data[:4096]:
        return Reading(format="text", items=(), reasons=("The document is not text: it holds zero bytes.",))
    return None


def _read(name: str, data: bytes) -> Reading:
    text = data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    if is_link_list(text):
        return read_links(name, text)
    if PurePath(name).suffix.lower() in {".md", ".markdown"} or _HEADING.search(text) or text.startswith("---\n"):
        return read_digest(name, text)
    return read_text(name, text)


def _outcome(reading: Reading) -> Outcome:
    if not reading.reasons:
        return "read"
    return "partly read" if reading.items or reading.title else "refused"
