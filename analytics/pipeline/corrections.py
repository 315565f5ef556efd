"""A user's corrections of tags and dates: kept beside the rules, applied on top of them, shown against them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from analytics.errors import NothingFound
from analytics.news.corrections import Correction, correct_events
from analytics.news.universe import Universe
from analytics.pipeline.build import derive, read, store_readings, universe
from analytics.pipeline.publish import writing
from analytics.pipeline.snapshot import Snapshot
from analytics.records import Event
from analytics.store import load, query


@dataclass(frozen=True, kw_only=True)
class TaggedField:
    """A field of an event as the rules gave it, and as the user set it right."""

    event_id: str
    field: str
    by_rules: str
    corrected: str | None
    """None where the rules stand."""
    because: str
    """Words of the text that caused the tags, with the names of the rules."""


def tags_of(data: Snapshot, event_id: str) -> list[TaggedField]:
    """Return the correctable fields of a stored event; NothingFound where none has that id."""
    event = _by_rules(data.ask("stored_document", event_id=event_id), event_id, universe(data.home))
    rows = data.ask("corrections", event_ids=[event_id]).to_pylist()
    corrected = {row["field"]: row["value"] for row in rows}
    return [
        TaggedField(event_id=event_id, field=field, by_rules=value, corrected=corrected.get(field), because=because)
        for field, (value, because) in _fields(event).items()
    ]


def correct(home: Path, event_id: str, changes: dict[str, str | None]) -> None:
    """Set fields of a stored event right, or with None take a correction back, and publish.

    Raises NothingFound for an unknown event, RequestError for a field or value that is not allowed; then nothing is
    changed.
    """
    companies = universe(home)
    with writing(home) as connection:
        event = _by_rules(query.run(connection, "stored_document", event_id=event_id), event_id, companies)
        for field, value in changes.items():
            query.change(connection, "remove_correction", event_id=event_id, field=field)
            if value is not None:
                _keep(connection, Correction(event_id=event_id, field=field, value=value), event, companies)
        document = query.run(connection, "stored_document", event_id=event_id).to_pylist()[0]
        store_readings(connection, [read(document["document"], document["content"], companies)], companies)
        derive(connection)


def _keep(connection: Any, correction: Correction, event: Event, companies: Universe) -> None:
    correct_events([event], [correction], companies)  # refuses what is not allowed
    row = {
        "event_id": correction.event_id,
        "field": correction.field,
        "value": correction.value,
        "made_at": datetime.now(UTC),
    }
    load.insert(connection, "corrections", pa.Table.from_pylist([row]))


def _by_rules(stored: pa.Table, event_id: str, companies: Universe) -> Event:
    for row in stored.to_pylist():
        for event in read(row["document"], row["content"], companies).events:
            if event.event_id == event_id:
                return event
    raise NothingFound(f"No stored event has the id {event_id!r}.", hint="List them with `newswake events`.")


def _fields(event: Event) -> dict[str, tuple[str, str]]:
    listed = [tag for tag in event.companies if tag.ticker]
    return {
        "event_date": (event.event_date.isoformat(), event.date_basis),
        "market_date": (event.market_date.isoformat() if event.market_date else "", ""),
        "types": (
            ";".join(tag.type for tag in event.types),
            "; ".join(f"{tag.text} ({tag.rule})" for tag in event.types),
        ),
        "tickers": (
            ";".join(tag.ticker or "" for tag in listed),
            "; ".join(f"{tag.ticker}: {tag.text} ({tag.rule})" for tag in listed),
        ),
        "modality": (event.modality, ""),
        "story_id": (event.story_id, ""),
    }
