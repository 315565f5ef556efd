-- Notes what came of asking for a ticker; a failure leaves the span that was fetched before as it was.
-- $ticker, $first_day, $last_day, $outcome, $problem, $asked_at: the columns of fetches
insert into fetches
select
    $ticker,
    coalesce($first_day::date, max(first_day)),
    coalesce($last_day::date, max(last_day)),
    $outcome,
    $problem,
    $asked_at
from fetches
where ticker = $ticker;

delete from fetches
where ticker = $ticker and asked_at < $asked_at;
