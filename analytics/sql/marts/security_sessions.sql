-- One row per security and session of its exchange, from its first to its last bar; sessions without a bar are kept.
-- key: ticker, session
-- reads: prices, securities, sessions
-- ticker: the security
-- session: date of the session
-- position: number of the session in this security's sequence, from 0
-- close: split-adjusted close in the security's currency, null where the bar is missing or flagged as unusable
-- volume: units traded, null where the bar is missing or flagged as unusable
-- price: what returns are made of: the adjusted close where every bar of the ticker has one, else the close
-- price_basis: adj_close or close
create view security_sessions as
with bars as (
    select
        ticker,
        session,
        close,
        adj_close,
        volume,
        list_has_any(
            flags,
            ['flat bar without volume', 'reversed jump', 'high below low', 'close outside range', 'closed day']
        ) as unusable
    from prices
),
lines as (
    select distinct on (ticker) ticker, exchange
    from securities
    order by ticker, valid_to desc nulls first
),
spans as (
    select
        ticker,
        any_value(lines.exchange) as exchange,
        min(session) as first_session,
        max(session) as last_session,
        count(adj_close) = count(close) as all_adjusted
    from bars
    join lines using (ticker)
    group by ticker
)
select
    spans.ticker,
    sessions.session,
    row_number() over (partition by spans.ticker order by sessions.session) - 1 as position,
    case when not bars.unusable then bars.close end as close,
    case when not bars.unusable then bars.volume end as volume,
    case when not bars.unusable then if(spans.all_adjusted, bars.adj_close, bars.close) end as price,
    if(spans.all_adjusted, 'adj_close', 'close') as price_basis
from spans
join sessions
    on sessions.exchange = spans.exchange and sessions.session between spans.first_session and spans.last_session
left join bars on bars.ticker = spans.ticker and bars.session = sessions.session;
