-- The events of one document.
-- $document: its name
select event_id from events where document = $document order by item_no;
