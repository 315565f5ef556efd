"""Records as rows of the tables they are stored in."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from analytics.news.universe import Universe
from analytics.records import Document, Event, Item


def news_tables(
    documents: Sequence[tuple[Document, bytes]], events: Sequence[Event], added_at: Mapping[str, datetime]
) -> dict[str, pa.Table]:
    """Return the rows of documents, each with its bytes, and of their events; a table without rows is left out.

    `added_at` holds the instants at which documents of these names were added first; the others are added now.
    """
    found = {
        "documents": [_document(document, content, added_at) for document, content in documents],
        "items": [_item(item) for document, _ in documents for item in document.items],
        "events": [_event(event) for event in events],
        "tags": [row for event in events for row in (*_company_tags(event), *_type_tags(event))],
        "figures": [
            {"event_id": event.event_id, "figure_no": number, **asdict(figure)}
            for event in events
            for number, figure in enumerate(event.figures, 1)
        ],
        "stated_claims": [
            {"event_id": event.event_id, "claim_no": number, **asdict(claim)}
            for event in events
            for number, claim in enumerate(event.claims, 1)
        ],
    }
    return {table: pa.Table.from_pylist(content) for table, content in found.items() if content}


def universe_tables(universe: Universe) -> dict[str, pa.Table]:
    """Return the companies, their lines, names and exposures, by table."""
    return {
        name: pa.Table.from_pylist([asdict(row) for row in getattr(universe, name)])
        for name in ("companies", "securities", "aliases", "exposures")
    }


def _document(document: Document, content: bytes, added_at: Mapping[str, datetime]) -> dict[str, Any]:
    described = {
        name: getattr(document, name)
        for name in ("document", "format", "title", "source", "url", "issue_date", "language", "sha256", "outcome")
    }
    return described | {
        "stories": len(document.items),
        "reasons": list(document.reasons),
        # What was refused may be anything of any size; its name, hash and the reason are enough to mend it.
        "content": b"" if document.outcome == "refused" else content,
        "added_at": added_at.get(document.document) or datetime.now(UTC),
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        name: getattr(item, name)
        for name in ("document", "item_no", "headline", "body", "source", "language", "line", "url")
    }


def _event(event: Event) -> dict[str, Any]:
    item = event.item
    return {
        "event_id": event.event_id,
        "document": item.document,
        "item_no": item.item_no,
        "headline": item.headline,
        "event_date": event.event_date,
        "date_basis": event.date_basis,
        "market_date": event.market_date,
        "published_at": item.published_at,
        "precision": event.precision,
        "modality": event.modality,
        "types": [tag.type for tag in event.types],
        "tickers": _tickers(event),
        "source": item.source,
        "language": item.language,
        "story_id": event.story_id,
    }


def _tickers(event: Event) -> list[str]:
    ordered = sorted(event.companies, key=lambda tag: (tag.role == "background", -tag.relevance, tag.start))
    return list(dict.fromkeys(tag.ticker for tag in ordered if tag.ticker))


def _company_tags(event: Event) -> list[dict[str, Any]]:
    return [
        {
            "event_id": event.event_id,
            "kind": "company",
            "value": tag.company,
            "ticker": tag.ticker,
            "role": tag.role,
            "relevance": tag.relevance,
            "text": tag.text,
            "start": tag.start,
            "rule": tag.rule,
        }
        for tag in event.companies
    ]


def _type_tags(event: Event) -> list[dict[str, Any]]:
    return [
        {
            "event_id": event.event_id,
            "kind": "type",
            "value": tag.type,
            "ticker": None,
            "role": None,
            "relevance": None,
            "text": tag.text,
            "start": tag.start,
            "rule": tag.rule,
        }
        for tag in event.types
    ]
