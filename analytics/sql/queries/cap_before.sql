-- The market capitalisation of a security's issuer at the last session before a date.
-- $ticker: the primary line; $session: the session of the event
select session, market_cap_usd
from market_caps
where ticker = $ticker and session < $session
order by session desc
limit 1;
