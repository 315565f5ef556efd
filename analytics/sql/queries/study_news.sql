-- The sessions on which any stored event of a security falls, background mentions aside.
-- $tickers: securities to take
select distinct reactions.ticker, here.position
from reactions
join security_sessions as here on here.ticker = reactions.ticker and here.session = reactions.session
where list_contains($tickers, reactions.ticker) and reactions.role <> 'background'
order by reactions.ticker, here.position;
