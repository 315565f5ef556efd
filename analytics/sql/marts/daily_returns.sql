-- One row per security and session: the simple return over exactly one session of its exchange.
-- key: ticker, session
-- reads: security_sessions
-- ticker: the security
-- session: date of the session
-- position: number of the session in this security's sequence, from 0
-- previous_session: date of the session before
-- close: split-adjusted close in the security's currency
-- daily_return: simple return as a share, dividends included where the source adjusts for them; null where a price is missing
-- close_change: change of the close as a share, as newspapers print it; null where a close is missing
create view daily_returns as
select
    ticker,
    session,
    position,
    lag(session) over by_session as previous_session,
    close,
    price / lag(price) over by_session - 1 as daily_return,
    close / lag(close) over by_session - 1 as close_change
from security_sessions
window by_session as (partition by ticker order by session);
