-- One row per pair of issuers among the hundred largest whose order changed: at the close, or during the day alone.
-- key: session, overtaker, overtaken
-- reads: standing_caps
-- session: ranking day of the change
-- overtaker: ticker that is ahead now
-- overtaken: ticker that was ahead at the close before
-- basis: close, or intraday where the overtaker's high passed the rival's close and its own close fell back
-- overtaker_company: issuer of the overtaker
-- overtaken_company: issuer of the overtaken
-- overtaker_market_cap_usd: at the close, or at the day's high where the basis is intraday; US dollars
-- overtaken_market_cap_usd: at the close, US dollars
-- overtaker_rank: rank at the close
-- overtaken_rank: rank at the close
-- by_share_count: true where a new share count changed the order, and the prices alone would not have
-- day_number: number of the ranking day
create view overtakes as
with caps as materialized (
    select day, day_number, company, ticker, shares, market_cap_usd, high_market_cap_usd from standing_caps
),
-- The hundred greatest of a day by a heap, not by sorting the day: ranks of all are not needed.
hundredth as (
    select day_number, list_min(max(market_cap_usd, 100)) as least from caps group by day_number
),
largest as (
    select caps.*, rank() over (partition by caps.day_number order by caps.market_cap_usd desc) as rank
    from caps
    join hundredth on hundredth.day_number = caps.day_number and caps.market_cap_usd >= hundredth.least
),
known as materialized (
    select
        largest.*,
        before.market_cap_usd as previous_market_cap_usd,
        if(before.ticker = largest.ticker, before.shares / largest.shares, 1) as old_count
    from largest
    join caps as before on before.company = largest.company and before.day_number = largest.day_number - 1
),
pairs as (
    select
        ahead.day as session,
        ahead.day_number,
        ahead.ticker as overtaker,
        behind.ticker as overtaken,
        ahead.company as overtaker_company,
        behind.company as overtaken_company,
        ahead.market_cap_usd > behind.market_cap_usd as at_close,
        if(at_close, ahead.market_cap_usd, ahead.high_market_cap_usd) as overtaker_market_cap_usd,
        behind.market_cap_usd as overtaken_market_cap_usd,
        ahead.rank as overtaker_rank,
        behind.rank as overtaken_rank,
        overtaker_market_cap_usd * ahead.old_count <= overtaken_market_cap_usd * behind.old_count as by_share_count
    from known as ahead
    join known as behind
        on
            behind.day_number = ahead.day_number
            and behind.company <> ahead.company
            and behind.previous_market_cap_usd > ahead.previous_market_cap_usd
            and (ahead.market_cap_usd > behind.market_cap_usd or ahead.high_market_cap_usd > behind.market_cap_usd)
)
select
    session,
    overtaker,
    overtaken,
    if(at_close, 'close', 'intraday') as basis,
    overtaker_company,
    overtaken_company,
    overtaker_market_cap_usd,
    overtaken_market_cap_usd,
    overtaker_rank,
    overtaken_rank,
    by_share_count,
    day_number
from pairs;
