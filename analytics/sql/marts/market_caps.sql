-- One row per issuer and session of the line that stands for it: the market capitalisation at the close.
-- key: company, session
-- reads: prices, securities, share_counts, fx
-- company: the issuer
-- ticker: the line that stands for it: its primary one, or another one where that is not priced
-- session: date of the session
-- exchange: exchange of the line
-- close: split-adjusted close in `currency`
-- currency: ISO currency of the line
-- shares: units of that line outstanding, by its ratio of ordinary shares; latest count not after the session
-- shares_as_of: date of that count
-- per_usd: units of the currency for one US dollar, latest rate not after the session; after the last one for 10 days
-- fx_day: date of that rate, null for US dollars
-- market_cap: close x shares, in `currency`
-- market_cap_usd: the same in US dollars
-- high_market_cap_usd: day's high x shares in US dollars, null where no high is known
-- low_market_cap_usd: day's low x shares in US dollars, null where no low is known
create view market_caps as
with lines as (
    select distinct on (ticker) ticker, company, exchange, currency, is_primary, ordinary_per_unit
    from securities
    order by ticker, valid_to desc nulls first
),
-- One line a company: the primary one where it is priced. Its count comes from the same line where it has one.
priced as (
    select distinct on (company) lines.*
    from lines
    where ticker in (select ticker from prices)
    order by company, is_primary desc, ticker
),
counting as (
    select distinct on (priced.company)
        priced.company,
        lines.ticker as counted_ticker,
        lines.ordinary_per_unit / priced.ordinary_per_unit as units
    from priced
    join lines on lines.company = priced.company
    where lines.ticker in (select ticker from shares)
    order by priced.company, lines.ticker = priced.ticker desc, lines.is_primary desc, lines.ticker
),
counts as (
    select counting.company, share_counts.as_of, share_counts.shares * counting.units as shares
    from share_counts
    join counting on counting.counted_ticker = share_counts.ticker
),
counted as (
    select
        priced.company,
        prices.ticker,
        prices.session,
        priced.exchange,
        prices.close,
        prices.high,
        prices.low,
        priced.currency,
        counts.shares,
        counts.as_of as shares_as_of
    from prices
    join priced on priced.ticker = prices.ticker
    asof join counts on counts.company = priced.company and prices.session >= counts.as_of
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
