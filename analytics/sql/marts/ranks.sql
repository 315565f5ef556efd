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
numbered as (
    select
        market_caps.*,
        days.day_number as first_number,
        coalesce(
            lead(days.day_number) over (partition by market_caps.company order by days.day_number),
            (select max(day_number) + 1 from days)
        ) as next_number
    from market_caps
    join days on days.day = market_caps.session
    where market_caps.market_cap_usd is not null
),
-- A close holds until the line trades again, for 10 days at most. Most lines trade every day, so only gaps are filled.
latest as (
    select *, session as day, first_number as day_number, false as stale
    from numbered
    union all by name
    select numbered.*, days.day, days.day_number, true as stale
    from numbered
    join days
        on
            days.day_number > numbered.first_number
            and days.day_number < numbered.next_number
            and days.day <= numbered.session + 10
    where numbered.next_number > numbered.first_number + 1
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
