-- One row per issuer and session of its primary line: the market capitalisation at the close.
-- key: company, session
-- reads: prices, securities, share_counts, fx
-- company: the issuer
-- ticker: its primary line
-- session: date of the session
-- exchange: exchange of the line
-- close: split-adjusted close in `currency`
-- currency: ISO currency of the line
-- shares: units outstanding, latest count not after the session
-- shares_as_of: date of that count
-- per_usd: units of the currency for one US dollar, latest rate not after the session; after the last one for 10 days
-- fx_day: date of that rate, null for US dollars
-- market_cap: close x shares, in `currency`
-- market_cap_usd: the same in US dollars
-- high_market_cap_usd: day's high x shares in US dollars, null where no high is known
-- low_market_cap_usd: day's low x shares in US dollars, null where no low is known
create view market_caps as
with lines as (
    select distinct on (ticker) ticker, company, exchange, currency
    from securities
    where is_primary
    order by ticker, valid_to desc nulls first
),
counted as (
    select
        lines.company,
        prices.ticker,
        prices.session,
        lines.exchange,
        prices.close,
        prices.high,
        prices.low,
        lines.currency,
        share_counts.shares,
        share_counts.as_of as shares_as_of
    from prices
    join lines on lines.ticker = prices.ticker
    asof join share_counts on share_counts.ticker = prices.ticker and prices.session >= share_counts.as_of
    where prices.close is not null
),
-- One rate for every day and currency: a join on equality is many times faster than a search for the latest one.
rates as (
    select
        quoted.currency,
        unnest(range(quoted.day, coalesce(quoted.next_day, quoted.day + 10), interval 1 day))::date as session,
        quoted.per_usd,
        quoted.day as fx_day
    from (
        select currency, day, per_usd, lead(day) over (partition by currency order by day) as next_day from fx
    ) as quoted
    union all
    select 'USD', session, 1, null
    from (select distinct session from prices)
)
select
    counted.company,
    counted.ticker,
    counted.session,
    counted.exchange,
    counted.close,
    counted.currency,
    counted.shares,
    counted.shares_as_of,
    rates.per_usd,
    rates.fx_day,
    counted.close * counted.shares as market_cap,
    counted.close * counted.shares / rates.per_usd as market_cap_usd,
    counted.high * counted.shares / rates.per_usd as high_market_cap_usd,
    counted.low * counted.shares / rates.per_usd as low_market_cap_usd
from counted
left join rates on rates.currency = counted.currency and rates.session = counted.session;
