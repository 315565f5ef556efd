"""Which events tell the same story: re-posts, follow-ups, a rumour and its denial."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.process import cdist

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
    for places in _about_one_company(events, first.values()):
        for one, other in _same(_Tellings([events[place] for place in places])):
            _join(story, places[one], places[other], events)
    return tuple(
        replace(event, story_id=events[_find(story, place)].event_id) if _find(story, place) != place else event
        for place, event in enumerate(events)
    )


def _compared(event: Event) -> Hashable:
    """Return all that a comparison looks at: of a story told a thousand times in the same words, one is compared."""
    companies = frozenset((tag.company, tag.role, tag.text) for tag in event.companies)
    return event.event_date, event.item.headline, event.modality, frozenset(tag.type for tag in event.types), companies


def _about_one_company(events: tuple[Event, ...], places: Iterable[int]) -> Iterator[list[int]]:
    """Yield, for each company that two events or more are about, their places in the order of their dates."""
    about: dict[str, list[int]] = defaultdict(list)
    for place in sorted(places, key=lambda place: events[place].event_date):
        for company in _subjects(events[place]) or {""}:
            about[company].append(place)
    yield from (near for near in about.values() if len(near) > 1)


def _subjects(event: Event) -> set[str]:
    return {tag.company for tag in event.companies if tag.role not in _ASIDE}


class _Tellings:
    """What events about one company are compared by, as arrays: thousands of them are compared row by row."""

    def __init__(self, events: list[Event]) -> None:
        bits: dict[str, int] = defaultdict(lambda: 1 << len(bits))
        pairs = [_pairs(event) for event in events]
        holding: dict[str, list[int]] = defaultdict(list)
        for place, own in enumerate(pairs):
            for pair in own:
                holding[pair].append(place)
        places = {pair: np.array(found) for pair, found in holding.items() if len(found) > 1}
        self.headlines = [event.item.headline for event in events]
        self.days = np.array([event.event_date.toordinal() for event in events])
        self.numbers = np.array([_numbers(event.item.headline) for event in events])
        self.denied = np.array([event.modality == "denied" for event in events])
        self.types = np.array([sum(bits[tag.type] for tag in event.types) for event in events])
        self.lengths = np.array([len(own) for own in pairs])
        self.holding = [[places[pair] for pair in own if pair in places] for own in pairs]

    def same_story(self, row: int) -> NDArray[np.intp]:
        """Return the rows before `row`, no more than a week, that tell the same story."""
        oldest = int(np.searchsorted(self.days, self.days[row] - _WINDOW.days))
        near = slice(oldest, row)
        likeness = cdist([self.headlines[row]], self.headlines[near], scorer=fuzz.ratio, dtype=np.float64)[0]
        is_denial = self.denied[near] | self.denied[row]
        common_ground = is_denial | (self.types[near] & self.types[row] > 0)
        told_again = self._shared(row, near) >= np.where(is_denial, _SAME_DENIED, _SAME_WORDS)
        reposted = self.numbers[near] == self.numbers[row]
        return oldest + np.flatnonzero(np.where(likeness >= _SAME_HEADLINE, reposted, told_again & common_ground))

    def _shared(self, row: int, near: slice) -> NDArray[np.float64]:
        """Return for each row of `near` the share of the shorter headline's pairs of characters that both have."""
        found = np.concatenate([np.array([], dtype=np.intp), *self.holding[row]])
        common = np.bincount(found, minlength=len(self.lengths))[near]
        shorter = np.minimum(self.lengths[near], self.lengths[row])
        return np.where(shorter > 0, common / np.maximum(shorter, 1), -1.0)


def _same(tellings: _Tellings) -> Iterator[tuple[int, int]]:
    """Yield pairs of rows that tell one story, no more than join all that do: a row joins each group once."""
    group = np.arange(len(tellings.headlines))
    for row in range(1, len(group)):
        joined = np.unique(group[tellings.same_story(row)])
        yield from ((row, first) for first in joined.tolist())
        if joined.size:
            group[np.isin(group, joined)] = joined[0]
            group[row] = joined[0]


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
