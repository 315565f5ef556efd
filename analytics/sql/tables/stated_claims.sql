-- One row per statement of a story that prices can check; the view `claims` holds the verdicts.
-- key: event_id, claim_no
-- event_id: the event
-- claim_no: place in the story, from 1
-- kind: price_change, market_cap or overtake
-- ticker: security that the statement is about
-- rival: overtaken security of an overtake
-- stated: share of a price change (0.0165), amount of a market cap, null for an overtake
-- rounding: half a unit of the last digit that the text gives, in the units of stated; 0 for an overtake
-- unit: share, ISO currency, or rank
-- text: the words
create table stated_claims (
    event_id varchar not null,
    claim_no integer not null,
    kind varchar not null,
    ticker varchar not null,
    rival varchar,
    stated double,
    rounding double not null,
    unit varchar not null,
    text varchar not null
);
