-- The ranking of one day, with the change against the ranking day before.
-- $day: a ranking day
with today as (
    select * from ranks where day = $day
),
before as (
    select ranks.company, ranks.rank, ranks.market_cap_usd
    from ranks
    where ranks.day_number = (select any_value(day_number) - 1 from today)
)
select
    today.rank,
    today.company,
    today.ticker,
    today.close,
    today.currency,
    today.shares,
    today.shares_as_of,
    today.market_cap,
    today.market_cap_usd,
    today.as_of,
    today.stale,
    before.rank - today.rank as rank_change,
    today.market_cap_usd / before.market_cap_usd - 1 as market_cap_change
from today
left join before using (company)
order by today.rank, today.company;
