"""From a document that was read to tagged events: every item becomes one, with what in the text caused each tag."""

import hashlib
from collections import Counter

from analytics.news.claims import find_claims
from analytics.news.companies import tag_companies
from analytics.news.dates import Dating, date_items
from analytics.news.event_types import find_types
from analytics.news.figures import find_figures
from analytics.news.mentions import find_mentions
from analytics.news.modality import modality_of
from analytics.news.universe import Universe
from analytics.records import Document, Event, Item, Precision


def tag_document(document: Document, universe: Universe) -> tuple[Event, ...]:
    """Return one event per item of the document that has a day, in the order of the items."""
    seen: Counter[str] = Counter()
    events = []
    for item, dating in zip(document.items, date_items(document), strict=True):
        if dating is None:
            continue
        seen[item.headline] += 1
        events.append(_event(item, dating, seen[item.headline], universe))
    return tuple(events)


def _event(item: Item, dating: Dating, occurrence: int, universe: Universe) -> Event:
    text = f"{item.headline}\n{item.body}"
    types = find_types(item.headline, item.body, names_company=bool(find_mentions(item.headline, len(item.headline), universe)))
    companies = tag_companies(text, item.headline, dating.day, types, universe)
    figures = find_figures(text, item.language)
    event_id = _event_id(item, occurrence)
    return Event(
        event_id=event_id,
        item=item,
        event_date=dating.day,
        date_basis=dating.basis,
        market_date=dating.market_day if {t.type for t in types} & {"price_move", "mcap_milestone"} else None,
        precision=_precision(item, dating),
        modality=modality_of(item.headline, item.body, types),
        types=types,
        companies=companies,
        figures=figures,
        claims=find_claims(text, find_mentions(text, len(item.headline), universe), companies, figures),
        story_id=event_id,
    )


def _event_id(item: Item, occurrence: int) -> str:
    """Hash document and headline; a headline that comes again in the same document counts its occurrences."""
    key = f"{item.document}\n{item.headline}" + (f"\n{occurrence}" if occurrence > 1 else "")
    return hashlib.sha256(key.encode()).hexdigest()[:12]


def _precision(item: Item, dating: Dating) -> Precision:
    if item.published_at:
        return "minute"
    return "unknown" if dating.basis.startswith("fallback") else "day"
