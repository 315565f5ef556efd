-- The sessions on which any stored event of a security falls, background mentions aside.
-- $tickers: securities to take
select distinct ticker, position
from reactions
where list_contains($tickers, ticker) and role <> 'background' and position is not null
order by ticker, position;
