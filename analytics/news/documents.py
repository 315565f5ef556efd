"""Any input, recognised by its content and read without ever failing: what could not be read is a reason."""

import hashlib
import re
from dataclasses import replace
from pathlib import PurePath

from analytics.news.digest import read_digest
from analytics.news.links import is_link_list, read_links
from analytics.news.reading import Reading, language_of
from analytics.news.syndication import is_feed, read_feed
from analytics.news.tables import TABLE_SUFFIXES, read_table
from analytics.news.text import read_text
from analytics.records import Document, Outcome

_LARGEST = 8 * 2**20
"""Bytes of prose that are read: five hundred issues of a daily digest, eight seconds of work."""
_LONGEST_STORY = 20_000
_LARGEST_TABLE = 512 * 2**20
_HEADING = re.compile(r"^##? \S", re.MULTILINE)
_TELLING = 100
"""Headlines that the language of a document is told from."""


def read_document(name: str, data: bytes) -> Document:
    """Read the bytes of a file called `name` (or fetched from that address) into stories.

    Nothing is raised for what the bytes hold: the document's outcome is then "partly read" or "refused",
    and its reasons say where and why.
    """
    reading = _bounded(_read(name, data))
    return Document(
        document=name,
        format=reading.format,
        title=reading.title,
        source=reading.source,
        url=reading.url,
        issue_date=reading.issue_date,
        language=language_of(reading.title + "".join(item.headline for item in reading.items[:_TELLING])),
        sha256=hashlib.sha256(data).hexdigest(),
        outcome=_outcome(reading),
        reasons=reading.reasons,
        items=reading.items,
    )


def _read(name: str, data: bytes) -> Reading:
    is_table = PurePath(name).suffix.lower() in TABLE_SUFFIXES
    if refusal := _refusal(data, _LARGEST_TABLE if is_table else _LARGEST):
        return Reading(format="table" if is_table else "text", items=(), reasons=(refusal,))
    if is_table:
        return _with(read_table(name, data), () if name.lower().endswith(".parquet") else _not_utf8(data))
    if b"\x00" in data:
        return Reading(format="text", items=(), reasons=("The document is not text in UTF-8: it holds zero bytes.",))
    return read_feed(name, data) if is_feed(data) else _with(_read_prose(name, data), _not_utf8(data))


def _not_utf8(data: bytes) -> tuple[str, ...]:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return (f"Byte {error.start + 1:,} is not UTF-8, perhaps others too; they were replaced: save it as UTF-8.",)
    return ()


def _with(reading: Reading, reasons: tuple[str, ...]) -> Reading:
    return replace(reading, reasons=(*reasons, *reading.reasons)) if reasons else reading


def _bounded(reading: Reading) -> Reading:
    """Cut the stories that no one would read to the end: the rules look at each company and figure in its sentence."""
    long = [item for item in reading.items if len(item.body) > _LONGEST_STORY]
    if not long:
        return reading
    items = (replace(item, body=item.body[:_LONGEST_STORY]) for item in reading.items)
    reasons = (f"Line {item.line}: the story is cut after {_LONGEST_STORY:,} characters." for item in long)
    return _with(replace(reading, items=tuple(items)), tuple(reasons))


def _refusal(data: bytes, largest: int) -> str:
    if not data.strip():
        return "The document is empty."
    if len(data) > largest:
        return f"The document has {len(data) / 2**20:,.0f} MB and {largest // 2**20} MB are read: split it."
    return ""


def _read_prose(name: str, data: bytes) -> Reading:
    text = data.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    if is_link_list(text):
        return read_links(name, text)
    is_digest = _HEADING.search(text) or text.lstrip().startswith("---\n")
    return read_digest(name, text) if is_digest else read_text(name, text)


def _outcome(reading: Reading) -> Outcome:
    if not reading.reasons:
        return "read"
    return "partly read" if reading.items or reading.title else "refused"
