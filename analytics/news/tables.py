"""A table of events as CSV, JSON lines or Parquet: each row says itself when it happened and whom it is about.

Columns, in any order and case: `headline` (or title), `date` (or event_date; an ISO date or instant), and any of
`event_id`, `time` with `zone` (IANA), `ticker` (tickers), `company` (companies), `type` (types, tag, tags), `source`,
`modality`, `url`, `body` (or text). Several tickers, companies or types in one field are separated by ; or |.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import PurePath
from typing import get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa
import pyarrow.parquet as pq

from analytics.news.reading import Reading, clean, language_of
from analytics.records import Item, Modality, StatedEvent

TABLE_SUFFIXES = frozenset({".csv", ".tsv", ".jsonl", ".ndjson", ".parquet"})
_OTHER_NAMES = {
    "title": "headline", "event_date": "date", "tickers": "ticker", "companies": "company",
    "types": "type", "tag": "type", "tags": "type", "event_type": "type", "event_types": "type", "text": "body",
}  # fmt: skip
_NEEDED = ("headline", "date")
_SEPARATOR = re.compile(r"\s*[;|]\s*")
_MOST_REASONS = 100

Row = dict[str, str]


def read_table(name: str, data: bytes) -> Reading:
    """Read every row that has a headline and a date; the others are left out with a reason that names the line."""
    items: list[Item] = []
    reasons: list[str] = []
    lines: dict[str, int] = {}
    try:
        for line, row in _rows(name, data):
            try:
                item = _item(name, line, len(items) + 1, row)
                _note_identifier(item, line, lines)
            except ValueError as error:
                reasons.append(f"{name}, line {line}: {error}")
            else:
                items.append(item)
    except (csv.Error, pa.ArrowException, ValueError) as error:
        reasons.append(f"{name}: the table cannot be read further: {error}")
    return Reading(format="table", items=tuple(items), reasons=tuple(_shortened(reasons)))


def _shortened(reasons: list[str]) -> list[str]:
    rest = len(reasons) - _MOST_REASONS
    return reasons if rest <= 0 else [*reasons[:_MOST_REASONS], f"{rest:,} further rows were left out likewise."]


def _rows(name: str, data: bytes) -> Iterator[tuple[int, Row]]:
    """Yield each row under the documented names of its columns, with its line (its number in a Parquet file)."""
    suffix = PurePath(name).suffix.lower()
    if suffix in {".jsonl", ".ndjson"}:
        return _json_rows(data)
    is_parquet = suffix == ".parquet"
    records = _parquet_rows(data) if is_parquet else _csv_rows(data, "\t" if suffix == ".tsv" else ",")
    return ((line, _named(record)) for line, record in records)


def _parquet_rows(data: bytes) -> Iterator[tuple[int, dict[str, object]]]:
    batches = pq.ParquetFile(io.BytesIO(data)).iter_batches()
    yield from enumerate((row for batch in batches for row in batch.to_pylist()), start=1)


def _json_rows(data: bytes) -> Iterator[tuple[int, Row]]:
    for line, text in enumerate(_decoded(data).split("\n"), start=1):
        if text.strip():
            yield line, _json_row(text)


def _json_row(text: str) -> Row:
    try:
        row = json.loads(text)
        return _named(row) if isinstance(row, dict) else {}
    except (ValueError, RecursionError):  # a line of a thousand brackets is no row either
        return {}


def _csv_rows(data: bytes, delimiter: str) -> Iterator[tuple[int, dict[str, object]]]:
    reader = csv.DictReader(io.StringIO(_decoded(data), newline=""), delimiter=delimiter)
    for row in reader:
        yield reader.line_num, dict(row)


def _decoded(data: bytes) -> str:
    return data.decode("utf-8-sig", errors="replace")


def _named(record: dict[str, object]) -> Row:
    row: Row = {}
    for column, value in record.items():
        name = str(column).strip().lower()
        row.setdefault(_OTHER_NAMES.get(name, name), _text(value))
    return row


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ";".join(_text(part) for part in value)
    if isinstance(value, date):  # a datetime is a date too
        return value.isoformat()
    return "" if value is None else clean(str(value))


def _item(name: str, line: int, number: int, row: Row) -> Item:
    missing = [column for column in _NEEDED if not row.get(column)]
    if missing:
        raise ValueError(f"{' and '.join(missing)} missing; the row was left out.")
    day, published_at = _instant(row)
    headline, body = row["headline"], row.get("body", "")
    return Item(
        document=name,
        item_no=number,
        headline=headline,
        body=body,
        source=row.get("source", ""),
        language=language_of(headline),
        line=line,
        published_at=published_at,
        url=row.get("url", ""),
        stated=_stated(row, day),
    )


def _stated(row: Row, day: date) -> StatedEvent:
    modality = row.get("modality", "").lower()
    if modality and modality not in get_args(Modality):
        allowed = ", ".join(get_args(Modality))
        raise ValueError(f"modality {modality!r} is not one of {allowed}; the row was left out.")
    return StatedEvent(
        event_date=day,
        event_id=row.get("event_id", ""),
        tickers=_parts(row.get("ticker", "")),
        companies=_parts(row.get("company", "")),
        types=_parts(row.get("type", "")),
        modality=next((known for known in get_args(Modality) if known == modality), None),
    )


def _parts(field: str) -> tuple[str, ...]:
    return tuple(part for part in _SEPARATOR.split(field) if part)


def _instant(row: Row) -> tuple[date, datetime | None]:
    """Return the day in the zone of the source and the instant (UTC) where the row gives one."""
    try:
        stated = datetime.fromisoformat(row["date"])
    except ValueError as error:
        raise ValueError(
            f"date {row['date']!r} is not an ISO date such as 2024-11-04; the row was left out."
        ) from error
    if row.get("time"):
        stated = _at(stated.date(), row["time"], row.get("zone", ""))
    return stated.date(), stated.astimezone(UTC) if stated.tzinfo else None


def _at(day: date, clock: str, zone: str) -> datetime:
    if not zone:
        raise ValueError(f"time {clock!r} has no zone such as America/New_York; the row was left out.")
    try:
        return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone))
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise ValueError(f"time {clock!r} in zone {zone!r} is not understood; the row was left out.") from error


def _note_identifier(item: Item, line: int, lines: dict[str, int]) -> None:
    event_id = item.stated.event_id if item.stated else ""
    if event_id and lines.setdefault(event_id, line) != line:
        raise ValueError(f"event_id {event_id!r} was given in line {lines[event_id]} already; the row was left out.")
