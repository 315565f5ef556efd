"""Stories linked across documents: each event learns the first telling of its story among all that are stored."""

from datetime import date, timedelta
from typing import Any

from analytics.news.stories import link_stories
from analytics.records import CompanyTag, Event, Item, TypeTag
from analytics.store import query

_NEAR = timedelta(days=14)
"""Two of the windows within which a story is told again: a chain of tellings may begin one before the new ones."""


def link_stored(connection: Any, first: date, last: date) -> None:
    """Link the stored events around the event dates `first` to `last`; a user's correction of a story stands."""
    rows = query.run(connection, "tellings", first_date=first - _NEAR, last_date=last + _NEAR).to_pylist()
    corrected = {
        row["event_id"]
        for row in query.run(connection, "corrections", event_ids=None).to_pylist()
        if row["field"] == "story_id"
    }
    linked = link_stories([_telling(row) for row in rows])
    for row, event in zip(rows, linked, strict=True):
        if event.story_id != row["story_id"] and event.event_id not in corrected:
            query.change(connection, "set_story", event_id=event.event_id, story_id=event.story_id)


def _telling(row: dict[str, Any]) -> Event:
    """Return a stored event with what linking compares; the rest is not needed for it."""
    item = Item(
        document=row["document"],
        item_no=row["item_no"],
        headline=row["headline"],
        body="",
        source="",
        language=row["language"],
        line=0,
    )
    return Event(
        event_id=row["event_id"],
        item=item,
        event_date=row["event_date"],
        date_basis="",
        market_date=None,
        precision="day",
        modality=row["modality"],
        types=tuple(TypeTag(type=name, text="", start=0, rule="") for name in row["types"]),
        companies=tuple(
            CompanyTag(ticker=None, relevance=1.0, start=0, rule="", **named) for named in row["companies"]
        ),
        figures=(),
        claims=(),
        story_id=row["event_id"],
    )
