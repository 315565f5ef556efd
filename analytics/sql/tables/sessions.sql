-- One row per trading session of an exchange.
-- key: exchange, session
-- exchange: code of the calendar (ISO 10383)
-- session: date of the session in the exchange's own zone
-- open_at: instant of the open (UTC)
-- close_at: instant of the close (UTC), earlier on half-days
-- position: number of the session in the calendar, from 0
create table sessions (
    exchange varchar not null,
    session date not null,
    open_at timestamptz not null,
    close_at timestamptz not null,
    position integer not null
);
