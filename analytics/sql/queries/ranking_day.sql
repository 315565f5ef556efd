-- The last ranking day that is not after a date, and how many issuers with a listed primary line it leaves out.
-- $day: a date, null for the last ranking day
select
    max(day) as day,
    min(day) as first_day
from (select distinct session as day from market_caps)
where $day is null or day <= $day;
