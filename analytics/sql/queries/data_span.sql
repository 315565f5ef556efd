-- First and last day of the bars and events.
select min(day) as first_day, max(day) as last_day
from (
    select min(session) as day from prices
    union all
    select max(session) from prices
    union all
    select min(event_date) from events
    union all
    select max(event_date) from events
);
