-- One row per stored figure that a later fetch gave differently: the vendor has rewritten its past.
-- key: ticker, session, figure, noticed_at
-- ticker: the security
-- session: date of the bar
-- figure: column of the table prices
-- stored: value before, in the units of that column; null where there was none
-- fetched: value since
-- noticed_at: instant of the fetch (UTC)
create table restatements (
    ticker varchar not null,
    session date not null,
    figure varchar not null,
    stored double,
    fetched double,
    noticed_at timestamptz not null
);
