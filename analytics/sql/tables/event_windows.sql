-- One row per event, security and offset of the default study: the returns around the event.
-- key: event_id, ticker, offset
-- event_id: the event
-- ticker: the security
-- offset: sessions of the security's exchange since the session of the event, which is 0
-- session: date of the session; null beyond the security's first and last bar
-- ret: simple return, share; null where it is missing
-- expected: return that the model expects, share
-- ar: abnormal return, share
-- car: abnormal returns summed from the start of the window, share; null from the first missing day on
-- sar: standardised abnormal return: ar / (sigma x root of the forecast factor), no unit
create table event_windows (
    event_id varchar not null,
    ticker varchar not null,
    "offset" integer not null,
    session date,
    ret double,
    expected double,
    ar double,
    car double,
    sar double
);
