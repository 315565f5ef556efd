-- Ranks of the issuers that stand among the first $top on a day, over the ranking days up to it.
-- $day: a ranking day; $top: how many; $days: how many ranking days back
with last_day as (
    select any_value(day_number) as day_number from ranks where day = $day
),
leaders as (
    select company from ranks where day = $day and rank <= $top
)
select ranks.day, ranks.company, ranks.rank, ranks.market_cap_usd
from ranks
join leaders using (company)
cross join last_day
where ranks.day_number between last_day.day_number - $days + 1 and last_day.day_number
order by ranks.company, ranks.day;
