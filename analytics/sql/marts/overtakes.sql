-- One row per pair of issuers among the hundred largest whose order changed: at the close, or during the day alone.
-- key: session, overtaker, overtaken
-- reads: ranks, standing_caps
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
with largest as materialized (
    select
        today.*,
        before.market_cap_usd as previous_market_cap_usd,
        if(before.ticker = today.ticker, before.shares / today.shares, 1) as old_count
    from ranks as today
    join standing_caps as before
        on before.company = today.company and before.day_number = today.day_number - 1
    where today.rank <= 100
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
    from largest as ahead
    join largest as behind
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
