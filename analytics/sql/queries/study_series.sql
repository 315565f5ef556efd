-- The returns of each security with those of its benchmark over the same two dates, in (ticker, session) order.
-- $tickers: securities to take; $benchmark: one benchmark for all, null for that of each exchange
with lines as (
    select distinct on (securities.ticker)
        securities.ticker,
        securities.currency,
        coalesce($benchmark, exchanges.benchmark) as benchmark
    from securities
    left join exchanges using (exchange)
    where list_contains($tickers, securities.ticker)
    order by securities.ticker, securities.valid_to desc nulls first
)
select
    own.ticker,
    own.session,
    own.daily_return,
    lines.currency,
    market.daily_return as benchmark_return
from daily_returns as own
join lines using (ticker)
left join daily_returns as market
    on
        market.ticker = lines.benchmark
        and market.session = own.session
        and market.previous_session = own.previous_session
order by own.ticker, own.session;
