-- Removes documents and everything read from them.
-- $documents: list of their names
delete from tags where event_id in (select event_id from events where list_contains($documents, document));
delete from figures where event_id in (select event_id from events where list_contains($documents, document));
delete from stated_claims where event_id in (select event_id from events where list_contains($documents, document));
delete from events where list_contains($documents, document);
delete from items where list_contains($documents, document);
delete from documents where list_contains($documents, document);
