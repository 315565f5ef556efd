-- One row per issuer and ranking day (every date on which a ranked line traded), by market capitalisation in US dollars.
-- key: day, company
-- reads: market_caps
-- day: date of the ranking
-- rank: 1 is the largest
-- company: the issuer
-- ticker: its primary line
-- close: close in `currency`, of the session `as_of`
-- currency: ISO currency of the line
-- shares: units outstanding
-- shares_as_of: date of the share count
-- market_cap: in `currency`
-- market_cap_usd: in US dollars
-- high_market_cap_usd: at the day's high, in US dollars; null on a day the line did not trade
-- as_of: session of the close, at most 10 days before the ranking day
-- stale: true where the line did not trade on the ranking day
-- day_number: number of the ranking day, from 1
create view ranks as
with days as (
    select session as day, row_number() over (order by session) as day_number
    from (select distinct session from market_caps)
),
issuers as (
    select distinct company from market_caps
),
latest as (
    select
        days.day,
        days.day_number,
        market_caps.*,
        market_caps.session <> days.day as stale
    from days
    cross join issuers
    asof join market_caps on market_caps.company = issuers.company and days.day >= market_caps.session
    where market_caps.session >= days.day - 10 and market_caps.market_cap_usd is not null
)
select
    day,
    rank() over (partition by day order by market_cap_usd desc) as rank,
    company,
    ticker,
    close,
    currency,
    shares,
    shares_as_of,
    market_cap,
    market_cap_usd,
    case when not stale then high_market_cap_usd end as high_market_cap_usd,
    session as as_of,
    stale,
    day_number
from latest;
