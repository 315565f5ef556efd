-- Removes a document and everything read from it.
-- $document: its name
delete from tags where event_id in (select event_id from events where document = $document);
delete from figures where event_id in (select event_id from events where document = $document);
delete from stated_claims where event_id in (select event_id from events where document = $document);
delete from events where document = $document;
delete from items where document = $document;
delete from documents where document = $document;
