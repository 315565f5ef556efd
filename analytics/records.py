"""What the rooms hand to each other: frozen records, one per noun, trusted once they are made."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Outcome = Literal["read", "partly read", "refused"]
Language = Literal["zh-Hans", "zh-Hant", "en"]
Modality = Literal["confirmed", "reported", "rumor", "denied"]
Precision = Literal["minute", "day", "unknown"]


@dataclass(frozen=True, kw_only=True)
class StatedEvent:
    """What a row of a table of events says about itself; prose leaves all of it to the rules."""

    event_date: date
    """Calendar date on which the news became public, in the zone of the source."""
    event_id: str = ""
    """Identifier that the row gives; the event keeps it."""
    tickers: tuple[str, ...] = ()
    """Tickers in Yahoo's spelling that the row names."""
    companies: tuple[str, ...] = ()
    """Names of companies that the row gives beside tickers."""
    types: tuple[str, ...] = ()
    """Event types, the first one primary."""
    modality: Modality | None = None
    """How certain the news is, where the row says so."""


@dataclass(frozen=True, kw_only=True)
class Item:
    """One news story of a document, cleaned of images, bylines and its source note. Key: document, item_no."""

    document: str
    """Name of the document it stands in."""
    item_no: int
    """Place in the document, from 1."""
    headline: str
    body: str
    """Paragraphs joined by line feeds."""
    source: str
    """Normalised source note, such as "IT之家"; several are joined by "、"; empty where none is given."""
    language: Language
    line: int
    """Line of the headline in the document, from 1."""
    published_at: datetime | None = None
    """Instant of publication (aware, UTC) where the source gives one, as feeds do."""
    url: str = ""
    stated: StatedEvent | None = None


@dataclass(frozen=True, kw_only=True)
class Document:
    """One input as it was read: a digest, a feed, a table of events, pasted text. Key: document."""

    document: str
    """File name, or the address of a feed."""
    format: str
    """digest | links | feed | table | text"""
    title: str
    source: str
    url: str
    issue_date: date | None
    """Date that the document itself carries; the year of its stories comes from it."""
    language: Language
    sha256: str
    """Hash of the bytes: the same document is recognised by it."""
    outcome: Outcome
    reasons: tuple[str, ...]
    """Why it was not read whole, one sentence each with the line where known; empty when read."""
    items: tuple[Item, ...]


@dataclass(frozen=True, kw_only=True)
class CompanyTag:
    """A company named in an item, once per item, with the words that caused it."""

    company: str
    """Canonical name in the universe; the name in the text for a firm that is not in it."""
    ticker: str | None
    """Primary line that was listed on the event date; None for a private company."""
    role: str
    """subject | competitor | investor | target | acquirer | seller | partner | supplier | customer | owner |
    defendant | background"""
    relevance: float
    """0..1: how much the item is about this company."""
    text: str
    """The words in the item."""
    start: int
    """Where they start in `headline + "\\n" + body`, in characters from 0."""
    rule: str
    """Name of the rule that made the tag."""


@dataclass(frozen=True, kw_only=True)
class TypeTag:
    """An event type with the words that caused it; the first of an event is its primary type."""

    type: str
    text: str
    start: int
    rule: str


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A money amount or a percentage in an item, in the order of the text."""

    text: str
    start: int
    value: float
    """In base units: 3.38 trillion is 3.38e12, 1.65 % is 1.65."""
    value_high: float | None
    """Upper end of a range."""
    unit: str
    """ISO currency, or pct, or pp."""
    kind: str
    """market_cap, price_change_pct, revenue, ... or other"""
    direction: Literal["up", "down"] | None
    is_conversion: bool
    """A bracketed equivalent of the figure before it in another currency."""
    qualifier: Literal["estimate", "comparison_period"] | None


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A statement of an item that prices can check. Key: event_id, claim_no."""

    kind: Literal["price_change", "market_cap", "overtake"]
    ticker: str
    """The security that the statement is about."""
    rival: str | None
    """The overtaken security of an overtake."""
    stated: float | None
    """Share (0.0165) for a price change, amount in `unit` for a market cap, None for an overtake."""
    rounding: float
    """Half a unit of the last digit that the text gives, in the units of `stated`; 0 for an overtake."""
    unit: str
    """share, or the ISO currency of a market cap, or rank"""
    text: str


@dataclass(frozen=True, kw_only=True)
class Event:
    """A tagged item. Key: event_id."""

    event_id: str
    """The row's own identifier, else twelve hex digits: a stable hash of the document's name and the headline."""
    item: Item
    event_date: date
    """Date on which the news is stated to have happened or been reported."""
    date_basis: str
    """explicit | explicit_body | weekday | relative | url | fallback_mode | fallback_issue | stated"""
    market_date: date | None
    """Exchange session that a price statement speaks of, where there is one."""
    precision: Precision
    """minute where `item.published_at` holds, else day; unknown where the date is a fallback."""
    modality: Modality
    types: tuple[TypeTag, ...]
    companies: tuple[CompanyTag, ...]
    figures: tuple[Figure, ...]
    claims: tuple[Claim, ...]
    story_id: str
    """event_id of the first telling of the same story."""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which events and securities are asked for; an empty field takes all."""

    event_ids: tuple[str, ...] = ()
    """Events by id."""
    tickers: tuple[str, ...] = ()
    """Securities by ticker."""
    companies: tuple[str, ...] = ()
    """Issuers by canonical name."""
    types: tuple[str, ...] = ()
    """Event types, any of an event's."""
    roles: tuple[str, ...] = ()
    """Parts that the company plays; empty takes all but background."""
    modalities: tuple[Modality, ...] = ()
    """How certain the news is."""
    sources: tuple[str, ...] = ()
    """Publications that the news was taken from, any of an event's."""
    first_date: date | None = None
    """Earliest event date."""
    last_date: date | None = None
    """Latest event date."""
