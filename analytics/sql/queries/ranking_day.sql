-- The last ranking day that is not after a date, and the first of all.
-- $day: a date, null for the last ranking day
select
    max(prices.session) filter ($day is null or prices.session <= $day) as day,
    min(prices.session) as first_day
from prices
join (select ticker, min(as_of) as first_as_of from shares group by ticker) as counted using (ticker)
where prices.close is not null and prices.session >= counted.first_as_of;
