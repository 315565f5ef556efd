-- Other stored events of the same security whose session lies in the event window, tellings of the same story aside.
-- $event_ids, $tickers: the studied pairs, two lists of equal length; $first, $last: offsets of the window
with studied as (
    select unnest($event_ids::varchar[]) as event_id, unnest($tickers::varchar[]) as ticker
),
placed as (
    select reactions.event_id, reactions.ticker, events.story_id, reactions.role, reactions.position
    from reactions
    join events using (event_id)
    where list_contains($tickers, reactions.ticker)
)
select
    own.event_id,
    own.ticker,
    other.event_id as other_event_id,
    other.position - own.position as "offset",
    other.role as other_role,
    events.headline as other_headline
from studied
join placed as own using (event_id, ticker)
join placed as other
    on
        other.ticker = own.ticker
        and other.story_id <> own.story_id
        and other.role <> 'background'
        and other.position - own.position between $first and $last
join events on events.event_id = other.event_id
order by own.event_id, own.ticker, "offset", other.event_id;
