-- What the rules tagged in a document: one row per tag, with the words that caused it.
-- $document: its name
select events.item_no, events.headline, tags.kind, tags.value, tags.ticker, tags.role, tags.relevance, tags.text, tags.rule, tags.event_id
from tags
join events using (event_id)
where events.document = $document
order by events.item_no, tags.kind, tags.start;
