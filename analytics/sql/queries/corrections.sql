-- The user's corrections, oldest first.
-- $event_ids: list of events, null for all
select event_id, field, value, made_at
from corrections
where $event_ids is null or list_contains($event_ids, event_id)
order by made_at, event_id, field;
