-- Priced tickers that no row of the universe lists.
select distinct ticker
from prices
where ticker not in (select ticker from securities)
order by ticker;
