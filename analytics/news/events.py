"""From a document that was read to tagged events: every item becomes one, with what in the text caused each tag."""

import hashlib
from collections import Counter
from dataclasses import replace

from analytics.news.claims import find_claims
from analytics.news.companies import tag_companies
from analytics.news.dates import Dating, date_items
from analytics.news.event_types import find_types
from analytics.news.figures import find_figures
from analytics.news.mentions import find_mentions
from analytics.news.modality import modality_of
from analytics.news.script import as_written, simplified
from analytics.news.stated import stated_companies, stated_types
from analytics.news.stories import link_stories
from analytics.news.universe import Universe
from analytics.records import Document, Event, Item, Precision


def tag_document(document: Document, universe: Universe) -> tuple[Event, ...]:
    """Return one event per item of the document, in the order of the items; tellings of one story share its id.

    An item that no day can be told for, since neither it nor its document carries one, becomes no event:
    `undated_items` names those.
    """
    items = [simplified(item) for item in document.items]
    datings = date_items(replace(document, items=tuple(items)))
    identifiers = _identifiers(document)
    events = [
        as_written(_event(event_id, item, dating, universe), written)
        for event_id, item, dating, written in zip(identifiers, items, datings, document.items, strict=True)
        if dating
    ]
    return link_stories(events)


def undated_items(document: Document) -> tuple[Item, ...]:
    """Return the items that become no event because no day can be told for them."""
    datings = date_items(document)
    return tuple(item for item, dating in zip(document.items, datings, strict=True) if dating is None)


def _event(event_id: str, item: Item, dating: Dating, universe: Universe) -> Event:
    text = f"{item.headline}\n{item.body}"
    mentions = find_mentions(text, len(item.headline), universe)
    in_headline = any(mention.start <= len(item.headline) for mention in mentions)
    types = stated_types(item) or find_types(item.headline, item.body, names_company=in_headline)
    companies = stated_companies(item, dating.day, universe) or tag_companies(
        text, item.headline, dating.day, types, mentions, universe
    )
    figures = find_figures(text, item.language)
    return Event(
        event_id=event_id,
        item=item,
        event_date=dating.day,
        date_basis=dating.basis,
        market_date=dating.market_day if {tag.type for tag in types} & {"price_move", "mcap_milestone"} else None,
        precision=_precision(item, dating),
        modality=(item.stated and item.stated.modality) or modality_of(item.headline, item.body, types),
        types=types,
        companies=companies,
        figures=figures,
        claims=find_claims(text, mentions, companies, figures),
        story_id=event_id,
    )


def _identifiers(document: Document) -> list[str]:
    """Return the identifier of each item; a headline that comes again in the document counts its occurrences."""
    seen: Counter[str] = Counter()
    identifiers = []
    for item in document.items:
        seen[item.headline] += 1
        key = f"{item.document}\n{item.headline}" + (f"\n{seen[item.headline]}" if seen[item.headline] > 1 else "")
        given = item.stated.event_id if item.stated else ""
        identifiers.append(given or hashlib.sha256(key.encode(errors="replace")).hexdigest()[:12])
    return identifiers


def _precision(item: Item, dating: Dating) -> Precision:
    if item.published_at:
        return "minute"
    return "unknown" if dating.basis.startswith("fallback") else "day"
