-- One event with its story and the words that its tags rest on.
-- $event_id: the event
select
    events.event_id,
    events.headline,
    items.body,
    items.url,
    items.line,
    events.document,
    (
        select list({kind: kind, value: value, ticker: ticker, role: role, text: text, rule: rule} order by kind, start)
        from tags
        where tags.event_id = events.event_id
    ) as tags
from events
join items using (document, item_no)
where events.event_id = $event_id;
