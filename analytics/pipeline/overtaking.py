"""Overtakes as events of their own, which are studied like news."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from analytics.pipeline.build import derive, read, store_readings, universe
from analytics.pipeline.publish import writing

DOCUMENT = "overtakes.jsonl"
"""The document that they stand in; adding overtakes again replaces it."""


def add_overtakes(home: Path, overtakes: pa.Table) -> int:
    """Store two events a row, of the one who overtakes and of the one overtaken, and return how many events these are.

    Their types are overtakes and overtaken, or overtakes_intraday and overtaken_intraday; their day is the session.
    """
    lines = [json.dumps(event) for row in overtakes.to_pylist() for event in _events(row)]
    companies = universe(home)
    reading = read(DOCUMENT, "\n".join(lines).encode(), companies)
    with writing(home) as connection:
        store_readings(connection, [reading], companies)
        derive(connection)
    return len(lines)


def _events(row: dict[str, Any]) -> Iterator[dict[str, str]]:
    # The words are not those of a claim: an overtake is not to be checked against itself.
    # The day in a headline tells two overtakes of the same pair within a week apart.
    suffix, when = ("", "at the close of") if row["basis"] == "close" else ("_intraday", "in the course of")
    when = f"{when} {row['session']}"
    ahead, behind = row["overtaker_company"], row["overtaken_company"]
    for ticker, kind, headline in (
        (row["overtaker"], "overtakes", f"{ahead} moves ahead of {behind} by market value {when}"),
        (row["overtaken"], "overtaken", f"{behind} falls behind {ahead} by market value {when}"),
    ):
        identifier = f"{row['session']} {row['overtaker']} {row['overtaken']} {kind}{suffix}"
        yield {
            "event_id": identifier,
            "headline": headline,
            "date": row["session"].isoformat(),
            "ticker": ticker,
            "type": kind + suffix,
        }
