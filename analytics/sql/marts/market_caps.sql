-- One row per issuer and session of the line that stands for it: the market capitalisation at the close.
-- key: company, session
-- reads: prices, ranked_lines, share_counts, fx
-- company: the issuer
-- ticker: the line that stands for it: its primary one, or another one where that is not priced
-- session: date of the session
-- exchange: exchange of the line
-- close: split-adjusted close in `currency`
-- currency: ISO currency of the line
-- shares: units of that line outstanding, by its ratio of ordinary shares; latest count not after the session
-- shares_as_of: date of that count
-- shares_stale: true where that count is more than 200 days older than the session, as no half-yearly count is
-- per_usd: units of the currency for one US dollar, latest rate not after the session; after the last one for 10 days
-- fx_day: date of that rate, null for US dollars
-- market_cap: close x shares, in `currency`
-- market_cap_usd: the same in US dollars
-- high_market_cap_usd: day's high x shares in US dollars, null where no high is known
-- low_market_cap_usd: day's low x shares in US dollars, null where no low is known
create view market_caps as
with counts as (
    select
        lines.company,
        lines.ticker,
        lines.exchange,
        lines.currency,
        share_counts.shares * lines.units as shares,
        share_counts.as_of,
        coalesce(
            lead(share_counts.as_of) over (partition by lines.company order by share_counts.as_of),
            (select max(session) + 1 from prices)
        ) as until
    from ranked_lines as lines
    join share_counts on share_counts.ticker = lines.counted_ticker
),
-- A count for each month in which it holds, and a rate for every day: joins on equality are many times faster than a
-- search for the latest one.
monthly as (
    select *, unnest(range(year(as_of) * 12 + month(as_of), year(until) * 12 + month(until) + 1)) as month_number
    from counts
),
rates as (
    select
        quoted.currency,
        unnest(range(quoted.day, coalesce(quoted.next_day, quoted.day + 10), interval 1 day))::date as session,
        quoted.per_usd,
        quoted.day as fx_day
    from (
        select currency, day, per_usd, lead(day) over (partition by currency order by day) as next_day from fx
    ) as quoted
    where quoted.currency <> 'USD'
),
converted as (
    select
        monthly.* exclude (until, month_number),
        prices.session,
        prices.close,
        prices.high,
        prices.low,
        if(monthly.currency = 'USD', 1, rates.per_usd) as per_usd,
        rates.fx_day
    from prices
    join monthly
        on
            monthly.ticker = prices.ticker
            and monthly.month_number = year(prices.session) * 12 + month(prices.session)
            and prices.session >= monthly.as_of
            and prices.session < monthly.until
    left join rates on rates.currency = monthly.currency and rates.session = prices.session
    where prices.close is not null
)
select
    company,
    ticker,
    session,
    exchange,
    close,
    currency,
    shares,
    as_of as shares_as_of,
    session - as_of > 200 as shares_stale,
    per_usd,
    fx_day,
    close * shares as market_cap,
    close * shares / per_usd as market_cap_usd,
    high * shares / per_usd as high_market_cap_usd,
    low * shares / per_usd as low_market_cap_usd
from converted;
