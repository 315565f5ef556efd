-- One row per company or event type that an event is tagged with, and the words that caused it.
-- key: event_id, kind, value
-- event_id: the event
-- kind: company or type
-- value: canonical name of the company, or code of the type
-- ticker: primary listed line of the company on the event date, null for a private company or a type
-- role: part that the company plays in the event, null for a type
-- relevance: 0..1, how much the event is about the company, null for a type
-- text: words in the story that caused the tag
-- start: where they start in headline, line feed, body; characters from 0
-- rule: name of the rule that made the tag
create table tags (
    event_id varchar not null,
    kind varchar not null,
    value varchar not null,
    ticker varchar,
    role varchar,
    relevance double,
    text varchar not null,
    start integer not null,
    rule varchar not null
);
