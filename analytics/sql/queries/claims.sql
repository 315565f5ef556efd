-- The checked claims of the selected events, with the headline.
-- $event_ids: null for all
select claims.*, events.headline, events.event_date, events.document
from claims
join events using (event_id)
where $event_ids is null or list_contains($event_ids, event_id)
order by events.event_date, events.document, events.item_no, claims.claim_no;
