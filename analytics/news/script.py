"""Traditional characters: the rules read simplified ones, what they find points into the text as it was written."""

from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

import opencc
from rapidfuzz.distance import Levenshtein

from analytics.records import CompanyTag, Event, Figure, Item, TypeTag

Tag = TypeVar("Tag", CompanyTag, TypeTag, Figure)


@dataclass(frozen=True)
class _Origins:
    """Where each character of a simplified text stands in the original, and one past the end."""

    text: str
    positions: tuple[int, ...]


@cache
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)


def simplified(item: Item) -> Item:
    """Return the item in simplified characters and mainland words (輝達 is 英伟达); other items as they are."""
    if item.language != "zh-Hant":
        return item
    headline, _, body = _converter("tw2sp").convert(f"{item.headline}\n{item.body}").partition("\n")
    return replace(item, headline=headline, body=body)


def as_written(event: Event, item: Item) -> Event:
    """Return an event of `simplified(item)` with its tags and figures pointing into `item` itself."""
    if event.item is item:
        return event
    original = f"{item.headline}\n{item.body}"
    origins = _origins(original, f"{event.item.headline}\n{event.item.body}")
    return replace(
        event,
        item=item,
        types=tuple(_moved(tag, original, origins) for tag in event.types),
        companies=tuple(_moved(tag, original, origins) for tag in event.companies),
        figures=tuple(_moved(figure, original, origins) for figure in event.figures),
    )


def _moved(tag: Tag, original: str, origins: _Origins) -> Tag:
    start, end = origins.positions[tag.start], origins.positions[tag.start + len(tag.text)]
    return replace(tag, start=start, text=original[start:end])


def _origins(original: str, text: str) -> _Origins:
    """Align both texts; words of another length (智慧型手機, 智能手机) are aligned where their characters agree."""
    if len(original) == len(text):
        return _Origins(text, tuple(range(len(text) + 1)))
    positions: list[int] = []
    for step in Levenshtein.opcodes(_converter("t2s").convert(original), text):
        span = step.src_end - step.src_start
        positions += [step.src_start + min(offset, span) for offset in range(step.dest_end - step.dest_start)]
    return _Origins(text, (*positions, len(original)))
