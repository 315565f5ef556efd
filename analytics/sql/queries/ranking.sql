-- The ranking of one day, with the change against the ranking day before; the same rows as the view ranks has for it.
-- $day: a ranking day
with before_day as (
    select max(session) as day
    from prices
    where session between $day::date - 20 and $day::date - 1 and ticker in (
        select priced.ticker
        from securities as priced
        join securities as counted using (company)
        where counted.ticker in (select ticker from shares)
    )
),
closes as (
    select market_caps.*, $day as day
    from market_caps
    where session between $day::date - 10 and $day::date
    union all
    select market_caps.*, before_day.day
    from market_caps
    cross join before_day
    where session between $day::date - 20 and before_day.day and session >= before_day.day - 10
),
latest as (
    select distinct on (day, company) *
    from closes
    where market_cap_usd is not null
    order by day, company, session desc
),
ranked as (
    select *, rank() over (partition by day order by market_cap_usd desc) as rank from latest
)
select
    today.rank,
    today.company,
    today.ticker,
    today.close,
    today.currency,
    today.shares,
    today.shares_as_of,
    today.shares_stale,
    today.market_cap,
    today.market_cap_usd,
    today.session as as_of,
    today.session <> today.day as stale,
    before.rank - today.rank as rank_change,
    if(before.ticker = today.ticker and today.session = today.day, today.close / before.close - 1, null) as day_return,
    today.market_cap_usd / before.market_cap_usd - 1 as market_cap_change
from ranked as today
left join ranked as before on before.company = today.company and before.day < today.day
where today.day = $day
order by today.rank, today.company;
