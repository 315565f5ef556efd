-- The stored document that an event stands in, with its bytes.
-- $event_id: the event
select documents.document, documents.content
from documents
join events using (document)
where events.event_id = $event_id;
