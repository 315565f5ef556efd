-- The tickers that the stored events need, with the span that their estimation and event windows cover, and the span
-- that was fetched before.
-- $today: no day after it is asked for
with tagged as (
    select distinct tags.ticker, events.event_date as day
    from tags
    join events using (event_id)
    where tags.kind = 'company' and tags.ticker is not null and tags.role <> 'background'
),
lines as (
    select distinct on (ticker) ticker, exchange, currency from securities order by ticker, valid_to desc nulls first
),
needed as (
    select ticker, day from tagged
    union all
    select exchanges.benchmark, tagged.day
    from tagged
    join lines using (ticker)
    join exchanges using (exchange)
    where exchanges.benchmark is not null
    union all
    select lines.currency || '=X', tagged.day
    from tagged
    join lines using (ticker)
    where lines.currency not in ('USD', '')
),
spans as (
    -- 279 sessions before, the longest of the preset estimation windows, and 10 after, with room for holidays.
    select ticker, min(day) - 430 as first_day, least(max(day) + 30, $today) as last_day
    from needed
    group by ticker
)
select
    spans.ticker,
    spans.first_day,
    spans.last_day,
    fetches.first_day as fetched_first,
    fetches.last_day as fetched_last
from spans
left join fetches using (ticker)
order by spans.ticker;
