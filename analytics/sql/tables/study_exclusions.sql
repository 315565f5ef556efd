-- One row per event and security, or event alone, that the default study left out.
-- key: event_id, ticker, company
-- event_id: the event
-- ticker: the security; empty where the event names no listed company
-- company: the company
-- reason: why it was left out
create table study_exclusions (
    event_id varchar not null,
    ticker varchar not null,
    company varchar not null,
    reason varchar not null
);
