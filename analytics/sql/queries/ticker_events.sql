-- Every tagged event of a security with the session it fell on.
-- $ticker: the security
select
    events.event_id,
    events.event_date,
    reactions.session,
    events.types[1] as type,
    events.headline,
    reactions.role
from reactions
join events using (event_id)
where reactions.ticker = $ticker and reactions.session is not null and reactions.role <> 'background'
order by reactions.session, events.event_id;
