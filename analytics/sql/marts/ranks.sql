-- One row per issuer and ranking day (every date on which a ranked line traded), by market capitalisation in US dollars.
-- key: day, company
-- reads: standing_caps
-- day: date of the ranking
-- rank: 1 is the largest
-- company: the issuer
-- ticker: its primary line
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
create view ranks as
-- Written down once before it is sorted: pulled through the sort, the joins of a day's caps take a third longer.
with caps as materialized (
    from standing_caps
)
select
    day,
    rank() over (partition by day order by market_cap_usd desc) as rank,
    * exclude (day)
from caps;
