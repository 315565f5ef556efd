-- The returns of each security with those of its benchmark over the same two dates, in (ticker, session) order.
-- $tickers: securities to take; $benchmark: one benchmark for all, null for that of each exchange
with lines as (
    select spans.ticker, spans.currency, coalesce($benchmark, exchanges.benchmark) as benchmark
    from security_spans as spans
    left join exchanges using (exchange)
    where list_contains($tickers, spans.ticker)
),
market as (
    select ticker, session, previous_session, daily_return
    from daily_returns
    where ticker in (select benchmark from lines)
)
select
    own.ticker,
    own.session,
    own.daily_return,
    lines.currency,
    market.daily_return as benchmark_return
from daily_returns as own
join lines using (ticker)
left join market
    on
        market.ticker = lines.benchmark
        and market.session = own.session
        and market.previous_session = own.previous_session
where list_contains($tickers, own.ticker)
order by own.ticker, own.session;
