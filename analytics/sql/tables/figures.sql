-- One row per money amount or percentage in a story, in the order of the text.
-- key: event_id, figure_no
-- event_id: the event
-- figure_no: place in the story, from 1
-- text: the words
-- start: where they start in headline, line feed, body; characters from 0
-- value: amount in base units of the unit
-- value_high: upper end of a range, in the same unit
-- unit: ISO currency, pct or pp
-- kind: what the figure measures
-- direction: up or down
-- is_conversion: true for a bracketed equivalent of the figure before it
-- qualifier: estimate or comparison_period
create table figures (
    event_id varchar not null,
    figure_no integer not null,
    text varchar not null,
    start integer not null,
    value double not null,
    value_high double,
    unit varchar not null,
    kind varchar not null,
    direction varchar,
    is_conversion boolean not null,
    qualifier varchar
);
