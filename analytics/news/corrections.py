"""A user's corrections of tagged events: they win over the rules and are kept apart from them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import get_args

from analytics.errors import RequestError
from analytics.news.stated import corrected_companies, corrected_types
from analytics.news.universe import Universe
from analytics.records import Event, Modality


@dataclass(frozen=True, kw_only=True)
class Correction:
    """One field of one event set right. Key: event_id, field."""

    event_id: str
    field: str
    """event_date | market_date | types | tickers | modality | story_id"""
    value: str
    """An ISO date, codes or tickers separated by ";", a modality, or the event_id of the story's first telling."""


def correct_events(
    events: Iterable[Event], corrections: Iterable[Correction], universe: Universe
) -> tuple[tuple[Event, ...], tuple[str, ...]]:
    """Return the events as corrected, and a reason for each correction that speaks of no event among them.

    Raises RequestError for a field or a value that is not allowed.
    """
    by_event = {event.event_id: event for event in events}
    reasons = []
    for correction in corrections:
        event = by_event.get(correction.event_id)
        if event is None:
            reasons.append(
                f"The correction of {correction.field} speaks of event {correction.event_id}, which is gone."
            )
        else:
            by_event[event.event_id] = _corrected(event, correction, universe)
    return tuple(by_event.values()), tuple(reasons)


def _corrected(event: Event, correction: Correction, universe: Universe) -> Event:
    change = _CHANGES.get(correction.field)
    if change is None:
        raise RequestError(
            f"The field {correction.field!r} cannot be corrected.", hint=f"Choose one of {', '.join(sorted(_CHANGES))}."
        )
    return change(event, correction.value.strip(), universe)


def _with_date(event: Event, value: str, _: Universe) -> Event:
    return replace(event, event_date=_day(value), date_basis="corrected", precision="day")


def _with_market_date(event: Event, value: str, _: Universe) -> Event:
    return replace(event, market_date=_day(value) if value else None)


def _with_types(event: Event, value: str, _: Universe) -> Event:
    return replace(event, types=corrected_types(_listed(value)))


def _with_tickers(event: Event, value: str, universe: Universe) -> Event:
    """Replace the listed companies; the private ones stay."""
    private = tuple(tag for tag in event.companies if tag.ticker is None)
    return replace(event, companies=(*corrected_companies(_listed(value), universe), *private))


def _with_modality(event: Event, value: str, _: Universe) -> Event:
    for modality in get_args(Modality):
        if value == modality:
            return replace(event, modality=modality)
    raise RequestError(f"{value!r} is no modality.", hint=f"Choose one of {', '.join(get_args(Modality))}.")


def _with_story(event: Event, value: str, _: Universe) -> Event:
    return replace(event, story_id=value or event.event_id)


def _day(value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise RequestError(f"{value!r} is not a date.", hint="Write it like 2024-11-04.") from error


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(";") if part.strip())


_CHANGES: dict[str, Callable[[Event, str, Universe], Event]] = {
    "event_date": _with_date,
    "market_date": _with_market_date,
    "types": _with_types,
    "tickers": _with_tickers,
    "modality": _with_modality,
    "story_id": _with_story,
}
