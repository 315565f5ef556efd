-- One row per issuer and ranking day (every date on which a ranked line traded): its market cap, as it stands.
-- key: day, company
-- reads: prices, ranked_lines, market_caps
-- day: date of the ranking
-- company: the issuer
-- ticker: the line that stands for it
-- close: close in `currency`, of the session `as_of`
-- currency: ISO currency of the line
-- shares: units outstanding
-- shares_as_of: date of the share count
-- shares_stale: true where that count is more than 200 days older than the close
-- market_cap: in `currency`
-- market_cap_usd: in US dollars
-- high_market_cap_usd: at the day's high, in US dollars; null on a day the line did not trade
-- as_of: session of the close, at most 10 days before the ranking day
-- stale: true where the line did not trade on the ranking day
-- day_number: number of the ranking day, from 1
create view standing_caps as
with bars as (
    select prices.ticker, prices.session, (prices.session - date '1900-01-01')::integer as n
    from prices
    join ranked_lines as lines using (ticker)
    where prices.close is not null and prices.session >= lines.first_as_of
),
days as (
    select session as day, any_value(n) as n, row_number() over (order by session) as day_number
    from bars
    group by session
),
-- One bit a day says whether the line traded: far less to sort than its bars.
traded as (
    select ticker, bitstring_agg(n, 0, 65535) as bits, min(n) as first_n, max(n) as last_n
    from bars
    group by ticker
),
missed as (
    select
        traded.ticker,
        days.day,
        days.day_number,
        date '1900-01-01' + list_max([i::integer for i in range(days.n - 10, days.n) if get_bit(traded.bits, i::integer) = 1]) as as_of
    from traded
    join days on days.n > traded.first_n and days.n <= traded.last_n + 10
    where get_bit(traded.bits, days.n) = 0
)
-- A close holds until the line trades again, for 10 days at most.
select
    days.day,
    caps.company,
    caps.ticker,
    caps.close,
    caps.currency,
    caps.shares,
    caps.shares_as_of,
    caps.shares_stale,
    caps.market_cap,
    caps.market_cap_usd,
    caps.high_market_cap_usd,
    caps.session as as_of,
    false as stale,
    days.day_number
from market_caps as caps
join days on days.day = caps.session
where caps.market_cap_usd is not null
union all
select
    missed.day,
    caps.company,
    caps.ticker,
    caps.close,
    caps.currency,
    caps.shares,
    caps.shares_as_of,
    caps.shares_stale,
    caps.market_cap,
    caps.market_cap_usd,
    null as high_market_cap_usd,
    caps.session as as_of,
    true as stale,
    missed.day_number
from missed
join market_caps as caps on caps.ticker = missed.ticker and caps.session = missed.as_of
where caps.market_cap_usd is not null;
