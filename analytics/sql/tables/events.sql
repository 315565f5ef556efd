-- One row per news event: a story with its dates, types and tickers.
-- key: event_id
-- event_id: stable hash of the document's name and the headline
-- document: the document it stands in
-- item_no: place in the document, from 1
-- headline: its headline
-- event_date: date on which the news is stated to have happened or been reported
-- date_basis: what in the text the date rests on
-- market_date: exchange session that a price statement speaks of, where there is one
-- published_at: instant of publication (UTC) where the source gives one
-- precision: minute, day or unknown
-- modality: confirmed, reported, rumor or denied
-- types: event types, the first one primary
-- tickers: tickers of the listed companies it names, subjects first
-- source: normalised source note
-- language: zh-Hans, zh-Hant or en
-- story_id: event_id of the first telling of the same story
create table events (
    event_id varchar not null,
    document varchar not null,
    item_no integer not null,
    headline varchar not null,
    event_date date not null,
    date_basis varchar not null,
    market_date date,
    published_at timestamptz,
    precision varchar not null,
    modality varchar not null,
    types varchar[] not null,
    tickers varchar[] not null,
    source varchar not null,
    language varchar not null,
    story_id varchar not null
);
