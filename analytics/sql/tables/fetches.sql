-- One row per ticker that was asked for: the span it was asked for and what came of the last time.
-- key: ticker
-- ticker: the security, index or currency pair in Yahoo's spelling
-- first_day: first day of the span that was fetched, null where nothing came yet
-- last_day: last day of that span
-- outcome: fetched, empty, unknown, rate limited, unreachable, unreadable or wrong currency
-- problem: what did not come and what to do, empty where all came
-- asked_at: instant of the last time (UTC)
create table fetches (
    ticker varchar not null,
    first_day date,
    last_day date,
    outcome varchar not null,
    problem varchar not null,
    asked_at timestamptz not null
);
