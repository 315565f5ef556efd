-- One row per security and session of its exchange, from its first to its last bar; sessions without a bar are kept.
-- key: ticker, session
-- reads: prices, security_spans, sessions
-- ticker: the security
-- session: date of the session
-- position: number of the session in this security's sequence, from 0
-- close: split-adjusted close in the security's currency, null where the bar is missing or flagged as unusable
-- volume: units traded, null where the bar is missing or flagged as unusable
-- price: what returns are made of: the adjusted close where every bar of the ticker has one, else the close
-- price_basis: adj_close or close
create view security_sessions as
with usable as (
    select ticker, session, close, adj_close, volume
    from prices
    where
        not list_has_any(
            flags,
            ['flat bar without volume', 'reversed jump', 'high below low', 'close outside range', 'closed day']
        )
)
select
    spans.ticker,
    sessions.session,
    sessions.position - spans.first_position as position,
    usable.close,
    usable.volume,
    if(spans.all_adjusted, usable.adj_close, usable.close) as price,
    if(spans.all_adjusted, 'adj_close', 'close') as price_basis
from security_spans as spans
join sessions
    on
        sessions.exchange = spans.exchange
        and sessions.position between spans.first_position and spans.last_position
left join usable on usable.ticker = spans.ticker and usable.session = sessions.session;
