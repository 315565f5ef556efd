"""Which events tell the same story: re-posts, follow-ups, a rumour and its denial."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from rapidfuzz import fuzz

from analytics.records import Event

_WINDOW = timedelta(days=7)
"""Days within which a story is told again; later it is news of its own."""
_SAME_HEADLINE = 82
"""Likeness (0..100) from which two headlines are the same one, re-posted."""
_SAME_WORDS = 0.3
"""Share of the shorter headline's pairs of characters, names taken out, that a follow-up has in common."""
_SAME_DENIED = 0.2
"""The same share for a denial, which tells the rumour in its own words."""
_ASIDE = frozenset({"background", "supplier"})
"""Parts of companies that two stories may share without being one: two phones with the same chip."""
_DIGITS = frozenset("0123456789")


def link_stories(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the events with the `story_id` of the first telling of each story, in their order.

    Two events are compared where they lie within a week of each other and are about a common company, or about none.
    """
    events = tuple(events)
    first: dict[Hashable, int] = {}
    story = [first.setdefault(_compared(event), place) for place, event in enumerate(events)]
    pairs = {place: _pairs(events[place]) for place in first.values()}
    for one, other in _candidates(events, first.values()):
        if _find(story, one) != _find(story, other) and _is_same(events[one], events[other], pairs[one], pairs[other]):
            _join(story, one, other, events)
    return tuple(
        replace(event, story_id=events[_find(story, place)].event_id) if _find(story, place) != place else event
        for place, event in enumerate(events)
    )


def _compared(event: Event) -> Hashable:
    """Return all that a comparison looks at: of a story told a thousand times in the same words, one is compared."""
    companies = frozenset((tag.company, tag.role, tag.text) for tag in event.companies)
    return event.event_date, event.item.headline, event.modality, frozenset(tag.type for tag in event.types), companies


def _candidates(events: tuple[Event, ...], places: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield pairs of the places whose events are about a common company within the window."""
    about: dict[str, list[int]] = defaultdict(list)
    for place in sorted(places, key=lambda place: events[place].event_date):
        for company in _subjects(events[place]) or {""}:
            about[company].append(place)
    for near in about.values():
        oldest = 0
        for later, place in enumerate(near):
            while events[near[oldest]].event_date < events[place].event_date - _WINDOW:
                oldest += 1
            yield from ((earlier, place) for earlier in near[oldest:later])


def _subjects(event: Event) -> set[str]:
    return {tag.company for tag in event.companies if tag.role not in _ASIDE}


def _is_same(one: Event, other: Event, pairs: frozenset[str], other_pairs: frozenset[str]) -> bool:
    if fuzz.ratio(one.item.headline, other.item.headline) >= _SAME_HEADLINE:
        return _numbers(one.item.headline) == _numbers(other.item.headline)
    shorter = min(len(pairs), len(other_pairs))
    if not shorter:
        return False
    is_denial = "denied" in {one.modality, other.modality}
    share = len(pairs & other_pairs) / shorter
    return share >= (_SAME_DENIED if is_denial else _SAME_WORDS) and _is_common_ground(one, other, is_denial=is_denial)


def _is_common_ground(one: Event, other: Event, *, is_denial: bool) -> bool:
    """Tell whether the events share a type too, or a denial shares all but the denial."""
    types, other_types = {tag.type for tag in one.types}, {tag.type for tag in other.types}
    companies, other_companies = _subjects(one), _subjects(other)
    same_companies = bool(companies & other_companies) or not (companies or other_companies)
    return same_companies and (is_denial or bool(types & other_types))


def _numbers(headline: str) -> str:
    """Return the digits: "Q3 财报" and "Q4 财报", "iPhone 16" and "iPhone 17" are different stories."""
    return "".join(letter for letter in headline if letter in _DIGITS)


def _pairs(event: Event) -> frozenset[str]:
    """Return the pairs of neighbouring characters of the headline that are not names or punctuation."""
    headline = event.item.headline
    for name in sorted({tag.text for tag in event.companies}, key=len, reverse=True):
        headline = headline.replace(name, " ")
    words = "".join(letter if letter.isalnum() else " " for letter in headline.casefold())
    return frozenset(words[i : i + 2] for i in range(len(words) - 1) if " " not in words[i : i + 2])


def _find(story: list[int], place: int) -> int:
    while story[place] != place:
        story[place] = story[story[place]]
        place = story[place]
    return place


def _join(story: list[int], one: int, other: int, events: tuple[Event, ...]) -> None:
    """Join two stories under the earlier first telling."""
    roots = sorted((_find(story, one), _find(story, other)), key=lambda place: (events[place].event_date, place))
    story[roots[1]] = roots[0]
