-- One row per priced security: what is known of it, and how many sessions of its exchange miss a bar.
select
    security_sessions.ticker,
    any_value(securities.company) as company,
    any_value(securities.exchange) as exchange,
    min(security_sessions.session) as first_session,
    max(security_sessions.session) as last_session,
    count(security_sessions.close) as sessions,
    count(*) - count(security_sessions.close) as missing,
    any_value(price_basis) as price_basis
from security_sessions
left join securities using (ticker)
group by security_sessions.ticker
order by security_sessions.ticker;
