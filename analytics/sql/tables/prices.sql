-- One row per security and session: the daily bar, split-adjusted.
-- key: ticker, session
-- ticker: the security
-- session: date of the session
-- open: in the currency of the security
-- high: in the currency of the security
-- low: in the currency of the security
-- close: split-adjusted, not dividend-adjusted, in the currency of the security
-- adj_close: adjusted for splits and dividends
-- volume: units traded
-- source: where the bar comes from
-- fetched_at: instant it was fetched or imported (UTC)
-- flags: names of the quality checks that it failed
create table prices (
    ticker varchar not null,
    session date not null,
    open double,
    high double,
    low double,
    close double,
    adj_close double,
    volume double,
    source varchar not null,
    fetched_at timestamptz,
    flags varchar[] not null
);
