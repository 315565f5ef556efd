-- Headlines that speak of an overtake, by the session and pair they claim.
select claims.session, claims.ticker as overtaker, claims.rival as overtaken, claims.event_id, events.headline, claims.verdict
from claims
join events using (event_id)
where claims.kind = 'overtake'
order by claims.session, claims.event_id;
