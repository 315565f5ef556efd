-- One row per field of an event that the user set right; it wins over the rules and survives re-tagging.
-- key: event_id, field
-- event_id: the event
-- field: event_date, market_date, types, tickers, modality or story_id
-- value: ISO date, codes or tickers separated by ";", a modality, or an event_id
-- made_at: instant it was made (UTC)
create table corrections (
    event_id varchar not null,
    field varchar not null,
    value varchar not null,
    made_at timestamptz not null
);
