-- What linking stories compares, for the events of some days.
-- $first_date, $last_date: event dates
select
    events.event_id,
    events.document,
    events.item_no,
    events.headline,
    events.event_date,
    events.modality,
    events.types,
    events.language,
    events.story_id,
    coalesce(named.companies, []) as companies
from events
left join (
    select event_id, list({company: value, role: role, text: text}) as companies
    from tags
    where kind = 'company'
    group by event_id
) as named using (event_id)
where events.event_date between $first_date and $last_date
order by events.event_date, events.document, events.item_no;
