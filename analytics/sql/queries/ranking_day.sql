-- The last ranking day that is not after a date, and the first of all.
-- $day: a date, null for the last ranking day
select
    max(prices.session) filter ($day is null or prices.session <= $day) as day,
    min(prices.session) as first_day
from prices
join securities using (ticker)
join (
    select securities.company, min(shares.as_of) as first_as_of
    from shares
    join securities using (ticker)
    group by securities.company
) as counted using (company)
where prices.close is not null and prices.session >= counted.first_as_of;
