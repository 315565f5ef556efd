-- The ranking of one day as the dashboard shows it: gap to the next, place, and the closes of the last 30 sessions.
-- $day: a ranking day
with today as (
    select * from ranks where day = $day
),
before as (
    select ranks.company, ranks.ticker, ranks.rank, ranks.close, ranks.market_cap_usd
    from ranks
    where ranks.day_number = (select any_value(day_number) - 1 from today)
),
recent as (
    select ranks.company, list(ranks.market_cap_usd / 1e9 order by ranks.day) as path
    from ranks
    where ranks.day_number > (select any_value(day_number) - 30 from today) and ranks.day <= $day
    group by ranks.company
)
select
    today.rank,
    before.rank - today.rank as rank_change,
    today.company,
    today.ticker,
    today.market_cap_usd,
    if(before.ticker = today.ticker and not today.stale, today.close / before.close - 1, null) as day_return,
    today.market_cap_usd / before.market_cap_usd - 1 as market_cap_change,
    today.market_cap_usd / lead(today.market_cap_usd) over (order by today.rank, today.company) - 1 as gap_to_next,
    recent.path,
    today.market_cap,
    today.currency,
    today.close,
    today.shares,
    today.shares_as_of,
    today.shares_stale,
    today.as_of,
    today.stale,
    coalesce(nullif(companies.country, ''), '?') as country,
    coalesce(nullif(companies.sector, ''), '?') as sector
from today
left join before using (company)
left join recent using (company)
left join companies using (company)
order by today.rank, today.company;
