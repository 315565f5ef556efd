-- Other tagged events of a security within some sessions of a session: what else could have moved it.
-- $ticker: the security; $session: session of the event; $event_id: the event itself; $days: sessions before and after
with here as (
    select position from security_sessions where ticker = $ticker and session = $session
)
select
    events.event_id,
    events.event_date,
    reactions.session,
    security_sessions.position - here.position as "offset",
    events.headline,
    events.types[1] as type,
    reactions.role,
    events.modality
from here
join security_sessions
    on security_sessions.ticker = $ticker and security_sessions.position between here.position - $days and here.position + $days
join reactions on reactions.ticker = $ticker and reactions.session = security_sessions.session
join events using (event_id)
where events.event_id <> $event_id and reactions.role <> 'background'
order by security_sessions.position, events.event_id;
