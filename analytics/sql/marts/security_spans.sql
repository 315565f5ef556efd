-- One row per priced security: the sessions of its exchange from its first to its last bar.
-- key: ticker
-- reads: prices, securities, sessions
-- ticker: the security
-- exchange: code of its calendar
-- currency: ISO currency of its prices
-- first_position: number in the calendar of its first session
-- last_position: number in the calendar of its last session
-- all_adjusted: true where every bar has an adjusted close, which returns are then made of
create view security_spans as
with lines as (
    select distinct on (ticker) ticker, exchange, currency
    from securities
    order by ticker, valid_to desc nulls first
),
bars as (
    select
        ticker,
        min(session) as first_session,
        max(session) as last_session,
        count(adj_close) = count(close) as all_adjusted
    from prices
    group by ticker
),
begun as (
    select bars.*, lines.exchange, lines.currency, sessions.position as first_position
    from bars
    join lines using (ticker)
    asof join sessions on sessions.exchange = lines.exchange and bars.first_session <= sessions.session
)
select
    begun.ticker,
    begun.exchange,
    begun.currency,
    begun.first_position,
    sessions.position as last_position,
    begun.all_adjusted
from begun
asof join sessions on sessions.exchange = begun.exchange and begun.last_session >= sessions.session;
