"""A study of the user's own events and prices, without any stored data: the same SQL and the same engine in memory."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa

from analytics.errors import InputError
from analytics.market.files import read_prices
from analytics.market.sheet import Sheet, days, read_sheet, texts
from analytics.market.sifting import Check, given, sift
from analytics.pipeline.calendars import add_missing_lines, renew_sessions
from analytics.pipeline.panels import GroupBy
from analytics.pipeline.studied import Studied
from analytics.pipeline.studies import Study
from analytics.records import Selection
from analytics.store import load
from analytics.store.relations import create_marts, create_tables
from analytics.store.versions import scratch
from analytics.study import StudySpec

_NEEDED = ("event_id", "ticker", "date")
_OPTIONAL = ("time", "zone", "tag")
_DOCUMENT = "your events"


class OwnFiles(Studied):
    """The events of one file beside the prices of another, in memory.

    `events` has event_id, ticker, date and perhaps time (15:04), zone (Asia/Shanghai) and tag; `prices` has ticker,
    date, close and perhaps high, volume. Tickers of known exchanges keep the sessions of their calendar, others take
    the dates of their own bars.
    """

    def __init__(self, events: Path, prices: Path) -> None:
        bars = read_prices(prices)
        rows, refused = _read_events(events)
        super().__init__(scratch(), f"{events.name} and {prices.name}")
        self.refused = [*_sentences(events, refused), *_sentences(prices, bars.refused)]
        """event_id, ticker, company, reason of each row that cannot be used."""
        create_tables(self._connection)
        load.insert(self._connection, "prices", bars.rows)
        for table, content in _tables(rows).items():
            load.insert(self._connection, table, content)
        add_missing_lines(self._connection)
        renew_sessions(self._connection)
        create_marts(self._connection)

    def study(
        self,
        selection: Selection | None = None,
        spec: StudySpec | None = None,
        *,
        by: GroupBy | None = None,
        factors: pa.Table | None = None,
    ) -> Study:
        """Study the events as any others; rows that cannot be used are in `excluded` with their line."""
        found = super().study(selection, spec, by=by, factors=factors)
        left_out = pa.Table.from_pylist(self.refused, found.excluded.schema)
        manifest = {**found.manifest, "pairs": {**found.manifest["pairs"], "refused_rows": len(self.refused)}}
        return replace(found, excluded=pa.concat_tables([left_out, found.excluded]), manifest=manifest)


def study_files(
    events: Path,
    prices: Path,
    selection: Selection | None = None,
    spec: StudySpec | None = None,
    *,
    by: GroupBy | None = None,
    factors: pa.Table | None = None,
) -> Study:
    """Study the events of one file with the prices of another; what they hold stands at `OwnFiles`."""
    with OwnFiles(events, prices) as data:
        return data.study(selection, spec, by=by, factors=factors)


def _read_events(path: Path) -> tuple[list[dict[str, Any]], pa.Table]:
    sheet = read_sheet(path).renamed(lambda name: name.strip().lower())
    unknown = [name for name in sheet.names if name not in (*_NEEDED, *_OPTIONAL)]
    missing = [name for name in _NEEDED if name not in sheet.names]
    if missing:
        raise InputError(
            f"the column {missing[0]} is missing (found: {', '.join(sheet.names)}).",
            where=path.name,
            hint=f"Needed are {', '.join(_NEEDED)}; {', '.join(_OPTIONAL)} may be added.",
        )
    if unknown:
        sheet = Sheet(**{**sheet.__dict__, "columns": sheet.columns.drop_columns(unknown)})
    rows = {name: texts(sheet.columns[name]) for name in sheet.names} | {"date": days(sheet.columns["date"])}
    instants, faults = _instants(rows)
    checks = [
        given("event_id", rows["event_id"]),
        given("ticker", rows["ticker"]),
        given("date", rows["date"], "is not a date in the form 2024-11-04"),
    ]
    if "time" in rows:
        checks.append(
            Check(column="time", bad=pa.chunked_array([faults]), rule="needs the form 15:04 and a zone beside it")
        )
    rows["published_at"] = pa.chunked_array([instants])
    sifted = sift(sheet, rows, key=("event_id", "ticker"), checks=checks)
    return sifted.columns.to_pylist(), sifted.refused


def _instants(rows: dict[str, pa.ChunkedArray]) -> tuple[pa.Array, pa.Array]:
    """Return the instant of each row that has a time, and whether its time or zone cannot be read."""
    count = len(rows["date"])
    clock, zone = (rows[name].to_pylist() if name in rows else [None] * count for name in ("time", "zone"))
    instants: list[datetime | None] = []
    faults: list[bool] = []
    for day, hour, place in zip(rows["date"].to_pylist(), clock, zone, strict=True):
        try:
            instants.append(_instant(day, hour, place))
            faults.append(False)
        except (ValueError, ZoneInfoNotFoundError):
            instants.append(None)
            faults.append(True)
    return pa.array(instants, pa.timestamp("us", "UTC")), pa.array(faults)


def _instant(day: date | None, clock: str | None, zone: str | None) -> datetime | None:
    if not clock or day is None:
        return None
    if not zone:
        raise ValueError(zone)
    return datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone)).astimezone(UTC)


def _tables(rows: list[dict[str, Any]]) -> dict[str, pa.Table]:
    """Return the events as rows of the tables of news: one event an id, one tag a ticker."""
    first: dict[str, dict[str, Any]] = {}
    for row in rows:
        first.setdefault(row["event_id"], row)
    found = {
        "events": [_event(number, row) for number, row in enumerate(first.values(), 1)],
        "tags": [_tag(row) for row in rows],
    }
    return {table: pa.Table.from_pylist(content) for table, content in found.items() if content}


def _event(number: int, row: dict[str, Any]) -> dict[str, Any]:
    return {
        "event_id": row["event_id"],
        "document": _DOCUMENT,
        "item_no": number,
        "headline": row["event_id"],
        "event_date": row["date"],
        "date_basis": "stated",
        "market_date": None,
        "published_at": row["published_at"],
        "precision": "minute" if row["published_at"] else "day",
        "modality": "confirmed",
        "types": [row.get("tag") or "other"],
        "tickers": [row["ticker"]],
        "source": "",
        "language": "en",
        "story_id": row["event_id"],
    }


def _tag(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "event_id": row["event_id"],
        "kind": "company",
        "value": row["ticker"],
        "ticker": row["ticker"],
        "role": "subject",
        "relevance": 1.0,
        "text": row["ticker"],
        "start": 0,
        "rule": "stated",
    }


def _sentences(path: Path, refused: pa.Table) -> Iterator[dict[str, str]]:
    for row in refused.to_pylist():
        yield {
            "event_id": "",
            "ticker": "",
            "company": "",
            "reason": f"{path.name}, line {row['line']}: {row['reason']}",
        }
